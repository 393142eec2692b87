from collections import defaultdict

import pytest
from django.template import Context, Template, engines
from django.template.loaders.locmem import Loader
from django.test import RequestFactory

from foundation.desk import panels


@pytest.fixture
def slot(monkeypatch):
    """Panels of this test only; a template shows what its query says."""
    monkeypatch.setattr(panels, "_slots", defaultdict(list))
    engine = engines["django"].engine
    pages = {name: f"<p>{name}:{{{{ words }}}}</p>" for name in ("first", "second", "third")}
    loader = Loader(engine, pages)
    monkeypatch.setattr(engine, "template_loaders", [loader, *engine.template_loaders])
    return lambda order, query, name: panels.register("test.slot", order, query, name)


def show(subject=None):
    source = "{% load desk %}{% panels 'test.slot' subject %}"
    request = RequestFactory().get("/")
    return Template(source).render(Context({"request": request, "subject": subject}))


@pytest.mark.django_db
def test_panels_stand_in_their_order_not_in_that_of_registration(slot):
    for order, name in ((50, "second"), (10, "first"), (90, "third")):
        slot(order, lambda subject, request: {"words": subject}, name)
    assert show("x") == "<p>first:x</p><p>second:x</p><p>third:x</p>"


@pytest.mark.django_db
def test_a_panel_with_nothing_to_show_is_not_there(slot):
    slot(1, lambda subject, request: None, "first")
    slot(2, lambda subject, request: {}, "second")
    assert show() == "<p>second:</p>"


@pytest.mark.django_db
def test_two_panels_may_have_the_same_order(slot):
    slot(1, lambda subject, request: {}, "first")
    slot(1, lambda subject, request: {}, "second")
    assert show() == "<p>first:</p><p>second:</p>"


def test_an_empty_slot_shows_nothing(slot):
    assert show() == ""


@pytest.mark.django_db
def test_what_a_panel_shows_is_escaped(slot):
    slot(1, lambda subject, request: {"words": subject}, "first")
    assert show("<script>") == "<p>first:&lt;script&gt;</p>"
