import pytest
from django.core.exceptions import ValidationError

from foundation.messaging import sandbox, templates


class Lock:
    def open(self):
        return "secret"


def test_plain_values_and_a_choice():
    source = "{% if customer.name %}{{ customer.name }}{% else %}–{% endif %} {{ n|default:'?' }}"
    assert sandbox.render(source, {"customer": {"name": "王<b>"}, "n": 7}) == "王<b> 7"
    assert sandbox.render(source, {"customer": {"name": None}, "n": None}) == "– ?"


@pytest.mark.parametrize(
    "source",
    [
        "{% load i18n %}",
        "{% include 'admin/base.html' %}",
        "{% extends 'admin/base.html' %}",
        "{% debug %}",
        "{% now 'Y' %}",
        "{% for c in name %}{{ c }}{% endfor %}",
        "{% url 'admin:index' %}",
        "{{ name|safe }}",
        "{{ name|ljust:999999999 }}",
        "{{ name.__class__ }}",
        "{{ _private }}",
        "{% if %}",
        "{{ name",
    ],
)
def test_nothing_else_is_reached(source):
    if source == "{{ name":
        assert sandbox.render(source, {}) == source
        return
    with pytest.raises(sandbox.TemplateSyntaxError):
        sandbox.render(source, {"name": "x"})


@pytest.mark.parametrize("source", ["{{ settings.SECRET_KEY }}", "{{ request }}", "{{ user }}"])
def test_what_was_not_given_is_empty(source):
    assert sandbox.render(source, {"name": "x"}) == ""


@pytest.mark.parametrize("value", [Lock(), Lock, print, [Lock()], b"x", {"inner": Lock()}])
def test_things_with_behaviour_are_not_taken(value):
    with pytest.raises(TypeError):
        sandbox.render("{{ thing.open }}", {"thing": value})


def test_text_of_a_customer_is_never_a_template():
    assert sandbox.render("{{ text }}", {"text": "{{ link }}{% x %}"}) == "{{ link }}{% x %}"


def test_the_result_is_plain_text_and_not_trusted_as_html():
    assert type(sandbox.render("<b>", {})) is str


def test_variables_are_found_wherever_they_stand():
    source = (
        "{{ a.b }}{% if c and not d.e == f %}{{ g|default:h }}{% elif i %}x{% else %}{{ j }}"
        "{% endif %}{% firstof k 'word' %}{% comment %}{{ unseen }}{% endcomment %}"
    )
    assert sandbox.variables_in(source) == ["a.b", "c", "d.e", "f", "g", "h", "i", "j", "k"]


def test_a_text_is_checked_before_it_is_kept(received):
    templates.check("received", "{{ ticket.number }} {{ organisation.hotline }} {{ link }}")
    with pytest.raises(ValidationError, match=r"Unknown variable: ticket\.secret"):
        templates.check("received", "{{ ticket.secret }}")
    with pytest.raises(ValidationError, match="has a mistake"):
        templates.check("received", "{% if link %}")


def test_a_preview_shows_example_values(received):
    subject, body = templates.preview("received", "en", "{{ ticket.number }}\n!", "{{ link }}")
    assert (subject, body) == ("26-000123-4 !", "https://x.example/t")


def test_shipped_texts_come_once_and_stay_the_administrators(db, kinds):
    row = {"key": "shipped", "language": "en", "subject": "Hello", "body": "Text"}
    assert templates.ship_templates([row]) == 1
    from foundation.messaging.models import MessageTemplate

    MessageTemplate.objects.filter(key="shipped").update(subject="Good day")
    assert templates.ship_templates([row]) == 0
    assert MessageTemplate.objects.get(key="shipped").subject == "Good day"
