"""The steps of a fine-tune of a project, from the labels to the comparison of both models."""

from collections.abc import Iterator

from lnl_gui.learn.finetuning.steps import training_steps
from lnl_gui.learn.recipes.parameters import Recipe
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.pipeline.training.unreviewed import asks_detection
from lnl_gui.store.jobs.parameters import FinetuneParameters
from lnl_gui.util.messages import Message, message
from lnl_gui.util.whole_progress import PlannedStep

CURATED, GIVEN = "curated", "given"
WEIGHING = message("weighing unreviewed labels")
CORRECTING = message("correcting held-out labels for noise")
_WEIGHED, _CORRECTED = 0.4, 0.8
"""As how many passes of an image through the network one sample takes, or one held-out sample. On
1 000 images, the bundled encoder and two cores a pass took 88 ms, these 41 and 75 ms."""


def titled(series: str, stage: Message) -> Message:
    """The title of a stage of one of the two trainings."""
    if series == GIVEN:
        return message("given labels: {stage}", stage=stage)
    return message("curated labels: {stage}", stage=stage)


def expected_steps(
    snapshot: Snapshot, parameters: FinetuneParameters, recipe: Recipe
) -> list[PlannedStep]:
    """All steps, in order, with what each costs relative to the others.

    Args:
        snapshot: of the project.
        parameters: of the fine-tune.
        recipe: chosen by them.
    """
    return list(_steps(snapshot, parameters, recipe))


def _steps(
    snapshot: Snapshot, parameters: FinetuneParameters, recipe: Recipe
) -> Iterator[PlannedStep]:
    samples = snapshot.samples
    rows = int((samples.readable & (samples.current >= 0)).sum())
    held = int(rows * min(max(parameters.holdout_fraction, 0.0), 1.0))
    judged = held + int((rows - held) * recipe.validation_fraction)
    stored = parameters.encoder in snapshot.embeddings and not parameters.weights
    weighed = asks_detection(snapshot, parameters.unreviewed)
    yield PlannedStep(WEIGHING, _WEIGHED * rows * weighed)
    for series in (CURATED, GIVEN) if parameters.compare_with_given else (CURATED,):
        for step in training_steps(
            recipe,
            encoder=parameters.encoder,
            training=rows - judged,
            judged=judged,
            stored=stored and recipe.backbone in ("", parameters.encoder),
            # Frozen layers give the same activations whatever the labels.
            kept=series == GIVEN,
        ):
            yield PlannedStep(titled(series, step.title), step.cost)
    if parameters.compare_with_given:
        yield PlannedStep(CORRECTING, _CORRECTED * held)
