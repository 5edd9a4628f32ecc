"""What the dataset says of samples today: labels it has changed, and images that have left it."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.cli.verbs.info import collect_facts
from lnl_gui.pipeline.output.report_facts import collect_facts as collect_report
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.pipeline.training.curation import curate
from lnl_gui.session.browsing.views import ViewSpec, open_suspects
from lnl_gui.session.figures.stages import ProjectStage
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import KEPT, RELABELLED, UNSEEN
from lnl_gui.store.dataset.source_state import (
    MISSING,
    NO_LABEL,
    UNLISTED,
    SourceState,
    replace_source_state,
)
from lnl_gui.store.jobs.parameters import EmbedParameters
from lnl_gui.store.jobs.runs import DONE
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import write_json
from tests.builders import add_detection, make_project

CAT, DOG, BIRD = range(3)
LABELS = {1: BIRD, 2: CAT, 3: NO_LABEL, 5: BIRD, 9: CAT}
"""Rows 5 and 9 have that label already."""
GONE = {10: MISSING, 20: UNLISTED}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project whose dataset was changed, and updated since."""
    made = make_project(tmp_path / "pets.lnl")
    add_detection(made)
    with open_project(made) as project, project.transaction() as connection:
        replace_source_state(connection, SourceState(LABELS, GONE))
    return made


def shown(session: Session, *issues: str) -> list[int]:
    return sorted(session.views.select_rows(ViewSpec(flagged=None, issue=issues)).tolist())


def test_labels_that_the_dataset_has_changed_are_an_issue(folder: Path) -> None:
    with Session.open(folder) as session:
        assert session.derived.issue_names() == ["source_label", "missing"]
        assert shown(session, "source_label") == [1, 2]
        # Who has decided the same already differs no more, and who decides otherwise does.
        session.relabel(np.array([1]), BIRD)
        session.relabel(np.array([5]), DOG)
        assert shown(session, "source_label") == [2, 5]
        session.relabel(np.array([2]), CAT)
        session.keep(np.array([5]))
        assert shown(session, "source_label") == []
        assert session.derived.issue_names() == ["missing"]


def test_what_nobody_has_decided_takes_the_datasets_label_over(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.exclude(np.array([2]))
        before = session.columns.status.copy()
        changes = session.take_source_labels()
        assert changes.labels and changes.rows.tolist() == [1, 5, 9]
        assert str(changes.text) == "Took over the dataset's new label of 3 samples"
        columns = session.columns
        assert columns.current[[1, 5, 9]].tolist() == [BIRD, BIRD, CAT]
        assert columns.status[[1, 5, 9]].tolist() == [RELABELLED, KEPT, KEPT]
        others = np.setdiff1d(np.arange(30), [1, 5, 9])
        assert columns.status[others].tolist() == before[others].tolist()
        # Once: there is nothing left to take, and no act to undo but the one.
        assert len(session.take_source_labels().rows) == 0
        session.undo()
        assert set(columns.status[[1, 5, 9]].tolist()) == {UNSEEN}
        session.undo()
        assert session.undo() is None


def test_who_works_blind_takes_nothing_over(folder: Path) -> None:
    with Session.open(folder, reviewer="bob", blind=True) as session:
        with pytest.raises(UserError, match="blind"):
            session.take_source_labels()
        with pytest.raises(UserError, match="blind"):
            session.keep_undecided(np.array([0]), "eve")
        assert not session.columns.status.any()


def test_the_datasets_label_follows_the_classes(folder: Path) -> None:
    with Session.open(folder) as session:
        version = session.columns.version
        session.class_edits.merge([CAT], DOG)
        # The cats of the dataset are dogs here now: rows 2 and 9 would become dogs.
        assert shown(session, "source_label") == [1, 2]
        assert session.columns.source_label[[1, 2, 9]].tolist() == [BIRD, DOG, DOG]
        assert session.columns.version > version
        session.class_edits.delete(BIRD)
        assert shown(session, "source_label") == [2]
        session.undo()
        session.undo()
        assert session.columns.source_label[[1, 2, 9]].tolist() == [BIRD, CAT, CAT]
    with Session.open(folder) as session:
        session.class_edits.merge([CAT], DOG)
    with Session.open(folder) as session:
        assert session.columns.source_label[[1, 2, 9]].tolist() == [BIRD, DOG, DOG]


def test_images_that_have_left_the_dataset_are_shown_to_who_asks_for_them(folder: Path) -> None:
    with Session.open(folder) as session:
        assert np.flatnonzero(session.columns.missing).tolist() == [10, 20]
        assert set(range(30)) - set(shown(session)) == {10, 20}
        assert shown(session, "missing") == [10, 20]
        run = session.runs.start(EmbedParameters())
        write_json(run.folder / "unreadable.json", {"7": "cut short"})
        session.runs.finish(run.id, DONE, None)
        assert set(range(30)) - set(shown(session)) == {7, 10, 20}
        assert shown(session, "missing") == [10, 20]
        # Each is one of both, so that the numbers of the two filters add up to what is left out.
        assert shown(session, "unreadable") == [7]
        assert shown(session, "missing", "unreadable") == [7, 10, 20]
        assert {"missing", "unreadable"} <= set(session.derived.issue_names())
        kinds = Counter(entry.kind for entry in session.left_out())
        assert (kinds["gone"], kinds["failed"]) == (2, 1)
        assert shown(session, "source_label", "missing") == [1, 2, 10, 20]
        assert shown(session, "source_label") == [1, 2]
        assert session.counts().unreadable == 3


def test_decisions_from_elsewhere_confirm_what_nobody_has_decided(folder: Path) -> None:
    with Session.open(folder, reviewer="ann") as session:
        session.exclude(np.array([4]))
        changes = session.keep_undecided(np.array([3, 4, 8]), "eve")
        assert changes.rows.tolist() == [3, 8]
        assert session.columns.status[[3, 4, 8]].tolist() == [KEPT, 3, KEPT]
        assert session.history(3)[-1].reviewer == "eve"
        assert session.team.reviewers() == ["ann", "eve"]
        session.keep(np.array([6]))
        assert session.history(6)[-1].reviewer == "ann"


def test_what_has_left_is_counted_apart_in_every_place(folder: Path) -> None:
    """The queue, `info` and the report say the same of verdicts and suspects that are gone."""
    with Session.open(folder) as session:
        suspects = np.flatnonzero(session.columns.flagged).tolist()
        session.keep(np.array([25, 26, 28]))
    lost, waiting, gone = suspects[:2], suspects[2:], {25: MISSING, 26: UNLISTED}
    with open_project(folder) as project, project.transaction() as connection:
        replace_source_state(connection, SourceState({}, gone | dict.fromkeys(lost, MISSING)))
    with Session.open(folder) as session:
        counts, facts = session.counts(), collect_facts(session)
        assert open_suspects(session.columns).tolist() == waiting
        assert (counts.flagged_left, counts.flagged_gone) == (len(waiting), 2)
        assert (counts.reviewed, counts.by_status["kept"], counts.decided_gone) == (1, 1, 2)
        assert facts["budget"]["next_samples"] == len(waiting)
        snapshot = take_snapshot(folder)
        told = collect_report(session.project, snapshot, curate(snapshot))
        assert told.counts["suspects not reviewed"] == len(waiting)
        assert (told.counts["kept"], told.counts["decided_gone"], told.judged_gone) == (1, 2, 4)
        # Once all that are there are decided, the review is over.
        session.keep(np.array(waiting))
        assert not session.counts().flagged_left
        assert session.stage() == ProjectStage.REVIEWED
