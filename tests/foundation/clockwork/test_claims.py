"""Claiming, tried on the rows that most depend on it: mail to send."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction

from foundation.clockwork.claims import LEASE, claim
from foundation.messaging.models import OutgoingMessage


def message(number, due_at):
    return OutgoingMessage.objects.create(
        dedupe_key=f"test:{number}",
        to_address="wang@example.com",
        message_id=f"<{number}@aftersales.example>",
        created_at=due_at,
        due_at=due_at,
    )


def waiting():
    return OutgoingMessage.objects.filter(status="waiting")


def ids(rows):
    return [row.pk for row in rows]


@pytest.fixture
def rows(db, now):
    return [message(number, now - timedelta(minutes=30 - number)) for number in range(6)]


def test_the_oldest_due_come_first(rows, now):
    assert ids(claim(waiting(), at=now, limit=4)) == ids(rows[:4])


def test_what_is_not_due_stays(db, now):
    message(1, now + timedelta(seconds=1))
    exactly = message(2, now)
    assert ids(claim(waiting(), at=now)) == [exactly.pk]


def test_what_is_done_stays(rows, now):
    OutgoingMessage.objects.filter(pk=rows[0].pk).update(status="sent")
    assert rows[0].pk not in ids(claim(waiting(), at=now))


def test_a_second_claimer_gets_the_rest(rows, now):
    first = ids(claim(waiting(), at=now, limit=4))
    second = ids(claim(waiting(), at=now, limit=4))
    assert (first, second) == (ids(rows[:4]), ids(rows[4:]))
    assert claim(waiting(), at=now) == []


def test_a_claim_lasts_ten_minutes(rows, now):
    claim(waiting(), at=now)
    assert LEASE.total_seconds() == 600
    assert claim(waiting(), at=now + LEASE) == []
    again = claim(waiting(), at=now + LEASE + timedelta(seconds=1))
    assert ids(again) == ids(rows)
    assert {row.attempts for row in again} == {2}


def test_a_claim_is_seen_on_the_row_that_is_handed_out(rows, now):
    (row,) = claim(waiting(), at=now, limit=1)
    assert (row.claimed_at, row.attempts) == (now, 1)


def test_a_claim_asks_as_much_for_many_rows_as_for_one(rows, now, django_assert_num_queries):
    with django_assert_num_queries(5):
        claim(waiting(), at=now)


def test_claimers_at_once_never_get_the_same_row(parallel, now):
    made = [message(number, now) for number in range(40)]

    def work():
        mine = []
        while batch := claim(waiting(), at=now, limit=3):
            mine += ids(batch)
        return mine

    got = parallel(work, work, work, work)
    taken = [pk for mine in got for pk in mine]
    assert sorted(taken) == ids(made)
    assert set(waiting().values_list("attempts", flat=True)) == {1}


def test_a_claim_that_is_rolled_back_holds_nothing(parallel, now):
    message(1, now)

    def dies():
        with transaction.atomic():
            assert len(claim(waiting(), at=now)) == 1
            raise SystemError

    (result,) = parallel(dies)
    assert isinstance(result, SystemError)
    assert len(claim(waiting(), at=now)) == 1


@pytest.mark.postgres
def test_a_claimer_does_not_wait_for_another(parallel, now):
    """While one worker's transaction is open, the next takes other rows at once."""
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    made = [message(number, now) for number in range(4)]
    claimed, done = threading.Event(), threading.Event()

    def slow():
        with transaction.atomic():
            mine = ids(claim(waiting(), at=now, limit=2))
            claimed.set()
            assert done.wait(20)
        return mine

    def quick():
        assert claimed.wait(20)
        mine = ids(claim(waiting(), at=now))
        done.set()
        return mine

    slow_rows, quick_rows = parallel(slow, quick)
    assert (slow_rows, quick_rows) == (ids(made[:2]), ids(made[2:]))
