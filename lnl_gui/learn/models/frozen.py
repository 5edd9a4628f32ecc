"""Inference of the frozen part of a network: OpenVINO on the CPU, torch elsewhere.

OpenVINO computes about ten times the rate of eager torch. The conversion is checked against torch
on photographs before it is used, and kept in the user's cache.
"""

import hashlib
import logging
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from torch import nn

from lnl_gui.encoders.encoder import Backbone
from lnl_gui.encoders.loading import openvino_conversion, openvino_encoder, torch_encoder
from lnl_gui.encoders.loading.openvino_layers import is_known
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.models.network import Classifier, Cut

logger = logging.getLogger(__name__)

TOLERANCE = 1e-3
"""Largest distance of the cut network's logits from the whole one's, relative to their size."""


def equals_whole(cut: Cut, classifier: nn.Module, preprocessing: Preprocessing) -> bool:
    """Whether the two parts of a cut, one after the other, give the whole network's logits."""
    device = next(classifier.parameters()).device
    # Photographs, not noise: activations then lie where they will lie in use.
    pixels = openvino_conversion.photographs(preprocessing)[:2]
    images = torch.from_numpy(preprocessing.normalise(pixels)).to(device)
    classifier.eval()
    with torch.no_grad():
        whole = classifier(images)
        try:
            parts = cut.trained(cut.frozen(images))
        except (RuntimeError, TypeError, ValueError, AttributeError) as error:
            logger.warning("The network cannot be cut here: %s", error)
            return False
    distance = (parts - whole).abs().max().item()
    # Relative to the largest logit, but not where all of them are tiny.
    return distance <= TOLERANCE * max(1.0, whole.abs().max().item())


def weights_key(module: nn.Module, preprocessing: Preprocessing) -> str:
    """A 32-digit hash of a module's weights, structure and preprocessing."""
    digest = hashlib.blake2b(digest_size=16)
    # Structure too: two modules may hold the same tensors and compute something else.
    digest.update(f"{module}{preprocessing.to_dict()}".encode())
    for name, tensor in module.state_dict().items():
        digest.update(name.encode())
        digest.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()


def frozen_function(
    frozen: nn.Module,
    preprocessing: Preprocessing,
    *,
    device: torch.device,
    key: str = "",
    threads: int | None = None,
) -> Callable[[np.ndarray], np.ndarray]:
    """A function from pixels (B, S, S, 3) uint8 to the module's output (B, ...) float32.

    Args:
        frozen: takes normalised images (B, 3, S, S) float32.
        preprocessing: gives S, mean and standard deviation.
        device: where it computes; OpenVINO is tried on the CPU alone.
        key: identifies the module and its weights, to keep the conversion; empty keeps none.
        threads: of the processor; None takes all cores.
    """
    shape = _output_shape(frozen, preprocessing, device)
    size = int(np.prod(shape))
    # Encoders give rows of features; the shape of a map is put back below.
    # Its double precision is for the CPU alone: Metal has none.
    plain = _of_plain_layers(frozen) if device.type == "cpu" else frozen
    flat = nn.Sequential(plain, nn.Flatten())
    backbone = Backbone(f"frozen-{key[:8]}", flat, size, preprocessing, [])
    fast = _openvino_encoder(backbone, key, threads) if device.type == "cpu" else None
    encoder = fast or torch_encoder.TorchEncoder(backbone, key, str(device))
    return lambda pixels: encoder.embed(pixels).reshape(len(pixels), *shape)


def converts_quickly(frozen: nn.Module) -> bool:
    """Whether a function of the module for the CPU is made in two seconds, not in twelve."""
    return is_known(_of_plain_layers(frozen))


def _of_plain_layers(frozen: nn.Module) -> nn.Module:
    """The same function, of layers that OpenVINO's graph is quickly built of if it has such."""
    if isinstance(frozen, Classifier):
        return nn.Sequential(frozen.backbone, frozen.head.folded())
    return frozen


def _openvino_encoder(
    backbone: Backbone, key: str, threads: int | None
) -> openvino_encoder.OpenVinoEncoder | None:
    if not key:
        with tempfile.TemporaryDirectory() as temporary:
            place = Path(temporary) / "once"
            return openvino_conversion.convert(backbone, "once", place, threads=threads)
    folder = openvino_encoder.conversion_folder(key)
    kept = openvino_encoder.open_conversion(folder, backbone.name, threads=threads)
    return kept or openvino_conversion.convert(backbone, key, folder, threads=threads)


def _output_shape(
    frozen: nn.Module, preprocessing: Preprocessing, device: torch.device
) -> tuple[int, ...]:
    side = preprocessing.image_size
    frozen.eval()
    with torch.no_grad():
        return tuple(frozen(torch.zeros(1, 3, side, side, device=device)).shape[1:])
