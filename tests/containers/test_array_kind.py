"""Rows of NumPy files are the images they were, and files that lie are refused."""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds import array as array_kind
from lnl_gui.containers.kinds.array import ArrayContainer, array_names, load_array
from lnl_gui.containers.kinds.layout import Layout, member_key, parse_key
from lnl_gui.containers.location import Member
from lnl_gui.containers.read import close_containers, exported_file, image_bytes


@pytest.fixture(autouse=True)
def _closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LNL_CACHE", str(tmp_path / "cache"))
    yield
    close_containers()


def picture(member: Member) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(image_bytes(member))))


def random_images(*shape: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, shape, np.uint8)


@pytest.mark.parametrize("shape", [(5, 9, 7), (5, 9, 7, 3), (5, 9, 7, 4), (5, 9, 7, 1)])
@pytest.mark.parametrize("form", ["npy", "fortran", "stored", "compressed", "kept"])
def test_every_row_as_it_was(
    tmp_path: Path, form: str, shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    images = random_images(*shape)
    file, name = tmp_path / "a.npz", "x"
    if form in ("npy", "fortran"):
        file, name = tmp_path / "a.npy", ""
        np.save(file, np.asfortranarray(images) if form == "fortran" else images)
    elif form == "stored":
        np.savez(file, x=images, y=np.arange(5))
    else:
        np.savez_compressed(file, x=images, y=np.arange(5))
    if form == "kept":
        monkeypatch.setattr(array_kind, "_IN_MEMORY", 10)
    for row in range(5):
        found = picture(Member(file, "array", member_key(name, row)))
        assert np.array_equal(found, images[row].squeeze())
    assert bool(list((tmp_path / "cache").glob("arrays/*"))) == (form == "kept")


@pytest.mark.parametrize(
    ("layout", "make"),
    [
        (Layout("chw"), lambda image: image.transpose(2, 0, 1)),
        (Layout("chw", (3, 6, 5)), lambda image: image.transpose(2, 0, 1).reshape(-1)),
        (Layout("hwc", (6, 5, 3)), lambda image: image.reshape(-1)),
        (Layout("whc"), lambda image: image.transpose(1, 0, 2)),
        (Layout(white=1.0), lambda image: (image / 255).astype(np.float32)),
        (Layout(white=65535.0), lambda image: image.astype(np.uint16) * 257),
    ],
)
def test_layouts(tmp_path: Path, layout: Layout, make: Callable[[np.ndarray], np.ndarray]) -> None:
    images = random_images(3, 6, 5, 3)
    np.save(tmp_path / "a.npy", np.stack([make(image) for image in images]))
    for row in range(3):
        key = member_key("", row, layout=layout)
        assert parse_key(key) == ("", layout, row)
        assert np.array_equal(picture(Member(tmp_path / "a.npy", "array", key)), images[row])


def test_exported_pixels_are_lossless(tmp_path: Path) -> None:
    deep = np.random.default_rng(0).integers(0, 4096, (2, 5, 5), np.uint16)
    np.savez(tmp_path / "a.npz", colour=random_images(2, 5, 5, 3), deep=deep)
    name, data = exported_file(Member(tmp_path / "a.npz", "array", "colour/00001"))
    assert name == "a_colour_00001.png"
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), random_images(2, 5, 5, 3)[1])
    _, data = exported_file(Member(tmp_path / "a.npz", "array", "deep[white=4095]/00001"))
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), deep[1])


def test_a_large_array_is_mapped_not_loaded(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", random_images(10, 4, 4))
    np.savez(tmp_path / "a.npz", x=random_images(10, 4, 4))
    assert isinstance(load_array(tmp_path / "a.npy", ""), np.memmap)
    assert isinstance(load_array(tmp_path / "a.npz", "x"), np.memmap)
    assert array_names(tmp_path / "a.npz") == ["x"]


class Evil:
    def __reduce__(self) -> tuple[object, ...]:
        return (Path.touch, (Path("ran"),))


@pytest.mark.parametrize("save", [np.savez, np.savez_compressed])
def test_objects_are_refused(
    tmp_path: Path, save: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "a.npz", x=np.array([Evil()], object))
    with pytest.raises(ContainerError, match="could run code"):
        image_bytes(Member(tmp_path / "a.npz", "array", "x/0"))
    assert not Path("ran").exists()


def npy_claiming(shape: str) -> bytes:
    header = f"{{'descr': '|u1', 'fortran_order': False, 'shape': {shape}, }}".encode()
    header += b" " * (117 - len(header)) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + bytes(100)


@pytest.mark.parametrize("shape", ["(1000000000, 1000, 1000)", "(-1, 10, 10)", "(2, 10, 10)"])
@pytest.mark.parametrize("packing", [None, zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_shapes_that_lie_are_refused(tmp_path: Path, shape: str, packing: int | None) -> None:
    if packing is None:
        member = Member(tmp_path / "a.npy", "array", "/0")
        member.container.write_bytes(npy_claiming(shape))
    else:
        member = Member(tmp_path / "a.npz", "array", "x/0")
        with zipfile.ZipFile(member.container, "w", packing) as archive:
            archive.writestr("x.npy", npy_claiming(shape))
    with pytest.raises(ContainerError, match="more bytes than there are"):
        image_bytes(member)


def test_rows_beyond_memory_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "a.npy").open("wb") as stream:
        header = {"descr": "|u1", "fortran_order": False, "shape": (2, 50_000, 50_000)}
        np.lib.format.write_array_header_1_0(stream, header)
        stream.truncate(stream.tell() + 2 * 50_000**2)  # sparse: it takes no room
    with pytest.raises(ContainerError, match="larger than 2 GiB"):
        image_bytes(Member(tmp_path / "a.npy", "array", "/0"))


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("x/9", "image 9 of 3 is missing"),
        ("z/0", "no array `z`"),
        ("labels/0", "is no image"),
        ("x[shape=2x2]/0", "damaged"),
        ("x[shape=ax2]/0", "names no image"),
        ("x", "names no image"),
        ("words/0", "is no image"),
    ],
)
def test_keys_that_fit_nothing(tmp_path: Path, key: str, reason: str) -> None:
    words = np.full((3, 2, 2), "word")
    np.savez(tmp_path / "a.npz", x=random_images(3, 4, 4), labels=np.arange(3), words=words)
    with pytest.raises(ContainerError, match=reason):
        image_bytes(Member(tmp_path / "a.npz", "array", key))


def test_a_damaged_file_has_a_reason(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", x=random_images(3, 40, 40))
    data = (tmp_path / "a.npz").read_bytes()
    (tmp_path / "a.npz").write_bytes(data[: len(data) // 2])
    with pytest.raises(ContainerError):
        image_bytes(Member(tmp_path / "a.npz", "array", "x/0"))


def test_a_damaged_array_is_loaded_once() -> None:
    tried = []

    def load(name: str) -> np.ndarray:
        tried.append(name)
        raise ValueError("broken")

    container = ArrayContainer(load)
    for _ in range(3):
        with pytest.raises(ContainerError, match="damaged: broken"):
            container.read("x/0")
    assert tried == ["x"]
