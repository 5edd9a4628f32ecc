"""The window's language: its own texts by the catalogue, Qt's by Qt's translations.

Texts are looked up when they are shown. A window that stands keeps those it has shown, so that a
new choice needs a new window.
"""

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from lnl_gui.util.translation import (
    SOURCE_LANGUAGE,
    SYSTEM,
    language_code,
    load_language,
    use_language,
)

_QTS_OWN = "words of Qt"
"""Name of the translator installed here."""


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
    # Words that the new one lacks would be those of the former language.
    for former in application.findChildren(QTranslator, _QTS_OWN):
        application.removeTranslator(former)
        former.deleteLater()
    if code != SOURCE_LANGUAGE:
        folder = Path(QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        translator = QTranslator(application)
        translator.setObjectName(_QTS_OWN)
        if translator.load(str(folder / f"qtbase_{code}.qm")):
            application.installTranslator(translator)
    return code
