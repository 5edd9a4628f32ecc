"""Encoders by name, what each costs, and how one is opened.

Only the standard library is imported here until a model has to be built: a warm start of an
encoder that OpenVINO has already converted needs no torch.
"""

import ctypes
import difflib
import hashlib
import json
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from lnl_gui.encoders import download, openvino_backend
from lnl_gui.encoders.bundled import bundled_weights, file_sha256
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.util.errors import UserError
from lnl_gui.util.progress import Progress, no_progress

_DRIVERS = ("libcuda.so.1", "libamdhip64.so", "nvcuda.dll", "amdhip64.dll")


@dataclass(frozen=True)
class EncoderInfo:
    """What can be said of an encoder without loading it.

    Attributes:
        name: what the user types; `title` and `description` are what the user reads.
        source: `bundled`, `timm` or `open_clip`.
        download_bytes: size of the weights file, 0 when there is nothing to download.
        image_size: side of the square the model sees, in pixels.
        dimension: length of an embedding.
        model: the model's name in timm (with its tag) or in open_clip.
        tag: open_clip's name of the weights; empty otherwise.
    """

    name: str
    title: str
    description: str
    source: str
    download_bytes: int
    image_size: int
    dimension: int
    model: str
    tag: str = ""


class Encoder(Protocol):
    """Something that turns pixels into embeddings. `key` names weights and preprocessing."""

    name: str
    key: str
    dimension: int
    preprocessing: Preprocessing
    batch_size: int

    def embed(self, batch: np.ndarray) -> np.ndarray:
        """(B, H, W, 3) uint8 pixels, as `preprocessing` makes them, to (B, D) float32."""


_TABLE = (
    EncoderInfo(
        "bundled",
        "EfficientNet-Lite2 (bundled)",
        "A small ImageNet model that needs no download. DINOv2 or CLIP do better where they can"
        " be had.",
        "bundled",
        0,
        260,
        1280,
        "tf_efficientnet_lite2",
    ),
    EncoderInfo(
        "bundled-fast",
        "EfficientNet-Lite0 (bundled)",
        "Twice as fast as the default and a little less exact; needs no download.",
        "bundled",
        0,
        224,
        1280,
        "tf_efficientnet_lite0",
    ),
    EncoderInfo(
        "dinov2-s",
        "DINOv2 ViT-S/14",
        "Self-supervised on 142 M images; the best quality for its size.",
        "timm",
        88_200_000,
        224,
        384,
        "vit_small_patch14_dinov2.lvd142m",
    ),
    EncoderInfo(
        "dinov2-b",
        "DINOv2 ViT-B/14",
        "Self-supervised on 142 M images; a good choice with a GPU.",
        "timm",
        346_300_000,
        224,
        768,
        "vit_base_patch14_dinov2.lvd142m",
    ),
    EncoderInfo(
        "dinov2-l",
        "DINOv2 ViT-L/14",
        "Self-supervised on 142 M images; large, for a GPU.",
        "timm",
        1_217_500_000,
        224,
        1024,
        "vit_large_patch14_dinov2.lvd142m",
    ),
    EncoderInfo(
        "dinov2-g",
        "DINOv2 ViT-g/14",
        "Self-supervised on 142 M images; the largest, for a GPU with memory to spare.",
        "timm",
        4_546_000_000,
        224,
        1536,
        "vit_giant_patch14_dinov2.lvd142m",
    ),
    EncoderInfo(
        "clip-vit-b-32",
        "CLIP ViT-B/32",
        "Trained on images with captions; also votes by the class names.",
        "open_clip",
        605_200_000,
        224,
        512,
        "ViT-B-32",
        "openai",
    ),
    EncoderInfo(
        "clip-vit-l-14",
        "CLIP ViT-L/14",
        "Trained on images with captions; large; also votes by the class names.",
        "open_clip",
        1_710_500_000,
        224,
        768,
        "ViT-L-14",
        "openai",
    ),
    EncoderInfo(
        "vit-b-16",
        "ViT-B/16",
        "Supervised on ImageNet-21k and ImageNet-1k.",
        "timm",
        346_300_000,
        224,
        768,
        "vit_base_patch16_224.augreg2_in21k_ft_in1k",
    ),
    EncoderInfo(
        "convnext-t",
        "ConvNeXt-T",
        "A convolutional network, supervised on ImageNet-22k and ImageNet-1k.",
        "timm",
        114_400_000,
        224,
        768,
        "convnext_tiny.fb_in22k_ft_in1k",
    ),
    EncoderInfo(
        "mae-b",
        "MAE ViT-B/16",
        "Masked autoencoder; made for fine-tuning, weak without it. Weights CC BY-NC 4.0.",
        "timm",
        343_200_000,
        224,
        768,
        "vit_base_patch16_224.mae",
    ),
    EncoderInfo(
        "msn-b",
        "MSN ViT-B/16",
        "Masked siamese network, good with few labels. Weights CC BY-NC 4.0, converted on loading.",
        "timm",
        343_300_000,
        224,
        768,
        "vit_base_patch16_224",
        "msn",
    ),
    EncoderInfo(
        "resnet-50",
        "ResNet-50",
        "The classic convolutional network, supervised on ImageNet-1k.",
        "timm",
        102_500_000,
        224,
        2048,
        "resnet50.a1_in1k",
    ),
)
_ALIASES = {
    "lite2": "bundled",
    "lite0": "bundled-fast",
    "dinov2": "dinov2-b",
    "clip": "clip-vit-b-32",
}


