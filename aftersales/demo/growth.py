"""Grows the loaded demo to the size of a busy department: copies of its tickets with other times.

For looking and measuring, on PostgreSQL only. Customers, units and tickets with all that hangs on
them are copied by INSERT … SELECT; ended tickets are spread over three years, open ones stay in
the last hours. Mail, files and links are not copied. Copies of people get other names, numbers
that reach nobody, and other serial numbers, so that searching them is like searching real ones.
"""

from collections.abc import Callable, Iterable
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from django.db import connection, models, transaction
from django.db.models import Max, Min

from aftersales.demo import copied_words
from aftersales.demo.owners import PEOPLE, PREFIXES
from care.models import Callback
from customers.models import ContactPoint, Customer, CustomerDocument, Unit, UnitDocument
from surveys.models import Answer, Invitation
from tickets import rules
from tickets.models import (
    Deadline,
    DeadlineEvent,
    Hold,
    NumberSequence,
    ServicePlan,
    Ticket,
    TicketCycle,
    TicketDocument,
    TicketEvent,
    TicketMessage,
)

SPAN = timedelta(days=3 * 365)
OPEN_COPIES = 20
# So many copies of tickets share one copy of the customers and units.
TICKETS_PER_CUSTOMER = 4
ENDED = ("confirmed", "cancelled")
ZONE = ZoneInfo("Asia/Shanghai")

# What belongs to a ticket, a parent before its children.
OF_TICKET = {
    TicketCycle: "{}.ticket_id",
    TicketMessage: "{}.ticket_id",
    TicketEvent: "{}.ticket_id",
    Deadline: "{}.ticket_id",
    Hold: "{}.ticket_id",
    ServicePlan: "{}.ticket_id",
    Callback: "{}.ticket_id",
    Invitation: "{}.ticket_id",
}
OF_OTHERS = {DeadlineEvent: (Deadline, "deadline_id"), Answer: (Invitation, "invitation_id")}
OF_CUSTOMER = (Customer, ContactPoint, Unit)
COPIED = (*OF_CUSTOMER, Ticket, *OF_TICKET, *OF_OTHERS)
TABLES = (*COPIED, CustomerDocument, UnitDocument, TicketDocument)

Tell = Callable[[str], None]


