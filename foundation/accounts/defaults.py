"""Shipping defaults as rows: created once, then they belong to the administrator."""

from collections.abc import Iterable

from django.db import models, transaction

from foundation.accounts.models import ShippedDefault


@transaction.atomic
def ship(model: type[models.Model], by: tuple[str, ...], rows: Iterable[dict]) -> int:
    """Create the rows that this installation has not been given before.

    `by` names the fields that tell one row from another. A row that was edited stays as it is;
    a row that was deleted stays deleted. Returns how many were created.
    """
    given = set(
        ShippedDefault.objects.filter(key__startswith=f"{model._meta.label}:").values_list(
            "key", flat=True
        )
    )
    created = 0
    for row in rows:
        natural = {field: row[field] for field in by}
        words = "/".join(str(getattr(value, "key", value)) for value in natural.values())
        key = f"{model._meta.label}:{words}"
        if key in given:
            continue
        rest = {field: value for field, value in row.items() if field not in natural}
        created += model._default_manager.get_or_create(**natural, defaults=rest)[1]
        ShippedDefault.objects.create(key=key)
    return created
