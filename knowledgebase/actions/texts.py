"""The text in one language: draft → in review → published → outdated, and back.

What readers see is replaced whole by the next version, which is written and reviewed beside it.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor, user_or_none
from knowledgebase import rules
from knowledgebase.actions.articles import locked, require, set_review_day, touch
from knowledgebase.actions.index import hide_from_search, show_in_search
from knowledgebase.choices import WORKING, TextStatus
from knowledgebase.models import Article, ArticleText, ArticleVersion


@transaction.atomic
def write(
    article: Article,
    *,
    language: str,
    title: str,
    body: str,
    version: int | None = None,
    by: Actor,
    at: datetime | None = None,
) -> ArticleText:
    """The text in a language: a new draft, or what is being written beside a published one.

    `version` is that of the text. Writing what stands there changes nothing. Readers keep what they have until somebody publishes. Who may
    not publish takes a text out of review by changing it.
    """
    require("knowledge.write", by=by)
    at = at or timezone.now()
    article = locked(article)
    text = article.texts.filter(language=language).first()
    if text and version is not None and version != text.version:
        article.refuse_stale(article.version - 1)
    text = text or ArticleText(article=article, language=language, version=0)
    typed = (rules.lines(title), rules.lines(body))
    if text.pk and typed == tuple(map(rules.lines, text.working)):
        return text
    _put(text, *typed)
    if text.working_status == TextStatus.IN_REVIEW and not by.may("knowledge.publish"):
        _set_working(text, TextStatus.DRAFT)
    text.written_by = user_or_none(by)
    text.version += 1
    text.updated_at = at
    text.save()
    touch(article, by=by, at=at)
    return text


def _put(text: ArticleText, title: str, body: str) -> None:
    """Write it where it belongs: over the draft, or beside what readers see or saw last."""
    shown = (text.title, text.body)
    text.title, text.body = title, body
    text.full_clean()
    if text.status in WORKING:
        return
    text.title, text.body = shown
    if tuple(map(rules.lines, shown)) == (title, body):
        _clear_next(text)
        return
    text.next_title, text.next_body = title, body
    text.next_status = text.next_status or TextStatus.DRAFT


def _set_working(text: ArticleText, status: str) -> None:
    if text.status in WORKING:
        text.status = status
    else:
        text.next_status = status


def _clear_next(text: ArticleText) -> None:
    text.next_title = text.next_body = text.next_status = ""
    _end_review(text)


def _end_review(text: ArticleText) -> None:
    text.submitted_at = text.submitted_by = text.returned_by = None
    text.returned_because = ""


@transaction.atomic
def submit(
    article: Article,
    *,
    language: str,
    version: int | None = None,
    by: Actor,
    at: datetime | None = None,
) -> ArticleText:
    """Ask for review of what is written in this language. Doing it twice changes nothing.

    `version` is that of the article, here and in the verbs below.
    """
    require("knowledge.write", by=by)
    at = at or timezone.now()
    text = _text(locked(article, version), language)
    if text.working_status == TextStatus.IN_REVIEW:
        return text
    if not text.working_status:
        raise ValidationError(
            _("Nothing new is written in this language. Change the text first."), code="no_draft"
        )
    _set_working(text, TextStatus.IN_REVIEW)
    _end_review(text)
    text.submitted_at, text.submitted_by = at, user_or_none(by)
    return _keep(text, by, at)


@transaction.atomic
def send_back(
    article: Article,
    *,
    language: str,
    because: str,
    version: int | None = None,
    by: Actor,
    at: datetime | None = None,
) -> ArticleText:
    """Return a text in review to its writer, with a word why."""
    require("knowledge.publish", by=by)
    text = _text(locked(article, version), language)
    if text.working_status != TextStatus.IN_REVIEW:
        raise ValidationError(_("This text is not in review."), code="not_in_review")
    because = because.replace("\x00", "").strip()
    if not because:
        raise ValidationError({"because": _("Say what is to be changed.")})
    _set_working(text, TextStatus.DRAFT)
    text.returned_because, text.returned_by = because[:300], user_or_none(by)
    return _keep(text, by, at)


@transaction.atomic
def publish(
    article: Article,
    *,
    language: str,
    version: int | None = None,
    by: Actor,
    at: datetime | None = None,
) -> ArticleText:
    """Show what is written in this language to its readers, as a new version that is kept.

    Where nothing is being written, an outdated text is shown again. Doing it twice changes nothing.
    """
    require("knowledge.publish", by=by)
    at = at or timezone.now()
    article = locked(article, version)
    text = _text(article, language)
    if text.is_published and not text.next_status:
        return text
    if text.next_status:
        text.title, text.body = text.next_title, text.next_body
    _clear_next(text)
    text.status = TextStatus.PUBLISHED
    text.published_at, text.published_by = at, user_or_none(by)
    _keep_version(text, at, by)
    _keep(text, by, at)
    set_review_day(text.article, at)
    show_in_search(text)
    return text


def _keep_version(text: ArticleText, at: datetime, by: Actor) -> None:
    last = text.versions.filter(number=text.shown_number).first()
    if last and (last.title, last.body) == (text.title, text.body):
        return
    text.shown_number += 1
    ArticleVersion.objects.create(
        text=text,
        number=text.shown_number,
        title=text.title,
        body=text.body,
        written_by=text.written_by,
        published_at=at,
        published_by=user_or_none(by),
    )


@transaction.atomic
def unpublish(
    article: Article,
    *,
    language: str,
    version: int | None = None,
    by: Actor,
    at: datetime | None = None,
) -> ArticleText:
    """Make the text in this language a draft again; what was being written goes on as that draft.

    Doing it twice changes nothing.
    """
    require("knowledge.publish", by=by)
    text = _text(locked(article, version), language)
    if not text.is_published:
        return text
    text.status = text.next_status or TextStatus.DRAFT
    text.title, text.body = text.working
    text.next_title = text.next_body = text.next_status = ""
    text.published_at = text.published_by = None
    hide_from_search(text)
    return _keep(text, by, at)


@transaction.atomic
def outdate(
    article: Article,
    *,
    language: str,
    version: int | None = None,
    by: Actor,
    at: datetime | None = None,
) -> ArticleText:
    """Take a text that is no longer right away from its readers; people of ours still read it.

    Doing it twice changes nothing.
    """
    require("knowledge.publish", by=by)
    text = _text(locked(article, version), language)
    if text.status == TextStatus.OUTDATED:
        return text
    if not text.is_published:
        raise ValidationError(_("This text is not published."), code="unpublished")
    text.status = TextStatus.OUTDATED
    hide_from_search(text)
    return _keep(text, by, at)


@transaction.atomic
def discard(
    article: Article,
    *,
    language: str,
    version: int | None = None,
    by: Actor,
    at: datetime | None = None,
) -> ArticleText:
    """Throw away what is being written beside a published text."""
    require("knowledge.write", by=by)
    text = _text(locked(article, version), language)
    if not text.next_status:
        raise ValidationError(
            _("Nothing new is written in this language. Change the text first."), code="no_draft"
        )
    _clear_next(text)
    text.version += 1
    return _keep(text, by, at)


@transaction.atomic
def bring_back(
    article: Article, *, language: str, number: int, by: Actor, at: datetime | None = None
) -> ArticleText:
    """Make a version of before the draft; refused while something else is being written."""
    require("knowledge.write", by=by)
    text = _text(locked(article), language)
    old = text.versions.filter(number=number).first()
    if old is None:
        raise ValidationError(_("There is no such version."), code="no_version")
    if (old.title, old.body) == text.working:
        raise ValidationError(_("This version stands there already."), code="shown")
    title, body = text.working
    if text.working_status and not text.versions.filter(title=title, body=body).exists():
        raise ValidationError(
            _("Something else is being written in this language. Publish or discard it first."),
            code="draft",
        )
    return write(article, language=language, title=old.title, body=old.body, by=by, at=at)


def _text(article: Article, language: str) -> ArticleText:
    text = article.texts.filter(language=language).first()
    if text is None:
        raise ValidationError(
            _("There is no text in this language yet. Write it first."), code="no_text"
        )
    text.article = article
    return text


def _keep(text: ArticleText, by: Actor, at: datetime | None) -> ArticleText:
    text.save()
    touch(text.article, by=by, at=at or timezone.now())
    return text
