"""Questions to those who know more: asked, accepted, answered or turned down."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from foundation.accounts.actors import CaseHolder
from foundation.accounts.models import Department
from foundation.messaging.models import OutgoingMessage
from foundation.notices.models import Notice
from tests import stories
from tickets import actions, queries
from tickets.models import Question, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast, now) -> Ticket:
    return stories.in_progress(now, cast.tang, contact=cast.anna)


def asked(ticket, by, later, key="technical", person=None, target="department", **facts):
    department = Department.objects.get(key=key) if key else None
    facts = {"question": "电机为何反转？", **facts}
    actions.ask(
        ticket, by=by, at=later(hours=1), target=target, department=department, person=person,
        **facts,
    )  # fmt: skip
    return Question.objects.latest("pk")


def told(kind) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


PEOPLE = ("anna", "sun", "hu", "ma", "deng", "tang", "tian", "wu", "qian", "an", "root", "customer")
ASK = {"anna", "sun", "hu", "ma", "tang", "root"}
# Asked is the department of logistics; quality and R&D, and the administrator, answer anything.
ANSWER = {"wu", "qian", "root"}


@pytest.mark.parametrize("name", PEOPLE)
def test_who_asks(name, cast, ticket, later):
    by = CaseHolder(ticket.pk) if name == "customer" else getattr(cast, name)
    if name in ASK:
        question = asked(ticket, by, later)
        assert (question.state, question.asked_by, question.target) == ("open", by, "department")
    else:
        with pytest.raises(PermissionDenied):
            asked(ticket, by, later)
        assert not Question.objects.exists()


@pytest.mark.parametrize("name", PEOPLE)
def test_who_answers(name, cast, ticket, later):
    by = CaseHolder(ticket.pk) if name == "customer" else getattr(cast, name)
    question = asked(ticket, cast.sun, later, "logistics")
    for verb, facts in (
        ("accept_question", {}),
        ("return_question", {"reason": "不懂"}),
        ("advise", {"answer": "接线反了"}),
    ):
        run = actions.VERBS[verb]
        if name in ANSWER:
            if verb == "advise":
                question = asked(ticket, cast.sun, later, "logistics")
            run(ticket, by=by, at=later(hours=2), question=question, **facts)
        else:
            with pytest.raises(PermissionDenied):
                run(ticket, by=by, at=later(hours=2), question=question, **facts)
    states = set(Question.objects.values_list("state", flat=True))
    assert states == ({"returned", "done"} if name in ANSWER else {"open"})


def test_the_answer_keeps_its_promise_and_is_told(cast, ticket, later):
    question = asked(ticket, cast.tang, later, "quality", target="rnd")
    assert (question.deadline.key, question.deadline.state) == ("expert-answer", "running")
    assert told("question.given") == {"qian"}
    actions.accept_question(ticket, by=cast.qian, at=later(hours=1, minutes=5), question=question)
    actions.advise(
        ticket, by=cast.qian, at=later(hours=1, minutes=30), question=question, answer="相序错"
    )
    question.refresh_from_db()
    assert (question.state, question.answer, question.ended_by) == ("done", "相序错", cast.qian)
    assert question.deadline.state == "met"
    assert told("question.done") == {"tang"}
    entries = queries.timeline(Ticket.objects.get(pk=ticket.pk))
    told_words = [(e.words, e.body) for e in entries if "ask" in e.key or "dvis" in e.key]
    assert told_words == [
        ("Question to Quality control (R&D)", "电机为何反转？"),
        ("Question answered", "相序错"),
    ]


def test_a_person_is_asked_and_sees_the_ticket_until_the_answer(cast, ticket, later):
    def sees() -> bool:
        return Ticket.objects.visible_to(cast.tian).filter(pk=ticket.pk).exists()

    question = asked(ticket, cast.anna, later, key=None, person=cast.tian, target="expert")
    assert sees() and told("question.given") == {"tian"}
    actions.advise(ticket, by=cast.tian, at=later(hours=2), question=question, answer="换板")
    assert not sees()


def test_the_customer_is_told_honestly_where_the_asker_wishes(cast, ticket, later):
    asked(ticket, cast.anna, later)
    assert not ticket.messages.filter(audience="public").exists()
    asked(ticket, cast.anna, later, told="我们请了专家")
    assert ticket.messages.get(audience="public").body == "我们请了专家"
    assert OutgoingMessage.objects.filter(template_key="ticket.message").count() == 1
    # It counts as an answer and as news.
    assert ticket.deadlines.get(key="progress", round=1).state == "met"


def test_who_does_not_write_to_customers_tells_them_nothing(cast, ticket, later):
    with pytest.raises(ValidationError, match="does not write to customers"):
        asked(ticket, cast.tang, later, told="我们请了专家")
    assert not Question.objects.exists()


def test_what_a_question_needs(cast, ticket, later):
    for wrong in ({"question": " "}, {"target": "boss"}, {"key": None}):
        with pytest.raises(ValidationError):
            asked(ticket, cast.anna, later, **wrong)
    question = asked(ticket, cast.anna, later)
    with pytest.raises(ValidationError, match="Write an answer"):
        actions.advise(ticket, by=cast.hu, at=later(hours=2), question=question, answer=" ")
    actions.advise(ticket, by=cast.hu, at=later(hours=2), question=question, answer="好")
    with pytest.raises(ValidationError, match="No such question"):
        actions.advise(ticket, by=cast.qian, at=later(hours=2), question=question, answer="好")


def test_a_question_does_not_keep_the_ticket_open_and_ends_with_it(cast, ticket, later):
    question = asked(ticket, cast.anna, later, "quality")
    actions.resolve(ticket, by=cast.tang, at=later(hours=2), result="好了")
    question.refresh_from_db()
    assert (question.state, question.ended_at) == ("withdrawn", later(hours=2))
    assert told("question.withdrawn") == {"qian"}
