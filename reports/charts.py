"""Small charts as geometry for the page's SVG: no script, prints well, read aloud by its words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil, floor, log10

WIDTH, HEIGHT = 1000, 100


@dataclass(frozen=True)
class Mark:
    """A bar: its box in the chart, in units of WIDTH × HEIGHT from the upper left."""

    x: float
    y: float
    width: float
    height: float


@dataclass
class Chart:
    """`bars` [[Mark per column] per series], `lines` [SVG points per piece], `slots` for hovering:
    (x, width, words); `top` is the value at the upper edge."""

    top: float
    bars: list[list[Mark]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    dots: list[tuple[float, float]] = field(default_factory=list)
    slots: list[tuple[float, float, str]] = field(default_factory=list)


def nice(value: float) -> float:
    """The next round number: 1, 2 or 5 times a power of ten; at least 1."""
    if value <= 1:
        return 1
    power = 10 ** floor(log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value)


def chart(
    bars: Sequence[Sequence[float | None]],
    line: Sequence[float | None],
    words: Sequence[str],
    top: float | None = None,
) -> Chart:
    """Bars side by side and one line over the same columns; None leaves a gap."""
    values = [value for row in (*bars, line) for value in row if value is not None]
    drawn = Chart(top or nice(max(values, default=1)))
    wide = WIDTH / max(1, len(words))
    gap = wide * 0.15
    each = (wide - 2 * gap) / max(1, len(bars))
    for index, row in enumerate(bars):
        drawn.bars.append(
            [
                _bar(column * wide + gap + index * each, each, (value or 0) / drawn.top)
                for column, value in enumerate(row)
            ]
        )
    points = [
        None if value is None else (column * wide + wide / 2, HEIGHT * (1 - value / drawn.top))
        for column, value in enumerate(line)
    ]
    drawn.lines, drawn.dots = _pieces(points)
    drawn.slots = [(column * wide, wide, said) for column, said in enumerate(words)]
    return drawn


def _bar(x: float, width: float, share: float) -> Mark:
    height = HEIGHT * min(1.0, share)
    return Mark(round(x, 2), round(HEIGHT - height, 2), round(width, 2), round(height, 2))


def _pieces(points: Sequence[tuple[float, float] | None]) -> tuple[list[str], list]:
    """The line between its gaps; a point between two gaps is a dot."""
    lines, dots, piece = [], [], []
    for point in (*points, None):
        if point is not None:
            piece.append((round(point[0], 2), round(max(0.0, point[1]), 2)))
            continue
        if len(piece) == 1:
            dots += piece
        elif piece:
            lines.append(" ".join(f"{x},{y}" for x, y in piece))
        piece = []
    return lines, dots


def share_of(part: float, whole: float) -> int:
    """How many of a hundred, for the width of a bar; something is never nothing."""
    return min(100, ceil(100 * part / whole)) if whole else 0
