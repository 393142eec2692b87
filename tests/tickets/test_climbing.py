"""Late promises climb: who is told, in which order, once; until somebody sees to it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from foundation.accounts.models import Role, User
from foundation.clockwork import sweeps
from foundation.messaging.models import OutgoingMessage
from foundation.notices import queries as notices
from foundation.notices.models import Notice
from tests import stories
from tests.tickets.test_races import together
from tickets import actions
from tickets.actions.promises import sweep
from tickets.models import Climb, Deadline, Ticket, TicketEvent
from tickets.queries import climbs as queries

pytestmark = pytest.mark.django_db


def run(at):
    actions.warn_due(at)
    actions.breach_due(at)
    return actions.climb_due(at)


def told(ticket, promise="work-started"):
    rows = ticket.events.filter(key="deadline.escalated", data__promise=promise)
    return [row.data["rung"] for row in rows.order_by("at", "pk")]


def hears(user, kind="ticket.late"):
    return Notice.objects.filter(user=user, kind=kind).count()


@pytest.fixture
def late(cast, now):
    """A P2 case of tang's department that tang should have begun: due 18:10, five to ten."""
    ticket = stories.assigned(now, cast.tang, cast.anna)
    # One promise is enough to follow.
    Deadline.objects.filter(ticket=ticket).exclude(key="work-started").delete()
    return ticket


@pytest.fixture
def due(late):
    return late.deadlines.get(key="work-started").due_at


def test_each_rung_hears_at_its_time(cast, late, due):
    def after(**time):
        return due + timedelta(**time)

    run(due)
    assert told(late) == []  # exactly in time is in time
    run(after(minutes=1))
    assert told(late) == ["owner"]
    assert (hears(cast.tang), hears(cast.sun)) == (1, 0)
    run(after(minutes=29))
    assert told(late) == ["owner"]
    run(after(minutes=30))
    assert told(late) == ["owner", "supervisor"]
    assert (hears(cast.sun), hears(cast.hu), hears(cast.ma)) == (1, 0, 0)
    run(after(minutes=120))
    assert hears(cast.hu) == 1
    run(after(minutes=480))
    assert told(late) == ["owner", "supervisor", "head", "manager"]
    run(after(days=9))
    assert told(late) == ["owner", "supervisor", "head", "manager"]
    assert [hears(user) for user in (cast.tang, cast.sun, cast.hu, cast.ma)] == [1, 1, 1, 1]
    event = late.events.filter(key="deadline.escalated").last()
    assert event.actor_kind == "system" and not event.is_public


def test_after_an_outage_every_rung_is_told_once_and_together(cast, late, due):
    run(due + timedelta(hours=5))
    assert told(late) == ["owner", "supervisor", "head"]
    assert late.deadlines.get(key="work-started").breached_at == due
    run(due + timedelta(hours=5, minutes=1))
    run(due + timedelta(hours=8))
    assert told(late) == ["owner", "supervisor", "head", "manager"]
    assert Notice.objects.filter(kind="ticket.late").count() == 4


def test_a_clock_that_goes_back_tells_nothing_twice(late, due):
    for hours in (3, 1, 3):
        run(due + timedelta(hours=hours))
    assert told(late) == ["owner", "supervisor", "head"]


@pytest.mark.parametrize("end", ["start", "cancel"])
def test_what_is_kept_late_or_no_longer_needed_climbs_no_further(cast, late, due, end):
    run(due + timedelta(minutes=1))
    facts = {"reason": "withdrawn"} if end == "cancel" else {}
    at = due + timedelta(minutes=10)
    getattr(actions, end)(late, by=cast.root, at=at, **facts)
    run(due + timedelta(hours=9))
    assert told(late) == ["owner"]
    assert Climb.objects.get(deadline__key="work-started").state == "ended"
    if end == "cancel":
        actions.restore(late, by=cast.root, at=due + timedelta(hours=9))
        run(due + timedelta(hours=9, minutes=1))
        assert told(late) == ["owner", "supervisor", "head", "manager"]


