"""The example notebook: its cells run one after the other and show what is shown in it."""

import ast
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOK = ROOT / "resources" / "examples" / "clean_labels.ipynb"
CELLS = [
    cell
    for cell in json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    if cell["cell_type"] == "code"
]


def run(cell: dict[str, Any], names: dict[str, Any]) -> Any:
    """Run a cell as a notebook does; what its last line says, None where that says nothing."""
    tree = ast.parse("".join(cell["source"]))
    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, str(NOTEBOOK), "exec"), names)
    if last is None:
        return None
    assert isinstance(last, ast.Expr)
    return eval(compile(ast.Expression(last.value), str(NOTEBOOK), "eval"), names)


def test_every_cell_runs_and_shows_what_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pandas")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    names: dict[str, Any] = {}
    shown = []
    for cell in CELLS:
        value = run(cell, names)
        assert (value is not None) == bool(cell["outputs"]), "".join(cell["source"])
        if value is not None:
            shown.append(value)
            [output] = cell["outputs"]
            rich = hasattr(value, "_repr_html_") and value._repr_html_() is not None
            assert ("text/html" in output["data"]) == rich
    # Not digit by digit: results may differ in the last bits between processors.
    wrong, flagged = names["wrong"], names["issues"].flagged
    assert (flagged & wrong).sum() > 0.7 * wrong.sum()
    assert names["manifest"]["exported"] == 100
    assert {n: told["images"] for n, told in names["manifest"]["splits"].items()} == {
        "train": 80,
        "test": 20,
    }
    assert (~names["right"]).sum() < wrong.sum() / 2


def test_the_readme_leads_to_it() -> None:
    assert NOTEBOOK.relative_to(ROOT).as_posix() in (ROOT / "README.md").read_text(encoding="utf-8")
