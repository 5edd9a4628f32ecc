"""Pixels keep their meaning: one scale for a dataset, transparency on a ground that shows it."""

import io
import struct
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from lnl_gui.dataset.pixels.facts import read_sample
from lnl_gui.pictures.decoding import decode, decode_with_header
from lnl_gui.pictures.errors import UnreadableImage, foreign_reason
from lnl_gui.pictures.rendering import (
    AS_DECLARED,
    Rendering,
    load_rendering,
    save_rendering,
    usual_range,
    window,
)
from lnl_gui.pictures.survey import kept, survey
from tests.pictures.test_decoding import encoded

MOST = (250, 260, 1000, 1030, 4000, 4200, 16000, 16500, 65000)
SCENE = np.linspace(0.2, 1, 64 * 64).reshape(64, 64)


def shots(folder: Path, ending: str) -> list[Path]:
    """One scene at growing exposure, in a file format."""
    files = []
    for most in MOST:
        values = SCENE * most
        kind = np.float32 if ending == "f.tif" else np.uint16
        files.append(folder / f"{most}{ending}")
        Image.fromarray(values.astype(kind)).save(files[-1])
    return files


@pytest.mark.parametrize("ending", [".png", ".tif", "f.tif"])
def test_brightness_grows_with_the_values_in_every_file_of_a_dataset(
    tmp_path: Path, ending: str
) -> None:
    files = shots(tmp_path, ending)
    found = survey(files, threads=2)
    assert (found.deep, found.read) == (len(files), len(files))
    seen = [read_sample(file, minimum_side=64, rendering=found.rendering).facts for file in files]
    brightness = np.array([facts.brightness for facts in seen])
    assert (np.diff(brightness) >= 0).all() and brightness[-1] > 100 * brightness[0]
    # In proportion, up to the grey levels there are.
    expected = np.array(MOST) * SCENE.mean() / (65535 if ending != "f.tif" else 65000)
    assert np.abs(brightness - expected).max() < 0.01


def test_alone_a_file_is_shown_by_the_depth_it_declares() -> None:
    for most in MOST:
        values = np.full((4, 4), most, np.uint16)
        for picture_format in ("PNG", "TIFF"):
            pixel = decode(encoded(Image.fromarray(values), picture_format)).getpixel((0, 0))
            assert abs(pixel[0] - most / 65535 * 255) <= 0.5


def test_a_camera_of_twelve_bits_is_not_dark(tmp_path: Path) -> None:
    for name, values in {"a": [0, 2048], "b": [100, 4095]}.items():
        Image.fromarray(np.array([values], np.uint16)).save(tmp_path / f"{name}.png")
    rendering = survey(sorted(tmp_path.iterdir())).rendering
    assert rendering == Rendering((0.0, 4095.0))
    shown = [
        np.asarray(decode((tmp_path / f"{name}.png").read_bytes(), rendering=rendering))[0, :, 0]
        for name in "ab"
    ]
    assert np.concatenate(shown).tolist() == [0, 128, 6, 255]


def test_hot_pixels_and_missing_values_do_not_stretch_the_scale(tmp_path: Path) -> None:
    values = np.random.default_rng(0).uniform(0, 500, (100, 100)).astype(np.float32)
    values[0, :3] = (3e38, np.nan, -3e38)
    Image.fromarray(values).save(tmp_path / "a.tif")
    black, white = survey([tmp_path / "a.tif"]).rendering.floats
    assert black == 0 and 450 < white < 501


@pytest.mark.parametrize(
    ("low", "high", "fractions", "expected"),
    [
        (0.1, 0.2, True, (0, 1)),
        (-0.5, 0.5, True, (-1, 1)),
        (3, 900, True, (0, 900)),
        (-1000, 3000, True, (-1000, 3000)),
        (0, 200, False, (0, 255)),
        (7, 1024, False, (0, 4095)),
        (0, 40_000, False, (0, 65535)),
        (-5, 70_000, False, (-5, 70_000)),
    ],
)
def test_usual_ranges(
    low: float, high: float, fractions: bool, expected: tuple[float, float]
) -> None:
    assert usual_range(low, high, fractions=fractions) == expected


