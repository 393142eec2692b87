import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from foundation.accounts.models import Department
from foundation.calendars import actions, checks, panels, queries
from foundation.calendars.forms import typed
from foundation.calendars.models import Calendar, ServiceHours
from tests.foundation.calendars.test_importing import event, feed
from tests.foundation.calendars.test_rules import at

pytestmark = pytest.mark.django_db
LIST = "admin:calendars_calendar_changelist"


@pytest.fixture
def office():
    return Calendar.objects.get(key="office")


@pytest.fixture
def november(monkeypatch):
    monkeypatch.setattr("django.utils.timezone.now", lambda: at("2026-11-22 10:00"))


def page(name: str, *args) -> str:
    return reverse(f"admin:calendars_calendar_{name}", args=args)


def form_of(calendar, **changes) -> dict:
    names = {"name_zh": calendar.name_zh, "name_en": calendar.name_en, "is_active": "on"}
    shown = typed(queries.spec_of(calendar)) | names | {"version": calendar.version, "reason": ""}
    return {key: value for key, value in (shown | changes).items() if value is not False}


def test_only_who_edits_settings_comes_in(client, cast, office):
    for name, args in (
        ("change", [office.pk]),
        ("import", [office.pk]),
        ("calculator", []),
        ("add", []),
    ):
        client.force_login(cast.sun)
        assert client.get(page(name, *args)).status_code == 403
        assert client.post(page(name, *args), form_of(office)).status_code == 403
        client.force_login(cast.root)
        assert client.get(page(name, *args)).status_code == 200
    client.force_login(cast.sun)
    assert client.post(page("load", office.pk)).status_code == 403
    assert office.versions.count() == 1


def test_the_list_says_what_is_missing(client, cast, november, django_assert_max_num_queries):
    client.force_login(cast.root)
    client.get(reverse(LIST))
    with django_assert_max_num_queries(14):
        body = client.get(reverse(LIST)).content.decode()
    assert "2027 not loaded" in body and "not kept" in body
    assert "The whole organisation (calls)" in body
    for department in Department.objects.all()[:3]:
        ServiceHours.objects.create(department=department, calendar=Calendar.objects.first())
    with django_assert_max_num_queries(14):
        client.get(reverse(LIST))


def test_a_week_is_typed_looked_at_and_saved(client, cast, office):
    client.force_login(cast.root)
    change = form_of(office, mon="０９：００～12：00，13-18", reason="lunch")
    body = client.post(page("change", office.pk), change | {"preview": "1"}).content.decode()
    assert "Monday: 09:00–18:00 → 09:00–12:00, 13:00–18:00" in body
    assert office.versions.count() == 1
    answer = client.post(page("change", office.pk), change | {"save": "1"})
    assert answer.status_code == 302
    made = office.versions.get(number=2)
    assert made.spec["week"]["mon"] == [["09:00", "12:00"], ["13:00", "18:00"]]
    assert made.spec["exceptions"] == office.versions.get(number=1).spec["exceptions"]
    assert (made.reason, made.made_by) == ("lunch", cast.root)
    body = client.get(page("change", office.pk)).content.decode()
    assert "lunch" in body and "Monday: 09:00–18:00 → 09:00–12:00, 13:00–18:00" in body


def test_what_is_not_understood_stays_and_is_named(client, cast, office):
    client.force_login(cast.root)
    wrong = form_of(
        office, tue="mornings", exceptions="2026-02-30 off", timezone="Mars", reason="x"
    )
    body = client.post(page("change", office.pk), wrong).content.decode()
    assert "“mornings” is not understood" in body and "Line 1: “2026-02-30”" in body
    assert "This is not a time zone" in body and 'value="mornings"' in body
    body = client.post(page("change", office.pk), form_of(office, mon="9-10")).content.decode()
    assert "Say why" in body
    assert (
        "Nothing is different"
        in client.post(page("change", office.pk), form_of(office)).content.decode()
    )
    assert office.versions.count() == 1


def test_the_second_of_two_learns_of_the_first(client, cast, office):
    client.force_login(cast.root)
    first, second = (
        form_of(office, mon="9-10", reason="one"),
        form_of(office, tue="9-10", reason="two"),
    )
    client.post(page("change", office.pk), first)
    body = client.post(page("change", office.pk), second).content.decode()
    assert "Root published version 2" in body and 'name="version" value="2"' in body
    client.post(page("change", office.pk), second | {"version": 2})
    assert office.versions.get(number=3).spec["week"]["mon"] == [["09:00", "18:00"]]


