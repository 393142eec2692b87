"""Which column of a sheet is which of ours: by its heading, and by what was chosen before."""

import hashlib
import re
from collections.abc import Sequence

from django.utils import translation

from foundation.sheets.models import Mapping
from foundation.sheets.targets import Column, Target
from foundation.sheets.values import fold

ASIDE = re.compile(r"[(（\[【].*?[)）\]】]|必填|选填|可选|\*")


def fingerprint(headings: Sequence[str]) -> str:
    """Tells one set of headings from another, whatever their order of use."""
    return hashlib.sha256("\n".join(fold(one) for one in headings).encode()).hexdigest()


def proposed(target: Target, headings: Sequence[str]) -> dict[str, int]:
    """{column: position in the sheet}: as remembered for these headings, else by their names."""
    known = Mapping.objects.filter(target=target.key, fingerprint=fingerprint(headings)).first()
    if known:
        names = target.by_name
        return {
            name: at for name, at in known.columns.items() if name in names and at < len(headings)
        }
    return by_names(target, headings)


def by_names(target: Target, headings: Sequence[str]) -> dict[str, int]:
    """Whole headings first, then those with a remark in brackets."""
    meant = [(column.name, names_of(column)) for column in target.columns]
    found: dict[str, int] = {}
    for clean in (fold, lambda words: fold(ASIDE.sub("", words))):
        for at, heading in enumerate(headings):
            word = clean(heading)
            if not word or at in found.values():
                continue
            name = next((n for n, names in meant if n not in found and word in names), None)
            if name:
                found[name] = at
    return found


def names_of(column: Column) -> set[str]:
    """Every heading by which a column is recognised, folded."""
    names = {column.name, *column.headings}
    for language in ("en", "zh-hans"):
        with translation.override(language):
            names.add(str(column.label))
    return {fold(name) for name in names}


def remember(target: Target, headings: Sequence[str], columns: dict[str, int]) -> None:
    Mapping.objects.update_or_create(
        target=target.key, fingerprint=fingerprint(headings), defaults={"columns": columns}
    )