def test_ordinary_and_unreadable_files_are_passed_over(tmp_path: Path) -> None:
    Image.new("RGB", (5, 5)).save(tmp_path / "a.tif")
    Image.new("L", (5, 5)).save(tmp_path / "b.png")
    Image.new("RGB", (5, 5)).save(tmp_path / "c.jpg")
    (tmp_path / "d.tif").write_bytes(b"II*\0 and nothing")
    files = [*sorted(tmp_path.iterdir()), tmp_path / "absent.png"]
    assert survey(files).rendering == AS_DECLARED
    assert survey([]).deep == 0


def test_a_scale_stays_while_it_holds_what_comes_and_a_window_stays_anyway() -> None:
    before = Rendering((0.0, 4095.0), (0.0, 900.0))
    assert kept(before, Rendering((0.0, 1023.0), (0.0, 850.0))) == before
    assert kept(before, Rendering((0.0, 65535.0), None)) == Rendering((0.0, 65535.0), (0.0, 900.0))
    chosen = window(400, 40)
    assert chosen.floats == (-160, 240) and kept(chosen, before) == chosen
    assert kept(AS_DECLARED, before) == before


def test_a_window_shows_its_values_from_black_to_white() -> None:
    values = np.array([[-500, -160, 40, 240, 900]], np.float32)
    read = decode_with_header(encoded(Image.fromarray(values), "TIFF"), rendering=window(400, 40))
    assert np.asarray(read.image)[0, :, 0].tolist() == [0, 0, 128, 255, 255] and read.rendered


def test_a_rendering_is_read_as_it_was_written_and_damage_is_none(tmp_path: Path) -> None:
    for rendering in (AS_DECLARED, window(5, 2), Rendering((0.0, 4095.0), (-1.0, 1.0))):
        save_rendering(tmp_path, rendering)
        assert load_rendering(tmp_path) == rendering
    for damage in ("", "[]", '{"integers": [1]}', '{"floats": [2, 1]}', '{"floats": ["a", 2]}'):
        (tmp_path / "rendering.json").write_text(damage)
        assert load_rendering(tmp_path) == AS_DECLARED
    assert load_rendering(tmp_path / "absent") == AS_DECLARED


def icon(draw_with: tuple[int, int, int, int], mode: str = "RGBA") -> bytes:
    image = Image.new("RGBA", (64, 64), (*draw_with[:3], 0))
    ImageDraw.Draw(image).ellipse((12, 12, 50, 50), outline=draw_with, width=5)
    return encoded(image.convert(mode), "PNG")


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
@pytest.mark.parametrize(
    "colour", [(255, 255, 255), (0, 0, 0), (250, 250, 240), (255, 255, 0), (128, 128, 128)]
)
@pytest.mark.parametrize("opacity", [255, 140])
def test_what_is_drawn_on_nothing_is_seen(
    colour: tuple[int, int, int], opacity: int, mode: str
) -> None:
    if mode == "LA" and len(set(colour)) > 1:
        pytest.skip("a colour of its own")
    read = decode_with_header(icon((*colour, opacity), mode))
    pixels = np.asarray(read.image).astype(int)
    ring, ground = pixels[31, 14], pixels[0, 0]
    assert np.abs(ring - ground).max() > 60 and read.rendered
    assert (pixels[31, 31] == ground).all()


def test_a_photograph_with_clear_corners_keeps_its_white_ground() -> None:
    image = Image.new("RGBA", (40, 40), (180, 120, 60, 255))
    image.putpixel((0, 0), (0, 0, 0, 0))
    assert decode(encoded(image, "PNG")).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("picture_format", ["PNG", "WEBP", "TIFF"])
