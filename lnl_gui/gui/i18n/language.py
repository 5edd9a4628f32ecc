"""The window's language: its own texts by the catalogue, Qt's by Qt's translations.

Tables of words are translated when their module is imported, so the language is put in force
before the window's modules are, and a new choice counts from the next start on.
"""

from dataclasses import replace
from functools import lru_cache
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from lnl_gui.gui.i18n.numbers import in_english, spelled
from lnl_gui.gui.i18n.phrases import NUMBER, WORDS, Match, phrasebook
from lnl_gui.util.messages import Message
from lnl_gui.util.translation import (
    LANGUAGES,
    SOURCE_LANGUAGE,
    SYSTEM,
    current_language,
    language_code,
    load_language,
    localized,
    tr,
    use_language,
)

__all__ = ["LANGUAGES", "SYSTEM", "install_language", "localized", "tr", "translated"]

_SENTENCE_ENDS = (". ", "? ", "! ", "\n")


def install_language(application: QCoreApplication, choice: str = SYSTEM) -> str:
    """Put a language in force, Qt's own words included; returns its code."""
    system = QLocale.system()
    code = language_code(choice, system.uiLanguages())
    same = system.language() == QLocale(code).language()
    locale = system if same else QLocale(code)
    QLocale.setDefault(locale)
    # A country may write numbers its own way: Switzerland's German has other thousands.
    thousands, point = locale.groupSeparator(), locale.decimalPoint()
    use_language(replace(load_language(code), thousands=thousands, point=point))
    if code != SOURCE_LANGUAGE:
        folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        translator = QTranslator(application)
        if translator.load(str(folder / f"qtbase_{code}.qm")):
            application.installTranslator(translator)
    return code


def translated(text: str | Message) -> str:
    """Words of another room in the window's language, where they are known; else as they are.

    What they were made from is found by the templates of `words.json`. Fields that hold data,
    such as names of classes and files, stay as they are.
    """
    if isinstance(text, Message):
        return localized(text) if text.fields else translated(text.template)
    return text if in_english() or not text else _translated(text, current_language().code)


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
    words = tr(text)
    return words if words != text else None


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
