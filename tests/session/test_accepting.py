"""What accepting suggestions unseen would bring, said beforehand."""

from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.accepting import describe, outlook
from lnl_gui.session.session import Session
from tests.builders import add_detection, make_project


def test_the_expected_number_of_wrong_suggestions_is_counted_by_pair(tmp_path: Path) -> None:
    project = make_project(tmp_path / "animals.lnl")
    add_detection(project)
    with Session.open(project) as session:
        columns = session.columns
        count = len(columns.given)
        rows = np.flatnonzero((columns.suggested >= 0) & (columns.suggested != columns.given))
        posterior = np.full((count, 2), 0.5, np.float32)
        classes = np.stack([columns.suggested, columns.given], axis=1)
        posterior[rows[0]] = (0.25, 0.75)
        found = outlook(columns, rows, posterior=posterior, classes=classes)
        assert found.count == len(rows) > 2
        assert found.wrong == pytest.approx(0.5 * (len(rows) - 1) + 0.75)
        assert sum(pair.wrong for pair in found.pairs) <= found.wrong + 1e-9
        worst = found.pairs[0]
        same = (columns.given[rows] == worst.given) & (columns.suggested[rows] == worst.suggested)
        assert worst.count == same.sum()
        said = str(describe(found, session.class_name))
        assert f"of {len(rows):,} suggestions" in said and "→" in said
        # Without probabilities a suggestion is right at most as often as the label is wrong.
        plain = outlook(columns, rows, posterior=None, classes=None)
        assert plain.wrong == pytest.approx(float((1 - columns.suspicion[rows]).sum()), rel=1e-5)
        nothing = outlook(columns, rows[:0], posterior=None, classes=None)
        assert (nothing.count, nothing.pairs, str(describe(nothing, session.class_name))) == (
            0,
            (),
            "",
        )
