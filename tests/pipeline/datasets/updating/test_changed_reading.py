"""An update that would take the labels from something else than the import is asked about."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.pipeline.datasets.reading.dataset_reading import read_listing
from lnl_gui.pipeline.datasets.reading.kept_reading import (
    files_gone,
    kept_reading,
    option_words,
    read_as_before,
)
from lnl_gui.pipeline.datasets.reading.reading_record import record_of
from lnl_gui.pipeline.datasets.updating import update
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import (
    CHANGED_READING,
    DOUBTFUL_LAYOUT,
    ImportParameters,
    UpdateParameters,
)
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from tests.conftest import draw_image

CLASSES = ("0", "1", "2")
EACH = 6
Drop = Callable[[Path], object]


def fill(folder: Path) -> None:
    for number, name in enumerate(CLASSES):
        (folder / name).mkdir(parents=True)
        for i in range(EACH):
            draw_image(number, 10 * number + i).save(folder / name / f"{name}-{i}.png")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    fill(tmp_path / "data")
    return tmp_path / "data"


def made(data: Path, **said: Any) -> Path:
    project = data.parent / "p.lnl"
    import_dataset(ImportParameters(str(data), str(project), **said), quiet=True)
    return project


def paths(data: Path) -> list[str]:
    return [f"{name}/{name}-{i}.png" for name in CLASSES for i in range(EACH)]


def write(file: Path, rows: list[str]) -> None:
    file.write_text("\n".join(rows), encoding="utf-8")


def table(name: str, *, every: int = 1, wrong: int = 5, of: int = 3) -> Drop:
    """A table of images and labels, of which some are others than the folders."""

    def drop(data: Path) -> None:
        rows = [
            f"{path},{'2' if wrong and i % wrong == 0 else path[0]}"
            for i, path in enumerate(paths(data)[: of * EACH : every])
        ]
        write(data / name, ["path,label", *rows])

    return drop


def preview(project: Path, **said: Any) -> dict[str, Any]:
    return update.preview(UpdateParameters(**said), TerminalContext(quiet=True), project)


def database(project: Path) -> list[Any]:
    with open_project(project, read_only=True) as opened:
        tables = ("sample", "class", "current", "meta")
        return [opened.connection.execute(f"SELECT * FROM {t}").fetchall() for t in tables]


DROPPED: dict[str, tuple[Drop, str, str]] = {
    "other labels": (table("labels.csv"), "another label", "--reader class-folders"),
    "a part of them": (table("labels.csv", every=2), "another label", "--reader class-folders"),
    "only some classes": (table("train.csv", of=2, wrong=0), "", "--reader class-folders"),
    "imagefolder": (
        lambda data: write(
            data / "metadata.csv",
            ["file_name,label", *(f"{path},{path[-5]}" for path in paths(data)[:-2])],
        ),
        "",
        "--reader class-folders",
    ),
    "lists": (
        lambda data: write(data / "train.txt", [f"{p} {i % 3}" for i, p in enumerate(paths(data))]),
        "another label",
        "--reader class-folders",
    ),
    "folders' labels": (
        lambda data: write(
            data / "patients.csv", ["patient,diagnosis", "0,ill", "1,well", "2,ill"]
        ),
        "would be `ill`",
        "--reader class-folders",
    ),
    "names of classes": (
        lambda data: write(data / "classes.txt", ["cat", "dog", "owl"]),
        "would be `cat`",
        "--no-class-names",
    ),
}


@pytest.mark.parametrize("is_recorded", [True, False])
@pytest.mark.parametrize("case", DROPPED)
def test_what_is_put_beside_the_folders_gives_no_labels_unasked(
    data: Path, case: str, *, is_recorded: bool
) -> None:
    drop, said, option = DROPPED[case]
    project = made(data)
    if not is_recorded:
        forget(project)
    before = database(project)
    drop(data)
    with pytest.raises(UserError) as caught:
        preview(project)
    assert caught.value.code in (CHANGED_READING, DOUBTFUL_LAYOUT)
    if caught.value.code == CHANGED_READING:
        assert said in str(caught.value.message)
        assert option in str(caught.value.hint) or not is_recorded
    assert database(project) == before
    accepted = ImportParameters("", "", accept_layout=True)
    assert preview(project, dataset=accepted)["samples"] == 3 * EACH


def forget(project: Path) -> None:
    """As an earlier version left it."""
    with open_project(project) as opened, opened.transaction() as connection:
        connection.execute("DELETE FROM meta WHERE key = 'reading'")


@pytest.mark.parametrize(
    "drop",
    [
        table("labels.csv", wrong=0),
        lambda data: write(data / "readme.csv", ["file,description", "0,cats", "1,dogs"]),
        lambda data: write(
            data / "predictions.csv", ["filename,prediction", *(f"{p},1" for p in paths(data))]
        ),
        lambda data: np.savez(data / "features.npz", X=np.eye(18), y=np.arange(18) % 3),
        lambda data: (data / "0" / "0-1.png").rename(data / "1" / "0-1.png"),
        lambda data: draw_image(2, 77).save(data / "2" / "new.png"),
    ],
)
def test_what_changes_no_label_is_no_other_reading(data: Path, drop: Drop) -> None:
    project = made(data)
    drop(data)
    try:
        metrics = preview(project)
    except UserError as error:
        assert error.code == DOUBTFUL_LAYOUT  # asked, as an import would
    else:
        assert metrics["reader"] in ("class-folders", "table")


def test_a_new_image_gets_no_label_from_a_file_that_nobody_has_seen(data: Path) -> None:
    project = made(data)
    table("labels.csv", wrong=0)(data)
    draw_image(2, 77).save(data / "2" / "new.png")
    with pytest.raises(UserError, match="1 new images") as caught:
        preview(project)
    assert caught.value.code == CHANGED_READING


def test_the_answer_is_asked_for_once(data: Path) -> None:
    project = made(data)
    table("labels.csv")(data)
    arguments = ["update", str(project), "--json"]
    assert main(arguments) == 3
    assert main([*arguments, "--accept-layout"]) == 0
    assert main(arguments) == 0
    # Now the folders would be the other reading.
    (data / "labels.csv").unlink()
    assert main(arguments) == 3
    assert main([*arguments, "--reader", "class-folders"]) == 0
    assert main(arguments) == 0


def test_what_was_accepted_once_is_asked_about_again_where_it_is_something_else(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    # Folders named as the classes are in another, which is a doubt of its own.
    for name in CLASSES:
        (data / "train" / name).mkdir(parents=True)
        draw_image(0, 100 + int(name)).save(data / "train" / name / f"t{name}.png")
    with pytest.raises(UserError) as caught:
        made(data)
    assert caught.value.code == DOUBTFUL_LAYOUT
    project = made(data, accept_layout=True)
    assert preview(project)["reader"] == "class-folders"
    write(
        data / "notes.csv",
        ["image,state", *(f"{p},{'ab'[i % 2]}" for i, p in enumerate(paths(data)))],
    )
    with pytest.raises(UserError, match=r"notes\.csv"):
        preview(project)
    command = ["run", str(data), "--project", str(project), "--accept-layout", "--json"]
    assert main(command) == 3  # the same words as of the import
    assert json.loads(capsys.readouterr().out)["error"] == DOUBTFUL_LAYOUT


def test_containers_that_were_read_do_not_give_way_to_images(tmp_path: Path) -> None:
    """As earlier versions read them, which knew no choice between the two."""
    data = tmp_path / "data"
    fill(data)
    pixels = np.random.default_rng(0).integers(0, 255, (18, 8, 8, 3), np.uint8)
    np.savez(data / "images.npz", x=pixels, y=np.arange(18) % 3)
    project = made(data, reader="arrays")
    forget(project)
    with open_project(project) as opened, opened.transaction() as connection:
        text = opened.meta("import").replace('"reader": "arrays"', '"reader": null')
        connection.execute("UPDATE meta SET value = ? WHERE key = 'import'", (text,))
    with Session.open(project, reviewer="ann") as session:
        session.keep(np.array([0, 1]))
    before = database(project)
    with pytest.raises(UserError, match="would be left out") as caught, Session.open(project) as s:
        run_job(s, UpdateParameters(accept_missing=True), quiet=True)
    assert caught.value.code == CHANGED_READING
    assert "--reader arrays" in str(caught.value.hint)
    assert database(project) == before


def rows(data: Path, labels: str) -> list[str]:
    return [f"{path},{labels[i % len(labels)]}" for i, path in enumerate(paths(data))]


@pytest.mark.parametrize(
    ("name", "lines", "option"),
    [
        ("labels.csv", ["path,species,label", "a,y", "b,x"], "--label-column species"),
        # No option brings back what is gone.
        ("train.csv", ["path,label", "x", "y"], "labels.csv` is no longer there: put it back"),
    ],
    ids=["column", "table"],
)
def test_the_option_that_keeps_the_reading_is_said(
    data: Path, name: str, lines: list[str], option: str
) -> None:
    file = data / "labels.csv"
    write(file, ["path,species", *rows(data, "ab")])
    project = made(data, accept_layout=True)
    file.unlink()
    header, *labels = lines
    write(data / name, [header, *(f"{path},{labels[i % 2]}" for i, path in enumerate(paths(data)))])
    with pytest.raises(UserError) as caught:
        preview(project)
    assert caught.value.code == CHANGED_READING and option in str(caught.value.hint)


@pytest.mark.parametrize("source", ["", "labels.csv"], ids=["folder", "table"])
def test_a_list_of_classes_is_named_by_where_it_lies(data: Path, source: str) -> None:
    """A table is no folder that the list could lie in."""
    write(data / "labels.csv", ["path,label", *rows(data, "012")])
    names = data / "classes.txt"
    write(names, ["cat", "dog", "owl"])
    wanted = ImportParameters(str(data / source), "", reader="table")
    then = record_of(read_listing(wanted))
    assert then.class_names_file == names.name
    numbers = replace(wanted, rename_classes=False)
    listing = read_listing(numbers)
    assert option_words(kept_reading(then, listing, numbers)) == [f"--class-names {names}"]
    as_before = read_as_before(then, listing, numbers)
    assert record_of(read_listing(as_before)).label_source == then.label_source
    names.unlink()
    assert [str(said) for said in files_gone(then, listing)] == [
        f"`{names}` is no longer there: put it back to have the dataset read as before."
    ]


@pytest.mark.parametrize("case", ["other labels", "lists", "names of classes"])
def test_the_reading_of_before_is_kept_on_request(data: Path, case: str) -> None:
    project = made(data)
    before = preview(project)
    DROPPED[case][0](data)
    assert preview(project, keep_reading=True)["labels_changed"] == 0
    command = ["update", str(project), "--quiet"]
    assert main(command) == 3
    assert main([*command, "--read-as-before"]) == 0
    after = preview(project)
    assert (after["reader"], after["labels_changed"]) == (before["reader"], 0)


def test_a_reading_whose_table_is_gone_cannot_be_kept(data: Path) -> None:
    write(data / "labels.csv", ["path,label", *rows(data, "ab")])
    project = made(data, accept_layout=True)
    (data / "labels.csv").unlink()
    with pytest.raises(UserError) as caught:
        preview(project, keep_reading=True)
    assert caught.value.code == "not_as_before" and "put it back" in str(caught.value.hint)
