"""The customer's door: ask for help, follow one case, answer. Nobody signs in here.

A case is reached by its link alone. GET never changes it: mail scanners open every link.
"""

import functools
import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from foundation.accounts.actors import CaseHolder
from foundation.accounts.queries import organisation
from foundation.clockwork.limits import TooMany, address, count
from foundation.clockwork.once import once
from foundation.desk import colours
from foundation.desk.forms import tell
from foundation.files.actions import all_or_none
from foundation.files.responses import serve
from knowledgebase.queries import suggest
from tickets import actions, queries
from tickets.actions import links
from tickets.choices import Channel
from tickets.forms import portal as forms
from tickets.models import AccessLink, Ticket
from tickets.queries import progress as where

HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
# (most, per): generous for a family behind one address, useless for a robot.
REQUESTS = {"most": 30, "per": HOUR}
SERIALS = {"most": 30, "per": QUARTER}
SUGGESTIONS = {"most": 200, "per": QUARTER}
LOOKUPS = {"most": 20, "per": QUARTER}
CODES = {"most": 5, "per": HOUR}
FORGED = {"most": 60, "per": QUARTER}
CASE_WRITES = {"most": 60, "per": HOUR}
# A lookup takes this long whether or not the request exists.
SAME_PACE = 0.25
REFUSED = 422


# --- for everybody -------------------------------------------------------------------------------


@require_safe
def home(request):
    return render(request, "portal/home.html")


@require_safe
def theme(request):
    """The organisation's colour as a style sheet; its address names the colour, so it may stay."""
    context = {"theme": colours.theme(organisation().colour)}
    response = render(request, "portal/theme.css", context, content_type="text/css")
    patch_cache_control(response, public=True, max_age=86400)
    return response


@never_cache
def request_help(request):
    """The request form. Sent twice, it makes one ticket."""
    form = forms.RequestForm(
        request.POST or None, request.FILES or None, initial=_preset(request.GET)
    )
    if request.method != "POST":
        return render(request, "portal/request.html", {"form": form})
    count("portal.request", address(request), **REQUESTS)
    if form.is_valid():
        try:
            ticket = _receive(form)
            return redirect("portal:thanks", token=_token(ticket))
        except ValidationError as error:
            tell(form, error)
    context = {"form": form, "lost_files": bool(request.FILES)}
    return render(request, "portal/request.html", context, status=REFUSED)


def _preset(given) -> dict:
    return {name: given[name] for name in ("kind", "product") if name in given}


def _receive(form: forms.RequestForm) -> Ticket:
    def work() -> dict:
        ticket = actions.receive(
            by=CaseHolder(None),
            channel=Channel.WEB,
            facts=form.facts(translation.get_language()),
            files=form.cleaned_data["files"],
        )
        return {"ticket": ticket.pk}

    with all_or_none():
        answer, _fresh = once("portal.request", form.once_key, work)
    return Ticket.objects.get(pk=answer["ticket"])


def _token(ticket: Ticket) -> str:
    return links.token_of(links.link_for(ticket))


@never_cache
@require_POST
def serial(request):
    """The model of a serial number, for the form. Never who owns it."""
    typed = request.POST.get("serial_text", "").replace("\x00", "").strip()[:60]
    if len(typed) < 4:
        return HttpResponse()
    count("portal.serial", address(request), **SERIALS)
    return render(request, "portal/serial.html", {"product": forms.model_of(typed)})


@never_cache
@require_POST
def suggestions(request):
    """Articles that may answer what is being typed; quiet when there are none."""
    typed = request.POST.get("symptom", "").replace("\x00", "")[:500]
    if len(typed.strip()) < 2:
        return HttpResponse()
    try:
        count("portal.suggestions", address(request), **SUGGESTIONS)
    except TooMany:
        return HttpResponse()
    texts = suggest(typed, translation.get_language(), public_only=True, limit=3)
    return render(request, "portal/suggestions.html", {"texts": texts})


# --- finding a case by number and code -----------------------------------------------------------


@never_cache
def find(request):
    """Send a code to the address of a request. The answer tells nobody whether it exists."""
    form = forms.FindForm(request.POST or None)
    if request.method == "POST":
        count("portal.find", address(request), **LOOKUPS)
        if form.is_valid():
            number = form.cleaned_data["number"]
            count("portal.codes", number, **CODES)
            with _SamePace():
                links.send_code(number)
            return HttpResponseRedirect(f"{reverse('portal:code')}?number={number}")
    status = REFUSED if form.is_bound else 200
    return render(request, "portal/find.html", {"form": form}, status=status)


