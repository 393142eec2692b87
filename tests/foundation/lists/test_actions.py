"""Views and choices: whose they are, who may change them, two people at once."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from foundation.lists import actions, kinds, queries
from foundation.lists.models import SavedView

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed():
    return kinds.get("tickets.alltickets")


@pytest.fixture
def save(listed, now):
    def go(by, name="Pumps", **more):
        facts = {"query": "status=open", "columns": ["number", "state"], **more}
        return actions.save_view(listed, name=name, by=by, at=now, **facts)

    return go


def test_a_view_is_its_owners_alone(cast, listed, save):
    view = save(cast.anna)
    assert queries.views_of(listed, cast.anna) == [view]
    assert queries.views_of(listed, cast.sun) == []
    assert not queries.may_edit(view, cast.sun)


def test_a_teams_view_is_seen_by_the_department_only(cast, listed, save):
    view = save(cast.sun, for_team=True)
    assert queries.views_of(listed, cast.anna) == [view]
    assert queries.views_of(listed, cast.hu) == []
    assert queries.may_edit(view, cast.ma) and not queries.may_edit(view, cast.anna)


def test_who_may_not_share_keeps_views_for_themselves(cast, save):
    with pytest.raises(PermissionDenied):
        save(cast.anna, for_team=True)
    assert not SavedView.objects.exists()


def test_two_people_at_a_teams_view_the_second_is_told(cast, save, now):
    view = save(cast.sun, for_team=True)
    actions.change_view(view, name="Leaks", version=view.version, by=cast.ma, at=now)
    with pytest.raises(ValidationError) as told:
        actions.change_view(view, name="Noise", version=view.version, by=cast.sun, at=now)
    assert told.value.code == "stale" and "Leaks" in told.value.messages[0]
    with pytest.raises(ValidationError):
        actions.delete_view(view, version=view.version, by=cast.sun)
    assert SavedView.objects.get().name == "Leaks"


def test_who_only_sees_a_teams_view_changes_nothing(cast, save):
    view = save(cast.sun, for_team=True)
    for run in (actions.change_view, actions.delete_view):
        with pytest.raises(PermissionDenied):
            run(view, version=view.version, by=cast.anna)


def test_a_strangers_view_is_not_there(cast, save):
    view = save(cast.anna)
    with pytest.raises(ValidationError) as told:
        actions.delete_view(view, version=view.version, by=cast.hu)
    assert told.value.code == "gone"


def test_a_name_is_given_once(cast, save):
    save(cast.anna)
    with pytest.raises(ValidationError):
        save(cast.anna, name=" Pumps ")
    save(cast.sun)


def test_there_is_an_end_to_views(cast, save, monkeypatch):
    monkeypatch.setattr(actions, "MOST_VIEWS", 2)
    save(cast.anna, "a")
    save(cast.anna, "b")
    with pytest.raises(ValidationError, match="2 views"):
        save(cast.anna, "c")
    with pytest.raises(ValidationError, match="too many filters"):
        save(cast.sun, query="x" * 3000)


def test_a_deleted_view_opens_no_list(cast, listed, save):
    view = save(cast.sun, for_team=True)
    actions.choose(listed, opens_with=str(view.pk), by=cast.anna)
    actions.delete_view(view, version=view.version, by=cast.sun)
    assert queries.choice_of(listed, cast.anna).opens_with == ""


def test_a_choice_keeps_what_was_not_asked(cast, listed):
    actions.choose(listed, columns=["kind", "state", "nonsense"], rows=50, by=cast.anna)
    choice = actions.choose(listed, opens_with="late", by=cast.anna)
    assert (choice.columns, choice.rows) == (["number", "kind", "state"], 50)
    assert choice.opens_with == "late"
    assert actions.choose(listed, columns=[], rows=7, by=cast.anna).columns == []
    assert queries.choice_of(listed, cast.anna).rows == 25
    assert queries.choice_of(listed, cast.sun).columns == []
