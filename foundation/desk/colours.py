"""The organisation's colour, made readable on light and dark pages. Plain arithmetic."""

BLACK, WHITE, NIGHT = "#000000", "#ffffff", "#13171f"


def _parts(colour: str) -> list[int]:
    return [int(colour[place : place + 2], 16) for place in (1, 3, 5)]


def mixed(colour: str, other: str, share: float) -> str:
    """`colour` with `share` (0 to 1) of `other` in it."""
    pairs = zip(_parts(colour), _parts(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def luminance(colour: str) -> float:
    """Relative luminance after WCAG 2, 0 to 1."""
    shares = [part / 255 for part in _parts(colour)]
    linear = [s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio after WCAG 2, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, ground: str, least: float = 4.5) -> str:
    """The nearest shade of `colour` that can be read as text on `ground`."""
    away = BLACK if luminance(ground) > 0.18 else WHITE
    shades = (mixed(colour, away, step / 20) for step in range(20))
    return next((shade for shade in shades if contrast(shade, ground) >= least), away)


def ink(ground: str) -> str:
    """Black or white, whichever reads better on `ground`."""
    return max((WHITE, BLACK), key=lambda colour: contrast(colour, ground))


def theme(colour: str) -> dict[str, dict[str, str]]:
    """What a style sheet needs, per ground: text, background, hover, ink, focus."""
    return {
        name: {
            "text": readable(colour, ground),
            "strong": readable(colour, ground, 7),
            "background": colour,
            # Away from the ink, so that it stays readable.
            "hover": mixed(colour, WHITE if ink(colour) == BLACK else BLACK, 0.15),
            "ink": ink(colour),
            "focus": mixed(colour, ground, 0.45),
            "tint": mixed(colour, ground, 0.9 if name == "light" else 0.8),
        }
        for name, ground in (("light", WHITE), ("dark", NIGHT))
    }
