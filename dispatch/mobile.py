"""The technician's pages, made for a phone in one hand. They work without script."""

import functools
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from django import forms as django_forms
from django.contrib import messages
from django.contrib.auth.views import LoginView, LogoutView, redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse, reverse_lazy
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dispatch import forms, queries, rules
from dispatch.forms import ONE_TAP, STEPS, TO_THE_LIST
from foundation.clockwork import limits
from foundation.clockwork.once import fingerprint, once
from foundation.desk.forms import tell
from foundation.files.responses import serve
from foundation.search.queries import find
from foundation.search.rules import LONGEST_QUESTION
from tickets import actions
from tickets import queries as tickets
from tickets.models import Ticket
from tickets.queries.plans import plans_of, veil_plans
from tickets.queries.story import promises

KEPT = "mobile.kept"
KEPT_CHARACTERS = 2000
FOUND = 30


class NotMine(Exception):
    """There is no such job for this person: another's, or none at all."""


class Login(LoginView):
    def post(self, request, *args, **kwargs):
        limits.count_sign_in(request)
        return super().post(request, *args, **kwargs)

    template_name = "mobile/login.html"
    next_page = reverse_lazy("mobile:today")
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs):
        return super().get_context_data(kept=KEPT in self.request.session, **kwargs)


class Logout(LogoutView):
    next_page = reverse_lazy("mobile:login")


def technician(view: Callable) -> Callable:
    """Only for people who do jobs; others are told where their pages are."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return _sign_in(request)
        if not request.user.may("tickets.start"):
            return render(request, "mobile/elsewhere.html", {"desk": _desk(request)}, status=403)
        try:
            response = view(request, *args, **kwargs)
        except NotMine:
            context = {"texts": _texts(request), "desk": _desk(request)}
            response = render(request, "mobile/gone.html", context, status=404)
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        return response

    return guarded


def _sign_in(request: HttpRequest) -> HttpResponse:
    """To the login page, and back to what was typed."""
    if request.method == "POST":
        request.session[KEPT] = {"path": request.path, "typed": _typed(request)}
    login = redirect_to_login(request.get_full_path(), reverse("mobile:login"))
    if "HX-Request" in request.headers and "HX-Boosted" not in request.headers:
        # A part of the page was asked for: the whole page must go to the login.
        return HttpResponse(status=204, headers={"HX-Redirect": login.url})
    return login


def _fields(request: HttpRequest) -> dict[str, django_forms.Field]:
    step = STEPS.get(request.resolver_match.kwargs.get("verb"))
    return step.form.base_fields if step else {}


def _typed(request: HttpRequest) -> dict[str, str]:
    return {
        name: request.POST[name][:KEPT_CHARACTERS]
        for name in _fields(request)
        if request.POST.get(name, "").strip()
    }


def _texts(request: HttpRequest) -> list[str]:
    """What was written by hand, to give it back."""
    fields, typed = _fields(request), _typed(request)
    return [
        text
        for name, text in typed.items()
        if isinstance(fields[name], django_forms.CharField) and not fields[name].widget.is_hidden
    ]


def _desk(request: HttpRequest) -> str:
    """The address of the staff pages for those who work there, else ""."""
    user = request.user
    at_desk = user.is_superuser or any(role.is_staff_role for role in user.role_list)
    return reverse("admin:index") if at_desk else ""


# --- pages ---------------------------------------------------------------------------------------


@technician
@require_safe
def today(request):
    day = queries.jobs_of(request.user, timezone.now())
    context = {"day": day, "once": uuid.uuid4().hex, "desk": _desk(request)}
    return render(request, "mobile/today.html", context)


@technician
@require_safe
def search(request):
    """Their own jobs, also those of long ago, by number, customer or words."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUESTION]
    found = find("tickets", request.user, text, limit=FOUND)
    if found.is_named:
        return redirect("mobile:job", found.hits[0].name)
    context = {"q": text, "found": found, "desk": _desk(request)}
    return render(request, "mobile/search.html", context)


