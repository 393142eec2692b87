import pytest

from foundation.accounts.actors import SYSTEM
from foundation.accounts.models import Department
from foundation.calendars import actions, queries
from foundation.calendars.models import Calendar, CalendarVersion, ServiceHours
from foundation.calendars.rules import count
from tests.foundation.calendars.test_rules import LUNCH, at

pytestmark = pytest.mark.django_db


def spec_of(key: str) -> dict:
    return CalendarVersion.objects.get(calendar__key=key, number=1).spec


def test_hours_of_a_version_stay_what_they_were(django_assert_num_queries):
    office = Calendar.objects.get(key="office")
    actions.publish(office, spec_of("office") | {"week": LUNCH}, reason="lunch", by=SYSTEM)
    noon = at("2026-03-02 11:30"), at("2026-03-02 13:30")
    for key in ("office", "24x7"):
        queries.hours_of(key), queries.hours_of(key, 1)
    with django_assert_num_queries(2):
        (now, number), (before, first) = queries.hours_of("office"), queries.hours_of("office", 1)
    assert (number, first) == (2, 1)
    assert count(now, *noon) == 3600 and count(before, *noon) == 7200
    with django_assert_num_queries(1):
        many = queries.all_hours([("office", 1), ("office", 2), ("24x7", 1)])
    assert many[("office", 1)] is before and many[("office", 2)] is now
    assert count(many[("24x7", 1)], *noon) == 7200
    with pytest.raises(CalendarVersion.DoesNotExist):
        queries.hours_of("office", 3)


def test_a_department_without_hours_has_those_of_the_organisation(django_assert_num_queries):
    service, quality = Department.objects.order_by("pk")[:2]
    ServiceHours.objects.create(department=service, calendar=Calendar.objects.get(key="24x7"))
    with django_assert_num_queries(1):
        assert queries.for_department(service.pk) == "24x7"
    assert queries.for_department(service.pk, "callbacks") == "callback"
    assert queries.for_department(quality.pk) == queries.for_department(None) == "office"
    ServiceHours.objects.all().delete()
    assert queries.for_department(quality.pk) == "24x7"


def test_current_versions_are_one_query(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert queries.current_versions() == {"24x7": 1, "office": 1, "callback": 1}
