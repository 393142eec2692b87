"""Tasks 协办: who gives, takes and ends them, and who sees the ticket meanwhile."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse, reverse_lazy
from django.utils import timezone

from foundation.accounts.actors import CaseHolder
from foundation.accounts.models import Department
from foundation.notices.models import Notice
from tests import stories
from tickets import actions, queries
from tickets.models import Task, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(cast, now) -> Ticket:
    return stories.in_progress(now, cast.tang, contact=cast.anna)


def given(ticket, by, later, key="logistics", person=None, title="找排水泵配件") -> Task:
    department = Department.objects.get(key=key) if key else None
    actions.give_task(
        ticket, by=by, at=later(hours=1), title=title, due_at=later(days=1),
        department=department, person=person,
    )  # fmt: skip
    return Task.objects.latest("pk")


def sees(by, ticket) -> bool:
    found = Ticket.objects.visible_to(by).filter(pk=ticket.pk).exists()
    assert found == any(queries.in_scope(fresh(ticket), scope, by) for scope in by.scopes)
    return found


def fresh(ticket) -> Ticket:
    return Ticket.objects.get(pk=ticket.pk)


def told(kind) -> set[str]:
    return set(Notice.objects.filter(kind=kind).values_list("user__username", flat=True))


GIVERS = {"anna", "sun", "hu", "ma", "tang", "root"}
PEOPLE = ("anna", "sun", "hu", "ma", "deng", "tang", "tian", "wu", "qian", "an", "root")


@pytest.mark.parametrize("name", [*PEOPLE, "customer"])
def test_who_gives_and_withdraws(name, cast, ticket, later):
    by = CaseHolder(ticket.pk) if name == "customer" else getattr(cast, name)
    if name not in GIVERS:
        with pytest.raises(PermissionDenied):
            given(ticket, by, later)
        task = given(ticket, cast.anna, later)
        with pytest.raises(PermissionDenied):
            actions.withdraw_task(ticket, by=by, at=later(hours=2), task=task)
        return
    task = given(ticket, by, later)
    assert (task.state, task.asked_by, task.title) == ("open", by, "找排水泵配件")
    actions.withdraw_task(ticket, by=by, at=later(hours=2), task=task, reason="客户带来了")
    task.refresh_from_db()
    assert (task.state, task.ended_by, task.deadline.state) == ("withdrawn", by, "cancelled")


@pytest.mark.parametrize("name", [*PEOPLE, "customer"])
def test_who_is_asked_takes_and_ends_it_and_nobody_else(name, cast, ticket, later):
    by = CaseHolder(ticket.pk) if name == "customer" else getattr(cast, name)
    task = given(ticket, cast.sun, later)
    steps = [
        ("accept_task", {}),
        ("return_task", {"reason": "没有货"}),
        ("finish_task", {"outcome": "已找到"}),
    ]
    for verb, facts in steps:
        run = actions.VERBS[verb]
        if name in ("wu", "root"):
            if verb == "finish_task":
                task = given(ticket, cast.sun, later)
            run(ticket, by=by, at=later(hours=2), task=task, **facts)
        else:
            with pytest.raises(PermissionDenied):
                run(ticket, by=by, at=later(hours=2), task=task, **facts)
    states = set(Task.objects.values_list("state", flat=True))
    assert states == ({"returned", "done"} if name in ("wu", "root") else {"open"})


def test_the_life_of_a_task_stands_on_the_timeline_and_keeps_its_promise(cast, ticket, later):
    task = given(ticket, cast.anna, later)
    deadline = task.deadline
    assert (deadline.key, deadline.due_at, deadline.state) == ("task", later(days=1), "running")
    assert told("task.given") == {"wu"}
    actions.accept_task(ticket, by=cast.wu, at=later(hours=2), task=task)
    actions.finish_task(ticket, by=cast.wu, at=later(hours=3), task=task, outcome="三号库有两个")
    task.refresh_from_db()
    assert (task.state, task.accepted_by, task.outcome) == ("done", cast.wu, "三号库有两个")
    assert (task.deadline.state, task.deadline.ended_at) == ("met", later(hours=3))
    assert told("task.done") == {"anna"}
    entries = queries.timeline(fresh(ticket))
    words = [entry.words for entry in entries if "task" in entry.key]
    assert words == ["Help asked of Logistics", "Task accepted", "Task done"]
    assert "Task done" not in [entry.words for entry in queries.public_timeline(fresh(ticket))]


def test_each_task_has_a_promise_of_its_own(cast, ticket, later):
    first, second = given(ticket, cast.anna, later), given(ticket, cast.anna, later, "quality")
    actions.finish_task(ticket, by=cast.wu, at=later(hours=2), task=first, outcome="有")
    states = [Task.objects.get(pk=task.pk).deadline.state for task in (first, second)]
    assert states == ["met", "running"]


def test_a_late_task_stays_late(cast, ticket, later):
    task = given(ticket, cast.anna, later)
    actions.finish_task(ticket, by=cast.wu, at=later(days=2), task=task, outcome="有")
    task.refresh_from_db()
    assert (task.deadline.state, task.deadline.breached_at) == ("breached", later(days=1))


def test_who_turns_it_down_says_why_and_the_giver_is_told(cast, ticket, later):
    task = given(ticket, cast.tang, later)
    with pytest.raises(ValidationError, match="somebody else can be asked"):
        actions.return_task(ticket, by=cast.wu, at=later(hours=2), task=task, reason=" ")
    actions.return_task(ticket, by=cast.wu, at=later(hours=2), task=task, reason="停产了")
    assert told("task.returned") == {"tang"}
    assert ticket.messages.filter(audience="internal", body="停产了").count() == 1
    assert Task.objects.get().deadline.state == "cancelled"


def test_the_ticket_is_seen_while_the_task_is_open(cast, ticket, later):
    assert not sees(cast.wu, ticket)
    task = given(ticket, cast.anna, later)
    assert sees(cast.wu, ticket) and not sees(cast.tian, ticket)
    actions.finish_task(ticket, by=cast.wu, at=later(hours=2), task=task, outcome="有")
    assert not sees(cast.wu, ticket)
    with pytest.raises(PermissionDenied):
        actions.note(ticket, by=cast.wu, at=later(hours=3), body="x")


def test_a_person_asked_sees_it_beside_their_own_tickets(cast, ticket, now, later):
    own = stories.assigned(now, cast.tian)
    task = given(ticket, cast.anna, later, key=None, person=cast.tian)
    assert sees(cast.tian, ticket) and sees(cast.tian, own) and not sees(cast.wu, ticket)
    actions.withdraw_task(ticket, by=cast.sun, at=later(hours=2), task=task)
    assert not sees(cast.tian, ticket) and sees(cast.tian, own)
    assert told("task.withdrawn") == {"tian"}


def test_the_warehouse_reads_what_it_ships_by_and_no_more(cast, ticket, later):
    person = queries.person_of(ticket, cast.wu)
    Ticket.objects.filter(pk=ticket.pk).update(
        requester_phone="13812345678", requester_address="杭州市文三路5号"
    )
    person = queries.person_of(fresh(ticket), cast.wu)
    assert (person.name, person.address) == ("王芳", "杭州市文三路5号")
    assert (person.phone, person.emails) == ("138****5678", ["w***@example.com"])
    assert queries.person_of(fresh(ticket), cast.qian).name != "王芳"


def test_a_ticket_is_not_resolved_while_a_task_is_open(cast, ticket, later):
    task = given(ticket, cast.anna, later)
    with pytest.raises(actions.Refused, match="找排水泵配件") as refused:
        actions.resolve(ticket, by=cast.tang, at=later(hours=2), result="好了")
    assert refused.value.code == "task_open"
    actions.finish_task(ticket, by=cast.wu, at=later(hours=3), task=task, outcome="有")
    done = actions.resolve(ticket, by=cast.tang, at=later(hours=4), result="好了")
    assert done.status == "resolved"


def test_a_cancelled_ticket_needs_no_help_and_a_restored_one_does(cast, ticket, later):
    first, second = given(ticket, cast.anna, later), given(ticket, cast.anna, later)
    actions.accept_task(ticket, by=cast.wu, at=later(hours=2), task=first)
    actions.cancel(ticket, by=cast.sun, at=later(hours=3), reason="withdrawn")
    assert set(Task.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert not sees(cast.wu, ticket)
    actions.restore(ticket, by=cast.sun, at=later(hours=4))
    for task, state in ((first, "accepted"), (second, "open")):
        task.refresh_from_db()
        assert (task.state, task.ended_at, task.deadline.state) == (state, None, "running")
    assert sees(cast.wu, ticket)


def test_what_was_withdrawn_before_is_not_asked_again(cast, ticket, later):
    task = given(ticket, cast.anna, later)
    actions.withdraw_task(ticket, by=cast.anna, at=later(hours=2), task=task)
    actions.cancel(ticket, by=cast.sun, at=later(hours=3), reason="withdrawn")
    actions.restore(ticket, by=cast.sun, at=later(hours=4))
    task.refresh_from_db()
    assert (task.state, task.ended_at) == ("withdrawn", later(hours=2))


def test_what_a_task_needs(cast, ticket, later):
    logistics = Department.objects.get(key="logistics")
    facts = {"title": "找件", "due_at": later(days=1), "department": logistics}
    for wrong in (
        {"title": " "},
        {"due_at": later(hours=1)},
        {"department": None},
        {"person": cast.an, "department": None},
    ):
        with pytest.raises(ValidationError):
            actions.give_task(ticket, by=cast.anna, at=later(hours=1), **facts | wrong)
    assert not Task.objects.exists() and not Notice.objects.exists()


def test_what_has_ended_is_not_ended_again(cast, ticket, later, now):
    first, second = given(ticket, cast.anna, later), given(ticket, cast.anna, later)
    actions.accept_task(ticket, by=cast.wu, at=later(hours=2), task=first)
    with pytest.raises(ValidationError, match="accepted already"):
        actions.accept_task(ticket, by=cast.wu, at=later(hours=2), task=first)
    actions.finish_task(ticket, by=cast.wu, at=later(hours=3), task=first, outcome="有")
    with pytest.raises(ValidationError, match="ended already"):
        actions.finish_task(ticket, by=cast.wu, at=later(hours=4), task=first, outcome="有")
    other = stories.in_progress(now, cast.tang)
    given(other, cast.anna, later)
    with pytest.raises(ValidationError, match="ended already"):
        actions.finish_task(other, by=cast.wu, at=later(hours=4), task=second, outcome="有")


# --- the desk ------------------------------------------------------------------------------------


@pytest.fixture
def sign_in(client):
    def go(person):
        client.force_login(person)
        return client

    return go


def dialog(ticket, verb: str) -> str:
    return reverse("admin:tickets_alltickets_verb", args=[ticket.pk, verb])


def at_desk(ticket) -> str:
    return reverse("admin:tickets_alltickets_change", args=[ticket.pk])


TASKS = reverse_lazy("admin:tickets_task_changelist")


@pytest.fixture
def today():
    """The pages have the real clock."""
    start = timezone.now() - timedelta(hours=2)
    return start, lambda **time: start + timedelta(**time)


@pytest.fixture
def running(cast, today) -> Ticket:
    return stories.in_progress(today[0], cast.tang, contact=cast.anna)


def test_a_second_press_gives_one_task(sign_in, cast, running):
    client = sign_in(cast.anna)
    form = client.get(dialog(running, "give_task")).context["form"]
    logistics = Department.objects.get(key="logistics").pk
    typed = {
        "version": running.version,
        "once": form.initial["once"],
        "title": "查快递",
        "department": logistics,
        "due_at": f"{timezone.localtime() + timedelta(days=1):%Y-%m-%dT%H:%M}",
    }
    for _again in range(2):
        assert client.post(dialog(running, "give_task"), typed).status_code == 302
    assert Task.objects.get().department_id == logistics
    assert "查快递" in client.get(at_desk(running)).content.decode()


def test_the_warehouse_finds_its_task_and_ends_it_from_the_ticket(sign_in, cast, running, today):
    task = given(running, cast.anna, today[1])
    client = sign_in(cast.wu)
    assert "找排水泵配件" in client.get(TASKS, {"view": "mine"}).content.decode()
    assert (
        reverse("admin:tickets_task_changelist")
        in client.get(reverse("admin:index")).content.decode()
    )
    html = client.get(at_desk(running)).content.decode()
    assert f"verb/finish_task/?task={task.pk}" in html and "verb/withdraw_task/" not in html
    assert "王芳" in html and "wang@example.com" not in html
    form = client.get(dialog(running, "finish_task") + f"?task={task.pk}").context["form"]
    assert int(form.initial["task"]) == task.pk
    typed = {"version": 1, "once": "abc", "task": task.pk, "outcome": "已找到"}
    assert client.post(dialog(running, "finish_task"), typed).status_code == 302
    assert Task.objects.get().state == "done"
    assert client.get(at_desk(running)).status_code == 404
    # What they did stays in their list; the ticket is no longer theirs to open.
    listed = client.get(TASKS, {"state": "done"}).content.decode()
    assert "已找到" not in listed and "找排水泵配件" in listed
    answer = client.get(reverse("admin:tickets_task_change", args=[task.pk]))
    assert answer.url == reverse("admin:tickets_task_changelist")


def test_the_form_offers_only_what_is_asked_of_this_person(sign_in, cast, running, today):
    mine = given(running, cast.anna, today[1])
    other = given(running, cast.anna, today[1], "quality")
    field = sign_in(cast.wu).get(dialog(running, "finish_task")).context["form"].fields["task"]
    assert list(field.queryset) == [mine]
    typed = {"version": 1, "once": "abc", "task": other.pk, "outcome": "有"}
    assert sign_in(cast.wu).post(dialog(running, "finish_task"), typed).status_code == 200
    assert Task.objects.get(pk=other.pk).state == "open"


@pytest.mark.parametrize(
    ("name", "code"), [("anna", 200), ("sun", 200), ("wu", 200), ("qian", 200), ("an", 403)]
)
def test_who_opens_the_list(name, code, sign_in, cast, running, today):
    given(running, cast.anna, today[1], "technical")
    client = sign_in(getattr(cast, name))
    assert client.get(TASKS, {"view": "open"}).status_code == code
    shown = name in ("anna", "sun", "qian")
    html = client.get(TASKS, {"view": "open"}).content.decode()
    assert ("找排水泵配件" in html) == shown


def test_the_list_filters_and_costs_the_same_for_one_and_three(
    sign_in, cast, today, django_assert_max_num_queries
):
    costs = []
    for rows in (1, 2):
        for _row in range(rows):
            ticket = stories.in_progress(today[0], cast.tang, contact=cast.anna)
            given(ticket, cast.anna, today[1])
        client = sign_in(cast.wu)
        with django_assert_max_num_queries(30) as asked:
            assert (
                client.get(TASKS, {"view": "mine"}).content.decode().count("找排水泵配件") >= rows
            )
        costs.append(len(asked.captured_queries))
    assert costs[0] == costs[1]
    assert "找排水泵" not in client.get(TASKS, {"lateness": "late"}).content.decode()
    assert "找排水泵" not in client.get(TASKS, {"department": "quality"}).content.decode()
    Task.objects.all().delete()
    assert "Nobody waits for your help" in client.get(TASKS, {"view": "mine"}).content.decode()


def test_the_ticket_page_costs_the_same_for_one_and_three_tasks(
    sign_in, cast, running, today, django_assert_max_num_queries
):
    client, costs = sign_in(cast.sun), []
    client.get(at_desk(running))
    for tasks in (1, 2):
        for _task in range(tasks):
            given(running, cast.anna, today[1])
        with django_assert_max_num_queries(40) as asked:
            client.get(at_desk(running))
        costs.append(len(asked.captured_queries))
    assert costs[0] == costs[1]
