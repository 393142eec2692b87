"""The pages on which administrators say what is promised."""

import pytest
from django.urls import reverse
from django.utils import timezone

from foundation.calendars.actions import publish
from foundation.calendars.models import Calendar
from foundation.clockwork import jobs
from foundation.clockwork.models import Job
from tests import stories
from tickets.models import Deadline, Ladder, Policy, Promise
from tickets.queries.policies import length_words

pytestmark = pytest.mark.django_db


def form_of(page) -> dict:
    """What the browser would send back of an admin page."""
    form = page.context["adminform"].form
    data = {}
    for bound in [*form, *_inline_fields(page)]:
        widget = bound.field.widget
        value = bound.value()
        if hasattr(widget, "decompress"):
            for place, part in enumerate(widget.decompress(value)):
                data[f"{bound.html_name}_{place}"] = "" if part is None else part
        elif value not in (None, False):
            data[bound.html_name] = value
    return data


def _inline_fields(page):
    for one in page.context["inline_admin_formsets"]:
        yield from one.formset.management_form
        for form in one.formset.forms:
            yield from form


def test_a_promise_is_typed_in_hours_and_days(client, cast):
    client.force_login(cast.root)
    promise = Promise.objects.get(key="work-started")
    address = reverse("admin:tickets_promise_change", args=[promise.pk])
    data = form_of(client.get(address))
    assert (data["length_p1_0"], data["length_p1_1"]) == (4, "h")
    assert (data["length_p3_0"], data["length_p3_1"]) == (1, "w")
    data |= {"length_p1_0": "90", "length_p1_1": "m", "calendar_p2": "office"}
    data |= {"paused_by": ["customer", "parts"], "warn_percent": "50"}
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.context["errors"]
    promise.refresh_from_db()
    assert (promise.length_p1, promise.length_p2, promise.calendar_p2) == ("90m", "480m", "office")
    assert (promise.paused_by, promise.warn_percent) == (["customer", "parts"], 50)
    client.post(address, data | {"length_p1_0": "", "name_en": "Changed"})
    promise.refresh_from_db()
    assert promise.name_en != "Changed"


def test_the_list_shows_lengths_in_words(client, cast, django_assert_max_num_queries):
    client.force_login(cast.root)
    page = client.get(reverse("admin:tickets_promise_changelist")).content.decode()
    assert "4 h, 8 h, 1 working day" in page and "15 calendar days" in page


def test_a_policy_with_conditions_and_terms_is_made_from_the_admin_alone(client, cast, now, later):
    client.force_login(cast.root)
    address = reverse("admin:tickets_policy_add")
    promise = Promise.objects.get(key="first-response")
    data = form_of(client.get(address)) | {
        "name_zh": "贵宾", "name_en": "VIP", "is_active": "on", "order": "1",
        "when_tier": ["vip"], "when_channel": ["web", "phone"],
        "terms-TOTAL_FORMS": "1", "terms-INITIAL_FORMS": "0",
        "terms-0-promise": promise.pk, "terms-0-is_promised": "on",
    }  # fmt: skip
    for place in ("p1", "p2", "p3"):
        data[f"terms-0-length_{place}_0"], data[f"terms-0-length_{place}_1"] = "10", "m"
        data[f"terms-0-calendar_{place}"] = "24x7"
    answer = client.post(address, data)
    assert answer.status_code == 302, answer.context["errors"]
    policy = Policy.objects.get(name_en="VIP")
    assert policy.conditions == {"channel": ["web", "phone"], "tier": ["vip"]}
    page = client.get(reverse("admin:tickets_policy_changelist")).content.decode()
    assert "channel: web form, hotline" in page or "channel: hotline, web form" in page
    again = reverse("admin:tickets_policy_change", args=[policy.pk])
    data = form_of(client.get(again))
    assert data["when_tier"] == ["vip"]
    answer = client.post(again, data | {"when_tier": []})
    assert answer.status_code == 302, answer.context["errors"]
    policy.refresh_from_db()
    assert (list(policy.conditions), policy.version) == (["channel"], 2)


def test_which_policy_a_ticket_gets_and_why(client, cast, now):
    client.force_login(cast.root)
    ticket = stories.received(now, kind="return")
    address = reverse("admin:tickets_policy_which")
    page = client.get(address, {"number": ticket.number}).content.decode()
    assert ticket.number in page and "Returns and exchanges" in page
    assert "fits and decides" in page and "15 calendar days" in page
    assert "product category is Washing machines" in page
    typed = client.get(address, {"kind": "fault", "category": "technical-leak", "priority": "P1"})
    text = typed.content.decode()
    assert "kind of request is fault report, asked is return or exchange" in text
    assert "Not promised" in text
    refused = client.get(address, {"number": "2026-999999-9"}).content.decode()
    assert "There is no such ticket" in refused


