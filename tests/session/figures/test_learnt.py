"""How many images a training would learn from, counted by hand."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.figures.learnt import training_size
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import ASKED, EXCLUDED, KEPT, RELABELLED, UNSEEN, UNSURE
from lnl_gui.store.training.training_size import TrainingSize
from tests.builders import add_detection, make_project, make_unlabelled_project


def counted(session: Session, splits: Sequence[str]) -> TrainingSize:
    """The same row by row, in the words of the documentation."""
    columns = session.columns
    readable = [row for row in range(len(session)) if columns.readable[row]]
    came = [row for row in readable if columns.given[row] >= 0]
    came = came or [row for row in readable if columns.current[row] >= 0]
    held = [row for row in came if splits[columns.split[row]] == "test"]
    own_split = bool(held) and len(held) < len(came)
    part = set(held if own_split else came)
    usable = [
        row
        for row in readable
        if columns.status[row] not in (EXCLUDED, UNSURE, ASKED) and columns.current[row] >= 0
    ]
    doubted = [row for row in usable if columns.flagged[row] and columns.status[row] == UNSEEN]

    def pair(rows: set[int]) -> tuple[int, int]:
        return len(rows & set(usable)), len(rows & set(doubted))

    everything = set(range(len(session)))
    return TrainingSize(pair(part), pair(everything - part), len(part), own_split)


def test_the_datasets_test_split_is_held_out_and_suspects_are_counted(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "pets.lnl")
    add_detection(folder)
    with Session.open(folder) as session:
        # Six of thirty are of the test split, two of them flagged; of the others eight are.
        size = session.statistics.training_size()
        assert size == TrainingSize((6, 2), (24, 8), 6, True)
        session.exclude(np.array([0, 1]))
        session.unsure(np.array([2, 5]))
        session.ask(np.array([6]))
        session.keep(np.array([15, 9]))
        size = session.statistics.training_size()
        # Out of the split 0 (a suspect) and 5, of the others 1, 2 and 6 (a suspect); 15 and 9
        # are no suspects any more, but are learnt from.
        assert size == TrainingSize((4, 0), (21, 6), 6, True)
        assert size == counted(session, session.split_names)


@pytest.mark.parametrize("splits", [["", "train", "train"], ["", "test", "test"], ["", "", "test"]])
def test_of_a_dataset_without_a_usable_split_all_is_drawn_from(
    tmp_path: Path, splits: list[str]
) -> None:
    folder = make_project(tmp_path / "pets.lnl")
    with Session.open(folder) as session:
        found = training_size(session.columns, splits)
        assert found == counted(session, splits)
        assert found.own_split == (splits == ["", "", "test"])


@pytest.mark.parametrize("detected", [True, False])
def test_labels_by_people_alone_are_never_held_out(tmp_path: Path, detected: bool) -> None:
    folder = make_unlabelled_project(tmp_path / "pets.lnl", detected=detected)
    with Session.open(folder) as session:
        before = session.statistics.training_size()
        session.relabel(np.array([4, 9]), 0)
        found = session.statistics.training_size()
        assert found == counted(session, session.split_names)
        assert found.part == before.part and found.drawn == before.drawn
        assert found.others[0] == before.others[0] + 2


def test_where_no_label_came_those_of_people_are_drawn_from(tmp_path: Path) -> None:
    with Session.open(make_project(tmp_path / "pets.lnl")) as session:
        columns = session.columns
        columns.given[:] = -1
        columns.current[:] = -1
        assert training_size(columns, ["", "", ""]) == TrainingSize((0, 0), (0, 0), 0, False)
        session.relabel(np.array([3, 4, 5, 10]), 0)
        columns.readable[3] = False
        assert training_size(columns, ["", "", ""]) == TrainingSize((3, 0), (0, 0), 3, False)
        # Rows 5 and 10 are of the test split.
        assert training_size(columns, session.split_names) == TrainingSize((2, 0), (1, 0), 2, True)


@pytest.mark.parametrize("seed", range(5))
def test_any_state_of_a_review_is_counted_as_row_by_row(tmp_path: Path, seed: int) -> None:
    generator = np.random.default_rng(seed)
    with Session.open(make_project(tmp_path / "pets.lnl", count=60)) as session:
        columns = session.columns
        columns.given[:] = generator.integers(-1, 3, 60)
        columns.current[:] = generator.integers(-1, 3, 60)
        states = (UNSEEN, UNSEEN, KEPT, RELABELLED, EXCLUDED, UNSURE, ASKED)
        columns.status[:] = generator.choice(states, 60)
        columns.flagged = generator.random(60) < 0.4
        columns.readable = generator.random(60) < 0.8
        for splits in (session.split_names, ["", "", ""]):
            assert training_size(columns, splits) == counted(session, splits)
