"""The list of survey answers: by what it is narrowed, and what a file of it holds."""

import pytest
from django.utils import timezone

from foundation.accounts.actors import CaseHolder
from foundation.accounts.models import Grant, Role, User
from foundation.lists import exports
from foundation.lists.queries import selection
from surveys import actions
from surveys.lists import INVITATIONS
from surveys.models import Invitation, Question, Questionnaire
from tests import stories
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast, now, later):
    """Happy, low, not solved and open; three of Technical and one of Logistics."""
    rows = {}
    for number, (name, key) in enumerate(
        {
            "happy": "technical-no-start",
            "low": "technical-no-start",
            "unsolved": "technical-no-start",
            "open": "logistics-late",
        }.items()
    ):
        ticket = stories.resolved(
            later(minutes=number), cast.tang, key=key, contact=cast.anna, requester_name="王芳"
        )
        rows[name] = Invitation.objects.get(ticket=ticket)
    at = later(hours=5)
    for name, answers in {
        "happy": {"overall": 5, "recommend": 10, "timeliness": 4, "comment": "谢谢"},
        "low": {"overall": 2, "comment": "王芳等太久，请回电13812345678"},
    }.items():
        by = CaseHolder(rows[name].ticket_id)
        actions.finish(rows[name], answers=answers, by=by, at=at)
    actions.say_not_solved(
        rows["unsolved"], what="还是漏水", by=CaseHolder(rows["unsolved"].ticket_id), at=at
    )
    return rows


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", "open unsolved low happy"),
        ("order=oldest", "happy low unsolved open"),
        ("answer=low", "unsolved low"),
        ("view=low", "unsolved low"),
        ("answer=open", "open"),
        ("answer=answered", "unsolved low happy"),
        ("answer=staff", ""),
        ("solved=no", "unsolved"),
        ("solved=no&answer=low", "unsolved"),
        ("asked=2026-03-10..2026-03-10", "open unsolved low happy"),
        ("answered=..2026-03-09", ""),
        ("order=answered", "unsolved low happy"),
        ("q=nothing", ""),
    ],
)
def test_each_filter_narrows(query, names, asked, cast):
    found = selection(INVITATIONS.key, query, cast.sun).rows
    assert list(found) == [asked[name] for name in names.split()]


def test_a_ticket_number_finds_its_answers_and_the_questionnaire_narrows(asked, cast):
    typed = asked["low"].ticket.number.replace("-", " ")
    assert list(selection(INVITATIONS.key, f"q={typed}", cast.sun).rows) == [asked["low"]]
    key = Questionnaire.objects.get().pk
    found = selection(INVITATIONS.key, f"questionnaire={key}", cast.sun)
    assert len(found.rows) == 4 and not found.asked.ignored
    assert selection(INVITATIONS.key, "questionnaire=999", cast.sun).asked.ignored


def test_a_head_sees_and_takes_out_what_is_theirs(asked, cast):
    assert set(selection(INVITATIONS.key, "", cast.hu).rows) == set(asked.values()) - {
        asked["open"]
    }
    assert len(rows_of(cast.hu)) == 3


def rows_of(user) -> list[dict]:
    made = exports.open_list(user, {"list": INVITATIONS.key, "columns": []}, timezone.now())
    keys = [*INVITATIONS.column_map, "zone"]
    return [
        dict(zip(keys, row, strict=True))
        for _last, columns in made.chunks()
        for row in zip(*columns, strict=True)
    ]


def test_a_file_has_a_column_for_each_question(asked, cast):
    Question.objects.create(
        questionnaire=Questionnaire.objects.get(), key="place", kind="text",
        name_zh="地点", name_en="Place", text_zh="在哪里？", text_en="Where?",
    )  # fmt: skip
    asked["happy"].answers.create(question="place", text="杭州")
    happy, low, unsolved, still_open = rows_of(cast.sun)
    shown = ("solved", "overall", "recommend", "timeliness", "comment", "others")
    assert [happy[key] for key in shown] == ["yes", 5, 10, 4, "谢谢", "place: 杭州"]
    assert low["comment"] == "王芳等太久，请回电13812345678"
    assert [row["solved"] for row in (low, unsolved, still_open)] == ["yes", "no", ""]


def test_a_masked_reader_takes_out_no_names(asked, cast):
    for verb in ("surveys.view", "reports.export"):
        Grant.objects.create(role=Role.objects.get(key="quality"), verb=verb)
    rows = rows_of(User.objects.get(username="qian"))
    assert len(rows) == 4
    assert "王芳" not in str(rows) and "13812345678" not in str(rows)


def test_a_file_holds_what_one_may_take_out(asked, cast):
    Grant.objects.filter(role__key="supervisor", verb="reports.export").update(within="dept")
    Ticket.objects.exclude(pk=asked["low"].ticket_id).update(department=None)
    Ticket.objects.filter(pk=asked["low"].ticket_id).update(department=cast.sun.department)
    assert [row["overall"] for row in rows_of(User.objects.get(username="sun"))] == [2]


def test_as_many_queries_for_three_rows_as_for_one(asked, cast, django_assert_max_num_queries):
    rows_of(cast.sun)
    with django_assert_max_num_queries(10) as many:
        rows_of(cast.sun)
    Invitation.objects.exclude(pk=asked["low"].pk).delete()
    with django_assert_max_num_queries(10) as one:
        rows_of(cast.sun)
    assert len(one) == len(many)


@pytest.mark.parametrize("name", ["anna", "deng", "wu", "qian", "an"])
def test_others_do_not_read_them(cast, name):
    assert not INVITATIONS.may(getattr(cast, name))
