"""The dialog takes a URL as it takes a folder, and says what lies there and what is wrong."""

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from pytestqt.qtbot import QtBot

from tests.gui.events import drop
from tests.gui.open_dataset.previews import opened
from tests.remote.conftest import FaultyStore, no_waiting, picture, store

__all__ = ["no_waiting", "store"]
SOURCE = "gs://bucket/flowers"


@pytest.fixture
def flowers(store: FaultyStore) -> FaultyStore:
    for number in range(8):
        name = ("rose", "tulip")[number % 2]
        store.pipe_file(f"bucket/flowers/{name}/{number}.png", picture(number))
    return store


def test_a_url_is_read_and_its_size_said(qtbot: QtBot, flowers: FaultyStore) -> None:
    dialog, _ = opened(qtbot, SOURCE)
    assert dialog.source.text() == SOURCE
    assert dialog.panel.summary.text() == "8 images in 2 classes"
    assert "8 images of 0.0 MB" in dialog.panel.why.text()
    assert dialog.parameters().source == SOURCE
    assert Path(dialog.parameters().project) == Path.home() / "flowers.lnl"


def test_a_dropped_url(qtbot: QtBot, flowers: FaultyStore) -> None:
    dialog, answers = opened(qtbot, "")
    drop(dialog, QUrl(SOURCE))
    answers.answer()
    assert dialog.source.text() == SOURCE
    assert dialog.panel.summary.text() == "8 images in 2 classes"


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("gs://bucket/nothing", "does not exist"),
        ("gs://me:SECRET@bucket/flowers", "password"),
    ],
)
def test_what_is_wrong_is_said_in_the_dialog(
    qtbot: QtBot, flowers: FaultyStore, source: str, words: str
) -> None:
    dialog, _ = opened(qtbot, source)
    shown = answers_error(dialog)
    assert words in shown and "SECRET" not in shown
    assert not dialog.import_button.isEnabled()


def answers_error(dialog: object) -> str:
    """All texts of the panel that can be seen."""
    from PySide6.QtWidgets import QLabel

    panel = dialog.panel  # type: ignore[attr-defined]
    return " ".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())
