"""Images added to a dataset: what is said of it, whose predictions they were, what was decided."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.session.added_images import (
    addition_words,
    keep_added,
    origin_of_predictions,
    reviewed_predictions,
)
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.added_samples import DECIDED, AddedSample, write_added
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, UNSEEN
from lnl_gui.store.jobs.import_parameters import record_parameters
from lnl_gui.store.jobs.parameters import ExtendParameters, ImportParameters, PredictParameters
from lnl_gui.store.jobs.runs import DONE, Run, RunResult, record_end
from lnl_gui.store.project import open_project
from lnl_gui.util.messages import message, to_json
from tests.builders import make_project

PLAIN: dict[str, Any] = {
    "copied": 0,
    "folder": "/pets",
    "part": "",
    "by_class": {},
    "table": "",
    "empty_columns": [],
    "classes_new": [],
    "renamed": 0,
    "excluded": 0,
    "unsure": 0,
    "undecided": 0,
    "unlabelled": 0,
    "known": 0,
    "known_otherwise": 0,
    "doubled": 0,
    "refused": 0,
    "refused_examples": [],
}


def said(**metrics: Any) -> list[str]:
    return list(map(str, addition_words({**PLAIN, **metrics})))


def many(count: int) -> dict[str, int]:
    return {f"c{number}": 1000 * (number + 1) for number in range(count)}


def test_where_nothing_is_copied_only_the_reasons_are_told() -> None:
    assert said() == ["There is nothing to add."]
    # What would be said of copies is not said of none.
    assert said(table="t.csv", renamed=3, classes_new=["owl"], by_class={"cat": 1}) == [
        "There is nothing to add."
    ]


@pytest.mark.parametrize(
    ("metrics", "first"),
    [
        ({"copied": 1}, "1 image is copied into /pets."),
        ({"copied": 1234}, "1,234 images are copied into /pets."),
        ({"copied": 1, "part": "val"}, "1 image is copied into /pets, part `val`."),
        ({"copied": 1234, "part": "val"}, "1,234 images are copied into /pets, part `val`."),
    ],
)
def test_what_is_copied_is_said_first_with_its_part(metrics: dict[str, Any], first: str) -> None:
    assert said(**metrics, by_class={"cat": 1200, "dog": 34}) == [
        first,
        "By class: cat: 1,200, dog: 34.",
    ]


def test_of_many_classes_eight_are_named() -> None:
    eight = ", ".join(f"c{number}: {number + 1},000" for number in range(8))
    assert said(copied=9, by_class=many(8))[1] == f"By class: {eight}."
    assert said(copied=9, by_class=many(9))[1] == f"By class: {eight} and 1 more classes."
    assert said(copied=9, by_class=many(11))[1] == f"By class: {eight} and 3 more classes."


def test_tables_new_classes_and_other_names_are_told_one_by_one() -> None:
    found = said(
        copied=2,
        by_class={"cat": 2},
        table="labels.csv",
        empty_columns=["age", "sex"],
        classes_new=["owl", "newt"],
        renamed=1,
    )
    assert found[2:] == [
        "`labels.csv` gets a row for each.",
        "These columns of the new rows stay empty: age, sex.",
        "New to the dataset: owl, newt.",
        "1 gets another file name, since its own is taken or not portable.",
    ]
    assert said(copied=2, by_class={"cat": 2}, renamed=1500)[2:] == [
        "1,500 get other file names, since theirs are taken or not portable."
    ]


def test_every_reason_for_staying_out_is_counted() -> None:
    reasons = ("excluded", "unsure", "undecided", "unlabelled", "known", "known_otherwise")
    numbers = dict(zip((*reasons, "doubled"), range(1001, 1008), strict=True))
    assert said(**numbers)[1:] == [
        "Left out are: excluded: 1,001, unsure or asked about: 1,002, not decided on: 1,003,"
        " without a label: 1,004, in the dataset already: 1,005, in the dataset already under"
        " another label: 1,006, copies of others among them: 1,007."
    ]
    assert said(known=2)[1:] == ["Left out are: in the dataset already: 2."]


def test_of_images_without_a_place_some_are_named() -> None:
    examples = [(f"{name}.png", to_json(message("is too long."))) for name in "abcdefg"]
    assert said(refused=1, refused_examples=examples[:1])[1:] == [
        "1 image finds no place:",
        "a.png is too long.",
    ]
    found = said(refused=1700, refused_examples=examples)
    assert found[1] == "1,700 images find no place:"
    assert found[2:] == [f"{name}.png is too long." for name in "abcde"]


def added(session: Session, samples: list[AddedSample]) -> Run:
    """A finished addition that has left these samples."""
    run = session.runs.start(ExtendParameters(reviewed="/reviewed.lnl"))
    write_added(run.folder, samples)
    place = (run.folder / DECIDED).relative_to(session.folder).as_posix()
    # As another process leaves it.
    record_end(session.project, run.id, DONE, RunResult({DECIDED: place}))
    return session.runs.all()[-1]


def test_what_was_decided_elsewhere_is_kept_in_one_act_a_reviewer(tmp_path: Path) -> None:
    with Session.open(make_project(tmp_path / "pets.lnl"), reviewer="ann") as session:
        session.exclude(np.array([6]))
        bobs, eves = (5, 6, 29), (7, 0)
        samples = [AddedSample(row, "bob") for row in bobs]
        samples += [AddedSample(row, "eve") for row in eves]
        # Of rows that are not there nothing is said.
        samples += [AddedSample(30, "bob"), AddedSample(-1, "eve")]
        changes = keep_added(session, added(session, samples))
        assert changes.labels is True and sorted(changes.rows.tolist()) == [0, 5, 7, 29]
        status = session.columns.status
        assert np.flatnonzero(status == KEPT).tolist() == [0, 5, 7, 29]
        assert status[6] == EXCLUDED
        assert {session.history(row)[-1].reviewer for row in (5, 29)} == {"bob"}
        assert {session.history(row)[-1].reviewer for row in eves} == {"eve"}
        session.undo()
        assert np.flatnonzero(status == KEPT).tolist() == [5, 29]
        session.undo()
        assert np.flatnonzero(status != UNSEEN).tolist() == [6]


def test_an_addition_without_decisions_changes_nothing(tmp_path: Path) -> None:
    with Session.open(make_project(tmp_path / "pets.lnl")) as session:
        changes = keep_added(session, added(session, []))
        assert changes.labels is False and changes.rows.tolist() == []
        assert changes.rows.dtype == np.int64


def predicted(session: Session, seed: int) -> Path:
    """A finished prediction; its table."""
    run = session.runs.start(PredictParameters(source=f"/new-{seed}"))
    table = run.folder / "predictions.csv"
    table.write_text("path,label\n", encoding="ascii")
    place = table.relative_to(session.folder).as_posix()
    session.runs.finish(run.id, DONE, RunResult({"predictions": place}))
    return table


def made_of(source: Path, folder: Path) -> Path:
    """A project whose dataset is a table."""
    made = make_project(folder, root=source.parent)
    with open_project(made) as project:
        record_parameters(project, ImportParameters(str(source), str(made)))
    return made


def test_predictions_and_the_model_that_made_them_find_each_other(tmp_path: Path) -> None:
    (tmp_path / "else").mkdir()
    with Session.open(make_project(tmp_path / "pets.lnl")) as session:
        assert origin_of_predictions(session) is None
        assert reviewed_predictions(session, []) is None
        old, new = predicted(session, 1), predicted(session, 2)
        assert reviewed_predictions(session, []) is None
        first = made_of(old, tmp_path / "else" / "first.lnl")
        assert reviewed_predictions(session, []) is None
        assert reviewed_predictions(session, [first]) == first
        # Those of the newest predictions, also where they lie beside and nobody names them.
        second = made_of(new, tmp_path / "second.lnl")
        assert reviewed_predictions(session, [first]) == second
        assert reviewed_predictions(session, []) == second
    with Session.open(first) as reviewed:
        assert origin_of_predictions(reviewed) == tmp_path / "pets.lnl"


@pytest.mark.parametrize(
    "source", ["pets.lnl/runs/r/labels.csv", "gone.lnl/runs/r/predictions.csv", "/predictions.csv"]
)
def test_other_tables_are_nobodys_predictions(tmp_path: Path, source: str) -> None:
    make_project(tmp_path / "pets.lnl")
    with Session.open(made_of(tmp_path / source, tmp_path / "new.lnl")) as session:
        assert origin_of_predictions(session) is None


def test_it_is_said_why_decisions_stay_behind() -> None:
    assert "60 decisions do not come along" in said(decided_unseen=60)[-1]
    assert not any("come along" in line for line in said(decided_unseen=0))
