"""A process that fine-tunes in one folder after the other until it is killed: IMAGES FOLDER..."""

import sys
from pathlib import Path

import numpy as np

from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.learn.finetuning.finetune import finetune
from lnl_gui.learn.recipes.parameters import Recipe, Stage
from lnl_gui.learn.training.optimisation import Optimiser
from tests.learn.drawn import NAMES, backbone

RECIPE = Recipe(
    "images",
    "Images",
    "",
    (Stage("whole network", "full", epochs=3, batch_size=8, optimiser=Optimiser("adamw", 1e-3)),),
    probe=False,
    validation_fraction=0.0,
)


def main(folder: Path, images: Path) -> None:
    """Train; a line of output after every batch."""
    files = sorted(images.glob("*.png"))
    labels = np.arange(len(files), dtype=np.int32) % 3

    def report(done: int, total: int) -> None:
        print(done, total, flush=True)

    opened = backbone("test_vit")
    finetune(
        TrainingSet(files[:40], labels[:40], NAMES),
        Holdout(files[40:], labels[40:]),
        RECIPE,
        backbone_name=opened.name,
        backbone=opened,
        folder=folder,
        device="cpu",
        progress_of=lambda stage: report,
        checkpoint_seconds=-1,
    )


if __name__ == "__main__":
    for name in sys.argv[2:]:
        main(Path(name), Path(sys.argv[1]))