@technician
@require_safe
def job(request, number: str):
    return _job_page(request, _ticket(request, number))


@technician
@require_safe
def file(request, number: str, key: uuid.UUID):
    ticket = _ticket(request, number)
    attachment = ticket.attachments.select_related("file").filter(file__key=key).first()
    if attachment is None:
        raise Http404
    if not tickets.may_open(attachment, request.user):
        raise PermissionDenied
    return serve(attachment.file)


@technician
@require_POST
def suggestion(request, number: str):
    """The text for the customer again, after the remedy changed; nothing where it was edited."""
    ticket = _ticket(request, number)
    form = forms.ResolveForm(request.POST)
    if form.has_own_result():
        return HttpResponse(status=204)
    form.prepare(ticket)
    form.suggest(ticket)
    form.errors.clear()
    return render(request, "mobile/_field.html", {"field": form["result"], "form": form})


@technician
@require_http_methods(["GET", "HEAD", "POST"])
def verb(request, number: str, verb: str):
    if verb not in STEPS:
        raise Http404
    if request.method == "POST":
        return _do(request, number, verb)
    if verb in ONE_TAP:
        return redirect("mobile:job", number)
    ticket = _ticket(request, number)
    return _verb_page(request, ticket, verb, STEPS[verb].form(initial=_kept(request)))


def _ticket(request: HttpRequest, number: str) -> Ticket:
    ticket = queries.job(request.user, number)
    if ticket is None:
        raise NotMine
    return ticket


def _kept(request: HttpRequest) -> dict[str, str]:
    """What was typed here before the person had to sign in again."""
    kept = request.session.get(KEPT)
    if not kept or kept["path"] != request.path:
        return {}
    del request.session[KEPT]
    return kept["typed"]


def _job_page(
    request: HttpRequest, ticket: Ticket, problem: str = "", status: int = 200
) -> HttpResponse:
    allowed = _allowed(ticket, request.user)
    possible = [verb for verb, refusal in allowed.items() if refusal is None]
    next_verb = rules.next_verb(possible)
    person = tickets.person_of(ticket, request.user)
    entries = tickets.timeline(ticket)
    tickets.veil(ticket, request.user)
    for entry in entries:
        entry.body = tickets.readable(ticket, request.user, entry.body)
    holds = list(ticket.holds.filter(ended_at=None)) if ticket.is_on_hold else []
    # With one hold there is nothing to choose.
    taps = ONE_TAP | {"resume"} if len(holds) == 1 else ONE_TAP
    context = _common(request, ticket) | {
        "person": person,
        "geo": f"geo:0,0?q={quote(person.address)}" if not person.is_masked else "",
        "tel": re.sub(r"[^\d+,;*#]", "", person.phone) if not person.is_masked else "",
        "promises": [row for row in promises(ticket) if row.is_waited_for],
        "entries": entries,
        "files": [
            found
            for entry in entries
            for found in entry.attachments
            if tickets.may_open(found, request.user)
        ],
        "holds": holds,
        "plan": next(iter(veil_plans(plans_of(ticket)[:1], ticket, request.user)), None),
        "articles": _articles(ticket, request.user),
        "next": _offer(next_verb, None, taps),
        "more": _more(allowed, next_verb, taps),
        "problem": problem,
    }
    return render(request, "mobile/job.html", context, status=status)


def _verb_page(
    request: HttpRequest, ticket: Ticket, verb: str, form: forms.VerbForm, status: int = 200
) -> HttpResponse:
    allowed = _allowed(ticket, request.user)
    refusal = allowed[verb].words if allowed.get(verb) else ""
    if verb not in allowed:
        refusal = _("Your role does not allow this here.")
    form.prepare(ticket)
    context = _common(request, ticket) | {
        "verb": verb,
        "step": STEPS[verb],
        "form": form,
        "refusal": refusal,
        "person": tickets.person_of(ticket, request.user),
    }
    return render(request, "mobile/verb.html", context, status=status)


def _common(request: HttpRequest, ticket: Ticket) -> dict:
    return {"ticket": ticket, "once": uuid.uuid4().hex, "desk": _desk(request)}


