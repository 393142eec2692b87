import pytest

from foundation.accounts.actors import SYSTEM, CaseHolder, user_or_none
from foundation.accounts.choices import Personal, Scope
from foundation.accounts.models import Grant, Role, User

pytestmark = pytest.mark.django_db


def again(user):
    """As the next request sees this person."""
    return User.objects.get(pk=user.pk)


def test_a_role_gives_its_verbs_and_no_others(cast):
    assert cast.anna.may("tickets.receive")
    assert not cast.anna.may("tickets.assign")
    assert not cast.tang.may("tickets.receive")
    assert not cast.anna.may("people.edit")


def test_a_misspelt_verb_is_refused(cast):
    for verb in ("", "tickets", "tickets.", "tickets.Receive", "*"):
        assert not cast.root.may(verb)


def test_a_person_without_a_role_may_nothing_and_sees_nothing(db):
    nobody = User.objects.create(username="nobody", is_staff=True)
    assert not nobody.may("tickets.receive")
    assert (nobody.scopes, nobody.personal, nobody.matrix) == (set(), set(), {})


def test_several_roles_add_up(cast):
    cast.tang.roles.add(Role.objects.get(key="analyst"))
    tang = again(cast.tang)
    assert tang.may("tickets.start") and tang.may("reports.export")
    assert tang.scopes == {Scope.OWN, Scope.ALL, Scope.TASK}
    assert tang.personal == {Personal.WORK, Personal.MASKED}


def test_the_same_verb_from_two_roles_keeps_both_scopes(cast):
    cast.anna.roles.add(Role.objects.get(key="supervisor"))
    assert again(cast.anna).matrix["tickets.classify"] == {Scope.CONSULTATION, Scope.ALL}


def test_a_revoked_permission_is_gone_with_the_next_request(cast):
    assert cast.anna.may("tickets.confirm")
    Grant.objects.get(role__key="agent", verb="tickets.confirm").delete()
    assert not again(cast.anna).may("tickets.confirm")


def test_who_left_may_nothing(cast):
    cast.sun.is_active = False
    cast.sun.save()
    assert not again(cast.sun).may("tickets.assign")


def test_a_superuser_may_everything_until_made_inactive(db):
    boss = User.objects.create(username="boss", is_superuser=True)
    assert boss.may("tickets.assign") and boss.may("anything.else")
    assert (boss.scopes, boss.personal) == ({Scope.ALL}, {Personal.FULL})
    boss.is_active = False
    assert not boss.may("tickets.assign")


def test_the_matrix_is_read_once_per_person(cast, django_assert_num_queries):
    anna = again(cast.anna)
    with django_assert_num_queries(2):
        for verb in ("tickets.receive", "tickets.assign", "people.edit"):
            anna.may(verb)
        assert anna.scopes == {Scope.INTAKE, Scope.TASK}
        assert [role.key for role in anna.role_list] == ["agent"]


def test_a_case_holder_has_the_customers_verbs(db, django_assert_num_queries):
    holder = CaseHolder(7)
    with django_assert_num_queries(2):
        assert holder.may("tickets.confirm") and holder.may("surveys.rate")
        assert not holder.may("tickets.classify") and not holder.may("customers.view")
    assert holder.scopes == {Scope.CASE}
    assert (holder.actor_kind, user_or_none(holder)) == ("customer", None)


def test_without_a_customer_role_nobody_behind_a_link_may_anything(db):
    Role.objects.get(key="customer").delete()
    assert not CaseHolder(7).may("tickets.confirm")


def test_the_system_may_everything_and_is_nobody():
    assert SYSTEM.may("tickets.assign")
    assert (SYSTEM.actor_kind, user_or_none(SYSTEM)) == ("system", None)


def test_a_person_is_stored_as_themselves(cast):
    assert user_or_none(cast.anna) == cast.anna
    assert cast.anna.actor_kind == "staff"


def test_a_person_is_called_by_the_best_name_there_is(db):
    assert str(User(username="li")) == "li"
    assert str(User(username="li", first_name="Lei", last_name="Li")) == "Lei Li"
    assert str(User(username="li", display_name="小李")) == "小李"
