import pytest
from django.urls import reverse

from foundation.accounts.actors import CaseHolder
from surveys import actions, queries
from surveys.models import Answer, Invitation, Question, Questionnaire
from tests import stories

pytestmark = pytest.mark.django_db
LIST = "admin:surveys_invitation_changelist"


def type_in(invitation) -> str:
    return reverse("admin:surveys_invitation_type_in", args=[invitation.pk])


@pytest.fixture
def answered(invitation, wang, later):
    return actions.finish(
        invitation, answers={"overall": 2, "comment": "等太久"}, by=wang, at=later(hours=3)
    )


def test_a_supervisor_reads_answers_and_changes_none(client, cast, answered):
    client.force_login(cast.sun)
    page = client.get(reverse(LIST))
    assert "等太久" in page.text
    one = reverse("admin:surveys_invitation_change", args=[answered.pk])
    assert "等太久" in client.get(one).text
    assert client.post(one, {"is_solved": ""}).status_code == 403
    assert client.get(reverse("admin:surveys_invitation_add")).status_code == 403
    answer = client.post(reverse("admin:surveys_invitation_delete", args=[answered.pk]))
    assert answer.status_code == 403
    assert Answer.objects.count() == 2


def test_unhappy_answers_are_a_click_away(client, cast, answered, now):
    stories.resolved(now, cast.tang)
    client.force_login(cast.sun)
    shown = {key: client.get(reverse(LIST), {"answer": key}).context["lines"]
             for key in ("low", "open", "answered", "staff")}  # fmt: skip
    assert {key: len(rows) for key, rows in shown.items()} == {
        "low": 1, "open": 1, "answered": 1, "staff": 0
    }  # fmt: skip


def test_a_head_sees_the_answers_of_the_own_department_only(client, cast, answered, now):
    other = stories.resolved(now, cast.tian, key="logistics-late")
    client.force_login(cast.hu)
    rows = client.get(reverse(LIST)).context["lines"]
    assert [row["pk"] for row in rows] == [answered.pk]
    elsewhere = Invitation.objects.get(ticket=other)
    page = reverse("admin:surveys_invitation_change", args=[elsewhere.pk])
    assert client.get(page).status_code == 302
    assert client.get(type_in(elsewhere)).status_code == 404


@pytest.mark.parametrize("name", ["anna", "deng", "wu", "qian", "an"])
def test_others_do_not_read_what_customers_wrote(client, cast, answered, name):
    client.force_login(getattr(cast, name))
    assert client.get(reverse(LIST)).status_code == 403


def test_an_agent_types_in_what_the_customer_said(client, cast, invitation, solved):
    # The pages live in the present; so must the survey.
    invitation.expires_at = invitation.expires_at.replace(year=2100)
    invitation.save()
    client.force_login(cast.anna)
    assert "How satisfied are you overall?" in client.get(type_in(invitation)).text
    data = {"is_solved": "no", "what": "", "q-overall": 2, "q-recommend": "", "q-comment": "慢"}
    answer = client.post(type_in(invitation), data)
    assert "Say what does not work" in answer.text and "慢" in answer.text
    answer = client.post(type_in(invitation), data | {"is_solved": "yes"})
    assert answer.status_code == 302
    row = Invitation.objects.get()
    assert (row.answered_by_staff, row.is_solved, row.ticket.status) == (True, True, "confirmed")
    assert queries.given(row) == {"overall": 2, "comment": "慢"}
    again = client.post(type_in(invitation), data | {"is_solved": "yes"})
    assert "The customer has answered already" in again.text


@pytest.mark.parametrize("name", ["qian", "an", "deng", "wu"])
def test_who_may_not_type_in_is_refused(client, cast, invitation, name):
    client.force_login(getattr(cast, name))
    assert client.post(type_in(invitation), {"is_solved": "yes"}).status_code in (403, 404)
    assert Invitation.objects.get().answered_at is None


def test_the_ticket_page_shows_what_was_answered(rf, cast, invitation, solved, wang, later):
    request = rf.get("/")
    request.user = cast.anna
    invitation.expires_at = invitation.expires_at.replace(year=2100)
    invitation.save()
    shown = queries.on_ticket(solved, request)
    assert (shown["lines"], shown["may_type_in"]) == ([], True)
    actions.finish(
        invitation, answers={"comment": "谢谢", "recommend": 9}, by=wang, at=later(hours=3)
    )
    shown = queries.on_ticket(solved, request)
    assert [(line.name, line.value, line.top) for line in shown["lines"]] == [
        ("Would recommend", 9, 10),
        ("Comment", "谢谢", None),
    ]
    assert shown["may_type_in"] is False
    assert queries.on_ticket(stories.received(later(hours=1)), request) is None


def test_an_administrator_edits_questions_but_not_their_keys(client, cast, answered):
    client.force_login(cast.root)
    questionnaire = Questionnaire.objects.get()
    page = reverse("admin:surveys_questionnaire_change", args=[questionnaire.pk])
    data = typed(client.get(page))
    data["questions-0-text_en"] = "Quick enough?"
    assert client.post(page, data).status_code == 302
    assert Question.objects.first().text_en == "Quick enough?"
    data["questions-0-kind"] = "text"
    assert "Answers depend on key and kind" in client.post(page, data).text
    assert Question.objects.first().kind == "scale"


def typed(response) -> dict:
    """The forms of a page as a browser would send them back."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    boxes = [box for form in forms for box in form]
    return {box.html_name: box.value() for box in boxes if box.value() not in (None, False)}


@pytest.mark.parametrize("name", ["sun", "anna", "ma", "qian"])
def test_only_settings_people_edit_questions(client, cast, name):
    client.force_login(getattr(cast, name))
    assert client.get(reverse("admin:surveys_questionnaire_changelist")).status_code == 403


def test_the_list_asks_the_same_for_one_and_for_three(
    client, cast, answered, now, django_assert_max_num_queries
):
    client.force_login(cast.sun)
    with django_assert_max_num_queries(14) as one:
        client.get(reverse(LIST))
    for _more in range(2):
        ticket = stories.resolved(now, cast.tang)
        row = Invitation.objects.get(ticket=ticket)
        actions.finish(
            row, answers={"overall": 5}, by=CaseHolder(ticket.pk), at=answered.answered_at
        )
    with django_assert_max_num_queries(len(one)):
        assert len(client.get(reverse(LIST)).context["lines"]) == 3
