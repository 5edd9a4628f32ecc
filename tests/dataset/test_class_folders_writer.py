"""Curated class folders and tables, read back by other means."""

import csv
import errno
import os
import shutil
import sys
from collections.abc import Sequence
from dataclasses import astuple, replace
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.dataset.csv_table import write_table
from lnl_gui.dataset.names import MAXIMUM_BYTES, NameClaims, fold, safe_name
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.dataset.writers.class_folders import class_folders, write_class_folders
from lnl_gui.dataset.writers.items import ExportItem
from lnl_gui.util.errors import Cancelled, UserError
from tests.dataset.conftest import MakeImages
from tests.files import hashes

POSIX = sys.platform != "win32"
NEEDS_LINKS = pytest.mark.skipif(not POSIX, reason="links need a privilege on Windows")


@pytest.fixture
def source(tmp_path: Path, make_images: MakeImages) -> Path:
    return make_images(
        tmp_path / "in",
        [
            "train/cat/1.png",
            "train/dog/1.png",
            "train/dog/2.png",
            "test/cat/1.png",
            "test/dog/9.png",
        ],
    )


def items_of(source: Path) -> Sequence[ExportItem]:
    return [ExportItem(r.file, r.label, r.split) for r in read_dataset(source).records]


@pytest.mark.parametrize(
    "images",
    [
        "copy",
        "hardlink",
        pytest.param("symlink", marks=pytest.mark.skipif(not POSIX, reason="needs a privilege")),
    ],
)
def test_what_is_written_reads_back_as_it_was(tmp_path: Path, source: Path, images: str) -> None:
    before = hashes(source)
    result = write_class_folders(tmp_path / "out", items_of(source), images=images)
    assert hashes(tmp_path / "out") == before == hashes(source)
    assert result.paths == list(before) and result.made[images] == 5
    assert result.skipped == result.warnings == []
    expected = [
        ExportItem(tmp_path / "out" / i.file.relative_to(source), i.class_name, i.split)
        for i in items_of(source)
    ]
    # As tuples: since Python 3.13 a score that is no number makes items unequal to themselves.
    assert list(map(astuple, items_of(tmp_path / "out"))) == list(map(astuple, expected))


@pytest.mark.parametrize(
    ("names", "merged"),
    [
        (("animal", "animal/dog", "animal/cat", "car"), "3 classes"),
        (("a/x", "a/y", "b/x", "b/y"), "4 classes"),
        (("animal/dog", "car/van"), ""),
        (("dog", "cat"), ""),
    ],
)
def test_classes_that_loaders_of_outermost_folders_merge_are_told(
    tmp_path: Path, source: Path, names: Sequence[str], merged: str
) -> None:
    items = [
        ExportItem(item.file, name) for item, name in zip(items_of(source), names, strict=False)
    ]
    said = " ".join(map(str, write_class_folders(tmp_path / "out", items).warnings))
    assert (merged in said and "ImageFolder" in said) if merged else not said


def test_relabelled_images_with_equal_names_are_all_kept(tmp_path: Path, source: Path) -> None:
    items = [ExportItem(item.file, "dog") for item in items_of(source)]
    result = write_class_folders(tmp_path / "out", items)
    assert sorted(result.paths) == sorted(
        ["dog/1.png", "dog/1 (2).png", "dog/1 (3).png", "dog/2.png", "dog/9.png"]
    )
    for item, path in zip(items, result.paths, strict=True):
        assert (tmp_path / "out" / path).read_bytes() == item.file.read_bytes()


def test_hard_links_share_the_file_and_links_point_to_it(tmp_path: Path, source: Path) -> None:
    items = items_of(source)
    result = write_class_folders(tmp_path / "hard", items, images="hardlink")
    assert (tmp_path / "hard" / result.paths[0]).samefile(items[0].file)
    if POSIX:
        result = write_class_folders(tmp_path / "soft", items, images="symlink")
        link = tmp_path / "soft" / result.paths[0]
        assert link.is_symlink() and link.readlink() == items[0].file


