"""Facts that several parts need stand in one place each."""

import re
from pathlib import Path

import pytest

import lnl_gui
from lnl_gui.pipeline.output.report_words import ACTS
from lnl_gui.session.acts.verdicts import ADOPT, CONFIRM, KEEP_ONE, KINDS, TAKE_SOURCE
from lnl_gui.store.dataset.classes import EDIT
from lnl_gui.store.history import journal

PACKAGE = Path(lnl_gui.__file__).parent
SOURCES = {
    file.relative_to(PACKAGE).as_posix(): file.read_text(encoding="utf-8")
    for file in sorted(PACKAGE.rglob("*.py"))
}


def places(pattern: str) -> list[str]:
    """Modules in which a pattern occurs, once for each time."""
    found = re.compile(pattern, re.MULTILINE)
    return [name for name, text in SOURCES.items() for _ in found.findall(text)]


@pytest.mark.parametrize(
    ("fact", "pattern", "place"),
    [
        (
            "quantiles of intervals",
            r"\.inv_cdf\(|\.ppf\(|betaincinv\(",
            "util/statistics/intervals.py",
        ),
        ("the model's error", r"^MODEL_ERROR\b.*=", "util/statistics/intervals.py"),
        ("did you mean", r"\bget_close_matches\(", "util/lookup.py"),
        ("the size of a part", r"^PART_SIZE\b.*=", "encoders/embedding.py"),
        ("the batch of evaluations", r"^EVALUATION_BATCH\b.*=", "learn/models/inference.py"),
        ("kinds of verdict", r'KINDS = \(\n    "accept"', "session/acts/verdicts.py"),
        ("states of a sample", r"^STATUS_NAMES\b.*=", "store/dataset/samples.py"),
        ("titles of issues", r'"low_information": message', "store/detection/issue_titles.py"),
        ("counts of samples by state", r"^def count\(columns", "session/figures/stages.py"),
        ("states of a run", r'"Interrupted"', "store/jobs/runs.py"),
    ],
)
def test_a_fact_stands_once(fact: str, pattern: str, place: str) -> None:
    assert set(places(pattern)) == {place}, fact


def test_no_literal_stands_for_a_named_fact() -> None:
    """Figures that were written down several times, each in the way it was written."""
    assert places(r"\b1\.96\b|\b1\.959\d*") == []
    assert places(r"relative_error.*= ?0?\.08\b") == []


def test_every_kind_of_operation_has_a_word_in_the_report() -> None:
    decided = {*KINDS, KEEP_ONE, ADOPT, TAKE_SOURCE, CONFIRM}
    others = {journal.OPINION, journal.UPDATE, journal.REMARK, EDIT}
    assert set(ACTS) == {*decided, *others}
