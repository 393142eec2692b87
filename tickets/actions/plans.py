"""What will be done: diagnosis and plan, the head's approval, the customer's acceptance."""

from datetime import datetime
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from foundation.accounts.actors import Actor, user_or_none
from foundation.accounts.queries import organisation
from foundation.notices import actions as news
from tickets import queries
from tickets.actions import notices
from tickets.actions.base import Refused, record, stamp, verb
from tickets.actions.conversation import end_holds, spoke, write
from tickets.actions.promises import follow_holds, moments
from tickets.choices import ON_SITE, Answer, Channel, HoldReason, Method, Moment, Payer
from tickets.models import Hold, ServicePlan, Ticket
from tickets.queries.plans import approvers, is_head, plan_of, plans_of, told
from tickets.rules import plans as rules

TO_APPROVE, SENT_BACK, DECLINED = "plan.to_approve", "plan.sent_back", "plan.declined"


@verb("plan")
def plan(
    row: Ticket,
    *,
    by: Actor,
    at: datetime,
    methods: list[str],
    finish_at: datetime,
    diagnosis: str = "",
    found_how: str = "",
    summary: str = "",
    work_minutes: int | None = None,
    parts: str = "",
    tools: str = "",
    payer: str = Payer.US,
    cost: Decimal = Decimal(0),
    compensation: Decimal = Decimal(0),
    change_reason: str = "",
    alternative: str = "",
) -> None:
    """Say what is wrong and what will be done by when; a second plan is a new version with its
    reason, and the customer is told.

    Costs are in the organisation's currency. Where a reason for approval holds, the plan waits for
    the department head, unless who made it decides on it; then for the customer's acceptance where
    it needs one. The first plan of a run that sends somebody out is stamped as `visited_at`.
    """
    earlier = plans_of(row)
    new = ServicePlan(
        ticket=row,
        cycle=row.cycle,
        version=len(earlier) + 1,
        methods=list(methods),
        finish_at=finish_at,
        diagnosis=diagnosis,
        found_how=found_how,
        summary=summary,
        work_minutes=work_minutes,
        parts=parts,
        tools=tools,
        payer=payer,
        cost=cost,
        compensation=compensation,
        change_reason=change_reason.strip(),
        alternative=alternative.strip(),
        made_at=at,
        made_by=user_or_none(by),
    )
    _refuse_incomplete(new, at)
    new.approval_reasons = rules.approval_reasons(
        row.priority, compensation, organisation().compensation_limit, any(p.runs for p in earlier)
    )
    _replace(earlier)
    _follow(row, new, by=by, at=at)


def _refuse_incomplete(new: ServicePlan, at: datetime) -> None:
    """Raise ValidationError where the plan leaves something open or contradicts itself."""
    wrong = {}
    if not new.methods or any(method not in Method.values for method in new.methods):
        wrong["methods"] = _("Choose at least one way to help.")
    if new.finish_at <= at:
        wrong["finish_at"] = _("The planned finish must lie ahead.")
    if new.version > 1 and not new.change_reason:
        wrong["change_reason"] = _("Say why the plan changes.")
    if new.payer not in Payer.values:
        wrong["payer"] = _("Choose who pays.")
    elif new.payer == Payer.CUSTOMER and new.cost <= 0:
        wrong["cost"] = _("Say what it costs the customer.")
    elif new.payer in (Payer.US, Payer.SUPPLIER) and new.cost > 0:
        wrong["payer"] = _("It costs the customer something, so choose that the customer pays.")
    if new.cost < 0:
        wrong["cost"] = _("An amount is not below zero.")
    if new.compensation < 0:
        wrong["compensation"] = _("An amount is not below zero.")
    if wrong:
        raise ValidationError(wrong)


def _replace(earlier: list[ServicePlan]) -> None:
    """Nobody needs to answer about a version that is replaced."""
    for old in earlier:
        if Answer.ASKED in (old.approval, old.acceptance):
            for name in ("approval", "acceptance"):
                if getattr(old, name) == Answer.ASKED:
                    setattr(old, name, Answer.NOT_NEEDED)
            old.save(update_fields=["approval", "acceptance"])


def _follow(row: Ticket, new: ServicePlan, *, by: Actor, at: datetime) -> None:
    """Keep the plan with its promise, then ask for approval or let it take effect."""
    if new.approval_reasons:
        decides = queries.permits(row, "approve_plan", by) and is_head(row, by)
        new.approval = Answer.YES if decides else Answer.ASKED
        if decides:
            new.decided_at, new.decided_by = at, user_or_none(by)
    new.save()
    stamp(row, "planned_at", at)
    if ON_SITE.intersection(new.methods):
        stamp(row, "visited_at", at)
    names = [Moment.PLANNED, *([Moment.VISIT_PLANNED] if Method.ONSITE in new.methods else [])]
    moments(row, names, at, due=new.finish_at, why="plan")
    waits = new.approval == Answer.ASKED
    data = {"finish_at": new.finish_at.isoformat(), "plan_version": new.version}
    # What is not approved is not promised to the customer.
    record(row, "ticket.planned", by=by, at=at, data=data, is_public=not waits)
    if waits:
        _ask_for_approval(row, new, by=by, at=at)
    else:
        end_holds(row, at, by=by, reasons=[HoldReason.APPROVAL])
        _take_effect(row, new, by=by, at=at)


