"""From a string in the source to a template: what is said, and what each of its fields holds."""

import ast
import re
from dataclasses import dataclass

from lnl_gui.gui.i18n.phrases import DATA, NUMBER, WORDS

# Variables and attributes that hold words wherever they come from.
WORD_NAMES = {
    *("action", "error", "hint", "message", "note", "reason", "stage", "text", "title"),
    *("description", "why", "where", "missing"),
}
_COUNTING = {"len", "int", "round", "sum", "max", "total", "size"}
_NUMERIC = re.compile(r"[,%defgn]$")
"""How the format of a number ends."""


@dataclass(frozen=True)
class Template:
    """A text with `{}` for what is filled in, and the kind of each field, one letter each."""

    text: str
    kinds: str = ""


@dataclass(frozen=True)
class Scope:
    """What holds words in one scope: functions that return them, and variables."""

    calls: set[str]
    variables: set[str]


def name_of(call: ast.Call) -> str:
    return ast.unparse(call.func).rpartition(".")[2]


def string_of(node: ast.AST) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def is_text(node: ast.AST | None) -> bool:
    """Whether an expression is made of words: a string, a choice of strings, a sum of them."""
    match node:
        case ast.JoinedStr():
            return True
        case ast.IfExp():
            return is_text(node.body) or is_text(node.orelse)
        case ast.BinOp():
            return is_text(node.left) or is_text(node.right)
        case ast.BoolOp():
            return any(map(is_text, node.values))
    return node is not None and string_of(node) is not None


def speakers_of(tree: ast.Module) -> set[str]:
    """Functions that return words, their own or those of another one in the module."""
    returned = {
        function.name: [n.value for n in ast.walk(function) if isinstance(n, ast.Return)]
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef)
    }
    found = {name for name, values in returned.items() if any(map(is_text, values))}
    calls = {
        name
        for name, values in returned.items()
        if any(isinstance(value, ast.Call) and name_of(value) in found for value in values)
    }
    return found | calls


def variables_of(scope: ast.AST, calls: set[str]) -> set[str]:
    """Names of a function that hold words."""
    found = set(WORD_NAMES)
    for node in ast.walk(scope):
        if isinstance(node, ast.Assign):
            spoken = isinstance(node.value, ast.Call) and name_of(node.value) in calls
            if spoken or is_text(node.value):
                found.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return found


def template_of(node: ast.expr, words: Scope) -> Template:
    if not isinstance(node, ast.JoinedStr):
        text = string_of(node) or ""
        return Template(text, WORDS * text.count("{}"))
    parts, kinds = [], ""
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            parts.append("{}")
            kinds += _kind(part, words)
        else:
            parts.append((string_of(part) or "").replace("{", "{{").replace("}", "}}"))
    return Template("".join(parts), kinds)


def _kind(field: ast.FormattedValue, words: Scope) -> str:
    if isinstance(field.format_spec, ast.JoinedStr):
        last = string_of(field.format_spec.values[-1]) or ""
        return NUMBER if _NUMERIC.search(last) else DATA
    if _counts(field.value):
        return NUMBER
    return WORDS if _holds_words(field.value, words) else DATA


def _counts(value: ast.AST) -> bool:
    match value:
        case ast.Call():
            return name_of(value) in _COUNTING
        case ast.Attribute():
            return value.attr in _COUNTING
        case ast.Constant():
            return isinstance(value.value, int)
        case ast.BinOp(op=ast.Add() | ast.Sub()):
            return _counts(value.left) or _counts(value.right)
    return False


def _holds_words(value: ast.AST, words: Scope) -> bool:
    match value:
        case ast.Name():
            return value.id in words.variables
        case ast.Attribute():
            of_stage = ast.unparse(value).endswith("stage.name")
            return of_stage or value.attr in WORD_NAMES
        case ast.Call():
            return name_of(value) in words.calls
        case ast.BoolOp():
            return any(_holds_words(part, words) for part in value.values)
    return is_text(value)