def test_a_picture_that_is_transparent_everywhere_is_shown(picture_format: str) -> None:
    colours = np.random.default_rng(0).integers(0, 256, (20, 20, 3), dtype=np.uint8)
    clear = Image.fromarray(np.dstack([colours, np.zeros((20, 20), np.uint8)]))
    options = {"lossless": True, "exact": True} if picture_format == "WEBP" else {}
    data = encoded(clear, picture_format, **options)
    np.testing.assert_array_equal(np.asarray(decode(data)), colours)
    # One pixel that is to be seen: the others are not.
    clear.putpixel((3, 3), (9, 9, 9, 255))
    seen = np.asarray(decode(encoded(clear, picture_format, **options)))
    assert (seen == 255).all(axis=-1).sum() == 20 * 20 - 1


def test_an_empty_sheet_stays_one() -> None:
    assert np.asarray(decode(encoded(Image.new("RGBA", (9, 9)), "PNG"))).min() == 255


def bitmap(colours: np.ndarray) -> bytes:
    """A BMP of version 5 whose header knows an opacity that its writer left at zero."""
    height, width, _ = colours.shape
    pixels = np.dstack([colours[::-1, :, ::-1], np.zeros((height, width), np.uint8)]).tobytes()
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000)
    about = struct.pack("<IiiHHIIiiII", 124, width, height, 1, 32, 3, len(pixels), 0, 0, 0, 0)
    about += masks + bytes(124 - len(about) - len(masks))
    start = 14 + len(about)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + about + pixels


def test_a_bitmap_whose_opacity_nobody_wrote_is_shown() -> None:
    colours = np.random.default_rng(0).integers(0, 256, (7, 9, 3), dtype=np.uint8)
    np.testing.assert_array_equal(np.asarray(decode(bitmap(colours))), colours)


def test_thumbnails_of_another_rendering_have_another_name(tmp_path: Path) -> None:
    Image.fromarray((SCENE * 900).astype(np.uint16)).save(tmp_path / "deep.png")
    Image.new("RGB", (9, 9)).save(tmp_path / "plain.png")
    names = {}
    for rendering in (AS_DECLARED, window(900, 450)):
        for file in ("deep.png", "plain.png"):
            sample = read_sample(tmp_path / file, minimum_side=64, rendering=rendering)
            names.setdefault(file, set()).add(sample.thumbnail_name)
            assert sample.thumbnail_name.startswith(sample.facts.content_hash)
    assert len(names["deep.png"]) == 2 and len(names["plain.png"]) == 1


def test_the_preprocessing_of_a_model_carries_the_rendering() -> None:
    from lnl_gui.encoders.preprocessing import Preprocessing
    from lnl_gui.util.typed import typed

    plain = Preprocessing(32)
    assert set(plain.to_dict()) & {"integers", "floats"} == set()
    shown = plain.with_rendering(window(400, 40))
    assert shown.rendering.floats == (-160, 240)
    assert Preprocessing.from_dict(shown.to_dict()) == shown
    written = {**shown.to_dict(), "integers": [-160, 240], "floats": [-160, 240]}
    assert typed(written, Preprocessing, source=Path("card")) == shown


def test_heic_is_decoded_where_its_package_is_installed() -> None:
    pillow_heif = pytest.importorskip("pillow_heif")
    pixels = np.asarray(Image.new("RGB", (64, 48), (200, 40, 40)))
    stream = io.BytesIO()
    pillow_heif.from_pillow(Image.fromarray(pixels)).save(stream, quality=95)
    read = decode_with_header(stream.getvalue())
    assert (read.format, read.width, read.height) == ("HEIF", 64, 48)
    assert np.abs(np.asarray(read.image).astype(int) - pixels).max() < 12


def test_jpeg_xl_is_decoded_where_its_package_is_installed() -> None:
    pytest.importorskip("pillow_jxl")
    image = Image.new("RGB", (64, 48), (200, 40, 40))
    read = decode_with_header(encoded(image, "JXL", lossless=True))
    assert read.format == "JXL" and read.image.getpixel((9, 9)) == (200, 40, 40)


