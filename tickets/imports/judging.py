"""What a row of a sheet of past tickets means, and what is wrong with it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from customers.imports.goods import by_code, unknown_product
from customers.imports.owners import Coming, Owners
from customers.models import Product, Unit
from customers.rules import normalise_order, normalise_serial
from foundation.accounts.models import User
from foundation.sheets import values
from foundation.sheets.targets import Checked, Problem, Row
from tickets.choices import Status
from tickets.models import Category, Ticket

MOMENTS = ("received_at", "first_response_at", "resolved_at", "confirmed_at")
WITH_CATEGORY = {Status.CLASSIFIED, Status.ASSIGNED, Status.IN_PROGRESS, Status.CONFIRMED}
WITH_HANDLER = {Status.ASSIGNED, Status.IN_PROGRESS}


@dataclass(eq=False)
class Plan:
    """What a good row comes to: columns of the ticket, moments of its run, and whose it is."""

    row: Row
    status: str
    category: Category | None = None
    handler: User | None = None
    product_id: int | None = None
    unit: Unit | None = None
    owner: int | Coming | None = None
    moments: dict[str, datetime] = field(default_factory=dict)


@dataclass
class Around:
    """What is recorded of everything the rows of a chunk name; constant queries."""

    at: datetime
    known: dict[str, int]
    categories: dict[str, list[Category]]
    people: dict[str, list[User]]
    products: dict[str, Product]
    units: dict[str, Unit]
    owners: Owners

    @classmethod
    def of(cls, rows: Sequence[Row], at: datetime) -> "Around":
        numbers = [normalise_order(row["number"]) for row in rows]
        known = Ticket.objects.filter(former_key__in=[number for number in numbers if number])
        serials = {normalise_serial(row["serial"] or "") for row in rows} - {""}
        codes = {row["code"] for row in rows if row["code"]}
        known_units = Unit.objects.filter(serial_normalised__in=serials)
        units = known_units.exclude(serial_normalised="") if serials else ()
        return cls(
            at=at,
            known=dict(known.values_list("former_key", "pk")),
            categories=_categories(),
            people=_people({row["handler"] for row in rows if row["handler"]}),
            products=by_code(codes) if codes else {},
            units={unit.serial_normalised: unit for unit in units},
            owners=Owners.of(rows),
        )


def _categories() -> dict[str, list[Category]]:
    """Those that tickets may have, by key, by name and by path, in either language."""
    rows = list(Category.objects.select_related("department", "parent__department"))
    inner = {row.parent_id for row in rows}
    found: dict[str, list[Category]] = defaultdict(list)
    for row in rows:
        if row.pk in inner:
            continue
        names = {row.key, row.name_zh, row.name_en}
        if row.parent:
            names |= {row.parent.name_zh + row.name_zh, row.parent.name_en + row.name_en}
        for name in {values.fold(name.replace("›", "")) for name in names} - {""}:
            found[name].append(row)
    return found


def _people(names: set[str]) -> dict[str, list[User]]:
    found: dict[str, list[User]] = defaultdict(list)
    if not names:
        return found
    rows = User.objects.filter(Q(username__in=names) | Q(display_name__in=names)).order_by("pk")
    for user in rows:
        # The name to sign in with is nobody else's; a shown name may be several people's.
        for name in {user.username, user.display_name} & names:
            found[name].append(user)
    return {
        name: [user for user in users if user.username == name] or users
        for name, users in found.items()
    }


def judged(row: Row, around: Around) -> Checked:
    """What becomes of a row."""
    key = normalise_order(row["number"])
    if not key:
        return row.bad("number", gettext("Give the number the ticket had."))
    if key in around.known:
        return row.same(around.known[key])
    plan = Plan(row, _status(row))
    problems = [
        *_moments(row, plan, around.at),
        *_category(row, plan, around),
        *_handler(row, plan, around),
        *_product(row, plan, around),
    ]
    if problems:
        return row.wrong(problems)
    plan.owner = around.owners.find(row)
    _link_unit(row, plan, around)
    return row.new(plan)


def _status(row: Row) -> str:
    """What is only resolved would still be called about; see the package."""
    done = row["confirmed_at"] or row["resolved_at"]
    status = row["status"] or (Status.CONFIRMED if done else Status.RECEIVED)
    return Status.CONFIRMED if status == Status.RESOLVED else status


def _moments(row: Row, plan: Plan, at: datetime) -> list[Problem]:
    told = {name: row[name] for name in (*MOMENTS, "cancelled_at") if row[name]}
    if plan.status == Status.CONFIRMED:
        done = told.get("resolved_at") or told.get("confirmed_at")
        if done is None:
            words = gettext("A finished ticket needs the moment it was resolved. Fill it in.")
            return [Problem("resolved_at", words)]
        told.setdefault("resolved_at", done)
        told.setdefault("confirmed_at", done)
    elif plan.status == Status.CANCELLED:
        ends = [told.pop(name, None) for name in ("confirmed_at", "resolved_at")]
        last = next((end for end in ends if end), told["received_at"])
        told.setdefault("cancelled_at", last)
    elif ended := [name for name in ("resolved_at", "confirmed_at") if name in told]:
        words = gettext("The ticket is not finished, so this must be empty. Correct the state.")
        return [Problem(name, words) for name in ended]
    if plan.status != Status.CANCELLED:
        told.pop("cancelled_at", None)
    plan.moments = told
    return _order(told, at)


def _order(told: dict[str, datetime], at: datetime) -> list[Problem]:
    problems, last = [], None
    for name in (*MOMENTS, "cancelled_at"):
        if (moment := told.get(name)) is None:
            continue
        if moment > at:
            problems.append(Problem(name, gettext("This lies in the future. Correct it.")))
        elif last and moment < last:
            problems.append(Problem(name, gettext("This is before the moment before it.")))
        last = max(moment, last or moment)
    return problems


def _category(row: Row, plan: Plan, around: Around) -> list[Problem]:
    problems = []
    if row["category"]:
        found = around.categories.get(values.fold(row["category"].replace("›", "")), [])
        plan.category = found[0] if len(found) == 1 else None
        words = {
            0: gettext("There is no category “%(name)s”. Add it in the settings first."),
            1: "",
        }.get(len(found), gettext("Several categories are called “%(name)s”. Write their branch."))
        if words:
            problems.append(Problem("category", words % {"name": row["category"][:40]}))
    elif plan.status in WITH_CATEGORY:
        problems.append(Problem("category", gettext("Tickets in this state need a category.")))
    if plan.status in WITH_CATEGORY and not row["priority"]:
        problems.append(Problem("priority", gettext("Tickets in this state need a priority.")))
    return problems


def _handler(row: Row, plan: Plan, around: Around) -> list[Problem]:
    if not row["handler"]:
        if plan.status in WITH_HANDLER:
            return [Problem("handler", gettext("Tickets in this state need a handler."))]
        return []
    found = around.people.get(row["handler"], [])
    if len(found) == 1:
        plan.handler = found[0]
        return []
    words = (
        gettext("Several people are called “%(name)s”. Write the name they sign in with.")
        if found
        else gettext("Nobody signs in as “%(name)s”. Record the person first, or empty the cell.")
    )
    return [Problem("handler", words % {"name": row["handler"][:40]})]


def _product(row: Row, plan: Plan, around: Around) -> list[Problem]:
    plan.unit = around.units.get(normalise_serial(row["serial"] or ""))
    if not row["code"]:
        plan.product_id = plan.unit.product_id if plan.unit else None
        return []
    product = around.products.get(row["code"].upper())
    if product is None:
        return [Problem("code", unknown_product(row["code"]))]
    plan.product_id = product.pk
    if plan.unit and plan.unit.product_id != product.pk:
        plan.unit = None
    return []


def _link_unit(row: Row, plan: Plan, around: Around) -> None:
    """A unit of somebody else is not linked; a ticket that names nobody is its owner's."""
    if plan.unit is None:
        return
    owner: Any = plan.unit.customer_id
    if owner and plan.owner is None and not (row["name"] or row["phone"] or row["email"]):
        plan.owner = owner
    elif owner and plan.owner != owner:
        plan.unit = None
