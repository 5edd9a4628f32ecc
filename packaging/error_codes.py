"""Collects the codes of errors that a user can mend, each with what it says, from the source.

`resources/translations/error_codes.json` is what `lnl-gui help error-codes` prints; `python
packaging/translations.py` brings it up to date. The sentences are those of the catalogues.
"""

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MARKS = ("message", "message_n")
MADE = "UserError"
NO_CODE = "user_error"


@dataclass(frozen=True)
class Maker:
    """A function that gives an error whose code its caller may choose."""

    code: str
    """where the caller chooses none"""
    template: str


def error_codes(package: Path) -> dict[str, list[str]]:
    """The templates of the errors of each code, as far as the source names both."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(package.rglob("*.py"))]
    trees = [ast.parse(text) for text in texts]
    # A code may be a name of another module; of a name that several modules have, its own counts.
    everywhere = dict(pair for tree in trees for pair in _constants(tree))
    # Going through a tree takes as long as reading it, and most make no error themselves.
    making = [tree for text, tree in zip(texts, trees, strict=True) if MADE in text]
    makers = dict(pair for tree in making for pair in _makers(tree, everywhere))
    calls = re.compile("|".join(["error", *map(re.escape, makers)]), re.IGNORECASE)
    found: dict[str, set[str]] = {}
    for text, tree in zip(texts, trees, strict=True):
        if not calls.search(text):
            continue
        for code, template in _errors(tree, {**everywhere, **dict(_constants(tree))}, makers):
            found.setdefault(code, set()).update([template] if template else [])
    return {code: sorted(found[code]) for code in sorted(found)}


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """Names at the top of a module that stand for one text."""
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Constant):
            (target, *_), value = statement.targets, statement.value.value
            if isinstance(target, ast.Name) and isinstance(value, str):
                yield target.id, value


def _makers(tree: ast.Module, names: dict[str, str]) -> Iterator[tuple[str, Maker]]:
    """Functions of a module that return an error with the code they were given, by name."""
    for function in tree.body:
        if not isinstance(function, ast.FunctionDef):
            continue
        words = zip(function.args.kwonlyargs, function.args.kw_defaults, strict=True)
        defaults = {word.arg: default for word, default in words}
        for made in ast.walk(function):
            call = made.value if isinstance(made, ast.Return) else None
            if isinstance(call, ast.Call) and _name(call.func) == MADE:
                given = {word.arg: word.value for word in call.keywords}.get("code")
                # Without a sentence of its own it is read like any other call that is given one.
                own = _template(call)
                if own and isinstance(given, ast.Name) and given.id in defaults:
                    default = defaults[given.id]
                    code = "" if default is None else _text(default, names)
                    yield function.name, Maker(code, own)


def _errors(
    tree: ast.Module, names: dict[str, str], makers: dict[str, Maker]
) -> Iterator[tuple[str, str]]:
    """(code, template) of every call that makes an error."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = _name(node.func)
        keywords = {word.arg: word.value for word in node.keywords}
        given = keywords.get("code")
        if maker := makers.get(called):
            code = maker.code if given is None else _text(given, names)
            if code:
                yield code, maker.template
            continue
        # A lookup by name takes the error's sentence and code and makes it itself.
        # A kind of error of its own passes both on to the one it is a kind of.
        makes_error = "error" in called.lower() or "error" in keywords or called == "__init__"
        if makes_error and (given is not None or called == MADE):
            code = NO_CODE if given is None else _text(given, names)
            if code:
                yield code, _template(node)


def _name(node: ast.expr) -> str:
    """What a name or an attribute is called."""
    return node.id if isinstance(node, ast.Name) else getattr(node, "attr", "")


def _text(node: ast.expr, names: dict[str, str]) -> str:
    return str(node.value) if isinstance(node, ast.Constant) else names.get(_name(node), "")


def _template(call: ast.Call) -> str:
    named = [word.value for word in call.keywords if word.arg == "error"]
    first = next(iter([*named, *call.args]), None)
    if isinstance(first, ast.Call) and getattr(first.func, "id", "") in MARKS and first.args:
        marked = first.args[0]
        return str(marked.value) if isinstance(marked, ast.Constant) else ""
    return ""


def as_json(codes: dict[str, list[str]]) -> str:
    """The written form, one code a line, so that branches merge."""
    lines = [f"{json.dumps(code)}: {json.dumps(texts)}" for code, texts in codes.items()]
    return "{\n" + ",\n".join(lines) + "\n}\n"
