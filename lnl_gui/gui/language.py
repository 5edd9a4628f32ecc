"""The window's language, through Qt's own translations.

English is in the source; every other language is `resources/translations/lnl_CODE.ts`, compiled
to a `.qm` beside it. `python -m lnl_gui.gui.language` brings both up to date with the source.
Tables of words are translated when their module is imported, so the language is put in force
before the window's modules are, and a new choice counts from the next start on.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from lnl_gui.util.paths import resource

translate = QCoreApplication.translate
SYSTEM = "system"
LANGUAGES = (("en", "English"), ("de", "Deutsch"))
SOURCE_LANGUAGE = "en"
LANGUAGE_VARIABLE = "LNL_LANGUAGE"
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


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
    QLocale.setDefault(QLocale(code) if choice != SYSTEM else QLocale.system())
    if code != SOURCE_LANGUAGE:
        own = translation_file(code, ".qm")
        of_qt = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        for file in (of_qt / f"qtbase_{code}.qm", own):
            translator = QTranslator(application)
            if translator.load(str(file)):
                application.installTranslator(translator)
    return code


def translated(text: str) -> str:
    """Words of another room in the window's language, where they are known; else as they are.

    Numbers stand for themselves: "3 samples" is known as "{} samples".
    """
    parts = _NUMBER.split(text)
    if len(parts) == 1:
        return translate("Window", text)
    pattern = "{}".join(parts)
    found = translate("Window", pattern)
    return found.format(*_NUMBER.findall(text)) if found != pattern else text


def update() -> None:
    """Find new words in the source and compile what has been translated."""
    folder = Path(__file__).parent
    sources = sorted(str(file) for file in folder.rglob("*.py"))
    for code, _ in LANGUAGES:
        if code == SOURCE_LANGUAGE:
            continue
        words, compiled = translation_file(code, ".ts"), translation_file(code, ".qm")
        _run("lupdate", *sources, "-ts", str(words), "-no-obsolete", "-locations", "none")
        _run("lrelease", str(words), "-qm", str(compiled))


def _run(tool: str, *arguments: str) -> None:
    program = Path(sys.executable).with_name(f"pyside6-{tool}")
    subprocess.run([str(program), *arguments], check=True)


if __name__ == "__main__":
    update()
