"""Plans: the present one, who decides on it, how it is told to the customer."""

from datetime import datetime
from decimal import Decimal

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor
from foundation.accounts.choices import Scope
from foundation.accounts.models import Grant, User
from foundation.desk.words import listed
from tickets import rules
from tickets.choices import Answer
from tickets.models import ServicePlan, Ticket

APPROVE = "tickets.approve_plan"
TYPED = (
    "diagnosis", "found_how", "summary", "parts", "tools", "change_reason", "alternative",
)  # fmt: skip


def plans_of(ticket: Ticket) -> list[ServicePlan]:
    """The versions of the present run, the latest first; one query, none where they are at hand."""
    if "plans" in getattr(ticket, "_prefetched_objects_cache", {}):
        return [plan for plan in ticket.plans.all() if plan.cycle == ticket.cycle]
    return list(ticket.plans.filter(cycle=ticket.cycle))


def plan_of(ticket: Ticket) -> ServicePlan | None:
    """The latest version of the present run: the one that holds."""
    return next(iter(plans_of(ticket)), None)


def veil_plans(plans: list[ServicePlan], ticket: Ticket, user: User) -> list[ServicePlan]:
    """The plans with their typed words as this person may read them; they must not be saved."""
    from tickets.queries.permissions import readable

    for plan in plans:
        for name in TYPED:
            setattr(plan, name, readable(ticket, user, getattr(plan, name)))
    return plans


def is_head(ticket: Ticket, by: Actor) -> bool:
    """Whether the actor approves plans of all departments, or of the ticket's own."""
    if by.is_superuser or Scope.ALL in by.matrix.get(APPROVE, ()):
        return True
    return ticket.department_id is not None and ticket.department_id == by.department_id


def decides_on_own(plan: ServicePlan, by: Actor) -> bool:
    """Whether this is the actor's own plan, and no role of theirs approves all."""
    if by.is_superuser or by.pk is None or plan.made_by_id != by.pk:
        return False
    return Scope.ALL not in by.matrix.get(APPROVE, ())


def approvers(ticket: Ticket, *, but: int | None = None) -> list[int]:
    """Who is told of a plan to approve: the heads of its department, else who approves all."""
    grants = Grant.objects.filter(verb=APPROVE)
    people = User.objects.filter(is_active=True).exclude(pk=but).order_by("pk")
    heads = people.filter(
        department=ticket.department_id,
        roles__in=grants.filter(within=Scope.DEPARTMENT).values("role"),
    )
    found = list(heads.values_list("pk", flat=True).distinct()) if ticket.department_id else []
    if found:
        return found
    everybody = people.filter(roles__in=grants.filter(within=Scope.ALL).values("role"))
    return list(everybody.values_list("pk", flat=True).distinct())


def to_approve(user: User, limit: int = 8) -> list[ServicePlan]:
    """The plans that wait for this person's decision, the oldest first; one query."""
    if not user.may(APPROVE):
        return []
    rows = ServicePlan.objects.filter(
        approval=Answer.ASKED,
        ticket__in=Ticket.objects.granting(APPROVE, user).filter(status__in=rules.PLANNED),
    )
    if not user.is_superuser and Scope.ALL not in user.matrix.get(APPROVE, ()):
        rows = rows.exclude(made_by=user)
    return list(rows.select_related("ticket", "made_by").order_by("made_at")[:limit])


def money(amount: Decimal) -> str:
    """An amount in the organisation's currency."""
    return f"{amount:,.2f}"


def _moment(at: datetime) -> str:
    """With its date: a mail is read on another day."""
    local = timezone.localtime(at)
    return f"{date_format(local, 'DATE_FORMAT')} {local:%H:%M}"


def told(plan: ServicePlan) -> list[str]:
    """The plan as the customer reads it, line by line, in the language that is on."""
    lines = [
        _("How we help: %(plan)s") % {"plan": listed(plan.method_words)},
        plan.summary,
        _("Planned finish: %(moment)s") % {"moment": _moment(plan.finish_at)},
    ]
    if plan.cost:
        lines.append(_("What it costs you: %(amount)s") % {"amount": money(plan.cost)})
    else:
        lines.append(_("It costs you nothing."))
    if plan.compensation:
        lines.append(_("Compensation for you: %(amount)s") % {"amount": money(plan.compensation)})
    if plan.alternative:
        lines.append(_("Meanwhile we offer you: %(offer)s") % {"offer": plan.alternative})
    return [line for line in lines if line]
