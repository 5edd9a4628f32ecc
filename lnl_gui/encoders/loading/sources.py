"""What is known of an encoder by any name, and where its weights are.

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


class Library(Protocol):
    """A module that knows the models of one library."""

    def describe(self, model: str, /) -> EncoderInfo:
        """What the library knows of a model; raises UserError for an unknown one."""

    def remote(self, info: EncoderInfo) -> download.Remote | Path:
        """Where the weights are published, or their file when they came with the package.

        Raises UserError when there are none.
        """

    def build(self, info: EncoderInfo, file: Path | None) -> "tuple[nn.Module, Preprocessing, int]":
        """The model without head, its preprocessing and the length of its embedding."""


def library(source: str) -> Library:
    """The module that builds models of a source; imports torch."""
    return cast(Library, import_module(_LIBRARIES.get(source, source)))


def describe(name: str) -> EncoderInfo:
    """What is known of an encoder by its name, alias, `timm:NAME` or `open_clip:NAME/TAG`.

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
    """The weights file: the local one, the installed one, or one downloaded now or before.

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
    """Where the weights of an encoder are published, or their file where they were installed."""
    if info.source == "bundled":
        return bundled_weights(info.model)
    if info.name == "msn-b":
        return _MSN
    if info.source == "timm" and not info.name.startswith("timm:"):
        # Known without timm, so that the list of encoders needs no torch.
        return download.timm_remote(f"timm/{info.model}")
    return library(info.source).remote(info)
