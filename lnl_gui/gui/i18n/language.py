"""The window's language, through Qt's own translations.

English is in the source; every other language is `resources/translations/lnl_CODE.ts`, compiled
to a `.qm` beside it. `python -m lnl_gui.gui.i18n.language` brings both up to date with the source.
Tables of words are translated when their module is imported, so the language is put in force
before the window's modules are, and a new choice counts from the next start on.
"""

import json
import os
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from lnl_gui.gui.i18n.numbers import in_english, spelled
from lnl_gui.gui.i18n.phrases import NUMBER, WORDS, Match, phrasebook
from lnl_gui.gui.i18n.word_finder import find_words
from lnl_gui.gui.i18n.word_templates import Template
from lnl_gui.util.paths import resource

SYSTEM = "system"
LANGUAGES = (("en", "English"), ("de", "Deutsch"))
SOURCE_LANGUAGE = "en"
LANGUAGE_VARIABLE = "LNL_LANGUAGE"
ROOMS = "Rooms"
"""The context of what other rooms say."""
_SENTENCE_ENDS = (". ", "? ", "! ", "\n")


def language_of(choice: str) -> str:
    """The code to use: what the user chose, else the system's, else English."""
    known = [code for code, _ in LANGUAGES]
    for wanted in (os.environ.get(LANGUAGE_VARIABLE, ""), choice, *QLocale.system().uiLanguages()):
        code = wanted.split("-")[0].split("_")[0].lower()
        if code in known:
            return code
    return SOURCE_LANGUAGE


def translation_file(code: str, suffix: str) -> Path:
    """The translations of one language."""
    return resource("translations", f"lnl_{code}{suffix}")


def install_language(application: QCoreApplication, choice: str = SYSTEM) -> str:
    """Put a language in force, Qt's own words included; returns its code."""
    code = language_of(choice)
    system = QLocale.system()
    same = system.language() == QLocale(code).language()
    QLocale.setDefault(system if same else QLocale(code))
    if code != SOURCE_LANGUAGE:
        own = translation_file(code, ".qm")
        of_qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        for file in (of_qt / f"qtbase_{code}.qm", own):
            translator = QTranslator(application)
            if translator.load(str(file)):
                application.installTranslator(translator)
    return code


def tr(text: str) -> str:
    """A text of the window in the reader's language."""
    return QCoreApplication.translate("Window", text)


def translated(text: str) -> str:
    """Words of another room in the window's language, where they are known; else as they are.

    What they were made from is found by the templates of `words.json`. Fields that hold data,
    such as names of classes and files, stay as they are.
    """
    return text if in_english() or not text else _translated(text, QLocale().name())


@lru_cache(maxsize=4096)
def _translated(text: str, _language: str) -> str:
    known = _known(text)
    if known is not None:
        return known
    # The name of a file may follow in brackets.
    head, bracket, remark = text.rpartition(" (")
    known = _known(head) if remark.endswith(")") else None
    if known is not None:
        return f"{known}{bracket}{remark}"
    found = phrasebook().find(text)
    return _filled(found) if found is not None else _by_sentence(text)


def _known(text: str) -> str | None:
    for context in (ROOMS, "Window"):
        words = QCoreApplication.translate(context, text)
        if words != text:
            return words
    return None


def _filled(found: Match) -> str:
    kept = zip(found.kinds, found.fields, strict=True)
    words = {NUMBER: spelled, WORDS: translated}
    fields = [words[kind](field) if kind in words else field for kind, field in kept]
    return (_known(found.text) or found.text).format(*fields)


def _by_sentence(text: str) -> str:
    """Several texts one after the other, as where an error and its hint are one string."""
    for end in _SENTENCE_ENDS:
        at = text.find(end)
        while at >= 0:
            first, rest = text[: at + 1], text[at + 1 :]
            if _known(first) is not None or phrasebook().find(first) is not None:
                gap = rest[: len(rest) - len(rest.lstrip())]
                return f"{translated(first)}{gap}{translated(rest.lstrip())}"
            at = text.find(end, at + 1)
    return text


def words_file() -> Path:
    """The templates of what other rooms say."""
    return resource("translations", "words.json")


def words_as_text(words: list[Template]) -> str:
    """What `words_file` holds: one template and its kinds a line."""
    lines = (json.dumps([word.text, word.kinds], ensure_ascii=False) for word in words)
    return "[\n" + ",\n".join(lines) + "\n]\n"


def update() -> None:
    """Find new words in the source and compile what has been translated."""
    folder = Path(__file__).parents[1]
    words = find_words(folder.parent)
    words_file().write_text(words_as_text(words), encoding="utf-8", newline="\n")
    sources = sorted(str(file) for file in folder.rglob("*.py"))
    with tempfile.TemporaryDirectory() as place:
        of_rooms = Path(place) / "rooms.py"
        calls = (f"QT_TRANSLATE_NOOP({ROOMS!r}, {json.dumps(word.text)})\n" for word in words)
        of_rooms.write_text("".join(calls), encoding="utf-8")
        for code, _ in LANGUAGES:
            if code != SOURCE_LANGUAGE:
                _update_language(code, [*sources, str(of_rooms)])


def _update_language(code: str, sources: list[str]) -> None:
    words, compiled = translation_file(code, ".ts"), translation_file(code, ".qm")
    _run("lupdate", *sources, "-ts", str(words), "-no-obsolete", "-locations", "none")
    _run("lrelease", str(words), "-qm", str(compiled))


def _run(tool: str, *arguments: str) -> None:
    program = Path(sys.executable).with_name(f"pyside6-{tool}")
    subprocess.run([str(program), *arguments], check=True)


if __name__ == "__main__":
    update()
