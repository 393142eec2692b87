"""The verbs on webhooks: who is told, of what; and the telling."""

import logging
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts import tokens
from foundation.accounts.actors import Actor, user_or_none
from foundation.accounts.models import Department, Grant, User
from foundation.accounts.queries import organisation
from foundation.clockwork.claims import claim
from foundation.messaging import channels, webhooks
from foundation.messaging.actions.outbox import (
    BACKOFF,
    BUDGET,
    LIVE,
    MOST_ATTEMPTS,
    _allow,
    _later,
    _mark,
    _release,
    nudge_hooks,
    queue,
)
from foundation.messaging.channels import webhook
from foundation.messaging.choices import OutgoingStatus
from foundation.messaging.models import Endpoint, OutgoingMessage
from foundation.messaging.queries import active_endpoints

logger = logging.getLogger(__name__)
CHANNEL = "webhook"
ENDPOINT_FIELDS = frozenset(["name", "url", "events", "department", "is_active"])
OVERLAP = timedelta(hours=24)
BATCH = 10
# So many failures in a row, over so long, switch an endpoint off; some make it wait as a whole.
MOST_FAILURES, LONGEST_FAILING = 20, timedelta(days=1)
FAILURES_TO_PAUSE = 5
# Seconds that one endpoint may take of a sweep.
SHARE = 20


@transaction.atomic
def record_endpoint(
    *,
    name: str,
    url: str,
    events: Iterable[str],
    department: Department | None = None,
    is_active: bool = True,
    by: Actor,
    at: datetime | None = None,
) -> tuple[Endpoint, str]:
    """A program elsewhere to be told of `events`; returns the row and its secret.

    Raises PermissionDenied without `messaging.edit`, ValidationError by field.
    """
    _allow(by)
    endpoint = Endpoint(
        name=name.strip(),
        url=url.strip(),
        events=sorted(set(events)),
        department=department,
        is_active=is_active,
        nonce=tokens.nonce(),
        created_at=at or timezone.now(),
        created_by=user_or_none(by),
    )
    _check(endpoint)
    endpoint.save()
    return endpoint, webhooks.secret_of(endpoint.nonce)


def _check(endpoint: Endpoint) -> None:
    endpoint.full_clean()
    if not endpoint.events or set(endpoint.events) - set(webhooks.events()):
        raise ValidationError({"events": _("Choose what the program is told of.")})
    try:
        check_address(endpoint.url)
    except ValidationError as error:
        raise ValidationError({"url": error.messages}) from None


def check_address(url: str) -> None:
    """Raise ValidationError for what cannot be the address of a webhook. Where its name leads is
    checked each time something is sent."""
    place = urlsplit(url)
    if place.scheme not in ("https", "http") or not place.hostname or place.username:
        raise ValidationError(_("Write an address such as https://shop.example/hooks."))
    if place.scheme == "http" and not settings.WEBHOOK_NETWORKS:
        raise ValidationError(_("Use https: what is sent must not be read on the way."))
    if webhook.is_private_number(place.hostname):
        raise ValidationError(_("The address leads into a private network, which is not allowed."))


@transaction.atomic
def change_endpoint(
    endpoint: Endpoint, *, by: Actor, at: datetime | None = None, **changes: Any
) -> Endpoint:
    """Set some of ENDPOINT_FIELDS. Switched on again it begins afresh."""
    _allow(by)
    if unknown := set(changes) - ENDPOINT_FIELDS:
        raise TypeError(f"Not to be changed: {', '.join(sorted(unknown))}")
    row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    was_active = row.is_active
    for field, value in changes.items():
        setattr(row, field, sorted(set(value)) if field == "events" else value)
    _check(row)
    if row.is_active and (not was_active or "url" in changes):
        row.failures, row.failing_since, row.paused_until = 0, None, None
        row.disabled_at, row.last_error = None, ""
    row.save()
    return row


@transaction.atomic
def rotate_secret(
    endpoint: Endpoint, *, by: Actor, at: datetime | None = None
) -> tuple[Endpoint, str]:
    """A new secret; signatures of the former one go along for another 24 hours."""
    _allow(by)
    row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    row.former_nonce, row.nonce = row.nonce, tokens.nonce()
    row.former_until = (at or timezone.now()) + OVERLAP
    row.save(update_fields=["nonce", "former_nonce", "former_until"])
    return row, webhooks.secret_of(row.nonce)


@transaction.atomic
def ping(endpoint: Endpoint, *, by: Actor, at: datetime | None = None) -> OutgoingMessage:
    """Send the program a test event."""
    _allow(by)
    at = at or timezone.now()
    if not endpoint.is_active:
        raise ValidationError(_("This webhook is switched off. Switch it on first."))
    identity = f"evt_ping-{tokens.nonce()}"
    _write([endpoint], webhooks.PING, identity, webhooks.label(webhooks.PING), {}, at)
    return OutgoingMessage.objects.get(dedupe_key=f"hook:{endpoint.pk}:{identity}")


def announce(
    kind: str,
    *,
    identity: str,
    title: str,
    data: Callable[[], dict[str, Any]],
    department_id: int | None,
    at: datetime,
) -> int:
    """Write one message for each endpoint that is told of `kind`; returns how many.

    Called inside the transaction of what happened. `identity` tells this event from all others:
    written twice it is one. `data` gives ids, codes, numbers and states; it is asked only where
    somebody listens.
    """
    listening = [
        row
        for row in active_endpoints()
        if kind in row.events and row.department_id in (None, department_id)
    ]
    if listening:
        _write(listening, kind, identity, title, data(), at)
    return len(listening)


