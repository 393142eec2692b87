import pytest
from axes.models import AccessAttempt
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from foundation.accounts.models import Department, Grant, Organisation, Role, User
from foundation.accounts.queries import organisation

pytestmark = pytest.mark.django_db

SETTINGS = ("accounts_organisation", "accounts_department", "accounts_role")
PASSWORD = "a-long-enough-pass-phrase"


def address(name, *args):
    return reverse(f"admin:{name}", args=args)


def person(user, **changes):
    """The change form as the browser sends it."""
    return {
        "username": user.username,
        "display_name": user.display_name,
        "email": user.email,
        "phone": user.phone,
        "time_zone": user.time_zone,
        "department": user.department_id or "",
        "roles": [role.pk for role in user.roles.all()],
        "is_active": "on",
        **changes,
    }


def settings_form(**changes):
    row = organisation()
    return {field.name: getattr(row, field.name) for field in row._meta.fields[1:]} | changes


@pytest.fixture
def admin(client, cast):
    client.force_login(cast.root)
    return client


@pytest.mark.parametrize("model", [*SETTINGS, "accounts_user"])
def test_the_administrator_opens_the_settings(admin, model):
    assert admin.get(address(f"{model}_changelist"), follow=True).status_code == 200


@pytest.mark.parametrize("name", ["anna", "sun", "hu", "ma", "deng", "wu", "qian", "an"])
@pytest.mark.parametrize("model", [*SETTINGS, "accounts_user"])
def test_other_staff_are_refused(client, cast, name, model):
    client.force_login(getattr(cast, name))
    change = address(f"{model}_change", 1)
    assert client.get(address(f"{model}_changelist")).status_code in (302, 403)
    assert client.get(change).status_code == 403
    assert client.post(change, {}).status_code == 403
    assert client.get(address(f"{model}_add")).status_code == 403


def test_the_verb_opens_the_page_not_the_role(client, cast):
    Grant.objects.create(role=Role.objects.get(key="analyst"), verb="people.edit")
    client.force_login(cast.an)
    assert client.get(address("accounts_user_changelist")).status_code == 200
    assert client.get(address("accounts_role_changelist")).status_code == 403


# The organisation


def test_settings_are_saved_and_shown_everywhere(admin):
    admin.get(address("accounts_organisation_changelist"))
    answer = admin.post(
        address("accounts_organisation_change", 1),
        settings_form(name_en="Nordwind", colour="#AA3300", time_zone="Europe/Berlin"),
    )
    assert answer.status_code == 302
    assert (organisation().name_en, organisation().time_zone) == ("Nordwind", "Europe/Berlin")
    assert "Nordwind" in admin.get(address("index")).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("colour", "blue"),
        ("colour", "#12345"),
        ("colour", "#12345g"),
        ("colour", "1d5fbf0"),
        ("colour", "red;}a{"),
        ("time_zone", "Asia/Atlantis"),
        ("time_zone", "../etc"),
        ("time_zone", ""),
        ("default_language", "fr"),
        ("link_days", "-1"),
        ("silence_days", "soon"),
        ("silence_days", "0"),
        ("link_days", "99999999999"),
        ("warn_percent", "101"),
    ],
)
def test_settings_that_cannot_be_are_refused(admin, field, value):
    admin.get(address("accounts_organisation_changelist"))
    answer = admin.post(address("accounts_organisation_change", 1), settings_form(**{field: value}))
    assert answer.status_code == 200
    assert field in answer.context["adminform"].form.errors
    assert getattr(organisation(), field) == getattr(Organisation(), field)


def test_a_colour_with_a_line_break_is_refused(db):
    with pytest.raises(ValidationError):
        Organisation(colour="#1d5fb\n").full_clean()


def test_there_is_one_organisation_only(admin):
    admin.get(address("accounts_organisation_changelist"))
    assert admin.get(address("accounts_organisation_add")).status_code == 403
    assert (
        admin.post(address("accounts_organisation_delete", 1), {"post": "yes"}).status_code == 403
    )
    assert Organisation.objects.count() == 1


# People


def test_the_administrator_takes_on_a_person(admin):
    agent = Role.objects.get(key="agent")
    answer = admin.post(
        address("accounts_user_add"),
        {
            "username": "lin",
            "display_name": "林",
            "department": Department.objects.get(key="service").pk,
            "roles": [agent.pk],
            "password1": PASSWORD,
            "password2": PASSWORD,
        },
    )
    assert answer.status_code == 302
    lin = User.objects.get(username="lin")
    assert lin.may("tickets.receive")
    assert not (lin.is_superuser or lin.is_staff)


def test_a_weak_password_is_refused(admin):
    fields = {"username": "lin", "password1": "12345678", "password2": "12345678"}
    assert admin.post(address("accounts_user_add"), fields).status_code == 200
    assert not User.objects.filter(username="lin").exists()


def test_the_administrator_gives_roles_and_takes_them(admin, cast):
    supervisor = Role.objects.get(key="supervisor")
    change = address("accounts_user_change", cast.anna.pk)
    assert admin.post(change, person(cast.anna, roles=[supervisor.pk])).status_code == 302
    assert [role.key for role in cast.anna.roles.all()] == ["supervisor"]
    admin.post(change, person(cast.anna, roles=[]))
    assert not User.objects.get(pk=cast.anna.pk).may("tickets.assign")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "asia/shanghai ", "/etc/localtime"])
