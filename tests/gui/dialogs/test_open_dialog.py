"""Opening a dataset: the preview tells columns apart, bad input is refused in words."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from lnl_gui.cli.context import TerminalContext
from lnl_gui.gui.dialogs.open_dataset import OpenDatasetDialog, default_project
from lnl_gui.gui.dialogs.preview import preview_folder, preview_table
from lnl_gui.jobs.runner import run_body
from lnl_gui.session.session import Session
from lnl_gui.store.job_kinds import to_dict
from lnl_gui.store.parameters import ImportParameters
from lnl_gui.util.errors import UserError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("cat", "dog"):
        (tmp_path / "pets" / name).mkdir(parents=True)
    return tmp_path / "pets"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "pets.csv"
    file.write_text("file;klass;subset;Label\na.png;1;train;cat\nb.png;2;test;dög\n", "utf-8-sig")
    return file


def opened(qtbot: QtBot, source: Path) -> OpenDatasetDialog:
    dialog = OpenDatasetDialog(str(source))
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def test_folder_with_defaults(qtbot: QtBot, folder: Path, tmp_path: Path) -> None:
    dialog = opened(qtbot, folder)
    assert "2 subfolders: cat, dog" in dialog.summary.text()
    assert not dialog.columns.isVisible()
    assert dialog.parameters() == ImportParameters(
        source=str(folder), project=str(tmp_path / "pets.lnl")
    )


def test_table_preview_and_guessed_columns(qtbot: QtBot, table: Path, tmp_path: Path) -> None:
    dialog = opened(qtbot, table)
    assert dialog.table.isVisible()
    assert dialog.table.rowCount() == 2
    assert dialog.table.item(1, 3).text() == "dög"
    assert dialog.parameters() == ImportParameters(
        source=str(table),
        project=str(tmp_path / "pets.lnl"),
        label_column="Label",
        path_column="file",
        split_column="subset",
    )


def test_chosen_columns_and_root_are_returned(
    qtbot: QtBot, table: Path, folder: Path, tmp_path: Path
) -> None:
    dialog = opened(qtbot, table)
    dialog.label_column.setCurrentIndex(dialog.label_column.findData("klass"))
    dialog.split_column.setCurrentIndex(0)
    dialog.image_root.set_text(str(folder))
    dialog.project.set_text(str(tmp_path / "mine.lnl"))
    parameters = dialog.parameters()
    assert parameters.label_column == "klass"
    assert parameters.split_column is None
    assert parameters.image_root == str(folder)
    assert parameters.project == str(tmp_path / "mine.lnl")


def test_a_typed_project_stays_when_the_source_changes(
    qtbot: QtBot, folder: Path, table: Path, tmp_path: Path
) -> None:
    dialog = opened(qtbot, folder)
    dialog.project.line.clear()
    for letter in str(tmp_path / "mine"):
        qtbot.keyClicks(dialog.project.line, letter)
    dialog.source.setText(str(table))
    assert dialog.project.text() == str(tmp_path / "mine")


def test_refusals_name_the_trouble(qtbot: QtBot, folder: Path, table: Path, tmp_path: Path) -> None:
    dialog = opened(qtbot, folder)
    dialog.source.setText("")
    with pytest.raises(UserError, match="No dataset"):
        dialog.parameters()
    dialog.source.setText(str(tmp_path / "gone"))
    with pytest.raises(UserError, match="There is no"):
        dialog.parameters()
    dialog.source.setText(str(folder / "cat"))
    with pytest.raises(UserError, match="no subfolders and no table"):
        dialog.parameters()
    dialog.source.setText(str(table))
    dialog.path_column.setCurrentIndex(dialog.path_column.findData("Label"))
    with pytest.raises(UserError, match="both label and path"):
        dialog.parameters()


def test_a_taken_project_folder_is_refused(qtbot: QtBot, folder: Path, tmp_path: Path) -> None:
    dialog = opened(qtbot, folder)
    for place, complaint in (
        (folder, "not empty"),
        ("", "needs a folder"),
        (tmp_path / "notes.txt", "is a file"),
        (folder / "mine.lnl", "inside the dataset"),
    ):
        (tmp_path / "notes.txt").write_text("x")
        dialog.project.set_text(str(place))
        with pytest.raises(UserError, match=complaint):
            dialog.parameters()


def test_a_missing_image_root_is_refused(qtbot: QtBot, table: Path, tmp_path: Path) -> None:
    dialog = opened(qtbot, table)
    dialog.image_root.set_text(str(tmp_path / "gone"))
    with pytest.raises(UserError, match="image folder"):
        dialog.parameters()


def test_default_project_avoids_taken_names(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "pets.lnl").mkdir()
    assert default_project(folder) == tmp_path / "pets 2.lnl"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_table_preview_reads_encodings_and_delimiters(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    file = tmp_path / "t.csv"
    rows = [["path", "label"], ["ä.png", "Möwe"]]
    file.write_text("\n".join(delimiter.join(row) for row in rows), encoding)
    preview = preview_table(file)
    assert preview.columns == ("path", "label")
    assert preview.rows == (("ä.png", "Möwe"),)
    assert (preview.path_column, preview.label_column) == ("path", "label")


def test_table_preview_of_a_long_file_reads_only_its_head(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("path,label\n" + "bild-ü.png,käse\n" * 20_000, "utf-8")
    preview = preview_table(file, rows=3)
    assert preview.rows == (("bild-ü.png", "käse"),) * 3


def test_an_empty_table_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(b"")
    with pytest.raises(UserError, match="is empty"):
        preview_table(file)


def test_folder_preview_is_bounded(tmp_path: Path) -> None:
    for number in range(2005):
        (tmp_path / f"c{number}").mkdir()
    preview = preview_folder(tmp_path)
    assert preview.cut_short
    assert len(preview.folders) == 2000


def test_default_project_beside_read_only_data_is_at_home(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setattr(Path, "home", lambda: home)
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert default_project(folder) == home / "pets.lnl"


@pytest.mark.parametrize("name", ["labels.json", "labels.jsonl", "labels.parquet"])
def test_tables_without_preview_leave_the_columns_to_the_reader(
    qtbot: QtBot, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_bytes(b"PAR1\x00\xff")
    dialog = opened(qtbot, tmp_path / name)
    assert not dialog.columns.isVisible()
    assert dialog.parameters() == ImportParameters(
        source=str(tmp_path / name), project=str(tmp_path / f"{tmp_path.name}.lnl")
    )


def test_a_folder_with_a_table_is_a_dataset_and_a_project_is_none(
    qtbot: QtBot, tmp_path: Path
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "metadata.csv").write_text("file_name,label\n")
    dialog = opened(qtbot, folder)
    assert "metadata.csv" in dialog.summary.text()
    assert dialog.parameters().source == str(folder)
    (tmp_path / "old.lnl").mkdir()
    dialog.source.setText(str(tmp_path / "old.lnl"))
    with pytest.raises(UserError, match="is a project"):
        dialog.parameters()


@pytest.fixture
def annotated(tmp_path: Path) -> Path:
    """A table in which three people named each image, and a real project can come of it."""
    lines = ["file,rater_1,rater_2,rater_3,final"]
    for number in range(6):
        Image.new("RGB", (8, 8), (40 * number, 0, 0)).save(tmp_path / f"{number}.png")
        lines.append(f"{number}.png,cat,{'cat' if number % 2 else 'dog'},dog,cat")
    file = tmp_path / "votes.csv"
    file.write_text("\n".join(lines), "utf-8")
    return file


def tick(dialog: OpenDatasetDialog, name: str, state: Qt.CheckState) -> None:
    (item,) = dialog.annotators.list.findItems(name, Qt.MatchFlag.MatchExactly)
    item.setCheckState(state)


def test_columns_of_annotators_are_offered_and_aggregated(qtbot: QtBot, annotated: Path) -> None:
    dialog = opened(qtbot, annotated)
    assert dialog.annotators.isVisible()
    assert dialog.annotators.chosen() == ("rater_1", "rater_2", "rater_3")
    tick(dialog, "rater_2", Qt.CheckState.Unchecked)
    tick(dialog, "final", Qt.CheckState.Checked)
    parameters = dialog.parameters()
    assert parameters.annotator_columns == ("rater_1", "rater_3", "final")
    result = run_body(
        "import",
        to_dict(parameters),
        TerminalContext(quiet=True),
        project=Path(parameters.project),
        run_id="",
    )
    assert result.metrics["annotators"] == ["rater_1", "rater_3", "final"]
    with Session.open(Path(parameters.project)) as session:
        given = [session.classes[label].name for label in session.columns.given]
    assert given == ["cat"] * 6


def test_annotators_that_make_no_sense_are_refused(qtbot: QtBot, annotated: Path) -> None:
    dialog = opened(qtbot, annotated)
    tick(dialog, "file", Qt.CheckState.Checked)
    with pytest.raises(UserError, match="both path and annotator"):
        dialog.parameters()
    for name in ("file", "rater_2", "rater_3"):
        tick(dialog, name, Qt.CheckState.Unchecked)
    with pytest.raises(UserError, match="no majority"):
        dialog.parameters()


def test_a_plain_table_has_no_annotators(qtbot: QtBot, table: Path, folder: Path) -> None:
    dialog = opened(qtbot, table)
    assert dialog.annotators.chosen() == () == dialog.parameters().annotator_columns
    dialog.source.setText(str(folder))
    assert not dialog.annotators.isVisible()
    assert dialog.parameters().annotator_columns == ()
