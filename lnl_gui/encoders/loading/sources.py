"""Description of an encoder by any of its names, and the location of its weights.

timm and open_clip are imported only for names of theirs that the catalogue does not hold: importing
them takes seconds, and an encoder that is converted already needs neither.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from lnl_gui.encoders.catalogue import download
from lnl_gui.encoders.catalogue.bundled import bundled_weights
from lnl_gui.encoders.catalogue.table import find_encoder, known_names, unknown_name
from lnl_gui.encoders.encoder import EncoderInfo
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

if TYPE_CHECKING:
    from torch import nn

_LIBRARIES = {
    "bundled": "lnl_gui.encoders.loading.timm_library",
    "timm": "lnl_gui.encoders.loading.timm_library",
    "open_clip": "lnl_gui.encoders.loading.open_clip_library",
}
_MSN = download.Remote("facebook/vit-msn-base", "pytorch_model.bin")
_CLIP = {
    "clip-vit-b-32": "timm/vit_base_patch32_clip_224.openai",
    "clip-vit-l-14": "timm/vit_large_patch14_clip_224.openai",
    "mobileclip-s2": "apple/MobileCLIP-S2-OpenCLIP",
    "mobileclip2-s2": "timm/MobileCLIP2-S2-OpenCLIP",
}
"""Repositories that open_clip loads named encoders from."""


class Library(Protocol):
    """Interface of a module that builds the models of one library."""

    def describe(self, model: str, /) -> EncoderInfo:
        """Describe a model by the library's name for it.

        Raises:
            UserError: for an unknown one.
        """

    def remote(self, info: EncoderInfo) -> download.Remote | Path:
        """Location of the published weights, or their file when they came with the package.

        Raises:
            UserError: when there are none.
        """

    def build(self, info: EncoderInfo, file: Path | None) -> "tuple[nn.Module, Preprocessing, int]":
        """Build the model without head, with random weights if `file` is None.

        Returns:
            the model, normalised images (B, 3, S, S) float32 to embeddings (B, D); its
            preprocessing; and D.

        Raises:
            UserError: when the weights do not fit.
        """


def library(source: str) -> Library:
    """Import the module that builds the models of a source, and torch with it."""
    # The source of another package's encoder is its module itself.
    return cast(Library, import_module(_LIBRARIES.get(source, source)))


def describe(name: str) -> EncoderInfo:
    """Describe an encoder by its name, alias, `timm:NAME` or `open_clip:NAME/TAG`.

    Raises:
        UserError: for an unknown name, with the nearest names.
    """
    found = find_encoder(name)
    if found is not None:
        return found
    source, separator, model = name.partition(":")
    if separator and source in ("timm", "open_clip"):
        return library(source).describe(model)
    raise unknown_name(name, known_names())


def weights_for(
    info: EncoderInfo, *, weights: Path | None = None, progress: Progress = no_progress
) -> Path:
    """Find or download the weights file of an encoder.

    Args:
        info: the encoder.
        weights: a local file to take instead of the published one.
        progress: called with downloaded and total bytes.

    Raises:
        UserError: when a local file is missing or a download fails.
    """
    if weights is not None:
        if not weights.is_file():
            raise UserError(
                message("There is no weights file {weights}.", weights=weights),
                code="weights_missing",
            )
        return weights
    found = remote_weights(info)
    if isinstance(found, Path):
        return found
    return download.fetch(found, title=info.title, progress=progress)


def download_needed(info: EncoderInfo) -> int:
    """Bytes that opening the encoder would download now: 0 when its weights are here already."""
    if not info.download_bytes:
        return 0
    found = remote_weights(info)
    here = isinstance(found, Path) or download.find(found) is not None
    return 0 if here else info.download_bytes


def remote_weights(info: EncoderInfo) -> download.Remote | Path:
    """Location of an encoder's published weights, or their file where they were installed.

    Raises:
        UserError: when none are published, or installed ones are damaged.
    """
    if info.source == "bundled":
        return bundled_weights(info.model)
    if info.name == "msn-b":
        return _MSN
    if info.source == "timm" and not info.name.startswith("timm:"):
        # Known without timm, so that the list of encoders needs no torch.
        return download.timm_remote(f"timm/{info.model}")
    if info.name in _CLIP:
        return download.open_clip_remote(_CLIP[info.name])
    return library(info.source).remote(info)
