"""How far a project is and what comes next, for every set of finished runs and counts."""

from itertools import combinations

import numpy as np
import pytest

from lnl_gui.session.stages import Counts, ProjectStage, next_step, stage_of, steps_of

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
    assert ("1,234" in str(step.title)) == (kind == "review")
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
