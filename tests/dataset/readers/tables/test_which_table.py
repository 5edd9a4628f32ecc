"""Which tables of a folder are read, and when its class folders are instead."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

import pytest

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

CLASSES = ("cat", "dog")
IN_CLASSES = [f"{c}/{c}{k}.png" for c in CLASSES for k in range(6)]
NAMES = [f"{i:02d}.png" for i in range(12)]


def write(file: Path, head: str, rows: list[str]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


def labelled(names: list[str]) -> list[str]:
    return [f"{name},{CLASSES[at % 2]}" for at, name in enumerate(names)]


def sizes(listing: Listing) -> Mapping[str, int]:
    return Counter(record.label for record in listing.records)


def said(listing: Listing) -> str:
    return " ".join(map(str, listing.warnings))


@pytest.mark.parametrize(
    "name", ["sample_submission.csv", "sampleSubmission.csv", "submission.csv"]
)
def test_a_submission_does_not_replace_class_folders(
    tmp_path: Path, make_images: MakeImages, name: str
) -> None:
    test = [f"test/t{k}.png" for k in range(4)]
    root = make_images(tmp_path / "d", [*(f"train/{path}" for path in IN_CLASSES), *test])
    write(root / name, "file,species", [f"t{k}.png,dog" for k in range(4)])
    listing = read_dataset(root)
    assert listing.reader == "class-folders" and sizes(listing) == {"cat": 6, "dog": 6, "": 4}
    assert name in said(listing) and not listing.suspicions


def test_a_submission_is_no_choice_beside_labels(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(
        tmp_path / "d", [f"train/a{n}" for n in NAMES] + [f"test/{n}" for n in NAMES]
    )
    write(root / "trainLabels.csv", "id,label", labelled([f"a{n}" for n in NAMES]))
    write(root / "sampleSubmission.csv", "id,label", [f"{n},cat" for n in NAMES])
    listing = read_dataset(root)
    assert sizes(listing) == {"cat": 6, "dog": 6} and not listing.suspicions


def test_a_submission_alone_is_doubtful(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", NAMES)
    write(root / "submission.csv", "id,label", labelled(NAMES))
    assert ["like a submission" in str(doubt) for doubt in read_dataset(root).suspicions] == [True]
    assert not read_dataset(root / "submission.csv").suspicions


def test_a_table_of_test_images_does_not_replace_class_folders(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [*(f"train/{p}" for p in IN_CLASSES), "test/1.png"])
    write(root / "test.csv", "image,label", ["1.png,cat"])
    listing = read_dataset(root)
    assert sizes(listing) == {"cat": 6, "dog": 6, "": 1}
    (doubt,) = listing.suspicions
    assert "`test.csv`" in str(doubt) and "--reader class-folders" in str(doubt)
    assert not read_dataset(root, reader="class-folders").suspicions
    assert sizes(read_dataset(root / "test.csv")) == {"cat": 1}


@pytest.mark.parametrize(("number", "doubtful"), [(2, False), (6, True)])
def test_folders_like_classes_beside_a_larger_table(
    tmp_path: Path, make_images: MakeImages, number: int, doubtful: bool
) -> None:
    others = [f"{part}/{part}{k}.png" for part in ("blurred", "doubled") for k in range(number)]
    root = make_images(tmp_path / "d", [*NAMES, *others])
    write(root / "labels.csv", "path,label", labelled(NAMES))
    listing = read_dataset(root)
    assert sizes(listing) == {"cat": 6, "dog": 6}
    assert ["`blurred`, `doubled`" in str(d) for d in listing.suspicions] == [True] * doubtful


@pytest.mark.parametrize(
    ("file", "head"),
    [
        ("images.csv", "filename,width"),
        ("data.csv", "filename,camera"),
        ("train.csv", "image,source"),
        ("data.csv", "image,quality"),
        ("labels.csv", "image,patient_id"),
        ("metadata.csv", "file_name,width"),
        ("metadata.csv", "file_name,text"),
    ],
)
def test_a_table_without_labels_does_not_replace_class_folders(
    tmp_path: Path, make_images: MakeImages, file: str, head: str
) -> None:
    root = make_images(tmp_path / "d", IN_CLASSES)
    write(root / file, head, [f"{path},{at % 2}" for at, path in enumerate(IN_CLASSES)])
    listing = read_dataset(root)
    assert listing.reader == "class-folders" and sizes(listing) == {"cat": 6, "dog": 6}
    assert f"`{file}`" in said(listing) and not listing.suspicions


@pytest.mark.parametrize("head", ["filename,label", "filename,Klasse", "image,species"])
def test_a_table_with_labels_counts_more_than_class_folders(
    tmp_path: Path, make_images: MakeImages, head: str
) -> None:
    root = make_images(tmp_path / "d", IN_CLASSES)
    write(root / "data.csv", head, [f"{path},x{at % 2}" for at, path in enumerate(IN_CLASSES)])
    listing = read_dataset(root)
    assert sizes(listing) == {"x0": 6, "x1": 6} and not listing.suspicions


@pytest.mark.parametrize(
    ("first", "second"),
    [("train_labels.csv", "test_labels.csv"), ("labels.csv", "labels_val.csv")],
)
def test_tables_of_two_parts_are_both_read(
    tmp_path: Path, make_images: MakeImages, first: str, second: str
) -> None:
    places = {first: [f"a{n}" for n in NAMES[:8]], second: [f"b{n}" for n in NAMES[8:]]}
    root = make_images(
        tmp_path / "d", [f"train/{n}" for n in places[first]] + [f"val/{n}" for n in places[second]]
    )
    for file, names in places.items():
        write(root / file, "id,label", labelled(names))
    listing = read_dataset(root)
    assert sizes(listing) == {"cat": 6, "dog": 6} and not listing.suspicions
    parts = Counter(record.split for record in listing.records)
    assert sorted(parts.values()) == [4, 8] and second[:-4] in parts


def test_a_table_of_other_images_is_not_left_out_in_silence(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", NAMES)
    write(root / "labels.csv", "path,label", labelled(NAMES[:6]))
    write(root / "more.csv", "path,label", labelled(NAMES[6:]))
    (doubt,) = read_dataset(root).suspicions
    assert "`more.csv`" in str(doubt)
    # Of the same images: another opinion, or predictions.
    write(root / "more.csv", "path,label", labelled(NAMES[:6]))
    assert not read_dataset(root).suspicions


def test_pictures_of_the_classes_are_no_unread_labels(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [*NAMES, "meta/0.png", "meta/1.png"])
    write(root / "labels.csv", "path,label", labelled(NAMES))
    write(root / "meta.csv", "path,label,shape", ["meta/0.png,cat,1", "meta/1.png,dog,1"])
    assert not read_dataset(root).suspicions


def test_tables_that_need_each_other_are_not_read_alone(
    tmp_path: Path, make_images: MakeImages
) -> None:
    """The one has ids and files, the other ids and labels; files are called after other ids."""
    root = make_images(tmp_path / "d", [f"img/{i}.png" for i in range(12)])
    write(root / "images.csv", "id,file_name", [f"{i},{(i * 5 + 3) % 12}.png" for i in range(12)])
    write(root / "labels.csv", "image_id,label", labelled([str(i) for i in range(12)]))
    with pytest.raises(UserError, match=r"`images\.csv`, `labels\.csv`"):
        read_dataset(root)
    write(root / "images.csv", "id,file_name", [f"{i},{i}.png" for i in range(12)])
    assert sizes(read_dataset(root)) == {"cat": 6, "dog": 6}


def workbook(file: Path, sheets: Mapping[str, list[tuple[str, str]]]) -> None:
    book = pytest.importorskip("openpyxl").Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in [("path", "label"), *rows]:
            sheet.append(row)
    book.save(file)


@pytest.mark.parametrize("chosen", ["", "a.xlsx"])
def test_sheets_called_after_splits_are_parts(
    tmp_path: Path, make_images: MakeImages, chosen: str
) -> None:
    root = make_images(tmp_path / "d", NAMES)
    rows = [(name, CLASSES[at % 2]) for at, name in enumerate(NAMES)]
    workbook(root / "a.xlsx", {"train": rows[:8], "test": rows[8:]})
    listing = read_dataset(root / chosen)
    assert sizes(listing) == {"cat": 6, "dog": 6} and not listing.suspicions
    assert Counter(record.split for record in listing.records) == {"train": 8, "test": 4}


def test_other_sheets_of_the_same_columns_are_doubtful(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", NAMES)
    rows = [(name, CLASSES[at % 2]) for at, name in enumerate(NAMES)]
    workbook(root / "a.xlsx", {"one": rows[:8], "two": rows[8:]})
    (doubt,) = read_dataset(root / "a.xlsx").suspicions
    assert "`two`" in str(doubt)


PEOPLE = ("alice", "bob", "carol")


@pytest.mark.parametrize("inside", ["", "images/"])
def test_a_table_in_each_folder(tmp_path: Path, make_images: MakeImages, inside: str) -> None:
    """The same names in each, as cameras give them."""
    root = make_images(tmp_path / "d", [f"{p}/{inside}{n}" for p in PEOPLE for n in NAMES])
    for person in PEOPLE:
        write(root / person / "annotations.csv", "filename,label", labelled(NAMES))
    listing = read_dataset(root)
    assert sizes(listing) == {"cat": 18, "dog": 18} and not listing.suspicions


@pytest.mark.parametrize("folder", ["dataset", "archive", "head_ct"])
@pytest.mark.parametrize(
    ("table", "column"),
    [("labels.csv", "label"), ("labels.csv", "level"), ("trainLabels.csv", "sick"), ("a.csv", "x")],
)
@pytest.mark.parametrize("inside", ["", "images/"])
def test_a_table_in_the_only_folder_goes_before_one_class(
    tmp_path: Path, make_images: MakeImages, folder: str, table: str, column: str, inside: str
) -> None:
    root = make_images(tmp_path / "d", [f"{folder}/{inside}{n}" for n in NAMES])
    write(root / folder / table, f"image,{column}", labelled(NAMES))
    for source in (root, root / folder):
        listing = read_dataset(source)
        assert sizes(listing) == {"cat": 6, "dog": 6} and not listing.suspicions


def test_an_unclear_table_in_the_only_folder_is_a_choice(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [f"dataset/images/{n}" for n in NAMES])
    rows = [f"{row},{'ab'[at // 3 % 2]}" for at, row in enumerate(labelled(NAMES))]
    write(root / "dataset" / "labels.csv", "image,level,side", rows)
    with pytest.raises(UserError, match="`level`, `side`"):
        read_dataset(root)
    assert sizes(read_dataset(root, label_column="level")) == {"cat": 6, "dog": 6}


def test_class_folders_in_the_only_folder_stay_classes(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [f"dataset/{path}" for path in IN_CLASSES])
    rows = [f"{path},{'ab'[at // 3 % 2]}" for at, path in enumerate(IN_CLASSES)]
    write(root / "dataset" / "info.csv", "image,side", rows)
    assert sizes(read_dataset(root)) == {"cat": 6, "dog": 6}


@pytest.mark.parametrize("head", ["image,stage", ""])
def test_parts_whose_label_has_no_name_are_all_read(
    tmp_path: Path, make_images: MakeImages, head: str
) -> None:
    parts = ("train", "val", "test")
    root = make_images(tmp_path / "d", [f"{part}/{part[0]}{n}" for part in parts for n in NAMES])
    for part in parts:
        rows = [f"{part[0]}{n},{CLASSES[at % 2]}" for at, n in enumerate(NAMES)]
        write(root / f"{part}_labels.csv", head or rows[0], rows if head else rows[1:])
    listing = read_dataset(root)
    assert sizes(listing) == {"cat": 18, "dog": 18} and not listing.suspicions
    assert len({record.split for record in listing.records}) == 3


def test_a_choice_among_tables_names_all_parts(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", NAMES)
    write(root / "labels.csv", "File,Label", labelled(NAMES))
    for at, part in enumerate(("train", "val", "test")):
        # Other labels than the first table's.
        rows = [f"{name},{CLASSES[k // 2]}" for k, name in enumerate(NAMES[4 * at : 4 * at + 4])]
        write(root / f"{part}_labels.csv", "File,Label", rows)
    with pytest.raises(UserError) as caught:
        read_dataset(root)
    tables = ("labels", "train_labels", "val_labels", "test_labels")
    assert all(f"`{name}.csv`" in str(caught.value) for name in tables)


def test_a_table_in_one_of_the_folders_is_doubtful(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", [f"{p}/{p}{n}" for p in PEOPLE for n in NAMES])
    write(root / "bob" / "labels.csv", "filename,label", labelled([f"bob{n}" for n in NAMES]))
    (doubt,) = read_dataset(root).suspicions
    assert "`bob/labels.csv`" in str(doubt)


@pytest.mark.parametrize("shelf", ["tables", "results"])
def test_a_table_in_a_folder_without_images(
    tmp_path: Path, make_images: MakeImages, shelf: str
) -> None:
    root = make_images(tmp_path / "d", [f"{p}/{p}{n}" for p in "ab" for n in NAMES])
    rows = labelled([f"{p}{n}" for p in "ab" for n in NAMES])
    write(root / shelf / "labels.csv", "file,label", rows)
    listing = read_dataset(root)
    assert sizes(listing) == ({"cat": 12, "dog": 12} if shelf == "tables" else {"a": 12, "b": 12})
    assert len(listing.suspicions) == (shelf == "results")


def test_a_table_that_agrees_with_the_folders_is_only_said(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", IN_CLASSES)
    rows = [f"{path},{'dog' if at == 0 else path[:3]}" for at, path in enumerate(IN_CLASSES)]
    write(root / "results" / "old.csv", "file,label", rows)
    listing = read_dataset(root)
    assert "`results/old.csv`" in said(listing) and not listing.suspicions


def test_annotations_of_cvat_in_each_folder(tmp_path: Path, make_images: MakeImages) -> None:
    batches = ("batch1", "batch2")
    root = make_images(tmp_path / "d", [f"{b}/images/{n}" for b in batches for n in NAMES])
    tags = "".join(
        f'<image name="{name}"><tag label="{CLASSES[at % 2]}"/></image>'
        for at, name in enumerate(NAMES)
    )
    for batch in batches:
        (root / batch / "annotations.xml").write_text(f"<annotations>{tags}</annotations>")
    assert sizes(read_dataset(root)) == {"cat": 12, "dog": 12}


@pytest.mark.parametrize("holder", ["", "images/"])
@pytest.mark.parametrize("by", ["tables", "labels", "column"])
def test_the_same_names_in_two_splits(
    tmp_path: Path, make_images: MakeImages, holder: str, by: str
) -> None:
    """The table's name, or its column of splits, says in which folder the images lie."""
    parts = ("train", "test")
    root = make_images(tmp_path / "d", [f"{holder}{part}/{n}" for part in parts for n in NAMES])
    rows = {
        part: [f"{n},{CLASSES[(at + k) % 2]}" for at, n in enumerate(NAMES)]
        for k, part in enumerate(parts)
    }
    if by == "column":
        both = [f"{row},{part}" for part in parts for row in rows[part]]
        write(root / "labels.csv", "filename,label,split", both)
    for part in parts if by != "column" else ():
        name = f"{part}.csv" if by == "tables" else f"{part}_labels.csv"
        write(root / name, "filename,label", rows[part])
    listing = read_dataset(root)
    assert sizes(listing) == {"cat": 12, "dog": 12} and not listing.suspicions
    assert all(record.split.startswith(record.file.parent.name) for record in listing.records)
    firsts = {r.split[:4]: r.label for r in listing.records if r.file.name == NAMES[0]}
    assert firsts == {"trai": "cat", "test": "dog"}


