"""The steps of a fine-tune and roughly what each costs, known before it begins."""

from collections.abc import Iterator

from lnl_gui.learn.finetuning.forecast import method_passes
from lnl_gui.learn.finetuning.stage_titles import (
    COMPUTING_EMBEDDINGS,
    LOADING_ENCODER,
    READING_IMAGES,
    stage_title,
)
from lnl_gui.learn.finetuning.stages import PROBE_TITLE
from lnl_gui.learn.models.parts import Part
from lnl_gui.learn.recipes.parameters import ON_EMBEDDING, STAGES, Recipe, Stage
from lnl_gui.util.whole_progress import PlannedStep

# In passes of one image through the network without gradient, which take by far the most.
_LOADING = 20.0
_ON_EMBEDDING = 0.01
"""Of a pass, that a vector costs instead of an image."""
_PROBE = 0.1
"""Of a pass, that a sample costs the linear probe, over all weight decays it tries."""
_WITH_GRADIENT = 3.0
_OF_NETWORK: dict[Part, float] = {"head": 0.01, "last_block": 0.12, "last_three_blocks": 0.3}
"""Share of a network that learns behind activations that are kept."""


def training_steps(
    recipe: Recipe, *, encoder: str, training: int, judged: int, stored: bool, kept: bool = False
) -> Iterator[PlannedStep]:
    """The steps of one training, in order; their costs are relative to one another.

    Args:
        recipe: with everything that was changed in it.
        encoder: of the run.
        training: N, samples that are learnt from.
        judged: validation and held-out samples, which each epoch predicts.
        stored: whether their embeddings are stored.
        kept: whether a training before has left its activations.
    """
    images = training + judged
    yield PlannedStep(LOADING_ENCODER, _LOADING)
    yield PlannedStep(COMPUTING_EMBEDDINGS, 0.0 if stored or kept else images)
    if recipe.probe:
        yield PlannedStep(stage_title(PROBE_TITLE), _PROBE * training)
    if recipe.method != STAGES:
        passed, learnt = method_passes(recipe, encoder, training, judged)
        each = _ON_EMBEDDING if dict(recipe.constants).get(ON_EMBEDDING) else 1.0
        yield PlannedStep(stage_title(recipe.method), each * (passed + _WITH_GRADIENT * learnt))
        return
    for stage in recipe.stages:
        yield from _of_stage(stage, training, judged, kept=kept)


def _of_stage(stage: Stage, training: int, judged: int, *, kept: bool) -> Iterator[PlannedStep]:
    part = 1.0
    if stage.cache_frozen and stage.part in _OF_NETWORK:
        part = _OF_NETWORK[stage.part]
    if stage.cache_frozen and stage.part != "head":
        training = min(training, stage.cached_samples)
        yield PlannedStep(READING_IMAGES, 0.0 if kept else training + judged)
    epoch = judged + _WITH_GRADIENT * training
    yield PlannedStep(stage_title(stage.name), part * stage.epochs * epoch)
