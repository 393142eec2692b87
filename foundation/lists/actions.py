"""Keeping views and choices, and doing a verb to many rows."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from foundation.accounts.actors import Actor
from foundation.accounts.models import User
from foundation.clockwork.once import once
from foundation.lists import queries, rules
from foundation.lists.kinds import BulkVerb, List
from foundation.lists.models import BulkRun, ListChoice, SavedView

MOST_VIEWS = 30
LONGEST = 2000
KEPT = timedelta(days=7)


def save_view(
    listed: List,
    *,
    name: str,
    query: str,
    columns: Sequence[str],
    for_team: bool = False,
    by: User,
    at: datetime | None = None,
) -> SavedView:
    """Keep what a person has before them under a name, for themselves or their team."""
    at = at or timezone.now()
    if len(query) > LONGEST:
        raise ValidationError(_("These are too many filters for a view. Take some away."))
    if for_team and not queries.may_share(by):
        raise PermissionDenied(_("Your role does not allow this here."))
    with transaction.atomic():
        # Held until the end, so that two presses do not pass the limit or the name together.
        User.objects.select_for_update().get(pk=by.pk)
        _refuse_name(listed, name, by=by, for_team=for_team)
        return SavedView.objects.create(
            list_key=listed.key,
            name=name.strip(),
            query=query,
            columns=list(columns),
            owner=by,
            department_id=by.department_id if for_team else None,
            created_at=at,
            changed_at=at,
        )


def _refuse_name(
    listed: List, name: str, *, by: User, for_team: bool, but: SavedView | None = None
) -> None:
    rows = SavedView.objects.visible_to(by).filter(list_key=listed.key)
    if but is None and rows.count() >= MOST_VIEWS:
        raise ValidationError(
            _("There are %(n)d views here already. Delete one that nobody needs.")
            % {"n": MOST_VIEWS}
        )
    same = rows.filter(name=name.strip(), department__isnull=not for_team)
    if same.exclude(pk=but.pk if but else None).exists():
        raise ValidationError({"name": _("There is a view of this name. Give it another.")})


def change_view(
    view: SavedView,
    *,
    by: User,
    version: int | None,
    at: datetime | None = None,
    name: str | None = None,
    query: str | None = None,
    columns: Sequence[str] | None = None,
) -> SavedView:
    """Rename a view, or let it stand for other filters and columns; stale input is refused."""
    with transaction.atomic():
        row = _locked(view, by=by, version=version)
        if name is not None:
            listed = queries.list_of(row)
            _refuse_name(listed, name, by=by, for_team=bool(row.department_id), but=row)
            row.name = name.strip()
        row.query = row.query if query is None else query
        row.columns = row.columns if columns is None else list(columns)
        row.version += 1
        row.changed_at = at or timezone.now()
        row.save()
    return row


def delete_view(
    view: SavedView, *, by: User, version: int | None, at: datetime | None = None
) -> None:
    """Take a view away; lists that opened with it open with everything again."""
    with transaction.atomic():
        row = _locked(view, by=by, version=version)
        ListChoice.objects.filter(list_key=row.list_key, opens_with=str(row.pk)).update(
            opens_with=""
        )
        row.delete()


def _locked(view: SavedView, *, by: User, version: int | None) -> SavedView:
    row = SavedView.objects.visible_to(by).select_for_update().filter(pk=view.pk).first()
    if row is None:
        raise ValidationError(_("This view was deleted in the meantime."), code="gone")
    if not queries.may_edit(row, by):
        raise PermissionDenied(_("Your role does not allow this here."))
    if version != row.version:
        raise ValidationError(
            _(
                "Somebody changed this view in the meantime: it is “%(name)s” now. Look and save again."
            )
            % {"name": row.name},
            code="stale",
        )
    return row


def choose(
    listed: List,
    *,
    by: User,
    columns: Sequence[str] | None = None,
    rows: int | None = None,
    opens_with: str | None = None,
    at: datetime | None = None,
) -> ListChoice:
    """Keep how a person likes a list; what is None stays, no columns are the list's own."""
    with transaction.atomic():
        choice, _made = ListChoice.objects.get_or_create(user=by, list_key=listed.key)
        choice = ListChoice.objects.select_for_update().get(pk=choice.pk)
        if columns is not None:
            known = list(listed.column_map)
            wanted = rules.chosen(columns, known, listed.always) if columns else []
            choice.columns = [] if wanted == list(listed.shown) else wanted
        if rows is not None:
            choice.rows = rules.rows_per_page(rows)
        if opens_with is not None:
            choice.opens_with = opens_with[:40]
        choice.save()
    return choice


def run_bulk(
    listed: List,
    verb: BulkVerb,
    *,
    chosen: Sequence[tuple[int, int | None]],
    facts: dict[str, Any],
    key: str,
    by: User,
    at: datetime | None = None,
) -> BulkRun:
    """Do a verb to each chosen row (key, version seen) on its own, and keep what came of each.

    Each row is a transaction of its own and done once for the key: what is sent again after a
    break goes on where it stopped, and what was finished gives the kept result.
    """
    at = at or timezone.now()
    done = BulkRun.objects.filter(user=by, key=key).first()
    if done is not None:
        return done
    visible = (listed.visible or listed.rows)(by).order_by()
    rows = {row.pk: row for row in visible.filter(pk__in=[pk for pk, _version in chosen])}
    lines = [
        _one(listed, verb, rows.get(pk), pk, version, facts, key, by) for pk, version in chosen
    ]
    BulkRun.objects.filter(user=by, at__lt=at - KEPT).delete()
    try:
        with transaction.atomic():
            return BulkRun.objects.create(
                key=key, user=by, list_key=listed.key, verb=verb.key, at=at, lines=lines
            )
    except IntegrityError:
        return BulkRun.objects.get(user=by, key=key)


def each_once(name: str, verb: Callable[..., Any]) -> Callable[..., None]:
    """The `run` of a bulk verb: `verb(row, version, by=…, **facts)` once per row and key.

    A row without a version is an old one, as a form without one is.
    """

    def run(row: Any, version: int | None, facts: dict[str, Any], *, by: User, key: str) -> None:
        def work() -> dict:
            verb(row, version or 0, by=by, **facts)
            return {}

        once(f"desk.{name}.{row.pk}", f"{by.pk}:{key}", work)

    return run


def _one(
    listed: List, verb: BulkVerb, row: Any, pk: int, version, facts: dict, key: str, by: Actor
) -> dict:
    line = {"pk": pk, "name": listed.name(row) if row else "", "is_done": False, "why": ""}
    if row is None:
        return line | {"why": _("It is not there, or not for you to see.")}
    try:
        verb.run(row, version, facts, by=by, key=key)
    except ValidationError as error:
        return line | {"why": " ".join(error.messages)}
    except PermissionDenied:
        return line | {"why": _("Your role does not allow this here.")}
    return line | {"is_done": True}
