"""Most of what a target's `undo` needs: is it still as written, does anything refer to it, restore.

FIELDS = ("name", "since", "owner_id")

def write(self, checked, *, by, at):
    ...
    marks = undoing.marks(rows, FIELDS)
    return [Written(number, row.pk, is_new, before, marks[row.pk]) for …]

def undo(self, written, *, by, at):
    return undoing.undo(Colour, written, FIELDS, own=("document",))
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext as _

from foundation.sheets.targets import Kept, Written

ENCODER = DjangoJSONEncoder(sort_keys=True)
Pairs = list[tuple[models.Model, dict]]


def mark(values: Any) -> str:
    """Sixteen letters that are others as soon as any of the values is."""
    words = ENCODER.encode(values)
    return hashlib.blake2b(words.encode(), digest_size=8).hexdigest()


def facts(instance: models.Model, fields: Iterable[str]) -> dict[str, Any]:
    """{attname: value} of an instance as JSON knows it; give foreign keys as `batch_id`."""
    values = {name: getattr(instance, name) for name in fields}
    return json.loads(json.dumps(values, cls=DjangoJSONEncoder))


def marks(instances: Iterable[models.Model], fields: Sequence[str]) -> dict[int, str]:
    """The mark of each instance's fields by its key."""
    return {row.pk: mark([getattr(row, name) for name in fields]) for row in instances}


def references(model: type[models.Model], pks: Sequence[int], own: Iterable[str] = ()) -> dict:
    """{pk: what refers to it} for those that any row of another table refers to.

    `own` are the reverse names of what belongs to the row itself and goes with it (its search
    document, its contact points). One query per relation.
    """
    found: dict[int, str] = {}
    fields = model._meta.get_fields(include_hidden=True)
    for relation in fields:
        is_other = relation.auto_created and not relation.concrete and not relation.many_to_many
        if not is_other or relation.get_accessor_name() in own:
            continue
        column = relation.field.name
        manager = relation.related_model._base_manager
        used = manager.filter(**{f"{column}__in": pks}).order_by().values_list(column, flat=True)
        name = relation.related_model._meta.verbose_name_plural
        found |= {pk: str(name) for pk in used.distinct()}
    return found


def undo(
    model: type[models.Model],
    written: Sequence[Written],
    fields: Sequence[str],
    *,
    own: Iterable[str] = (),
    marks: Callable[[Iterable[models.Model]], dict[int, str]] | None = None,
    restored: Callable[[Pairs], Any] | None = None,
    removed: Callable[[Pairs], Any] | None = None,
    label: Callable[[models.Model], str] = str,
) -> list[Kept]:
    """Remove what was created and nothing refers to, restore `before` of what was changed, both
    only where the row is as the import left it. Constant queries.

    `marks(instances)` where the fields alone do not tell; `removed(pairs)` is called before rows
    are removed, `restored(pairs)` after they are saved; a pair is (instance, its `before`).
    """
    rows = model._base_manager.select_for_update().in_bulk([one.pk for one in written])
    now = marks(rows.values()) if marks else _marks(rows.values(), fields)
    used = references(model, [one.pk for one in written if one.is_new], own)
    kept, gone, back = [], [], []
    for one in written:
        row = rows.get(one.pk)
        if row is None:
            continue
        if now[one.pk] != one.after:
            reason = _("It was changed since.")
        elif one.is_new and one.pk in used:
            reason = _("It is used by: %(what)s.") % {"what": used[one.pk]}
        else:
            (gone if one.is_new else back).append((row, one.before or {}))
            continue
        kept.append(Kept(one.number, one.pk, label(row), reason))
    _restore(model, back, fields, restored)
    if gone:
        if removed:
            removed(gone)
        model._base_manager.filter(pk__in=[row.pk for row, _before in gone]).delete()
    return kept


_marks = marks


def _restore(model, back, fields, restored) -> None:
    if not back:
        return
    by_attname = {field.attname: field for field in model._meta.concrete_fields}
    for row, before in back:
        for name in fields:
            if name in before:
                setattr(row, name, by_attname[name].to_python(before[name]))
    rows = [row for row, _before in back]
    model._base_manager.bulk_update(rows, [by_attname[name].name for name in fields])
    if restored:
        restored(back)