def list_encoders() -> list[EncoderInfo]:
    """Every encoder with a name of its own; `timm:NAME` and `open_clip:NAME/TAG` work beside."""
    return list(_TABLE)


def describe(name: str) -> EncoderInfo:
    """What is known of an encoder.

    Raises:
        UserError: for an unknown name, with the nearest names.
    """
    known = {info.name: info for info in _TABLE}
    wanted = _ALIASES.get(name, name)
    if wanted in known:
        return known[wanted]
    source, separator, model = name.partition(":")
    if separator and source == "timm":
        from lnl_gui.encoders import timm_models  # noqa: PLC0415 - imports torch

        return timm_models.describe(model)
    if separator and source == "open_clip":
        from lnl_gui.encoders import open_clip_models  # noqa: PLC0415 - imports torch

        return open_clip_models.describe(model)
    raise unknown_name(name, [*known, *_ALIASES])


def unknown_name(name: str, known: list[str]) -> UserError:
    """The error for a name that is none of `known`, with the nearest ones."""
    nearest = difflib.get_close_matches(name, known, n=4, cutoff=0.4)
    hint = f"Did you mean {', '.join(nearest)}?" if nearest else "See the list of encoders."
    return UserError(f"There is no encoder named {name!r}.", hint, code="unknown_encoder")


def weights_for(
    info: EncoderInfo, *, weights: Path | None = None, progress: Progress = no_progress
) -> Path:
    """The weights file: the local one, the installed one, or one downloaded now or before.

    Raises:
        UserError: when a local file is missing or a download fails.
    """
    if weights is not None:
        if not weights.is_file():
            raise UserError(f"There is no weights file {weights}.", code="weights_missing")
        return weights
    if info.source == "bundled":
        return bundled_weights(info.model)
    return download.fetch(remote_weights(info), title=info.title, progress=progress)


def download_needed(info: EncoderInfo) -> int:
    """Bytes that opening the encoder would download now: 0 when its weights are here already."""
    if info.source == "bundled" or download.find(remote_weights(info)) is not None:
        return 0
    return info.download_bytes


def remote_weights(info: EncoderInfo) -> download.Remote:
    """Where the weights of a timm or open_clip encoder are published."""
    if info.name == "msn-b":
        return download.Remote("facebook/vit-msn-base", "pytorch_model.bin")
    if info.source == "timm" and not info.name.startswith("timm:"):
        return download.timm_remote(f"timm/{info.model}")
    if info.source == "timm":
        from lnl_gui.encoders import timm_models  # noqa: PLC0415 - imports torch

        return timm_models.remote(info)
    from lnl_gui.encoders import open_clip_models  # noqa: PLC0415 - imports torch

    return open_clip_models.remote(info)


def load_encoder(
    name: str,
    *,
    device: str = "auto",
    weights: Path | None = None,
    pretrained: bool = True,
    batch_size: int = 0,
    threads: int | None = None,
    progress: Progress = no_progress,
) -> Encoder:
    """Open an encoder: OpenVINO on the CPU, torch on a GPU or where OpenVINO fails.

    Args:
        name: any name of the registry.
        device: `auto` (cuda, then mps, then cpu) or a torch device.
        weights: a local file (safetensors, or a torch file of tensors alone) to load instead.
        pretrained: False leaves the weights random (the same at every call), needing no file.
        batch_size: images at a time; 0 lets the encoder choose.
        threads: CPU threads; None takes all cores.
        progress: called with downloaded and total bytes.

    Raises:
        UserError: for an unknown name or device, weights that do not fit, a failed download.
    """
    info = describe(name)
    file = weights_for(info, weights=weights, progress=progress) if pretrained else None
    identity = _digest(info.source, info.model, info.tag, file_sha256(file) if file else "random")
    on_cpu = device == "cpu" or (device == "auto" and not accelerator_possible())
    folder = openvino_backend.conversion_folder(identity)
    if on_cpu:
        kept = openvino_backend.open_conversion(folder, info.name, threads=threads)
        if kept is not None:
            kept.batch_size = batch_size or kept.batch_size
            return kept
    from lnl_gui.encoders import backbone, torch_backend  # noqa: PLC0415 - takes seconds

    chosen = torch_backend.choose_device(device)
    if chosen == "cpu" and not on_cpu:
        return load_encoder(
            name,
            device="cpu",
            weights=weights,
            pretrained=pretrained,
            batch_size=batch_size,
            threads=threads,
        )
    built = backbone.build_backbone(info, file)
    key = _digest(identity, json.dumps(built.preprocessing.to_dict(), sort_keys=True))
    encoder: Encoder | None = None
    if chosen == "cpu":
        encoder = openvino_backend.convert(built, key, folder, threads=threads)
    if encoder is None:
        encoder = torch_backend.TorchEncoder(built, key, chosen)
    encoder.batch_size = batch_size or encoder.batch_size
    return encoder


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


def accelerator_possible() -> bool:
    """Whether asking torch for a GPU is worth its import: a driver's library can be opened."""
    if sys.platform == "darwin":
        return platform.machine() == "arm64"
    return any(_can_open(library) for library in _DRIVERS)


def _can_open(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True
