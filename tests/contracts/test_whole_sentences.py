"""A counted phrase stands alone: no other text takes "3 images" in.

In many languages all of a sentence follows the number and the case of what is counted ("noch 3
Verdächtige", "mit 3 Verdächtigen"), so that a phrase put together elsewhere cannot be inflected.
A sentence about a number is one `message_n`, whole.
"""

import ast
from collections.abc import Iterator

from tests.contracts.sources import modules

COUNTED = {"plural", "message_n"}
"""Functions that give a counted phrase."""
PHRASES = {"plural"}
"""Those that never give a whole sentence, so that no variable may carry them into another text."""
TAKE_IN = {"format", "fill", "message", "message_n", "with_fields"}
"""Functions that put texts into others."""
WHOLE = {"localized", "str"}
"""Functions that give the same text in another form."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def called(node: ast.AST) -> str:
    """Name of the function that a call is of; of a table of functions its name."""
    if not isinstance(node, ast.Call):
        return ""
    function = node.func.value if isinstance(node.func, ast.Subscript) else node.func
    if isinstance(node.func, ast.Subscript) and getattr(function, "id", "") == "THINGS":
        return "plural"
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def counts(node: ast.AST, among: set[str]) -> bool:
    """Whether an expression is a counted phrase, in whichever form."""
    if isinstance(node, ast.IfExp):
        return counts(node.body, among) or counts(node.orelse, among)
    if called(node) in WHOLE and isinstance(node, ast.Call):
        return any(counts(argument, among) for argument in node.args)
    return called(node) in among


def phrases_of(function: ast.AST) -> set[str]:
    """Variables of a function that hold a counted phrase."""
    return {
        target.id
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and counts(node.value, PHRASES)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def taken_in(module: ast.AST) -> Iterator[int]:
    """Lines on which a counted phrase becomes part of another text."""
    for function in ast.walk(module):
        if not isinstance(function, FUNCTIONS):
            continue
        phrases = phrases_of(function)
        for node in ast.walk(function):
            if not isinstance(node, ast.Call) or called(node) not in TAKE_IN:
                continue
            for value in [*node.args, *(keyword.value for keyword in node.keywords)]:
                named = isinstance(value, ast.Name) and value.id in phrases
                if named or counts(value, COUNTED):
                    yield value.lineno


def passed_on(module: ast.AST) -> Iterator[int]:
    """Lines on which a counted phrase is given to a part that may put it into a text."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            for keyword in node.keywords:
                if counts(keyword.value, PHRASES):
                    yield keyword.value.lineno


def test_what_counts() -> None:
    lines = (
        'tr("{} left").format(plural(n, "suspect"))',
        'fill(tr("{} left"), localized(message_n("a", "b", n)))',
        'message("{what} left", what=THINGS["suspect"](n))',
        'said = plural(n, "image"); tr("{} left").format(said)',
        'message_n("a", "b", n, other=plural(n, "image") if n else "")',
        "label.setText(plural(n, 'image'))",
        'whole = localized(message_n("a", "b", n)); tr("{} {}").format(whole, more)',
    )
    source = "def f():\n" + "".join(f"    {line}\n" for line in lines)
    assert list(taken_in(ast.parse(source))) == [2, 3, 4, 5, 6]
    assert list(passed_on(ast.parse("ask(n, what=plural(n, 'image'))"))) == [1]


def test_no_text_takes_a_counted_phrase_in() -> None:
    found = [
        f"{path}:{line}"
        for path, module in modules().items()
        for line in {*taken_in(module), *passed_on(module)}
    ]
    assert found == []
