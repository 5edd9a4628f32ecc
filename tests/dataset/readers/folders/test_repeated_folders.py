"""Images that lie in a dataset twice: by links, as copies of folders, in folders set aside."""

import os
import shutil
import sys
from collections import Counter
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.dataset.readers.folders.layout import place_folders
from tests.dataset.conftest import MakeImages

CAT_DOG = [f"{name}/{name}{i}.png" for name in ("cat", "dog") for i in range(6)]
with_links = pytest.mark.skipif(
    sys.platform == "win32", reason="making links needs a privilege on Windows"
)


def counts(listing: Listing) -> dict[str, int]:
    return dict(Counter(record.label for record in listing.records))


def said(listing: Listing) -> str:
    return " ".join(map(str, listing.warnings))


def link(root: Path, target: str, path: str) -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).symlink_to(os.path.relpath(root / target, (root / path).parent))


@with_links
@pytest.mark.parametrize("store", ["all/", "images/", "a/store/", ""])
@pytest.mark.parametrize("around", ["", "train/"])
def test_links_sort_the_images_of_a_store(
    tmp_path: Path, make_images: MakeImages, store: str, around: str
) -> None:
    root = make_images(tmp_path / "d", [f"{store}{Path(name).name}" for name in CAT_DOG])
    for name in CAT_DOG:
        link(root, f"{store}{Path(name).name}", around + name)
    listing = read_dataset(root)
    assert counts(listing) == {"cat": 6, "dog": 6}
    assert {record.split for record in listing.records} == {around.rstrip("/")}
    assert "12" in said(listing)
    assert listing.suspicions == []


@with_links
def test_a_link_to_an_image_of_the_same_class_counts_once(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [*CAT_DOG, "elsewhere.png"])
    link(root, "cat/cat0.png", "cat/alias.png")
    link(root, "elsewhere.png", "dog/from above.png")
    listing = read_dataset(root)
    assert counts(listing) == {"cat": 6, "dog": 7}
    assert "read already were left out: 2" in said(listing) or "all are linked" in said(listing)
    assert listing.suspicions == [] and listing.skipped == []


