"""The customer of a ticket, the same for every reader's page."""

import pytest

from foundation.accounts.actors import SYSTEM
from tests import stories
from tickets import actions
from tickets.models import Ticket
from tickets.queries import person_of

pytestmark = pytest.mark.django_db


def test_what_came_with_the_request_stands_before_what_is_known(cast, now):
    owner = stories.customer("杭州宾馆有限公司")
    ticket = stories.received(now, requester_phone="13900001111")
    ticket = actions.link(ticket, by=SYSTEM, at=now, customer=owner)
    person = person_of(ticket, cast.anna)
    assert (person.customer, person.name, person.company) == (
        "杭州宾馆有限公司",
        "王芳",
        "杭州宾馆有限公司",
    )
    assert person.phones == ["13900001111", "13812345678"] and person.phone == "13900001111"
    assert person.emails == ["wang@example.com"]
    assert (person.address, person.is_masked) == ("杭州", False)


def test_those_who_do_not_need_them_see_masks(cast, now):
    ticket = stories.received(now, requester_phone="13900001111")
    person = person_of(ticket, cast.an)
    assert person.is_masked
    assert (person.customer, person.phones, person.emails) == (
        "王*",
        ["139****1111"],
        ["w***@example.com"],
    )


def test_an_address_that_bounced_stands_last_and_nobody_is_nobody(cast, now):
    owner = stories.customer(email="old@example.com")
    owner.contact_points.filter(kind="email").update(is_bounced=True)
    owner.contact_points.create(kind="email", value="new@example.com")
    ticket = stories.received(now, requester_email="", requester_phone="13900001111")
    ticket = actions.link(ticket, by=SYSTEM, at=now, customer=owner)
    assert person_of(ticket, cast.anna).emails == ["new@example.com", "old@example.com"]
    nobody = person_of(Ticket(), cast.an)
    assert (nobody.customer, nobody.name, nobody.phone, nobody.address) == ("", "", "", "")