@pytest.mark.parametrize("inverted", [False, True])
def test_a_ct_is_shown_in_hounsfield_units(tmp_path: Path, inverted: bool) -> None:
    pydicom = pytest.importorskip("pydicom")
    stored = np.array([[0, 864, 1064, 1264, 4095]], np.uint16)  # -1024 -160 40 240 3071
    data = ct(pydicom, stored, "MONOCHROME1" if inverted else "MONOCHROME2")
    read = decode_with_header(data, rendering=window(400, 40))
    expected = np.array([0, 0, 128, 255, 255])
    shown = np.asarray(read.image)[0, :, 0]
    assert shown.tolist() == (255 - expected if inverted else expected).tolist()
    assert read.format == "DICOM" and read.rendered
    # Without a window the range that 12 bits can hold.
    assert np.asarray(decode(data))[0, :, 0].tolist()[0] == (255 if inverted else 0)


def ct(pydicom: object, stored: np.ndarray, kind: str, **elements: object) -> bytes:
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.file_meta.MediaStorageSOPClassUID = CTImageStorage
    dataset.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    dataset.SOPClassUID, dataset.SOPInstanceUID = CTImageStorage, "1.2.3"
    dataset.Rows, dataset.Columns = stored.shape
    dataset.SamplesPerPixel, dataset.PhotometricInterpretation = 1, kind
    dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 16, 12, 11
    dataset.PixelRepresentation = int(stored.dtype.kind == "i")
    dataset.RescaleSlope, dataset.RescaleIntercept = "1", "-1024"
    for name, value in elements.items():
        setattr(dataset, name, value)
    dataset.HighBit = dataset.BitsStored - 1
    dataset.PixelData = stored.tobytes()
    stream = io.BytesIO()
    dataset.save_as(stream, enforce_file_format=True)
    return stream.getvalue()


RAMP = np.arange(256, dtype=np.uint16)[None].repeat(2, axis=0)


def grey_of(data: bytes, rendering: Rendering = AS_DECLARED) -> list[int]:
    return np.asarray(decode(data, rendering=rendering))[0, :, 0].tolist()


def test_an_empty_element_of_a_dicom_file_is_an_absent_one() -> None:
    pydicom = pytest.importorskip("pydicom")
    empty = ("RescaleSlope", "RescaleIntercept", "WindowCenter", "WindowWidth")
    data = ct(pydicom, RAMP, "MONOCHROME2", BitsStored=8, **dict.fromkeys(empty, ""))
    assert grey_of(data) == list(range(256))
    data = ct(pydicom, RAMP, "MONOCHROME2", BitsStored=8, VOILUTSequence=[], RescaleIntercept="")
    assert grey_of(data) == list(range(256))


def test_a_dicom_file_that_is_cut_short_is_called_so() -> None:
    pydicom = pytest.importorskip("pydicom")
    whole = ct(pydicom, RAMP, "MONOCHROME2")
    with pytest.raises(UnreadableImage, match="cut short"):
        decode(whole[:-200])


