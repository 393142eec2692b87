"""Numbers and addresses in a sheet, and whom they belong to."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q
from django.utils.translation import gettext as _

from customers import rules
from customers.choices import ContactKind, PreferredChannel
from customers.models import ContactPoint, Customer
from foundation.sheets import values

PARTS = re.compile(r"[;；,，、/|\n]+")


@dataclass(frozen=True)
class Point:
    """A number or address: its kind, as it was written, and the form that is compared."""

    kind: str
    value: str
    normalised: str

    def row(self, customer: Customer) -> ContactPoint:
        tail = self.normalised[-4:] if self.kind == ContactKind.PHONE else ""
        return ContactPoint(
            customer=customer,
            kind=self.kind,
            value=self.value,
            normalised=self.normalised,
            tail4=tail,
        )


def _points(kind: str, check: Callable[[str], Any]) -> Callable[[str], list[Point]]:
    whole, each = values.code(), values.code(254)

    # Units of one owner stand together, and the rules of phone numbers take their time.
    @lru_cache(maxsize=256)
    def parse(cell: str) -> list[Point]:
        found: dict[str, Point] = {}
        for part in PARTS.split(whole(cell)):
            value = each(part)
            if value:
                check(value)
                point = Point(str(kind), value, rules.normalise(kind, value))
                found.setdefault(point.normalised, point)
        return list(found.values())

    return parse


def _check_phone(value: str) -> None:
    if not rules.is_phone(value):
        raise ValidationError(_("This is not a phone number. Write it with its area code."))


def _check_email(value: str) -> None:
    try:
        validate_email(value)
    except ValidationError:
        raise ValidationError(
            _("This is not an e-mail address. Write it as name@example.com.")
        ) from None


phones = _points(ContactKind.PHONE, _check_phone)
emails = _points(ContactKind.EMAIL, _check_email)
wechats = _points(ContactKind.WECHAT, lambda value: None)


def points_of(row, names: Iterable[str]) -> list[Point]:
    """Every number and address in these columns of a row, each once."""
    found = [point for name in names for point in row[name] or ()]
    return list({(point.kind, point.normalised): point for point in found}.values())


def folded(name: str) -> str:
    """A name as it is compared: no case, width or spaces."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name)).casefold()


def channel_for(points: Iterable[Point]) -> str:
    """As `actions.record_customer`: e-mail unless only a phone is known."""
    kinds = {point.kind for point in points}
    by_phone = ContactKind.PHONE in kinds and ContactKind.EMAIL not in kinds
    return PreferredChannel.PHONE if by_phone else PreferredChannel.EMAIL


@dataclass
class Known:
    """Customers who may be meant by numbers, addresses or names: two queries for all."""

    people: dict[int, Customer] = field(default_factory=dict)
    by_point: dict[tuple[str, str], list[int]] = field(default_factory=lambda: defaultdict(list))
    by_name: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, points: Sequence[Point], names: Iterable[str] = ()) -> "Known":
        """`names` are those to be found without a number or address."""
        known = cls()
        forms = {point.normalised for point in points}
        near = Q(pk__in=_owners(forms)) if forms else Q(pk__in=[])
        names = {name for name in names if name}
        if names:
            near |= Q(name__in=names)
        rows = Customer.objects.filter(near).order_by("pk").prefetch_related("contact_points")
        for row in rows if forms or names else ():
            known.people[row.pk] = row
            known.by_name[folded(row.name)].append(row.pk)
            for point in row.contact_points.all():
                known.by_point[point.kind, point.normalised].append(row.pk)
        return known

    def reachable(self, points: Iterable[Point]) -> list[int]:
        """Who has any of these numbers and addresses."""
        found = {pk for p in points for pk in self.by_point.get((p.kind, p.normalised), ())}
        return sorted(found)

    def named(self, name: str, points: Iterable[Point]) -> int | None:
        """Who has this name and any of these numbers and addresses; the oldest of several."""
        same = set(self.by_name.get(folded(name), ()))
        return next((pk for pk in self.reachable(points) if pk in same), None)


def _owners(forms: set[str]) -> list[int]:
    found = ContactPoint.objects.filter(normalised__in=forms)
    return list(found.values_list("customer", flat=True).distinct())
