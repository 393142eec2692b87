"""How the state of a text and the voices of readers are said."""

from django.utils.translation import gettext

from knowledgebase.models import ArticleText
from knowledgebase.queries import Voices


def status_words(text: ArticleText) -> str:
    """ "published · next version in review"."""
    words = text.get_status_display()
    if not text.next_status:
        return words
    return gettext("%(state)s, next version: %(next)s") % {
        "state": words,
        "next": text.get_next_status_display(),
    }


def voice_words(said: Voices) -> str:
    """ "86 % of 21"; a small n says so."""
    words = gettext("%(share)s%% of %(n)s") % {"share": said.share, "n": said.votes}
    return gettext("%(words)s (few)") % {"words": words} if said.is_few else words
