"""The verbs that a person may do to many customers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from customers import actions, rules
from customers.forms import TierForm
from customers.models import Customer
from foundation.accounts.models import User
from foundation.lists.actions import each_once
from foundation.lists.kinds import BulkVerb


def _set_tier(row: Customer, version: int, **facts: Any) -> None:
    actions.change_customer(row, version=version, **facts)


SET_TIER = BulkVerb(
    "set_tier", _("Set tier"), TierForm, each_once("set_tier", _set_tier), is_main=True
)


def of_customers(user: User) -> list[BulkVerb]:
    """As on a customer's page: who sees personal data masked changes nothing."""
    allowed = user.may("customers.edit") and rules.shows(user.personal, "notes")
    return [SET_TIER] if allowed else []