def _write(
    rows: list[Endpoint], kind: str, identity: str, title: str, data: dict, at: datetime
) -> None:
    body = webhooks.body_of(kind, identity=identity, at=at, data=data)
    language = organisation().default_language
    OutgoingMessage.objects.bulk_create(
        (
            OutgoingMessage(
                dedupe_key=f"hook:{row.pk}:{identity}",
                channel=CHANNEL,
                template_key=CHANNEL,
                endpoint=row,
                to_address=row.name,
                language=language,
                subject=f"{kind} {title}"[:200],
                body=body,
                message_id=f"{identity}@{row.pk}",
                created_at=at,
                due_at=at,
            )
            for row in rows
        ),
        ignore_conflicts=True,
    )
    if at > timezone.now() - LIVE:
        transaction.on_commit(nudge_hooks, robust=True)


def _waiting(at: datetime) -> QuerySet[OutgoingMessage]:
    free = Q(endpoint__paused_until__isnull=True) | Q(endpoint__paused_until__lte=at)
    waiting = OutgoingMessage.objects.filter(status=OutgoingStatus.WAITING, channel=CHANNEL)
    return waiting.filter(free, endpoint__is_active=True)


def deliver_due(at: datetime | None = None) -> int:
    """The sweep: tell other programs what is due at `at`; returns how many were told.

    Endpoints that do not answer wait as a whole, so that one never keeps the others waiting; a slow
    one has its share of the time. No transaction is open while sending.
    """
    at = at or timezone.now()
    end, told, spent = monotonic() + BUDGET, 0, Counter()
    while monotonic() < end:
        slow = [pk for pk, seconds in spent.items() if seconds > SHARE]
        batch = claim(_waiting(at).exclude(endpoint__in=slow), at=at, limit=BATCH)
        if not batch:
            break
        told += _deliver_batch(batch, at, end, spent)
    return told


def _deliver_batch(batch: list[OutgoingMessage], at: datetime, end: float, spent: Counter) -> int:
    told = 0
    for position, message in enumerate(batch):
        began = monotonic()
        if began > end:
            _release(batch[position:])
            break
        # Read anew: the message before may have paused it, a person may have switched it off.
        endpoint = message.endpoint = Endpoint.objects.get(pk=message.endpoint_id)
        is_paused = endpoint.paused_until is not None and endpoint.paused_until > at
        if is_paused or not endpoint.is_active or spent[endpoint.pk] > SHARE:
            _release([message])
            continue
        told += _deliver(message, endpoint, at)
        spent[endpoint.pk] += monotonic() - began
    return told


def _deliver(message: OutgoingMessage, endpoint: Endpoint, at: datetime) -> bool:
    if message.attempts > MOST_ATTEMPTS:
        _mark(message, OutgoingStatus.FAILED, last_error="gave_up")
        return False
    try:
        webhook.send(message)
    except channels.Failure as failure:
        if isinstance(failure, channels.Permanent):
            _mark(message, OutgoingStatus.FAILED, last_error=failure.reason)
        else:
            _later(message, failure.reason, at)
        _note_failure(endpoint, failure, at)
        return False
    except Exception as error:
        logger.error("message %s: %s", message.pk, type(error).__name__)
        _later(message, type(error).__name__, at)
        return False
    _mark(message, OutgoingStatus.SENT, sent_at=at, last_error="")
    well = {"failures": 0, "failing_since": None, "paused_until": None, "last_error": ""}
    Endpoint.objects.filter(pk=endpoint.pk).update(last_sent_at=at, **well)
    return True


@transaction.atomic
def _note_failure(endpoint: Endpoint, failure: channels.Failure, at: datetime) -> None:
    Endpoint.objects.filter(pk=endpoint.pk).update(
        failures=F("failures") + 1, last_error=failure.reason
    )
    row = Endpoint.objects.select_for_update().get(pk=endpoint.pk)
    row.failing_since = row.failing_since or at
    if isinstance(failure, channels.Unreachable) or row.failures >= FAILURES_TO_PAUSE:
        row.paused_until = at + BACKOFF[min(row.failures, len(BACKOFF)) - 1]
    if row.failures >= MOST_FAILURES and row.failing_since <= at - LONGEST_FAILING:
        row.is_active, row.disabled_at = False, at
        _tell_administrators(row, at)
    row.save(update_fields=["failing_since", "paused_until", "is_active", "disabled_at"])


def _tell_administrators(endpoint: Endpoint, at: datetime) -> None:
    """What waits for it is listed as failed; who may switch it on again gets a mail."""
    OutgoingMessage.objects.filter(endpoint=endpoint, status=OutgoingStatus.WAITING).update(
        status=OutgoingStatus.FAILED, last_error="switched_off", claimed_at=None
    )
    roles = Grant.objects.filter(verb="messaging.edit").values("role")
    people = User.objects.filter(Q(roles__in=roles) | Q(is_superuser=True), is_active=True)
    page = reverse("admin:messaging_endpoint_change", args=[endpoint.pk])
    for address in sorted(set(people.exclude(email="").values_list("email", flat=True))):
        queue(
            "webhook.disabled",
            to=address,
            language=organisation().default_language,
            context={"webhook": {"name": endpoint.name}, "link": settings.SITE_URL + page},
            dedupe_key=f"webhook.disabled:{endpoint.pk}:{at.isoformat()}:{address}"[:150],
            at=at,
        )
