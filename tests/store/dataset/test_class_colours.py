"""A class has one colour, chosen or its default, on light and on dark grounds."""

import colorsys

import pytest

from lnl_gui.store.dataset.class_colours import default_colour, shown_colour


def lightness(colour: str) -> float:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return colorsys.rgb_to_hls(*parts)[1]


@pytest.mark.parametrize("dark", [False, True])
def test_defaults_differ(dark: bool) -> None:
    found = [default_colour(number, dark=dark) for number in range(-1, 45)]
    assert len(set(found)) == 46


def test_a_chosen_colour_is_shown_and_lightened_on_dark() -> None:
    assert shown_colour(3, "#ff00ff") == "#ff00ff"
    assert shown_colour(3, "#000080") == "#000080"
    assert lightness(shown_colour(3, "#000080", dark=True)) == pytest.approx(0.62, abs=0.01)
    # Its hue stays.
    red, green, blue = (shown_colour(3, "#000080", dark=True)[at : at + 2] for at in (1, 3, 5))
    assert red == green < blue
    assert shown_colour(3, "#ffe0ff", dark=True) == "#ffe0ff"


@pytest.mark.parametrize("colour", ["", default_colour(12)])
def test_the_default_has_a_twin_for_dark_grounds(colour: str) -> None:
    assert shown_colour(12, colour) == default_colour(12)
    assert shown_colour(12, colour, dark=True) == default_colour(12, dark=True)
