"""One trial of a search: a training on the same samples with the same seed, and its accuracy."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.learn.finetuning.finetune import finetune
from lnl_gui.learn.recipes.parameters import Recipe
from lnl_gui.learn.recipes.settings import with_settings
from lnl_gui.store.jobs.parameters import TuneParameters
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

Values = dict[str, Any]


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
    ) -> float:
        """Validation accuracy of one trial.

        Args:
            values: of the recipe's constants that are searched.
            folder: for what an interrupted trial goes on from.
            cache_folder: for what trials share.
            workers: processes or threads that load images.
            progress_of: makes the progress call of a stage.

        Raises:
            UserError: when nothing is learnt, or nothing is left to judge by.
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
        return float(result.validation_accuracy)


def place_of(folder: Path, values: Values) -> Path:
    """Where a trial keeps its checkpoint, by its values: taken up again, it finds its own."""
    text = json.dumps(values, sort_keys=True)
    return folder / f"trial-{hashlib.sha256(text.encode()).hexdigest()[:12]}"
