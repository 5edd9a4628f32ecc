"""A trained classifier as its library alone builds it, without a module of this program."""

from collections import OrderedDict
from dataclasses import dataclass
from importlib import metadata
from typing import Any

import timm
import torch
from torch import nn

from lnl_gui.encoders.encoder import EncoderInfo
from lnl_gui.encoders.loading import timm_library
from lnl_gui.encoders.loading.first_weights import weights_follow
from lnl_gui.encoders.loading.openvino_conversion import photographs
from lnl_gui.encoders.loading.sources import describe
from lnl_gui.learn.models.exporting.parity import TOLERANCE, relative_difference
from lnl_gui.learn.models.model_file import SEPARATE_HEAD, LoadedModel
from lnl_gui.learn.models.network import Head

TIMM, OPEN_CLIP = "timm", "open_clip"
_PACKAGES = {TIMM: "timm", OPEN_CLIP: "open_clip_torch"}
_BUNDLED = "bundled"


@dataclass(frozen=True)
class Architecture:
    """How a library builds a network.

    Attributes:
        library: `timm`, `open_clip`, or the module of another package.
        version: of the library's package; empty where it is another package.
        name: the library's name of it.
        arguments: beside the name, of the library's function that creates models.
        head: name of the linear layer that gives the logits.
        is_whole: the head is the library's own layer; else one behind the library's features.
    """

    library: str
    version: str
    name: str
    arguments: dict[str, Any]
    head: str
    is_whole: bool

    @property
    def title(self) -> str:
        """Library and name."""
        return f"{self.library}: {self.name}"


@dataclass(frozen=True)
class PlainModel:
    """A classifier of a library's modules: normalised images (B, 3, S, S) to logits (B, C)."""

    module: nn.Module
    architecture: Architecture


def plain_model(model: LoadedModel) -> PlainModel:
    """Rebuild a trained model, its head's standardisation folded into one linear layer.

    Args:
        model: on the CPU; its back-bone may be shared with what is returned.
    """
    info = describe(model.card["encoder"])
    library = TIMM if info.source == _BUNDLED else info.source
    linear = folded(model.classifier.head)
    if library == TIMM:
        whole = _whole_timm(info, model.classifier.backbone, linear)
        if whole is not None and _agree(whole.module, model):
            return whole
    module = nn.Sequential(OrderedDict(backbone=model.classifier.backbone, head=linear))
    architecture = Architecture(
        library, _version(library), info.model, _arguments(library, info), SEPARATE_HEAD, False
    )
    return PlainModel(module.eval(), architecture)


def folded(head: Head) -> nn.Linear:
    """The linear layer that computes what a head with its standardisation does."""
    # In float64: the means of features are large against what tells classes apart.
    weight = head.linear.weight.double() * head.scale.double()
    bias = head.linear.bias.double() - weight @ head.mean.double()
    linear = nn.Linear(weight.shape[1], weight.shape[0])
    with torch.no_grad():
        linear.weight.copy_(weight)
        linear.bias.copy_(bias)
    return linear


def _whole_timm(info: EncoderInfo, backbone: nn.Module, linear: nn.Linear) -> PlainModel | None:
    """The model with timm's own classifier; None where that is more than a linear layer."""
    arguments = timm_library.arguments(info)
    with weights_follow():
        whole = timm.create_model(
            info.model, pretrained=False, num_classes=linear.out_features, **arguments
        )
    layer = whole.get_classifier()
    names = [name for name, module in whole.named_modules() if module is layer]
    if not isinstance(layer, nn.Linear) or layer.weight.shape != linear.weight.shape or not names:
        return None
    state = dict(backbone.state_dict())
    state |= {f"{names[0]}.{name}": value for name, value in linear.state_dict().items()}
    # Some classifiers bring a normalisation of their own, which the features do not have.
    if state.keys() != whole.state_dict().keys():
        return None
    whole.load_state_dict(state)
    architecture = Architecture(TIMM, _version(TIMM), info.model, arguments, names[0], True)
    return PlainModel(whole.eval(), architecture)


def _agree(module: nn.Module, model: LoadedModel) -> bool:
    """Whether a module gives a model's logits: a classifier may take more than its features."""
    images = torch.from_numpy(model.preprocessing.normalise(photographs(model.preprocessing)[:2]))
    with torch.inference_mode():
        truth = model.classifier.eval()(images).numpy()
        return relative_difference(module(images).numpy(), truth) <= TOLERANCE


def _arguments(library: str, info: EncoderInfo) -> dict[str, Any]:
    if library == OPEN_CLIP:
        # Loads for a second.
        from lnl_gui.encoders.loading import open_clip_library  # noqa: PLC0415

        return open_clip_library.arguments(info.model, info.tag)
    return timm_library.arguments(info) if library == TIMM else {}


def _version(library: str) -> str:
    package = _PACKAGES.get(library)
    return metadata.version(package) if package else ""
