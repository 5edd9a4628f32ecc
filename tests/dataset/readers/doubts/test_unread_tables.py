"""Tables, lists and JSON among class folders that were not read, and may hold the labels."""

import json
from pathlib import Path

import pytest

from lnl_gui.dataset.readers import read_dataset
from tests.dataset.conftest import MakeImages
from tests.dataset.readers.tables.test_which_table import IN_CLASSES, write

PATIENTS = [f"1000{p}/{at}.png" for p in range(4) for at in range(10 * p, 10 * p + 4)]
NAMES = [f"{at:02d}.png" for at in range(12)]


def rows(names: list[str], values: str) -> list[str]:
    return [f"{name},{values[at % len(values)]}" for at, name in enumerate(names)]


def is_doubted(root: Path, *words: str) -> bool:
    """Whether the class folders are read with one suspicion that has the words."""
    listing = read_dataset(root)
    assert listing.reader == "class-folders"
    assert not read_dataset(root, reader="class-folders").suspicions
    doubts = list(map(str, listing.suspicions))
    assert len(doubts) < 2 and all(word in doubt for doubt in doubts for word in words)
    return bool(doubts)


@pytest.mark.parametrize(
    ("head", "doubtful"),
    [
        ("file,diagnostic", True),
        ("file,cancer", True),
        ("file,level", True),
        ("file,width", False),
        ("file,camera", False),
        ("file,modality", False),
        ("file,verification_label", False),
        ("file,x_1", False),
        ("file,score", False),
        ("file,patient_id", False),
        ("file,image_quality", False),
    ],
)
def test_a_column_that_may_hold_the_labels(
    tmp_path: Path, make_images: MakeImages, head: str, doubtful: bool
) -> None:
    root = make_images(tmp_path / "d", PATIENTS)
    write(root / "data.csv", head, rows(PATIENTS, "010"))
    column = head.partition(",")[2]
    assert is_doubted(root, "`data.csv`", f"`{column}`", "--label-column") == doubtful
    if doubtful:
        told = read_dataset(root / "data.csv", label_column=column)
        assert told.class_names == ["0", "1"]


