"""The list of mutants that no test can tell from the program quotes lines that are there."""

import tomllib
from pathlib import Path
from typing import Any

import lnl_gui
from tests import mutation

PACKAGE = Path(lnl_gui.__file__).parent
LIST = Path(mutation.__file__).with_name("equivalent.toml")


def module_of(function: str) -> Path:
    """The file that defines a function or method, named without the package."""
    parts = function.split(".")
    files = (PACKAGE.joinpath(*parts[:end]).with_suffix(".py") for end in range(len(parts), 0, -1))
    return next(file for file in files if file.is_file())


def test_every_line_of_the_list_is_still_in_its_module() -> None:
    mutants: list[dict[str, Any]] = tomllib.loads(LIST.read_text(encoding="utf-8"))["mutant"]
    assert len(mutants) > 20
    gone = [
        (mutant["function"], mutant["was"])
        for mutant in mutants
        if mutant["was"] not in module_of(mutant["function"]).read_text(encoding="utf-8")
    ]
    assert gone == []
