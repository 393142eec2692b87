"""The search documents of copies: those of the originals with other numbers and names.

Reading a million tickets again to index them would take the better part of an hour. What differs
between an original and its copy is known: numbers, the customer's name and how to reach them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice

from customers.models import ContactPoint, Customer, CustomerDocument, Unit, UnitDocument
from customers.rules import normalise_phone
from foundation.search.rules import document, numbers, phone, tokens
from tickets.models import Ticket, TicketDocument

PIECE = 50_000


def copy(cursor, strides: dict) -> None:
    """Write the documents of all copies in the transaction that made them."""
    known = Known()
    for table, model, rows in (
        (CustomerDocument, Customer, known.customers()),
        (UnitDocument, Unit, known.units()),
        (TicketDocument, Ticket, known.tickets()),
    ):
        _copy(cursor, table._meta.db_table, strides[model], rows, dated=model is Ticket)


def _copy(
    cursor, table: str, stride: int, rows: Iterable[tuple[int, list[str]]], *, dated: bool
) -> None:
    """Each copy's document is its original's without the original's own words and with its own."""
    cursor.execute("CREATE TEMP TABLE own_words (id bigint, words text[]) ON COMMIT DROP")
    rows = iter(rows)
    # The connection reads or copies, never both.
    while piece := list(islice(rows, PIECE)):
        with cursor.copy("COPY own_words (id, words) FROM STDIN") as into:
            for row in piece:
                into.write_row(row)
    cursor.execute("CREATE INDEX ON own_words (id); ANALYZE own_words")
    cursor.execute(
        f"INSERT INTO {table} (subject_id, at, tokens) "
        "SELECT n.id, d.at + coalesce(g.shift, interval '0'), "
        "ts_delete(d.tokens, o.words) || array_to_tsvector(n.words) FROM own_words n "
        f"JOIN {table} d ON d.subject_id = mod(n.id, {stride}) "
        "JOIN own_words o ON o.id = d.subject_id "
        f"LEFT JOIN growth g ON g.id = n.id AND {'true' if dated else 'false'} "
        f"WHERE n.id >= {stride}"
    )
    cursor.execute("DROP TABLE own_words")


class Known:
    """What customers, units and tickets are called, read once."""

    def __init__(self):
        self.names = {
            pk: (name, tuple(tokens(name)))
            for pk, name in Customer.objects.values_list("pk", "name").iterator()
        }
        self.reach: dict[int, list[str]] = defaultdict(list)
        points = ContactPoint.objects.values_list("customer", "kind", "normalised", "value")
        for owner, kind, normalised, value in points.iterator():
            self.reach[owner] += phone(normalised) if kind == "phone" else tokens(value)
        self.serials = {
            pk: (owner, tuple(numbers(serial)))
            for pk, owner, serial in Unit.objects.values_list("pk", "customer", "serial").iterator()
        }

    def customers(self) -> Iterator[tuple[int, list[str]]]:
        owned: dict[int, list[str]] = defaultdict(list)
        for owner, serial in self.serials.values():
            if owner:
                owned[owner] += serial
        for pk, (_name, name) in self.names.items():
            yield pk, document(owned[pk], (*name, *self.reach[pk]))

    def units(self) -> Iterator[tuple[int, list[str]]]:
        for pk, (owner, serial) in self.serials.items():
            yield pk, document(serial, self.names[owner][1] if owner else ())

    def tickets(self) -> Iterator[tuple[int, list[str]]]:
        rows = Ticket.objects.values_list(
            "pk", "number", "customer", "unit", "serial_text",
            "requester_name", "requester_phone", "requester_email",
        )  # fmt: skip
        for pk, number, owner, unit, serial, name, number_given, mail in rows.iterator():
            free = [*numbers(number), number.split("-")[1].lstrip("0"), *numbers(serial)]
            own = list(tokens(mail))
            if unit:
                free += self.serials[unit][1]
            if owner:
                own += (*self.names[owner][1], *self.reach[owner])
            if name and (not owner or self.names[owner][0] != name):
                own += tokens(name)
            if number_given:
                own += phone(normalise_phone(number_given))
            yield pk, document(free, own)
