"""Changes of a dataset that a disk stops: the dataset is as it was, and it is said why."""

import errno
import os
from pathlib import Path

import pytest

from lnl_gui.dataset.patching import apply, undo_folder
from lnl_gui.dataset.patching.add_images import add_images
from lnl_gui.dataset.patching.additions import NewImage, plan_additions
from lnl_gui.dataset.patching.apply import apply_in_place, plan_patch
from lnl_gui.dataset.patching.changes import LabelChange
from lnl_gui.dataset.patching.undo import take_back
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.util.errors import DISK_FULL_CODE, UserError
from lnl_gui.util.files import moving
from lnl_gui.util.files.renaming import rename
from tests.dataset.patching.test_patch import contents, make_image


def full(*_: object, **__: object) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


@pytest.fixture
def folders(tmp_path: Path) -> Path:
    root = tmp_path / "data" / "pets"
    for shade, path in enumerate(["cat/1.png", "cat/2.png", "dog/1.png", "dog/3.png"]):
        make_image(root / path, 30 * shade)
    return root


@pytest.fixture
def table(folders: Path) -> Path:
    file = folders / "labels.csv"
    file.write_text("path,label\ncat/1.png,cat\ncat/2.png,cat\ndog/1.png,dog\ndog/3.png,dog\n")
    os.utime(file, (1_000, 1_000))
    return file


CHANGES = [LabelChange("cat/1.png", "", "cat", "dog"), LabelChange("dog/3.png", "", "dog", None)]


def fails(source: Path) -> UserError:
    """The error of applying the patch, after which everything is as it was."""
    top = source.parent if source.is_dir() else source.parent.parent
    before = contents(top)
    plan = plan_patch(CHANGES, source, read_dataset)
    with pytest.raises(UserError) as raised:
        apply_in_place(plan, read_dataset)
    assert contents(top) == before
    assert not source.with_name(f"{source.name}.undo").exists()
    return raised.value


@pytest.mark.parametrize("form", ["folders", "table"])
def test_without_room_for_what_takes_it_back_nothing_is_left(
    form: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = request.getfixturevalue(form)
    with monkeypatch.context() as patch:
        patch.setattr(undo_folder, "write_json", full)
        error = fails(source)
    assert error.code == DISK_FULL_CODE
    # With room again it is done, and taken back, without a hand's help.
    before = contents(source.parent)
    undo = apply_in_place(plan_patch(CHANGES, source, read_dataset), read_dataset)
    assert contents(source.parent) != before
    take_back(undo)
    assert contents(source.parent) == before


def test_without_room_for_the_new_table_it_is_not_touched(
    table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # No room for any table, not even for the former one.
    monkeypatch.setattr(apply, "atomic_file", full)
    assert fails(table).code == DISK_FULL_CODE
    assert table.stat().st_mtime == 1_000


def test_an_empty_folder_of_that_name_is_no_earlier_patch(table: Path) -> None:
    undo = table.with_name(f"{table.name}.undo")
    undo.mkdir()
    assert apply_in_place(plan_patch(CHANGES, table, read_dataset), read_dataset) == undo
    with pytest.raises(UserError, match="exists already"):
        apply_in_place(plan_patch([], table, read_dataset), read_dataset)


def test_what_leaves_a_dataset_on_a_disk_of_its_own_comes_beside_it(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def other_disk(source: Path, target: Path) -> None:
        if source.is_relative_to(folders) != target.is_relative_to(folders):
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))
        rename(source, target)

    monkeypatch.setattr(moving, "rename", other_disk)
    before = contents(folders)
    undo = apply_in_place(plan_patch(CHANGES, folders, read_dataset), read_dataset)
    assert (undo / "dog/3.png").read_bytes() == before["dog/3.png"]
    assert "dog/3.png" not in contents(folders)
    assert take_back(undo) == 2
    assert contents(folders) == before and not undo.exists()


def test_the_first_error_is_told_also_where_nothing_can_be_taken_back(
    folders: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_patch(CHANGES, folders, read_dataset)
    before = contents(folders)

    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    with monkeypatch.context() as patch:
        patch.setattr(apply, "_check", full)
        patch.setattr(apply, "_take_back", refuse)
        with pytest.raises(UserError) as raised:
            apply_in_place(plan, read_dataset)
    assert raised.value.code == DISK_FULL_CODE
    undo = folders.with_name("pets.undo")
    assert "No permission" in str(raised.value) and str(undo) in str(raised.value.hint)
    take_back(undo)
    assert contents(folders) == before


@pytest.mark.parametrize("at", ["undo", "image"])
def test_images_that_find_no_room_leave_nothing(
    at: str, table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = tmp_path / "new.png"
    make_image(new, 200)
    listing = read_dataset(table)
    plan = plan_additions([NewImage(new, "cat")], table, listing, options=ReaderOptions())
    before = contents(tmp_path)
    if at == "undo":
        monkeypatch.setattr(undo_folder, "write_json", full)
    else:
        monkeypatch.setattr("lnl_gui.dataset.patching.add_images._copy", full)
    with pytest.raises(UserError) as raised:
        add_images(plan, read_dataset)
    assert raised.value.code == DISK_FULL_CODE
    assert contents(tmp_path) == before and table.stat().st_mtime == 1_000
    assert not [place for place in table.parent.iterdir() if ".undo" in place.name]
