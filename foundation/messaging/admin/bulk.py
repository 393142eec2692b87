"""The verbs that a person may do to many messages."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from foundation.accounts.models import User
from foundation.lists.actions import each_once
from foundation.lists.forms import SureForm
from foundation.lists.kinds import BulkVerb, register_bulk
from foundation.messaging import actions, inbound, lists
from foundation.messaging.choices import OutgoingStatus
from foundation.messaging.models import IncomingMessage, OutgoingMessage


class AgainForm(SureForm):
    says = gettext_lazy("Only what did not arrive goes again, to the address it was meant for.")


class ReplayForm(SureForm):
    says = gettext_lazy("Each message is read again as if it had just come in.")


def _again(row: OutgoingMessage, version: int, *, by: User) -> None:
    # A second copy to many customers at once is never meant.
    if row.status == OutgoingStatus.SENT:
        raise ValidationError(_("It was sent. Open it to send it a second time."))
    actions.send_again(row, by=by)


def _replay(row: IncomingMessage, version: int, *, by: User) -> None:
    inbound.replay(row, by=by)


def _for_editors(*verbs: BulkVerb):
    def allowed(user: User) -> Sequence[BulkVerb]:
        return verbs if user.may("messaging.edit") else ()

    return allowed


AGAIN = BulkVerb(
    "again", gettext_lazy("Send again"), AgainForm, each_once("again", _again), is_main=True
)
REPLAY = BulkVerb(
    "replay", gettext_lazy("Handle again"), ReplayForm, each_once("replay", _replay), is_main=True
)
register_bulk(lists.OUTGOING.key, _for_editors(AGAIN))
register_bulk(lists.INCOMING.key, _for_editors(REPLAY))
