"""Finished sentences are traced back to their templates, whatever their fields hold."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from pytestqt.qtbot import QtBot

from lnl_gui.gui.i18n import numbers
from lnl_gui.gui.i18n.language import translated
from lnl_gui.gui.i18n.phrases import DATA, NUMBER, WORDS, Phrasebook, phrasebook
from lnl_gui.gui.i18n.word_finder import find_words
from lnl_gui.gui.i18n.word_templates import Template
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.jobs import protocol
from lnl_gui.session.session import Session
from lnl_gui.store.job_kinds import kind_named
from lnl_gui.store.journal_file import replay_journal
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.paths import resource
from lnl_gui.util.translation import load_language, use_language

WORDS_FILE = resource("translations", "words.json")
TEMPLATES = [tuple(entry) for entry in json.loads(WORDS_FILE.read_text("utf-8"))]
AWKWARD = (
    "a {b} {} c}",
    "100 % of %s %(x)d",
    'it\'s "quoted" `so`',
    "Left out turtle: the file is empty",
    "kept",
    "C:\\data\\ä ö\n.*?[x](y)",
    "Relabelled 3 samples as 7",
)


@pytest.fixture
def german() -> Iterator[None]:
    """The German words and numbers, for what is translated as it is shown."""
    before = QLocale()
    use_language(load_language("de"))
    QLocale.setDefault(QLocale("de_DE"))
    yield
    QLocale.setDefault(before)


def filled(text: str, kinds: str, data: str) -> tuple[str, list[str]]:
    """A template with values that suit the kinds of its fields."""
    values = {NUMBER: "1,234.5", WORDS: "the file is empty", DATA: data}
    fields = [values[kind] for kind in kinds]
    return text.format(*fields), fields


@pytest.mark.parametrize("data", AWKWARD)
def test_every_sentence_is_found_whatever_its_fields_hold(data: str) -> None:
    book = phrasebook()
    for text, kinds in TEMPLATES:
        if kinds:
            sentence, _ = filled(text, kinds, data)
            found = book.find(sentence)
            assert found is not None, text
            assert found.text.format(*found.fields) == sentence


def test_a_number_is_no_name_and_the_longer_template_wins() -> None:
    book = Phrasebook(
        [("{} samples", "n"), ("There is no {}.", "d"), ("There is no {} here.", "d")]
    )
    assert book.find("many samples") is None
    assert book.find("1,234 samples") == ("{} samples", "n", ("1,234",))
    assert book.find("There is no cat here.") == ("There is no {} here.", "d", ("cat",))
    assert book.find("There is no cat. here") is None


def test_fields_are_told_apart_in_the_source(tmp_path: Path) -> None:
    room = tmp_path / "store"
    room.mkdir()
    (room / "made.py").write_text(
        '"""Docstrings are not for people."""\n'
        "def refuse(name, count, share):\n"
        '    more = f"and {count:,} more"\n'
        '    logger.info("this is for the log only")\n'
        "    raise UserError(\n"
        '        f"There is no {name} {{here}}: {more}, {len(name)} of {share:.1%}.", "Go on."\n'
        "    )\n"
        "def broken():\n"
        '    raise ValueError("this is for programmers")\n',
        encoding="utf-8",
    )
    assert find_words(tmp_path) == [
        Template("Go on."),
        Template("There is no {} {{here}}: {}, {} of {}.", "dwnn"),
        Template("and {} more", "n"),
    ]


def test_english_stays_as_it_is() -> None:
    for text in ("Excluded 1,234 samples", "There is no class called cat.", ""):
        assert translated(text) == text
    assert numbers.fill("{:,} of {:.1%}", 1234, 0.125) == "1,234 of 12.5%"
    assert (numbers.decimal(1.5, 2), numbers.percent(0.5, 1)) == ("1.50", "50.0 %")
    assert numbers.thin_count(12345) == "12\u202f345"
    assert re.fullmatch(r"\d\d \w{3} 2001, \d\d:\d\d", numbers.moment(1_000_000_000))


def test_numbers_are_german_in_german(german: None) -> None:
    assert numbers.fill("{:,} of {:.1%} ({}, {:.2f})", 12345, 0.125, 7, 0.5) == (
        "12.345 of 12,5\u00a0% (7, 0,50)"
    )
    assert numbers.count(1_234_567) == "1.234.567"
    assert (numbers.decimal(-1.5, 1), numbers.percent(0.125, 1)) == ("-1,5", "12,5 %")
    assert numbers.thin_count(12345) == "12.345"
    assert re.fullmatch(r"\d+\. \w+\.? 2001, \d\d:\d\d", numbers.moment(1_000_000_000))


@pytest.mark.parametrize(
    ("english", "in_german"),
    [
        ("Excluded 1,234 samples", "1.234 Bilder ausgeschlossen"),
        ("Undid: Kept the label of 1 sample", "Zurückgenommen: Label behalten für 1 Bild"),
        ("Relabelled 3 samples as unsure", "3 Bilder umbenannt in unsure"),
        ("There is no class called kept.", "Es gibt keine Klasse namens kept."),
        ("Took in 1,024 operations of Export", "1.024 Schritte aus Export übernommen"),
        (
            "The image a: b.png can no longer be read: the file is empty.",
            "Das Bild a: b.png ist nicht mehr lesbar: die Datei ist leer.",
        ),
        (
            "The image cat.png can no longer be read: the file is empty.",
            "Das Bild cat.png ist nicht mehr lesbar: die Datei ist leer.",
        ),
        (
            "Stopped early; the best finished epoch was kept. Embed the images again.",
            "Vorzeitig angehalten; die beste fertige Epoche wurde behalten. "
            "Betten Sie die Bilder noch einmal ein.",
        ),
        ("curated labels: last block, epoch 3", "bereinigte Labels: letzter Block, Epoche 3"),
        ("Whatever nobody has written.", "Whatever nobody has written."),
    ],
)
def test_sentences_of_other_rooms_in_german(german: None, english: str, in_german: str) -> None:
    assert translated(english) == in_german


def errors(folder: Path, project: Path) -> Iterator[UserError]:
    """Real refusals of several rooms."""

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
    yield as_user_error(OSError(28, "No space left on device", "x.npy"), "save the embedding")
    yield as_user_error(PermissionError(13, "denied", "x.npy"), "write the images")


def test_refusals_are_german(
    german: None, window: MainWindow, tmp_path: Path, project: Path, qtbot: QtBot
) -> None:
    for error in errors(tmp_path, project):
        window.notifications.clear()
        window.notifications.show_error(error)
        said = window.notifications.texts()[0].replace(str(tmp_path), "")
        assert said != str(error.message).replace(str(tmp_path), "")
        assert english_words(said) == set(), said
        assert english_words(translated(str(error.hint))) == set(), str(error.hint)


def english_words(text: str) -> set[str]:
    return {"the", "is", "of", "not", "and", "to", "again", "open", "could", "choose"} & set(
        re.findall("[a-z]+", text.lower())
    )
