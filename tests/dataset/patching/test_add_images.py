"""New images in a dataset's own layout: where they go, what stays as it was, and the way back."""

import json
from pathlib import Path

import pytest

from lnl_gui.dataset.patching import add_images as adding
from lnl_gui.dataset.patching.add_images import add_images
from lnl_gui.dataset.patching.additions import AdditionPlan, NewImage, plan_additions
from lnl_gui.dataset.patching.undo import take_back
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.patching.test_patch import contents, make_image


def planned(source: Path, images: dict[Path, str], split: str = "") -> AdditionPlan:
    return plan_additions(
        [NewImage(file, label) for file, label in images.items()],
        source,
        read_dataset(source),
        options=ReaderOptions(),
        split=split,
    )


@pytest.fixture
def new(tmp_path: Path) -> dict[Path, str]:
    """Three images, two of one name."""
    files = {tmp_path / "a" / "1.png": "cat", tmp_path / "b" / "1.png": "cat"}
    files[tmp_path / "b" / "con.png"] = "dog"
    for shade, file in enumerate(files):
        make_image(file, 200 + shade)
    return files


def made(root: Path, paths: list[str]) -> Path:
    for shade, path in enumerate(paths):
        make_image(root / path, 10 * shade)
    return root


LAYOUTS = {
    "class/image": (["cat/1.png", "cat/2.png", "dog/1.png"], "", "{}"),
    "split/class": (
        ["train/cat/1.png", "train/dog/1.png", "train/dog/2.png", "test/cat/1.png"],
        "train",
        "train/{}",
    ),
    "class/split": (
        ["cat/train/1.png", "cat/test/5.png", "dog/train/1.png", "dog/test/6.png"],
        "train",
        "{}/train",
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_images_join_the_folder_of_their_class_and_leave_no_trace_when_taken_back(
    layout: str, tmp_path: Path, new: dict[Path, str]
) -> None:
    paths, split, folder = LAYOUTS[layout]
    source = made(tmp_path / "pets", paths)
    before, [one, other, reserved] = contents(source), new
    plan = planned(source, new)
    assert (plan.split, plan.by_class, plan.renamed) == (split, {"cat": 2, "dog": 1}, 3)
    undo = add_images(plan, read_dataset)
    cat, dog = folder.format("cat"), folder.format("dog")
    # Taken in `cat` already, twice; and a device of Windows.
    assert contents(source) == before | {
        f"{cat}/1 (2).png": one.read_bytes(),
        f"{cat}/1 (3).png": other.read_bytes(),
        f"{dog}/_con.png": reserved.read_bytes(),
    }
    assert undo is not None and take_back(undo) == 3
    assert contents(source) == before and not undo.exists()


def test_a_class_without_a_folder_gets_one_that_goes_again(tmp_path: Path) -> None:
    source = made(tmp_path / "pets", ["train/cat/1.png", "train/dog/1.png", "test/cat/1.png"])
    file = tmp_path / "n.png"
    make_image(file, 99)
    plan = planned(source, {file: "wild/fox"})
    assert plan.new_classes == ["wild/fox"]
    undo = add_images(plan, read_dataset)
    assert (source / "train/wild/fox/n.png").is_file() and undo is not None
    take_back(undo)
    assert not (source / "train/wild").exists()


def table_of(tmp_path: Path, text: str) -> Path:
    made(tmp_path, ["images/1.png", "images/2.png", "images/3.png"])
    file = tmp_path / "labels.csv"
    file.write_bytes(text.encode())
    return file


def test_a_table_gets_rows_in_its_own_words(tmp_path: Path, new: dict[Path, str]) -> None:
    text = (
        'when;file;label;split\r\n1;images/1.png;"cat; tame";train\r\n'
        "2;images/2.png;dog;train\r\n3;images/3.png;dog;val"
    )
    table = table_of(tmp_path, text)
    words = {file: label.replace("cat", "cat; tame") for file, label in new.items()}
    before = contents(tmp_path)
    plan = planned(table, words)
    assert plan.empty_columns == ("when",)
    undo = add_images(plan, read_dataset)
    # The last line had no end; what stood there stands there still.
    assert table.read_bytes().decode() == text + (
        '\r\n;images/1 (2).png;"cat; tame";train\r\n'
        ';images/1 (3).png;"cat; tame";train\r\n;images/_con.png;dog;train\r\n'
    )
    found = {record.path: (record.label, record.split) for record in read_dataset(table).records}
    assert found["images/_con.png"] == ("dog", "train") and len(found) == 6
    assert undo is not None
    take_back(undo)
    assert contents(tmp_path) == before


def test_a_table_of_numbers_has_no_word_for_a_new_class(tmp_path: Path) -> None:
    table = table_of(tmp_path, "file,label\nimages/1.png,0\nimages/2.png,1\nimages/3.png,1\n")
    file = tmp_path / "new" / "n.png"
    make_image(file, 99)
    plan = planned(table, {file: "1"})
    assert [(found.path, found.label) for found in plan.additions] == [("images/n.png", "1")]
    assert table.read_text() in plan.content.decode()


def test_a_table_changed_since_is_not_put_back(tmp_path: Path, new: dict[Path, str]) -> None:
    table = table_of(tmp_path, "file,label\nimages/1.png,cat\nimages/2.png,dog\nimages/3.png,dog\n")
    undo = add_images(planned(table, new), read_dataset)
    with table.open("a") as stream:
        stream.write("images/3.png,cat\n")
    after = contents(tmp_path)
    assert undo is not None
    with pytest.raises(UserError, match="changed since"):
        take_back(undo)
    assert contents(tmp_path) == after


def test_an_image_edited_since_stays(tmp_path: Path, new: dict[Path, str]) -> None:
    source = made(tmp_path / "pets", ["cat/1.png", "dog/1.png"])
    undo = add_images(planned(source, new), read_dataset)
    make_image(source / "dog/_con.png", 1)
    assert undo is not None and take_back(undo) == 2
    assert (source / "dog/_con.png").is_file()


def test_several_parts_and_none_for_training_are_asked_about(
    tmp_path: Path, new: dict[Path, str]
) -> None:
    source = made(tmp_path / "pets", ["val/cat/1.png", "val/dog/1.png", "test/cat/1.png"])
    with pytest.raises(UserError, match="Which part") as raised:
        planned(source, new)
    assert raised.value.code == "which_split"
    assert planned(source, new, "val").split == "val"


def test_what_would_be_read_otherwise_is_taken_back(
    tmp_path: Path, new: dict[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    source = made(tmp_path / "pets", ["cat/1.png", "dog/1.png"])
    before = contents(tmp_path)
    plan = planned(source, new)
    with pytest.raises(UserError, match="read otherwise"):
        add_images(plan, lambda _: plan.listing)
    assert contents(tmp_path) == before

    def full(_folder: Path, _found: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(adding, "_copy", full)
    with pytest.raises(UserError):
        add_images(plan, read_dataset)
    assert contents(tmp_path) == before


def test_a_name_taken_while_copying_is_not_written_over(
    tmp_path: Path, new: dict[Path, str]
) -> None:
    source = made(tmp_path / "pets", ["cat/1.png", "dog/1.png"])
    plan = planned(source, new)
    (source / "dog/_con.png").write_bytes(b"somebody else's")
    with pytest.raises(UserError):
        add_images(plan, read_dataset)
    assert (source / "dog/_con.png").read_bytes() == b"somebody else's"
    assert sorted(contents(source)) == ["cat/1.png", "dog/1.png", "dog/_con.png"]


def test_an_addition_that_was_killed_goes_on_without_doubles(
    tmp_path: Path, new: dict[Path, str]
) -> None:
    table = table_of(tmp_path, "file,label\nimages/1.png,cat\nimages/2.png,dog\nimages/3.png,dog\n")
    # Copied, and killed before the table was written.
    (tmp_path / "images/_con.png").write_bytes([*new][2].read_bytes())
    plan = planned(table, new)
    assert [found.there for found in plan.additions] == [False, False, True]
    add_images(plan, read_dataset)
    assert len(list((tmp_path / "images").iterdir())) == 6


@pytest.mark.parametrize("path", ["../victim.png", "/etc/hostname", "a/../../victim.png"])
def test_an_undo_file_from_anybody_removes_nothing_outside(tmp_path: Path, path: str) -> None:
    victim = tmp_path / "victim.png"
    victim.write_bytes(b"mine")
    (tmp_path / "pets").mkdir()
    undo = tmp_path / "pets.undo"
    undo.mkdir()
    digest = adding.content_digest(victim)
    kept = {"added": [{"path": path, "sha256": digest}], "edited": [], "made": []}
    (undo / "undo.json").write_text(json.dumps(kept))
    with pytest.raises(UserError, match="nothing that could be taken back"):
        take_back(undo)
    assert victim.read_bytes() == b"mine"


def test_forms_that_take_no_images_are_refused_in_words(
    tmp_path: Path, new: dict[Path, str]
) -> None:
    made(tmp_path / "d", ["1.png", "2.png"])
    file = tmp_path / "d" / "labels.jsonl"
    file.write_text('{"path": "1.png", "label": "cat"}\n{"path": "2.png", "label": "dog"}\n')
    with pytest.raises(UserError, match="takes no new images") as raised:
        planned(file, new)
    assert raised.value.code == "not_extendable"
