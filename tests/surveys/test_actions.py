from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from care.models import Callback
from foundation.accounts.actors import SYSTEM, CaseHolder
from foundation.accounts.models import Grant
from foundation.clockwork import sweeps
from surveys import actions, queries
from surveys.defaults import ship_questionnaire
from surveys.models import Answer, Invitation, Question, Questionnaire
from tests import stories
from tickets import actions as tickets
from tickets.queries import public_timeline, timeline

pytestmark = pytest.mark.django_db

GOOD = {"timeliness": 5, "professionalism": 4, "effect": 5, "overall": 5, "recommend": 9}


def fresh(row):
    return type(row).objects.get(pk=row.pk)


def test_six_questions_are_shipped_once_in_two_languages():
    keys = ["timeliness", "professionalism", "effect", "overall", "recommend", "comment"]
    assert [question.key for question in Question.objects.all()] == keys
    assert Question.objects.get(key="effect").name_zh == "解决效果"
    Question.objects.filter(key="effect").delete()
    ship_questionnaire()
    assert Question.objects.count() == 5


def test_resolving_asks_the_customer_for_thirty_days(invitation, solved, later):
    assert (invitation.cycle, invitation.created_at) == (1, later(hours=2))
    assert invitation.expires_at == later(hours=2, days=30)


def test_a_question_answered_at_once_asks_too(now, cast):
    ticket = stories.registered(now, kind="consultation")
    tickets.answer(
        ticket, by=cast.anna, at=now, body="长按三秒", category=stories.category("consultation")
    )
    assert Invitation.objects.get().ticket == ticket


def test_without_a_questionnaire_nobody_is_asked(now, cast):
    Questionnaire.objects.update(is_active=False)
    stories.resolved(now, cast.tang)
    assert not Invitation.objects.exists()


def test_solved_confirms_and_meets_the_promise(invitation, solved, wang, later):
    actions.say_solved(invitation, by=wang, at=later(hours=3))
    ticket = fresh(solved)
    assert ticket.status == "confirmed"
    assert ticket.events.get(key="ticket.confirmed").data == {"how": "customer"}
    promise = ticket.deadlines.get(key="satisfaction")
    assert (promise.state, promise.ended_at) == ("met", later(hours=3))
    again = actions.say_solved(invitation, by=wang, at=later(hours=4))
    assert (again.is_solved, again.answered_at) == (True, None)
    assert ticket.events.filter(key="ticket.confirmed").count() == 1


def test_answers_are_kept_as_tapped_and_can_change_until_finished(invitation, wang, later):
    actions.keep(invitation, answers={"overall": 2}, by=wang, at=later(hours=3))
    actions.keep(invitation, answers={"overall": 4, "comment": "不错"}, by=wang, at=later(hours=3))
    actions.keep(invitation, answers={"comment": ""}, by=wang, at=later(hours=3))
    assert queries.given(invitation) == {"overall": 4}
    done = actions.finish(invitation, answers={"recommend": 8}, by=wang, at=later(hours=4))
    assert done.answered_at == later(hours=4)
    assert queries.given(done) == {"overall": 4, "recommend": 8}
    with pytest.raises(actions.Over):
        actions.keep(invitation, answers={"overall": 1}, by=wang, at=later(hours=5))
    assert queries.given(done)["overall"] == 4
    assert not Callback.objects.exists()


def test_finishing_twice_has_one_effect(invitation, solved, wang, later):
    for hours in (3, 4):
        actions.finish(invitation, answers=GOOD, by=wang, at=later(hours=hours))
    assert fresh(solved).status == "confirmed"
    assert fresh(invitation).answered_at == later(hours=3)
    assert solved.events.filter(key="survey.answered").count() == 1


def test_finishing_without_scores_confirms_too(invitation, solved, wang, later):
    actions.finish(invitation, answers={}, by=wang, at=later(hours=3))
    assert fresh(solved).status == "confirmed"
    assert not solved.events.filter(key="survey.answered").exists()


@pytest.mark.parametrize(("overall", "calls"), [(1, 1), (2, 1), (3, 0)])
def test_a_low_score_confirms_and_opens_a_follow_up(
    invitation, solved, wang, later, overall, calls
):
    actions.finish(invitation, answers={"overall": overall}, by=wang, at=later(hours=3))
    actions.finish(invitation, answers={"overall": overall}, by=wang, at=later(hours=3))
    assert fresh(solved).status == "confirmed"
    assert Callback.objects.count() == calls
    for call in Callback.objects.all():
        assert (call.kind, call.state, call.due_at) == ("follow_up", "open", later(hours=27))


