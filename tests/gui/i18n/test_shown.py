"""What the window shows of numbers, changes and refusals, in the reader's language."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QLocale

from lnl_gui.gui.i18n import numbers
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.jobs import protocol
from lnl_gui.session.session import Session
from lnl_gui.store.history.journal_file import replay_journal
from lnl_gui.store.jobs.job_kinds import kind_named
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.messages import message
from lnl_gui.util.translation import load_language, localized, use_language


@pytest.fixture
def german() -> Iterator[None]:
    """The German words and numbers, for what is translated as it is shown."""
    before = QLocale()
    use_language(load_language("de"))
    QLocale.setDefault(QLocale("de_DE"))
    yield
    QLocale.setDefault(before)


def test_english_stays_as_it_is() -> None:
    for text in ("Excluded 1,234 samples", "There is no class called cat.", ""):
        assert localized(text) == text
    assert numbers.fill("{:,} of {:.1%}", 1234, 0.125) == "1,234 of 12.5 %"
    assert (numbers.decimal(1.5, 2), numbers.percent(0.5, 1)) == ("1.50", "50.0 %")
    assert re.fullmatch(r"\d\d \w{3} 2001, \d\d:\d\d", numbers.moment(1_000_000_000))


def test_numbers_are_german_in_german(german: None) -> None:
    assert numbers.fill("{:,} of {:.1%} ({}, {:.2f})", 12345, 0.125, 7, 0.5) == (
        "12.345 of 12,5\u00a0% (7, 0,50)"
    )
    assert numbers.count(1_234_567) == "1.234.567"
    assert (numbers.decimal(-1.5, 1), numbers.percent(0.125, 1)) == ("-1,5", "12,5 %")
    assert re.fullmatch(r"\d+\. \w+\.? 2001, \d\d:\d\d", numbers.moment(1_000_000_000))


def test_changes_are_told_in_german(german: None, project: Path) -> None:
    with Session.open(project, reviewer="anna") as session:
        excluded = session.exclude(np.arange(3))
        assert localized(excluded.text) == "3 Bilder ausgeschlossen"
        session.keep(np.array([4]))
        undone = session.undo()
        assert undone is not None
        assert localized(undone.text) == "Zurückgenommen: Label behalten für 1 Bild"
        kept = session.class_edits.add("kept")
        # The name of a class stays, also where it is a word of the program.
        assert localized(kept.text) == "Klasse kept hinzugefügt"


def errors(folder: Path, project: Path) -> Iterator[UserError]:
    """Real refusals of several packages."""

    def of(act: object, *arguments: object) -> UserError:
        with pytest.raises(UserError) as caught:
            act(*arguments)  # type: ignore[operator]
        return caught.value

    yield of(Session.open, folder)
    with Session.open(project, read_only=True) as session:
        yield of(session.class_named, "Zebra")
    yield of(kind_named, "fly")
    yield of(protocol.decode, b"nonsense")
    with open_project(project, read_only=True) as opened:
        yield of(replay_journal, opened, folder / "none.jsonl")
    yield as_user_error(
        OSError(28, "No space left on device", "x.npy"), message("save the embedding")
    )
    yield as_user_error(PermissionError(13, "denied", "x.npy"), message("write the images"))


def test_refusals_are_german(
    german: None, window: MainWindow, tmp_path: Path, project: Path
) -> None:
    for error in errors(tmp_path, project):
        window.notifications.clear()
        window.notifications.show_error(error)
        said = window.notifications.texts()[0].replace(str(tmp_path), "")
        assert said != str(error.message).replace(str(tmp_path), "")
        assert english_words(said) == set(), said
        assert english_words(localized(error.hint)) == set(), str(error.hint)


def english_words(text: str) -> set[str]:
    return {"the", "is", "of", "not", "and", "to", "again", "open", "could", "choose"} & set(
        re.findall("[a-z]+", text.lower())
    )
