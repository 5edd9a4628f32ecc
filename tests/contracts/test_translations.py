"""The catalogues hold every marked text, translated, with the same fields, and are compiled."""

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from lnl_gui.util.translation import LANGUAGES, SOURCE_LANGUAGE, translations_folder
from tests.contracts.sources import PACKAGE, modules

CODES = [code for code, _ in LANGUAGES if code != SOURCE_LANGUAGE]
FIELD = re.compile(r"\{[^}]*\}|%\(\w+\)[rs]|%[rs]")
RUN = "run python packaging/translations.py"


def load_tool() -> ModuleType:
    """`packaging/translations.py`; `packaging` itself is the name of a library."""
    file = PACKAGE.parent / "packaging" / "translations.py"
    spec = importlib.util.spec_from_file_location("translations_tool", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    return load_tool()


@pytest.fixture(scope="module")
def marked(tool: ModuleType) -> frozenset[Any]:
    """Every text the source marks; reading all modules takes seconds."""
    return frozenset(tool.marked_texts())


def catalogue_file(code: str) -> Path:
    return translations_folder() / code / "LC_MESSAGES" / "lnl.po"


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


@pytest.mark.parametrize("code", CODES)
def test_every_marked_text_is_translated(
    tool: ModuleType, marked: frozenset[Any], code: str
) -> None:
    known = dict(tool.entries(tool.read_catalogue(catalogue_file(code))))
    assert len(marked) > 850
    assert marked - known.keys() == set(), RUN
    assert known.keys() - marked == set(), RUN
    assert [text for text in marked if not all(forms(known[text]))] == []


@pytest.mark.parametrize("code", CODES)
def test_a_translation_has_the_fields_of_its_text(tool: ModuleType, code: str) -> None:
    differing = []
    for text, words in tool.entries(tool.read_catalogue(catalogue_file(code))):
        wanted = {tuple(sorted(FIELD.findall(form))) for form in forms(text)}
        differing += [
            text for form in forms(words) if tuple(sorted(FIELD.findall(form))) not in wanted
        ]
    assert differing == []


@pytest.mark.parametrize("code", CODES)
def test_the_compiled_catalogue_is_the_written_one(tool: ModuleType, code: str) -> None:
    file = catalogue_file(code)
    catalogue = tool.read_catalogue(file)
    assert file.with_suffix(".mo").read_bytes() == tool.as_mo(catalogue), RUN
    assert file.read_bytes() == tool.as_po(catalogue), RUN


def test_new_texts_are_added_and_old_ones_go(tool: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "made.py").write_text(
        'tr("Open")\nmessage("{a} is"\n " gone", a=1)\nmessage_n("one", "many", 3)\nother("no")\n',
        encoding="utf-8",
    )
    texts = tool.marked_texts(tmp_path)
    assert texts == {"Open", "{a} is gone", ("one", "many")}
    catalogue = tool.updated(tool.read_catalogue(catalogue_file("de")), texts)
    assert {text for text, _ in tool.entries(catalogue)} == texts
    assert dict(tool.entries(catalogue))["Open"] == "Öffnen"


PROSE = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z]|[a-z]\.$")
NOT_SHOWN = re.compile(
    r"(\btr|message|message_n|ValueError|TypeError|RuntimeError|KeyError|execute|executemany"
    r"|executescript|logger\.\w+|setObjectName|startswith|removeprefix)$"
)
"""Calls that mark their texts, or whose texts only programmers and databases read."""
OWN_WORDS = re.compile(
    r"gui/(shell/program/(picture|paper)|i18n/(language|numbers))"
    r"|learn/(bench/(report|published)|losses/registry|methods/registry|models/(model_file|exporting/(card|model_to_export)))"
    r"|pipeline/output/model_card"
    r"|learn/recipes/(registry|parameters)|encoders/(loading|catalogue)/"
    r"|store/database/(schema|integrity|salvage)|store/jobs/runs|store/review/decisions"
    r"|store/history/(import_operations|journal|journal_queries|looked_at|audits)"
    r"|store/dataset/replaced_pictures"
    r"|installation/menu_texts|util/process/crash_(reports|watch)"
    r"|remote/known|jobs/remote_commands|dataset/readers/missing_words"
)
"""Files with strings for other programs and for developers: SQL, names of tensors, prompts, papers,
notes in files, entries of desktops, reports of crashes, commands of a shell, words of tables."""
WORDS_OF_FILES = {
    "not sure",
    ".both.",
    "as trained on; not confirmed by a person",
    "a loop of links",
    "batch size",
    "blocks.",
    "clean probability",
    "in the curated set",
    "labels added",
    "labels and verdicts",
    "labels changed",
    "last block",
    "last three blocks",
    "less than expected",
    "linear probe",
    "n.a.",
    "no cv result",
    "not enough data",
    "not measured",
    "refined probe",
    "row name",
    "suspects not reviewed",
    "system volume information",
    "this project's detection",
    "whole network",
    "without a label",
    "lnl_gui.",
    "lnl_gui.cli.verbs.",
    "op.",
    ".export.",
}
"""Keys of tables and of files; what people read for them stands in a table of messages."""


FOREIGN = re.compile(
    r"<|::|--text|font-size|^(lnl-gui|PROJECT|OTHER_PROJECT) |SELECT|\\d\+|, [A-Z]\w+ \d{4}$"
    r"|al\., \d{4}$"
)
"""Style sheets, SQL, patterns, papers and command lines."""


def sentences(node: ast.AST) -> Iterator[str]:
    """Prose that no translator sees: outside docstrings, marked texts and what is logged."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Call) and NOT_SHOWN.search(ast.unparse(node.func)):
        return
    text = node.value if isinstance(node, ast.Constant) else None
    if isinstance(text, str) and PROSE.search(text) and not FOREIGN.search(text):
        yield text
    for child in ast.iter_child_nodes(node):
        yield from sentences(child)


def test_no_sentence_of_the_product_misses_the_translator() -> None:
    example = 'show("Nobody sees this.", tr("Somebody does."))'
    assert list(sentences(ast.parse(example))) == ["Nobody sees this."]
    found = {
        (path, text)
        for path, module in modules().items()
        if not OWN_WORDS.match(path)
        for text in sentences(module)
        if text not in WORDS_OF_FILES
    }
    assert found == set()


PROGRAMMERS_WORDS = re.compile(r"hyper-?param|recipe default|internal error", re.IGNORECASE)
"""What a person who cleans labels need not know, or cannot tell anything from."""


def test_texts_are_in_the_words_of_who_reads_them(marked: frozenset[Any]) -> None:
    texts = [form for text in marked for form in forms(text)]
    assert [text for text in texts if PROGRAMMERS_WORDS.search(text)] == []