def _ask_for_approval(row: Ticket, new: ServicePlan, *, by: Actor, at: datetime) -> None:
    _tell(row, TO_APPROVE, approvers(row, but=new.made_by_id), new, at)
    if row.holds.filter(reason=HoldReason.APPROVAL, ended_at__isnull=True).exists():
        return
    Hold.objects.create(ticket=row, reason=HoldReason.APPROVAL, started_at=at)
    row.is_on_hold = True
    follow_holds(row, at)
    record(row, "ticket.held", by=by, at=at, data={"reason": HoldReason.APPROVAL})


def _tell(row: Ticket, kind: str, users: list[int], about: ServicePlan, at: datetime) -> None:
    url = reverse("admin:tickets_alltickets_change", args=[row.pk])
    found = news.News(kind, users, str(about.pk), url, {"number": row.number})
    news.notify([found], at=at)


def _take_effect(row: Ticket, new: ServicePlan, *, by: Actor, at: datetime) -> None:
    """The plan is approved or needs no approval: ask the customer, or tell them of a change."""
    if rules.needs_acceptance(new.payer, new.cost, new.methods, new.alternative):
        new.acceptance = Answer.ASKED
        new.save(update_fields=["acceptance"])
        record(row, "ticket.plan_offered", by=by, at=at, data={"plan_version": new.version})
        _mail(row, "ticket.plan", new, at)
    elif new.version > 1:
        _mail(row, "ticket.plan_changed", new, at)


def _mail(row: Ticket, template: str, about: ServicePlan, at: datetime) -> None:
    with override(row.language):
        text = "\n".join(told(about))
    notices.to_customer(row, template, at=at, words={"text": text}, once=f"plan-{about.pk}")


def _decide(row: Ticket, answer: Answer, *, by: Actor, at: datetime) -> ServicePlan:
    present = plan_of(row)
    present.approval, present.decided_at, present.decided_by = answer, at, user_or_none(by)
    present.save(update_fields=["approval", "decided_at", "decided_by"])
    end_holds(row, at, by=by, reasons=[HoldReason.APPROVAL])
    return present


@verb("approve_plan")
def approve_plan(row: Ticket, *, by: Actor, at: datetime) -> None:
    """The plan may run; the customer is asked next where it needs their acceptance."""
    present = _decide(row, Answer.YES, by=by, at=at)
    data = {"finish_at": present.finish_at.isoformat(), "plan_version": present.version}
    record(row, "ticket.plan_approved", by=by, at=at, data=data)
    _take_effect(row, present, by=by, at=at)


@verb("reject_plan")
def reject_plan(row: Ticket, *, by: Actor, at: datetime, reason: str) -> dict:
    """The plan may not run; who made it is told why, and makes another."""
    if not reason.strip():
        raise ValidationError({"reason": _("Say why, so that the next plan is better.")})
    present = _decide(row, Answer.NO, by=by, at=at)
    message = write(row, reason, by=by, at=at, public=False)
    if present.made_by_id:
        _tell(row, SENT_BACK, [present.made_by_id], present, at)
    return {"plan_version": present.version, "message": message}


def _answer(
    row: Ticket, answer: Answer, plan: int | None, how: str, *, by: Actor, at: datetime
) -> ServicePlan:
    """Keep what the customer says about the version they saw (None: the latest)."""
    present = plan_of(row)
    if plan is not None and plan != present.version:
        raise Refused(
            _("The plan has changed in the meantime. Read the new one, then answer."),
            code="plan_changed",
        )
    if how not in Channel.values:
        raise ValidationError({"how": _("Choose how the customer answered.")})
    present.acceptance, present.answered_at, present.answered_how = answer, at, how
    present.save(update_fields=["acceptance", "answered_at", "answered_how"])
    end_holds(row, at, by=by, reasons=[HoldReason.CUSTOMER])
    return present


def _way(by: Actor, how: str) -> str:
    if by.actor_kind == "customer":
        return Channel.WEB
    return how or Channel.PHONE


@verb("accept_plan")
def accept_plan(
    row: Ticket, *, by: Actor, at: datetime, plan: int | None = None, how: str = ""
) -> dict:
    """The customer agrees to this version of the plan; staff record it with how they heard it."""
    present = _answer(row, Answer.YES, plan, _way(by, how), by=by, at=at)
    return {"plan_version": present.version, "how": present.answered_how}


@verb("decline_plan")
def decline_plan(
    row: Ticket,
    *,
    by: Actor,
    at: datetime,
    plan: int | None = None,
    how: str = "",
    body: str = "",
) -> dict:
    """The customer does not agree, and may say why; who made the plan is told."""
    present = _answer(row, Answer.NO, plan, _way(by, how), by=by, at=at)
    message = write(row, body, by=by, at=at, public=True) if body.strip() else None
    if by.actor_kind == "customer":
        spoke(row, by=by, at=at)
    people = {present.made_by_id, row.contact_id} - {None, by.pk}
    _tell(row, DECLINED, sorted(people), present, at)
    return {"plan_version": present.version, "how": present.answered_how, "message": message}
