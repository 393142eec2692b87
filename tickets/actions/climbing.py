"""Late promises on their ladders: who is told, rung by rung, until somebody sees to it.

A miss starts a `Climb` in the transaction that finds it; the sweep `climb_due` tells the rungs
whose time has come. After an outage several are told at once, each once.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from foundation.accounts.actors import SYSTEM, Actor, user_or_none
from foundation.notices.actions import News, notify
from tickets.actions.base import fact, verb
from tickets.actions.conversation import write
from tickets.actions.promises.sweep import THROUGH_DEADLINE, sweep
from tickets.choices import ClimbState, Moment
from tickets.models import Climb, Deadline, LadderStep, Ticket, TicketEvent
from tickets.queries.climbs import LATE, SOON, address
from tickets.queries.rungs import Rungs
from tickets.rules import ladders

# Whom everybody knows of is looked at again: somebody may have come to an empty rung.
AGAIN = timedelta(days=1)


def begin(rows: Iterable[Deadline], at: datetime) -> None:
    """Missed promises begin to climb; one statement."""
    Climb.objects.bulk_create(
        [
            Climb(deadline=row, ladder_id=row.ladder_id, due_at=row.breached_at)
            for row in rows
            if row.ladder_id and row.ended_at is None
        ],
        ignore_conflicts=True,
    )


def look_again(ticket: Ticket, at: datetime) -> None:
    """After what changes who is told when: the next sweep looks at the ticket's ladders."""
    climbs = Climb.objects.filter(deadline__ticket=ticket, deadline__ended_at__isnull=True)
    climbs.exclude(state=ClimbState.ACKNOWLEDGED).update(
        state=ClimbState.CLIMBING, due_at=at, ended_at=None
    )


def climb_due(at: datetime) -> int:
    """The sweep: tells the rungs whose time has come; returns how many promises were looked at."""
    rows = Climb.objects.filter(state=ClimbState.CLIMBING, due_at__lte=at)
    return sweep(rows, "due_at", _climb, at, ticket=THROUGH_DEADLINE)


def _climb(climbs: Sequence[Climb], at: datetime) -> None:
    standing = [row for row in climbs if row.deadline.is_waited_for]
    over = [row.pk for row in climbs if not row.deadline.is_waited_for]
    Climb.objects.filter(pk__in=over).update(state=ClimbState.ENDED, ended_at=at)
    steps: dict[int, list[LadderStep]] = {}
    for step in LadderStep.objects.filter(ladder__in={row.ladder_id for row in standing}):
        steps.setdefault(step.ladder_id, []).append(step)
    people = Rungs(row.deadline.ticket for row in standing)
    facts: list[TicketEvent] = []
    news: list[News] = []
    for row in standing:
        told = _look(row, steps.get(row.ladder_id, []), people, at)
        ticket = row.deadline.ticket
        for rung in told:
            data = {"promise": row.deadline.key, "rung": rung}
            facts.append(fact(ticket, "deadline.escalated", by=SYSTEM, at=at, data=data))
        who = {person for rung in told for person in people.of(ticket, rung)}
        if who:
            news.append(_news(LATE, row.deadline, who, str(row.deadline_id)))
    Climb.objects.bulk_update(standing, ["due_at", "told"], batch_size=500)
    TicketEvent.objects.bulk_create(facts, batch_size=500)
    notify(news, at=at)


def _look(row: Climb, steps: Iterable[LadderStep], people: Rungs, at: datetime) -> Sequence[str]:
    """Bring a climb to where it stands at `at`; returns the rungs to tell."""
    deadline, ticket = row.deadline, row.deadline.ticket
    priority = ticket.priority or ticket.proposed_priority
    told, following = ladders.climb(
        [(step.rung, timedelta(minutes=step.after(priority))) for step in steps],
        deadline.breached_at,
        {rung for rung, _ in row.told},
        at,
        lambda rung: bool(people.of(ticket, rung)),
    )
    row.told = [*row.told, *([rung, at.isoformat()] for rung in told)]
    row.due_at = following or at + AGAIN
    return told


def warn(rows: Sequence[Deadline], at: datetime) -> None:
    """Who works on it hears once that a promise is about to be missed; of news `news.remind` tells."""
    rows = [row for row in rows if row.promise.ends_on != Moment.NEWS]
    people = Rungs(row.ticket for row in rows)
    notify(
        [
            _news(SOON, row, people.of(row.ticket, "owner"), f"{row.pk}:{row.due_at:%Y%m%d%H%M}")
            for row in rows
        ],
        at=at,
    )


def _news(kind: str, deadline: Deadline, users: Iterable[int], once: str) -> News:
    data = {"deadline": deadline.pk}
    return News(kind, sorted(users), once, address(deadline.ticket), data)


@verb("acknowledge")
def acknowledge(row: Ticket, *, by: Actor, at: datetime, note: str = "") -> dict:
    """See to what is late: the ticket's missed promises climb no further. The note is internal."""
    climbs = Climb.objects.filter(deadline__ticket=row, state=ClimbState.CLIMBING)
    climbs.update(state=ClimbState.ACKNOWLEDGED, ended_at=at, ended_by=user_or_none(by))
    return {"message": write(row, note, by=by, at=at, public=False)} if note.strip() else {}
