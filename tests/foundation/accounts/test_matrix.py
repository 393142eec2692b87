import pytest
from django.core.management import call_command

from foundation.accounts import matrix
from foundation.accounts.defaults import ship
from foundation.accounts.models import Department, Grant, Role, ShippedDefault
from foundation.accounts.verbs import WORDS, words

pytestmark = pytest.mark.django_db


def migrated():
    call_command("migrate", verbosity=0)


def verbs_of(key):
    return dict(Grant.objects.filter(role__key=key).values_list("verb", "within"))


def test_the_whole_matrix_is_there_from_the_first_migrate():
    assert {row.key for row in Department.objects.all()} == {key for key, *_ in matrix.DEPARTMENTS}
    for key, _zh, _en, sees, personal, is_staff_role, verbs in matrix.ROLES:
        role = Role.objects.get(key=key)
        assert (role.sees, role.personal, role.is_staff_role) == (sees, personal, is_staff_role)
        assert verbs_of(key) == verbs


def test_verbs_are_named_app_and_verb():
    apps = {"tickets", "care", "surveys", "customers", "knowledge", "products"}
    apps |= {"messaging", "reports", "settings", "people", "lists", "imports"}
    verbs = {verb for *_, verbs in matrix.ROLES for verb in verbs}
    assert {verb.partition(".")[0] for verb in verbs} == apps


def test_only_the_administrator_may_change_settings_and_people():
    for verb in ("settings.edit", "people.edit"):
        roles = Grant.objects.filter(verb=verb).values_list("role__key", flat=True)
        assert list(roles) == ["administrator"]


def test_the_next_migrate_creates_nothing_twice():
    before = [model.objects.count() for model in (Department, Role, Grant, ShippedDefault)]
    migrated()
    assert before == [model.objects.count() for model in (Department, Role, Grant, ShippedDefault)]


def test_what_the_administrator_deleted_stays_deleted():
    Grant.objects.get(role__key="agent", verb="tickets.confirm").delete()
    Role.objects.get(key="provider").delete()
    Department.objects.get(key="dispatch").delete()
    migrated()
    assert "tickets.confirm" not in verbs_of("agent")
    assert not Role.objects.filter(key="provider").exists()
    assert not Department.objects.filter(key="dispatch").exists()


def test_what_the_administrator_edited_stays_edited():
    Role.objects.filter(key="analyst").update(name_en="Number cruncher", personal="full")
    Grant.objects.filter(role__key="agent", verb="tickets.classify").update(within="all")
    migrated()
    analyst = Role.objects.get(key="analyst")
    assert (analyst.name_en, analyst.personal) == ("Number cruncher", "full")
    assert verbs_of("agent")["tickets.classify"] == "all"


def test_what_the_administrator_added_stays():
    shipped = set(verbs_of("warehouse"))
    Grant.objects.create(role=Role.objects.get(key="warehouse"), verb="customers.view")
    migrated()
    assert set(verbs_of("warehouse")) == shipped | {"customers.view"}


def test_a_later_release_ships_only_what_is_new():
    rows = [
        {"key": "service", "name_zh": "别的", "name_en": "Other"},
        {"key": "training", "name_zh": "培训部", "name_en": "Training"},
    ]
    assert ship(Department, ("key",), rows) == 1
    assert Department.objects.get(key="service").name_en == "Customer service"
    assert ship(Department, ("key",), rows) == 0


def test_a_row_that_was_typed_in_before_is_taken_as_given():
    Department.objects.create(key="training", name_zh="培训", name_en="Ours")
    rows = [{"key": "training", "name_zh": "培训部", "name_en": "Training"}]
    assert ship(Department, ("key",), rows) == 0
    assert Department.objects.get(key="training").name_en == "Ours"


def test_names_follow_the_language():
    from django.utils import translation

    role = Role.objects.get(key="supervisor")
    with translation.override("zh-hans"):
        assert str(role) == "客服主管"
    with translation.override("en"):
        assert str(role) == "Supervisor"


def test_every_verb_has_words():
    known = {verb for *_rest, granted in matrix.ROLES for verb in granted}
    assert known == set(WORDS)
    assert words("tickets.accept") == "Ticket: accept" and words("x.y") == "x.y"
