"""Public functions that take or return arrays give shapes, and those that refuse input say so."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import pytest

from tests.contracts.sources import PACKAGE, modules

ARRAYS = re.compile(r"\b(ndarray|NDArray|Tensor|csr_array)\b")
SHAPE = re.compile(r"\(\w[\w +*/.-]*,[^()]*\)|\bany shape\b|\bscalar\b|\(\.\.\., \w+\)")
PACKAGES = sorted(file.parent.name for file in PACKAGE.glob("*/__init__.py"))
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Documented:
    """A public function with its docstring, a method's with that of its class."""

    name: str
    text: str
    annotations: str
    arguments: frozenset[str]
    is_empty: bool
    raises: bool


@cache
def public_functions(package: str) -> list[Documented]:
    """What is asked of functions; reading a package takes as long as all the questions."""
    return [
        Documented(
            name, text, annotations(function), named(function), is_empty(function), raises(function)
        )
        for name, function, text in _public_functions(package)
    ]


def _public_functions(package: str) -> Iterator[tuple[str, Function, str]]:
    for path, module in modules().items():
        if not path.startswith(f"{package}/"):
            continue
        place = path.removesuffix(".py")
        for node in module.body:
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


def named(function: Function) -> frozenset[str]:
    """The arguments that a docstring tells of."""
    arguments = function.args
    every = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    return frozenset(each.arg for each in every) - {"self", "cls"}


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
    found = public_functions(package)
    assert len(found) > 10
    assert not [
        each.name
        for each in found
        if ARRAYS.search(each.annotations) and not SHAPE.search(each.text) and not each.is_empty
    ]


@pytest.mark.parametrize("package", PACKAGES)
def test_sections_of_arguments_are_whole(package: str) -> None:
    lacking = []
    for each in public_functions(package):
        told = re.findall(r"^ {4,}([a-z_0-9, ]+):", each.text, re.MULTILINE)
        missing = each.arguments - set(", ".join(told).split(", "))
        lacking += [f"{each.name}: {one}" for one in sorted(missing) if "Args:" in each.text]
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
        each.name
        for each in public_functions(package)
        if each.raises and "Raises:" not in each.text
    ]
