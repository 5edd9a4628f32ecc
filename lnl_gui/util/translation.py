"""The reader's language: which one, its catalogue of texts, and how it writes numbers.

English is in the source; every other language is a gettext catalogue,
`resources/translations/CODE/LC_MESSAGES/lnl.po`, compiled to a `.mo` beside it by
`python packaging/translations.py`. Window, command line and reports look their texts up here.
"""

import gettext
import locale
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lnl_gui.util.files.atomic import read_json
from lnl_gui.util.messages import Message, spaced_percent
from lnl_gui.util.paths import resource, settings_file

DOMAIN = "lnl"
SYSTEM = "system"
SOURCE_LANGUAGE = "en"
LANGUAGES = (("en", "English"), ("de", "Deutsch"))
LANGUAGE_VARIABLE = "LNL_LANGUAGE"
_SEPARATORS = {"de": (".", ",")}
"""What stands between thousands and before decimals; others write as Python does."""


@dataclass(frozen=True)
class Language:
    """Texts and numbers of one language."""

    code: str
    catalogue: gettext.NullTranslations
    thousands: str = ","
    point: str = "."

    def text(self, template: str) -> str:
        """The template in this language; in English where it is not known."""
        return self.catalogue.gettext(template) if template else ""

    def plural(self, one: str, many: str, number: int) -> str:
        """The template that fits a number."""
        return self.catalogue.ngettext(one, many, number)

    def number(self, text: str) -> str:
        """A number that Python has formatted, with this language's separators."""
        if self.code == SOURCE_LANGUAGE:
            return spaced_percent(text)
        signs = {",": self.thousands, ".": self.point}
        written = "".join(signs.get(letter, letter) for letter in text)
        return re.sub(r"(?<=\d)%", "\u00a0%", written)


ENGLISH = Language(SOURCE_LANGUAGE, gettext.NullTranslations())
_current = ENGLISH  # of the process, as the C library's locale is


def current_language() -> Language:
    """The language in force in this process."""
    return _current


def use_language(language: Language) -> None:
    """Put a language in force for all that is shown from now on."""
    global _current
    _current = language


def tr(text: str) -> str:
    """A marked text in the reader's language."""
    return _current.text(text)


def localized(said: Message | str) -> str:
    """A message in the reader's language."""
    return _current.text(said) if isinstance(said, str) else said.filled(_current)


def translations_folder() -> Path:
    """Where the catalogues lie, as gettext expects them."""
    return resource("translations")


@lru_cache(maxsize=len(LANGUAGES))
def load_language(code: str) -> Language:
    """A language with its catalogue."""
    if code == SOURCE_LANGUAGE:
        return ENGLISH
    catalogue = gettext.translation(DOMAIN, translations_folder(), [code], fallback=True)
    return Language(code, catalogue, *_SEPARATORS.get(code, (",", ".")))


def language_code(choice: str = SYSTEM, system: Sequence[str] = ()) -> str:
    """The code to use: the variable's, else the user's choice, else the system's, else English.

    Args:
        choice: a code, or `SYSTEM` for what the system speaks.
        system: the system's languages, the preferred one first; asked for when empty.
    """
    known = [code for code, _ in LANGUAGES]
    wishes = (os.environ.get(LANGUAGE_VARIABLE, ""), choice, *(system or system_languages()))
    for wish in wishes:
        code = re.split("[-_.]", wish)[0].lower()
        if code in known:
            return code
    return SOURCE_LANGUAGE


def system_languages() -> list[str]:
    """What the system speaks, by its environment or, on Windows, its settings."""
    names = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
    # As gettext has it: the first variable that is set decides.
    found = next((os.environ[name] for name in names if os.environ.get(name)), "")
    return found.split(":") if found else [_windows_language()]


def _windows_language() -> str:
    """What Windows speaks, "" elsewhere."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415 - there is none elsewhere

        identifier = ctypes.windll.kernel32.GetUserDefaultUILanguage()
        return locale.windows_locale.get(identifier, "")
    return ""


def chosen_language() -> str:
    """The choice kept in the user's settings, `SYSTEM` without one."""
    try:
        return str(read_json(settings_file())["preferences"]["language"])
    except (OSError, ValueError, KeyError, TypeError):
        return SYSTEM
