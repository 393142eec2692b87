"""Figures for programs: the same as on the page, for the same people."""

import pytest
from django.utils import timezone

from reports import queries
from tests import stories
from tests.programs import program

pytestmark = pytest.mark.django_db
FIGURES = "/api/v1/figures/"


def test_only_who_sees_figures_gets_them(cast):
    allowed = {"sun", "hu", "ma", "qian", "an", "root"}
    for name, person in vars(cast).items():
        expected = 200 if name in allowed else 403
        assert program(person).get(FIGURES).status_code == expected, name


def test_they_are_those_of_the_page(cast):
    stories.received(timezone.now())
    told = program(cast.an).get(FIGURES, {"period": "7d", "channel": "web"}).json()
    figures = queries.figures(cast.an, "7d", queries.Cuts(channel="web"))
    assert told["figures"]["received"]["value"] == figures.values["received"].value == 1
    assert set(told["figures"]) == set(figures.values)
    none = program(cast.an).get(FIGURES, {"period": "7d", "channel": "phone"}).json()
    assert none["figures"]["received"]["value"] == 0


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("period=never", "period"),
        ("period=custom", "first"),
        ("period=custom&first=2026-02-01&last=2026-01-01", "last"),
        ("period=custom&first=0001-01-01&last=9999-01-01", "first"),
        ("period=custom&first=2001-01-01&last=2026-01-01", "last"),
        ("department=none", "department"),
        ("colour=red", "colour"),
    ],
)
def test_what_is_wrong_is_told_by_field(cast, query, field):
    answer = program(cast.sun).get(f"{FIGURES}?{query}")
    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])
