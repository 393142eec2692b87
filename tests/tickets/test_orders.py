"""Orders at intake and on the ticket's page."""

import re
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from customers import actions as customers
from foundation.accounts.actors import SYSTEM
from foundation.accounts.models import Grant, Role
from tests import stories
from tests.tickets.test_admin import new_form
from tickets import actions
from tickets.models import Ticket

KNOWN = reverse("admin:tickets_intake_known")
NEW = reverse("admin:tickets_intake_add")


@pytest.fixture
def order(db):
    return customers.record_order(
        number="JD-2026 0301",
        ordered_on=date(2026, 3, 1),
        sold_by="京东旗舰店",
        phone="13900004321",
        lines=[{"product": stories.product(), "variant": "白色"}],
        by=SYSTEM,
    )


@pytest.fixture
def anna(client, cast):
    client.force_login(cast.anna)
    return client


def address(order) -> str:
    return reverse("admin:customers_order_change", args=[order.pk])


def without(form: dict, *names) -> dict:
    return {name: value for name, value in form.items() if name not in names}


@pytest.mark.parametrize("words", ["jd20260301", "139 0000 4321", "4321"])
def test_orders_appear_with_their_lines(anna, order, words):
    html = anna.get(KNOWN, {"words": words}).text
    assert address(order) in html and "白色" in html
    assert f'data-fill-product="{order.lines.get().product_id}"' in html
    assert 'data-fill-bought_on="2026-03-01"' in html
    assert "Nobody known" not in html


def test_an_orders_customer_appears_though_another_number_was_given(anna, order):
    owner = stories.customer()
    customers.change_order(order, customer=owner, by=SYSTEM)
    html = anna.get(KNOWN, {"words": "4321"}).text
    assert "王芳" in html and html.count(address(order)) == 1
    assert address(order) in anna.get(KNOWN, {"words": "13812345678"}).text


def test_the_chosen_line_fills_what_the_request_does_not_say(anna, order):
    owner, line = stories.customer(), order.lines.get()
    unit = stories.unit(owner)
    customers.change_order(order, customer=owner, by=SYSTEM)
    customers.change_order_line(line, unit=unit, by=SYSTEM)
    form = without(new_form(order_line=line.pk, bought_at="朋友"), "product")
    assert anna.post(NEW, form).status_code == 302
    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.unit, ticket.product) == (owner, unit, line.product)
    assert (ticket.order_number, ticket.bought_on) == ("JD-2026 0301", date(2026, 3, 1))
    assert ticket.bought_at == "朋友"  # what was typed stays


def test_somebody_else_may_call_about_an_order(anna, order):
    customers.change_order(order, customer=stories.customer(), by=SYSTEM)
    anna.post(NEW, new_form(order_line=order.lines.get().pk, customer=""))
    ticket = Ticket.objects.get()
    assert (ticket.customer, ticket.order_number) == (None, "JD-2026 0301")


def test_after_a_mistake_the_choice_and_the_words_are_still_there(anna, order):
    line = order.lines.get()
    html = anna.post(NEW, new_form(symptom="", order_line=line.pk, words="4321")).text
    assert address(order) in html and 'value="4321"' in html
    assert re.search(rf'name="order_line" value="{line.pk}"[^>]* checked>', html)


@pytest.mark.parametrize("value", ["x", "999999"])
def test_a_line_that_is_not_there_is_refused(anna, order, value):
    assert anna.post(NEW, new_form(order_line=value)).status_code == 200
    assert not Ticket.objects.exists()


def test_a_masked_role_finds_an_order_by_number_and_nobody(client, cast, order):
    role = Role.objects.get(key="quality")
    for verb in ("tickets.receive", "customers.view"):
        Grant.objects.create(role=role, verb=verb)
    customers.change_order(order, customer=stories.customer(), by=SYSTEM)
    client.force_login(cast.qian)
    for words in ("4321", "13900004321", "13812345678", "王芳"):
        html = client.get(KNOWN, {"words": words}).text
        assert "白色" not in html and 'value="王' not in html and "<b>王" not in html
    html = client.get(KNOWN, {"words": "JD20260301"}).text
    assert "白色" in html and "王芳" not in html and "4321" not in html


def test_who_may_not_see_orders_chooses_none(client, cast, order):
    role = Role.objects.get(key="warehouse")
    Grant.objects.create(role=role, verb="tickets.receive")
    client.force_login(cast.wu)
    assert "白色" not in client.get(KNOWN, {"words": "JD20260301"}).text
    assert client.post(NEW, new_form(order_line=order.lines.get().pk)).status_code in (200, 403)
    assert not Ticket.objects.exists()


def test_the_ticket_leads_to_its_order(client, cast, order):
    named = stories.received(timezone.now(), order_number="jd 2026-0301")
    unit = stories.unit(stories.customer())
    customers.change_order_line(order.lines.get(), unit=unit, by=SYSTEM)
    linked = actions.link(
        stories.received(timezone.now()), by=SYSTEM, customer=unit.customer, unit=unit
    )
    other = stories.received(timezone.now(), order_number="X1")
    pages = [
        reverse("admin:tickets_alltickets_change", args=[row.pk]) for row in (named, linked, other)
    ]
    client.force_login(cast.sun)
    assert [address(order) in client.get(url).text for url in pages] == [True, True, False]
    client.force_login(cast.an)
    assert [address(order) in client.get(url).text for url in pages] == [False, False, False]
    assert "jd 2026-0301" in client.get(pages[0]).text


def test_the_lookup_asks_as_often_for_one_as_for_three(anna, order, django_assert_max_num_queries):
    anna.get(KNOWN, {"words": "4321"})
    counts = []
    for number in range(3):
        owner = stories.customer(f"N{number}")
        unit = stories.unit(owner, f"S{number}")
        customers.record_order(
            number=f"N{number}",
            phone="13900004321",
            customer=owner,
            lines=[{"product": unit.product, "unit": unit}] * (number + 1),
            by=SYSTEM,
        )
        with django_assert_max_num_queries(24) as asked:
            anna.get(KNOWN, {"words": "4321"})
        counts.append(len(asked))
    assert counts[0] == counts[-1]