def test_the_list_of_policies_asks_no_more_for_more_rows(client, cast, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.force_login(cast.root)
    address = reverse("admin:tickets_policy_changelist")
    client.get(address)
    with CaptureQueriesContext(
        connection,
    ) as few:
        client.get(address)
    for number in range(3):
        Policy.objects.create(
            name_zh=f"{number}", name_en=f"{number}", conditions={"tier": ["vip"]}
        )
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_the_shipped_ladder_with_its_steps(client, cast):
    client.force_login(cast.root)
    ladder = Ladder.objects.get(key="standard")
    page = client.get(reverse("admin:tickets_ladder_change", args=[ladder.pk]))
    steps = {
        step.rung: (step.after_p1, step.after_p2, step.after_p3) for step in ladder.steps.all()
    }
    assert steps == {
        "owner": (0, 0, 0), "supervisor": (0, 30, 60), "head": (30, 120, 480),
        "manager": (60, 480, 1440),
    }  # fmt: skip
    assert page.status_code == 200
    assert not Promise.objects.filter(ladder=None).exists()


def test_lengths_in_words():
    assert [length_words(text) for text in ("45m", "240m", "1w", "2w", "15d", "fixed")] == [
        "45 min", "4 h", "1 working day", "2 working days", "15 calendar days", "as named",
    ]  # fmt: skip


# --- a calendar changes --------------------------------------------------------------------------


def shorter(days=("mon", "tue", "wed", "thu", "fri")) -> dict:
    return {
        "timezone": "Asia/Shanghai", "week": {day: [["10:00", "12:00"]] for day in days},
    }  # fmt: skip


def test_publishing_starts_a_job_that_says_who_and_what(client, cast, later):
    at = timezone.now()
    tickets = [stories.received(at) for _ in range(3)]
    before = Deadline.objects.get(ticket=tickets[0], key="registered").due_at
    office = Calendar.objects.get(key="office")
    publish(office, shorter(), reason="winter hours", by=cast.root)
    job = Job.objects.get(kind="recalculate")
    assert (job.owner, job.total) == (cast.root, 6)
    # A slice of no time does one piece; what is done is not done again.
    assert jobs.run(job.pk, seconds=0).state in ("waiting", "done")
    while Job.objects.get(pk=job.pk).is_unfinished:
        jobs.run(job.pk)
    row = Deadline.objects.get(ticket=tickets[0], key="registered")
    note = row.history.get(kind="recomputed")
    assert row.calendar_version == 2 and row.due_at != before
    assert note.data == {
        "why": "calendar", "calendar": "office", "version": 2, "by": cast.root.pk,
        "before": before.isoformat(),
    }  # fmt: skip
    tickets[0].refresh_from_db()
    first = tickets[0].deadlines.order_by("due_at", "pk").first()
    assert (tickets[0].next_due_at, tickets[0].next_promise) == (first.due_at, first.key)
    client.force_login(cast.root)
    assert client.post(reverse("admin:tickets_promise_follow", args=[office.pk])).url == reverse(
        "admin:tickets_promise_behind"
    )


def test_a_stopped_job_goes_on_by_a_button(client, cast, monkeypatch):
    from tickets.actions.promises import recalculating

    monkeypatch.setattr(recalculating, "PIECE", 2)
    at = timezone.now()
    for _ in range(2):
        stories.received(at)
    office = Calendar.objects.get(key="office")
    publish(office, shorter(), reason="winter hours", by=cast.root)
    job = Job.objects.get(kind="recalculate")
    jobs.run(job.pk, seconds=0)
    jobs.stop(job)
    assert Deadline.objects.filter(calendar="office", calendar_version=2).count() == 2
    client.force_login(cast.root)
    page = client.get(reverse("admin:tickets_promise_behind")).content.decode()
    assert "2 open promises were computed with an older version" in page
    client.post(reverse("admin:tickets_promise_follow", args=[office.pk]))
    again = Job.objects.latest("pk")
    jobs.run(again.pk)
    assert not Deadline.objects.filter(calendar="office", calendar_version=1).exists()
    assert Deadline.objects.filter(history__kind="recomputed").count() == 4


def test_what_is_late_or_paused_keeps_what_it_was(cast, now, later):
    from tickets import actions

    late = stories.received(now)
    office = Calendar.objects.get(key="office")
    publish(office, shorter(), reason="winter hours", by=cast.root)
    jobs.run(Job.objects.get(kind="recalculate").pk)
    # Late for long, though no sweep has said so: the new hours excuse nothing.
    row = late.deadlines.get(key="first-response")
    assert (row.calendar_version, row.due_at) == (1, later(minutes=30))
    actions.breach_due(timezone.now())
    assert late.deadlines.get(key="first-response").breached_at == later(minutes=30)
