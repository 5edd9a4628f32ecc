"""A model and an export know whether verdicts came after them, also after an undo or elsewhere."""

from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store import run_inputs
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import ExportParameters, FinetuneParameters
from lnl_gui.store.jobs.runs import RunResult
from tests.builders import add_detection, make_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = make_project(tmp_path / "pets.lnl", count=30)
    add_detection(folder)
    return folder


def train(session: Session) -> None:
    """A training of the labels in force, as its job records it."""
    parameters = FinetuneParameters()
    run = session.runs.start(parameters)
    result = RunResult({}, {}, run_inputs.inputs_of(session.project, parameters))
    runs.write_result(run.folder, result)
    session.runs.finish(run.id, "done", result)


def export(session: Session, **metrics: object) -> None:
    run = session.runs.start(ExportParameters(destination="curated"))
    session.runs.finish(run.id, "done", RunResult({}, {"exported": 30, **metrics}))


def test_a_verdict_outdates_a_model_and_its_undo_renews_it(folder: Path) -> None:
    with Session.open(folder) as session:
        assert not session.is_outdated("finetune")
        session.keep(np.array([1]))
        # Without a model there is none that could be out of date.
        assert not session.is_outdated("finetune")
        train(session)
        assert not session.is_outdated("finetune") and session.steps().done[4]
        session.exclude(np.array([2]))
        assert session.is_outdated("finetune") and not session.steps().done[4]
        assert "out of date" in str(session.steps().doubts[4])
    with Session.open(folder) as session:
        assert session.is_outdated("finetune")
        session.undo()
        assert not session.is_outdated("finetune")
        session.redo()
        assert session.is_outdated("finetune")
        train(session)
        assert not session.is_outdated("finetune")


def test_opinions_given_blind_outdate_nothing(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        train(session)
        session.team.work_as("bob", blind=True)
        session.exclude(np.array([2]))
        assert not session.is_outdated("finetune")
        session.team.work_as("ann")
        assert not session.is_outdated("finetune")


def test_what_is_out_of_date_is_so_for_whoever_works_blind(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        train(session)
        session.exclude(np.array([2]))
        session.team.work_as("bob", blind=True)
        assert session.is_outdated("finetune") and not session.steps().done[4]
        # An opinion like the verdict leaves it so, and so does taking it back.
        session.exclude(np.array([2]))
        session.undo()
        assert session.is_outdated("finetune")
    with Session.open(folder, reviewer="bob", blind=True) as session:
        assert session.is_outdated("finetune")


def test_an_export_is_older_than_later_verdicts_or_in_part(folder: Path) -> None:
    with Session.open(folder) as session:
        session.keep(np.arange(30))
        export(session)
        assert session.steps().done[5] and not session.steps().doubts[5]
        session.exclude(np.array([2]))
        assert "out of date" in str(session.steps().doubts[5])
        export(session, partial=True, missing=3)
        assert "missing" in str(session.steps().doubts[5]) and not session.steps().done[5]