def _allowed(ticket: Ticket, user) -> dict[str, tickets.Refusal | None]:
    rows = tickets.allowed_verbs(ticket, user, timezone.now())
    return {verb: refusal for verb, refusal in rows if verb in STEPS}


def _articles(ticket: Ticket, user) -> list[tuple[str, str, str]]:
    """(title, address, language) of articles that may help."""
    found = queries.helpful_articles(ticket, user) if ticket.is_open else []
    rows = []
    for text in found:
        try:
            rows.append((text.title, text.article.get_absolute_url(), text.language))
        except NoReverseMatch:
            continue
    return rows


# --- verbs ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Offer:
    """A verb on the job page; `why_not` where it is not possible now."""

    verb: str
    label: str
    why_not: str
    is_one_tap: bool


def _offer(verb: str, refusal: tickets.Refusal | None, taps: set[str]) -> Offer | None:
    if not verb:
        return None
    why_not = refusal.words if refusal else ""
    return Offer(verb, STEPS[verb].label, why_not, verb in taps)


def _more(
    allowed: dict[str, tickets.Refusal | None], next_verb: str, taps: set[str]
) -> list[Offer]:
    """The other verbs, what is possible first; what is not says why."""
    others = [verb for verb in STEPS if verb in allowed and verb != next_verb]
    offers = [_offer(verb, allowed[verb], taps) for verb in others]
    return sorted(offers, key=lambda offer: bool(offer.why_not))


def _do(request: HttpRequest, number: str, verb: str) -> HttpResponse:
    form = STEPS[verb].form(request.POST, request.FILES)
    if not form.is_valid():
        return _again(request, number, verb, form, 422)
    try:
        # A phone that lost the answer sends again: the same key and text have one effect.
        once(
            "mobile",
            _key(request, number, verb, form),
            lambda: _run(request, number, verb, form),
        )
    except PermissionDenied as error:
        form.add_error(None, str(error))
        return _again(request, number, verb, form, 403)
    except ValidationError as error:
        tell(form, error)
        is_late = isinstance(error, actions.Stale | actions.Refused)
        return _again(request, number, verb, form, 409 if is_late else 422)
    messages.success(request, STEPS[verb].done)
    if verb in TO_THE_LIST or request.POST.get("back") == "today":
        return redirect("mobile:today")
    return redirect("mobile:job", number)


def _key(request: HttpRequest, number: str, verb: str, form: forms.VerbForm) -> str:
    shown = request.POST.get("once", "")[:40] or uuid.uuid4().hex
    return (
        f"{request.user.pk}:{verb}:{number[:20]}:{shown}"[:80]
        + ":"
        + fingerprint(form.cleaned_data)
    )


def _run(request: HttpRequest, number: str, verb: str, form: forms.VerbForm) -> dict:
    ticket = _ticket(request, number)
    facts, by = form.facts(), request.user
    if verb == "attach":
        _add_photos(ticket, form, by)
        return {}
    actions.VERBS[verb](ticket, by=by, version=_version(request), **facts)
    return {}


def _add_photos(ticket: Ticket, form: forms.PhotoForm, by) -> None:
    """Photos with words are a note with photos."""
    if words := form.words():
        actions.note(ticket, by=by, body=words, files=form.uploads())
    else:
        actions.attach(ticket, by=by, files=form.uploads())


def _version(request: HttpRequest) -> int:
    """The version the page showed; a page without one counts as old."""
    shown = request.POST.get("version", "")
    return int(shown) if re.fullmatch(r"[0-9]{1,9}", shown) else 0


def _again(
    request: HttpRequest, number: str, verb: str, form: forms.VerbForm, status: int
) -> HttpResponse:
    """The page as it is now, with what went wrong and what was typed."""
    ticket = _ticket(request, number)
    if verb in ONE_TAP:
        problem = " ".join(form.non_field_errors())
        return _job_page(request, ticket, problem, status)
    return _verb_page(request, ticket, verb, form, status)
