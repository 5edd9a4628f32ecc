"""How far a project is and what comes next, for every set of finished runs and counts."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.figures.stages import (
    ProjectStage,
    count,
    count_after,
    next_step,
    stage_of,
    steps_of,
)
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.sample_counts import Counts, gone_message
from lnl_gui.store.dataset.samples import STATUS_NAMES, UNSEEN
from lnl_gui.store.history.journal import Change
from tests.builders import make_project

KINDS = ("embed", "detect", "finetune", "export")
SETS = [set(found) for size in range(5) for found in combinations(KINDS, size)]


def counts(left: int, reviewed: int) -> Counts:
    return Counts(100, 1, 20, left, reviewed, 0, 0, {})


@pytest.mark.parametrize("done", SETS, ids=lambda done: "+".join(sorted(done)) or "nothing")
@pytest.mark.parametrize(("left", "reviewed"), [(20, 0), (12, 8), (0, 20), (0, 0)])
def test_the_stage_of_every_combination(done: set[str], left: int, reviewed: int) -> None:
    found = stage_of(done, counts(left, reviewed))
    if "detect" not in done:
        assert found == (ProjectStage.EMBEDDED if "embed" in done else ProjectStage.IMPORTED)
    elif left > 0 and reviewed == 0:
        # Suspects nobody has begun to look at.
        assert found == ProjectStage.DETECTED
    elif "export" in done:
        assert found == ProjectStage.EXPORTED
    elif "finetune" in done:
        assert found == ProjectStage.FINETUNED
    else:
        assert found == (ProjectStage.DETECTED if left else ProjectStage.REVIEWED)


@pytest.mark.parametrize(
    ("stage", "kind"),
    list(
        zip(
            ProjectStage,
            ["embed", "detect", "review", "finetune", "export", "done"],
            strict=True,
        )
    ),
)
def test_the_next_step_of_each_stage(stage: ProjectStage, kind: str) -> None:
    step = next_step(stage, counts(1234, 0))
    assert step.kind == kind
    assert step.title and step.explanation
    # After an export too: what is left to review is not done.
    assert ("1,234 suspects" in str(step.title)) == (kind in ("review", "done"))
    assert kind != "done" or str(next_step(stage, counts(0, 20)).title) == "Done"
    assert ("100 images" in str(step.explanation)) == (kind in ("embed", "detect"))


@pytest.mark.parametrize("done", SETS, ids=lambda done: "+".join(sorted(done)) or "nothing")
@pytest.mark.parametrize(("left", "reviewed"), [(20, 0), (12, 8), (0, 20), (0, 0)])
def test_a_step_is_done_only_with_substance(done: set[str], left: int, reviewed: int) -> None:
    sound = {"model_outdated": False, "export_outdated": False, "export_partial": False}
    found = steps_of(done, counts(left, reviewed), **sound)
    detected = "detect" in done
    # A training or export on record ticks nothing but itself.
    assert found.done == (
        True,
        "embed" in done,
        detected,
        detected and left == 0,
        "finetune" in done,
        "export" in done,
    )
    went_on = "finetune" in done or "export" in done
    assert bool(found.doubts[3]) == (detected and left > 0 and went_on)
    assert not any(found.doubts[place] for place in (0, 1, 2, 4, 5))
    assert found.now == next((i for i, is_done in enumerate(found.done) if not is_done), 6)
    for doubt, place in (("model_outdated", 4), ("export_outdated", 5), ("export_partial", 5)):
        doubtful = steps_of(done, counts(left, reviewed), **{**sound, doubt: True})
        began = ("finetune", "export")[place - 4] in done
        assert bool(doubtful.doubts[place]) == began and not doubtful.done[place]


def test_stages_come_in_order() -> None:
    assert sorted(ProjectStage) == list(ProjectStage)
    assert np.diff(list(ProjectStage)).tolist() == [1] * 5


@pytest.mark.parametrize(("left", "said"), [(1, "1 suspect left"), (1234, "1,234 suspects left")])
def test_suspects_that_were_passed_over_are_counted(left: int, said: str) -> None:
    sound = {"model_outdated": False, "export_outdated": False, "export_partial": False}
    assert said in map(str, steps_of({"detect", "export"}, counts(left, 8), **sound).doubts)


@pytest.mark.parametrize("seed", range(4))
def test_any_state_is_counted_sample_by_sample_and_followed_through_any_change(
    tmp_path: Path, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    with Session.open(make_project(tmp_path / "pets.lnl", count=50)) as session:
        columns = session.columns
        columns.given[:] = generator.integers(-1, 3, 50)
        columns.status[:] = generator.integers(0, len(STATUS_NAMES), 50)
        columns.flagged = generator.random(50) < 0.4
        columns.readable = generator.random(50) < 0.8
        found = count(columns)
        samples = list(
            zip(columns.given, columns.status, columns.flagged, columns.readable, strict=True)
        )
        assert found.samples == sum(bool(readable) for *_, readable in samples)
        assert found.unreadable == 50 - found.samples
        present = [(s, f) for _, s, f, readable in samples if readable]
        away = [(s, f) for _, s, f, readable in samples if not readable]
        assert found.flagged == sum(bool(flagged) for _, flagged in present)
        assert found.flagged_left == sum(bool(f) and s == UNSEEN for s, f in present)
        assert found.flagged_gone == sum(bool(f) and s == UNSEEN for s, f in away)
        assert found.reviewed == sum(s != UNSEEN for s, _ in present)
        assert found.decided_gone == sum(s != UNSEEN for s, _ in away)
        bare = [s for given, s, _, readable in samples if given < 0 and readable]
        assert (found.unlabelled, found.unlabelled_left) == (len(bare), bare.count(UNSEEN))
        assert found.by_status == {
            name: sum(s == code for s, _ in present) for code, name in enumerate(STATUS_NAMES)
        }
        for _ in range(20):
            rows = generator.choice(50, int(generator.integers(0, 9)), replace=False)
            status = generator.integers(0, len(STATUS_NAMES), len(rows)).astype(np.uint8)
            label = columns.current[rows]
            change = Change(rows, label, label, columns.status[rows].copy(), status)
            found = count_after(found, columns, change)
            columns.status[rows] = status
            assert found == count(columns)


@pytest.mark.parametrize(
    ("decided", "suspects", "said"),
    [(0, 0, []), (12, 0, ["12 were decided"]), (0, 3, ["3 are suspects"]), (1, 2, ["1 ", "2 "])],
)
def test_what_is_known_of_images_that_are_gone_is_told_apart(
    decided: int, suspects: int, said: list[str]
) -> None:
    found = str(gone_message(decided, suspects))
    assert bool(found) == bool(said)
    assert all(words in found for words in said)
