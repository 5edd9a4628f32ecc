"""Public functions that take or return arrays give shapes, and those that refuse input say so."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import lnl_gui

ROOT = Path(lnl_gui.__file__).parent
ARRAYS = re.compile(r"\b(ndarray|NDArray|Tensor|csr_array)\b")
SHAPE = re.compile(r"\(\w[\w +*/.-]*,[^()]*\)|\bany shape\b|\bscalar\b|\(\.\.\., \w+\)")
PACKAGES = sorted(file.parent.name for file in ROOT.glob("*/__init__.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


def public_functions(package: str) -> Iterator[tuple[str, Function, str]]:
    """Name, node and docstring (a method's with that of its class) of public functions."""
    for file in sorted((ROOT / package).rglob("*.py")):
        place = file.relative_to(ROOT).with_suffix("").as_posix()
        for node in ast.parse(file.read_text(encoding="utf-8")).body:
            if isinstance(node, Function) and not node.name.startswith("_"):
                yield f"{place}.{node.name}", node, ast.get_docstring(node) or ""
            if not isinstance(node, ast.ClassDef) or node.name.startswith("_"):
                continue
            of_class = ast.get_docstring(node) or ""
            for method in node.body:
                if isinstance(method, Function) and not method.name.startswith("_"):
                    own = ast.get_docstring(method) or ""
                    yield f"{place}.{node.name}.{method.name}", method, own
                elif isinstance(method, Function) and method.name in ("__init__", "__call__"):
                    both = of_class + (ast.get_docstring(method) or "")
                    yield f"{place}.{node.name}.{method.name}", method, both


def annotations(function: Function) -> str:
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    kinds = [each.annotation for each in every] + [function.returns]
    return " ".join(ast.unparse(kind) for kind in kinds if kind is not None)


def is_empty(function: Function) -> bool:
    """Nothing but a docstring, or a docstring and an empty value."""
    rest = function.body[1:]
    return all(isinstance(each, ast.Return) and ast.unparse(each) == "return {}" for each in rest)


@pytest.mark.parametrize("package", PACKAGES)
def test_arrays_have_shapes(package: str) -> None:
    found = list(public_functions(package))
    assert len(found) > 10
    assert not [
        name
        for name, function, text in found
        if ARRAYS.search(annotations(function))
        and not SHAPE.search(text)
        and not is_empty(function)
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_sections_of_arguments_are_whole(package: str) -> None:
    lacking = []
    for name, function, text in public_functions(package):
        arguments = function.args
        every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        wanted = {each.arg for each in every} - {"self", "cls"}
        named = re.findall(r"^ {4,}([a-z_0-9, ]+):", text, re.MULTILINE)
        missing = wanted - set(", ".join(named).split(", "))
        lacking += [f"{name}: {each}" for each in sorted(missing) if "Args:" in text]
    assert not lacking


def raises(function: Function) -> bool:
    """Whether it raises an error that it does not catch itself."""
    nodes = list(ast.walk(function))
    tries = [node for node in nodes if isinstance(node, ast.Try) and node.handlers]
    caught = {id(inner) for node in tries for line in node.body for inner in ast.walk(line)}
    found = [node for node in nodes if isinstance(node, ast.Raise) and node.exc]
    return any(id(node) not in caught for node in found)


# Slots of the window show an error where it arises: nothing calls them that could catch one.
@pytest.mark.parametrize("package", sorted({*PACKAGES} - {"gui"}))
def test_errors_are_named(package: str) -> None:
    assert not [
        name
        for name, function, text in public_functions(package)
        if raises(function) and "Raises:" not in text
    ]
