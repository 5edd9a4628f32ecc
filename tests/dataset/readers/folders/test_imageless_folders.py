"""Classes that gave no images: empty folders, kinds that are not read, archives."""

import os
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages

CAT_DOG = [f"{name}/{name}{i}.png" for name in ("cat", "dog") for i in range(3)]


def doubts(listing: Listing) -> str:
    return " ".join(map(str, listing.suspicions))


def said(listing: Listing) -> str:
    return " ".join(map(str, listing.warnings))


def make(root: Path, files: list[str]) -> None:
    for file in files:
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).write_bytes(b"x")


def pack(archive: Path, root: Path, names: list[str]) -> None:
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w") as packed:
            for name in names:
                packed.write(root / "cat" / "cat0.png", name)
    else:
        with tarfile.open(archive, "w:gz") as packed:
            for name in names:
                packed.add(root / "cat" / "cat0.png", name)


@pytest.mark.parametrize("around", ["", "train/", "all/animals/"])
def test_an_empty_class_folder_is_named(
    tmp_path: Path, make_images: MakeImages, around: str
) -> None:
    root = make_images(tmp_path / "d", [around + name for name in CAT_DOG])
    (root / around / "bird" / "young").mkdir(parents=True)
    listing = read_dataset(root)
    assert listing.class_names == ["cat", "dog"]
    assert (
        f"Empty folders beside the class folders, which are no classes therefore: `{around}bird`"
        in said(listing)
    )
    assert listing.suspicions == []


@pytest.mark.skipif(sys.platform != "linux", reason="names there are always text")
def test_a_class_folder_whose_name_is_no_text_is_not_called_empty(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", CAT_DOG)
    folder = root / os.fsdecode(b"v\xf6gel")
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.png").write_bytes((root / "cat" / "cat0.png").read_bytes())
    listing = read_dataset(root)
    assert "no image could be taken" in doubts(listing)
    assert "`v\\udcf6gel` (the file's name is not valid text: rename it)" in doubts(listing)
    assert "Empty folders" not in said(listing)


@pytest.mark.parametrize(
    ("files", "kinds"),
    [
        (["bird/a.psd", "bird/b.psd"], "`bird` (2 .psd)"),
        (["bird/a.NEF", "bird/notes.txt"], "`bird` (1 .nef)"),
        (["bird/a", "bird/b", "bird/c"], "`bird` (3 without suffix)"),
        (["bird/day/a.dng"], "`bird` (1 .dng)"),
        (["bird/images.zip"], "`bird` (1 .zip)"),
    ],
)
def test_a_class_folder_of_kinds_that_are_not_read_is_doubtful(
    tmp_path: Path, make_images: MakeImages, files: list[str], kinds: str
) -> None:
    root = make_images(tmp_path / "d", CAT_DOG)
    make(root, files)
    assert kinds in doubts(read_dataset(root))


@pytest.mark.parametrize(
    "files",
    [
        ["docs/readme.txt", "scripts/run.py", "models/a.pt", "LICENSE"],
        ["annotations/a.xml", "labels/1", "labels/2", "masks/a.nii", "unlabelled/a.raw"],
        ["cat/a.psd", "cat/more/b.psd"],
        ["info/LICENSE"],
    ],
)
def test_other_files_beside_class_folders_are_no_classes(
    tmp_path: Path, make_images: MakeImages, files: list[str]
) -> None:
    root = make_images(tmp_path / "d", CAT_DOG)
    make(root, files)
    listing = read_dataset(root, reader="class-folders")
    assert listing.suspicions == []
    assert "Empty folders" not in said(listing)


def test_a_class_that_only_one_split_lacks_is_there(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [*(f"train/{n}" for n in CAT_DOG), "test/cat/1.png"])
    (root / "test" / "dog").mkdir()
    listing = read_dataset(root)
    assert listing.suspicions == [] and "Empty folders" not in said(listing)


@pytest.mark.parametrize("archive", ["bird.zip", "bird.tar.gz", "more.zip"])
@pytest.mark.parametrize("inside", ["{}.png", "bird/{}.png"])
def test_an_archive_beside_class_folders_is_doubtful(
    tmp_path: Path, make_images: MakeImages, archive: str, inside: str
) -> None:
    root = make_images(tmp_path / "d", CAT_DOG)
    pack(root / archive, root, [inside.format(i) for i in range(3)])
    assert f"were not read: `{archive}`" in doubts(read_dataset(root))


@pytest.mark.parametrize(
    ("archive", "names"),
    [
        ("animals.zip", ["cat/1.png", "dog/1.png"]),
        ("animals.tar.gz", ["animals/train/cat/1.png"]),
        ("cat.zip", ["1.png"]),
        ("code.zip", ["run.py"]),
    ],
)
def test_an_archive_that_was_unpacked_or_holds_no_images_is_let_be(
    tmp_path: Path, make_images: MakeImages, archive: str, names: list[str]
) -> None:
    root = make_images(tmp_path / "d", CAT_DOG)
    pack(root / archive, root, names)
    (root / "damaged.zip").write_bytes(b"PK\x03\x04 cut")
    assert read_dataset(root, reader="class-folders").suspicions == []