def test_not_solved_reopens_with_the_customers_words(invitation, solved, wang, later):
    for _tab in (1, 2):
        actions.say_not_solved(invitation, what="还是不脱水", by=wang, at=later(hours=3))
    ticket, row = fresh(solved), fresh(invitation)
    assert (ticket.status, ticket.cycle) == ("in_progress", 2)
    assert [e.body for e in public_timeline(ticket)].count("还是不脱水") == 1
    assert (row.is_solved, row.answered_at, row.closed_at) == (False, later(hours=3), None)
    assert not Callback.objects.exists()


def test_not_solved_wants_words(invitation, solved, wang, later):
    with pytest.raises(ValidationError) as error:
        actions.say_not_solved(invitation, what="  ", by=wang, at=later(hours=3))
    assert "what" in error.value.message_dict
    assert (fresh(invitation).is_solved, fresh(solved).status) == (None, "resolved")


def test_solved_and_then_not_after_all(invitation, solved, wang, later):
    actions.say_solved(invitation, by=wang, at=later(hours=3))
    actions.say_not_solved(invitation, what="又坏了", by=wang, at=later(hours=4))
    assert fresh(solved).status == "in_progress"


def test_too_late_to_reopen_is_not_lost(invitation, solved, wang, later):
    tickets.confirm(solved, by=SYSTEM, at=later(days=1))
    actions.say_not_solved(invitation, what="又坏了", by=wang, at=later(days=20))
    assert fresh(solved).status == "confirmed"
    assert "又坏了" in [entry.body for entry in public_timeline(solved)]
    assert Callback.objects.get().due_at == later(days=21)


def test_reopening_by_others_takes_the_question_back_and_the_next_run_asks_anew(
    invitation, solved, wang, cast, later
):
    ticket = tickets.reopen(solved, by=cast.anna, at=later(hours=3), reason="来电：没好")
    assert fresh(invitation).closed_at == later(hours=3)
    with pytest.raises(actions.Over):
        actions.finish(invitation, answers=GOOD, by=wang, at=later(hours=4))
    ticket = tickets.start(ticket, by=cast.tang, at=later(hours=4))
    tickets.resolve(ticket, by=cast.tang, at=later(hours=5), result="好了")
    assert [i.cycle for i in Invitation.objects.open()] == [2]


def test_cancelling_closes_what_is_open(invitation, solved, later):
    ticket = tickets.reopen(solved, by=SYSTEM, at=later(hours=3), reason="-")
    tickets.cancel(ticket, by=SYSTEM, at=later(hours=4), reason="withdrawn")
    assert not Invitation.objects.open().exists()


def test_confirmed_otherwise_it_can_still_be_answered_until_it_expires(
    invitation, solved, wang, later
):
    tickets.confirm(solved, by=SYSTEM, at=later(days=7), how="silence")
    actions.finish(invitation, answers=GOOD, by=wang, at=later(days=29))
    assert queries.csat_of([solved.pk])[solved.pk]["overall"] == 5


def test_an_expired_survey_takes_nothing(invitation, solved, wang, later):
    with pytest.raises(actions.Over) as error:
        actions.finish(invitation, answers=GOOD, by=wang, at=later(days=31))
    assert error.value.code == "closed"
    assert (fresh(solved).status, Answer.objects.count()) == ("resolved", 0)


@pytest.mark.parametrize(
    "answers", [{"overall": 6}, {"overall": 0}, {"recommend": 11}, {"overall": "5"}, {"age": 3}]
)
def test_what_does_not_fit_is_refused_whole(invitation, wang, later, answers):
    with pytest.raises(ValidationError) as error:
        actions.finish(invitation, answers={"effect": 5, **answers}, by=wang, at=later(hours=3))
    assert not isinstance(error.value, actions.Over)
    assert (Answer.objects.count(), fresh(invitation).answered_at) == (0, None)


def test_a_required_question_is_asked_for(invitation, wang, later):
    Question.objects.filter(key="overall").update(is_required=True)
    with pytest.raises(ValidationError) as error:
        actions.finish(invitation, answers={"effect": 5}, by=wang, at=later(hours=3))
    assert "How satisfied are you overall?" in error.value.messages[0]


def test_what_was_tapped_and_left_counts_after_two_hours(invitation, solved, wang, later):
    actions.say_solved(invitation, by=wang, at=later(hours=3))
    actions.keep(invitation, answers={"overall": 1}, by=wang, at=later(hours=3, minutes=10))
    sweeps.tick(later(hours=5))
    assert fresh(invitation).answered_at is None
    for minutes in (10, 11):
        sweeps.tick(later(hours=5, minutes=minutes))
    row = fresh(invitation)
    assert (row.is_solved, row.answered_at) == (True, later(hours=5, minutes=10))
    assert Callback.objects.get().kind == "follow_up"


def test_what_nobody_answers_closes_at_its_end(invitation, later):
    assert actions.settle_due(later(days=29)) == 0
    assert actions.settle_due(later(days=30, hours=2)) == 1
    assert actions.settle_due(later(days=30, hours=3)) == 0
    assert fresh(invitation).closed_at == later(days=30, hours=2)


