"""No text is translated while its module is imported: the language may not be in force then."""

import ast
from collections.abc import Iterator

from lnl_gui.gui.model.sample_words import STATUS_TITLES
from lnl_gui.gui.widgets.basic import plural
from lnl_gui.store.dataset.samples import KEPT
from lnl_gui.util.translation import load_language, localized, use_language
from tests.contracts.sources import modules

TRANSLATES = {"tr", "localized", "fill", "in_words", "counted"}
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def translated_at_import(node: ast.AST) -> Iterator[int]:
    """Lines of the calls that run at import: in defaults too, but in no body of a function."""
    if isinstance(node, ast.Call):
        called = node.func
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        if name in TRANSLATES:
            yield node.lineno
    if isinstance(node, FUNCTIONS):
        below = [*node.args.defaults, *filter(None, node.args.kw_defaults)]
        below += getattr(node, "decorator_list", [])
    else:
        below = list(ast.iter_child_nodes(node))
    for child in below:
        yield from translated_at_import(child)


def test_what_counts() -> None:
    source = 'A = {1: tr("a")}\nclass B:\n    c = localized(d)\ndef e(f=tr("f")):\n    tr("g")\n'
    assert list(translated_at_import(ast.parse(source))) == [1, 3, 4]
    assert not list(translated_at_import(ast.parse('A = lambda: tr("a")')))


def test_nothing_is_translated_at_import() -> None:
    found = [
        f"{path}:{line}"
        for path, module in modules().items()
        for line in translated_at_import(module)
    ]
    assert found == []


def test_a_table_follows_the_language_in_force() -> None:
    shown = [plural(2, "other"), localized(STATUS_TITLES[KEPT])]
    assert shown == ["2 other samples", "Kept"]
    use_language(load_language("de"))
    assert [plural(2, "other"), localized(STATUS_TITLES[KEPT])] == ["2 andere Bilder", "Behalten"]
