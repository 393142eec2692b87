"""What is read once per process is never older than the last commit."""

import contextvars
import threading

import pytest
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext

from foundation.accounts import cached
from foundation.accounts.cached import remembering
from foundation.accounts.models import Department, Grant, Organisation, Revision, Role, User
from foundation.accounts.queries import organisation
from tests.programs import program
from tickets.models import SafetyWord
from tickets.queries import safety_words

TEXT = "the lorem has begun to ipsum"


@pytest.fixture
def known(db):
    """What a request knows of our words, and how many questions it asked."""

    def ask() -> tuple[list[str], int]:
        with remembering(), CaptureQueriesContext(connection) as seen:
            return safety_words(TEXT), len(seen)

    ask()
    return ask


def test_a_second_request_asks_for_the_word_alone(known):
    assert known() == ([], 1)


def test_within_a_request_the_word_is_asked_for_once(known):
    with remembering(), CaptureQueriesContext(connection) as seen:
        for _ in range(3):
            safety_words(TEXT)
    assert len(seen) == 1


def test_outside_a_request_the_tables_are_read(known):
    SafetyWord.objects.create(word="lorem")
    with CaptureQueriesContext(connection) as seen:
        assert safety_words(TEXT) == ["lorem"]
    assert "safetyword" in seen[0]["sql"]


def many():
    SafetyWord.objects.bulk_create([SafetyWord(word="lorem")])


def saved():
    SafetyWord(word="lorem").save()


def updated():
    SafetyWord.objects.filter(word=SafetyWord.objects.first().word).update(word="lorem")


def all_updated():
    row = SafetyWord.objects.first()
    row.word = "lorem"
    SafetyWord.objects.bulk_update([row], ["word"])


@pytest.mark.parametrize("write", [saved, many, updated, all_updated])
def test_however_a_row_is_written_the_next_request_knows(known, write):
    write()
    assert known()[0] == ["lorem"]


@pytest.mark.parametrize("rows", [SafetyWord.objects.filter(word="lorem"), None])
def test_what_was_deleted_is_gone(known, rows):
    row = SafetyWord.objects.create(word="lorem")
    assert known()[0] == ["lorem"]
    (row if rows is None else rows.all()).delete()
    assert known()[0] == []


def test_what_was_taken_back_leaves_nothing_behind(known):
    before = Revision.objects.get().word
    with transaction.atomic():
        SafetyWord.objects.create(word="lorem")
        assert known()[0] == ["lorem"]
        transaction.set_rollback(True)
    assert Revision.objects.get().word == before
    assert known()[0] == []
    SafetyWord.objects.create(word="ipsum")
    assert known()[0] == ["ipsum"]


def test_a_request_that_writes_reads_its_own_and_lends_it_to_nobody(known):
    with remembering(), transaction.atomic():
        assert safety_words(TEXT) == []
        SafetyWord.objects.create(word="lorem")
        assert safety_words(TEXT) == ["lorem"]
        SafetyWord.objects.create(word="ipsum")
        assert safety_words(TEXT) == ["ipsum", "lorem"]
        transaction.set_rollback(True)
    assert known() == ([], 1)


def test_a_request_keeps_to_its_word_whatever_comes_meanwhile(known):
    def another():
        SafetyWord.objects.create(word="lorem")
        assert known()[0] == ["lorem"]

    with remembering():
        assert safety_words(TEXT) == []
        contextvars.Context().run(another)
        assert safety_words(TEXT) == []
    assert known()[0] == ["lorem"]


def test_without_a_word_everything_is_read(known):
    Revision.objects.all().delete()
    SafetyWord.objects.filter(pk__in=[]).update(word="x")
    assert known()[1] == 2


def test_what_no_value_holds_does_not_count(cast):
    before = Revision.objects.get().word
    cast.anna.last_login = None
    cast.anna.save(update_fields=["last_login"])
    User.objects.filter(pk=cast.anna.pk).update(last_login=None)
    assert Revision.objects.get().word == before
    cast.anna.save(update_fields=["is_active"])
    assert Revision.objects.get().word != before


def test_only_models_that_tell_can_be_cached():
    with pytest.raises(TypeError, match="Department"):
        cached.cached(Department)
    assert isinstance(Role.objects.all(), cached.WatchedQuerySet)


class TestDoors:
    """Roles, grants, people, keys and settings, as a program meets them that keeps asking."""

    LIST = "/api/v1/tickets/"

    @pytest.fixture
    def answer(self, cast):
        client = program(cast.sun)
        facts = {"kind": "fault", "symptom": "x"}
        ask = lambda: client.post(self.LIST, facts).status_code  # noqa: E731
        assert ask() == ask() == 201
        return ask

    def test_a_grant_taken_away(self, answer):
        Grant.objects.filter(role__key="supervisor", verb="tickets.receive").delete()
        assert answer() == 403

    def test_a_role_taken_away_and_given_back(self, answer, cast):
        roles = list(cast.sun.roles.all())
        cast.sun.roles.clear()
        assert answer() == 403
        cast.sun.roles.set(roles)
        assert answer() == 201

    def test_a_person_who_left(self, answer, cast):
        User.objects.filter(pk=cast.sun.pk).update(is_active=False)
        assert answer() == 401

    def test_a_key_withdrawn(self, answer, cast):
        from foundation.accounts.actions import revoke_key

        revoke_key(cast.sun.keys.get(), by=cast.sun)
        assert answer() == 401

    def test_settings(self, answer):
        row = Organisation.objects.get_or_create(pk=1)[0]
        row.hotline = "400"
        row.save()
        with remembering():
            assert organisation().hotline == "400"


@pytest.mark.django_db(transaction=True)
def test_another_process_knows_after_the_commit_and_not_before():
    cached.changed()
    seen = []

    def elsewhere():
        try:
            with remembering():
                seen.append(safety_words(TEXT))
        finally:
            connection.close()

    def ask():
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        return seen.pop()

    assert ask() == []
    with transaction.atomic():
        SafetyWord.objects.create(word="lorem")
        assert ask() == []
    assert ask() == ["lorem"]


def test_every_row_that_tells_is_of_one_table(db):
    with pytest.raises(Exception, match="revision_is_one_row"), transaction.atomic():
        models.QuerySet(Revision).create(pk=2, word="x")
