"""One name, one meaning: no public class name is defined twice in the product."""

import ast
from collections import defaultdict

from tests.contracts.sources import modules

ALLOWED: dict[str, str] = {}
"""Names that stand for two things all the same, each with the reason."""


def public_classes(module: ast.Module) -> list[str]:
    """Names of the classes that a module defines for others."""
    return [
        node.name
        for node in module.body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]


def test_no_class_name_stands_for_two_things() -> None:
    example = ast.parse("class A: ...\nclass _B: ...\ndef c(): ...\n")
    assert public_classes(example) == ["A"]
    found: dict[str, list[str]] = defaultdict(list)
    for path, module in modules().items():
        for name in public_classes(module):
            found[name].append(path)
    assert len(found) > 400
    twice = {name: files for name, files in found.items() if len(files) > 1}
    assert twice.keys() == ALLOWED.keys(), twice
