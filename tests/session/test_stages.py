"""How far a project is and what comes next, for every set of finished runs and counts."""

from itertools import combinations

import numpy as np
import pytest

from lnl_gui.session.stages import Counts, ProjectStage, next_step, stage_of

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


def test_stages_come_in_order() -> None:
    assert sorted(ProjectStage) == list(ProjectStage)
    assert np.diff(list(ProjectStage)).tolist() == [1] * 5
