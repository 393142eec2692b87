"""Two expressions that PostgreSQL has and SQLite gets: seconds between moments, lists of numbers."""

import json
from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Aggregate, Field, FloatField, Func


@contextmanager
def counting():
    """Around queries that read much and answer little: PostgreSQL compiles none of them.

    It would spend 50 ms and more on each, because it expects more rows than there are.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL jit = off; SET LOCAL work_mem = '32MB'")
        yield


class Seconds(Func):
    """Seconds from the second moment to the first, with their fractions: `Seconds(end, begin)`."""

    arity = 2
    output_field = FloatField()

    def as_sql(self, compiler, connection, **extra):
        # Not EXTRACT, which computes in `numeric` and takes ten times as long.
        template = "DATE_PART('epoch', (%(expressions)s))"
        return super().as_sql(compiler, connection, template=template, arg_joiner=" - ", **extra)

    def as_sqlite(self, compiler, connection, **extra):
        # Django's own function; it answers in microseconds.
        template = "(django_timestamp_diff(%(expressions)s) / 1000000.0)"
        return super().as_sql(compiler, connection, template=template, **extra)


class _Numbers(Field):
    def from_db_value(self, value, expression, connection):
        return json.loads(value) if isinstance(value, str) else value or []


class Gathered(Aggregate):
    """The numbers of a group as a list, in no order; two of one query go side by side.

    One reading of the rows so gives the mean, the median and P90 of every cut at once, and on both
    databases by the same arithmetic (`rules.measured`).
    """

    name = "Gathered"
    function = "ARRAY_AGG"
    output_field = _Numbers()

    def as_sqlite(self, compiler, connection, **extra):
        return super().as_sql(compiler, connection, function="GATHERED", **extra)


class _Collected:
    """The aggregate as SQLite calls it, one object per group."""

    def __init__(self):
        self.values = []

    def step(self, value):
        self.values.append(value)

    def finalize(self):
        return json.dumps(self.values)


def teach_sqlite(connection, **kwargs) -> None:
    """Hear of each new connection."""
    if connection.vendor == "sqlite":
        connection.connection.create_aggregate("gathered", 1, _Collected)
