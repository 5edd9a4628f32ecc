"""Low-rank adapters as a recipe chooses them: their constants, and the encoders they do not fit."""

from dataclasses import dataclass
from importlib.util import find_spec

from lnl_gui.encoders.catalogue.table import find_encoder
from lnl_gui.util.errors import UserError
from lnl_gui.util.extras import package_missing
from lnl_gui.util.messages import message


@dataclass(frozen=True)
class Adapters:
    """Constants of low-rank adapters; the defaults are those of peft's guide to image classifiers.

    A merged layer is W + alpha / rank * B A.
    """

    rank: int = 16
    alpha: float = 16.0
    dropout: float = 0.1
    """Share of a layer's inputs that its adapter does not see in a step."""


def refuse_by_name(encoder: str) -> None:
    """Refuse an encoder that is known to be no transformer, before anything of it is loaded.

    Args:
        encoder: any name; one that is not in the table is left to `refuse_adapters`.

    Raises:
        UserError: as `refuse_adapters`.
    """
    check_package()
    info = find_encoder(encoder)
    # All transformers of the table are called so; other packages' networks are not known.
    own = info is not None and info.source in ("bundled", "timm", "open_clip")
    if info is not None and own and "vit" not in info.model.lower():
        raise misfit(encoder)


def check_package() -> None:
    """Refuse to adapt anything without the package that does.

    Raises:
        UserError: `package_missing`.
    """
    if find_spec("peft") is None:
        raise package_missing(message("Fine-tuning by LoRA"), "peft", "lora")


def misfit(encoder: str) -> UserError:
    """The error for an encoder without layers that adapters fit."""
    return UserError(
        message(
            "LoRA adapts the layers of a vision transformer; the encoder {encoder} is none.",
            encoder=encoder,
        ),
        message("Choose an encoder such as dinov2-b, or the recipe last_block."),
        code="no_adapters",
    )
