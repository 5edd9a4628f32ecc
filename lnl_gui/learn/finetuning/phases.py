"""The trainings of a recipe, one after the other."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from lnl_gui.learn.finetuning.context import RunContext
from lnl_gui.learn.finetuning.method_phase import method_phase
from lnl_gui.learn.finetuning.phase import Phase
from lnl_gui.learn.finetuning.stage_titles import stage_title
from lnl_gui.learn.finetuning.stages import PROBE_TITLE, probe_phase, stage_phase
from lnl_gui.learn.methods.registry import find_method
from lnl_gui.learn.recipes.parameters import STAGES, Recipe, Stage
from lnl_gui.learn.training.loop import TrainingRun
from lnl_gui.learn.training.rollback import Floor
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.messages import Message, message

AFTER_STAGES, AFTER_METHOD = 1.0, -1.0
"""Standard errors by which a stage must be better than the probe, which wrong labels mislead least;
a method that was asked for by name is kept unless it is worse by as many."""


def _phases(run: TrainingRun, context: RunContext, recipe: Recipe) -> list[Callable[[], Phase]]:
    """The trainings of a recipe in order, each prepared only when it is its turn."""
    phases: list[Callable[[], Phase]] = []
    if recipe.probe:
        guard = AFTER_STAGES if recipe.method == STAGES else AFTER_METHOD
        phases.append(lambda: probe_phase(context, guard=guard))
    if recipe.method != STAGES:
        return [*phases, lambda: method_phase(context, recipe)]
    return [*phases, *(partial(_stage, run, context, stage) for stage in recipe.stages)]


def _stage(run: TrainingRun, context: RunContext, stage: Stage) -> Phase:
    # What a stage freezes, and keeps activations of, is the network as the stages before left it.
    # A stage of adapters keeps these alone, beside an encoder as it was loaded.
    if stage.adapters is None and (weights := run.saved_network()) is not None:
        context.classifier.load_state_dict(weights)
    return stage_phase(context, stage)


def train_phases(run: TrainingRun, context: RunContext, recipe: Recipe) -> bool:
    """Train all phases that are not over.

    Args:
        run: as it was opened; a resumed one knows which phase was under way.
        context: what all phases share.
        recipe: says which phases there are.

    Returns:
        whether the user stopped it early; there is a best model then.

    Raises:
        UserError: when nothing can be trained, memory or disk run out, or an image is gone.
        Cancelled: when cancelled before there was any model.
    """
    try:
        for number, prepare in enumerate(_phases(run, context, recipe)):
            # Phases before the interrupted one are in its checkpoint.
            if number >= run.phase:
                _train_phase(run, context, number, prepare)
    except Cancelled:
        if run.selection.best is None:
            raise
        add_notes(run, (message("Stopped early; the best finished epoch was kept."),))
        return True
    except UserError as error:
        # A diverged stage costs nothing of the models before it; a full disk would cost the result
        # too.
        if error.code != "loss_not_finite" or run.selection.best is None:
            raise
        run.diverged = error
        add_notes(
            run, (message("{reason} The best model before it was kept.", reason=error.message),)
        )
        return False
    best = run.selection.best
    if recipe.method != STAGES and best is not None and best.title == PROBE_TITLE:
        kept = message(
            "{method} came out below the plain linear probe on the validation part, so the probe"
            " was kept.",
            method=find_method(recipe.method).title,
        )
        add_notes(run, (kept,))
    if recipe.stages and best is not None and best.title == PROBE_TITLE:
        kept = message(
            "Training further did not clearly beat the linear probe on the validation part, "
            "so the probe was kept."
        )
        add_notes(run, (kept,))
    return False


def _train_phase(
    run: TrainingRun, context: RunContext, number: int, prepare: Callable[[], Phase]
) -> None:
    context.ranks.copy_first(context.classifier)
    # Only now: a stage's input is computed with the weights the stage before left.
    phase = prepare()
    add_notes(run, phase.notes)
    try:
        run.train(
            phase.trainer,
            phase=number,
            validation=phase.validation,
            holdout=phase.holdout,
            as_classifier=phase.as_classifier,
            guard=phase.guard,
            later=phase.later,
            floor=_floor(run, phase),
            progress=context.progress_of(stage_title(phase.trainer.name)),
        )
    finally:
        phase.close()


def _floor(run: TrainingRun, phase: Phase) -> Floor | None:
    """What a phase's epochs may not fall below: a stage goes on from what the one before left."""
    if phase.floor is None or not phase.floor.continues or not run.reports:
        return phase.floor
    return replace(phase.floor, start=run.reports[-1].validation_accuracy)


def add_notes(run: TrainingRun, notes: Sequence[Message]) -> None:
    """Add notes that the run does not hold yet; a resumed one holds some already."""
    run.notes += [note for note in notes if note not in run.notes]
