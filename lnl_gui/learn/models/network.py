"""A backbone with a head, and where to cut it between what is frozen and what is trained."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, nn

from lnl_gui.learn.models.parts import BLOCKS, Part


class BackboneLike(Protocol):
    """What training needs of `lnl_gui.encoders.encoder.Backbone`."""

    @property
    def model(self) -> nn.Module:
        """Images (B, 3, S, S) to features (B, D)."""

    @property
    def dimension(self) -> int:
        """D."""

    @property
    def blocks(self) -> Sequence[nn.Module]:
        """The blocks from input to output."""


class Head(nn.Module):
    """Linear classification layer on features (B, D) standardised with fixed statistics.

    The standardisation is kept apart from the weights so that one learning rate fits all encoders.

    Args:
        dimension: D.
        classes: C of the logits (B, C).
    """

    mean: Tensor
    scale: Tensor

    def __init__(self, dimension: int, classes: int) -> None:
        super().__init__()
        self.register_buffer("mean", torch.zeros(dimension))
        self.register_buffer("scale", torch.ones(dimension))
        self.linear = nn.Linear(dimension, classes)
        # A random bias would favour some classes from the start.
        nn.init.zeros_(self.linear.bias)

    def forward(self, features: Tensor) -> Tensor:
        """Features (B, D) to logits (B, C)."""
        return self.linear((features - self.mean) * self.scale)

    def folded(self) -> nn.Linear:
        """The same function as one layer, its statistics in the weights."""
        with torch.no_grad():
            layer = nn.utils.skip_init(nn.Linear, *reversed(self.linear.weight.shape))
            weight = self.linear.weight.double() * self.scale.double()
            layer.weight.copy_(weight)
            layer.bias.copy_(self.linear.bias.double() - weight @ self.mean.double())
        return layer


class Classifier(nn.Module):
    """Normalised images (B, 3, S, S) to logits (B, C)."""

    def __init__(self, backbone: nn.Module, head: Head) -> None:
        super().__init__()
        self.backbone = backbone
        self.head = head

    def forward(self, images: Tensor) -> Tensor:
        """The logits (B, C) of images (B, 3, S, S)."""
        return self.head(self.backbone(images))


class _Embedding(nn.Module):
    """The part of a timm vision transformer before its blocks."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, images: Tensor) -> Tensor:
        model: Any = self.model
        tokens = model._pos_embed(model.patch_embed(images))
        return model.norm_pre(model.patch_drop(tokens))


class _Pooling(nn.Module):
    """The part of a timm model after its feature map; owns only what it applies."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        names = ("global_pool", "fc_norm", "attn_pool", "head_drop", "head")
        children = dict(model.named_children())
        self.applied = nn.ModuleList([children[name] for name in names if name in children])
        # In a tuple, so that the whole model does not become a part of this one.
        self._owner: tuple[Any] = (model,)

    def forward(self, features: Tensor) -> Tensor:
        return self._owner[0].forward_head(features)


def chain(model: Any) -> list[nn.Module] | None:
    """Modules whose one-after-the-other application equals `model`, or None if not known.

    Knows timm's EfficientNet, ResNet, ConvNeXt and vision transformer layouts. Callers check the
    equality on real input before they rely on it.
    """
    if not hasattr(model, "forward_head"):
        return None
    names = {name for name, _ in model.named_children()}
    pooling = _Pooling(model)
    if {"conv_stem", "bn1", "blocks", "conv_head", "bn2"} <= names:
        inner = [block for stage in model.blocks for block in stage]
        return [model.conv_stem, model.bn1, *inner, model.conv_head, model.bn2, pooling]
    if {"patch_embed", "blocks", "norm", "norm_pre", "patch_drop"} <= names:
        # Class token, positions and patch drop are no children in order, but steps of timm's
        # forward_features.
        return [_Embedding(model), *model.blocks, model.norm, pooling]
    if {"conv1", "bn1", "act1", "maxpool", "layer4"} <= names:
        stages = (model.layer1, model.layer2, model.layer3, model.layer4)
        inner = [block for stage in stages for block in stage]
        return [model.conv1, model.bn1, model.act1, model.maxpool, *inner, pooling]
    if {"stem", "stages", "norm_pre"} <= names:
        # ConvNeXt halves the resolution before the blocks of a stage.
        inner = [block for stage in model.stages for block in (stage.downsample, *stage.blocks)]
        return [model.stem, *inner, model.norm_pre, pooling]
    return None


@dataclass(frozen=True)
class Cut:
    """A classifier cut in two: `trained(frozen(x))` equals the whole. Modules are shared."""

    frozen: nn.Module
    trained: nn.Module


def trained_blocks(backbone: BackboneLike, part: Part) -> list[nn.Module]:
    """The backbone's blocks that `part` trains; empty for the head alone."""
    if part == "head":
        return []
    if part == "full":
        return list(backbone.blocks)
    return list(backbone.blocks)[-BLOCKS[part] :]


def cut(classifier: Classifier, backbone: BackboneLike, part: Part) -> Cut | None:
    """Cut before the first trained block, or None where the layout is not known.

    Args:
        classifier: what is cut; modules are shared, not copied.
        backbone: the encoder in it.
        part: what is trained.
    """
    if part == "full":
        return Cut(nn.Identity(), classifier)
    if part == "head":
        return Cut(classifier.backbone, classifier.head)
    modules = chain(backbone.model)
    if modules is None:
        return None
    # By modules within: a block may be a container that the chain lists by its parts.
    wanted = {id(m) for block in trained_blocks(backbone, part) for m in block.modules()}
    touched = [n for n, m in enumerate(modules) if wanted & {id(inner) for inner in m.modules()}]
    # A whole model inside the embedding or the pooling shows up as touched; blocks come between.
    inside = [n for n in touched if not isinstance(modules[n], _Embedding | _Pooling)]
    if not inside:
        return None
    frozen, trained = modules[: inside[0]], modules[inside[0] :]
    return Cut(nn.Sequential(*frozen), nn.Sequential(*trained, classifier.head))


def set_trainable(classifier: Classifier, backbone: BackboneLike, part: Part) -> list[nn.Module]:
    """Let gradients reach only what `part` trains, and return those modules.

    What follows the first trained block (final normalisation, pooling) is trained with it.
    """
    for parameter in classifier.parameters():
        # All first: what an earlier stage trained may now be frozen.
        parameter.requires_grad_(part == "full")
    modules: list[nn.Module] = [classifier]
    if part != "full":
        split = cut(classifier, backbone, part)
        blocks = [*trained_blocks(backbone, part), classifier.head]
        modules = [split.trained] if split else blocks
    for module in modules:
        for parameter in module.parameters():
            parameter.requires_grad_(True)
    return modules


def set_mode(network: nn.Module, trained: Sequence[nn.Module], *, batch_norm: bool) -> None:
    """Training mode for what is trained, evaluation mode for the rest.

    Args:
        network: the whole, set to evaluation mode first.
        trained: modules of it that learn.
        batch_norm: False keeps batch-norm layers in evaluation mode too.
    """
    # Everything first, so that what is frozen neither drops activations nor moves statistics.
    network.eval()
    for module in trained:
        module.train()
        for inner in module.modules():
            # The base class, which all dimensionalities share.
            if isinstance(inner, nn.modules.batchnorm._BatchNorm) and not batch_norm:
                inner.eval()
