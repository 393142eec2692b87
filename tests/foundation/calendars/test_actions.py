import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from foundation.accounts.actors import SYSTEM
from foundation.calendars import actions, queries
from foundation.calendars.defaults import ship_calendars
from foundation.calendars.models import Calendar, CalendarVersion, ServiceHours
from foundation.calendars.notices import official_days
from foundation.calendars.rules import unloaded_years
from foundation.calendars.signals import calendar_published
from tests.foundation.calendars.test_rules import LUNCH, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def office():
    return Calendar.objects.get(key="office")


def changed(calendar) -> dict:
    return queries.spec_of(calendar) | {"week": LUNCH}


def test_a_version_never_changes(office, cast, now):
    heard = []

    def hear(sender, **news):
        heard.append((news["calendar"].key, news["version"].number, news["by"], news["at"]))

    calendar_published.connect(hear)
    before = queries.spec_of(office)
    made = actions.publish(office, changed(office), reason="lunch", version=1, by=cast.root, at=now)
    calendar_published.disconnect(hear)
    assert heard == [("office", 2, cast.root, now)]
    assert made.made_by == cast.root and made.reason == "lunch"
    assert office.versions.get(number=1).spec == before != queries.spec_of(office)
    with pytest.raises(TypeError):
        made.save()


def test_what_publish_refuses(office, cast):
    spec = changed(office)
    with pytest.raises(PermissionDenied):
        actions.publish(office, spec, reason="lunch", by=cast.sun)
    with pytest.raises(ValidationError, match="Say why"):
        actions.publish(office, spec, reason=" ", by=cast.root)
    with pytest.raises(ValidationError, match="Nothing is different"):
        actions.publish(office, queries.spec_of(office), reason="same", by=cast.root)
    with pytest.raises(ValidationError, match="Mars"):
        actions.publish(office, spec | {"timezone": "Mars"}, reason="far", by=cast.root)
    actions.publish(office, spec, reason="lunch", version=1, by=cast.root)
    with pytest.raises(ValidationError, match="Root published version 2") as refused:
        actions.publish(office, spec | {"timezone": "UTC"}, reason="late", version=1, by=SYSTEM)
    assert refused.value.code == "stale"
    assert CalendarVersion.objects.filter(calendar=office).count() == 2


def test_who_hears_of_a_version_may_refuse_it(office, cast):
    def refuse(sender, **news):
        raise ValidationError("Not now")

    calendar_published.connect(refuse)
    try:
        with pytest.raises(ValidationError):
            actions.publish(office, changed(office), reason="lunch", by=cast.root)
    finally:
        calendar_published.disconnect(refuse)
    office.refresh_from_db()
    assert office.version == 1 and queries.hours_of("office")[1] == 1


def test_loading_a_notice(office, cast):
    duty = actions.record_calendar(
        key="duty",
        name_zh="值班",
        name_en="Duty",
        spec={"timezone": "Asia/Shanghai", "week": LUNCH, "notices": []},
        reason="new",
        by=cast.root,
    )
    assert duty.version == 1
    actions.load_notice(duty, 2026, official_days(2026), by=cast.root)
    hours, number = queries.hours_of("duty")
    assert number == 2
    assert hours.day(at("2026-02-14 00:00").date()) == ((540, 720), (780, 1080))
    assert hours.day(at("2026-02-16 00:00").date()) == ()
    assert unloaded_years(hours, at("2025-12-31 12:00"), at("2026-03-01 12:00")) == {2025}
    with pytest.raises(KeyError):
        official_days(2040)


def test_years_to_load_are_named_from_mid_november_on(office):
    def named(moment):
        return [(row.key, years) for row, years in queries.calendars_to_load(at(moment))]

    assert named("2026-11-14 23:59") == []
    assert named("2026-11-15 00:00") == [("office", [2027])]
    assert named("2027-01-01 00:00") == [("office", [2027])]
    actions.change_calendar(office, name_zh="旧", name_en="Old", is_active=False, by=SYSTEM)
    assert named("2027-01-01 00:00") == []


def test_what_is_shipped_belongs_to_the_administrator(office):
    actions.publish(office, changed(office), reason="lunch", by=SYSTEM)
    ServiceHours.objects.all().delete()
    ship_calendars()
    assert queries.current_versions() == {"24x7": 1, "office": 2, "callback": 1}
    assert not ServiceHours.objects.exists()
