"""One name, one meaning: no public class name is defined twice in the product."""

import ast
from collections import defaultdict
from pathlib import Path

import lnl_gui

PACKAGE = Path(lnl_gui.__file__).parent
ALLOWED: dict[str, str] = {}
"""Names that stand for two things all the same, each with the reason."""


def public_classes(source: str) -> list[str]:
    """Names of the classes that a module defines for others."""
    return [
        node.name
        for node in ast.parse(source).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]


def test_no_class_name_stands_for_two_things() -> None:
    assert public_classes("class A: ...\nclass _B: ...\ndef c(): ...\n") == ["A"]
    found: dict[str, list[str]] = defaultdict(list)
    for file in sorted(PACKAGE.rglob("*.py")):
        for name in public_classes(file.read_text(encoding="utf-8")):
            found[name].append(file.relative_to(PACKAGE).as_posix())
    assert len(found) > 400
    twice = {name: files for name, files in found.items() if len(files) > 1}
    assert twice.keys() == ALLOWED.keys(), twice
