"""Images inside containers are copied on export, whatever way was asked for."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.containers.location import Member
from lnl_gui.containers.read import close_containers, exported_name
from lnl_gui.dataset.writers.class_folders import write_class_folders
from lnl_gui.dataset.writers.items import ExportItem


@pytest.fixture
def container(tmp_path: Path) -> Iterator[tuple[Path, np.ndarray]]:
    images = np.random.default_rng(0).integers(0, 256, (3, 6, 5, 3), np.uint8)
    np.savez(tmp_path / "a.npz", x=images)
    yield tmp_path / "a.npz", images
    close_containers()


def _items(file: Path, rows: list[int]) -> list[ExportItem]:
    return [ExportItem(Member(file, "array", f"x/{row:05}"), "cat", "train") for row in rows]


@pytest.mark.parametrize("images", ["copy", "hardlink", "symlink"])
def test_members_are_copied_and_it_is_said(
    tmp_path: Path, container: tuple[Path, np.ndarray], images: str
) -> None:
    file, pixels = container
    found = write_class_folders(tmp_path / "out", _items(file, [0, 1, 2]), images=images)
    assert found.paths == [f"train/cat/a_x_{row:05}.png" for row in range(3)]
    for path, wanted in zip(found.paths, pixels, strict=True):
        data = (tmp_path / "out" / path).read_bytes()
        assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), wanted)
    assert found.made == {"copy": 3}
    said = " ".join(map(str, found.warnings))
    assert ("inside a container" in said) == (images != "copy")


def test_a_member_that_is_gone_is_skipped_with_its_reason(
    tmp_path: Path, container: tuple[Path, np.ndarray]
) -> None:
    file, _ = container
    found = write_class_folders(tmp_path / "out", _items(file, [0, 7]), images="copy")
    assert found.paths == ["train/cat/a_x_00000.png", ""]
    assert "image 7 of 3" in str(found.skipped[0].reason)
    assert not (tmp_path / "out/train/cat/a_x_00007.png").exists()


def test_encoded_members_keep_their_bytes_and_get_their_suffix() -> None:
    stream = io.BytesIO()
    Image.new("RGB", (3, 3)).save(stream, "JPEG")
    assert exported_name(Member(Path("a.lmdb"), "array", "/00003"), stream.getvalue()) == (
        "a_00003.jpg"
    )
    assert exported_name(Member(Path("a.tar"), "array", "0/cat.jpeg"), b"RIFF") == "cat.jpeg"
    assert exported_name(Member(Path("a.tar"), "array", "0/cat.v2"), stream.getvalue()) == (
        "cat.v2.jpg"
    )
