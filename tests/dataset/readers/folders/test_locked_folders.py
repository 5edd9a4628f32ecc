"""Folders inside a dataset that may not be looked into: `lost+found`, somebody else's."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.registry import list_readers
from tests.dataset.conftest import MakeImages

IMAGES = [f"{name}/{name}{i}.png" for name in ("cat", "dog") for i in range(3)]
LOCKED = ("lost+found", "train", "images", "labels", "data", "JPEGImages", "Annotations", "val")


@pytest.fixture
def lock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Makes a folder one that only its owner may look into, whoever runs the tests."""
    locked: list[str] = []

    def refused(path: Any, *, whole: bool) -> None:
        text = os.fspath(path) if isinstance(path, str | os.PathLike) else ""
        for folder in locked:
            if str(text).startswith(folder + os.sep) or (whole and text == folder):
                raise PermissionError(13, "Permission denied", text)

    for name, whole in (("stat", False), ("lstat", False), ("scandir", True), ("listdir", True)):
        usual = getattr(os, name)

        def guarded(
            path: Any = ".", *rest: Any, _u: Any = usual, _w: bool = whole, **named: Any
        ) -> Any:
            refused(path, whole=_w)
            return _u(path, *rest, **named)

        monkeypatch.setattr(os, name, guarded)

    def made(folder: Path) -> Path:
        folder.mkdir(parents=True)
        folder.chmod(0)
        locked.append(str(folder))
        return folder

    yield made
    monkeypatch.undo()
    for folder in locked:
        Path(folder).chmod(0o700)


def said(listing: Listing) -> str:
    return " ".join(map(str, (*listing.warnings, *listing.suspicions)))


@pytest.mark.parametrize("name", LOCKED)
@pytest.mark.parametrize("reader", list_readers(), ids=lambda reader: reader.name)
def test_no_reader_stumbles_over_a_locked_folder(
    tmp_path: Path, make_images: MakeImages, lock: Any, reader: Any, name: str
) -> None:
    root = make_images(tmp_path / "d", IMAGES)
    lock(root / name)
    lock(root / "deep" / name)
    reader.detects(root, ReaderOptions())


@pytest.mark.parametrize("table", [False, True])
@pytest.mark.parametrize("name", ["lost+found", "bird"])
def test_a_locked_folder_is_passed_over_and_said(
    tmp_path: Path, make_images: MakeImages, lock: Any, name: str, table: bool
) -> None:
    root = make_images(tmp_path / "d", IMAGES)
    if table:
        rows = [f"{path},{path.partition('/')[0]}" for path in IMAGES]
        (root / "labels.csv").write_text("\n".join(["path,label", *rows]), encoding="utf-8")
    lock(root / name)
    listing = read_dataset(root)
    assert listing.class_names == ["cat", "dog"] and len(listing.records) == 6
    # What a file system keeps for itself is nothing to be told of, nor what a table does not name.
    is_told = name == "bird" and not table
    assert not listing.skipped
    assert [entry.path for entry in listing.unlisted] == ([name] if is_told else [])
    assert ("1 folder could not be listed, `bird`" in said(listing)) == is_told
