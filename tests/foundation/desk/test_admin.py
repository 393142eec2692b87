import pytest
from django.contrib.admin.sites import AdminSite
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from foundation.accounts.models import Department, Grant, Role, User
from foundation.desk.admin import DeskAdmin, ReadOnly

pytestmark = pytest.mark.django_db


class Shelf(DeskAdmin):
    view_verb = "customers.view"
    edit_verb = "customers.edit"


class Ledger(ReadOnly, Shelf):
    pass


def rights(door, user):
    """(module, view, change, add, delete) of this person at this door."""
    request = RequestFactory().get("/")
    request.user = user
    site = door(Department, AdminSite())
    return (
        site.has_module_permission(request),
        site.has_view_permission(request),
        site.has_change_permission(request),
        site.has_add_permission(request),
        site.has_delete_permission(request),
    )


ALL, VIEW, NOTHING = (True,) * 5, (True, True, False, False, False), (False,) * 5


def test_each_verb_opens_its_part(cast):
    assert rights(Shelf, cast.anna) == ALL
    assert rights(Shelf, cast.deng) == VIEW
    assert rights(Shelf, cast.wu) == NOTHING


def test_who_may_edit_may_also_look(cast):
    Grant.objects.create(role=Role.objects.get(key="warehouse"), verb="customers.edit")
    assert rights(Shelf, cast.wu) == ALL


def test_nobody_anonymous_or_inactive_gets_in(cast):
    assert rights(Shelf, AnonymousUser()) == NOTHING
    cast.anna.is_active = False
    assert rights(Shelf, cast.anna) == NOTHING


def test_a_superuser_may_all(db):
    assert rights(Shelf, User.objects.create(username="boss", is_superuser=True)) == ALL


def test_djangos_own_permissions_open_nothing(cast):
    cast.wu.is_staff = True
    cast.wu.save()
    assert rights(Shelf, cast.wu) == NOTHING


def test_a_door_without_verbs_of_its_own_is_the_administrators(cast):
    assert rights(DeskAdmin, cast.root) == ALL
    assert rights(DeskAdmin, cast.sun) == NOTHING


def test_what_verbs_write_is_only_looked_at(cast):
    assert rights(Ledger, cast.anna) == VIEW
    assert rights(Ledger, User.objects.create(username="boss", is_superuser=True)) == VIEW


def test_lists_show_25_rows_and_never_all(cast):
    assert (Shelf.list_per_page, Shelf.list_max_show_all) == (25, 0)
