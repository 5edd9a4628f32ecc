"""Finds what other rooms say to people, in their source, so that it can be translated.

The rooms below the window know nothing of Qt and of languages: they write plain English. What may
reach the screen is read off their source: prose, the words of errors, and the titles of what
there is to choose from. An f-string becomes a template, "Left out {}: {}", with the kind of each
field: `n` a number, `w` words that may be a text of their own, `d` data that is never translated.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from lnl_gui.gui.i18n.phrases import DATA, WORDS
from lnl_gui.gui.i18n.word_templates import (
    Scope,
    Template,
    name_of,
    speakers_of,
    string_of,
    template_of,
    variables_of,
)

ROOMS = ("session", "jobs", "pipeline", "learn", "encoders", "detect", "dataset", "store", "util")

# Written for files and the command line, never for the window.
_UNSEEN_MODULES = re.compile(
    r"(detect/(grid|explanation|image_issues|issue|outliers|duplicates)"
    r"|pipeline/(report\w*|noise_lab_report|bench_\w+|rivals|explain)"
    r"|learn/(lab_\w+|published)|encoders/text|dataset/noise|store/schema)\.py$"
)
# Calls whose words people read, however short these are.
_SPEAKING = {
    "UserError": (0, 1),
    "as_user_error": (1,),
    "UnreadableImage": (0,),
    "FileNotUsable": (0,),
    "Skipped": (1,),
    "EncoderInfo": (1, 2),
    "DetectorInfo": (1, 2),
    "MethodInfo": (1, 2),
    "Recipe": (1, 2),
    "Reader": (1, 2),
    "Stage": (0,),
    "NextStep": (1, 2),
    "Changes": (),
    "progress": (0,),
    "stage_progress": (1,),
    "progress_of": (0, 1),
}
_SPEAKING_KEYWORDS = {"message", "hint", "title", "description", "text", "note", "reason", "name"}
_SPEAKING_TABLES = {"SORTS", "STATUS_NAMES", "_PAST", "TITLES"}
_SPEAKING_FUNCTIONS = {"duration"}
# Calls whose words only programmers read.
_SILENT = re.compile(
    r"(Error|Exception|_Interrupted|execute|executemany|TypeVar|filterwarnings|\.get|getLogger"
    r"|debug|info|logger\.\w+|startswith|endswith|add_argument|split|removeprefix)$"
)
_PROSE = re.compile(r"[A-Za-z]{2,}[,;:]? [a-z{\d]|[}a-z][,:;]? [a-z]{2,}")
_NOT_PROSE = re.compile(
    r"^[A-Z]{4,} |<|%s|\||\n|utf|^-|^\W*$|^\w+ (IN|=) |^id, |\bO\(|et al\.|, [A-Z]\w+ \d{4}$"
    r"|^(Bearer|float32|logits)\b|^(timm|open_clip):"
)


def find_words(package: Path) -> list[Template]:
    """Everything the rooms below the window say, in the order of its text."""
    files = [file for room in ROOMS for file in sorted((package / room).rglob("*.py"))]
    trees = {
        file.relative_to(package).as_posix(): ast.parse(file.read_text(encoding="utf-8"))
        for file in files
    }
    public = {name for tree in trees.values() for name in speakers_of(tree) if name[0] != "_"}
    found: dict[str, str] = {}
    for name, tree in trees.items():
        if not _UNSEEN_MODULES.search(name):
            for template in _of_module(tree, public):
                known = found.get(template.text, template.kinds)
                found[template.text] = "".join(map(_wider, known, template.kinds))
    return [Template(text, kinds) for text, kinds in sorted(found.items())]


def _wider(one: str, other: str) -> str:
    """One kind for a field that has two: words include numbers, data are the last resort."""
    return one if one == other else WORDS if WORDS in (one, other) else DATA


def _of_module(tree: ast.Module, speakers: set[str]) -> Iterator[Template]:
    """The templates of one module; a function's own variables decide what its fields hold."""
    silent, spoken = _silent(tree), _spoken(tree)
    for scope in _scopes(tree):
        calls = speakers | speakers_of(tree)
        words = Scope(calls, variables_of(scope, calls))
        for node in _texts(scope, silent):
            template = template_of(node, words)
            if _has_word(template.text) and (id(node) in spoken or _is_prose(template.text)):
                yield template


def _scopes(tree: ast.Module) -> list[ast.AST]:
    functions = [n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [tree, *functions]


def _texts(scope: ast.AST, silent: set[int]) -> Iterator[ast.expr]:
    """Every string of a scope that is not silent; of an f-string, its fields' own strings too."""
    for child in ast.iter_child_nodes(scope):
        if id(child) in silent or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(child, ast.JoinedStr):
            yield child
            for part in child.values:
                if isinstance(part, ast.FormattedValue):
                    yield from _texts(part, silent | {id(part.format_spec)})
        elif string_of(child) is not None:
            yield child  # type: ignore[misc]  # a constant is an expression
        else:
            yield from _texts(child, silent)


def _silent(tree: ast.Module) -> set[int]:
    """Docstrings, annotations, and what goes to programmers, logs and databases."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and string_of(node.value) is not None:
            found.add(id(node))
        elif isinstance(node, ast.Call) and _SILENT.search(ast.unparse(node.func)):
            if name_of(node) not in _SPEAKING:
                found.update(id(part) for part in (*node.args, *node.keywords))
                found.update(id(part) for part in ast.iter_child_nodes(node.func))
        elif isinstance(node, ast.arg | ast.AnnAssign) and node.annotation is not None:
            found.add(id(node.annotation))
        elif isinstance(node, ast.FunctionDef) and node.returns is not None:
            found.add(id(node.returns))
    return found


def _spoken(tree: ast.Module) -> set[int]:
    """Strings that people read whatever they look like: by the call or table they stand in."""
    found: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node) in _SPEAKING:
            places = _SPEAKING[name_of(node)]
            words = [part for at, part in enumerate(node.args) if at in places]
            words += [key.value for key in node.keywords if key.arg in _SPEAKING_KEYWORDS]
            found.update(id(inner) for part in words for inner in ast.walk(part))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            target = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if isinstance(target, ast.Name) and target.id in _SPEAKING_TABLES:
                values = node.value.values if isinstance(node.value, ast.Dict) else [node.value]
                found.update(id(inner) for part in values for inner in ast.walk(part))
        elif isinstance(node, ast.FunctionDef) and node.name in _SPEAKING_FUNCTIONS:
            found.update(id(n.value) for n in ast.walk(node) if isinstance(n, ast.Return))
    return found


def _has_word(text: str) -> bool:
    return re.search("[A-Za-z]{2}", text.replace("{}", "")) is not None


def _is_prose(text: str) -> bool:
    return _PROSE.search(text) is not None and _NOT_PROSE.search(text) is None
