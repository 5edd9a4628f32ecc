"""What cleaning gained in an open project: verdicts on what two models disagree about."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import FinetuneParameters
from lnl_gui.store.jobs.runs import DONE, RunResult
from lnl_gui.store.training.gain import gain_from_dict, gain_to_dict
from lnl_gui.store.training.training_comparison import TrainingComparison
from tests.builders import add_detection, add_training, make_project

CAT, DOG, BIRD = range(3)
SAMPLES = 10
ROWS = (7, 3, 12, 4)
"""A dog, a cat, a cat and a dog by their given labels; none of them drawn in order."""
DECIDING = ViewSpec(deciding=True)


def two_models(
    rows: Sequence[int] = ROWS, *, before: int = BIRD, decided: Sequence[int] = ()
) -> TrainingComparison:
    """The curated model names the given label, the other one `before`."""
    chosen = np.array(rows, np.int64)
    return TrainingComparison(
        rows=chosen,
        before=np.full(len(rows), before, np.int32),
        after=(chosen % 3).astype(np.int32),
        right_before=np.full(len(rows), 0.2),
        right_after=np.full(len(rows), 0.7),
        decided=np.isin(chosen, decided),
        samples=SAMPLES,
        model_error=0.0,
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_project(tmp_path / "pets.lnl")
    add_detection(made)
    return made


def test_without_two_models_there_is_no_gain_and_nothing_decides(folder: Path) -> None:
    with Session.open(folder) as session:
        for round_ in range(3):
            assert session.statistics.gain() is None
            assert session.statistics.open_samples().tolist() == []
            assert session.statistics.open_samples().dtype == np.int64
            assert session.derived.deciding_rows.dtype == np.int64
            assert session.views.select_rows(DECIDING).tolist() == []
            assert not session.derived.audited.any()
            # First a training that left no model, then one whose model was compared with none.
            run = session.runs.start(FinetuneParameters(seed=round_))
            result = RunResult({"model": f"runs/{run.id}"} if round_ else {})
            session.runs.finish(run.id, DONE, result)


def test_verdicts_on_what_the_models_disagree_about_verify_the_gain(folder: Path) -> None:
    add_training(folder, two_models())
    with Session.open(folder, reviewer="ann") as session:
        assert session.views.select_rows(DECIDING).tolist() == list(ROWS)
        assert session.statistics.open_samples().tolist() == list(ROWS)
        gain = session.statistics.gain()
        assert gain is not None and gain.verified is None and not gain.exact
        # Each is worth 0.7 - 0.2, four of ten.
        assert gain.estimated.value == pytest.approx(4 * 0.5 / SAMPLES)
        assert (gain.disagreements, gain.open, gain.compared) == (4, 4, SAMPLES)
        session.keep(np.array([3]))
        session.relabel(np.array([4]), BIRD)
        session.exclude(np.array([12]))
        assert session.statistics.open_samples().tolist() == [7]
        # In the view they stay, in their order, until all are done.
        assert session.views.select_rows(DECIDING).tolist() == list(ROWS)
        session.keep(np.array([7]))
        gain = session.statistics.gain()
        assert gain is not None and gain.verified is not None and gain.exact
        assert (gain.corrected, gain.degraded, gain.undecidable) == (2, 1, 1)
        assert (gain.open, gain.seen_before, gain.compared) == (0, 0, SAMPLES - 1)
        assert gain.verified.value == pytest.approx((2 - 1) / (SAMPLES - 1))
        assert gain.p_value == pytest.approx(1.0)
        session.undo()
        assert session.statistics.open_samples().tolist() == [7]


def test_whoever_works_blind_is_told_the_gain_of_the_project_and_judges_all_anew(
    folder: Path,
) -> None:
    add_training(folder, two_models())
    with Session.open(folder, reviewer="ann") as session:
        for row in ROWS:
            session.keep(np.array([row]))
        known = session.statistics.gain()
        assert known is not None and known.verified is not None and known.exact
        session.team.work_as("bob", blind=True)
        assert session.statistics.gain() == known
        assert session.statistics.open_samples().tolist() == list(ROWS)
        session.relabel(np.array([ROWS[0]]), BIRD)
        assert session.statistics.open_samples().tolist() == list(ROWS[1:])
        assert session.statistics.gain() == known
        session.team.work_as("ann")
        assert session.statistics.gain() == known


def test_verdicts_since_the_training_are_blind_only_where_the_reasons_were_hidden(
    folder: Path,
) -> None:
    add_training(folder, two_models(decided=ROWS[:1]))
    with Session.open(folder, reviewer="ann") as session:
        # The first was decided before the training, in an audit.
        for row, hidden in zip(ROWS, (True, True, False, False), strict=True):
            session.note_reasons(hidden=hidden)
            session.keep(np.array([row]))
        gain = session.statistics.gain()
        assert gain is not None and gain.seen_before == 2


def test_suggestions_accepted_for_many_at_once_judge_none_of_them(folder: Path) -> None:
    add_training(folder, two_models())
    with Session.open(folder, reviewer="ann") as session:
        session.accept(np.array([3, 7]))
        assert session.statistics.open_samples().tolist() == list(ROWS)
        gain = session.statistics.gain()
        assert gain is not None and gain.open == 4
        session.accept(np.array([3]))
        assert session.statistics.open_samples().tolist() == [7, 12, 4]


def test_the_newest_training_counts(folder: Path) -> None:
    add_training(folder, two_models())
    with Session.open(folder) as session:
        assert session.views.select_rows(DECIDING).tolist() == list(ROWS)
        assert session.derived.audited[list(ROWS)].all()
    add_training(folder, two_models((5, 20)))
    with Session.open(folder) as session:
        assert session.views.select_rows(DECIDING).tolist() == [5, 20]
        assert np.flatnonzero(session.derived.audited).tolist() == [5, 20]
        assert session.statistics.open_samples().tolist() == [5, 20]
        # One that ends while the project is open, without a model to compare with.
        run = session.runs.start(FinetuneParameters(seed=1))
        session.runs.finish(run.id, DONE, RunResult())
        assert session.views.select_rows(DECIDING).tolist() == []
        assert not session.derived.audited.any()
        assert session.statistics.gain() is None


def test_models_that_name_one_class_by_now_agree(folder: Path) -> None:
    add_training(folder, two_models(before=CAT))
    with Session.open(folder) as session:
        # Both named cats: what the given label says, and what the other model says.
        session.class_edits.merge([DOG], CAT)
        assert session.statistics.open_samples().tolist() == []
        session.undo()
        assert session.statistics.open_samples().tolist() == list(ROWS)


def test_who_judged_for_the_gain_has_found_no_suspects(folder: Path) -> None:
    add_training(folder, two_models((7, 4, 13), decided=(4,)))
    with Session.open(folder) as session:
        flagged = set(np.flatnonzero(session.columns.flagged).tolist())
        assert flagged.isdisjoint({7, 4, 13})
        session.exclude(np.array([7, 4, 13, 2]))
        # Row 4 had a verdict before the training, perhaps as a suspect; row 2 was in no exam.
        assert set(session.views.select_rows(ViewSpec()).tolist()) == flagged | {4, 2}
        drawn = session.statistics.draw_audit(3, seed=1).rows
        session.exclude(drawn)
        assert set(session.views.select_rows(ViewSpec()).tolist()) == flagged | {4, 2}


@pytest.mark.parametrize("changed", [None, 0, 5])
def test_where_nothing_was_cleaned_verdicts_verify_no_gain(
    folder: Path, changed: int | None
) -> None:
    add_training(folder, replace(two_models(), changed=changed))
    with Session.open(folder, reviewer="ann") as session:
        for row in ROWS:
            session.keep(np.array([row]))
        gain = session.statistics.gain()
        assert gain is not None and gain.exact and gain.changed == changed
        assert gain.nothing_cleaned == (changed == 0) == (gain.verified is None)
        assert (gain.p_value is None) == (changed == 0)
        told = gain_to_dict(gain)
        assert told["changed_labels"] == changed and gain_from_dict(told) == gain
        # A run of an earlier version says nothing of it.
        del told["changed_labels"]
        assert gain_from_dict(told).changed is None
