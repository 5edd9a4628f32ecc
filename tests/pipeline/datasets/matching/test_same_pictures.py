"""What was only saved anew is told from what was worked on and from other pictures."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter

from lnl_gui.dataset.pixels.facts import FACTS_DTYPE, read_sample
from lnl_gui.pictures.rendering import AS_DECLARED
from lnl_gui.pipeline.datasets.matching.same_pictures import (
    SeenPictures,
    read_pictures,
    saved_anew,
    show_the_same,
)
from lnl_gui.util.progress import no_progress


def photograph(seed: int) -> Image.Image:
    noise = np.random.default_rng(seed).integers(0, 255, (600, 800, 3), np.uint8)
    return (
        Image.fromarray(noise)
        .filter(ImageFilter.GaussianBlur(25))
        .point(lambda level: max(0, min(255, (level - 127) * 12 + 127)))
    )


def embedded(file: Path) -> SeenPictures:
    """As an embedding reads it, at the scale that its encoder needs."""
    found = read_sample(file, minimum_side=224)
    return SeenPictures(np.array([found.facts.as_row()], FACTS_DTYPE), found.signature[None])


def compared(before: Path, now: Path) -> tuple[bool, bool]:
    then, (readable, seen) = embedded(before), read_pictures([now], AS_DECLARED, no_progress)
    assert readable.tolist() == [0]
    return bool(show_the_same(then, seen)[0]), bool(saved_anew(then, seen)[0])


@pytest.mark.parametrize("suffix", [".jpg", ".png"])
def test_the_same_pixels_in_other_bytes_are_saved_anew(tmp_path: Path, suffix: str) -> None:
    before, now = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
    photograph(1).save(before)
    if suffix == ".png":
        photograph(1).save(now, compress_level=1)
    else:
        # A comment after the first marker: what a camera or a program writes into a file.
        data = before.read_bytes()
        now.write_bytes(data[:2] + b"\xff\xfe\x00\x07hello" + data[2:])
    assert before.read_bytes() != now.read_bytes()
    assert compared(before, now) == (True, True)


def test_another_format_is_saved_anew(tmp_path: Path) -> None:
    photograph(1).save(tmp_path / "a.png")
    photograph(1).save(tmp_path / "b.jpg", quality=60)
    assert compared(tmp_path / "a.png", tmp_path / "b.jpg") == (True, True)


def test_what_was_worked_on_is_not(tmp_path: Path) -> None:
    photograph(1).save(tmp_path / "a.png")
    photograph(1).point(lambda level: min(255, level + 12)).save(tmp_path / "brighter.png")
    photograph(1).resize((400, 300)).save(tmp_path / "smaller.png")
    for name in ("brighter.png", "smaller.png"):
        assert compared(tmp_path / "a.png", tmp_path / name) == (True, False)


def test_another_picture_is_not(tmp_path: Path) -> None:
    photograph(1).save(tmp_path / "a.png")
    photograph(2).save(tmp_path / "b.png")
    assert compared(tmp_path / "a.png", tmp_path / "b.png") == (False, False)


def test_dark_pictures_that_differ_little_are_not_the_same_pixels(tmp_path: Path) -> None:
    Image.new("RGB", (64, 64), (10, 10, 10)).save(tmp_path / "a.png")
    Image.new("RGB", (64, 64), (11, 11, 11)).save(tmp_path / "b.png")
    assert not compared(tmp_path / "a.png", tmp_path / "b.png")[1]
