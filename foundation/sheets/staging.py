"""Files of an import: the sheet as it came, and its rows as lines that any worker can go on with.

A line is `[number, [cells]]` as JSON. A place in the staged file is a byte, so that going on after
a pause costs nothing, however far it is.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.utils.translation import gettext as _

from foundation.sheets import reading

TOLD_EVERY = 20_000
# The worker's tasks are killed after 120 seconds.
LONGEST = 100.0


class Line(NamedTuple):
    """A row of the sheet and the byte where it stands."""

    place: int
    number: int
    cells: list[str]


def keep(upload: File, path: Path) -> str:
    """Keep an uploaded sheet privately; returns its SHA-256."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
        for piece in upload.chunks():
            digest.update(piece)
            kept.write(piece)
    return digest.hexdigest()


def stage(source: Path, staged: Path, tell: Callable[[int], None]) -> int:
    """Read the sheet once, into lines; returns how many rows. The file appears whole or not."""
    end, count = time.monotonic() + LONGEST, 0
    part = staged.with_suffix(f".{os.getpid()}.part")
    try:
        with (
            source.open("rb") as sheet,
            open(
                os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
            ) as lines,
        ):
            for count, row in enumerate(reading.rows(sheet), start=1):
                lines.write(json.dumps(row, ensure_ascii=False) + "\n")
                if count % TOLD_EVERY == 0:
                    tell(count)
                    if time.monotonic() > end:
                        raise ValidationError(
                            _("This sheet holds too much to read at once. Split it.")
                        )
        part.replace(staged)
    finally:
        part.unlink(missing_ok=True)
    return count


def read(staged: Path, place: int, most: int) -> tuple[list[Line], int]:
    """At most `most` lines from a place, and the place after them."""
    found: list[Line] = []
    with staged.open("rb") as lines:
        lines.seek(place)
        for line in lines:
            number, cells = json.loads(line)
            found.append(Line(place, number, cells))
            place += len(line)
            if len(found) == most:
                break
    return found, place


def line_at(staged: Path, places: list[int]) -> list[list[str]]:
    """The cells of the rows at these places."""
    with staged.open("rb") as lines:
        found = []
        for place in places:
            lines.seek(place)
            found.append(json.loads(lines.readline())[1])
    return found
