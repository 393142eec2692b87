"""A small world in which every page has something to show."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from care import actions as care
from customers.actions import record_order
from foundation.accounts import actions as accounts
from foundation.accounts.actors import SYSTEM
from foundation.messaging import actions as messaging
from foundation.messaging import inbound
from foundation.sheets import imports, targets
from foundation.sheets.exports import start
from knowledgebase import actions as knowledge
from surveys import queries as surveys
from surveys.models import Invitation
from tests import stories
from tests.foundation.files.conftest import picture
from tickets import actions
from tickets.actions import links
from tickets.models import Attachment, Ticket

MAIL = settings.BASE_DIR / "tests" / "mails" / "english-question.eml"


def solved_ticket(cast, at) -> Ticket:
    """Resolved by Tang; the customer has a link, an order and a survey, and is on the
    call list."""
    owner = stories.customer("李雷", "li@example.com")
    unit = stories.unit(owner)
    record_order(number="D1", customer=owner, phone="13812345678", by=SYSTEM, at=at)
    ticket = stories.resolved(at, cast.tang, contact=cast.anna, requester_phone="13812345678")
    ticket = actions.link(
        ticket, by=cast.sun, at=at + timedelta(hours=2), customer=owner, unit=unit
    )
    care.open_callback(ticket, kind="follow_up", due_at=timezone.now(), at=at)
    return ticket


def working_ticket(cast, at) -> Ticket:
    """Tang works on it; it has a photo."""
    ticket = stories.in_progress(at, cast.tang, contact=cast.anna)
    photo = SimpleUploadedFile("leak.jpg", picture("JPEG"))
    return actions.attach(ticket, by=SYSTEM, at=at + timedelta(hours=1), files=[photo], public=True)


def programs(cast, at) -> None:
    """One that holds a key, one that is told what happens."""
    accounts.make_key(name="Shop", scopes=["tickets:read"], user=cast.root, by=cast.root, at=at)
    messaging.record_endpoint(
        name="Shop", url="https://shop.example/", events=["ticket.received"], by=SYSTEM, at=at
    )


@pytest.fixture
def world(cast) -> SimpleNamespace:
    """The rows, and `places`: what fills the arguments of addresses."""
    at = timezone.now() - timedelta(hours=6)
    solved, working = solved_ticket(cast, at), working_ticket(cast, at)
    stories.received(at)
    inbound.receive(MAIL.read_bytes(), at=at)
    article = knowledge.record_article(slug="e1", is_public=True, by=SYSTEM, at=at)
    for language in ("zh-hans", "en"):
        knowledge.write(article, language=language, title="E1", body="进水", by=SYSTEM, at=at)
        knowledge.publish(article, language=language, by=SYSTEM, at=at)
    invitation = Invitation.objects.get(ticket=solved)
    programs(cast, at)
    sheet = SimpleUploadedFile("customers.csv", "name,phone\n王芳,13812345678\n".encode())
    imports.bring(targets.get("customers"), sheet, by=cast.ma, at=at)
    start("tickets.report", query={}, kind="csv", title="E", name="e", by=cast.sun)
    places = {
        "ticket": working,
        "number": working.number,
        "verb": "note",
        "deadline": working.deadlines.first().pk,
        "listed": "tickets.alltickets",
        "key": Attachment.objects.get(ticket=working).file.key,
        "slug": "e1",
        "target": "customers",
        "ending": "csv",
        "api.customer": solved.customer_id,
        "api.point": solved.customer.contact_points.first().pk,
        "api.unit": solved.unit_id,
        "api.order": solved.customer.orders.first().pk,
        "api.file": Attachment.objects.get(ticket=working).pk,
        "portal.token": links.token_of(links.link_for(working, at=at)),
        "surveys.token": surveys.token_of(invitation),
    }
    return SimpleNamespace(
        cast=cast, solved=solved, working=working, invitation=invitation, places=places
    )
