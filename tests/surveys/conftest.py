from datetime import timedelta

import pytest
from django.utils import timezone

from foundation.accounts.actors import CaseHolder
from surveys.models import Invitation
from tests import stories


@pytest.fixture
def solved(now, cast):
    """A P2 ticket that Tang resolved at 12:00, with Anna as its contact."""
    return stories.resolved(now, cast.tang, contact=cast.anna)


@pytest.fixture
def invitation(solved) -> Invitation:
    return Invitation.objects.get(ticket=solved)


@pytest.fixture
def wang(solved) -> CaseHolder:
    """The customer behind the link."""
    return CaseHolder(solved.pk)


@pytest.fixture
def fresh(cast) -> Invitation:
    """An invitation of today, for pages, which live in the present."""
    ticket = stories.resolved(timezone.now() - timedelta(hours=4), cast.tang, contact=cast.anna)
    return Invitation.objects.get(ticket=ticket)
