"""The verbs on the keys of programs and the technical people they act as."""

import secrets
import string
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from foundation.accounts import rules
from foundation.accounts.choices import KeyScope
from foundation.accounts.models import Department, ProgramKey, Role, User
from foundation.accounts.queries import kept_key

LETTERS = string.ascii_letters + string.digits
SECONDS_BETWEEN_NOTES = 60


@transaction.atomic
def record_program(
    *, name: str, role: Role, department: Department | None = None, by: User
) -> User:
    """A technical user: no password, one role. Raises PermissionDenied without `people.edit`."""
    if not by.may("people.edit"):
        raise PermissionDenied(_("Your role does not allow this. Ask an administrator."))
    program = User(
        username=f"program-{secrets.token_hex(4)}",
        display_name=name.strip(),
        department=department,
        is_program=True,
    )
    program.set_unusable_password()
    program.full_clean()
    program.save()
    program.roles.add(role)
    return program


def make_key(
    *,
    name: str,
    scopes: Iterable[str],
    user: User,
    by: User,
    expires_at: datetime | None = None,
    form: str | None = None,
    at: datetime | None = None,
) -> tuple[ProgramKey, str]:
    """A new key and its secret, which nobody can read again.

    One's own, or a program's (needs `people.edit`); for other people nobody makes keys. The same
    `form` makes one key only. Raises PermissionDenied, ValidationError.
    """
    _allow(user, by)
    at = at or timezone.now()
    wanted = sorted(set(scopes))
    if not wanted or set(wanted) - set(KeyScope.values):
        raise ValidationError({"scopes": _("Choose what the program may do.")})
    if expires_at is not None and expires_at <= at:
        raise ValidationError({"expires_at": _("Choose a day in the future.")})
    secret = rules.PREFIX + get_random_string(43, LETTERS)
    key = ProgramKey(
        user=user,
        name=name.strip(),
        start=secret[: rules.SHOWN],
        digest=rules.digest(secret),
        scopes=wanted,
        created_at=at,
        created_by=by,
        form=form,
        expires_at=expires_at,
    )
    key.full_clean(validate_unique=False)
    try:
        with transaction.atomic():
            key.save()
    except IntegrityError:
        raise ValidationError(
            _("This key was made already and is shown once only. Withdraw it and make a new one.")
        ) from None
    return key, secret


def _allow(user: User, by: User) -> None:
    mine = user.pk == by.pk
    if not (mine or (user.is_program and by.may("people.edit"))):
        raise PermissionDenied(_("Your role does not allow this. Ask an administrator."))


@transaction.atomic
def revoke_key(key: ProgramKey, *, by: User, at: datetime | None = None) -> ProgramKey:
    """End a key for good; one that has ended stays as it is. Own ones, or with `people.edit`."""
    if key.user_id != by.pk and not by.may("people.edit"):
        raise PermissionDenied(_("Your role does not allow this. Ask an administrator."))
    ProgramKey.objects.filter(pk=key.pk, revoked_at__isnull=True).update(
        revoked_at=at or timezone.now(), revoked_by=by
    )
    return ProgramKey.objects.get(pk=key.pk)


def note_use(key: ProgramKey, *, at: datetime) -> None:
    """Keep when a key was last used, to the minute: most requests write nothing."""
    before = at - timedelta(seconds=SECONDS_BETWEEN_NOTES)
    if key.last_used_at is None or key.last_used_at <= before:
        ProgramKey.objects.filter(pk=key.pk).update(last_used_at=at)
        if known := kept_key(key.digest):
            known.last_used_at = at
