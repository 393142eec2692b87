from datetime import timedelta

import pytest
from django.test import RequestFactory

from foundation.clockwork import limits, sweeps
from foundation.clockwork.limits import TooMany
from foundation.clockwork.models import Tally

HOUR = timedelta(hours=1)


def count(who="10.1.2.3", kind="code", most=3, **rest):
    limits.count(kind, who, most=most, per=HOUR, **rest)


def refused(**rest):
    try:
        count(**rest)
    except TooMany:
        return True
    return False


def test_the_limit_is_reached_after_the_last_allowed_try(db, now):
    assert [refused(at=now) for _ in range(5)] == [False, False, False, True, True]


def test_each_caller_and_each_kind_counts_alone(db, now):
    for _ in range(3):
        count(at=now)
    assert refused(at=now)
    assert not refused(at=now, who="10.1.2.4")
    assert not refused(at=now, kind="request")


def test_the_window_ends_and_begins_anew(db, now):
    for _ in range(4):
        refused(at=now)
    assert refused(at=now + HOUR - timedelta(seconds=1))
    assert not refused(at=now + HOUR)
    assert Tally.objects.get().count == 1


def test_trying_on_does_not_lengthen_the_window(db, now):
    for minute in range(0, 60, 5):
        refused(at=now + timedelta(minutes=minute))
    assert not refused(at=now + HOUR)


def test_the_caller_learns_when_to_try_again(db, now):
    with pytest.raises(TooMany) as told:
        for _ in range(4):
            count(at=now + timedelta(minutes=10))
            now += timedelta(seconds=10)
    assert told.value.minutes == 60
    assert 3560 < told.value.seconds <= 3600
    assert (TooMany(0.2).seconds, TooMany(0.2).minutes) == (1, 1)
    assert TooMany(61).minutes == 2


def test_who_it_was_is_not_stored(db, now, settings):
    for who in ("wang@example.com", "13812345678", "2001:db8::1"):
        count(who=who, at=now)
    kept = " ".join(Tally.objects.values_list("key", flat=True))
    for part in ("wang", "example", "138", "2001"):
        assert part not in kept.replace("code:", "")
    # A keyed hash: with another key the same person is another row.
    settings.SECRET_KEY = "another"
    count(who="wang@example.com", at=now)
    assert Tally.objects.count() == 4


def test_odd_callers_are_counted_too(db, now):
    for who in ("", "\x00", "😀" * 5000, "\ud800"):
        count(who=who, at=now)
    assert Tally.objects.count() == 4


def test_ended_windows_are_swept(db, now):
    count(at=now)
    sweeps.tick(now + HOUR + timedelta(seconds=1))
    assert not Tally.objects.exists()


def test_tries_at_once_are_all_counted(parallel, now):
    def work():
        return [refused(at=now, most=10) for _ in range(5)]

    answers = parallel(work, work, work, work)
    assert sum(flag for mine in answers for flag in mine) == 10
    assert Tally.objects.get().count == 20


def test_a_sweep_in_between_disturbs_nobody(parallel, now):
    """The tally of an ended window may be deleted while somebody counts on it."""

    def tries():
        for hour in range(1, 40):
            count(at=now + hour * HOUR, most=10)
        return "counted"

    def sweep():
        for hour in range(1, 40):
            Tally.objects.filter(window_ends_at__lt=now + hour * HOUR).delete()
        return "swept"

    assert parallel(tries, sweep, sweep) == ["counted", "swept", "swept"]


@pytest.mark.parametrize(
    ("behind", "forwarded", "address"),
    [
        (False, "", "127.0.0.1"),
        (False, "203.0.113.9", "127.0.0.1"),
        (True, "", "127.0.0.1"),
        (True, "203.0.113.9", "203.0.113.9"),
        # What the caller wrote himself stands before what the proxy adds.
        (True, "1.1.1.1, 203.0.113.9", "203.0.113.9"),
    ],
)
def test_the_proxy_is_believed_only_where_there_is_one(settings, behind, forwarded, address):
    settings.BEHIND_PROXY = behind
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    assert limits.address(RequestFactory().get("/", headers=headers)) == address
