"""One trial of a search: a training on the same samples with the same seed, and what it reached."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.learn.finetuning.finetune import FinetuneResult, finetune
from lnl_gui.learn.finetuning.stages import PROBE_TITLE
from lnl_gui.learn.recipes.parameters import Recipe
from lnl_gui.learn.recipes.settings import with_settings
from lnl_gui.store.jobs.parameters import TuneParameters
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

Values = dict[str, Any]


@dataclass(frozen=True)
class TrialOutcome:
    """What the searched settings reached; all of it JSON values.

    Attributes:
        accuracy: on the validation samples, of the best epoch that is not the linear probe, which
            the settings do not touch; undone or not.
        samples: V, of the validation part.
        packed: which of them that epoch answers right, see `validation_answers`.
        chosen: which model the training kept, in words.
        kept_probe: whether that is the linear probe.
        probe_accuracy: of the linear probe on the same samples; None for a recipe without it.
        probe_packed: which of them the linear probe answers right; "" without it.
        groups: of the validation samples, equal for copies, -1 alone; None where all are alone.
    """

    accuracy: float
    samples: int
    packed: str
    chosen: str
    kept_probe: bool = False
    probe_accuracy: float | None = None
    probe_packed: str = ""
    groups: list[int] | None = None


@dataclass(frozen=True)
class TrialJob:
    """What all trials of a search have in common."""

    parameters: TuneParameters
    recipe: Recipe
    curated: TrainingSet

    def train(
        self,
        values: Values,
        *,
        folder: Path,
        cache_folder: Path,
        workers: int,
        progress_of: Callable[[Message], Progress],
    ) -> TrialOutcome:
        """Train with some values.

        Args:
            values: of the recipe's constants that are searched.
            folder: for what an interrupted trial goes on from.
            cache_folder: for what trials share.
            workers: processes or threads that load images.
            progress_of: makes the progress call of a stage.

        Raises:
            UserError: when nothing is learnt, the training diverges, or nothing is left to judge
                by.
            Cancelled: from a progress call.
        """
        weights = self.parameters.weights
        result = finetune(
            self.curated,
            # Without held-out samples: what the search has chosen by could no longer judge its
            # choice.
            Holdout([], np.zeros(0, np.int32)),
            with_settings(self.recipe, values, encoder=self.parameters.encoder),
            backbone_name=self.parameters.encoder,
            weights=Path(weights) if weights else None,
            folder=folder,
            cache_folder=cache_folder,
            device=self.parameters.device,
            seed=self.parameters.seed,
            workers=workers,
            progress_of=progress_of,
        )
        if result.cancelled:
            raise Cancelled
        if result.validation_accuracy is None:
            raise UserError(
                message(
                    "There are too few samples for a validation part, so trials cannot be compared."
                ),
                message("Add samples, or take some exclusions back."),
                code="no_validation",
            )
        return _outcome(result)


def _outcome(result: FinetuneResult) -> TrialOutcome:
    if result.diverged is not None:
        raise result.diverged
    trained = result.trained
    if trained is None:
        raise UserError(
            message("The training ended before its first epoch was finished."),
            code="nothing_learnt",
        )
    groups = result.validation_groups
    return TrialOutcome(
        accuracy=trained.accuracy,
        samples=trained.samples,
        packed=trained.packed,
        chosen=result.chosen,
        kept_probe=result.chosen == PROBE_TITLE,
        probe_accuracy=None if result.probe is None else result.probe.accuracy,
        probe_packed="" if result.probe is None else result.probe.packed,
        groups=None if groups is None or not (groups >= 0).any() else groups.tolist(),
    )


def place_of(folder: Path, values: Values) -> Path:
    """Where a trial keeps its checkpoint, by its values: taken up again, it finds its own."""
    text = json.dumps(values, sort_keys=True)
    return folder / f"trial-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
