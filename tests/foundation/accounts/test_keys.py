"""Keys for programs: whose, for what, for how long; and how little is kept of them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from foundation.accounts import actions, rules
from foundation.accounts.choices import KeyScope
from foundation.accounts.models import ProgramKey, Role, User
from foundation.accounts.queries import key_of
from tests.programs import program, with_secret

pytestmark = pytest.mark.django_db
TICKETS = "/api/v1/tickets/"


def make(cast, **facts):
    facts = {"name": "Shop", "scopes": ["tickets:read"], "user": cast.sun, "by": cast.sun, **facts}
    return actions.make_key(**facts)


def test_only_a_digest_is_kept(cast):
    key, secret = make(cast)
    assert secret.startswith("as_") and len(secret) == 46
    kept = str(ProgramKey.objects.filter(pk=key.pk).values().get())
    assert secret not in kept and secret[9:] not in kept
    assert key_of(secret, timezone.now()) == (key, "")


def test_nobody_makes_a_key_for_somebody_else(cast):
    for by in (cast.anna, cast.root):
        with pytest.raises(PermissionDenied):
            make(cast, by=by)


def test_a_program_has_a_role_and_no_password(cast, client):
    agent = Role.objects.get(key="agent")
    with pytest.raises(PermissionDenied):
        actions.record_program(name="Shop", role=agent, by=cast.sun)
    shop = actions.record_program(name="Shop", role=agent, by=cast.root)
    assert shop.is_program and not shop.has_usable_password()
    with pytest.raises(PermissionDenied):
        make(cast, user=shop, by=cast.sun)
    _key, secret = make(cast, user=shop, by=cast.root, scopes=["tickets:write"])
    answer = with_secret(secret).post(TICKETS, {"kind": "fault", "symptom": "漏水"})
    assert answer.status_code == 201
    assert not client.login(username=shop.username, password="")


def test_a_program_never_signs_in_with_a_password(cast, client):
    role = Role.objects.get(key="agent")
    user = actions.record_program(name="Web shop", role=role, by=cast.root)
    user.set_password("Correct-horse-1")
    user.save()
    sent = {"username": user.username, "password": "Correct-horse-1"}
    client.post(reverse("admin:login"), sent)
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("scopes", [[], ["tickets:all"], ["tickets:read", "x"]])
def test_scopes_that_do_not_exist_are_refused(cast, scopes):
    with pytest.raises(ValidationError):
        make(cast, scopes=scopes)


def test_a_form_sent_twice_makes_one_key(cast):
    make(cast, form="a" * 32)
    with pytest.raises(ValidationError):
        make(cast, form="a" * 32)
    assert ProgramKey.objects.count() == 1


def test_to_write_includes_to_read():
    assert rules.allows(["tickets:write"], "tickets:read")
    assert not rules.allows(["tickets:read"], "tickets:write")
    assert not rules.allows(["tickets:write"], "customers:read")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda key, cast: actions.revoke_key(key, by=cast.sun), "key_revoked"),
        (lambda key, cast: actions.revoke_key(key, by=cast.root), "key_revoked"),
        (
            lambda key, cast: ProgramKey.objects.update(
                expires_at=timezone.now() - timedelta(seconds=1)
            ),
            "key_expired",
        ),
        (lambda key, cast: User.objects.update(is_active=False), "key_inactive"),
        (lambda key, cast: ProgramKey.objects.all().delete(), "key_unknown"),
    ],
)
def test_a_key_that_ended_says_why(cast, change, code):
    key, secret = make(cast)
    client = with_secret(secret)
    assert client.get(TICKETS).status_code == 200
    change(key, cast)
    answer = client.get(TICKETS)
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert answer["WWW-Authenticate"].startswith("Bearer") and answer.json()["detail"]


def test_only_who_may_withdraws_a_key(cast):
    key, _secret = make(cast)
    with pytest.raises(PermissionDenied):
        actions.revoke_key(key, by=cast.anna)


def test_both_words_open_and_others_do_not(cast):
    _key, secret = make(cast)
    for word in ("Bearer", "Token", "bearer"):
        assert with_secret(secret, word).get(TICKETS).status_code == 200
    for wrong in (f"{secret} x", "", "\xff", "x" * 5000):
        assert with_secret(wrong).get(TICKETS).status_code == 401
    assert with_secret(secret, "Basic").get(TICKETS).status_code == 401


def test_the_last_use_is_kept_to_the_minute(cast, now):
    key, _secret = make(cast)
    moments = [now, now + timedelta(seconds=30), now + timedelta(seconds=61)]
    kept = []
    for at in moments:
        key.refresh_from_db()
        actions.note_use(key, at=at)
        key.refresh_from_db()
        kept.append(key.last_used_at)
    assert kept == [moments[0], moments[0], moments[2]]


def test_a_scope_the_key_lacks_is_named(cast):
    answer = program(cast.sun, "articles:read").get(TICKETS)
    assert (answer.status_code, answer.json()["code"]) == (403, "scope")
    assert "tickets:read" in answer.json()["detail"]
    reader = program(cast.sun, "tickets:read")
    written = reader.post(TICKETS, {"kind": "fault", "symptom": "x"})
    assert (written.status_code, written.json()["code"]) == (403, "scope")


def test_a_key_is_never_more_than_its_person(cast):
    answer = program(cast.an, *KeyScope.values).post(TICKETS, {"kind": "fault", "symptom": "x"})
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


# --- the desk -----------------------------------------------------------------------------------


def typed(**more) -> dict:
    facts = {"name": "Shop", "scopes": ["tickets:read"], "days": "90", "form": "f" * 32}
    return facts | more


NEW = reverse("admin:accounts_programkey_add")


def test_somebody_makes_their_own_key_and_sees_it_once(client, cast):
    client.force_login(cast.anna)
    assert "acts_as" not in client.get(NEW).content.decode()
    made = client.post(NEW, typed(acts_as="new", role="1"))
    key = ProgramKey.objects.get()
    assert key.user == cast.anna and not User.objects.filter(is_program=True).exists()
    secret = made.content.decode().partition('value="as_')[2].partition('"')[0]
    assert with_secret(f"as_{secret}").get(TICKETS).status_code == 200
    assert "no-store" in made["Cache-Control"]
    assert round((key.expires_at - timezone.now()) / timedelta(days=1)) == 90
    again = client.post(NEW, typed())
    assert again.status_code == 200 and ProgramKey.objects.count() == 1
    shown = client.get(reverse("admin:accounts_programkey_change", args=[key.pk]))
    assert secret not in shown.content.decode()


def test_an_administrator_makes_a_program(client, cast):
    client.force_login(cast.root)
    agent = Role.objects.get(key="agent")
    assert not User.objects.filter(is_program=True).exists()
    client.post(NEW, typed(acts_as="new", days="0"))
    assert not ProgramKey.objects.exists()
    client.post(NEW, typed(acts_as="new", role=agent.pk, days="0"))
    shop = User.objects.get(is_program=True)
    assert (str(shop), list(shop.roles.all())) == ("Shop", [agent])
    client.post(NEW, typed(acts_as=shop.pk, form="g" * 32))
    assert shop.keys.count() == 2
    client.post(NEW, typed(acts_as=cast.sun.pk, form="h" * 32))
    assert not cast.sun.keys.exists()


def test_a_program_is_not_made_where_its_key_is_refused(client, cast):
    make(cast, form="f" * 32)
    client.force_login(cast.root)
    client.post(NEW, typed(acts_as="new", role=Role.objects.get(key="agent").pk))
    assert not User.objects.filter(is_program=True).exists()


def test_others_keys_are_neither_seen_nor_withdrawn(client, cast):
    key, _secret = make(cast)
    client.force_login(cast.anna)
    page = reverse("admin:accounts_programkey_change", args=[key.pk])
    revoke = reverse("admin:accounts_programkey_revoke", args=[key.pk])
    assert client.get(page).status_code == 302
    assert client.post(revoke, {"_form_submitted": "on"}).status_code in (302, 403, 404)
    key.refresh_from_db()
    assert key.revoked_at is None
    client.force_login(cast.root)
    assert "Shop" in client.get(reverse("admin:accounts_programkey_changelist")).content.decode()
    assert client.get(revoke).status_code == 200
    client.post(revoke, {"_form_submitted": "on"})
    key.refresh_from_db()
    assert key.revoked_by == cast.root


def test_the_list_costs_the_same_with_one_key_and_with_three(
    client, cast, django_assert_max_num_queries
):
    client.force_login(cast.root)
    for _ in range(3):
        make(cast)
        with django_assert_max_num_queries(16):
            client.get(reverse("admin:accounts_programkey_changelist"))
