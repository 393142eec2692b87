"""The ticket's page and the dialogs of its verbs, shared by every desk."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import F, FilteredRelation, Prefetch, Q
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from foundation.clockwork.once import fingerprint, once
from foundation.desk.forms import tell
from foundation.files.responses import serve
from knowledgebase.queries import suggest
from tickets import queries
from tickets.actions import VERBS, Stale
from tickets.choices import Channel, Verb
from tickets.forms import desk, helping, plans
from tickets.forms.desk import MessageForm, VerbForm
from tickets.models import Attachment, Promise, ServicePlan, Ticket
from tickets.queries.news import latest_rounds
from tickets.queries.plans import plans_of, veil_plans
from tickets.queries.story import promises

FORMS = desk.FORMS | plans.FORMS | helping.FORMS
# The step that each state waits for; the first that this person may take is the filled button.
NEXT = {
    "received": ("register", "classify"),
    "classified": ("assign",),
    "assigned": ("approve_plan", "accept", "start", "plan"),
    "in_progress": ("approve_plan", "start", "resolve"),
    "resolved": ("confirm",),
    "confirmed": (),
    "cancelled": ("restore",),
}
RARE = ("take", "amend", "link", "send_link", "revoke_link", "cancel")
COMPOSED = ("message", "note")
# These stand beside the task or question that they are about.
OF_ONE = (
    "accept_task", "finish_task", "return_task", "withdraw_task",
    "accept_question", "advise", "return_question",
)  # fmt: skip
HIDDEN = ("attach", *COMPOSED, *OF_ONE)


def is_fragment(request) -> bool:
    return request.headers.get("HX-Request") == "true"


def promise_names() -> dict[str, str]:
    return {row.key: row.name for row in Promise.objects.all()}


def visible(request, pk: int) -> Ticket:
    """The ticket with its present `run`. Its people are read with its story: the database plans
    every further join longer than it takes to ask once more."""
    run = FilteredRelation("cycles", condition=Q(cycles__number=F("cycle")))
    rows = Ticket.objects.visible_to(request.user).annotate(run=run).select_related(
        "customer__tier", "unit__product", "unit__batch", "product", "category__parent",
        "department", "run",
    )  # fmt: skip
    plans = Prefetch("plans", ServicePlan.objects.select_related("made_by", "decided_by"))
    return get_object_or_404(rows.prefetch_related("customer__contact_points", plans), pk=pk)


def ticket_page(queue, request, pk: int, form: MessageForm | None = None):
    """Who and what · the story · what now."""
    ticket = visible(request, pk)
    now = timezone.now()
    verbs = queries.allowed_verbs(ticket, request.user, now)
    verbs = [(verb, no) for verb, no in verbs if verb != "acknowledge" or no is None]
    allowed = {verb: refusal for verb, refusal in verbs}
    possible = [v for v, refusal in allowed.items() if refusal is None]
    main = next((v for v in NEXT[ticket.status] if v in possible), None)
    # What first stands in the way of a new request is said openly; danger is taken on before all.
    in_the_way = allowed.get("register") if ticket.status == "received" and not main else None
    if (ticket.is_safety or ticket.is_exposure) and not ticket.contact_id and "take" in possible:
        main = "take"
    person, entries = queries.person_of(ticket, request.user), queries.timeline(ticket)
    # The story is read whole: what it does not tell of, its panel need not ask.
    ticket.told = {entry.key for entry in entries}
    duplicates = queries.likely_duplicates(ticket, request.user)
    queries.veil(ticket, request.user)
    for row in duplicates:
        row.title = queries.readable(row, request.user, row.title)
    for entry in entries:
        entry.body = queries.readable(ticket, request.user, entry.body)
    seeks_owner = not person.is_masked and not ticket.customer_id
    context = {
        **queue.admin_site.each_context(request),
        "title": ticket.number,
        "subtitle": ticket.title,
        "opts": queue.opts,
        "queue": queue,
        "here": queue.address(ticket.pk),
        "is_fullwidth": "1",
        "ticket": ticket,
        "person": person,
        "entries": entries,
        "path": queries.path(ticket),
        "promises": latest_rounds(promises(ticket)),
        "main": main,
        "verbs": _verbs(verbs, main),
        "has_rare": any(verb in RARE and verb != main for verb in possible),
        "in_the_way": in_the_way,
        "has_refusals": any(refusal and verb not in HIDDEN for verb, refusal in verbs),
        "opens_all_files": queries.sees_personal(ticket, request.user),
        "composer": form or _composer(ticket, request, allowed),
        "can_reply": "message" in allowed and allowed["message"] is None,
        "duplicates": duplicates,
        "orders": queries.orders_of(ticket, request.user),
        "candidates": queries.customer_candidates(ticket) if seeks_owner else [],
        "plans": veil_plans(plans_of(ticket), ticket, request.user),
        "articles": suggest(
            f"{ticket.title} {ticket.symptom}",
            get_language() or "",
            public_only=False,
            limit=3,
            product=ticket.unit.product if ticket.unit_id else ticket.product,
        ),
    }
    return TemplateResponse(request, "desk/tickets/ticket.html", context)


def _verbs(verbs: list, main: str | None) -> list[dict]:
    """The buttons of the page, the main one first."""
    return [
        {
            "key": verb,
            "label": Verb(verb).label,
            "refusal": refusal,
            "is_rare": verb in RARE and verb != main,
        }
        for verb, refusal in sorted(verbs, key=lambda pair: pair[0] != main)
        if verb not in HIDDEN
    ]


def _composer(ticket: Ticket, request, allowed: dict) -> MessageForm | None:
    if not any(verb in allowed for verb in COMPOSED):
        return None
    return MessageForm(ticket=ticket, user=request.user, auto_id="compose_%s")


def verb_page(queue, request, pk: int, verb: str):
    """GET shows what the verb needs, POST does it. Nothing changes on GET."""
    if verb not in VERBS:
        raise Http404
    ticket = visible(request, pk)
    if not queries.permits(ticket, verb, request.user):
        raise PermissionDenied
    kind = MessageForm if verb in COMPOSED else FORMS.get(verb, VerbForm)
    bound = (request.POST, request.FILES) if request.method == "POST" else ()
    chosen = {name: request.GET[name] for name in ("task", "question") if name in request.GET}
    form = kind(*bound, ticket=ticket, user=request.user, initial=chosen if verb in OF_ONE else {})
    searching = request.method == "POST" and "search" in request.POST
    if request.method == "POST" and not searching and form.is_valid():
        try:
            done = _do(ticket, verb, form, request)
        except ValidationError as error:
            _show_error(form, error, ticket)
        else:
            return _next(queue, request, done, verb)
    if verb in COMPOSED:
        return ticket_page(queue, request, pk, form if form.is_bound else None)
    return _dialog(queue, request, ticket, verb, form)


def _do(ticket: Ticket, verb: str, form: VerbForm, request) -> Ticket:
    facts = form.facts()
    if verb == "message":
        facts["channel"] = Channel.PHONE if "call" in request.POST else Channel.WEB
    if verb == "note":
        facts.pop("article")

    def work() -> dict:
        version = form.cleaned_data.get("version") or 0  # a form without one is an old one
        VERBS[verb](ticket, by=request.user, version=version, **facts)
        return {}

    shown = form.cleaned_data.get("once") or uuid.uuid4().hex
    key = f"{request.user.pk}:{shown}:{fingerprint(facts)}"
    once(f"desk.{verb}.{ticket.pk}", key, work)
    return Ticket.objects.get(pk=ticket.pk)


def _show_error(form: VerbForm, error: ValidationError, ticket: Ticket) -> None:
    """Put the refusal into the form; after a stale one the form carries the present version."""
    if isinstance(error, Stale):
        fresh = Ticket.objects.get(pk=ticket.pk)
        form.data = form.data.copy()
        form.data["version"] = fresh.version
    tell(form, error)


def _dialog(queue, request, ticket: Ticket, verb: str, form: VerbForm):
    refusal = queries.refusal(ticket, verb, request.user, timezone.now())
    context = {
        **({} if is_fragment(request) else queue.admin_site.each_context(request)),
        "title": Verb(verb).label,
        "subtitle": ticket.number,
        "opts": queue.opts,
        "queue": queue,
        "ticket": ticket,
        "verb": verb,
        "label": Verb(verb).label,
        "form": form,
        "refusal": refusal if not form.is_bound else None,
        "address": f"{queue.address(ticket.pk)}verb/{verb}/",
        "back": queue.address(ticket.pk),
    }
    template = "desk/tickets/dialog.html" if is_fragment(request) else "desk/tickets/verb.html"
    return TemplateResponse(request, template, context)


def _next(queue, request, done: Ticket, verb: str):
    """After the queue's own verb the next ticket of the queue opens; else the same one."""
    address = queue.address(done.pk)
    words = _("%(number)s: “%(verb)s” is done.") % {"number": done.number, "verb": Verb(verb).label}
    messages.success(request, words)
    if verb == queue.advances_after:
        following = queue.get_queryset(request).exclude(pk=done.pk).first()
        address = queue.address(following.pk) if following else queue.list_address()
    elif not Ticket.objects.visible_to(request.user).filter(pk=done.pk).exists():
        address = queue.list_address()
    if verb in COMPOSED:
        address += "?said=1"  # the page may forget its draft
    if is_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return HttpResponseRedirect(address)


def file(request, pk: int, key):
    """A file of a ticket the person may see."""
    ticket = visible(request, pk)
    attachment = get_object_or_404(Attachment, ticket=ticket, file__key=key)
    if not queries.may_open(attachment, request.user):
        raise PermissionDenied
    return serve(attachment.file)
