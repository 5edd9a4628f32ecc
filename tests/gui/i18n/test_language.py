"""German is complete, compiled as it is written, and what the window then says."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PySide6.QtCore import QTranslator
from pytestqt.qtbot import QtBot

import lnl_gui
from lnl_gui.gui.i18n import language
from lnl_gui.gui.i18n.word_finder import find_words
from tests.gui.projects import make_project

FIELD = re.compile(r"\{[^}]*\}")
SHOW = """
import sys
from collections.abc import Iterator
from pathlib import Path
from lnl_gui.gui.shell.app import application
from lnl_gui.gui.i18n.language import install_language
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.style.theme import LIGHT, Theme
qt = application()
install_language(qt, "de")
from lnl_gui.gui.shell.main_window import MainWindow
import numpy as np
window = MainWindow(Theme(qt, LIGHT), Settings(theme=LIGHT))
window.resize(1300, 860)
window.show()
window.open_project(Path(sys.argv[1]))
qt.processEvents()
words = [window.verbs["accept"].text(), window.page.left.tabText(0)]
words += [window.banner.title.full(), window.page.view_bar.shown.full()]
window.review.decide_rows("keep", np.arange(3))
words += [window.verbs["undo"].toolTip()]
print("\\n".join(words))
window.controller.shutdown()
window.close()
"""


def messages() -> list[tuple[str, str, str]]:
    """(context, source, translation) of the German file; "" where there is none."""
    tree = ElementTree.parse(language.translation_file("de", ".ts"))
    found = []
    for context in tree.iter("context"):
        name = context.findtext("name", "")
        for message in context.iter("message"):
            words = message.find("translation")
            assert words is not None
            finished = words.get("type") is None
            found.append(
                (name, message.findtext("source", ""), words.text or "" if finished else "")
            )
    return found


def test_german_has_every_word_with_the_same_fields() -> None:
    found = messages()
    assert len(found) > 700
    assert [source for _, source, words in found if not words] == []
    differing = [
        source
        for _, source, words in found
        if sorted(FIELD.findall(source)) != sorted(FIELD.findall(words))
    ]
    assert differing == []


def test_the_compiled_file_says_what_the_written_one_does(qtbot: QtBot) -> None:
    translator = QTranslator()
    assert translator.load(str(language.translation_file("de", ".qm")))
    differing = [s for c, s, words in messages() if translator.translate(c, s) != words]
    assert differing == []


def test_every_word_of_the_source_is_in_the_file() -> None:
    known = {source for _, source, _ in messages()}
    call = re.compile(r'\btr\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)[,)]')
    missing = set()
    for file in Path(language.__file__).parents[1].rglob("*.py"):
        for found in call.finditer(file.read_text(encoding="utf-8")):
            parts = re.findall(r'"((?:[^"\\]|\\.)*)"', found.group(1))
            text = "".join(parts).replace('\\"', '"').replace("\\n", "\n")
            if text not in known:
                missing.add(text)
    assert missing == set()


def test_the_words_of_other_rooms_are_up_to_date() -> None:
    found = find_words(Path(lnl_gui.__file__).parent)
    written = language.words_file().read_text(encoding="utf-8")
    assert written == language.words_as_text(found), "run python -m lnl_gui.gui.i18n.language"
    known = {source for context, source, _ in messages() if context == language.ROOMS}
    assert {word.text for word in found} == known


@pytest.mark.parametrize(
    ("choice", "variable", "code"),
    [("de", "", "de"), ("en", "", "en"), ("de", "en", "en"), ("system", "de_AT.UTF-8", "de")],
)
def test_the_language_is_the_users_choice_before_the_systems(
    monkeypatch: pytest.MonkeyPatch, choice: str, variable: str, code: str
) -> None:
    monkeypatch.setenv(language.LANGUAGE_VARIABLE, variable)
    assert language.language_of(choice) == code


def test_the_window_opens_in_german(tmp_path: Path) -> None:
    project = make_project(tmp_path / "tiere.lnl", 40)
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "LNL_HOME": str(tmp_path)}
    environment.pop(language.LANGUAGE_VARIABLE, None)
    done = subprocess.run(
        [sys.executable, "-c", SHOW, str(project)],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines() == [
        "Annehmen",
        "Filter",
        "20 Verdächtige prüfen",
        "20 Verdächtige  ·  20 offen",
        "Rückgängig: Label behalten für 3 Bilder (Strg+Z)",
    ]


PROSE = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z]|[a-z]\.$")
UNHEARD = re.compile(r"(tr|QT_TRANSLATE_NOOP|ValueError|logger\.\w+|setObjectName)$")
OWN_WORDS = {
    "screenshots.py",
    "screenshot_views.py",
    "word_finder.py",
    "word_templates.py",
    "language.py",
    "numbers.py",
}
"""Files whose sentences are for the command line, for files or for other programs."""


def sentences(node: ast.AST) -> Iterator[str]:
    """Prose that no translator sees: outside docstrings, `tr` and what is logged."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Call) and UNHEARD.search(ast.unparse(node.func)):
        return
    text = node.value if isinstance(node, ast.Constant) else None
    if isinstance(text, str) and PROSE.search(text) and "<" not in text and "::" not in text:
        yield text
    for child in ast.iter_child_nodes(node):
        yield from sentences(child)


def test_no_sentence_of_the_window_misses_the_translator() -> None:
    example = 'show("Nobody sees this.", tr("Somebody does."))'
    assert list(sentences(ast.parse(example))) == ["Nobody sees this."]
    found = {
        (file.name, text)
        for file in Path(language.__file__).parents[1].rglob("*.py")
        if file.name not in OWN_WORDS
        for text in sentences(ast.parse(file.read_text(encoding="utf-8")))
    }
    assert found == set()
