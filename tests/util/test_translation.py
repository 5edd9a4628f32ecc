"""Which language is spoken, and how it writes texts and numbers."""

import pytest

from lnl_gui.util import translation
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.messages import message
from lnl_gui.util.paths import settings_file
from lnl_gui.util.translation import (
    ENGLISH,
    LANGUAGE_VARIABLE,
    chosen_language,
    language_code,
    load_language,
    localized,
    tr,
    use_language,
)

VARIABLES = (LANGUAGE_VARIABLE, "LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")


@pytest.mark.parametrize(
    ("choice", "variable", "system", "code"),
    [
        ("de", "", ["en"], "de"),
        ("en", "", ["de_DE"], "en"),
        ("de", "en", ["de"], "en"),
        ("system", "de_AT.UTF-8", [], "de"),
        ("system", "", ["fr", "de-CH", "en"], "de"),
        ("system", "", ["tlh"], "en"),
        ("nonsense", "", ["en_GB"], "en"),
    ],
)
def test_the_variable_comes_before_the_choice_and_that_before_the_system(
    monkeypatch: pytest.MonkeyPatch, choice: str, variable: str, system: list[str], code: str
) -> None:
    monkeypatch.setenv(LANGUAGE_VARIABLE, variable)
    assert language_code(choice, system) == code


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [
        ("LANG", "de_DE.UTF-8", "de"),
        ("LC_ALL", "C", "en"),
        ("LANGUAGE", "fr:de:en", "de"),
        ("LC_MESSAGES", "de_AT@euro", "de"),
    ],
)
def test_the_system_speaks_through_its_environment(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, code: str
) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, value)
    assert language_code() == code


def test_the_choice_of_the_window_is_everyones() -> None:
    assert chosen_language() == translation.SYSTEM
    write_json(settings_file(), {"preferences": {"language": "de"}})
    assert chosen_language() == "de"
    write_json(settings_file(), ["not", "settings"])
    assert chosen_language() == translation.SYSTEM


def test_german_texts_and_numbers() -> None:
    german = load_language("de")
    assert german.text("Unknown text") == "Unknown text"
    assert german.text("") == ""
    assert german.number("1,234.5%") == "1.234,5\u00a0%"
    assert message("{a:,} {b:.1%} {c}", a=1234, b=0.125, c=1.5).filled(german) == (
        "1.234 12,5\u00a0% 1.5"
    )


def test_what_is_shown_follows_the_language_in_force() -> None:
    assert (tr("Cancel"), localized(message("Cancel"))) == ("Cancel", "Cancel")
    use_language(load_language("de"))
    assert (tr("Cancel"), localized(message("Cancel"))) == ("Abbrechen", "Abbrechen")
    use_language(ENGLISH)
    assert tr("Cancel") == "Cancel"