def test_several_columns_that_may_hold_the_labels(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", PATIENTS)
    text = [f"{path},{'LR'[at % 2]},{'yn'[at % 3 > 0]}" for at, path in enumerate(PATIENTS)]
    write(root / "data.csv", "file,side,cancer", text)
    assert is_doubted(root, "`side`, `cancer`")


@pytest.mark.parametrize(
    "values",
    [
        "name",  # the folders' names
        "number",  # another for each folder
    ],
)
def test_a_column_of_the_same_classes_is_no_doubt(
    tmp_path: Path, make_images: MakeImages, values: str
) -> None:
    root = make_images(tmp_path / "d", IN_CLASSES)
    cells = [path[:3] if values == "name" else str(path < "d") for path in IN_CLASSES]
    text = [
        f"{path},{cell},{'ab'[at % 2]}"
        for at, (path, cell) in enumerate(zip(IN_CLASSES, cells, strict=True))
    ]
    write(root / "data.csv", "file,kind,pose", text)
    assert not is_doubted(root)


def test_a_table_of_a_few_images_is_no_doubt(tmp_path: Path, make_images: MakeImages) -> None:
    root = make_images(tmp_path / "d", IN_CLASSES)
    write(root / "data.csv", "file,remarkable", rows(IN_CLASSES[:4], "yn"))
    assert not is_doubted(root)


@pytest.mark.parametrize(("missing", "doubtful"), [(0, True), (4, False)])
def test_a_table_with_a_row_for_each_image(
    tmp_path: Path, make_images: MakeImages, missing: int, doubtful: bool
) -> None:
    root = make_images(tmp_path / "d", PATIENTS)
    text = [f"{at},{at % 2},{at * 1.5}" for at in range(len(PATIENTS) - missing)]
    write(root / "metadata.csv", "patch,tumor,x_coord", text)
    assert is_doubted(root, "`metadata.csv`", "`tumor`", "row for each image") == doubtful


@pytest.mark.parametrize(
    ("file", "text", "doubtful"),
    [
        ("list_category_img.txt", "12\nimage_name  category_label\n{rows}", True),
        ("lists/kinds.lst", "{rows}", True),
        ("list_eval_partition.txt", "{rows}", False),
        ("list_bbox.txt", "12\nimage_name  x_1\n{rows}", False),
        ("README.txt", "A text of this and that.\nSee cat0.png or dog0.png.\n", False),
    ],
)
def test_lists_that_name_the_images(
    tmp_path: Path, make_images: MakeImages, file: str, text: str, doubtful: bool
) -> None:
    root = make_images(tmp_path / "d", [f"images/{path}" for path in IN_CLASSES])
    lines = [row.replace(",", "   ") for row in rows(IN_CLASSES, "123")]
    (root / file).parent.mkdir(exist_ok=True)
    (root / file).write_text(text.format(rows="\n".join(lines)))
    assert is_doubted(root, f"`{file}`") == doubtful


def test_texts_beside_the_images_do_not_hide_a_table(
    tmp_path: Path, make_images: MakeImages
) -> None:
    root = make_images(tmp_path / "d", PATIENTS)
    for at in range(70):
        (root / f"{at}.txt").write_text("0 0.5 0.5 0.1 0.1\n")
    write(root / "z.csv", "file,diagnostic", rows(PATIENTS, "010"))
    assert is_doubted(root, "`z.csv`")


@pytest.mark.parametrize(("key", "doubtful"), [("kind", True), ("width", False)])
def test_json_that_names_the_images(
    tmp_path: Path, make_images: MakeImages, key: str, doubtful: bool
) -> None:
    root = make_images(tmp_path / "d", IN_CLASSES)
    objects = [{"file": path, key: "abc"[at % 3]} for at, path in enumerate(IN_CLASSES)]
    (root / "about.json").write_text(json.dumps(objects))
    assert is_doubted(root, "`about.json`", f"`{key}`") == doubtful


@pytest.mark.parametrize(
    ("file", "doubtful"),
    [
        ("", False),
        ("README.txt", False),
        ("license.txt", False),
        ("../Thumbs.db", False),
        ("labels.mat", True),
        ("anno/emotions.txt", True),
        ("train/train.csv", True),
        ("boxes.json", True),
    ],
)
def test_a_folder_alone_beside_label_files_is_no_class(
    tmp_path: Path, make_images: MakeImages, file: str, doubtful: bool
) -> None:
    root = make_images(tmp_path / "d", [f"aligned/{name}" for name in NAMES])
    if file:
        (root / file).parent.mkdir(exist_ok=True)
        (root / file).write_text("what nobody can read\n")
    assert is_doubted(root, file, "`aligned`") == doubtful


@pytest.mark.parametrize(
    ("asked", "doubtful"), [("hotel_id", True), ("chain", False), ("timestamp", False)]
)
def test_what_a_competition_asks_for_may_be_no_class_folder(
    tmp_path: Path, make_images: MakeImages, asked: str, doubtful: bool
) -> None:
    """A table agrees with the folders in one column, and another is what is to be predicted."""
    names = [f"train_images/{at % 3}/{at}.png" for at in range(24)]
    root = make_images(tmp_path / "d", names)
    lines = [f"{at}.png,{at % 3},{100 + at // 2 % 8}" for at in range(24)]
    write(root / "train.csv", "image,chain,hotel_id", lines)
    write(root / "sample_submission.csv", f"image,{asked}", ["test.png,0"])
    assert is_doubted(root, "`train.csv`", "`hotel_id`", "--label-column") == doubtful


@pytest.mark.parametrize("folders", [["cat", "dog"], ["train/cat", "train/dog", "test/cat"]])
def test_a_table_of_parts_is_said_where_the_folders_tell_none(
    tmp_path: Path, make_images: MakeImages, folders: list[str]
) -> None:
    names = [f"{folder}/{at}.png" for folder in folders for at in range(8)]
    root = make_images(tmp_path / "d", names)
    text = [f"{name},{('train', 'val', 'test')[at % 3]}" for at, name in enumerate(names)]
    write(root / "splits.csv", "path,part", text)
    listing = read_dataset(root)
    said = [str(note) for note in listing.warnings if "`splits.csv`" in str(note)]
    assert len(said) == 1 and not listing.suspicions
    assert ("which part" in said[0]) == (folders == ["cat", "dog"])


@pytest.mark.parametrize("number", [8, 14, 16, 20, 40])
@pytest.mark.parametrize(
    ("column", "values", "doubtful"),
    [
        ("label", ("cat", "dog"), True),
        ("label", ("cat", "dog", "dog"), True),
        ("label", ("north", "south"), False),
        ("species", ("cat", "dog", "dog"), True),
        ("diagnosis", ("north", "south"), False),
        ("camera", ("cat", "dog"), False),
    ],
)
def test_labels_of_files_that_are_not_found_are_doubted_whatever_their_number(
    tmp_path: Path,
    make_images: MakeImages,
    number: int,
    column: str,
    values: tuple[str, ...],
    doubtful: bool,
) -> None:
    sites = [f"{site}/{at}.png" for site in ("north", "south") for at in range(8)]
    root = make_images(tmp_path / "d", sites)
    text = [f"/data/A/x{at}.png,{values[at % len(values)]}" for at in range(number)]
    write(root / "labels.csv", f"path,{column}", text)
    assert is_doubted(root, "`labels.csv`", f"`{column}`") == doubtful


def test_a_balanced_column_does_not_silence_one_called_a_label(
    tmp_path: Path, make_images: MakeImages
) -> None:
    sites = [f"{site}/{at}.png" for site in ("north", "south") for at in range(8)]
    root = make_images(tmp_path / "d", sites)
    text = [f"rec{at:03d},{'mf'[at % 2]},{('cat', 'dog')[at % 3 == 0]}" for at in range(16)]
    write(root / "labels.csv", "record,sex,label", text)
    assert is_doubted(root, "`labels.csv`", "`label`")


@pytest.mark.parametrize(
    ("codes", "doubtful"),
    [
        ({"cat": "7", "dog": "8", "cow": "9"}, False),
        ({"cat": "7", "dog": "7", "cow": "9"}, True),
        ({"cat": "dog", "dog": "cow", "cow": "cat"}, True),
    ],
    ids=["codes", "one twice", "exchanged"],
)
def test_a_code_for_each_folder_in_its_own_table(
    tmp_path: Path, make_images: MakeImages, codes: dict[str, str], doubtful: bool
) -> None:
    places = {name: [f"{name}{at}.png" for at in range(6)] for name in codes}
    # Where each folder has its table, these are read; one has none here.
    pictures = [f"{name}/{n}" for name in codes for n in places[name]]
    root = make_images(tmp_path / "d", [*pictures, "hen/0.png", "hen/1.png"])
    for name, code in codes.items():
        lines = [f"{image},{code}" for image in places[name]]
        write(root / name / f"list-{name}.csv", "file,label", lines)
    listing = read_dataset(root)
    assert listing.reader == "class-folders" and bool(listing.suspicions) == doubtful
    assert any("say much the same" in str(said) for said in listing.warnings) != doubtful


@pytest.mark.parametrize(
    ("name", "head", "value", "doubtful"),
    [
        ("labels.csv", "filename,content", "{at} TEZ J67HBT", True),
        ("annotations.csv", "file,transcription", "word {at}", True),
        ("labels.csv", "file,text", "word {at}", True),
        ("labels.csv", "file,x_position", "a{at}", False),
        ("labels.csv", "file,pixels", "{at}0", False),
        ("labels.csv", "file,url", "https://host/{at}", False),
        ("labels.csv", "file,was", "IMG_{at}.jpg", False),
        ("rename_mapping.csv", "new_name,old_name", "a{at}", False),
    ],
)
def test_what_stands_in_each_picture_is_no_class_of_its_folder(
    tmp_path: Path, make_images: MakeImages, name: str, head: str, value: str, doubtful: bool
) -> None:
    images = [f"{part}/images/image_{at}.png" for part in ("tune", "evaluate") for at in range(16)]
    root = make_images(tmp_path / "d", images)
    for part in ("tune", "evaluate"):
        said = [f"image_{at}.png,{value.format(at=at)}" for at in range(16)]
        write(root / part / name, head, said)
    doubts = "\n".join(map(str, read_dataset(root).suspicions))
    assert (f"`evaluate/{name}`" in doubts and f"`tune/{name}`" in doubts) == doubtful
    assert bool(doubts) == doubtful


def test_marks_of_classes_are_compared_with_the_folders(
    tmp_path: Path, make_images: MakeImages
) -> None:
    images = [f"{kind}/{at}.png" for kind in ("cat", "dog") for at in range(12)]
    root = make_images(tmp_path / "d", images)
    rows = [f"{path},{int('cat' in path)},{int('dog' in path)}" for path in images]
    write(root / "marks.csv", "file,cat,dog", rows)
    assert read_dataset(root).class_names == ["cat", "dog"]
    assert not read_dataset(root).suspicions