def test_a_person_lives_in_a_zone_that_exists(admin, cast, zone):
    change = address("accounts_user_change", cast.anna.pk)
    answer = admin.post(change, person(cast.anna, time_zone=zone))
    assert User.objects.get(pk=cast.anna.pk).time_zone == ""
    assert answer.status_code == 200


def test_nobody_becomes_a_superuser_through_the_form(admin, cast):
    extra = {"is_superuser": "on", "is_staff": "on", "user_permissions": ["1"], "groups": ["1"]}
    admin.post(address("accounts_user_change", cast.anna.pk), person(cast.anna, **extra))
    admin.post(address("accounts_user_change", cast.root.pk), person(cast.root, **extra))
    admin.post(
        address("accounts_user_add"),
        {"username": "eve", "password1": PASSWORD, "password2": PASSWORD, **extra},
    )
    assert User.objects.filter(username="eve").exists()
    assert not User.objects.filter(is_superuser=True).exists()
    assert not User.objects.filter(is_staff=True).exists()


@pytest.mark.parametrize("name", ["anna", "sun", "ma", "an"])
def test_nobody_gives_themselves_roles(client, cast, name):
    user = getattr(cast, name)
    client.force_login(user)
    before = set(user.roles.all())
    roles = [role.pk for role in Role.objects.all()]
    answer = client.post(address("accounts_user_change", user.pk), person(user, roles=roles))
    assert answer.status_code == 403
    assert set(user.roles.all()) == before


def test_only_a_superuser_touches_a_superuser(admin, cast, client):
    boss = User.objects.create(username="boss", is_superuser=True, email="boss@example.com")
    password = address("auth_user_password_change", boss.pk)
    change = address("accounts_user_change", boss.pk)
    new = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert admin.post(password, new).status_code == 403
    assert admin.post(change, person(boss, email="eve@example.com")).status_code == 403
    boss.refresh_from_db()
    assert (boss.email, boss.password) == ("boss@example.com", "")

    client.force_login(boss)
    assert client.post(change, person(boss, email="new@example.com")).status_code == 302
    boss.refresh_from_db()
    assert boss.email == "new@example.com"


def test_the_administrator_sets_a_new_password(admin, cast):
    password = address("auth_user_password_change", cast.anna.pk)
    new = {"password1": PASSWORD, "password2": PASSWORD, "usable_password": "true"}
    assert admin.post(password, new).status_code == 302
    cast.anna.refresh_from_db()
    assert cast.anna.check_password(PASSWORD)


def test_people_are_made_inactive_never_deleted(admin, cast):
    delete = address("accounts_user_delete", cast.anna.pk)
    assert admin.post(delete, {"post": "yes"}).status_code == 403
    admin.post(
        address("accounts_user_changelist"),
        {"action": "delete_selected", "_selected_action": [cast.anna.pk], "post": "yes"},
    )
    assert User.objects.filter(pk=cast.anna.pk).exists()


def test_who_was_made_inactive_is_out_at_once(admin, cast):
    anna = Client()
    anna.force_login(cast.anna)
    assert anna.get(address("index")).status_code == 200
    form = person(cast.anna)
    del form["is_active"]
    admin.post(address("accounts_user_change", cast.anna.pk), form)
    assert anna.get(address("index")).status_code == 302


def test_the_list_of_people_asks_no_more_for_more_people(
    admin, cast, django_assert_max_num_queries
):
    with django_assert_max_num_queries(13):
        body = admin.get(address("accounts_user_changelist")).content.decode()
    assert "Agent" in body and "Anna" in body


# Roles


def test_a_permission_is_added_to_a_role(admin, cast):
    role = Role.objects.get(key="warehouse")
    role.grants.exclude(verb="knowledge.view").delete()
    grant = role.grants.get()
    form = {
        **{f: getattr(role, f) for f in ("key", "name_zh", "name_en", "sees", "personal", "order")},
        "is_staff_role": "on",
        "grants-TOTAL_FORMS": "2",
        "grants-INITIAL_FORMS": "1",
        "grants-0-id": grant.pk,
        "grants-0-role": role.pk,
        "grants-0-verb": grant.verb,
        "grants-0-within": grant.within,
        "grants-1-role": role.pk,
        "grants-1-verb": "customers.view",
        "grants-1-within": "all",
    }
    assert admin.post(address("accounts_role_change", role.pk), form).status_code == 302
    assert User.objects.get(pk=cast.wu.pk).may("customers.view")


def test_a_role_that_does_not_work_in_the_admin_goes_to_the_phone_pages(client, cast):
    client.force_login(cast.tang)
    answer = client.get(address("index"), follow=False)
    assert answer.status_code == 302
    assert client.get(address("login")).url == "/m/"


def test_an_endless_user_name_is_only_wrong(client, db, settings):
    settings.AXES_ENABLED = True
    tried = {"username": "a" * 5000, "password": "b"}
    for page in ("/admin/login/", "/m/login/"):
        assert client.post(page, tried).status_code == 200
    assert {len(row.username) for row in AccessAttempt.objects.all()} == {150}