def test_what_was_done_late_before_anybody_looked_wakes_nobody(cast, late, due):
    actions.start(late, by=cast.tang, at=due + timedelta(minutes=1))
    run(due + timedelta(hours=9))
    assert not Climb.objects.filter(deadline__key="work-started").exists()


def test_another_priority_has_another_ladder(cast, late, due):
    run(due + timedelta(minutes=1))
    assert told(late) == ["owner"]
    at = due + timedelta(minutes=2)
    actions.set_priority(late, by=cast.ma, at=at, priority="P1", reason="x")
    run(at)
    assert told(late)[:2] == ["owner", "supervisor"]


def test_a_rung_with_nobody_goes_on_to_the_next(cast, late, due):
    User.objects.filter(pk__in=[cast.tang.pk, cast.anna.pk, cast.hu.pk]).update(is_active=False)
    Role.objects.get(key="supervisor").people.clear()
    run(due + timedelta(minutes=1))
    # Nobody works on it, supervises or leads: the managers at once.
    assert told(late) == ["manager"]
    assert hears(cast.ma) == 1


def test_nobody_at_all_is_asked_again_until_somebody_comes(cast, late, due):
    User.objects.update(is_active=False)
    run(due + timedelta(minutes=1))
    assert told(late) == []
    User.objects.filter(pk=cast.ma.pk).update(is_active=True)
    run(due + timedelta(days=1, minutes=1))
    assert told(late) == ["manager"]


def test_without_a_handler_the_contact_hears_then_who_may_assign(cast, late, due):
    Ticket.objects.update(handler=None)
    run(due + timedelta(minutes=1))
    assert (hears(cast.anna), hears(cast.tang)) == (1, 0)
    other = stories.classified(timezone.now() - timedelta(days=3))
    run(timezone.now() - timedelta(days=2, hours=15))
    assert other.contact_id is None and told(other)[0] == "owner"
    assert hears(cast.hu) > 0  # the one in the technical department who may assign


def test_supervisors_of_the_department_where_there_are_any(cast, late, due):
    near = User.objects.create(username="near", department=cast.hu.department)
    near.roles.add(Role.objects.get(key="supervisor"))
    run(due + timedelta(minutes=30))
    assert (hears(near), hears(cast.sun)) == (1, 0)


def test_one_person_on_two_rungs_hears_once(cast, late, due):
    cast.hu.roles.add(Role.objects.get(key="manager"))
    run(due + timedelta(hours=9))
    assert hears(cast.hu) == 1


def test_who_works_on_it_is_warned_once(cast, late, due):
    row = late.deadlines.get(key="work-started")
    run(row.warn_at)
    run(row.warn_at + timedelta(minutes=1))
    assert (hears(cast.tang, "ticket.soon"), hears(cast.tang)) == (1, 0)


def test_notices_say_number_promise_and_how_late_in_both_languages(cast, now):
    start = timezone.now() - timedelta(hours=10, minutes=40)
    ticket = stories.assigned(start, cast.tang, cast.anna)
    run(timezone.now())
    rows = list(Notice.objects.filter(user=cast.tang, kind="ticket.late"))
    for language, name in (("en", "Work started"), ("zh-hans", "开始处理")):
        with translation.override(language), CaptureQueriesContext(connection) as asked:
            words = [line.words for line in notices.lines(rows)]
        assert len(asked) == 1
        line = next(line for line in words if name in line)
        assert ticket.number in line and ("2" in line)


