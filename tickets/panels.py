"""What tickets show on the home page and below a ticket that is solved."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.desk import panels
from knowledgebase import beginnings
from tickets.queries import climbs, day, helping, home, learned, permissions, plans

WORDS = {
    "intake": _("to register"),
    "toclassify": _("to classify"),
    "toassign": _("to assign"),
    "mywork": _("to work on"),
    "unanswered": _("tickets whose customer waits for your answer"),
}


def waiting(user, request) -> dict | None:
    rows = home.waiting(user, timezone.now())
    for row in rows:
        queue = "mywork" if row["queue"] == "unanswered" else row["queue"]
        row["address"] = reverse(f"admin:tickets_{queue}_changelist")
        row["words"] = WORDS[row["queue"]]
    return {"rows": rows} if rows else None


def late(user, request) -> dict | None:
    rows = [permissions.veil(row, user) for row in home.late(user, timezone.now())]
    return {"tickets": rows} if rows else None


def own_day(user, request) -> dict | None:
    rows, has_more = day.day(user, timezone.now())
    return {"rows": rows, "has_more": has_more} if rows else None


def climbing(user, request) -> dict | None:
    rows = climbs.unacknowledged(user) if user.may("tickets.acknowledge") else []
    return {"rows": rows} if rows else None


def escalated(ticket, request) -> dict | None:
    steps = climbs.of_ticket(ticket, timezone.now())
    return {"steps": steps} if steps else None


def rhythm(user, request) -> dict | None:
    return {"today": home.rhythm(user, timezone.now())} if user.scopes - {"none"} else None


def to_approve(user, request) -> dict | None:
    """The plans that wait for this person's decision."""
    rows = plans.to_approve(user)
    for row in rows:
        permissions.veil(row.ticket, user)
    return {"plans": rows} if rows else None


HELPED = {
    "ticket.task_given", "ticket.task_given_to", "ticket.asked", "ticket.asked_person", "ticket.found"
}  # fmt: skip


def helped(ticket, request) -> dict | None:
    """Tasks, questions and what was found, with the steps of this person."""
    if HELPED.isdisjoint(ticket.told):
        return None
    found = helping.help_on(ticket, request.user)
    if not any(found.values()):
        return None
    return {**found, "ticket": ticket, "here": request.path.split("verb/")[0]}


ASKED = {
    "task": _("tasks for you and your department"),
    "question": _("questions for you and your department"),
}


def asked(user, request) -> dict | None:
    """What others wait for, where there is anything."""
    rows = [row for row in helping.waiting(user, timezone.now()) if row["count"]]
    for row in rows:
        row["address"] = reverse(f"admin:tickets_{row['kind']}_changelist")
        row["words"] = ASKED[row["kind"]]
    return {"rows": rows} if rows else None


def teaches(ticket, request) -> dict | None:
    """The way from what was solved to an article."""
    return {"ticket": ticket} if learned.may_teach(ticket, request.user) else None


def register() -> None:
    panels.register("ticket.now", 90, teaches, "desk/tickets/learn.html")
    beginnings.register("ticket", learned.beginning)
    panels.register("home.list", 5, own_day, "desk/tickets/home_day.html")
    panels.register("ticket.now", 10, helped, "desk/tickets/help.html")
    panels.register("home.list", 15, asked, "desk/tickets/home_waiting.html")
    panels.register("home.list", 10, waiting, "desk/tickets/home_waiting.html")
    panels.register("ticket.promises", 10, escalated, "desk/tickets/escalated.html")
    panels.register("home.rhythm", 5, climbing, "desk/tickets/home_climbs.html")
    panels.register("home.list", 20, to_approve, "desk/tickets/home_plans.html")
    panels.register("home.rhythm", 10, rhythm, "desk/tickets/home_rhythm.html")
    panels.register("home.rhythm", 20, late, "desk/tickets/home_late.html")
