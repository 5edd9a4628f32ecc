"""Keys in the words of the system: macOS writes signs and no plus between them."""

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.help.guide import CONTROL, load_guide
from lnl_gui.gui.i18n import keys
from lnl_gui.gui.shell.keys_overlay import KeysOverlay
from lnl_gui.gui.shell.main_window import MainWindow

SIGNS = {"Ctrl": "⌘", "Alt": "⌥", "Shift": "⇧"}


class KeysOfMacos:
    """Qt's sequences as they are written on macOS."""

    def __init__(self, portable: object) -> None:
        text = portable if isinstance(portable, str) else portable.toString()  # type: ignore[attr-defined]
        self._parts = text.split("+")

    def toString(self, _format: object) -> str:
        return "".join(SIGNS.get(part, part) for part in self._parts)


@pytest.fixture
def macos(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keys, "QKeySequence", KeysOfMacos)


@pytest.mark.parametrize("name", ["Ctrl", "Alt", "Shift"])
def test_a_key_that_is_held_is_named_alone(name: str) -> None:
    assert keys.modifier(name) == name


def test_on_macos_it_is_a_sign(macos: None) -> None:
    assert keys.modifier("Ctrl") == "⌘" and keys.shown("Ctrl+Shift+Z") == "⌘⇧Z"


def test_questions_and_guide_name_the_keys_of_the_system(
    macos: None, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def ask(_parent: QWidget, _title: str, text: str, _yes: str) -> bool:
        return bool(asked.append(text))

    monkeypatch.setattr(questions, "ask_yes", ask)
    parent = QWidget()
    qtbot.addWidget(parent)
    questions.ask_bulk(parent, "Keep 9", 8.0)
    questions.ask_take_labels(parent, 3, 4)
    assert len(asked) == 2 and all(" ⌘Z takes it back" in text for text in asked)
    pages = "".join(page.text for page in load_guide("en", lambda name: (name, "")))
    assert "with ⌘." in pages and CONTROL not in pages and "Ctrl" not in pages


def test_the_overlay_names_them_too(macos: None, window: MainWindow) -> None:
    overlay: KeysOverlay = window.overlay
    overlay.toggle()
    texts = {each.text() for each in overlay.findChildren(type(window.top_bar.name))}
    assert "⌘ + click, ⌘ + Space" in texts and "⌥ + arrows" in texts
    overlay.dismiss()