def test_five_hundred_late_tickets_are_one_mail_each(cast, now):
    for person in (cast.tang, cast.sun, cast.hu, cast.ma):
        person.email = f"{person.username}@service.example"
        person.save()
    first = stories.assigned(now, cast.tang, cast.anna)
    model = first.deadlines.get(key="work-started")
    Deadline.objects.exclude(pk=model.pk).delete()
    fields = {f.attname: getattr(first, f.attname) for f in Ticket._meta.concrete_fields}
    tickets = Ticket.objects.bulk_create(
        Ticket(**fields | {"id": None, "number": f"T{n}"}) for n in range(499)
    )
    fields = {f.attname: getattr(model, f.attname) for f in Deadline._meta.concrete_fields}
    Deadline.objects.bulk_create(
        Deadline(**fields | {"id": None, "ticket_id": row.pk}) for row in tickets
    )
    at = model.due_at + timedelta(hours=9)
    actions.breach_due(at)
    with CaptureQueriesContext(connection) as asked:
        assert actions.climb_due(at) == 500
    assert len(asked) < 60  # the database takes so many values at once, and no more
    assert TicketEvent.objects.filter(key="deadline.escalated").count() == 2000
    assert hears(cast.ma) == 500
    sweeps.tick(at, strict=True)
    sweeps.tick(at + timedelta(minutes=1), strict=True)
    mails = OutgoingMessage.objects.filter(template_key="notice.digest")
    staff = ["hu", "ma", "sun", "tang"]
    found = sorted(mails.values_list("to_address", flat=True))
    assert found == [f"{name}@service.example" for name in staff]


def test_the_cost_is_by_batch(cast, now):
    costs = []
    for _ in range(2):
        tickets = [stories.assigned(now, cast.tang) for _ in range(1 if not costs else 3)]
        ours = Deadline.objects.filter(ticket__in=tickets)
        at = ours.get(ticket=tickets[0], key="work-started").due_at + timedelta(minutes=1)
        actions.breach_due(at)
        with CaptureQueriesContext(connection) as asked:
            assert actions.climb_due(at) >= len(tickets)
        costs.append(len(asked))
    assert costs[0] == costs[1]


def test_a_worker_killed_in_the_middle_leaves_its_batch_to_the_next(cast, now, monkeypatch):
    tickets = [stories.assigned(now, cast.tang) for _ in range(3)]
    at = tickets[0].deadlines.get(key="work-started").due_at + timedelta(hours=5)
    actions.breach_due(at)
    monkeypatch.setattr(sweep, "BATCH", 2)
    real, calls = TicketEvent.objects.bulk_create, []

    def killed(*args, **kwargs):
        calls.append(args)
        if len(calls) == 2:
            raise SystemExit  # not an Exception: nothing in the process lives on
        return real(*args, **kwargs)

    monkeypatch.setattr(TicketEvent.objects, "bulk_create", killed)
    with pytest.raises(SystemExit):
        actions.climb_due(at)
    monkeypatch.undo()
    actions.climb_due(at)
    for ticket in tickets:
        assert told(ticket) == ["owner", "supervisor", "head"]


# --- seeing to it -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["sun", "hu", "ma"])
def test_who_acknowledges_stops_the_ladder(cast, late, due, name):
    run(due + timedelta(minutes=1))
    at, version = due + timedelta(minutes=5), Ticket.objects.get(pk=late.pk).version
    done = actions.acknowledge(late, by=getattr(cast, name), at=at, note="I call them")
    assert done.version == version
    run(due + timedelta(days=3))
    assert told(late) == ["owner"]
    climb = Climb.objects.get(deadline__key="work-started")
    assert (climb.state, climb.ended_by, climb.ended_at) == (
        "acknowledged", getattr(cast, name), at,
    )  # fmt: skip
    event = late.events.get(key="ticket.lateness_seen")
    assert event.message.body == "I call them" and event.message.audience == "internal"
    with pytest.raises(actions.Refused) as refused:
        actions.acknowledge(late, by=cast.ma, at=due + timedelta(days=3))
    assert refused.value.code == "nothing_late"


@pytest.mark.parametrize("name", ["anna", "deng", "tang", "tian", "wu", "qian", "an"])
def test_who_may_not_acknowledge(cast, late, due, name):
    run(due + timedelta(minutes=1))
    with pytest.raises(PermissionDenied):
        actions.acknowledge(late, by=getattr(cast, name), at=due + timedelta(minutes=2))
    assert Climb.objects.get(deadline__key="work-started").state == "climbing"


