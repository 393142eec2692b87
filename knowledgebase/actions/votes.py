"""Whether an article helped: one voice per person and version, which may change its mind."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from customers.rules import mask_text
from foundation.accounts.models import User
from knowledgebase.models import ArticleText, Vote, reads_internal

LONGEST = 500


@transaction.atomic
def vote(
    text: ArticleText,
    *,
    is_helpful: bool,
    why: str = "",
    voter: str,
    by: User | None = None,
    at: datetime | None = None,
) -> Vote:
    """A voice on what readers see now; the same `voter` has one, and the last word counts.

    `voter` is a keyed hash, `by` a person of ours or None. Numbers and addresses in `why` are masked
    before they are kept; a reason is kept only with a “no”.
    """
    if not text.article.is_public and not reads_internal(by):
        raise PermissionDenied
    version = text.versions.filter(number=text.shown_number).first()
    if version is None or not text.is_published:
        raise ValidationError(_("This text is not published."), code="unpublished")
    why = "" if is_helpful else mask_text(why.replace("\x00", "").strip())[:LONGEST]
    values = {"is_helpful": is_helpful, "by": by, "at": at or timezone.now()}
    if why or is_helpful:
        values["why"] = why
    row, _made = Vote.objects.update_or_create(version=version, voter=voter, defaults=values)
    return row
