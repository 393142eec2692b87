import threading

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection

from foundation.accounts.models import Department
from foundation.clockwork.models import Once
from foundation.clockwork.once import fingerprint, once


def found(key):
    """Work with an effect that can be counted."""

    def work():
        row = Department.objects.create(key=key, name_zh="新", name_en="New")
        return {"department": row.pk}

    return work


def made():
    return Department.objects.filter(name_en="New").count()


def test_the_second_caller_gets_the_firsts_answer(db):
    first, fresh = once("test", "k1", found("a"))
    assert fresh
    assert once("test", "k1", found("b")) == (first, False)
    assert made() == 1


def test_another_key_and_another_scope_are_other_uses(db):
    once("test", "k1", found("a"))
    once("test", "k2", found("b"))
    once("other", "k1", found("c"))
    assert made() == 3


def test_keys_that_begin_alike_are_different(db):
    once("test", "x" * 130 + "1", found("a"))
    _answer, fresh = once("test", "x" * 130 + "2", found("b"))
    assert fresh
    assert once("test", "x" * 130 + "1", found("c"))[1] is False
    assert made() == 2


@pytest.mark.parametrize("key", ["", "键😀", "a\x00b", "a\ud800", "k" * 5000])
def test_any_key_a_caller_thinks_of_works(db, key):
    first, fresh = once("test", key, found("a"))
    assert fresh
    assert once("test", key, found("b")) == (first, False)


@pytest.mark.parametrize("error", [ValidationError("no"), IntegrityError("no"), KeyError("no")])
def test_work_that_fails_leaves_nothing_and_can_be_repeated(db, error):
    def fails():
        found("a")()
        raise error

    with pytest.raises(type(error)):
        once("test", "k1", fails)
    assert (made(), Once.objects.count()) == (0, 0)
    assert once("test", "k1", found("a"))[1]
    assert made() == 1


def test_a_clash_inside_the_work_is_not_taken_for_a_repetition(db):
    with pytest.raises(IntegrityError):
        once("test", "k1", found("service"))
    assert not Once.objects.exists()


def test_an_answer_that_cannot_be_kept_undoes_the_work(db):
    def work():
        found("a")()
        return {"bad": object()}

    with pytest.raises(TypeError):
        once("test", "k1", work)
    assert (made(), Once.objects.count()) == (0, 0)


def test_callers_at_once_have_one_effect_and_one_answer(parallel):
    works = [lambda n=n: once("test", "k1", found(f"at-once-{n}")) for n in range(6)]
    answers = parallel(*works)
    assert sorted(fresh for _answer, fresh in answers) == [False] * 5 + [True]
    assert len({answer["department"] for answer, _fresh in answers}) == 1
    assert (made(), Once.objects.count()) == (1, 1)


@pytest.mark.postgres
def test_the_second_caller_waits_for_the_first(parallel):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    working, go_on = threading.Event(), threading.Event()

    def first():
        def work():
            working.set()
            assert go_on.wait(20)
            return found("slow")()

        return once("test", "k1", work)

    def second():
        assert working.wait(20)
        threading.Timer(0.3, go_on.set).start()
        return once("test", "k1", found("quick"))

    (one, fresh), (other, also_fresh) = parallel(first, second)
    assert (one, fresh, also_fresh) == (other, True, False)
    assert made() == 1


@pytest.mark.postgres
def test_where_the_first_fails_the_waiting_second_does_the_work(parallel):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    working, go_on = threading.Event(), threading.Event()

    def first():
        def work():
            working.set()
            assert go_on.wait(20)
            raise KeyError("broken")

        return once("test", "k1", work)

    def second():
        assert working.wait(20)
        threading.Timer(0.3, go_on.set).start()
        return once("test", "k1", found("second"))

    failed, (_answer, fresh) = parallel(first, second)
    assert isinstance(failed, KeyError) and fresh
    assert made() == 1


def test_a_fingerprint_tells_sendings_apart():

    upload = SimpleUploadedFile("a.jpg", b"123")
    same = {"body": "x", "files": [upload], "handler": Department(pk=3)}
    assert fingerprint(same) == fingerprint(dict(reversed(same.items())))
    assert fingerprint(same) != fingerprint(same | {"body": "y"})
    assert fingerprint(same) != fingerprint(same | {"files": []})
    assert fingerprint(same) != fingerprint(same | {"handler": Department(pk=4)})
    assert len(fingerprint({})) == 32
