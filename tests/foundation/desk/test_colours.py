import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from foundation.desk import colours

hexes = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")
GROUNDS = {"light": colours.WHITE, "dark": colours.NIGHT}


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21),
        ("#ffffff", "#ffffff", 1),
        ("#777777", "#ffffff", 4.48),
        ("#0000ff", "#ffffff", 8.59),
        ("#ff0000", "#ffffff", 4.0),
    ],
)
def test_contrast_is_that_of_the_guideline(one, other, ratio):
    assert colours.contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert colours.contrast(other, one) == colours.contrast(one, other)


@given(hexes)
@example("#1d5fbf")
@example("#ffff00")
@example("#000000")
@example("#767676")
def test_any_colour_becomes_readable_on_light_and_dark(colour):
    for name, shades in colours.theme(colour).items():
        ground = GROUNDS[name]
        assert colours.contrast(shades["text"], ground) >= 4.5
        assert colours.contrast(shades["strong"], ground) >= 7
        assert colours.contrast(shades["ink"], shades["background"]) >= 4.5
        assert colours.contrast(shades["ink"], shades["hover"]) >= 4.5
        assert all(re.fullmatch("#[0-9a-f]{6}", value.lower()) for value in shades.values())


@given(hexes)
def test_text_of_the_theme_can_be_read_on_its_own_tint(colour):
    for shades in colours.theme(colour).values():
        assert colours.contrast(shades["strong"], shades["tint"]) >= 4.5


def test_a_colour_that_reads_well_is_left_alone():
    assert colours.readable("#1d5fbf", colours.WHITE) == "#1d5fbf"
    assert colours.readable("#ffffff", colours.NIGHT) == "#ffffff"


def test_ink_is_black_or_white():
    assert (colours.ink("#ffff00"), colours.ink("#15376b")) == ("#000000", "#ffffff")
