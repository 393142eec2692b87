"""The customer's survey: is it solved, five taps and a sentence, thank you.

Reading a page records nothing, however often mail scanners do it: every step is a POST. Without
scripts it is one form; with them each tap is kept as it is made.
"""

import contextlib
import functools
from datetime import timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from foundation.accounts.actors import CaseHolder
from foundation.clockwork.limits import address, count
from surveys import actions, queries
from surveys.forms import AnswerForm, NotSolvedForm
from tickets.actions import links
from tickets.choices import Status

# (most, per): generous for somebody who taps to and fro, useless for a robot.
FORGED = {"most": 60, "per": timedelta(minutes=15)}
ANSWERS = {"most": 200, "per": timedelta(hours=1)}


def with_invitation(view):
    """Give the view the invitation behind the token; a forged or withdrawn one gets a page."""

    @never_cache
    @functools.wraps(view)
    def run(request, token: str):
        invitation = queries.find(token)
        if invitation is None:
            count("surveys.forged", address(request), **FORGED)
            return _page(request, "gone", status=404)
        if request.method == "POST":
            count("surveys.answer", str(invitation.pk), **ANSWERS)
        _speak(request, invitation.ticket.language)
        request.token = token
        response = view(request, invitation)
        response["X-Robots-Tag"] = "noindex"
        return response

    return run


def _speak(request, language: str) -> None:
    """The customer's language until they choose one."""
    if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()


def _page(request, name: str, status: int = 200, **context):
    return render(request, f"surveys/{name}.html", context, status=status)


def _home(request) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("surveys:survey", args=[request.token]))


def _closed(request, invitation):
    """The page of a survey that takes no more answers; None while it does."""
    if invitation.answered_at:
        link = queries.access_link(invitation.ticket, timezone.now())
        context = {
            "invitation": invitation,
            "ticket": invitation.ticket,
            "follow_up": queries.follow_up_of(invitation),
            "progress": links.token_of(link) if link else "",
            "token": request.token,
        }
        return _page(request, "thanks", **context)
    if not invitation.is_open(timezone.now()):
        return _page(request, "closed", status=410, ticket=invitation.ticket)
    return None


def _questions(request, invitation, form=None, status=200):
    form = form or AnswerForm(questions=queries.asked(invitation), given=queries.given(invitation))
    context = {"form": form, "ticket": invitation.ticket, "token": request.token}
    return _page(request, "questions", status=status, **context)


@require_safe
@with_invitation
def survey(request, invitation):
    """Where the customer stands: solved or not, the questions, or thank you."""
    if page := _closed(request, invitation):
        return page
    if invitation.is_solved is None and invitation.ticket.status == Status.RESOLVED:
        return _page(request, "solved", ticket=invitation.ticket, token=request.token)
    return _questions(request, invitation)


@require_POST
@with_invitation
def solved(request, invitation):
    with contextlib.suppress(actions.Over):  # the page says so
        actions.say_solved(invitation, by=CaseHolder(invitation.ticket_id))
    return _home(request)


@require_http_methods(["GET", "HEAD", "POST"])
@with_invitation
def not_solved(request, invitation):
    """Ask what does not work; sending it takes the case up again."""
    if invitation.is_solved is False:
        return _home(request)
    form = NotSolvedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            what = form.cleaned_data["what"]
            actions.say_not_solved(invitation, what=what, by=CaseHolder(invitation.ticket_id))
            return _home(request)
        except ValidationError as error:
            form.add_error(None, error.messages[0])
    elif request.method != "POST" and (page := _closed(request, invitation)):
        return page
    status = 422 if form.errors else 200
    context = {"form": form, "ticket": invitation.ticket, "token": request.token}
    return _page(request, "not_solved", status=status, **context)


@require_POST
@with_invitation
def keep(request, invitation):
    """One tap, sent by the page itself; the answer is a word beside the question."""
    form = AnswerForm(request.POST, questions=queries.asked(invitation), given={})
    if not form.is_valid():
        return _page(request, "kept", errors=next(iter(form.errors.values())))
    try:
        by = CaseHolder(invitation.ticket_id)
        actions.keep(invitation, answers=form.answers(), by=by)
    except actions.Over:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return _page(request, "kept")


@require_POST
@with_invitation
def finish(request, invitation):
    questions, given = queries.asked(invitation), queries.given(invitation)
    form = AnswerForm(request.POST, questions=questions, given=given)
    if form.is_valid():
        try:
            by = CaseHolder(invitation.ticket_id)
            actions.finish(invitation, answers=form.answers(), by=by)
            return _home(request)
        except actions.Over:
            return _home(request)
        except ValidationError as error:
            form.add_error(None, error.messages[0])
    return _questions(request, invitation, form, status=422)