@never_cache
def code(request):
    """Trade number and code for the link of the case."""
    form = forms.CodeForm(
        request.POST or None, initial={"number": request.GET.get("number", "")[:40]}
    )
    wrong = False
    if request.method == "POST":
        count("portal.find", address(request), **LOOKUPS)
        if form.is_valid():
            with _SamePace():
                link = links.redeem(form.cleaned_data["number"], form.cleaned_data["code"])
            if link is not None:
                return redirect("portal:progress", token=links.token_of(link))
            wrong = True
    context = {"form": form, "wrong": wrong, "minutes": links.CODE_MINUTES}
    return render(request, "portal/code.html", context, status=REFUSED if form.is_bound else 200)


class _SamePace:
    """Takes `SAME_PACE` seconds whatever happens inside, so that time tells nothing."""

    def __enter__(self):
        self.until = time.monotonic() + SAME_PACE

    def __exit__(self, *error):
        time.sleep(max(0, self.until - time.monotonic()))


# --- one case, behind its link -------------------------------------------------------------------


def case(view: Callable) -> Callable:
    """Give the view the ticket behind the token; a clear page where the link does not open it."""

    @vary_on_headers("Cookie", "Accept-Language")
    @functools.wraps(view)
    def opened(request: HttpRequest, token: str, **names) -> HttpResponse:
        link = links.find(token)
        if link is None:
            count("portal.forged", address(request), **FORGED)
            response = render(request, "portal/link_unknown.html", status=404)
        elif link.revoked_at or link.expires_at <= timezone.now():
            context = {"is_expired": not link.revoked_at}
            response = render(request, "portal/link_ended.html", context, status=410)
        else:
            _speak(request, link.ticket)
            response = view(request, link, **names)
        return _private(response)

    return opened


def _private(response: HttpResponse) -> HttpResponse:
    if not response.has_header("Cache-Control"):
        response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _speak(request: HttpRequest, ticket: Ticket) -> None:
    """The customer's language, unless somebody chose another on this device."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(ticket.language)
        request.LANGUAGE_CODE = translation.get_language()


def changes(view: Callable) -> Callable:
    """A view that changes the case: only by POST, and not without end."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, link: AccessLink) -> HttpResponse:
        if request.method != "POST":
            return _back(link)
        count("portal.case", str(link.ticket_id), **CASE_WRITES)
        return view(request, link)

    return case(guarded)


def _back(link: AccessLink) -> HttpResponse:
    return redirect("portal:progress", token=links.token_of(link))


@case
@require_safe
def progress(request, link):
    return _page(request, link)


@case
@require_safe
def thanks(request, link):
    """After the request: its number, what happens next, and where to follow it."""
    shown = where.progress(link.ticket, timezone.now())
    return render(request, "portal/thanks.html", _case(link) | {"now": shown})


def _case(link: AccessLink) -> dict:
    return {"ticket": link.ticket, "token": links.token_of(link)}


def _page(request: HttpRequest, link: AccessLink, **tried) -> HttpResponse:
    """The progress page; `tried` are forms that were refused, with what was typed."""
    ticket, at = link.ticket, timezone.now()
    verbs = dict(queries.allowed_verbs(ticket, CaseHolder(ticket.pk), at))
    can = {verb for verb, refusal in verbs.items() if refusal is None}
    cycle = {"cycle": ticket.cycle}
    files = where.public_files(ticket)
    talk = queries.public_timeline(ticket)
    now = where.progress(ticket, at)
    answer = cycle | {"plan": now.asked.version if now.asked else 0}
    ours = [entry for entry in talk if entry.is_talk and entry.actor_kind == "staff"]
    context = _case(link) | {
        "can": can,
        "now": now,
        "talk": talk,
        "last_word": ours[-1] if ours else None,
        "result": next((entry for entry in reversed(talk) if entry.key == "ticket.resolved"), None),
        "files": files,
        "first_files": [one for one in files if one.at == ticket.received_at],
        "reply": forms.ReplyForm(),
        "confirm": forms.CycleForm(initial=cycle),
        "not_solved": forms.NotSolvedForm(initial=cycle, prefix="not-solved"),
        "accept_plan": forms.PlanForm(initial=answer, prefix="accept-plan"),
        "decline_plan": forms.DeclinePlanForm(initial=answer, prefix="decline-plan"),
        "cancel": forms.CancelForm(initial=cycle, prefix="cancel"),
        **tried,
    }
    return render(request, "portal/progress.html", context, status=REFUSED if tried else 200)


