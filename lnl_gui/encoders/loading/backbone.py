"""Pretrained models without their heads, as torch modules for embedding and for fine-tuning."""

from collections.abc import Iterator
from pathlib import Path

import torch
from torch import nn

from lnl_gui.encoders.encoder import Backbone, EncoderInfo
from lnl_gui.encoders.loading.sources import describe, library, weights_for
from lnl_gui.util.progress import Progress, no_progress

_BLOCK_CONTAINERS = ("blocks", "stages", "layers", "resblocks", "features")
_RESNET_STAGES = ("layer1", "layer2", "layer3", "layer4")
RANDOM_SEED = 0
"""Seed of encoders without weights: a kept conversion of one must equal the next one built."""


def load_backbone(
    name: str,
    *,
    weights: Path | None = None,
    pretrained: bool = True,
    progress: Progress = no_progress,
) -> Backbone:
    """Build an encoder as a torch module and load its weights.

    Args:
        name: any name that `describe` knows.
        weights: a local file (safetensors, or a torch file of tensors alone) to load instead.
        pretrained: False leaves the weights random (the same at every call), needing no file.
        progress: called with downloaded and total bytes.

    Raises:
        UserError: for an unknown name, weights that do not fit, or a failed download.
    """
    info = describe(name)
    file = weights_for(info, weights=weights, progress=progress) if pretrained else None
    return build_backbone(info, file)


def build_backbone(info: EncoderInfo, file: Path | None) -> Backbone:
    """Build the backbone with the weights in `file`, or seeded random ones when None.

    Raises:
        UserError: when the weights do not fit the model.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(RANDOM_SEED)
        model, preprocessing, dimension = library(info.source).build(info, file)
    model.eval()
    return Backbone(info.name, model, dimension, preprocessing, trainable_blocks(model))


def trainable_blocks(model: nn.Module) -> list[nn.Module]:
    """Blocks of a model from input to output; what follows the last block is part of it."""
    children = list(_unwrapped(model).named_children())
    positions = [i for i, (name, child) in enumerate(children) if _holds_blocks(name, child)]
    if not positions:
        # An unknown layout: its parts in order still tell first from last.
        return [child for _, child in children if _has_parameters(child)]
    blocks = [block for i in positions for block in _flatten(children[i][1])]
    # A final normalisation is tuned with the last block, whose output it scales.
    trailing = [child for _, child in children[positions[-1] + 1 :] if _has_parameters(child)]
    return [*blocks[:-1], nn.ModuleList([blocks[-1], *trailing])] if trailing else blocks


def _unwrapped(model: nn.Module) -> nn.Module:
    # open_clip keeps the image tower as `visual`, which may wrap a timm model as `trunk`.
    for name in ("visual", "trunk"):
        inner = getattr(model, name, None)
        model = inner if isinstance(inner, nn.Module) else model
    return model


def _holds_blocks(name: str, child: nn.Module) -> bool:
    if name in _RESNET_STAGES or name in _BLOCK_CONTAINERS:
        return _has_parameters(child)
    return isinstance(getattr(child, "resblocks", None), nn.Module)


def _flatten(container: nn.Module) -> Iterator[nn.Module]:
    """Blocks of a container; a stage of blocks counts as its blocks."""
    inner = getattr(container, "resblocks", getattr(container, "blocks", None))
    if isinstance(inner, nn.Sequential | nn.ModuleList):
        yield from _flatten(inner)
    elif isinstance(container, nn.Sequential | nn.ModuleList):
        for child in container:
            yield from _flatten(child)
    elif _has_parameters(container):
        yield container


def _has_parameters(module: nn.Module) -> bool:
    return next(module.parameters(), None) is not None
