"""The names that others rely on are those that are listed, with the parameters that are listed."""

import inspect
from dataclasses import fields
from typing import Any

import lnl_gui
import lnl_gui.sklearn
from lnl_gui.library.stable_names import STABLE_NAMES


def shown(value: Any) -> list[str] | None:
    """As the list has it: parameters of a function without `self`, defaults and types."""
    if not inspect.isfunction(value):
        return None
    parts: list[str] = []
    by_name = False
    for parameter in inspect.signature(value).parameters.values():
        if parameter.name == "self":
            continue
        if parameter.kind is parameter.KEYWORD_ONLY and not by_name:
            parts, by_name = [*parts, "*"], True
        by_name = by_name or parameter.kind is parameter.VAR_POSITIONAL
        stars = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}
        parts.append(stars.get(parameter.kind, "") + parameter.name)
    return parts


def public(holder: Any) -> dict[str, list[str] | None]:
    return {name: shown(value) for name, value in vars(holder).items() if not name.startswith("_")}


def test_the_package_has_the_listed_names() -> None:
    found = {name: shown(getattr(lnl_gui, name)) for name in lnl_gui.__all__}
    assert found == STABLE_NAMES["lnl_gui"]


def test_a_project_has_the_listed_names() -> None:
    assert public(lnl_gui.CleaningProject) == STABLE_NAMES["lnl_gui.CleaningProject"]


def test_issues_have_the_listed_fields() -> None:
    found = {field.name: None for field in fields(lnl_gui.LabelIssues)}
    assert found == STABLE_NAMES["lnl_gui.LabelIssues"]


def test_errors_have_the_listed_attributes() -> None:
    error = lnl_gui.UserError("what is wrong")  # type: ignore[arg-type]
    assert STABLE_NAMES["lnl_gui.UserError"].keys() <= vars(error).keys()


def test_the_estimators_are_the_listed_ones() -> None:
    home = lnl_gui.sklearn
    found = {
        n: shown(v) for n, v in vars(home).items() if getattr(v, "__module__", "") == home.__name__
    }
    own = {name: kind for name, kind in found.items() if not name.startswith("_")}
    assert own == STABLE_NAMES["lnl_gui.sklearn"]
