"""The editor of classes, in the real window."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from lnl_gui.gui.classes.editor import ClassEditor
from lnl_gui.gui.help.guide import folder_of
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.session.session import Session
from lnl_gui.util.translation import load_language
from tests.builders import add_detection, make_project


@pytest.fixture
def editor(tmp_path: Path, qtbot: QtBot) -> Iterator[ClassEditor]:
    folder = make_project(tmp_path / "pets.lnl", root=tmp_path / "images")
    add_detection(folder)
    with Session.open(folder, reviewer="ann") as session:
        dialog = ClassEditor(ReviewModel(session))
        qtbot.addWidget(dialog)
        dialog.show()
        yield dialog


def shown(editor: ClassEditor) -> list[str]:
    model = editor.list.model
    return [model.index(line, 0).data() for line in range(model.rowCount())]


def test_every_button_is_one_operation_that_undo_takes_back(editor: ClassEditor) -> None:
    changes = []
    editor._review.changed.connect(changes.append)
    editor.new_name.setText("owl")
    editor.add.click()
    assert shown(editor) == ["cat", "dog", "bird", "owl"]
    assert [entry.name for entry in editor.chosen()] == ["owl"]
    editor.up.click()
    assert shown(editor) == ["cat", "dog", "owl", "bird"]
    editor.delete.click()
    assert shown(editor) == ["cat", "dog", "bird"]
    editor.table.selectRow(0)
    editor.into.setCurrentText("dog")
    editor.merge.click()
    assert shown(editor) == ["dog", "bird"]
    assert "10" in editor.said.text()
    for _ in range(4):
        editor.undo.click()
    assert shown(editor) == ["cat", "dog", "bird"]
    assert not editor.undo.isEnabled()
    assert all(change.classes for change in changes) and len(changes) == 8


def test_fields_that_were_changed_are_applied_and_refusals_are_said(editor: ClassEditor) -> None:
    editor.table.selectRow(0)
    form = editor.form
    assert not form.apply.isEnabled()
    form.name.setText("DOG")
    form.name.textEdited.emit("DOG")
    form.apply.click()
    assert "dog" in editor.complaint.text()
    form.name.setText("tomcat")
    form.key.setText("x")
    form.description.setPlainText("With whiskers.")
    form.apply.click()
    cat = editor._session.classes[0]
    assert (cat.name, cat.shortcut, cat.description) == ("tomcat", "X", "With whiskers.")
    assert not editor.complaint.text() and not form.apply.isEnabled()
    editor._review.change_selection(lambda s: s.select_all())
    editor._review.change_selection(lambda s: s.clear())
    form.add_examples.click()
    assert len(editor._session.classes[0].examples) == 1
    assert len(form.tiles.pictures()) == 1
    form.drop_examples.click()
    assert editor._session.classes[0].examples == ()


def test_a_pair_that_may_be_one_class_is_shown_with_evidence_and_merged_on_request(
    editor: ClassEditor,
) -> None:
    assert "1" in editor.tabs.tabText(1)
    hints = editor.hints
    assert "100%" in hints.evidence.text().replace("\u202f", "").replace(" ", "")
    assert len(hints.tiles.pictures()) == 6
    assert shown(editor) == ["cat", "dog", "bird"]
    hints.forward.click()
    assert shown(editor) == ["dog", "bird"]
    assert editor._session.columns.current[0] == 1
    assert np.array_equal(editor._session.columns.given[:2], [1, 1])


def test_a_sign_of_a_name_is_no_key(editor: ClassEditor, qtbot: QtBot) -> None:
    hints = editor.hints
    editor._session.class_edits.rename(0, "R&D")
    hints.show_hints(editor._session.class_edits.hints())
    assert "R&&D" in hints.forward.text() and "R&D" in hints.forward.toolTip().replace("&amp;", "&")
    assert hints.forward.shortcut().isEmpty() and hints.backward.shortcut().isEmpty()


def test_a_thousand_classes_are_found_by_typing(tmp_path: Path, qtbot: QtBot) -> None:
    names = tuple(f"animal/kind {i:04d}" for i in range(1000))
    folder = make_project(tmp_path / "many.lnl", class_names=names, count=1000)
    with Session.open(folder) as session:
        dialog = ClassEditor(ReviewModel(session))
        qtbot.addWidget(dialog)
        dialog.filter.setText("0042")
        assert shown(dialog) == ["animal/kind 0042"]
        dialog._show_class(900)
        assert [entry.id for entry in dialog.chosen()] == [900]


def test_no_class_is_offered_to_be_merged_into_itself(editor: ClassEditor) -> None:
    for line, other in ((0, "dog"), (1, "cat"), (2, "cat")):
        editor.table.selectRow(line)
        assert editor.into.currentText() == other
    editor.table.selectAll()
    assert editor.into.currentText() == ""


@pytest.mark.parametrize("code", ["en", "de"])
def test_the_guide_names_the_second_tab_as_it_is_called(editor: ClassEditor, code: str) -> None:
    page = (folder_of(code) / "05a-classes.md").read_text(encoding="utf-8")
    name = load_language(code).text("Worth a look ({})").partition(" (")[0]
    assert f"**{name}**" in page
    if code == "en":
        assert editor.tabs.tabText(1).startswith(name)
