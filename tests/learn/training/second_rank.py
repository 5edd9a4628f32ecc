"""The second of two processes that train together; the tests are the first."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import numpy as np
import torch
import torch.distributed as dist

from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.learn.finetuning.finetune import FinetuneResult, finetune, no_stage_progress
from lnl_gui.learn.recipes.parameters import Recipe, Stage
from lnl_gui.learn.training.ranks import ALONE, Ranks, join
from lnl_gui.learn.training.rates import Optimiser
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.messages import Message
from lnl_gui.util.progress import Progress
from tests.learn.drawn import NAMES, small_transformer

_ADAM = Optimiser("adamw", 1e-3)
RECIPE = Recipe(
    "two",
    "Two",
    "",
    (
        # 13 samples: batches of 5, 5 and 3, in unequal shares of which the last one is empty,
        # and the others in parts.
        Stage(
            "whole network",
            "full",
            epochs=2,
            batch_size=5,
            optimiser=_ADAM,
            mixup_alpha=0.4,
            micro_batch=2,
        ),
    ),
    validation_fraction=0.1,
)


def sets(images: Path) -> tuple[TrainingSet, Holdout]:
    files = sorted(images.glob("*.png"))
    labels = np.arange(len(files), dtype=np.int32) % 3
    return TrainingSet(files[:16], labels[:16], NAMES), Holdout(files[16:], labels[16:])


def train(
    images: Path,
    folder: Path,
    ranks: Ranks = ALONE,
    progress_of: Callable[[Message], Progress] = no_stage_progress,
    recipe: Recipe = RECIPE,
) -> FinetuneResult:
    opened = small_transformer()
    return finetune(
        *sets(images),
        recipe,
        backbone_name=opened.name,
        backbone=opened,
        folder=folder,
        device="cpu",
        seed=3,
        ranks=ranks,
        progress_of=progress_of,
        checkpoint_seconds=-1,
    )


def train_along(port: int, images: Path) -> None:
    """Train in each folder that the first process names, until it names none."""
    torch.set_num_threads(1)
    ranks = join(1, 2, dist.TCPStore("127.0.0.1", port, 2, timeout=timedelta(minutes=5)))
    while (task := ranks.say()) is not None:
        own = Path(task["images"]) if "images" in task else images
        try:
            train(own, Path(task["folder"]), ranks)
        except (Cancelled, UserError):
            continue
    ranks.close()
