"""The help of every verb, and argparse's own sentences, in the reader's language."""

import argparse
import gettext
import os
import re
from collections.abc import Iterator

import pytest
from babel.messages.extract import extract_from_file

from lnl_gui.__main__ import main
from lnl_gui.cli.argparse_words import WORDS, translated_argparse
from lnl_gui.cli.parser import make_parser
from lnl_gui.cli.verb_table import VERBS
from lnl_gui.util.translation import LANGUAGE_VARIABLE, load_language, use_language

ENGLISH = re.compile(
    r"(?<![\w-])(the|a|of|and|or|with|which|where|not|from|is|are|may|given|more|than|once|by|its"
    r"|this|that|it|to|do|all|what|who|whose|only|without)(?![\w-])"
)
"""Words of English sentences that German ones have not."""
FOR_PROGRAMMERS = (
    "not defined|conflicting|with mode|cannot merge|positionals|option string %|dest=|must be"
    " optional|cannot have multiple|is not callable|can't open|conflict_resolution"
    # Marked since Python 3.12 and 3.13: of what ours does not have, and a heading's colon.
    r"|is deprecated$|^%\(prog\)s: warning: |^ \(default: |^subcommands$|^%\(heading\)s:$"
)
"""What argparse says of a parser that is wrong in itself, and of files it opens; ours has none."""
SAME = {"auto, cpu, cuda, cuda:1, xpu, mps", "optional"}
COMMANDS = [[verb] for verb in VERBS if verb not in ("bench", "model")]
COMMANDS += [[], ["bench"], ["bench", "detect"], ["bench", "learn"], ["model"]]
COMMANDS += [["model", "PLACE", "export"]]


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LANGUAGE_VARIABLE, "de")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_is_german(
    command: list[str], german: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0
    said = capsys.readouterr().out
    assert said.startswith("Aufruf: lnl-gui")
    assert "Optionen:" in said and "diese Hilfe zeigen" in said
    prose = re.sub(r"\blnl-gui .*|`[^`]*`|--[\w-]+|\{.*?\}|\[.*?\]", "", said)
    assert ENGLISH.findall(prose) == []


def texts(parser: argparse.ArgumentParser) -> Iterator[str]:
    """Everything a parser and those below it explain, in a fixed order."""
    yield from (text for text in (parser.description, parser.epilog) if text)
    for action in parser._actions:
        yield from (text for text in (action.help,) if text)
        if isinstance(action, argparse._SubParsersAction):
            yield from (choice.help or "" for choice in action._choices_actions)
            for below in action.choices.values():
                yield from texts(below)


@pytest.mark.parametrize("words", [[], *([verb] for verb in VERBS)], ids=" ".join)
def test_every_text_of_a_verb_has_its_translation(words: list[str]) -> None:
    found = []
    for code in ("en", "de"):
        use_language(load_language(code))
        with translated_argparse():
            found.append(list(texts(make_parser(words))))
    english, german = found
    assert len(english) == len(german) > (10 if words else len(VERBS))
    assert [a for a, b in zip(english, german, strict=True) if a == b and a not in SAME] == []


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["import"], "lnl-gui import: Fehler: diese Argumente fehlen: SOURCE"),
        (["detect", "p", "--seed"], "Fehler: Argument --seed: ein Argument erwartet"),
        (["finetune", "p", "--holdout", "x"], "--holdout: kein gültiger Wert (float): 'x'"),
        (["detect", "p", "--threads", "0"], "--threads: muss eine ganze Zahl ab 1 sein"),
        (["detect", "p", "--threads", "x"], "--threads: muss eine ganze Zahl ab 1 sein"),
        (["detect", "p", "--nothing"], "Fehler: unbekannte Argumente: --nothing"),
        (["audit", "p", "drow"], "Argument action: ungültige Wahl: 'drow'"),
        (["embed", "p", "--yes", "--no-download"], "nicht zusammen mit Argument --yes"),
    ],
)
def test_wrong_usage_is_german(
    command: list[str], said: str, german: None, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(command)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_argparse_has_no_sentence_that_is_not_marked() -> None:
    known = {text for word in WORDS for text in (word.template, word.plural) if text}
    entries = extract_from_file("python", argparse.__file__)
    asked = {
        text
        for _, found, _, _ in entries
        for text in ((found,) if isinstance(found, str) else found)
        if not re.search(FOR_PROGRAMMERS, text)
    }
    assert len(asked) > 15
    assert asked - known == set()


def test_the_process_is_as_before_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "fr")
    domain = gettext.textdomain()
    use_language(load_language("de"))
    with pytest.raises(ValueError), translated_argparse():
        assert gettext.gettext("options") == "Optionen"
        raise ValueError
    assert (gettext.textdomain(), os.environ["LANGUAGE"]) == (domain, "fr")
    monkeypatch.delenv("LANGUAGE")
    use_language(load_language("en"))
    with translated_argparse():
        assert gettext.gettext("options") == "options"
    assert "LANGUAGE" not in os.environ
