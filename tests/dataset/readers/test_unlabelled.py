"""Images without a label: where they come from, and what is said of them."""

import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

LISTED = [f"img/{n}.png" for n in range(6)]


def labels(listing: Listing) -> dict[str, str]:
    return {record.path: record.label for record in listing.records}


def said(listing: Listing) -> str:
    return "\n".join(map(str, [*listing.warnings, *listing.suspicions]))


def write_table(root: Path, paths: Iterable[str], *, extra: str = "") -> Path:
    rows = [f"{path},{('cat', 'dog')[i % 2]}\n" for i, path in enumerate(paths)]
    (root / "labels.csv").write_text("path,label\n" + "".join(rows) + extra)
    return root / "labels.csv"


def test_images_beside_the_listed_ones_have_no_label(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [*LISTED, "img/x.png", "img/y.png", "other/z.png"])
    table = write_table(root, LISTED)
    found = labels(read_dataset(root))
    assert {path for path, label in found.items() if not label} == {"img/x.png", "img/y.png"}
    assert "2 images beside the listed ones are not listed" in said(read_dataset(root))
    # Who chooses the table itself means its rows.
    assert set(labels(read_dataset(table))) == set(LISTED)


def test_masks_and_crops_of_listed_images_are_left_out(
    tmp_path: Path, make_images: MakeImages
) -> None:
    made = ["img/0_mask.png", "img/1-crop.jpg", "img/2.jpg", "img/3.seg.png", "img/12.png"]
    root = make_images(tmp_path / "d", [*LISTED, *made])
    write_table(root, LISTED)
    listing = read_dataset(root)
    assert [path for path, label in labels(listing).items() if not label] == ["img/12.png"]
    assert "Images named after a listed one, such as masks, were left out: 4." in said(listing)