@pytest.mark.parametrize("words", [True, False])
def test_the_palette_of_a_dicom_file_gives_its_colours(words: bool) -> None:
    pydicom = pytest.importorskip("pydicom")
    palette = np.random.default_rng(0).integers(0, 256, (256, 3)).astype("<u2")
    elements: dict[str, object] = {}
    for number, name in enumerate(("Red", "Green", "Blue")):
        elements[f"{name}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        entries = palette[:, number] * 257 if words else palette[:, number]
        elements[f"{name}PaletteColorLookupTableData"] = entries.tobytes()
    read = decode_with_header(ct(pydicom, RAMP, "PALETTE COLOR", BitsStored=8, **elements))
    np.testing.assert_array_equal(np.asarray(read.image)[0], palette)
    assert not read.rendered


@pytest.mark.parametrize("name", ["ModalityLUTSequence", "VOILUTSequence"])
@pytest.mark.parametrize("depth", [8, 12])
def test_a_table_of_a_dicom_file_is_obeyed(name: str, depth: int) -> None:
    pydicom = pytest.importorskip("pydicom")
    from pydicom.dataset import Dataset

    most = 2**depth - 1
    entries = np.linspace(most, 0, 200).round()
    table = Dataset()
    table.LUTDescriptor = [200, 20, depth]
    table.LUTData = entries.astype("u1" if depth == 8 else "<u2").tobytes()
    if name == "ModalityLUTSequence":
        table.ModalityLUTType = "US"
    elements: dict[str, object] = {name: [table], "RescaleIntercept": "0"}
    found = grey_of(ct(pydicom, RAMP, "MONOCHROME2", **elements))
    # Below and beyond the table stands what its ends say.
    expected = np.concatenate([np.full(20, most), entries, np.zeros(36)]) * (255 / most)
    np.testing.assert_allclose(found, expected, atol=1)


def test_what_a_dicom_file_declares_to_be_no_value_is_black_and_sets_no_scale(
    tmp_path: Path,
) -> None:
    pydicom = pytest.importorskip("pydicom")
    stored = np.tile(np.arange(64, dtype=np.int16) * 10, (64, 1))
    stored[:, :8] = -2000
    for kind in ("MONOCHROME1", "MONOCHROME2"):
        data = ct(pydicom, stored, kind, PixelPaddingValue=-2000, RescaleIntercept="0")
        (tmp_path / "a.dcm").write_bytes(data)
        rendering = survey([tmp_path / "a.dcm"]).rendering
        assert rendering.floats == pytest.approx((0, 630), abs=3)
        seen = grey_of(data, rendering)
        assert not any(seen[:8]) and (seen[9] > seen[60]) == (kind == "MONOCHROME1")


@pytest.mark.parametrize("other", [1023, 4095])
def test_a_negative_is_as_bright_as_its_scene_in_a_dataset_of_any_depth(
    tmp_path: Path, other: int
) -> None:
    pydicom = pytest.importorskip("pydicom")
    scene = np.linspace(0, 900, 4096).reshape(64, 64).astype(np.uint16)
    pictures = [
        ct(pydicom, scene, "MONOCHROME2", BitsStored=10, RescaleIntercept="0"),
        ct(pydicom, 1023 - scene, "MONOCHROME1", BitsStored=10, RescaleIntercept="0"),
        ct(pydicom, scene * (other // 1023), "MONOCHROME2", RescaleIntercept="0"),
    ]
    files = [tmp_path / f"{number}.dcm" for number in range(3)]
    for file, data in zip(files, pictures, strict=True):
        file.write_bytes(data)
    rendering = survey(files).rendering
    as_it_is, negative = (np.asarray(decode(each, rendering=rendering)) for each in pictures[:2])
    np.testing.assert_allclose(as_it_is.astype(int), negative, atol=1)


def test_a_negative_of_fewer_bits_than_it_declares_is_not_white() -> None:
    pydicom = pytest.importorskip("pydicom")
    values = np.linspace(0, 4000, 256).reshape(2, 128).astype(np.uint16)
    data = ct(pydicom, values, "MONOCHROME1", BitsStored=16, RescaleIntercept="0")
    seen = np.asarray(decode(data, rendering=Rendering(floats=(0.0, 4000.0))))
    assert seen[0, 0, 0] == 255 and seen[-1, -1, 0] == 0


def test_without_the_package_the_reason_names_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pydicom", None)
    with pytest.raises(UnreadableImage, match=r"lnl-gui\[formats\]"):
        decode(b"\0" * 128 + b"DICM" + b"\0" * 40)
    assert "lnl-gui[formats]" in str(foreign_reason(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"))
    assert "lnl-gui[jxl]" in str(foreign_reason(b"\xff\x0a rest"))
    # No package can be added to the application.
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(UnreadableImage, match="convert it to JPEG or PNG") as caught:
        decode(b"\0" * 128 + b"DICM" + b"\0" * 40)
    for reason in (caught.value.reason, foreign_reason(b"\xff\x0a rest")):
        assert "by the application" in str(reason) and "pip" not in str(reason)
