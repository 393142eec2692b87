"""Many new rows at once."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import connection, models

Row = TypeVar("Row", bound=models.Model)
# Below this the statement that reads keys ahead costs more than it saves.
FEW = 100


def insert(rows: Iterable[Row]) -> list[Row]:
    """Insert rows of one model and give them their keys: COPY on PostgreSQL, INSERT elsewhere.

    As `bulk_create`: no `save()`, no signals. Raises IntegrityError where one is there already.
    """
    rows = list(rows)
    if not rows:
        return rows
    if connection.vendor != "postgresql" or len(rows) < FEW:
        return type(rows[0])._base_manager.bulk_create(rows)
    for row in rows:
        row._prepare_related_fields_for_save("bulk_create")
    with connection.wrap_database_errors, connection.cursor() as cursor:
        _give_keys(cursor, rows)
        _copy(cursor, rows)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias
    return rows


def _give_keys(cursor, rows: list[models.Model]) -> None:
    meta = rows[0]._meta
    waiting = [row for row in rows if row.pk is None]
    if not waiting:
        return
    cursor.execute(
        "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
        [meta.db_table, meta.pk.column, len(waiting)],
    )
    for row, (key,) in zip(waiting, cursor.fetchall(), strict=True):
        row.pk = key


def _copy(cursor, rows: list[models.Model]) -> None:
    meta = rows[0]._meta
    fields = [field for field in meta.concrete_fields if not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    ways = [(field.pre_save, field.get_db_prep_save) for field in fields]
    with cursor.copy(f'COPY "{meta.db_table}" ({columns}) FROM STDIN') as into:
        for row in rows:
            into.write_row([ready(see(row, True), connection) for see, ready in ways])