def test_a_table_of_a_few_leaves_the_rest_out(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", [f"img/{n}.png" for n in range(13)])
    write_table(root, LISTED)
    listing = read_dataset(root)
    assert set(labels(listing)) == set(LISTED)
    assert "More images are not listed than are, and were left out: 7" in said(listing)


def test_what_was_skipped_does_not_come_back_without_its_labels(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [*LISTED, "img/several.png", "img/long.png"])
    write_table(root, LISTED, extra="img/several.png,cat|dog\nimg/long.png,cat,dog\n")
    listing = read_dataset(root)
    assert set(labels(listing)) == set(LISTED)
    assert [entry.path for entry in listing.skipped] == ["img/long.png", "img/several.png"]


def test_unlisted_images_are_in_the_split_of_their_folder(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [f"{s}/{n}.png" for s in ("a", "b") for n in range(3)])
    rows = "a/0.png,cat,train\na/1.png,dog,train\nb/0.png,cat,train\nb/1.png,dog,test\n"
    (root / "labels.csv").write_text("path,label,split\n" + rows)
    found = {r.path: r.split for r in read_dataset(root).records if not r.label}
    assert found == {"a/2.png": "train", "b/2.png": ""}


def test_unlisted_images_have_no_answers_of_annotators(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [*LISTED, "img/x.png"])
    rows = [f"{path},cat,{('cat', 'dog')[i % 2]}\n" for i, path in enumerate(LISTED)]
    (root / "labels.csv").write_text("path,ann,bob\n" + "".join(rows))
    listing = read_dataset(root, annotator_columns=("ann", "bob"))
    assert {len(record.annotations) for record in listing.records} == {2}
    assert listing.records[-1].annotations == ("", "")


def test_a_path_with_and_without_a_label_has_it(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", LISTED)
    (root / "t.csv").write_text("path,label\nimg/0.png,\nimg/0.png,cat\nimg/1.png,dog\nimg/1.png,")
    listing = read_dataset(root / "t.csv")
    assert labels(listing) == {"img/0.png": "cat", "img/1.png": "dog"}
    assert listing.skipped == []
    assert "Repeated rows, read once: 2" in said(listing)


def test_more_loose_images_than_sorted_ones_are_doubtful(
    tmp_path: Path, make_images: MakeImages
) -> None:
    loose = [f"{n}.png" for n in range(5)]
    root = make_images(tmp_path / "d", [*loose, "keep/a.png", "keep/b.png", "drop/c.png"])
    listing = read_dataset(root)
    assert listing.unlabelled == 5
    assert "More images (5) lie beside the folders" in said(listing)
    assert listing.suspicions
    for name in loose[:3]:
        (root / name).unlink()
    assert read_dataset(root).suspicions == []


@pytest.mark.parametrize("kind", ["table", "folder"])
def test_a_dataset_without_any_label_is_refused_with_advice(
    tmp_path: Path, make_images: MakeImages, kind: str
) -> None:
    root = make_images(tmp_path / "d", ["unlabelled/0.png", "unlabelled/1.png", "2.png"])
    if kind == "table":
        (root / "t.csv").write_text("path,label\nunlabelled/0.png,\nunlabelled/1.png,nan\n")
        with pytest.raises(UserError, match="None of the 2 images") as raised:
            read_dataset(root / "t.csv")
        assert "Label some of each class" in str(raised.value.hint)
    else:
        with pytest.raises(UserError, match="none lies in a class folder"):
            read_dataset(root)


def test_numbers_of_classes_do_not_count_images_without_a_label(
    tmp_path: Path, make_images: MakeImages
) -> None:
    """12 names of 12 labelled images are no labels, however many have none."""
    paths = [f"{n}.png" for n in range(40)]
    root = make_images(tmp_path / "d", paths)
    rows = [f"{path},{f'id{n}' if n < 12 else ''}\n" for n, path in enumerate(paths)]
    (root / "t.csv").write_text("path,label\n" + "".join(rows))
    listing = read_dataset(root / "t.csv")
    assert "nearly as many classes (12) as images (12)" in said(listing)


@pytest.mark.parametrize("kind", ["table", "folder"])
def test_a_list_of_classes_makes_a_dataset_without_labels_welcome(
    tmp_path: Path, make_images: MakeImages, kind: str
) -> None:
    root = make_images(tmp_path / "d", [f"{n}.png" for n in range(13)])
    (tmp_path / "names.txt").write_text("cat\ndog\nbird\n")
    (tmp_path / "empty.txt").write_text("")
    source = root
    if kind == "table":
        source = root / "t.csv"
        source.write_text("path,label\n" + "".join(f"{n}.png,\n" for n in range(13)))
    listing = read_dataset(source, class_names=tmp_path / "names.txt")
    assert (listing.class_names, listing.unlabelled) == (["cat", "dog", "bird"], 13)
    assert listing.suspicions == []
    with pytest.raises(UserError, match="no names of classes"):
        read_dataset(source, class_names=tmp_path / "empty.txt")


def test_folders_and_broken_links_called_like_images_are_none(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", LISTED)
    (root / "img" / "folder.png").mkdir()
    write_table(root, LISTED)
    assert set(labels(read_dataset(root))) == set(LISTED)


def test_folders_of_which_no_image_is_listed_are_named_or_taken_by_their_name(
    tmp_path: Path, make_images: MakeImages
) -> None:
    more = ["test/a.png", "extra/deep/b.png", "unlabelled/c.png", "unlabelled/more/d.png"]
    root = make_images(tmp_path / "d", [*LISTED, *more])
    write_table(root, LISTED)
    listing = read_dataset(root)
    assert {path for path, label in labels(listing).items() if not label} == set(more[2:])
    assert "lists none, left out: `extra/deep`, `test` (2 images)." in said(listing)
    assert listing.suspicions == []


@pytest.mark.parametrize("name", ["nicht annotiert", "kein_Label", "non-étiqueté", "未标注"])
def test_folders_say_in_other_words_that_there_is_no_label(
    tmp_path: Path, make_images: MakeImages, name: str
) -> None:
    paths = [f"{folder}/{n}.png" for folder in ("cat", "dog", name) for n in range(4)]
    listing = read_dataset(make_images(tmp_path / "d", paths))
    assert (listing.class_names, listing.unlabelled) == (["cat", "dog"], 4)


@pytest.mark.parametrize(
    "name",
    [
        *["TODO", "to_sort", "nicht_zugeordnet", "未分类", "ohne Etikett"],
        *["unknown", "unsicher", "misc", "Rest", "to delete"],
    ],
)
def test_folders_that_may_say_so_are_classes_and_noted(
    tmp_path: Path, make_images: MakeImages, name: str
) -> None:
    paths = [f"{folder}/{n}.png" for folder in ("cat", "dog", name) for n in range(4)]
    listing = read_dataset(make_images(tmp_path / "d", paths))
    assert set(listing.class_names) == {"cat", "dog", name} and not listing.suspicions
    assert "may say there is no label" in said(listing) and f"`{name}`" in said(listing)


@pytest.mark.parametrize(
    "name", ["empty", "Empty", "missing", "None", "blank", "leer", "空", "trash"]
)
def test_folders_of_empty_things_are_classes_like_others(
    tmp_path: Path, make_images: MakeImages, name: str
) -> None:
    """As parking lots, traps and packages have them; of cells the same words are noted."""
    paths = [f"{folder}/{n}.png" for folder in ("full", "half", name) for n in range(4)]
    listing = read_dataset(make_images(tmp_path / "d", paths))
    assert set(listing.class_names) == {"full", "half", name}
    assert not listing.suspicions and "may say" not in said(listing)


@pytest.mark.parametrize("around", ["a/b", "a/b/c/d"])
def test_folders_of_which_no_image_is_listed_are_named_however_deep(
    tmp_path: Path, make_images: MakeImages, around: str
) -> None:
    listed = [f"{around}/x/{n}.png" for n in range(4)]
    more = [f"{around}/y/{n}.png" for n in range(3)]
    unlabelled = [f"{around}/unlabelled/z/{n}.png" for n in range(2)]
    root = make_images(tmp_path / "d", [*listed, *more, *unlabelled])
    write_table(root, listed)
    listing = read_dataset(root)
    assert {path for path, label in labels(listing).items() if not label} == set(unlabelled)
    assert f"lists none, left out: `{around}/y` (3 images)." in said(listing)


def test_of_many_folders_none_is_left_out_unsaid(tmp_path: Path, make_images: MakeImages) -> None:
    paths = [f"images/{n:03}/0.png" for n in range(150)]
    root = make_images(tmp_path / "d", paths)
    write_table(root, paths[:147])
    assert "left out: `images/147`, `images/148`, `images/149` (3 images)." in said(
        read_dataset(root)
    )


@pytest.mark.skipif(sys.platform == "win32", reason="Windows asks for rights to make links")
def test_folders_that_a_table_reaches_by_a_link_are_listed(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [f"real/{n}.png" for n in range(4)])
    (root / "linked").symlink_to(root / "real", target_is_directory=True)
    write_table(root, [f"linked/{n}.png" for n in range(4)])
    assert "lists none" not in said(read_dataset(root))
