"""Counts that follow each verdict against counting everything anew."""

from pathlib import Path

import numpy as np

from lnl_gui.session.figures import stages
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import EmbedParameters
from lnl_gui.store.jobs.runs import RunResult
from tests.gui.projects import make_project


def test_counts_and_stage_stay_true_through_any_verdicts(tmp_path: Path) -> None:
    generator = np.random.default_rng(4)
    with Session.open(make_project(tmp_path / "some.lnl", 40), reviewer="ada") as session:
        assert session.counts() == stages.count(session.columns)
        acts = [session.accept, session.keep, session.exclude, session.unsure, session.reset]
        for turn in range(60):
            if turn % 7 == 5:
                session.undo()
            elif turn % 11 == 8:
                session.redo()
            else:
                rows = generator.integers(0, 40, generator.integers(1, 12))
                acts[turn % len(acts)](rows)
            assert session.counts() == stages.count(session.columns)
        assert session.stage() == stages.ProjectStage.DETECTED
        session.keep(np.arange(40))
        assert session.stage() == stages.ProjectStage.REVIEWED
        session.team.work_as("grace", blind=True)
        assert session.counts() == stages.count(session.columns)
        assert session.counts().reviewed == 0


def test_the_stage_follows_runs(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "some.lnl", 8, detected=False)
    with Session.open(folder) as session:
        assert session.stage() == stages.ProjectStage.IMPORTED
        run = session.runs.start(EmbedParameters())
        assert session.stage() == stages.ProjectStage.IMPORTED
        (run.folder / "unreadable.json").write_text("{}", encoding="ascii")
        session.runs.finish(run.id, "done", RunResult())
        assert session.stage() == stages.ProjectStage.EMBEDDED
