"""Classes edited and samples sent to a colleague, as people do it, through the product's `main`."""

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit

from lnl_gui.__main__ import main
from lnl_gui.gui.classes.editor import ClassEditor
from lnl_gui.gui.dialogs.class_picker import ClassPicker
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import ASKED, KEPT, RELABELLED
from tests.builders import add_detection, make_project
from tests.e2e.driver import run_sitting
from tests.e2e.hands import (
    Act,
    Story,
    Until,
    burst,
    click,
    dialog,
    expect,
    find,
    key,
    one,
    press_button,
    strike,
    write,
)
from tests.e2e.test_main import (
    CONTROL,
    Key,
    close_the_window,
    current_path,
    grid_has_the_keys,
    is_idle,
    review,
    shown,
    status_of,
    verdicts,
    window,
)

SAMPLES = 12


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    """A project of twelve images, all there, with suspects found."""
    root = tmp_path / "images"
    folder = make_project(tmp_path / "pets.lnl", count=SAMPLES, root=root)
    add_detection(folder)
    with Session.open(folder) as session:
        for row in range(SAMPLES):
            file = root / session.path_of(row)
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (20, 20), (20 * row, 90, 200)).save(file)
    return folder


def names() -> list[str]:
    """The classes in their order."""
    return [entry.name for entry in review().session.shown_classes]


def choose_class(name: str) -> Story:
    """Click a class in the editor's list."""
    editor = one(ClassEditor)
    line = [entry.name for entry in editor.list.shown].index(name)
    place = editor.table.visualRect(editor.list.model.index(line, 0)).center()
    yield from click(editor.table.viewport(), place)
    yield Until(f"{name} is chosen", lambda: [e.name for e in editor.chosen()] == [name])


def from_menu(action: str) -> Act:
    """Choose an entry of the menu."""
    return Act(f"choose {action} in the menu", window().action_table[action].trigger)


# The stories


def first_at_it(place: Path) -> Story:
    """Edits the classes, makes notes, and sends the suspects to a colleague."""
    yield Until("the project is open", is_idle)
    yield grid_has_the_keys()
    yield from a_class_from_the_picker()
    yield from the_editor()
    yield from notes_and_a_question(place)
    yield from_menu("send")
    yield Until("the question where to", dialog)
    yield from press_button("Write the file")
    yield Until("the file is written", lambda: is_idle() and (place / "pets.lnlpack").is_file())
    yield from close_the_window()


def a_class_from_the_picker() -> Story:
    """A name that there is none of becomes a class, and is given."""
    path = current_path()
    yield burst("rowl")
    yield Until("the class is asked for", lambda: one(ClassPicker).line.text() == "owl")
    # Not by Return alone: a mistyped name is no class.
    yield key(Key.Key_Down)
    yield key(Key.Key_Return)
    yield Until("the class is given", lambda: verdicts()[path] == [RELABELLED, "owl"])
    expect("classes", names(), ["cat", "dog", "bird", "owl"])
    yield grid_has_the_keys()


def the_editor() -> Story:
    """Rename, merge and delete; each is undone in the editor and done again in the window."""
    before = verdicts()
    yield key(Key.Key_K, CONTROL)
    yield Until("the list of classes", dialog)
    yield from choose_class("dog")
    yield from click(find(QLineEdit, "Name"))
    yield from write("hound")
    yield from press_button("Apply")
    yield Until("renamed", lambda: names() == ["cat", "hound", "bird", "owl"])
    yield from choose_class("bird")
    expect("the class that stays", one(ClassEditor).into.currentText(), "cat")
    yield from press_button("Merge into")
    yield Until("merged", lambda: names() == ["cat", "hound", "owl"])
    expect("none is a bird", "bird" in {label for _, label in verdicts().values()}, False)
    yield from choose_class("owl")
    yield from press_button("Delete")
    yield Until("deleted", lambda: names() == ["cat", "hound"])
    expect("the owl has no label", "" in {label for _, label in verdicts().values()}, True)
    for wanted in (["cat", "hound", "owl"], ["cat", "hound", "bird", "owl"]):
        yield from press_button("Undo")
        yield Until(f"there are {wanted}", lambda wanted=wanted: names() == wanted)
    yield from press_button("Close")
    yield grid_has_the_keys()
    yield key(Key.Key_Z, CONTROL)
    yield Until("the old name", lambda: names() == ["cat", "dog", "bird", "owl"])
    expect("labels as before the edits", verdicts(), before)


def notes_and_a_question(place: Path) -> Story:
    """A note and a tag on one sample, which is then left to a colleague."""
    path = current_path()
    yield key(Key.Key_T)
    yield Until("the note is asked for", lambda: one(QPlainTextEdit).hasFocus())
    yield from map(strike, "blurred")
    yield key(Key.Key_Tab)
    yield from write("night")
    yield from press_button("Apply")
    yield Until("the dialog is closed", lambda: dialog() is None)
    said = review().session.remarks
    row = review().session.columns.paths.index(path)
    expect("the note", list(said.notes_of(row).values()), ["blurred"])
    expect("the tags", list(said.tags_of(row)), ["night"])
    yield grid_has_the_keys()
    expect("still there", current_path(), path)
    yield key(Key.Key_C)
    expect("a colleague is asked", status_of(path), ASKED)
    (place / "asked.txt").write_text(path)


def colleague(place: Path) -> Story:
    """Opens what was sent, and decides what was asked."""
    yield Until("the pack is open", is_idle)
    yield grid_has_the_keys()
    path = (place / "asked.txt").read_text()
    expect("it has the new class", "owl" in names(), True)
    row = review().session.columns.paths.index(path)
    expect("it has the note", list(review().session.remarks.notes_of(row).values()), ["blurred"])
    expect("it is shown", path in shown(), True)
    yield key(Key.Key_Home, CONTROL)
    for _ in range(len(shown())):
        if current_path() != path:
            yield key(Key.Key_Right)
    yield key(Key.Key_Q)
    expect("decided", status_of(path), KEPT)
    yield from close_the_window()


@pytest.mark.timeout(600)
def test_classes_are_edited_and_a_colleague_decides(pets: Path, tmp_path: Path) -> None:
    code, errors = run_sitting(first_at_it, tmp_path, [str(pets)])
    assert (code, errors) == (0, ""), errors
    pack, copy = tmp_path / "pets.lnlpack", tmp_path / "other" / "pets.lnl"
    assert main(["unpack", str(pack), "--project", str(copy)]) == 0
    code, errors = run_sitting(colleague, tmp_path, [str(copy)])
    assert (code, errors) == (0, ""), errors
    journal = tmp_path / "back.jsonl"
    assert main(["review", str(copy), "journal", "--journal", str(journal)]) == 0
    assert main(["merge", str(pets), str(journal)]) == 0
    with Session.open(pets, read_only=True) as session:
        row = session.columns.paths.index((tmp_path / "asked.txt").read_text())
        assert session.columns.status[row] == KEPT
        assert [entry.name for entry in session.shown_classes] == ["cat", "dog", "bird", "owl"]
        assert list(session.remarks.notes_of(row).values()) == ["blurred"]