def test_nobody_acknowledges_their_own_lateness_away(cast, late, due):
    Ticket.objects.update(handler=cast.sun)
    run(due + timedelta(minutes=1))
    with pytest.raises(actions.Refused) as refused:
        actions.acknowledge(late, by=cast.sun, at=due + timedelta(minutes=2))
    assert refused.value.code == "own_lateness"


def page(ticket, tail=""):
    return reverse("admin:tickets_alltickets_change", args=[ticket.pk]) + tail


@pytest.fixture
def climbs(cast):
    """Late by ten minutes now, and the one who works on it knows."""
    start = timezone.now() - timedelta(hours=8, minutes=20)
    ticket = stories.assigned(start, cast.tang, cast.anna)
    Deadline.objects.filter(ticket=ticket).exclude(key="work-started").delete()
    run(timezone.now())
    actions.show_next_promises([ticket.pk])
    return ticket


def test_the_desk_shows_how_far_it_climbed_and_the_button(cast, client, climbs):
    client.force_login(cast.sun)
    assert "verb/acknowledge/" in client.get(page(climbs)).content.decode()
    assert "escalated to who works on it" in client.get(page(climbs)).content.decode()
    home = client.get(reverse("admin:index")).content.decode()
    assert "Late and not acknowledged" in home and climbs.number in home
    assert client.get(page(climbs, "verb/acknowledge/")).status_code == 200
    answer = client.post(page(climbs, "verb/acknowledge/"), {"note": "", "version": 1})
    assert answer.status_code == 302
    shown = client.get(page(climbs)).content.decode()
    assert "Lateness acknowledged" in shown
    assert "verb/acknowledge/" not in shown and "escalated to" not in shown
    assert "Late and not acknowledged" not in client.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("name", ["anna", "deng", "qian", "an"])
def test_the_others_see_it_and_have_no_button(cast, client, climbs, name):
    client.force_login(getattr(cast, name))
    assert "verb/acknowledge/" not in client.get(page(climbs)).content.decode()
    assert client.get(page(climbs, "verb/acknowledge/")).status_code == 403
    assert "Late and not acknowledged" not in client.get(reverse("admin:index")).content.decode()


def test_a_ticket_in_time_asks_nothing_of_anybody(cast, client):
    ticket = stories.assigned(timezone.now(), cast.tang, cast.anna)
    client.force_login(cast.sun)
    assert "acknowledge" not in client.get(page(ticket)).content.decode()


def test_the_panel_at_home_costs_one_statement(cast, climbs):
    assert cast.sun.scopes and cast.sun.matrix  # read once for the whole page
    with CaptureQueriesContext(connection) as asked:
        ((ticket, step),) = queries.unacknowledged(cast.sun)
    assert len(asked) == 1 and ticket == climbs
    assert str(step.rungs) == "who works on it" and step.promise == "Work started"
    assert queries.unacknowledged(cast.hu) and queries.unacknowledged(cast.ma)
    Ticket.objects.update(department=cast.sun.department)
    assert queries.unacknowledged(cast.hu) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
@pytest.mark.skipif(connection.vendor != "postgresql", reason="needs row locks")
def test_two_workers_at_once_tell_each_rung_once(cast, now, monkeypatch):
    tickets = [stories.assigned(now, cast.tang) for _ in range(8)]
    at = tickets[0].deadlines.get(key="work-started").due_at + timedelta(hours=5)
    actions.breach_due(at)
    monkeypatch.setattr(sweep, "BATCH", 3)
    answers = together(*[lambda: actions.climb_due(at)] * 3)
    assert all(isinstance(answer, int) for answer in answers)
    actions.climb_due(at)
    for ticket in tickets:
        assert told(ticket) == ["owner", "supervisor", "head"]
    late = Notice.objects.filter(user=cast.tang, kind="ticket.late")
    assert late.count() == Climb.objects.filter(deadline__ticket__in=tickets).count()
