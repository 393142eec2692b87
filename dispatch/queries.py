"""What a technician has to do, what a job page shows, and who could take a job."""

from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from dispatch import rules
from dispatch.choices import Section
from foundation.accounts.models import User
from foundation.accounts.queries import organisation
from knowledgebase.models import ArticleText, language_now
from knowledgebase.queries import suggest
from tickets import queries as tickets
from tickets.choices import Status
from tickets.models import Promise, Ticket
from tickets.queries.candidates import Candidate, able, in_department, why_of
from tickets.rules import Facts, parse_number, refusal

MOST = 100
WORKING = (Status.ASSIGNED, Status.IN_PROGRESS)
DONE = (Status.RESOLVED, Status.CONFIRMED)


# --- the day -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Job:
    """One card: the ticket, the verb to offer ("" for none), where it is, what is promised next."""

    ticket: Ticket
    verb: str
    place: str
    promise: str


@dataclass(frozen=True)
class Part:
    """A section of the day with its jobs, most urgent first."""

    section: Section
    jobs: list[Job]

    @property
    def is_dangerous(self) -> bool:
        return any(job.ticket.is_safety for job in self.jobs)


@dataclass
class Day:
    parts: list[Part]
    done: list[Ticket] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not self.parts


def jobs_of(user: User, at: datetime) -> Day:
    """The jobs this person handles now, in sections, and what they finished today.

    A section with a danger to people comes first, then the order of `Section`.
    "Today" is the organisation's day. At most 100 jobs; four queries whatever is found.
    """
    names = {promise.key: promise.name for promise in Promise.objects.all()}
    found: dict[str, list[Job]] = {}
    rank = ("-is_safety", "priority", F("next_due_at").asc(nulls_last=True), "pk")
    for ticket in _mine(user).filter(status__in=WORKING).order_by(*rank)[:MOST]:
        found.setdefault(_section(ticket), []).append(_job(ticket, user, names))
    parts = [Part(section, found[section]) for section in Section if section in found]
    parts.sort(key=lambda part: not part.is_dangerous)
    return Day(parts, list(_finished(user, at)))


def _mine(user: User) -> QuerySet[Ticket]:
    """The person's tickets, with the stamps of the present cycle beside them."""
    return (
        Ticket.objects.visible_to(user)
        .filter(handler=user, cycles__number=F("cycle"))
        .annotate(
            accepted_at=F("cycles__accepted_at"),
            started_at=F("cycles__started_at"),
            resolved_at=F("cycles__resolved_at"),
        )
        .select_related("customer", "product")
    )


def _finished(user: User, at: datetime) -> QuerySet[Ticket]:
    zone = ZoneInfo(organisation().time_zone)
    midnight = at.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    done = _mine(user).filter(
        status__in=DONE, cycles__resolved_by=user, cycles__resolved_at__gte=midnight
    )
    return done.order_by("-resolved_at")[:MOST]


def _section(ticket: Ticket) -> str:
    return rules.section(
        ticket.status,
        is_accepted=bool(ticket.accepted_at),
        is_started=bool(ticket.started_at),
        is_on_hold=ticket.is_on_hold,
    )


def _job(ticket: Ticket, user: User, names: dict[str, str]) -> Job:
    facts = Facts(
        status=ticket.status,
        is_accepted=bool(ticket.accepted_at),
        is_started=bool(ticket.started_at),
        open_holds=frozenset({"any"}) if ticket.is_on_hold else frozenset(),
    )
    possible = [
        verb for verb in rules.NEXT if user.may(f"tickets.{verb}") and refusal(verb, facts) is None
    ]
    return Job(
        ticket,
        rules.next_verb(possible),
        tickets.person_of(ticket, user).address,
        names.get(ticket.next_promise, ""),
    )


# --- the job -------------------------------------------------------------------------------------


def job(user: User, number: str) -> Ticket | None:
    """The ticket with everything the job page shows of it, or None where it is not theirs to see."""
    return (
        Ticket.objects.visible_to(user)
        .for_list()
        .select_related("unit__batch", "unit__product")
        .prefetch_related("customer__contact_points")
        .filter(number=parse_number(number) or "")
        .first()
    )


def helpful_articles(ticket: Ticket, user: User) -> list[ArticleText]:
    """Articles that may help with this problem; internal ones for those who may read them."""
    words = f"{ticket.product.code if ticket.product_id else ''} {ticket.symptom}"
    public_only = not user.may("knowledge.view")
    return suggest(words, language_now(), public_only=public_only, limit=3)


# --- who could take it ---------------------------------------------------------------------------


def candidates(ticket: Ticket) -> list[Candidate]:
    """People for a job, best first: the owning department, workers before leaders, who knows the
    unit, who knows the customer, least open work. Two queries."""
    known = _acquainted(ticket)
    found = [_candidate(user, ticket, known) for user in able().exclude(pk=ticket.handler_id)]
    return sorted(found, key=_rank)


def _acquainted(ticket: Ticket) -> dict[int, tuple[int, int]]:
    """{user: (their other tickets of this unit, of this customer)}."""
    unit, customer = Q(unit=ticket.unit_id), Q(customer=ticket.customer_id)
    same = Q(pk__in=[])
    same |= unit if ticket.unit_id else Q(pk__in=[])
    same |= customer if ticket.customer_id else Q(pk__in=[])
    rows = (
        Ticket.objects.filter(same, handler__isnull=False)
        .exclude(pk=ticket.pk)
        .order_by()
        .values("handler")
        .annotate(of_unit=Count("pk", filter=unit), of_customer=Count("pk", filter=customer))
    )
    return {row["handler"]: (row["of_unit"], row["of_customer"]) for row in rows}


def _candidate(user: User, ticket: Ticket, known: dict[int, tuple[int, int]]) -> Candidate:
    of_unit, of_customer = known.get(user.pk, (0, 0))
    knows_unit = bool(ticket.unit_id and of_unit)
    knows_customer = bool(ticket.customer_id and of_customer)
    phrase = ""
    if knows_unit:
        phrase = _("worked on this unit before")
    elif knows_customer:
        phrase = _("worked for this customer before")
    return Candidate(
        user=user,
        load=user.load,
        is_in_department=in_department(user, ticket),
        why=why_of(user, phrase),
        knows_unit=knows_unit,
        knows_customer=knows_customer,
    )


def _rank(c: Candidate) -> tuple:
    return (
        not c.is_in_department,
        c.user.is_lead,
        not c.knows_unit,
        not c.knows_customer,
        c.load,
        str(c.user),
    )