def test_hard_links_across_disks_become_copies_and_say_so(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_disk(self: Path, target: Path) -> None:
        raise OSError(errno.EXDEV, "Invalid cross-device link")

    monkeypatch.setattr(Path, "hardlink_to", other_disk)
    result = write_class_folders(tmp_path / "out", items_of(source), images="hardlink")
    assert result.made == {"copy": 5}
    assert str(result.warnings[0]).endswith("5 of 5 images.")


def test_refused_symbolic_links_become_copies_and_it_is_said(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError(1314, "A required privilege is not held by the client")

    monkeypatch.setattr(Path, "symlink_to", refuse)
    result = write_class_folders(tmp_path / "out", items_of(source), images="symlink")
    assert result.made == {"copy": 5}
    assert "5 of 5 images" in str(result.warnings[0])
    assert "Developer Mode" in str(result.warnings[0])


def test_what_is_in_no_split_lies_beside_the_splits(tmp_path: Path, source: Path) -> None:
    items = list(items_of(source))
    items[0], items[-1] = (replace(item, split="") for item in (items[0], items[-1]))
    result = write_class_folders(tmp_path / "out", items)
    assert {path.partition("/")[0] for path in result.paths} == {"train", "test", "without_split"}
    assert str(result.warnings[0]).startswith("2 images in no split are in the folder")
    listing = read_dataset(tmp_path / "out")
    found = sorted((record.label, record.split) for record in listing.records)
    assert found == sorted((item.class_name, item.split) for item in items)
    none = [replace(item, split="") for item in items]
    result = write_class_folders(tmp_path / "none", none)
    assert {path.partition("/")[0] for path in result.paths} == {"cat", "dog"}
    assert result.warnings == []


def test_a_full_disk_is_the_targets_and_not_the_originals(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(original: Path, _: Path) -> None:
        # As `shutil.copyfile` does.
        raise OSError(errno.ENOSPC, "No space left on device", str(original))

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(UserError, match="disk") as refused:
        write_class_folders(tmp_path / "out", items_of(source))
    assert refused.value.code == "disk_full"
    assert "1.png" not in str(refused.value)


@pytest.mark.parametrize("images", ["copy", "hardlink"])
def test_full_disk_is_a_clear_error(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch, images: str
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    monkeypatch.setattr(Path, "hardlink_to", full)
    with pytest.raises(UserError, match=r"disk .*is full"):
        write_class_folders(tmp_path / "out", items_of(source), images=images)


def test_destination_that_refuses_is_a_clear_error(
    tmp_path: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(copied: Path, target: Path) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(target))

    monkeypatch.setattr(shutil, "copyfile", refuse)
    with pytest.raises(UserError, match="No permission to write the images"):
        write_class_folders(tmp_path / "out", items_of(source))


def test_missing_originals_are_skipped_and_named(tmp_path: Path, source: Path) -> None:
    items = items_of(source)
    items[1].file.unlink()
    for images in ("copy", "hardlink"):
        result = write_class_folders(tmp_path / images, items, images=images)
        assert [bool(path) for path in result.paths] == [True, False, True, True, True]
        assert [item.path for item in result.skipped] == [str(items[1].file)]
        assert len(hashes(tmp_path / images)) == 4
        assert "could not be read and are missing: 1;" in str(result.warnings[0])


def test_none_writes_nothing_but_names_everything(tmp_path: Path, source: Path) -> None:
    result = write_class_folders(tmp_path / "out", items_of(source), images="none")
    assert len(result.paths) == 5 and not (tmp_path / "out").exists()
    with pytest.raises(UserError, match="Unknown way"):
        write_class_folders(tmp_path / "out", [], images="move")


def test_read_only_originals_give_deletable_copies(tmp_path: Path, source: Path) -> None:
    items = items_of(source)
    items[0].file.chmod(0o444)
    result = write_class_folders(tmp_path / "out", items)
    assert os.access(tmp_path / "out" / result.paths[0], os.W_OK)
    assert (tmp_path / "out" / result.paths[0]).stat().st_mode & 0o200
    shutil.rmtree(tmp_path / "out")


def test_cancel_stops_between_images(tmp_path: Path, source: Path) -> None:
    def cancel(done: int, total: int) -> None:
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        write_class_folders(tmp_path / "out", items_of(source), progress=cancel)
    assert len(hashes(tmp_path / "out")) == 2


def test_class_folders_are_safe_unique_and_leave_good_names_alone() -> None:
    names = ["cat", "Cat", "CAT ", "a/b", "../../etc", "con", "NUL.txt", "a:b", "a?b", "", "..."]
    folders = class_folders([*names, "x" * 500, "x" * 499 + "y", "猫" * 200, "a\x00b", "end. "])
    assert folders["a/b"] == "a/b" and folders["../../etc"] == "_/_/etc"
    assert len({fold(folder) for folder in folders.values()}) == len(folders)
    assert {folders["cat"], folders["Cat"]} & {"cat", "Cat"}
    for folder in folders.values():
        for part in folder.split("/"):
            assert part and len(part.encode()) <= MAXIMUM_BYTES + 8
            assert not set(part) & set('<>:"\\|?*\0') and part[-1] not in ". "
            assert part.split(".")[0].lower() not in ("con", "nul")


def test_changed_folder_names_are_told(tmp_path: Path, source: Path) -> None:
    items = [ExportItem(item.file, "a:b") for item in items_of(source)]
    result = write_class_folders(tmp_path / "out", items)
    assert result.folders == {"a:b": "a_b"}
    assert "another name, so that every system accepts it: 1 (`a:b` -> `a_b`)" in str(
        result.warnings[0]
    )


def test_class_named_like_an_image_of_its_parent(tmp_path: Path, source: Path) -> None:
    file = items_of(source)[0].file
    items = [ExportItem(file, "a"), ExportItem(file, "a/1.png")]
    result = write_class_folders(tmp_path / "out", items)
    assert result.paths == ["a/1 (2).png", "a/1.png/1.png"]


@pytest.mark.parametrize("name", ["cat", "Кошка", "日本", "a b.c", "naïve (2)", "x.png", "aux-1"])
def test_good_names_stay(name: str) -> None:
    assert safe_name(name) == name


def test_long_names_keep_suffix_and_differ() -> None:
    first, second = (safe_name("n" * 300 + tail + ".jpeg") for tail in "ab")
    assert first != second and first.endswith(".jpeg")
    assert len(first.encode()) == MAXIMUM_BYTES


def test_unique_names_regardless_of_case_and_form() -> None:
    claims = NameClaims()
    names = ["a", "A", "a", "a (2)", "\u00e9", "e\u0301"]
    assert [claims.claim("", name) for name in names] == [
        "a",
        "A (2)",
        "a (3)",
        "a (2) (2)",
        "é",
        "é (2)",
    ]
    many = [claims.claim("other", "same") for _ in range(20_000)]
    assert len(set(many)) == 20_000


def test_table_reads_back_with_the_csv_module(tmp_path: Path) -> None:
    columns = {
        "path": ["a,b.png", 'quote".png', "линия\nдва.png"],
        "suspicion": np.array([0.1, np.nan, 1.0], dtype=np.float32),
        "flagged": np.array([True, False, True]),
        "label": np.array([3, 0, -1], dtype=np.int32),
        "note": [None, "", "x"],
    }
    write_table(tmp_path / "t.csv", columns)
    with (tmp_path / "t.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.reader(stream))
    assert rows == [
        ["path", "suspicion", "flagged", "label", "note"],
        ["a,b.png", "0.1", "True", "3", ""],
        ['quote".png', "", "False", "0", ""],
        ["линия\nдва.png", "1.0", "True", "-1", "x"],
    ]


def test_table_floats_come_back_exactly(tmp_path: Path) -> None:
    values = np.random.default_rng(0).random(500).astype(np.float32)
    write_table(tmp_path / "t.csv", {"value": values})
    text = (tmp_path / "t.csv").read_text().split()[1:]
    assert np.array_equal(np.array(text, dtype=np.float32), values)


def test_table_refuses_unequal_columns_and_says_when_it_cannot_write(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="unequal length"):
        write_table(tmp_path / "t.csv", {"a": [1], "b": [1, 2]})
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError):
        write_table(tmp_path / "file" / "t.csv", {"a": [1]})
    write_table(tmp_path / "empty.csv", {"a": [], "b": np.zeros(0)})
    assert (tmp_path / "empty.csv").read_text() == "a,b\n"