@with_links
def test_a_link_into_another_class_is_doubtful(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", CAT_DOG)
    link(root, "cat/cat0.png", "dog/cat0.png")
    listing = read_dataset(root)
    assert counts(listing) == {"cat": 6, "dog": 6}
    assert [skip.path for skip in listing.skipped] == ["dog/cat0.png"]
    assert "`cat/cat0.png`, which has the label `cat`" in str(listing.skipped[0].reason)
    assert "linked into folders of several classes: 1" in str(listing.suspicions[0])


@with_links
def test_links_to_links_and_through_linked_folders(tmp_path: Path, make_images: MakeImages) -> None:
    make_images(tmp_path / "pool", ["one.png", "two.png"])
    (tmp_path / "way").symlink_to("pool", target_is_directory=True)
    root = make_images(tmp_path / "d", CAT_DOG)
    link(root, "../pool/one.png", "cat/one.png")
    link(root, "../way/one.png", "cat/again.png")
    link(root, "cat/one.png", "cat/link of a link.png")
    link(root, "../way/two.png", "dog/two.png")
    listing = read_dataset(root)
    assert counts(listing) == {"cat": 7, "dog": 7}
    assert "read already were left out: 2" in said(listing)


@with_links
def test_links_to_images_outside_are_images(tmp_path: Path, make_images: MakeImages) -> None:
    make_images(tmp_path / "pool", CAT_DOG)
    root = tmp_path / "d"
    for name in CAT_DOG:
        link(root, f"../pool/{name}", name)
    listing = read_dataset(root)
    assert counts(listing) == {"cat": 6, "dog": 6}
    assert listing.warnings == listing.suspicions == []


@pytest.mark.parametrize(
    ("folders", "inner"),
    [
        (("cat", "dog"), "brain_tumor_dataset"),
        (("cat", "dog"), "backup"),
        (("train", "test"), "chest_xray"),
    ],
)
def test_a_second_copy_of_the_folders_is_left_out(
    tmp_path: Path, make_images: MakeImages, folders: tuple[str, str], inner: str
) -> None:
    names = CAT_DOG
    if folders[0] == "train":
        names = [f"{split}/{name}" for split in folders for name in CAT_DOG]
    root = make_images(tmp_path / "d", names)
    for folder in folders:
        shutil.copytree(root / folder, root / inner / folder)
    listing = read_dataset(root)
    assert counts(listing) == {"cat": len(names) // 2, "dog": len(names) // 2}
    assert f"left out: `{inner}` ({len(names)} images)" in said(listing)
    assert listing.suspicions == []


def test_a_copy_inside_of_a_class_and_one_of_all(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", CAT_DOG)
    shutil.copytree(root / "cat", root / "cat" / "_originals")
    shutil.copytree(root / "cat", root / "all", ignore=lambda *_: ["_originals"])
    shutil.copytree(root / "dog", root / "all", dirs_exist_ok=True)
    listing = read_dataset(root)
    assert counts(listing) == {"cat": 6, "dog": 6}
    assert "`all`, `cat/_originals` (18 images)" in said(listing)
    assert listing.suspicions == []


@pytest.mark.parametrize(
    "name",
    [
        *("cat - kopi", "cat Kopya", "cat (copy)", "cat_new", "cat_v2", "cat2", "Cat(1)"),
        *("cat のコピー", "コピー ～ cat", "副本cat", "Copy of cat", "cat - Copy"),
        *("cat (Ann's conflicted copy 2024-05-01)", "cat.sync-conflict-20240501-101010-ABCDEFG"),
    ],
)
@pytest.mark.parametrize("around", ["", "train/"])
def test_a_copy_of_a_class_beside_it_is_left_out_by_its_files(
    tmp_path: Path, make_images: MakeImages, around: str, name: str
) -> None:
    root = make_images(tmp_path / "d", [around + path for path in CAT_DOG])
    shutil.copytree(root / around / "cat", root / around / name)
    listing = read_dataset(root)
    assert counts(listing) == {"cat": 6, "dog": 6}
    assert f"left out: `{around}{name}` (6 images)" in said(listing)
    assert listing.suspicions == []


def test_copies_of_a_copy_and_of_folders_inside(tmp_path: Path, make_images: MakeImages) -> None:
    names = [f"{name}/day {day}/{name}{i}.png" for name in "ab" for day in (1, 2) for i in range(4)]
    root = make_images(tmp_path / "d", names)
    for copy in ("a kopi", "a kopi 2", "a kopi 2 (1)"):
        shutil.copytree(root / "a", root / copy)
    listing = read_dataset(root)
    assert {record.path for record in listing.records} == set(names)
    assert "(24 images)" in said(listing)


@pytest.mark.parametrize("name", ["catfish", "bobcat", "kitten"])
def test_the_same_images_in_classes_of_other_names_stay(
    tmp_path: Path, make_images: MakeImages, name: str
) -> None:
    """Which of the two labels is wrong is for the review."""
    root = make_images(tmp_path / "d", CAT_DOG)
    shutil.copytree(root / "cat", root / name)
    assert counts(read_dataset(root)) == {"cat": 6, "dog": 6, name: 6}


@pytest.mark.parametrize("change", ["other bytes", "one more", "one less"])
def test_a_class_named_after_another_with_other_files_stays(
    tmp_path: Path, make_images: MakeImages, change: str
) -> None:
    root = make_images(tmp_path / "d", [*CAT_DOG, "cat_v2/cat9.png"])
    (root / "cat_v2/cat9.png").replace(tmp_path / "other.png")
    shutil.copytree(root / "cat", root / "cat_v2", dirs_exist_ok=True)
    if change == "one less":
        (root / "cat_v2/cat0.png").unlink()
    else:
        target = "cat0.png" if change == "other bytes" else "cat9.png"
        shutil.copy(tmp_path / "other.png", root / "cat_v2" / target)
    number = {"other bytes": 6, "one more": 7, "one less": 5}[change]
    assert counts(read_dataset(root)) == {"cat": 6, "dog": 6, "cat_v2": number}


def test_a_folder_from_which_some_were_sorted_is_doubtful(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [*CAT_DOG, *(f"all/{i}.png" for i in range(9))])
    for name in CAT_DOG:
        shutil.copy(root / name, root / "all")
    listing = read_dataset(root)
    assert counts(listing) == {"cat": 6, "dog": 6, "all": 21}
    assert "`all` was read as a class, but it holds copies" in str(listing.suspicions[0])


@pytest.mark.parametrize("inner", ["brain_tumor_dataset", "backup", "more"])
def test_folders_named_as_those_beside_them_are_doubtful(
    tmp_path: Path, make_images: MakeImages, inner: str
) -> None:
    """Other images of the same names, as far as is known; nothing is left out."""
    names = [*CAT_DOG, *(f"{inner}/{name}" for name in CAT_DOG)]
    listing = read_dataset(make_images(tmp_path / "d", names))
    assert len(listing.records) == 24
    assert "named as the classes beside them (`cat`, `dog`)" in str(listing.suspicions[0])


def test_empty_files_are_no_copies(tmp_path: Path, make_images: MakeImages) -> None:
    """A remote dataset is laid out as empty files."""
    root = make_images(tmp_path / "d", [*CAT_DOG, *(f"backup/{name}" for name in CAT_DOG)])
    for file in root.rglob("*.png"):
        file.write_bytes(b"")
    assert len(read_dataset(root).records) == 24


def doubts(*folders: str) -> str:
    return " ".join(map(str, place_folders(folders).suspicions))


@pytest.mark.parametrize("inner", ["old", "_originals", "kitten", "a/b"])
@pytest.mark.parametrize("around", ["", "train/"])
def test_a_folder_inside_of_a_class_with_images_is_doubtful(inner: str, around: str) -> None:
    said = doubts(f"{around}cat", f"{around}cat/{inner}", f"{around}dog")
    assert f"hold images themselves were read as classes of their own: `cat/{inner}`" in said
    assert place_folders(["cat", f"cat/{inner}", "dog"], class_level=1).suspicions == []


@pytest.mark.parametrize(
    "name", ["New folder", "new folder (2)", "Neuer Ordner", "untitled folder"]
)
def test_a_folder_without_a_name_of_its_own_belongs_to_its_class(name: str) -> None:
    layout = place_folders(["cat", f"cat/{name}", "dog"])
    assert layout.placements[f"cat/{name}"].label == "cat"
    assert layout.suspicions == []


@pytest.mark.parametrize(
    "name",
    [
        *("cat - Copy", "cat copy", "cat copy 2", "cat - Copy (2)", "cat (2)", "Cat (3)"),
        *("Copy of cat", "cat - Kopie", "Kopie von cat", "cat - kopi", "cat \u2014 копия"),
        *("cat - コピー", "cat のコピー", "cat - 副本", "cat - Αντίγραφο (2)", "cat - Bản sao"),
        *("cat_new", "cat new 2", "cat_v2", "cat_neu", "cat-final", "cat_tmp"),
        *("backup", "unsorted", "to_label", "Neuer Ordner", "tmp", "Papierkorb", "lost+found"),
        *("inbox", "_Inbox"),
        *("cat_backup", "cat_old", "cat.bak", "cat backup 2"),
        *("wandb", "runs", "lightning_logs", "predictions", ".ipynb_checkpoints"),
    ],
)
def test_a_class_named_like_a_copy_or_a_place_is_doubtful(name: str) -> None:
    assert f"where things are kept: `{name}`" in doubts("cat", "dog", name)


@pytest.mark.parametrize(
    "folders",
    [
        ("boeing (737)", "boeing (747)"),
        ("cat", "dog_2", "dog"),
        ("young", "old", "very_old"),
        ("new", "very_new", "dog_new", "cat_v2", "kopi luwak"),
        ("prediction", "run", "dog_old"),
        ("trash", "paper", "copy machine"),
        ("T1", "T2", "T"),
        ("animal/cat", "animal/dog", "plant/fern"),
        ("animal/cat", "plant", "stone"),
        ("cat", "dog/poodle", "dog/collie", "bird"),
        ("cat", "other", "dog/other", "dog/poodle"),
        ("train/cat", "train/dog", "test/cat"),
    ],
)
def test_ordinary_names_are_not_doubtful(folders: tuple[str, ...]) -> None:
    assert doubts(*folders) == ""


@pytest.mark.parametrize(
    "endings",
    [
        *(("_part1", "_part2"), (" session 1", " session 2"), (" 2023-01-04", " 2023-02-04")),
        *(("_cam1", "_cam2", "_cam3"), ("-1", "-2"), ("_train", "_test"), ("_256", "_512")),
        *(("", "_aug"), ("", " more"), ("", "_2")),
    ],
)
@pytest.mark.parametrize("around", ["", "animal/"])
def test_endings_that_all_classes_have_are_doubtful(around: str, endings: tuple[str, ...]) -> None:
    names = [f"{around}{stem}{ending}" for stem in ("cat", "polar bear") for ending in endings]
    said = doubts(*names)
    assert "the same endings" in said and endings[-1].strip(" _-")[-1] in said


@pytest.mark.parametrize(
    "folders",
    [
        ("apple_ripe", "apple_unripe", "pear_ripe", "pear_unripe"),
        ("fresh apple", "rotten apple", "fresh pear", "rotten pear"),
        ("audi_a1", "audi_a3", "bmw_x1", "bmw_x3"),
        ("boeing_737", "boeing_747", "airbus_320", "airbus_330"),
        ("cat", "cat_big", "dog", "dog_small"),
        ("hearts_2", "hearts_king", "spades_2", "spades_king"),
        ("grade_1", "grade_2", "grade_3", "grade_4"),
        ("a_1", "a_2", "b_1", "b_3"),
        ("n01440764", "n01443537", "n01484850", "n01491361"),
    ],
)
def test_endings_that_tell_classes_apart_are_not_doubtful(folders: tuple[str, ...]) -> None:
    assert doubts(*folders) == ""


@pytest.mark.parametrize(
    ("folders", "is_asked"),
    [
        (("cat 2023-01-04", "cat 2023-02-04", "dog 2023-01-04", "dog 2023-03-04"), True),
        (("cat_batch1", "cat_batch2", "dog_batch3"), True),
        (("polar bear_2023-01-04_01", "polar bear_2023-02-04", "dog_20230304"), True),
        (("polar bear 20230104", "polar bear 20230204", "dog 20230304"), True),
        (("cat 2023-01-04", "dog 2023-03-04"), False),  # no class twice
        (("cat 2023-01-04", "cat 2023-02-04"), False),  # one class alone
        (("cat 2023-01-04", "cat 2023-02-04", "dog"), False),
        (("audi a4 2012", "audi a4 2014", "bmw m3 2012"), False),  # years are of models
        (("2023-01-04 cat", "2023-02-04 cat", "2023-03-04 dog"), True),
        (("cam1_cat", "cam2_cat", "cam1_dog"), True),
        (("cat 2023-01-04", "2023-02-04 cat", "dog 2023-01-04", "dog 2023-02-11"), False),
    ],
)
def test_dates_and_numbers_of_parts_behind_all_names_are_doubtful(
    folders: tuple[str, ...], is_asked: bool
) -> None:
    said = doubts(*folders)
    assert ("a date, the number of a part or a score" in said) == is_asked
    assert bool(said) == is_asked


@pytest.mark.parametrize(
    ("folders", "is_said"),
    [
        (("cat_anna", "cat_bob", "polar bear_anna", "polar bear_bob"), True),
        (("cat_left", "cat_right", "dog_left", "dog_right"), True),
        (("fresh apple", "rotten apple", "fresh pear", "rotten pear"), True),
        (("cat_north", "cat_south", "cat_west", "dog_north", "dog_west"), True),
        (("cat (AB)", "cat (CD)", "dog (AB)", "dog (CD)"), True),
        (("cat_anna", "cat_bob", "dog_anna"), False),
        (("cat_anna", "cat_bob"), False),
        (("red fox", "polar bear", "brown bear", "arctic fox"), False),
        (("audi_a1", "audi_a3", "bmw_a1", "bmw_a3"), False),
    ],
)
def test_names_of_two_words_each_that_are_all_combined_are_noted(
    folders: tuple[str, ...], is_said: bool
) -> None:
    layout = place_folders(folders)
    said = [str(note) for note in layout.warnings if "each one of" in str(note)]
    assert len(said) == is_said
    assert not layout.suspicions or not is_said


@pytest.mark.parametrize("around", ["", "x/", "train/"])
def test_images_beside_the_one_folder_of_the_class_folders_are_doubtful(around: str) -> None:
    """Whole slides beside the tiles cut from them; `animal/cat` beside `plant` looks the same."""
    folders = [f"{around}{name}" for name in ("larger", "tiles/tumor", "tiles/stroma")]
    said = doubts(*folders)
    assert "`larger`" in said and "(`tiles`)" in said and "--class-level" in said
    level = 2 + around.count("/")
    assert place_folders(folders, class_level=level).suspicions == []
