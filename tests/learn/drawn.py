"""Small sets of drawn images and random back-bones for training tests."""

import copy
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
from timm.models.vision_transformer import VisionTransformer

from lnl_gui.encoders.encoder import Backbone
from lnl_gui.encoders.loading.backbone import load_backbone, trainable_blocks
from lnl_gui.learn.data.sources import Holdout, TrainingSet
from tests.conftest import draw_image

NAMES = ["square", "circle", "stripes"]


SIDE = 36
"""Of what a convolutional network looks at, which takes any: the least that still gives it a map of
two by two at its end, so that batches of one image can be normalised."""
TRANSFORMER_SIDE = 64


def backbone(name: str = "test_resnet") -> Backbone:
    """A small model with random weights, the same at every call, and the caller's own."""
    # Built anew it takes timm several times as long as a copy.
    made = copy.deepcopy(_built(name))
    if "resnet" not in name:
        return made
    return replace(made, preprocessing=replace(made.preprocessing, image_size=SIDE))


@cache
def _built(name: str) -> Backbone:
    return load_backbone(f"timm:{name}", pretrained=False)


def small_transformer() -> Backbone:
    """`test_vit` of two blocks and 4 x 4 patches instead of six and 10 x 10.

    Saved, it cannot be opened by its name.
    """
    made = backbone("test_vit")
    assert isinstance(made.model, VisionTransformer)
    made.model.set_input_size(img_size=TRANSFORMER_SIDE)
    made.model.blocks = made.model.blocks[-2:]
    smaller = replace(made.preprocessing, image_size=TRANSFORMER_SIDE)
    return replace(made, preprocessing=smaller, blocks=trainable_blocks(made.model))


def draw_files(folder: Path, count: int, *, first: int = 0) -> tuple[list[Path], np.ndarray]:
    """`count` images of three kinds in turn, and their true classes."""
    folder.mkdir(parents=True, exist_ok=True)
    labels = np.arange(count, dtype=np.int32) % 3
    files = [folder / f"{first + number:04}.png" for number in range(count)]
    for number, file in enumerate(files):
        draw_image(int(labels[number]), first + number, side=32).save(file)
    return files, labels


def drawn_sets(
    folder: Path, *, training: int = 60, holdout: int = 15, wrong: int = 0
) -> tuple[TrainingSet, Holdout]:
    """A training set with `wrong` labels moved on by one, and a clean held-out part."""
    files, labels = draw_files(folder, training + holdout)
    given = labels[:training].copy()
    given[:wrong] = (given[:wrong] + 1) % 3
    return (
        TrainingSet(files[:training], given, NAMES),
        Holdout(files[training:], labels[training:]),
    )
