"""Opening an encoder by name: OpenVINO on the CPU, torch on a GPU.

torch is imported only when a model has to be built or a GPU may be there: a warm start of an
encoder that OpenVINO has already converted takes about a second without it.
"""

import hashlib
import json
from pathlib import Path

from lnl_gui.encoders.catalogue.bundled import file_sha256
from lnl_gui.encoders.encoder import Encoder
from lnl_gui.encoders.loading import openvino_encoder
from lnl_gui.encoders.loading.devices import accelerator_possible
from lnl_gui.encoders.loading.sources import describe, weights_for
from lnl_gui.util.progress import Progress, no_progress


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
        name: any name that `describe` knows.
        device: `auto` (cuda, xpu, mps or cpu) or a torch device.
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
    # By the bytes of the weights: a file replaced under the same name is another encoder.
    identity = _digest(info.source, info.model, info.tag, file_sha256(file) if file else "random")
    on_cpu = device == "cpu" or (device == "auto" and not accelerator_possible())
    folder = openvino_encoder.conversion_folder(identity)
    if on_cpu:
        kept = openvino_encoder.open_conversion(folder, info.name, threads=threads)
        if kept is not None:
            kept.batch_size = batch_size or kept.batch_size
            return kept
    from lnl_gui.encoders.loading import (  # noqa: PLC0415 - torch takes seconds
        backbone,
        devices,
        openvino_conversion,
        torch_encoder,
    )

    chosen = devices.choose_device(device)
    # A driver without a usable GPU: begin again, for a conversion may be kept.
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
        encoder = openvino_conversion.convert(built, key, folder, threads=threads)
    if encoder is None:
        encoder = torch_encoder.TorchEncoder(built, key, chosen)
    encoder.batch_size = batch_size or encoder.batch_size
    return encoder


def load_small_encoder(name: str, image_size: int, *, threads: int | None = None) -> Encoder:
    """Open a convolutional encoder for smaller images, on the processor.

    Args:
        name: of one whose weights are installed.
        image_size: side in pixels, even at each of its strides as its own is.
        threads: processor threads; None takes all cores.

    Returns:
        that encoder, or the one of usual size where OpenVINO cannot run it.

    Raises:
        UserError: when its weights are missing or damaged.
    """
    info = describe(name)
    file = weights_for(info)
    identity = _digest(info.source, info.model, info.tag, file_sha256(file) if file else "random")
    folder = openvino_encoder.conversion_folder(identity)
    small = openvino_encoder.open_conversion(folder, name, threads=threads, image_size=image_size)
    if small is not None:
        return small
    whole = load_encoder(name, device="cpu", threads=threads)
    small = openvino_encoder.open_conversion(folder, name, threads=threads, image_size=image_size)
    return small or whole


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
