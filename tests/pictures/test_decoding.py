"""Decoding against files made by Pillow's encoders and by hand, byte for byte."""

import io
import os
import struct
import warnings
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.pictures import decoding, reading
from lnl_gui.pictures.decoding import decode, decode_with_header
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.reading import read_bytes


def encoded(image: Image.Image, picture_format: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, picture_format, **options)
    return stream.getvalue()


def corners() -> Image.Image:
    """40 x 24, a different colour in every quarter."""
    image = Image.new("RGB", (40, 24))
    image.paste((250, 0, 0), (0, 0, 20, 12))
    image.paste((0, 250, 0), (20, 0, 40, 12))
    image.paste((0, 0, 250), (0, 12, 20, 24))
    image.paste((250, 250, 250), (20, 12, 40, 24))
    return image


def png_chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_by_hand(width: int, height: int, depth: int, colour_type: int, raw: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", zlib.compress(raw))
        + png_chunk(b"IEND", b"")
    )


def test_plain_rgb_is_unchanged() -> None:
    decoded = decode(encoded(corners(), "PNG"))
    assert decoded.mode == "RGB"
    assert np.array_equal(np.asarray(decoded), np.asarray(corners()))


@pytest.mark.parametrize("picture_format", ["PNG", "BMP", "TIFF", "WEBP", "GIF", "PPM", "JPEG2000"])
def test_every_usual_format_is_decoded_and_named(picture_format: str) -> None:
    options = {"lossless": True} if picture_format == "WEBP" else {}
    result = decode_with_header(encoded(corners(), picture_format, **options))
    assert result.format == picture_format
    assert (result.width, result.height) == (40, 24)
    difference = np.asarray(result.image).astype(int) - np.asarray(corners())
    assert np.abs(difference).max() <= 3


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_exif_orientation_comes_out_upright(picture_format: str, orientation: int) -> None:
    """The stored pixels are turned by hand so that a viewer must see the original."""
    seen = np.asarray(corners())
    undo = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.transpose(1, 0, 2),
        6: lambda a: a.transpose(1, 0, 2)[::-1],  # stored so that a clockwise turn restores it
        7: lambda a: a[::-1, ::-1].transpose(1, 0, 2),
        8: lambda a: a.transpose(1, 0, 2)[:, ::-1],
    }
    stored = Image.fromarray(np.ascontiguousarray(undo[orientation](seen)))
    exif = Image.Exif()
    exif[0x0112] = orientation
    options: dict[str, object] = {"exif": exif}
    if picture_format == "WEBP":
        options["lossless"] = True
    if picture_format == "JPEG":
        options |= {"quality": 100, "subsampling": 0}
    result = decode_with_header(encoded(stored, picture_format, **options))
    assert (result.width, result.height) == (40, 24) == result.image.size
    assert np.abs(np.asarray(result.image).astype(int) - seen).max() < 40


def test_damaged_exif_does_not_cost_the_pixels() -> None:
    data = encoded(corners(), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff garbage")
    assert decode(data).size == (40, 24)


def test_pillows_remarks_are_silent_whatever_filter_came_later() -> None:
    data = encoded(corners(), "JPEG", exif=b"Exif\x00\x00MM\x00*\xff\xff\xff\xff garbage")
    with warnings.catch_warnings():
        assert decode(data).size == (40, 24)
        warnings.simplefilter("error")
        assert decode(data).size == (40, 24)


def test_cmyk_jpeg_keeps_its_colours() -> None:
    data = encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=100)
    red, green, blue = decode(data).getpixel((4, 4))
    assert red > 240 and green < 15 and blue < 15


def test_sixteen_bit_png_by_hand_is_scaled_by_its_depth() -> None:
    values = [0, 257 * 10, 257 * 128, 65535]
    raw = b"".join(b"\0" + struct.pack(">H", value) for value in values)
    decoded = np.asarray(decode(png_by_hand(1, 4, 16, 0, raw)))
    assert decoded[:, 0, 0].tolist() == [0, 10, 128, 255]


def test_thirty_two_bit_integers_and_floats_are_stretched() -> None:
    whole = np.array([[-100_000, 0, 100_000]], dtype=np.int32)
    unit = np.array([[0.0, 0.5, 1.0]], dtype=np.float32)
    wide = np.array([[-2.0, 0.0, 2.0]], dtype=np.float32)
    gap = np.array([[0.0, np.nan, 1.0]], dtype=np.float32)
    for values, expected in [
        (whole, [0, 128, 255]),
        (unit, [0, 128, 255]),
        (wide, [0, 128, 255]),
        (gap, [0, 0, 255]),
    ]:
        decoded = np.asarray(decode(encoded(Image.fromarray(values), "TIFF")))
        assert decoded[0, :, 2].tolist() == expected


