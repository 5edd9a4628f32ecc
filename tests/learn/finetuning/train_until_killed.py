"""A process that fine-tunes in one folder after the other until it is killed."""

from collections.abc import Iterable
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np

from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.learn.finetuning.finetune import finetune
from lnl_gui.learn.recipes.parameters import Recipe, Stage
from lnl_gui.learn.training.rates import Optimiser
from tests.learn.drawn import NAMES, small_transformer

RECIPE = Recipe(
    "images",
    "Images",
    "",
    (Stage("whole network", "full", epochs=2, batch_size=8, optimiser=Optimiser("adamw", 1e-3)),),
    probe=False,
    validation_fraction=0.0,
)


def train_in_turn(told: Connection, images: Path, folders: Iterable[Path]) -> None:
    """Train in each folder; tell of every batch, in thousandths of epochs."""
    for folder in folders:
        _train(told, images, folder)


def _train(told: Connection, images: Path, folder: Path) -> None:
    files = sorted(images.glob("*.png"))
    labels = np.arange(len(files), dtype=np.int32) % 3
    opened = small_transformer()
    finetune(
        TrainingSet(files[:40], labels[:40], NAMES),
        Holdout(files[40:], labels[40:]),
        RECIPE,
        backbone_name=opened.name,
        backbone=opened,
        folder=folder,
        device="cpu",
        progress_of=lambda stage: lambda done, total: told.send(done),
        checkpoint_seconds=-1,
    )