def grow(total: int, *, tell: Tell = lambda words: None) -> None:
    """Copy until there are `total` tickets. One transaction."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        _grow(cursor, total, tell)
    tell("indexes")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _grow(cursor, total: int, tell: Tell) -> None:
    with without_indexes(cursor, TABLES):
        cursor.execute("SET LOCAL work_mem = '256MB'; SET LOCAL maintenance_work_mem = '1GB'")
        strides = {model: _stride(model) for model in COPIED}
        _plan(cursor, total, strides)
        for model in COPIED:
            _copy(cursor, model, strides)
            tell(f"{model._meta.verbose_name_plural}: {cursor.rowcount}")
        copied_words.copy(cursor, strides)
        tell("documents of the search")
        _go_on_numbering(cursor)


def _stride(model: type[models.Model]) -> int:
    """What is added to a key for each copy, so that no two meet."""
    ends = model._default_manager.aggregate(low=Min("pk"), high=Max("pk"))
    return (ends["high"] or 0) + 1


def _plan(cursor, total: int, strides: dict) -> None:
    """Table `growth`: one row per ticket to be made, with its number and how far it is shifted."""
    cursor.execute(
        "CREATE TEMP TABLE growth (source bigint, k int, customer_k int, id bigint, "
        "number text, shift interval) ON COMMIT DROP"
    )
    last = dict(NumberSequence.objects.values_list("year", "last"))
    rows = _rows(list(Ticket.objects.values_list("pk", "status", "received_at")), total)
    with cursor.copy("COPY growth (source, k, customer_k, id, number, shift) FROM STDIN") as into:
        for received, source, k, shift in sorted(rows):
            year = received.astimezone(ZONE).year
            sequence = last[year] = last.get(year, 0) + 1
            number = rules.ticket_number(year, sequence)
            into.write_row(
                (source, k, k // TICKETS_PER_CUSTOMER, source + k * strides[Ticket], number, shift)
            )
    cursor.execute("CREATE INDEX ON growth (source); ANALYZE growth")


def _rows(tickets: list[tuple], total: int) -> Iterable[tuple[datetime, int, int, timedelta]]:
    """(received, source, copy, shift) of what is missing to `total`."""
    missing = total - len(tickets)
    rng = Random(total)
    still_open = [(pk, at) for pk, status, at in tickets if status not in ENDED]
    ended = [(pk, at) for pk, status, at in tickets if status in ENDED]
    rows = []
    for k in range(1, OPEN_COPIES + 1):
        shift = timedelta(minutes=17 * k)
        rows += [(at - shift, pk, k, -shift) for pk, at in still_open]
    rows = rows[: missing // 20]
    copies = max(1, (missing - len(rows)) // max(1, len(ended)) + 1)
    for k in range(1, copies + 1):
        for pk, at in ended:
            if len(rows) == missing:
                return rows
            shift = SPAN * k / copies + timedelta(seconds=rng.randrange(86_400))
            rows.append((at - shift, pk, k, -shift))
    return rows


def _copy(cursor, model: type[models.Model], strides: dict) -> None:
    table = model._meta.db_table
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(_value(model, field, strides) for field in fields)
    cursor.execute(
        f"INSERT INTO {table} ({columns}) SELECT {values} FROM {_source(model, strides)}"
    )


def _source(model: type[models.Model], strides: dict) -> str:
    """The rows to copy as `s`, the copy they are for as `g`; for tickets their customer as `c`."""
    table = model._meta.db_table
    if model in OF_CUSTOMER:
        return f"{table} s CROSS JOIN (SELECT DISTINCT customer_k AS k FROM growth) g WHERE g.k > 0"
    if model is Ticket:
        customer = Customer._meta.db_table
        return (
            f"{table} s JOIN growth g ON g.source = s.id "
            f"LEFT JOIN {customer} old ON old.id = s.customer_id "
            f"LEFT JOIN {customer} c ON c.id = old.id + g.customer_k * {strides[Customer]} "
            "LEFT JOIN (SELECT customer_id, min(value) AS value FROM customers_contactpoint "
            "WHERE kind = 'phone' GROUP BY 1) phone ON phone.customer_id = c.id"
        )
    if model in OF_OTHERS:
        parent, key = OF_OTHERS[model]
        return (
            f"{table} s JOIN {parent._meta.db_table} p ON p.id = s.{key} "
            "JOIN growth g ON g.source = p.ticket_id"
        )
    return f"{table} s JOIN growth g ON g.source = {OF_TICKET[model].format('s')}"


def _value(model: type[models.Model], field: models.Field, strides: dict) -> str:
    if special := SPECIAL.get((model, field.name)):
        return special
    column = f's."{field.column}"'
    if field.primary_key:
        return f"{column} + g.k * {strides[model]}"
    if field.is_relation and field.related_model in strides:
        of_customer = field.related_model in OF_CUSTOMER and model not in OF_CUSTOMER
        return (
            f"{column} + g.{'customer_k' if of_customer else 'k'} * {strides[field.related_model]}"
        )
    if isinstance(field, models.DateTimeField) and model not in OF_CUSTOMER:
        return f"{column} + g.shift"
    return column


def _array(words: Iterable[str]) -> str:
    return "ARRAY[" + ", ".join(f"'{word}'" for word in words) + "]"


SURNAMES = _array(sorted({name[0] for name in PEOPLE}))
GIVEN = _array(sorted({name[1:] for name in PEOPLE}))


def _pick(array: str, seed: str) -> str:
    return f"({array})[1 + ({seed}) % cardinality({array})]"


NAME = (
    "CASE WHEN s.kind = 'person' AND s.language = 'zh-hans' THEN "
    f"{_pick(SURNAMES, 's.id * 31 + g.k * 7')} || {_pick(GIVEN, 's.id * 17 + g.k * 13')} "
    "ELSE s.name END"
)
DIGITS = (
    f"{_pick(_array(PREFIXES), 's.id + g.k')} || '5550' || "
    "lpad(((right(s.normalised, 4)::bigint + g.k * 7919) % 10000)::text, 4, '0')"
)


def _point(phone: str, email: str) -> str:
    return (
        f"CASE WHEN s.kind = 'phone' AND s.normalised ~ '[0-9]{{4}}$' THEN {phone} "
        f"WHEN s.kind = 'email' THEN {email} ELSE s.value END"
    )


MAIL = "replace(s.{0}, '@', '.' || g.k || '@')"
SPECIAL = {
    (Customer, "name"): NAME,
    (ContactPoint, "value"): _point(DIGITS, MAIL.format("value")),
    (ContactPoint, "normalised"): _point(f"'+86' || {DIGITS}", MAIL.format("normalised")),
    (ContactPoint, "tail4"): "CASE WHEN s.kind = 'phone' AND s.normalised ~ '[0-9]{4}$' THEN "
    f"right({DIGITS}, 4) ELSE s.tail4 END",
    (Unit, "serial"): "CASE WHEN s.serial = '' THEN '' ELSE s.serial || g.k END",
    (Unit, "serial_normalised"): "CASE WHEN s.serial_normalised = '' THEN '' "
    "ELSE s.serial_normalised || g.k END",
    (Ticket, "id"): "g.id",
    (Ticket, "number"): "g.number",
    (Ticket, "requester_name"): "CASE WHEN s.requester_name = old.name THEN c.name "
    "ELSE s.requester_name END",
    (Ticket, "requester_phone"): "CASE WHEN s.requester_phone = '' OR c.id IS NULL "
    "THEN s.requester_phone ELSE coalesce(phone.value, s.requester_phone) END",
    (Ticket, "requester_email"): "CASE WHEN s.requester_email = '' OR g.customer_k = 0 "
    "THEN s.requester_email ELSE replace(s.requester_email, '@', '.' || g.customer_k || '@') END",
    (
        Ticket,
        "serial_text",
    ): "CASE WHEN s.unit_id IS NULL OR s.serial_text = '' OR g.customer_k = 0 "
    "THEN s.serial_text ELSE s.serial_text || g.customer_k END",
}


@contextmanager
def without_indexes(cursor, copied: Iterable[type[models.Model]]):
    """Foreign keys and indexes are put back at the end: building them once is much quicker."""
    tables = [model._meta.db_table for model in copied]
    cursor.execute(
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND conrelid::regclass::text = ANY(%s)",
        [tables],
    )
    keys = cursor.fetchall()
    cursor.execute(
        "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index "
        "WHERE indrelid::regclass::text = ANY(%s) AND NOT EXISTS "
        "(SELECT 1 FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))",
        [tables],
    )
    indexes = cursor.fetchall()
    for table, name, _definition in keys:
        cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
    for name, _definition in indexes:
        cursor.execute(f"DROP INDEX {name}")
    yield
    for _name, definition in indexes:
        cursor.execute(definition)
    for table, name, definition in keys:
        cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')


def _go_on_numbering(cursor) -> None:
    """Sequences and ticket numbers continue after what was copied."""
    for model in COPIED:
        table = model._meta.db_table
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))"
        )
    cursor.execute(
        "SELECT left(number, 4)::int, max(substr(number, 6, 6)::int) FROM growth GROUP BY 1"
    )
    for year, last in cursor.fetchall():
        NumberSequence.objects.update_or_create(year=year, defaults={"last": last})