def test_constant_wide_range_picture_does_not_divide_by_zero() -> None:
    values = np.full((2, 2), -7.0, dtype=np.float32)
    assert np.asarray(decode(encoded(Image.fromarray(values), "TIFF"))).max() == 0


def test_what_is_drawn_in_colour_or_black_lies_on_white() -> None:
    rgba = Image.new("RGBA", (4, 1), (255, 0, 0, 0))
    rgba.putpixel((1, 0), (255, 0, 0, 255))
    rgba.putpixel((2, 0), (0, 0, 0, 128))
    decoded = decode(encoded(rgba, "PNG"))
    assert decoded.getpixel((0, 0)) == (255, 255, 255)
    assert decoded.getpixel((1, 0)) == (255, 0, 0)
    assert decoded.getpixel((2, 0)) == (127, 127, 127)


@pytest.mark.parametrize("mode", ["LA", "L", "1"])
def test_grey_modes_become_rgb(mode: str) -> None:
    decoded = decode(encoded(Image.new(mode, (3, 3)), "PNG"))
    assert decoded.mode == "RGB" and decoded.size == (3, 3)


def test_grey_with_transparent_pixels_lies_on_white() -> None:
    image = Image.new("LA", (2, 1), (0, 0))
    image.putpixel((1, 0), (0, 255))
    decoded = decode(encoded(image, "PNG"))
    assert [decoded.getpixel((x, 0))[0] for x in (0, 1)] == [255, 0]


def test_palette_with_and_without_transparency() -> None:
    palette = Image.new("P", (2, 1))
    palette.putpalette([10, 20, 30, 200, 100, 50])
    palette.putpixel((1, 0), 1)
    assert decode(encoded(palette, "PNG")).getpixel((1, 0)) == (200, 100, 50)
    clear = decode(encoded(palette, "PNG", transparency=bytes([255, 0])))
    assert clear.getpixel((0, 0)) == (10, 20, 30)
    assert clear.getpixel((1, 0)) == (255, 255, 255)


def test_colour_key_transparency_of_rgb_png_lies_on_white() -> None:
    data = encoded(Image.new("RGB", (2, 2), (1, 2, 3)), "PNG", transparency=(1, 2, 3))
    assert decode(data).getpixel((0, 0)) == (255, 255, 255)


@pytest.mark.parametrize("picture_format", ["GIF", "WEBP", "PNG", "TIFF"])
def test_first_frame_of_an_animation(picture_format: str) -> None:
    frames = [Image.new("RGB", (9, 7), colour) for colour in ((250, 0, 0), (0, 250, 0))]
    data = encoded(frames[0], picture_format, save_all=True, append_images=frames[1:])
    red, green, _ = decode(data).getpixel((4, 3))
    assert red > 200 and green < 50


def test_jpeg_is_reduced_but_not_below_the_minimum_side() -> None:
    big = Image.effect_noise((1600, 1200), 60).convert("RGB")
    result = decode_with_header(encoded(big, "JPEG"), minimum_side=224)
    assert (result.width, result.height) == (1600, 1200)
    assert 224 <= min(result.image.size) < 1200
    assert decode(encoded(big, "JPEG")).size == (1600, 1200)


def test_reduced_and_sideways_jpeg_reports_the_full_upright_size() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = encoded(Image.new("RGB", (1600, 1200)), "JPEG", exif=exif)
    result = decode_with_header(data, minimum_side=100)
    assert (result.width, result.height) == (1200, 1600)
    assert result.image.width < result.image.height


def test_empty_file() -> None:
    with pytest.raises(UnreadableImage, match="empty"):
        decode(b"")


