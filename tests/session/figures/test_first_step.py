"""What keeps a project from going on comes first, in one order."""

from dataclasses import replace
from pathlib import Path

import pytest

from lnl_gui.session.figures.first_step import Standing, first_step
from lnl_gui.session.figures.stages import ProjectStage
from lnl_gui.session.samples.absent_files import AbsentFiles
from lnl_gui.store.damage import DETECT, Damage
from lnl_gui.store.dataset.sample_counts import Counts
from lnl_gui.util.messages import NOTHING, message

THERE = AbsentFiles(Path("images"), 48, 0)
SOUND = Standing(THERE, (), False, 0, 0, 0, 0, 0, False, False, NOTHING)
HINDRANCES = (
    ("locate", {"absent": AbsentFiles(Path("images"), 48, 2, "cat/1.png")}),
    ("repair", {"damage": (Damage("arrays/scores.npy", DETECT),)}),
    ("other_pictures", {"other_pictures": 3}),
    ("labels_changed", {"labels_changed": 2, "labels_standing": 1}),
    ("adopt", {"waiting": 4}),
    ("cannot_judge", {"cannot_judge": True}),
)


def counts(*, left: int = 0, reviewed: int = 0, unlabelled: int = 0) -> Counts:
    return Counts(100, 1, 20, left, reviewed, unlabelled, unlabelled, {})


@pytest.mark.parametrize("stage", list(ProjectStage))
def test_the_first_hindrance_is_named_and_then_the_next(stage: ProjectStage) -> None:
    values: dict[str, object] = {}
    for kind, found in reversed(HINDRANCES):
        values |= found
        assert first_step(stage, counts(left=9), replace(SOUND, **values)).kind == kind  # type: ignore[arg-type]
    assert first_step(stage, counts(left=9), SOUND).kind not in dict(HINDRANCES)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ({"embedded_anew": True, "changed_images": 2}, "embedded_anew"),
        ({"changed_images": 2}, "changed_images"),
    ],
)
def test_suspects_of_before_are_told_once_there_are_suspects(
    values: dict[str, int], kind: str
) -> None:
    found = replace(SOUND, other_pictures=1, **values)  # type: ignore[arg-type]
    assert first_step(ProjectStage.DETECTED, counts(left=3), found).kind == kind
    assert first_step(ProjectStage.EMBEDDED, counts(), found).kind == "other_pictures"
    damaged = replace(found, damage=(Damage("arrays/scores.npy", DETECT),))
    assert first_step(ProjectStage.DETECTED, counts(left=3), damaged).kind == "repair"


def test_who_has_reviewed_is_not_told_that_nothing_can_be_judged() -> None:
    found = replace(SOUND, cannot_judge=True)
    assert first_step(ProjectStage.DETECTED, counts(left=3, reviewed=1), found).kind == "review"


@pytest.mark.parametrize(
    ("stage", "kind"),
    [
        (ProjectStage.DETECTED, "review"),
        (ProjectStage.REVIEWED, "label"),
        (ProjectStage.FINETUNED, "finetune_again"),
        (ProjectStage.EXPORTED, "finetune_again"),
    ],
)
def test_a_model_of_before_is_trained_again_before_it_is_exported(
    stage: ProjectStage, kind: str
) -> None:
    outdated = replace(SOUND, model_outdated=True, export_doubt=message("old"))
    assert first_step(stage, counts(reviewed=9, unlabelled=5), outdated).kind == kind


def test_an_export_of_before_is_no_end() -> None:
    found = replace(SOUND, export_doubt=message("older"))
    step = first_step(ProjectStage.EXPORTED, counts(reviewed=9), found)
    assert (step.kind, str(step.explanation)) == ("export_again", "older")
    assert first_step(ProjectStage.EXPORTED, counts(reviewed=9), SOUND).kind == "done"
