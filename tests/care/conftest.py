from datetime import timedelta

import pytest

from care import actions
from care.models import Callback
from tests import stories


@pytest.fixture
def solved(now, cast):
    """A P2 ticket that Tang resolved at 12:00, with Anna as its contact; nobody answered yet."""
    return stories.resolved(now, cast.tang, contact=cast.anna, requester_phone="13812345678")


@pytest.fixture
def call(solved, now) -> Callback:
    """The satisfaction call about it, opened by the sweep."""
    assert actions.open_satisfaction_calls(now + timedelta(hours=11)) == 1
    return Callback.objects.get()


@pytest.fixture
def follow_up(solved, now) -> Callback:
    return actions.open_callback(
        solved, kind="follow_up", due_at=now + timedelta(days=1), at=now + timedelta(hours=3)
    )