def test_a_link_to_another_case_answers_nothing(invitation, now, cast):
    other = CaseHolder(stories.received(now).pk)
    for verb in (actions.say_solved, actions.finish):
        more = {"answers": GOOD} if verb is actions.finish else {}
        with pytest.raises(PermissionDenied):
            verb(invitation, by=other, **more)
    assert fresh(invitation).is_solved is None


def test_without_the_permission_customers_rate_nothing(invitation, solved):
    Grant.objects.filter(verb="surveys.rate").delete()
    with pytest.raises(PermissionDenied):
        actions.finish(invitation, answers=GOOD, by=CaseHolder(solved.pk))


def test_a_colleague_types_in_what_was_said_and_it_is_counted_apart(
    invitation, solved, cast, later
):
    actions.type_in(invitation, is_solved=True, answers=GOOD, by=cast.anna, at=later(hours=3))
    ticket = fresh(solved)
    assert ticket.events.get(key="ticket.confirmed").data == {"how": "staff"}
    assert "Answers typed in: overall 5 of 5, recommends 9 of 10" in [
        entry.words for entry in timeline(ticket)
    ]
    assert queries.csat_of([ticket.pk])[ticket.pk]["by_staff"] is True
    with pytest.raises(actions.Over):
        actions.type_in(invitation, is_solved=True, answers=GOOD, by=cast.sun)


def test_typed_in_and_not_solved_reopens(invitation, solved, cast, later):
    more = {"by": cast.anna, "at": later(hours=3), "answers": {"overall": 2}}
    with pytest.raises(ValidationError) as error:
        actions.type_in(invitation, is_solved=False, **more)
    assert "what" in error.value.message_dict
    actions.type_in(invitation, is_solved=False, what="没修好", **more)
    assert fresh(solved).status == "in_progress"


@pytest.mark.parametrize("name", ["tang", "deng", "wu", "qian", "an"])
def test_who_does_not_speak_with_customers_types_in_nothing(invitation, cast, name):
    with pytest.raises(PermissionDenied):
        actions.type_in(invitation, is_solved=True, answers=GOOD, by=getattr(cast, name))
    with pytest.raises(PermissionDenied):
        actions.finish(invitation, answers=GOOD, by=getattr(cast, name))
    assert fresh(invitation).answered_at is None


def test_the_timeline_tells_the_customer_nothing_of_scores_and_nobody_of_words(
    invitation, solved, wang, later
):
    answers = {**GOOD, "comment": "师傅姓李"}
    actions.finish(invitation, answers=answers, by=wang, at=later(hours=3))
    assert public_timeline(solved)[-1].words == "You told us how it went"
    assert timeline(solved)[-1].words == "Survey answered: overall 5 of 5, recommends 9 of 10"
    assert all("师傅" not in str(event.data) for event in solved.events.all())


def test_withdrawn_links_withdraw_the_survey_address(invitation, solved, cast, later):
    token = queries.token_of(invitation)
    assert queries.find(token) == invitation
    tickets.revoke_link(solved, by=cast.sun, at=later(hours=3))
    assert queries.find(token) is None
    assert queries.find(queries.token_of(fresh(invitation))) == invitation


def test_figures_read_the_last_answered_run_in_one_query(
    invitation, solved, wang, cast, later, django_assert_num_queries
):
    actions.keep(invitation, answers={"overall": 1}, by=wang, at=later(hours=3))
    actions.say_not_solved(invitation, what="不行", by=wang, at=later(hours=3))
    ticket = tickets.start(fresh(solved), by=cast.tang, at=later(hours=4))
    tickets.resolve(ticket, by=cast.tang, at=later(hours=5), result="好了")
    second = Invitation.objects.get(cycle=2)
    actions.keep(second, answers={"overall": 3}, by=wang, at=later(hours=6))
    with django_assert_num_queries(1):
        assert queries.csat_of([solved.pk]) == {
            solved.pk: {"overall": 1, "cycle": 1, "by_staff": False}
        }
    actions.finish(second, answers={"comment": "谢谢"}, by=wang, at=later(hours=6))
    assert queries.csat_of([solved.pk, 0]) == {
        solved.pk: {"overall": 3, "comment": "谢谢", "cycle": 2, "by_staff": False}
    }


def test_an_answer_takes_the_call_off_the_list(invitation, solved, wang, later):
    sweeps.tick(later(hours=11))
    actions.finish(invitation, answers=GOOD, by=wang, at=later(hours=12))
    assert Callback.objects.get().state == "cancelled"


def test_half_an_answer_is_no_silence(invitation, solved, wang, later):
    """Saying that it is solved is the answer; scores only follow."""
    actions.say_solved(invitation, by=wang, at=later(hours=3))
    sweeps.tick(later(hours=3) + timedelta(days=1))
    assert not Callback.objects.exists()
