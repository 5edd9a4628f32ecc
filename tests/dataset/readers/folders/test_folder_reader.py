"""Class folders in every layout people have, and the bad ones."""

import os
import sys
from collections import Counter
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.dataset.readers.files import scan
from lnl_gui.dataset.readers.folders.layout import place_folders
from lnl_gui.util.errors import Cancelled, UserError
from tests.dataset.conftest import MakeImages

POSIX = sys.platform != "win32"


def as_triples(listing: Listing) -> list[tuple[str, str, str]]:
    return [(record.path, record.label, record.split) for record in listing.records]


def test_plain_class_folders_sorted_naturally(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", ["class10/b.png", "class2/a.jpg", "class2/B.JPEG"])
    listing = read_dataset(root)
    assert listing.reader == "class-folders" and listing.root == root
    assert as_triples(listing) == [
        ("class10/b.png", "class10", ""),
        ("class2/B.JPEG", "class2", ""),
        ("class2/a.jpg", "class2", ""),
    ]
    assert listing.class_names == ["class2", "class10"]
    assert all(record.file.is_file() for record in listing.records)


def test_order_does_not_depend_on_the_disk(
    tmp_path: Path, make_images: MakeImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = [f"{c}/{i}.png" for c in "abc" for i in range(5)]
    root = make_images(tmp_path / "d", names)
    first = as_triples(read_dataset(root))
    scandir = os.scandir

    class Backwards:
        def __init__(self, place: str) -> None:
            with scandir(place) as entries:
                self.entries = sorted(entries, key=lambda entry: entry.name, reverse=True)

        def __enter__(self) -> list[os.DirEntry[str]]:
            return self.entries

        def __exit__(self, *_: object) -> None: ...

    monkeypatch.setattr(os, "scandir", Backwards)
    assert as_triples(read_dataset(root)) == first == sorted(first)


@pytest.mark.parametrize(
    ("train", "test"),
    [("train", "test"), ("training", "testing"), ("Train", "Val"), ("train", "validation")],
)
def test_split_folders(tmp_path: Path, make_images: MakeImages, train: str, test: str) -> None:
    root = make_images(
        tmp_path / "d", [f"{train}/cat/1.png", f"{train}/dog/1.png", f"{test}/cat/2.png"]
    )
    assert set(as_triples(read_dataset(root))) == {
        (f"{train}/cat/1.png", "cat", train),
        (f"{train}/dog/1.png", "dog", train),
        (f"{test}/cat/2.png", "cat", test),
    }


def test_split_folders_one_level_down_beside_other_things(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", ["dataset/train/a/1.png", "dataset/val/a/1.png"])
    (root / "readme.txt").write_text("hello")
    (root / "docs").mkdir()
    listing = read_dataset(root)
    assert as_triples(listing) == [
        ("dataset/train/a/1.png", "a", "train"),
        ("dataset/val/a/1.png", "a", "val"),
    ]


def test_splits_inside_classes(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", ["cat/train/1.png", "cat/test/2.png", "dog/train/1.png"])
    assert as_triples(read_dataset(root)) == [
        ("cat/test/2.png", "cat", "test"),
        ("cat/train/1.png", "cat", "train"),
        ("dog/train/1.png", "dog", "train"),
    ]


def test_one_class_with_splits_inside(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", ["cat/train/1.png", "cat/test/2.png"])
    assert {(label, split) for _, label, split in as_triples(read_dataset(root))} == {
        ("cat", "train"),
        ("cat", "test"),
    }


def test_nested_classes_and_their_common_wrapper(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(
        tmp_path / "d", ["all/animal/cat/1.png", "all/animal/dog/1.png", "all/car/1.png"]
    )
    listing = read_dataset(root)
    assert listing.class_names == ["animal/cat", "animal/dog", "car"]


def test_images_of_a_class_and_of_its_subclass(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", ["a/1.png", "a/b/c/2.png"])
    assert read_dataset(root).class_names == ["a", "a/b/c"]


def test_a_class_called_train_among_others_is_a_class(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", ["train/1.png", "car/1.png", "bus/x/1.png"])
    listing = read_dataset(root)
    assert listing.class_names == ["bus/x", "car", "train"]
    assert {record.split for record in listing.records} == {""}


def test_folders_beside_splits_become_splits_and_are_named(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", ["train/a/1.png", "test/a/2.png", "extra/a/3.png"])
    listing = read_dataset(root)
    assert {record.split for record in listing.records} == {"train", "test", "extra"}
    assert any("`extra`" in str(warning) for warning in listing.warnings)


def test_unsorted_images_have_no_label(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(
        tmp_path / "d", ["loose.png", "train/a/1.png", "train/b/1.png", "test/9.png"]
    )
    listing = read_dataset(root)
    assert {(r.path, r.split) for r in listing.records if not r.label} == {
        ("loose.png", ""),
        ("test/9.png", "test"),
    }
    assert (len(listing.records), listing.unlabelled, listing.skipped) == (4, 2, [])
    assert str(listing.warnings[0]).startswith("2 images have no label")


def test_split_folders_without_classes_are_read_as_classes_with_a_warning(
    tmp_path: Path, make_images: MakeImages
) -> None:
    listing = read_dataset(make_images(tmp_path / "d", ["train/1.png", "test/2.png"]))
    assert listing.class_names == ["test", "train"]
    assert any("named like parts of a split" in str(doubt) for doubt in listing.suspicions)


def test_hidden_things_projects_and_other_files_are_passed_over(
    tmp_path: Path, make_images: MakeImages
) -> None:
    hidden = [".git/x.png", "a/.hidden.png", "a/._1.png", "p.lnl/t/1.png", "__MACOSX/a/1.png"]
    root = make_images(tmp_path / "d", ["a/1.png", "b/1.png", *hidden])
    (root / "a" / "notes.txt").write_text("x")
    (root / "a" / "Thumbs.db").write_bytes(b"x")
    listing = read_dataset(root)
    assert [record.path for record in listing.records] == ["a/1.png", "b/1.png"]
    assert listing.skipped == []
    assert str(listing.warnings[0]) == "Files passed over because they are no images: 1 (1 .txt)."
    (said,) = (str(warning) for warning in listing.warnings if "Hidden" in str(warning))
    assert "1 image in them: `a/.hidden.png`." in said


@pytest.mark.parametrize("table", [False, True])
def test_hidden_folders_with_images_are_told_of(
    tmp_path: Path, make_images: MakeImages, table: bool
) -> None:
    """One may be a class, as `.net` is; what programs keep is none of it."""
    junk = [".ipynb_checkpoints/1.png", ".thumbnails/2.png", ".Trash-1000/files/3.png"]
    hidden = [".net/1.png", ".net/part/2.png", "a/.old/3.png"]
    root = make_images(tmp_path / "d", ["a/1.png", "b/1.png", *junk, *hidden])
    (root / ".nothing").mkdir()
    if table:
        rows = ["path,label", "a/1.png,a", "b/1.png,b", "a/.old/3.png,b"]
        (root / "labels.csv").write_text("\n".join(rows), encoding="utf-8")
    listing = read_dataset(root)
    assert len(listing.records) == 2 + table
    (said,) = (str(warning) for warning in listing.warnings if "Hidden" in str(warning))
    told = "2 images in them: `.net`." if table else "3 images in them: `.net`, `a/.old`."
    assert told in said


def test_unicode_and_very_long_names(tmp_path: Path, make_images: MakeImages) -> None:
    long = "x" * 200
    root = make_images(tmp_path / "d", ["кошка 猫/фото №1.png", f"{long}/{long}.png"])
    listing = read_dataset(root)
    assert set(listing.class_names) == {"кошка 猫", long}


def test_decomposed_letters_name_the_same_class(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", ["train/caf\u00e9/1.png", "test/cafe\u0301/2.png"])
    assert read_dataset(root).class_names == ["caf\u00e9"]


@pytest.mark.skipif(not POSIX, reason="making links needs a privilege on Windows")
def test_links_are_followed_once_and_loops_end(tmp_path: Path, make_images: MakeImages) -> None:
    make_images(tmp_path / "elsewhere", ["1.png", "2.png"])
    root = make_images(tmp_path / "d", ["a/1.png", "b/1.png"])
    (root / "a" / "loop").symlink_to(root, target_is_directory=True)
    (root / "a" / "up").symlink_to(tmp_path, target_is_directory=True)
    (root / "again").symlink_to(root / "b", target_is_directory=True)
    (root / "linked").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (root / "b" / "self").symlink_to(root / "b" / "self")
    (root / "b" / "gone.png").symlink_to(tmp_path / "nowhere.png")
    (root / "b" / "alias.png").symlink_to(root / "b" / "1.png")
    listing = read_dataset(root)
    assert [record.path for record in listing.records] == [
        "a/1.png",
        "b/1.png",
        "linked/1.png",
        "linked/2.png",
    ]
    assert [item.path for item in listing.skipped] == ["b/gone.png"]
    assert any(
        str(warning).endswith("3 (`a/loop`, `a/up`, `again`).") for warning in listing.warnings
    )


@pytest.mark.skipif(not POSIX, reason="Windows names are Unicode always")
def test_file_name_that_is_no_text_is_skipped(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", ["a/1.png", "b/1.png"])
    try:
        (root / "a" / os.fsdecode(b"bad\xff.png")).write_bytes(b"x")
    except OSError:
        pytest.skip("the disk takes Unicode names only")
    listing = read_dataset(root)
    assert len(listing.records) == 2
    assert "not valid text" in str(listing.skipped[0].reason)
    listing.skipped[0].path.encode("utf-8")


def test_folder_without_permission_is_recorded(
    tmp_path: Path, make_images: MakeImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Refused by hand: the tests may run as a user whom no permission stops."""
    root = make_images(tmp_path / "d", ["a/1.png", "b/1.png", "secret/1.png"])
    scandir = os.scandir

    def refuse(place: os.PathLike[str]) -> object:
        if Path(place).name == "secret":
            raise PermissionError(13, "Permission denied", str(place))
        return scandir(place)

    monkeypatch.setattr(os, "scandir", refuse)
    listing = read_dataset(root)
    assert len(listing.records) == 2
    assert not listing.skipped
    assert [(s.path, "Permission denied" in str(s.reason)) for s in listing.unlisted] == [
        ("secret", True)
    ]


def test_empty_folder_says_what_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    with pytest.raises(UserError) as caught:
        read_dataset(tmp_path)
    assert caught.value.code == "no_images"
    assert ".jpg" in str(caught.value) and "1 other files" in str(caught.value)


def test_images_without_any_class(tmp_path: Path, make_images: MakeImages) -> None:
    with pytest.raises(UserError, match="2 images, but none lies in a class folder"):
        read_dataset(make_images(tmp_path / "d", ["1.png", "2.png"]))


@pytest.mark.parametrize(
    ("place", "name"),
    [("", "liste.txt"), ("", "labels.md"), ("", "labels.db"), ("meta/", "export.html")],
)
def test_files_that_may_hold_the_labels_are_named(
    tmp_path: Path, make_images: MakeImages, place: str, name: str
) -> None:
    root = make_images(tmp_path / "d", ["1.png", "2.png"])
    (root / place).mkdir(exist_ok=True)
    (root / place / name).write_text("1.png\tcat\n2.png\tdog\n")
    (root / "README.md").write_text("About the images.")
    with pytest.raises(UserError, match="none lies in a class folder") as caught:
        read_dataset(root)
    assert f"their labels: `{place}{name}`. If one holds them" in str(caught.value.hint)


def test_one_class_and_single_images_are_warned_about(
    tmp_path: Path, make_images: MakeImages
) -> None:
    one = read_dataset(make_images(tmp_path / "one", ["cat/1.png", "cat/2.png"]))
    assert any("only one class" in str(warning) for warning in one.warnings)
    single = read_dataset(
        make_images(tmp_path / "two", ["cat/1.png", "Cat dog/1.png", "cat/2.png"])
    )
    assert any("single image: 1 (`Cat dog`)" in str(w) for w in single.warnings)


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="the disk ignores case")
def test_classes_that_differ_in_case_are_warned_about(
    tmp_path: Path, make_images: MakeImages
) -> None:
    listing = read_dataset(make_images(tmp_path / "d", ["Cat/1.png", "cat/1.png"]))
    assert any("upper and lower case" in str(warning) for warning in listing.warnings)


def test_thousands_of_classes(tmp_path: Path) -> None:
    for number in range(3_000):
        (tmp_path / f"class {number}").mkdir()
        os.close(os.open(f"{tmp_path}/class {number}/1.png", os.O_CREAT | os.O_WRONLY))
    listing = read_dataset(tmp_path)
    assert listing.class_names == [f"class {number}" for number in range(3_000)]


def test_progress_is_reported_and_may_cancel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "_REPORT_EVERY", 20)
    (tmp_path / "a").mkdir()
    for number in range(50):
        (tmp_path / "a" / f"{number}.jpg").touch()
    calls: list[tuple[int, int]] = []
    read_dataset(tmp_path, progress=lambda done, total: calls.append((done, total)))
    assert calls == [(20, 0), (40, 0), (50, 50)]

    def cancel(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read_dataset(tmp_path, progress=cancel)


def test_placement_is_pure() -> None:
    layout = place_folders(["", "x/train/a", "x/train/b/c", "x/test/a"])
    assert Counter((p.label, p.split) for p in layout.placements.values()) == Counter(
        [("", ""), ("a", "train"), ("b/c", "train"), ("a", "test")]
    )
    assert layout.warnings == layout.suspicions == []


@pytest.mark.shared_data
def test_real_photographs(shared_data: Path) -> None:
    listing = read_dataset(shared_data / "clothing")
    assert (len(listing.records), len(listing.class_names)) == (600, 10)
    assert listing.skipped == listing.warnings == []


def test_a_class_folder_may_be_called_as_a_file_of_the_system(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", ["desktop.ini/1.png", "b/1.png"])
    (root / "b" / "desktop.ini").write_bytes(b"x")
    listing = read_dataset(root)
    assert listing.class_names == ["b", "desktop.ini"]
    assert not any("Files passed over" in str(warning) for warning in listing.warnings)


@pytest.mark.parametrize("text", ["", "\n", "\r\n", "\n\n", " \n", "\ufeff\n", "\t\n"])
@pytest.mark.parametrize("name", ["list.txt", "notes.csv", "x.tsv"])
def test_files_of_nothing_but_blanks_stop_no_reading(
    tmp_path: Path, make_images: MakeImages, name: str, text: str
) -> None:
    root = make_images(tmp_path / "d", [f"{c}/{i}.png" for c in ("cat", "dog") for i in range(3)])
    (root / name).write_text(text, encoding="utf-8", newline="")
    listing = read_dataset(root)
    assert all(record.label == record.file.parent.name for record in listing.records)
    assert (len(listing.records), listing.suspicions) == (6, [])
