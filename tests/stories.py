"""Short stories that bring a ticket to where a test begins, through the real verbs."""

from datetime import timedelta

from customers.models import Batch, ContactPoint, Customer, Product, ProductCategory, Tier, Unit
from foundation.accounts.actors import SYSTEM, CaseHolder
from foundation.search import actions as search
from tickets import actions
from tickets.models import Category, Ticket

STRANGER = CaseHolder(None)


def product(code: str = "WM-800") -> Product:
    category, _ = ProductCategory.objects.get_or_create(
        key="washing", defaults={"name_zh": "洗衣机", "name_en": "Washing machines"}
    )
    return Product.objects.get_or_create(
        code=code,
        defaults={"category": category, "name_zh": "滚筒洗衣机", "name_en": "Washing machine"},
    )[0]


def customer(name: str = "王芳", email: str = "wang@example.com", vip: bool = False) -> Customer:
    row = Customer.objects.create(
        name=name, tier=Tier.objects.get(key="vip" if vip else "regular"), city="杭州"
    )
    ContactPoint.objects.create(customer=row, kind="phone", value="13812345678")
    if email:
        ContactPoint.objects.create(customer=row, kind="email", value=email)
    search.index("customers", [row.pk])
    return row


def unit(owner: Customer | None = None, serial: str = "SN-0001") -> Unit:
    model = product()
    batch, _ = Batch.objects.get_or_create(product=model, code="B2601")
    row = Unit.objects.create(product=model, batch=batch, serial=serial, customer=owner)
    search.index("units", [row.pk])
    if owner:
        search.index("customers", [owner.pk])
    return row


def category(key: str = "technical-no-start") -> Category:
    return Category.objects.get(key=key)


def received(at, **facts) -> Ticket:
    """A request from the web form, by nobody we know."""
    facts = {
        "kind": "fault",
        "language": "zh-hans",
        "symptom": "洗衣机不脱水",
        "requester_name": "王芳",
        "requester_email": "wang@example.com",
        "impact": "unusable",
        **facts,
    }
    facts.setdefault("product", product())
    return actions.receive(by=STRANGER, channel="web", facts=facts, at=at)


def registered(at, **facts) -> Ticket:
    return actions.register(received(at, **facts), by=SYSTEM, at=at + timedelta(minutes=5))


def classified(at, priority: str = "P2", key: str = "technical-no-start", **facts) -> Ticket:
    return actions.classify(
        registered(at, **facts),
        by=SYSTEM,
        at=at + timedelta(minutes=10),
        category=category(key),
        priority=priority,
        reason="as a test",
    )


def assigned(at, handler, contact=None, **facts) -> Ticket:
    return actions.assign(
        classified(at, **facts),
        by=SYSTEM,
        at=at + timedelta(minutes=15),
        handler=handler,
        contact=contact,
    )


def in_progress(at, handler, **facts) -> Ticket:
    return actions.start(assigned(at, handler, **facts), by=SYSTEM, at=at + timedelta(minutes=30))


def resolved(at, handler, **facts) -> Ticket:
    return actions.resolve(
        in_progress(at, handler, **facts),
        by=SYSTEM,
        at=at + timedelta(hours=2),
        result="已更换排水泵，试机正常。",
        cause="排水泵损坏",
        remedy="更换排水泵",
    )


def confirmed(at, handler, **facts) -> Ticket:
    return actions.confirm(resolved(at, handler, **facts), by=SYSTEM, at=at + timedelta(hours=3))


def cancelled(at, **facts) -> Ticket:
    return actions.cancel(
        received(at, **facts), by=SYSTEM, at=at + timedelta(minutes=20), reason="withdrawn"
    )