def _do(request: HttpRequest, link: AccessLink, name: str, form, work: Callable, said: str):
    """Run `work(ticket, by)` once for a valid form; else show the page with what was typed."""
    if not form.is_valid():
        return _page(request, link, **{name: form})

    def run() -> dict:
        work(link.ticket, CaseHolder(link.ticket_id))
        return {}

    try:
        with all_or_none(), transaction.atomic():
            _answer, fresh = once(f"portal.{name}.{link.ticket_id}", form.once_key, run)
    except actions.Refused as error:
        messages.info(request, _refused(error))
        return _back(link)
    except PermissionDenied:
        messages.info(request, _("This is not possible here. Please call us."))
        return _back(link)
    except ValidationError as error:
        tell(form, error)
        return _page(request, link, **{name: form})
    if fresh:
        messages.success(request, said)
    return _back(link)


def _refused(error: actions.Refused) -> str:
    """Why not, without our own names for things: mostly it was done already."""
    if error.code in ("work_started", "too_late", "plan_changed"):
        return error.message
    return _("This was done already, or is no longer possible. Here you see how it stands.")


def _is_old(request: HttpRequest, link: AccessLink, form) -> bool:
    """Whether the page showed an earlier run of the case: its result is not the present one."""
    old = form.is_valid() and form.cleaned_data["cycle"] != link.ticket.cycle
    if old:
        messages.info(request, _("Something has changed since you opened this page. Look again."))
    return old


@changes
def message(request, link):
    holder = CaseHolder(link.ticket_id)
    needs_text = bool(queries.refusal(link.ticket, "attach", holder, timezone.now()))
    form = forms.ReplyForm(request.POST, request.FILES, needs_text=needs_text)

    def work(ticket, by):
        body, files = form.cleaned_data["body"], form.cleaned_data["files"]
        if body.strip():
            actions.message(ticket, by=by, body=body, files=files)
        else:
            actions.attach(ticket, by=by, files=files)

    return _do(request, link, "reply", form, work, _("We have it. Thank you."))


@changes
def confirm(request, link):
    form = forms.CycleForm(request.POST)
    if _is_old(request, link, form):
        return _back(link)
    return _do(request, link, "confirm", form, _confirm, _("Thank you for telling us."))


def _confirm(ticket, by):
    actions.confirm(ticket, by=by)


@changes
def not_solved(request, link):
    form = forms.NotSolvedForm(request.POST, request.FILES, prefix="not-solved")
    if _is_old(request, link, form):
        return _back(link)

    def work(ticket, by):
        actions.reopen(ticket, by=by, reason=form.cleaned_data["reason"])
        if files := form.cleaned_data["files"]:
            actions.attach(ticket, by=by, files=files)

    return _do(request, link, "not_solved", form, work, _("We have it and go on at once."))


@changes
def accept_plan(request, link):
    form = forms.PlanForm(request.POST, prefix="accept-plan")
    if _is_old(request, link, form):
        return _back(link)

    def work(ticket, by):
        actions.accept_plan(ticket, by=by, plan=form.cleaned_data["plan"])

    return _do(request, link, "accept_plan", form, work, _("Thank you. We go on as planned."))


@changes
def decline_plan(request, link):
    form = forms.DeclinePlanForm(request.POST, prefix="decline-plan")
    if _is_old(request, link, form):
        return _back(link)

    def work(ticket, by):
        answer = {name: form.cleaned_data[name] for name in ("plan", "body")}
        actions.decline_plan(ticket, by=by, **answer)

    said = _("We have it and make you another proposal.")
    return _do(request, link, "decline_plan", form, work, said)


@changes
def cancel(request, link):
    form = forms.CancelForm(request.POST, prefix="cancel")
    if _is_old(request, link, form):
        return _back(link)

    def work(ticket, by):
        actions.cancel(ticket, by=by, body=form.cleaned_data["body"])

    return _do(request, link, "cancel", form, work, _("Your request is cancelled."))


@case
@require_safe
def file(request, link, key):
    """A paper or photo of this case that is meant for the customer."""
    found = link.ticket.attachments.filter(audience="public", file__key=key)
    attachment = found.select_related("file").first()
    if attachment is None:
        raise Http404
    return serve(attachment.file)