def test_a_name_changes_without_a_version(client, cast, office):
    client.force_login(cast.root)
    client.post(page("change", office.pk), form_of(office, name_en="Day shift", is_active=False))
    office.refresh_from_db()
    assert (office.name_en, office.is_active, office.version) == ("Day shift", False, 1)


def test_a_new_calendar(client, cast):
    client.force_login(cast.root)
    new = {
        "key": "night",
        "name_zh": "夜班",
        "name_en": "Night",
        "timezone": "Asia/Shanghai",
        "version": 0,
    }
    assert client.post(page("add"), new | {"mon": "22:00–06:00"}).status_code == 302
    night = Calendar.objects.get(key="night")
    assert queries.spec_of(night)["week"]["mon"] == [["22:00", "06:00"]]
    assert "already exists" in client.post(page("add"), new).content.decode()


def test_a_file_is_shown_before_it_is_saved(client, cast, office):
    client.force_login(cast.root)
    days = feed(event("春节", "DTSTART;VALUE=DATE:20270205", "DTEND;VALUE=DATE:20270212"))
    file = SimpleUploadedFile("2027.ics", days)
    body = client.post(page("import", office.pk), {"file": file}).content.decode()
    assert "2027-02-05 – 2027-02-11: off" in body and "official days off loaded: 2027" in body
    assert office.versions.count() == 1
    body = client.post(page("import", office.pk), {}).content.decode()
    assert "Choose a year or a file." in body
    bad = SimpleUploadedFile("x.ics", b"no")
    body = client.post(page("import", office.pk), {"file": bad}).content.decode()
    assert "neither an ICS feed nor JSON" in body


def test_a_missing_year_that_is_known_is_loaded_at_once(client, cast, office, november):
    spec = queries.spec_of(office)
    late = {**spec, "exceptions": {}, "notices": [2024, 2025, 2027]}
    actions.publish(office, late, reason="without 2026", by=cast.root)
    client.force_login(cast.root)
    assert "Load them" in client.get(page("change", office.pk)).content.decode()
    client.post(page("load", office.pk))
    office.refresh_from_db()
    assert queries.spec_of(office)["exceptions"]["2026-02-16"] == []
    assert "Load them" not in client.get(page("change", office.pk)).content.decode()


def test_the_calculator(client, cast):
    client.force_login(cast.root)
    ask = {"calendar": "office", "start": "2026-02-13 17:50", "unit": "minutes", "amount": 30}
    body = client.post(page("calculator"), ask).content.decode()
    assert "Due Sat 14 Feb 09:20" in body and "Fri 13 Feb 17:50–18:00: 10 min" in body
    spans = ask | {"pauses": "2026-02-14 09:00 – 2026-02-14 10:00"}
    assert "Due Sat 14 Feb 10:20" in client.post(page("calculator"), spans).content.decode()
    until = ask | {"unit": "until", "end": "2026-02-14 10:00"}
    assert "1 h 10 min of working time" in client.get(page("calculator"), until).content.decode()
    legal = ask | {"unit": "calendar_days", "amount": 15, "start": "2026-12-28 10:00"}
    assert (
        "days off of 2027 are not loaded" in client.get(page("calculator"), legal).content.decode()
    )
    pasted = ask | {"calendar": "", "spec": '{"timezone": "UTC", "week": {}}'}
    assert "not open long enough" in client.post(page("calculator"), pasted).content.decode()
    for wrong, told in (
        ({"start": "soon"}, "is not a time"),
        ({"calendar": ""}, "Choose a calendar"),
        ({"spec": "{"}, "This is not JSON."),
        ({"amount": ""}, "Say how many."),
        ({"pauses": "lunch"}, "is not a time"),
    ):
        assert told in client.post(page("calculator"), ask | wrong).content.decode()


def test_who_is_told_of_a_missing_year(client, cast, november):
    assert panels.home(cast.root, None)["may_edit"]
    assert not panels.home(cast.sun, None)["may_edit"]
    assert panels.home(cast.anna, None) is None
    client.force_login(cast.sun)
    assert "days off of 2027 are not loaded" in client.get(reverse("admin:index")).content.decode()
    assert [found.id for found in checks.loaded_notices(None)] == ["calendars.W001"]


def test_departments_choose_their_hours(client, cast):
    client.force_login(cast.root)
    service, callback = Department.objects.get(key="service"), Calendar.objects.get(key="callback")
    add = reverse("admin:calendars_servicehours_add")
    client.post(add, {"department": service.pk, "calendar": callback.pk, "callbacks": ""})
    assert queries.for_department(service.pk) == "callback"
    client.post(add, {"department": "", "calendar": callback.pk, "callbacks": ""})
    assert ServiceHours.objects.filter(department=None).count() == 1
