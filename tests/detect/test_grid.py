import csv
import io

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from lnl_gui.detect.grid import (
    FIGURES,
    Case,
    Finding,
    consensus_method,
    mean_by,
    run_grid,
    score,
    to_csv,
    to_markdown,
)
from tests.detect.synthetic_data import make_world


def case_of(name: str, seed: int) -> Case:
    world = make_world(samples=200, seed=seed)
    return Case(name, seed, [world.embedding], world.truth, world.given, 4)


def oracle(case: Case) -> dict[str, Finding]:
    wrong = case.truth != case.given
    errors = float(wrong.sum())
    return {
        "oracle": Finding(wrong.astype(float), wrong, case.truth, errors, (errors, errors)),
        "blind": Finding(np.zeros(wrong.size), np.zeros(wrong.size, bool), case.given),
    }


def test_an_oracle_has_full_marks_and_the_blind_none() -> None:
    case = case_of("a", 0)
    found = {name: score(case, finding) for name, finding in oracle(case).items()}
    best = found["oracle"]
    assert [best[k] for k in ("auroc", "average_precision", "f1", "suggestion", "covered")] == [
        1
    ] * 5
    blind = found["blind"]
    assert (blind["auroc"], blind["f1"], blind["suggestion"]) == (0.5, 0.0, 0.0)
    assert np.isnan(blind["covered"])


def test_clean_labels_have_no_ranking_but_a_flag_rate() -> None:
    world = make_world(samples=40)
    case = Case("clean", 0, [world.embedding], world.truth, world.truth, 4)
    flagged = np.arange(40) < 4
    found = score(case, Finding(np.zeros(40), flagged, world.truth))
    assert np.isnan(found["auroc"]) and found["flagged"] == 0.1 and found["true_errors"] == 0


def test_grid_runs_every_method_on_every_case_and_tells_how_far_it_is() -> None:
    steps: list[tuple[int, int]] = []
    cases = [case_of("a", 0), case_of("a", 1), case_of("b", 0)]
    rows = run_grid(
        cases, [oracle, consensus_method], progress=lambda done, total: steps.append((done, total))
    )
    assert len(rows) == 9 and steps[-1] == (6, 6)
    ours = [row for row in rows if row["method"] == "consensus"]
    assert all(float(row["f1"]) > 0.8 and float(row["seconds"]) > 0 for row in ours)
    means = mean_by(rows, "f1")["consensus"]
    assert means["a"] == pytest.approx(np.mean([float(r["f1"]) for r in ours[:2]]))


def test_tables_hold_every_figure() -> None:
    rows = run_grid([case_of("a", 0), case_of("b", 0)], [oracle])
    parsed = list(csv.DictReader(io.StringIO(to_csv(rows))))
    assert len(parsed) == 4 and set(FIGURES) < set(parsed[0])
    assert parsed[0]["f1"] == "1.0000"
    text = to_markdown(rows)
    assert "| oracle | 1.000 | 1.000 | 1.000 |" in text
    assert text.count("## ") == len(FIGURES)


def test_consensus_is_scored_as_it_is() -> None:
    case = case_of("a", 3)
    finding = consensus_method(case)["consensus"]
    wrong = case.truth != case.given
    assert score(case, finding)["average_precision"] == pytest.approx(
        average_precision_score(wrong, finding.suspicion)
    )
