"""Two expressions that PostgreSQL has and SQLite gets: seconds between moments, and percentiles."""

from contextlib import contextmanager

from django.db import connection, transaction
from django.db.models import Aggregate, FloatField, Func

from reports import rules


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


class Percentile(Aggregate):
    """`percentile_cont`; on SQLite the aggregate below, by `rules.percentile`."""

    name = "Percentile"
    function = "PERCENTILE_CONT"
    output_field = FloatField()

    def __init__(self, values, share: float, **extra):
        self.share = float(share)
        super().__init__(values, **extra)

    def as_sql(self, compiler, connection, **extra):
        template = f"%(function)s({self.share!r}) WITHIN GROUP (ORDER BY %(expressions)s)"
        return super().as_sql(compiler, connection, template=template, **extra)

    def as_sqlite(self, compiler, connection, **extra):
        template = f"%(function)s(%(expressions)s, {self.share!r})"
        return super().as_sql(compiler, connection, template=template, **extra)


class _Collected:
    """The aggregate as SQLite calls it, one object per group."""

    def __init__(self):
        self.values, self.share = [], 0.5

    def step(self, value, share):
        self.share = share
        if value is not None:
            self.values.append(value)

    def finalize(self):
        return rules.percentile(self.values, self.share)


def teach_sqlite(connection, **kwargs) -> None:
    """Hear of each new connection."""
    if connection.vendor == "sqlite":
        connection.connection.create_aggregate("percentile_cont", 2, _Collected)
