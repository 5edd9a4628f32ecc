"""A file with several pictures says so, and the first that shows anything is read."""

import io

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from lnl_gui.dataset.pixels.facts import read_sample
from lnl_gui.pictures.decoding import decode_with_header
from tests.pictures.test_decoding import encoded

FIRST, SECOND = (Image.new("RGB", (9, 7), colour) for colour in ((250, 0, 0), (0, 250, 0)))


def frames(picture_format: str, *more: Image.Image, first: Image.Image = FIRST) -> bytes:
    return encoded(first, picture_format, save_all=True, append_images=list(more))


@pytest.mark.parametrize("picture_format", ["GIF", "WEBP", "PNG", "TIFF"])
def test_several_pictures_are_told(picture_format: str) -> None:
    found = decode_with_header(frames(picture_format, SECOND, FIRST))
    assert (
        found.several and read_sample(frames(picture_format, SECOND), minimum_side=0).facts.several
    )
    red, green, _ = found.image.getpixel((4, 3))
    assert red > 200 and green < 50
    assert not decode_with_header(encoded(FIRST, picture_format)).several


@pytest.mark.parametrize(("kind", "several"), [(0, True), (2, True), (1, False), (4, False)])
def test_smaller_copies_and_masks_in_a_tiff_are_no_further_pictures(
    kind: int, several: bool
) -> None:
    stream = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(stream) as pages:
        for number in range(3):
            about = TiffImagePlugin.ImageFileDirectory_v2()
            about[254] = kind if number else 0
            FIRST.save(pages, "TIFF", tiffinfo=about)
            pages.newFrame()
    assert decode_with_header(stream.getvalue()).several == several


def test_the_preview_in_a_photograph_is_no_further_picture() -> None:
    assert not decode_with_header(frames("MPO", SECOND)).several
    assert not decode_with_header(encoded(FIRST, "JPEG"), largest_array=1 << 20).several


@pytest.mark.parametrize("picture_format", ["GIF", "WEBP", "PNG"])
def test_a_first_frame_that_shows_nothing_is_passed_over(picture_format: str) -> None:
    empty = Image.new("RGBA", (9, 7))
    data = frames(picture_format, SECOND.convert("RGBA"), first=empty)
    red, green, _ = decode_with_header(data).image.getpixel((4, 3))
    assert red < 50 and green > 200
    nothing = Image.new("RGBA", (9, 7), (0, 0, 0, 0))
    nothing.putpixel((0, 0), (9, 9, 9, 0))
    everywhere = decode_with_header(frames(picture_format, nothing, first=empty))
    assert everywhere.image.getpixel((4, 3)) == (255, 255, 255)


@pytest.mark.parametrize("part", [0.95, 0.6])
def test_a_damaged_second_frame_does_not_cost_the_first(part: float) -> None:
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 256, (60, 60), dtype=np.uint8))
    whole = frames("GIF", noise, first=FIRST.resize((60, 60)))
    assert decode_with_header(whole[: int(len(whole) * part)]).image.getpixel((4, 3))[0] > 200


def test_frames_of_a_medical_image_are_told() -> None:
    pydicom = pytest.importorskip("pydicom")
    from tests.pictures.test_rendering import RAMP, ct

    stored = np.concatenate([RAMP, RAMP[:, ::-1]])
    whole = ct(pydicom, stored, "MONOCHROME2")
    assert not decode_with_header(whole).several
    several = ct(pydicom, stored, "MONOCHROME2", NumberOfFrames=2, Rows=2)
    assert decode_with_header(several).several
