"""Links and codes: how a customer reaches one case, and how that ends."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from foundation.accounts import tokens
from foundation.accounts.queries import organisation
from tickets import rules
from tickets.models import AccessLink, LookupCode, Ticket

SALT = "tickets.link"
CODE_MINUTES = 15
CODE_TRIES = 5


def token_of(link: AccessLink) -> str:
    """The unguessable word in a customer's address; derived, never stored."""
    return tokens.token_of(SALT, link)


def link_for(ticket: Ticket, *, at: datetime | None = None) -> AccessLink:
    """The ticket's working link, made where there is none that lives another week."""
    at = at or timezone.now()
    link = (
        ticket.links.filter(revoked_at__isnull=True, expires_at__gt=at + timedelta(days=7))
        .order_by("-pk")
        .first()
    )
    return link or _new_link(ticket, at)


def _new_link(ticket: Ticket, at: datetime) -> AccessLink:
    end = at + timedelta(days=organisation().link_days)
    return AccessLink.objects.create(ticket=ticket, created_at=at, expires_at=end)


def address_for(ticket: Ticket, *, at: datetime | None = None, is_new: bool = False) -> str:
    """The full web address of the customer's page. A ticket that `is_new` has no link yet."""
    at = at or timezone.now()
    link = _new_link(ticket, at) if is_new else link_for(ticket, at=at)
    return settings.SITE_URL + reverse("portal:progress", args=[token_of(link)])


def revoke_all(ticket: Ticket, at: datetime) -> None:
    ticket.links.filter(revoked_at__isnull=True).update(revoked_at=at)
    ticket.codes.filter(used_at__isnull=True).update(used_at=at)


def find(token: str) -> AccessLink | None:
    """The link behind a token, living or not; None for a forged one."""
    rows = AccessLink.objects.select_related("ticket")
    link = rows.filter(pk=tokens.number_in(token)).first()
    return link if link and tokens.opens(token, SALT, link) else None


def _hash(ticket_id: int, code: str) -> str:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"{ticket_id}:{code}".encode(), hashlib.sha256).hexdigest()


@transaction.atomic
def send_code(number: str, *, at: datetime | None = None) -> None:
    """Mail a one-time code to the ticket's own address. Tells nobody whether the ticket exists."""
    from tickets.actions import notices

    at = at or timezone.now()
    ticket = Ticket.objects.filter(number=rules.parse_number(number) or "").first()
    if ticket is None or not notices.address_of(ticket):
        return
    ticket.codes.filter(used_at__isnull=True).update(used_at=at)
    code = f"{secrets.randbelow(10**6):06d}"
    row = LookupCode.objects.create(
        ticket=ticket,
        code_hash=_hash(ticket.pk, code),
        created_at=at,
        expires_at=at + timedelta(minutes=CODE_MINUTES),
    )
    notices.to_customer(
        ticket,
        "ticket.code",
        at=at,
        words={"code": code, "minutes": str(CODE_MINUTES)},
        once=f"code-{row.pk}",
        with_link=False,
    )


@transaction.atomic
def redeem(number: str, code: str, *, at: datetime | None = None) -> AccessLink | None:
    """The ticket's link for a right, fresh, unused code; None otherwise. Each try counts."""
    at = at or timezone.now()
    row = (
        LookupCode.objects.select_for_update()
        .filter(
            ticket__number=rules.parse_number(number) or "",
            used_at__isnull=True,
            expires_at__gt=at,
            tries__lt=CODE_TRIES,
        )
        .select_related("ticket")
        .order_by("-pk")
        .first()
    )
    if row is None:
        return None
    LookupCode.objects.filter(pk=row.pk).update(tries=F("tries") + 1)
    if not hmac.compare_digest(row.code_hash, _hash(row.ticket_id, code.strip())):
        return None
    LookupCode.objects.filter(pk=row.pk).update(used_at=at)
    return link_for(row.ticket, at=at)
