"""Rows of the benchmarks of recipes: what differs, how far epochs fall, differences of pairs."""

from typing import Any

import pytest

from tests.benchmarks.head_recipes import Cell, recipes_markdown
from tests.benchmarks.recipe_rows import Row, as_markdown, differences, row_of


def _epoch(validation: float, **others: Any) -> dict[str, Any]:
    figures = {"undone": 1.0} if others.get("undone") else {}
    return {
        "seconds": 2.0,
        "training_accuracy": 0.9,
        "validation_accuracy": validation,
        "holdout_accuracy": others.get("held", 0.7),
        "figures": figures,
    }


METRICS: dict[str, Any] = {
    "epochs": [_epoch(0.8, held=0.75), _epoch(0.5, undone=True), _epoch(0.7, held=None)],
    "training_samples": 100,
    "after": {"accuracy": 0.72},
    "warnings": ["said"],
}


def _row(**others: Any) -> Row:
    options: dict[str, Any] = {
        "batch_size": 10,
        "told": 30.0,
        "seconds": 33.0,
        "stopped": "phase 1, epoch 1",
        "resumed": 9.0,
        "differences": [],
        "standard_errors": 3.0,
    }
    return row_of("turn", "bundled-fast", METRICS, **(options | others))


def test_an_epoch_that_was_undone_is_no_fall() -> None:
    row = _row()
    assert row.fall == pytest.approx(-0.1) and row.undone == 1
    # Three standard errors of .8 on ten validation images.
    assert row.allowed == pytest.approx(3 * 0.16**0.5 / 10**0.5)
    assert (row.image, row.step) == (pytest.approx(20.0), pytest.approx(200.0))
    assert row.without_curve == 1 and row.notes == ["said"]
    assert "| 75.0%, 72.0% | -10.0 (37.9) | 1 | 1 without |" in as_markdown([row])


def test_times_may_differ_and_nothing_else() -> None:
    first = {"epochs": [{"seconds": 1, "loss": 0.5}], "after": {"accuracy": 0.7}}
    second = {"epochs": [{"seconds": 2, "loss": 0.5}], "after": {"accuracy": 0.8}}
    found = differences(first, second, {"a": b"1", "b": b"2"}, {"a": b"1", "b": b"3"})
    assert found == ["after.accuracy", "b"]
    assert differences(first, first, {}, {}) == []


def test_recipes_are_compared_with_the_probe_of_the_same_draw() -> None:
    cells: list[Cell] = []
    for seed, (probe, other) in enumerate([(0.5, 0.6), (0.8, 0.9), (0.6, 0.7)]):
        for recipe, accuracy in (("linear_probe", probe), ("unicon_head", other)):
            cells.append(
                {
                    "recipe": recipe,
                    "size": 150,
                    "labels": "worse",
                    "seed": seed,
                    "accuracy": accuracy,
                }
            )
    # Ten points each time: draws that differ by thirty do not widen the interval.
    assert "| unicon_head | 73.3, +10.0 (+10.0 to +10.0) |" in recipes_markdown(cells)
