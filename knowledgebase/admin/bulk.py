"""The verb that a person may do to many articles."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from foundation.accounts.models import User
from foundation.lists.actions import each_once
from foundation.lists.forms import SureForm
from foundation.lists.kinds import BulkVerb, register_bulk
from knowledgebase import actions
from knowledgebase.lists import ARTICLES
from knowledgebase.models import Article


class RenewForm(SureForm):
    says = _("The review date of each is set anew, by the period of its category.")


def _renew(row: Article, version: int, *, by: User) -> None:
    actions.renew(row, version=version, by=by)


RENEW = BulkVerb("renew", _("Still right"), RenewForm, each_once("renew", _renew), is_main=True)


def allowed(user: User) -> Sequence[BulkVerb]:
    return (RENEW,) if user.may("knowledge.write") else ()


register_bulk(ARTICLES.key, allowed)