def test_a_table_called_after_a_split_means_its_folder(
    tmp_path: Path, make_images: MakeImages
) -> None:
    places = [f"{part}/{n}" for part in ("train", "test") for n in NAMES]
    root = make_images(tmp_path / "d", places)
    write(root / "trainLabels.csv", "id,label", labelled([n[:-4] for n in NAMES]))
    for source in (root, root / "trainLabels.csv"):
        listing = read_dataset(source)
        assert {r.file.parent.name for r in listing.records if r.label} == {"train"}
        assert not listing.suspicions
    # Where another folder has the files too, the name says too little.
    make_images(root, [f"masks/{n}" for n in NAMES])
    assert read_dataset(root).suspicions


def test_classes_far_down_beside_a_table_without_labels(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", [f"data/all/here/{path}" for path in IN_CLASSES])
    write(root / "index.csv", "path,split", [f"data/all/here/{p},train" for p in IN_CLASSES])
    assert sizes(read_dataset(root)) == {"cat": 6, "dog": 6}


def test_small_parts_with_one_image_of_each_class(tmp_path: Path, make_images: MakeImages) -> None:
    """Such a table looks like a list of classes."""
    root = make_images(tmp_path / "d", IN_CLASSES)
    parts = {"train": [0, 1, 2, 3, 4], "test": [5]}
    for part, numbers in parts.items():
        rows = [f"{k},{c}/{c}{n}.png,{c}" for n in numbers for k, c in enumerate(CLASSES)]
        write(root / f"{part}.csv", ",Filename,ClassName", rows)
    assert Counter(r.split for r in read_dataset(root).records) == {"train": 10, "test": 2}


@pytest.mark.parametrize("chosen", ["", "HAM10000_metadata"])
def test_a_table_without_an_ending(tmp_path: Path, make_images: MakeImages, chosen: str) -> None:
    """As Dataverse hands out HAM10000; files with other text are none."""
    root = make_images(tmp_path / "d", [f"part_{k % 2}/a{name}" for k, name in enumerate(NAMES)])
    rows = [f"HAM_{k},a{name[:-4]},{CLASSES[k % 3 > 0]}" for k, name in enumerate(NAMES)]
    write(root / "HAM10000_metadata", "lesion_id,image_id,dx", rows)
    for name in ("LICENSE", "README"):
        write(root / name, "The images, labels and all files are free.", ["label, image, dx"])
    assert sizes(read_dataset(root / chosen)) == {"cat": 4, "dog": 8}


@pytest.mark.parametrize(
    ("column", "held_out", "is_read"),
    [("dx", "ISIC_Test_GroundTruth.csv", True), ("diagnosis", "ISIC_Test_GroundTruth.csv", False)],
)
def test_the_table_of_most_images_is_read_with_the_one_for_testing(
    tmp_path: Path, make_images: MakeImages, column: str, held_out: str, is_read: bool
) -> None:
    """As HAM10000, whose name says no part: both tables call the label the same."""
    names = [f"part_{1 + at // 8}/I{at:02d}.png" for at in range(16)]
    tested = [f"Test_Images/T{at}.png" for at in range(4)]
    root = make_images(tmp_path / "d", [*names, *tested])
    cells = [f"{Path(name).stem},{'xyz'[at % 3]}" for at, name in enumerate([*names, *tested])]
    write(root / "HAM_metadata.csv", "image_id,dx", cells[:16])
    write(root / held_out, f"image_id,{column}", cells[16:])
    listing = read_dataset(root)
    assert (len(listing.records) == 20) == is_read != bool(listing.suspicions)
    if is_read:
        assert {record.split for record in listing.records if record.path[0] == "I"} == {""}


@pytest.mark.parametrize("suffix", ["png", "Png", "PNG"])
@pytest.mark.parametrize("others", ["trainResized", "a_train_resized"])
def test_images_again_under_the_same_names_are_asked_about(
    tmp_path: Path, make_images: MakeImages, suffix: str, others: str
) -> None:
    """The table gives names without a suffix; its own name says which folder goes first."""
    names = [f"{at}.{suffix}" for at in range(1, 13)]
    root = make_images(tmp_path / "d", [f"{f}/{n}" for f in ("train", others) for n in names])
    write(root / "trainLabels.csv", "ID,Class", [f"{at},{'nm'[at % 2]}" for at in range(1, 13)])
    listing = read_dataset(root)
    assert listing.reader == "table" and sizes(listing) == {"n": 6, "m": 6}
    assert {Path(str(record.file)).parent.name for record in listing.records} == {"train"}
    [said] = listing.suspicions
    assert f"`{others}`" in str(said) and "--image-root" in str(said)
    assert not read_dataset(root, image_root=root / "train").suspicions


@pytest.mark.parametrize("ending", [".png", ""])
def test_images_that_a_row_may_mean_are_not_taken_as_unlisted(
    tmp_path: Path, make_images: MakeImages, ending: str
) -> None:
    """A path that several files end like is skipped; its label stands in the table."""
    names = [f"a/{at}.png" for at in range(1, 13)]
    root = make_images(tmp_path / "d", [*names, "b/1.png", "b/2.png", "a/new.png"])
    rows = [f"/mnt/old/{at}{ending},{'nm'[at % 2]}" for at in range(1, 13)]
    write(root / "labels.csv", "path,label", rows)
    listing = read_dataset(root)
    assert len(listing.skipped) == 2
    assert [record.path for record in listing.records if not record.label] == ["a/new.png"]


def test_counts_that_are_names_of_images_by_chance_name_none(
    tmp_path: Path, make_images: MakeImages
) -> None:
    """A table of a model's results: what it counted is the number of an image here and there."""
    here = [f"dataset/{n}.png" for n in range(40)]
    root = make_images(
        tmp_path / "d", [*here, *(f"testing/test_dataset/{n}.png" for n in (50, 51))]
    )
    write(
        root / "dataset" / "labels.csv", "image,a,b", [f"{n},{n % 2},{1 - n % 2}" for n in range(9)]
    )
    counts = ["densenet.h5,17,900,310", "vgg.h5,804,5,661", "resnet.h5,733,912,8"]
    write(root / "testing" / "results.csv", "model,hits,misses,passed", counts)
    # Which of the two folders is meant is in doubt; the results are no labels in any case.
    assert "dataset/labels.csv" in " ".join(map(str, read_dataset(root).suspicions))
