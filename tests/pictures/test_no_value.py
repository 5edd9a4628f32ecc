"""What stands for no value, and hot pixels, do not decide how a whole dataset is shown."""

from pathlib import Path

import numpy as np
import pytest

from lnl_gui.pictures.decoding import decode
from lnl_gui.pictures.no_value import greatest_of, measured_values
from lnl_gui.pictures.survey import survey
from tests.pictures.deep_files import any_tiff, png

GENERATOR = np.random.default_rng(0)
SIDE, STRIPE = 64, 20


def scene(kind: str, most: float) -> np.ndarray:
    return (GENERATOR.uniform(0, 1, (SIDE, SIDE)) * most).astype(kind)


def dataset(folder: Path, kind: str, most: float, odd: bytes) -> list[Path]:
    """Six ordinary files and an odd one."""
    pictures = [any_tiff(scene(kind, most)) for _ in range(6)]
    for number, data in enumerate([*pictures, odd]):
        (folder / f"{number}.tif").write_bytes(data)
    return sorted(folder.iterdir())


def shown(file: Path, folder: list[Path]) -> np.ndarray:
    return np.asarray(decode(file.read_bytes(), rendering=survey(folder).rendering))[..., 0]


@pytest.mark.parametrize("photometric", [0, 1])
@pytest.mark.parametrize(
    ("kind", "most", "none", "said", "white"),
    [
        ("f4", 1, -3.4e38, "-3.4e+38", 1),
        ("f4", 1, -3.4028235e38, "", 1),
        ("f4", 1, -9999, "-9999", 1),
        ("f4", 1, -9999, "", 1),
        ("f4", 1, np.nan, "", 1),
        ("f4", 1, 1e20, "1e+20", 1),
        *(("f4", 1, none, "", 1) for none in (1e20, -1e30, 9.96921e36, -999, 9999, 65535, 255)),
        ("i2", 3000, -32768, "-32768", 4095),
        ("i2", 3000, -32768, "", 4095),
        ("i4", 3000, -9999, "", 4095),
        ("u2", 3000, 65535, "65535", 4095),
    ],
)
def test_no_value_sets_no_scale(
    tmp_path: Path,
    kind: str,
    most: float,
    none: float,
    said: str,
    white: float,
    photometric: int,
) -> None:
    if photometric == 0 and kind in ("i2", "i4"):
        pytest.skip("a kind of TIFF that is not read")
    values = scene(kind, most)
    values[:, :STRIPE] = none
    files = dataset(tmp_path, kind, most, any_tiff(values, photometric=photometric, no_data=said))
    found = survey(files).rendering
    assert (found.floats or found.integers) == (0.0, white)
    seen = shown(files[-1], files)
    # One above all others that is not declared is shown as what is brightest.
    if (photometric == 1 and not none > white) or said:
        assert not seen[:, :STRIPE].any()
    assert shown(files[0], files).mean() == pytest.approx(255 * most / white / 2, abs=5)
    # A file alone, too.
    assert np.ptp(np.asarray(decode(files[-1].read_bytes()))[:, STRIPE:]) > (5 if most > 1 else 200)


@pytest.mark.parametrize(
    ("low", "high"), [(-9999, -9000), (-12000, 500), (-32768, 32767), (-9999, 9000)]
)
def test_values_among_which_a_usual_number_for_none_lies_are_measured(low: int, high: int) -> None:
    values = np.linspace(low, high, 10_000).round().astype(np.int32)
    assert measured_values(values, None).min() == low


@pytest.mark.parametrize("hot", [1, 4])
def test_a_few_hot_pixels_set_no_scale(tmp_path: Path, hot: int) -> None:
    values = scene("u2", 3000)
    values.flat[:hot] = 65535
    files = dataset(tmp_path, "u2", 3000, any_tiff(values))
    assert survey(files).rendering.integers == (0.0, 4095.0)
    assert (shown(files[-1], files).flat[:hot] == 255).all()
    # Of colours too.
    colours = np.dstack([values] * 3)
    (tmp_path / "6.tif").write_bytes(png(colours))
    assert survey(files).rendering.integers == (0.0, 4095.0)


@pytest.mark.parametrize(
    ("values", "greatest"),
    [
        (np.array([0, 65535], np.uint16), 65535),
        (np.array([100] * 9000 + [60_000] * 20, np.uint16), 60_000),
        (np.array([1000] * 9000 + [1500], np.uint16), 1500),
        (np.array([1000] * 9000 + [60_000], np.uint16), 1000),
        (np.array([70_000] * 9000 + [2**31 - 1], np.int32), 2**31 - 1),
    ],
)
def test_what_is_bright_and_no_hot_pixel_is_shown(values: np.ndarray, greatest: float) -> None:
    assert greatest_of(values) == greatest


def test_colours_that_stand_for_no_value_are_black(tmp_path: Path) -> None:
    values = np.dstack([scene("u2", 3000)] * 3)
    values[:, :STRIPE] = 65535
    (tmp_path / "a.tif").write_bytes(any_tiff(values, photometric=2, no_data="65535"))
    files = [tmp_path / "a.tif"]
    assert survey(files).rendering.integers == (0.0, 4095.0)
    assert not shown(files[0], files)[:, :STRIPE].any()


def test_a_picture_without_any_value_sets_no_scale_and_is_black(tmp_path: Path) -> None:
    empty = any_tiff(np.full((SIDE, SIDE), -9999, np.float32), no_data="-9999")
    files = dataset(tmp_path, "f4", 1, empty)
    assert survey(files).rendering.floats == (0.0, 1.0)
    for data in (empty, any_tiff(np.full((4, 4), np.nan, np.float32))):
        assert not np.asarray(decode(data)).any()


def test_a_tag_that_is_no_number_says_nothing() -> None:
    values = scene("f4", 1)
    expected = decode(any_tiff(values))
    for said in ("none", "n/a or nan", " nan "):
        found = decode(any_tiff(values, no_data=said))
        np.testing.assert_array_equal(np.asarray(found), np.asarray(expected))


@pytest.mark.parametrize(
    "values",
    [
        np.where(np.arange(4096) % 2, 255, 0),  # a mask
        np.arange(4096) % 6 * 1.0 + 250 * (np.arange(4096) % 9 == 0),  # a map of classes
        np.geomspace(1, 1e6, 4096),  # much light and little
        np.append(np.linspace(0, 1, 4095), 1000),  # one lamp
        np.minimum(np.linspace(0, 200, 4096), 150),  # cut off, not far away
        np.full(4096, -32768.0),
        np.zeros(0),
    ],
)
def test_what_may_be_measured_sets_the_scale(values: np.ndarray) -> None:
    known = measured_values(values.astype("f4"), None)
    left = values[values != -32768]
    assert known.size == left.size


def test_two_values_for_none() -> None:
    values = np.linspace(-20, 40, 4096, dtype="f4")
    values[:100], values[200:400] = -999, 1e20
    known = measured_values(values, None)
    assert known.size == 4096 - 300 and known.max() == 40