@pytest.mark.parametrize("picture_format", ["GIF", "BMP", "WEBP", "TIFF"])
def test_truncated_files_say_so_or_are_called_damaged(picture_format: str) -> None:
    whole = encoded(Image.effect_noise((200, 200), 90).convert("RGB"), picture_format)
    with pytest.raises(UnreadableImage, match=r"cut short|damaged|not an image"):
        decode(whole[: len(whole) // 2])


@pytest.mark.parametrize("picture_format", ["JPEG", "PNG"])
def test_of_less_than_a_quarter_nobody_could_say_what_it_shows(picture_format: str) -> None:
    whole = encoded(Image.effect_noise((200, 200), 90).convert("RGB"), picture_format)
    with pytest.raises(UnreadableImage, match="cut short"):
        decode(whole[: len(whole) // 8])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"hello, I am a text file", "not an image"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"\n  <svg xmlns='x'></svg>", "SVG"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "Git LFS"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04 rest", "archive"),
        (b"\0" * 500, "zeros"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "HEIC"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "PostScript"),
    ],
)
def test_what_is_no_image_is_named(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableImage, match=reason):
        decode(data)


def test_decompression_bomb_is_refused_before_memory_is_used() -> None:
    data = png_by_hand(100_000, 100_000, 8, 0, b"")
    with pytest.raises(UnreadableImage, match="100000 x 100000 pixels, more than 500 megapixels"):
        decode(data)


def test_more_pixels_than_pillow_allows_by_default_are_decoded() -> None:
    """Pillow warns above 89 megapixels; a 1-bit picture of 100 is cheap to try."""
    row = b"\0" + b"\xff" * 1250
    decoded = decode(png_by_hand(10_000, 10_000, 1, 0, row * 10_000))
    assert decoded.size == (10_000, 10_000)


def test_huge_jpeg_is_read_when_reduction_makes_it_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "PIXEL_LIMIT", 1_000_000)
    data = encoded(Image.new("L", (4000, 3000)), "JPEG")
    assert min(decode(data, minimum_side=256).size) >= 256
    with pytest.raises(UnreadableImage, match="4000 x 3000"):
        decode(data)


def test_pillow_warnings_never_leak_even_from_threads() -> None:
    """Odd files make Pillow warn; the strictest filter turns any warning into a failure."""
    palette = Image.new("P", (4, 4))
    palette.putpalette([1, 2, 3] * 2)
    odd = [
        encoded(palette, "PNG", transparency=bytes([0, 255])),
        encoded(Image.new("RGB", (9000, 11000)), "JPEG"),
        encoded(corners(), "JPEG", exif=b"Exif\x00\x00II*\x00\x08\x00\x00\x00\xff\x00"),
        encoded(corners(), "TIFF")[:-40],
    ]

    def attempt(data: bytes) -> str:
        try:
            return decode(data, minimum_side=64).mode
        except UnreadableImage as reason:
            return str(reason)

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        with ThreadPoolExecutor(4) as pool:
            outcomes = list(pool.map(attempt, odd * 8))
    assert [str(entry.message) for entry in caught] == []
    assert outcomes[0] == "RGB"


def test_random_damage_never_raises_anything_else() -> None:
    generator = np.random.default_rng(5)
    for picture_format in ("JPEG", "PNG", "GIF", "WEBP", "TIFF", "BMP", "JPEG2000"):
        whole = np.frombuffer(encoded(corners(), picture_format), dtype=np.uint8)
        for _ in range(60):
            damaged = whole.copy()
            places = generator.integers(0, len(damaged), 6)
            damaged[places] = generator.integers(0, 256, 6)
            try:
                assert decode(damaged.tobytes()).mode == "RGB"
            except UnreadableImage as reason:
                assert str(reason)


def test_missing_folder_and_wrong_extension(tmp_path: Path) -> None:
    with pytest.raises(UnreadableImage, match="file not found"):
        read_bytes(tmp_path / "absent.png")
    (tmp_path / "x.jpg").mkdir()
    with pytest.raises(UnreadableImage, match="a folder"):
        read_bytes(tmp_path / "x.jpg")
    (tmp_path / "really.jpg").write_bytes(encoded(corners(), "PNG"))
    assert decode_with_header(read_bytes(tmp_path / "really.jpg")).format == "PNG"
    with pytest.raises(UnreadableImage, match="no path of a file"):
        read_bytes(Path("nul\0character.png"))


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the platform has no named pipes")
def test_named_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(UnreadableImage, match="not a regular file"):
        read_bytes(tmp_path / "pipe.jpg")


def test_forbidden_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Raised by hand: the tests may run as a user whom no permission stops."""
    target = tmp_path / "secret.jpg"
    target.write_bytes(b"x")

    def refuse(self: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(self))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    with pytest.raises(UnreadableImage, match="no permission"):
        read_bytes(target)


def test_too_large_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "FILE_LIMIT", 10)
    (tmp_path / "big.jpg").write_bytes(b"x" * 11)
    with pytest.raises(UnreadableImage, match="larger than"):
        read_bytes(tmp_path / "big.jpg")
