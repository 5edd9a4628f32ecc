"""Backbones built by open_clip: the image towers of contrastive image-text models."""

from pathlib import Path
from typing import Any

import open_clip
import torch
from open_clip.pretrained import get_pretrained_cfg
from torch import nn

from lnl_gui.encoders.catalogue import download
from lnl_gui.encoders.catalogue.table import unknown_name
from lnl_gui.encoders.encoder import EncoderInfo
from lnl_gui.encoders.loading.first_weights import shapes_alone, weights_follow
from lnl_gui.encoders.loading.state_dict import load_matching, read_state
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.util.errors import UserError
from lnl_gui.util.log import quiet_root_logger
from lnl_gui.util.messages import message

# What PyTorch calls a scripted archive and what older files carry beside the tensors.
_NOT_WEIGHTS = ("input_resolution", "context_length", "vocab_size")


class ImageTower(nn.Module):
    """The image half of a contrastive model: (B, 3, H, W) float32 to (B, D) float32."""

    def __init__(self, visual: nn.Module) -> None:
        super().__init__()
        self.visual = visual

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Images (B, 3, H, W) float32 to embeddings (B, D) float32, not of unit length."""
        output = self.visual(images)
        # Some towers give their tokens beside the pooled embedding.
        return output[0] if isinstance(output, tuple) else output


def describe(name: str) -> EncoderInfo:
    """Describe an open_clip model `NAME/TAG`; the download is counted from its parameters.

    Raises:
        UserError: for an unknown model or tag, with the nearest names.
    """
    model, _, tag = name.partition("/")
    tags = open_clip.list_pretrained_tags_by_model(model) if _is_known(model) else []
    if tag not in tags:
        known = [f"open_clip:{a}/{b}" for a, b in open_clip.list_pretrained()]
        raise unknown_name(f"open_clip:{name}", known)
    with shapes_alone():
        network = create(model, tag)
    tensors = [*network.parameters(), *network.buffers()]
    config = open_clip.get_model_config(model)
    return EncoderInfo(
        name=f"open_clip:{name}",
        title=message("{model} {tag} (open_clip)", model=model, tag=tag),
        description=message(
            "A model of the open_clip library; its size is counted from its parameters."
        ),
        source="open_clip",
        download_bytes=sum(tensor.numel() * tensor.element_size() for tensor in tensors),
        image_size=_side(config["vision_cfg"].get("image_size", 224)),
        dimension=int(config["embed_dim"]),
        model=model,
        tag=tag,
    )


def remote(info: EncoderInfo) -> download.Remote:
    """Location of the weights that open_clip publishes for a model.

    Raises:
        UserError: when it publishes none.
    """
    config = get_pretrained_cfg(info.model, info.tag)
    repository, _, filename = _hub_parts(config.get("hf_hub") or "")
    if repository:
        if filename:
            return download.Remote(repository, filename)
        return download.open_clip_remote(repository)
    if config.get("url"):
        return download.Remote("", config["url"].rpartition("/")[2], url=config["url"])
    raise UserError(
        message("open_clip has no pretrained weights for {model}.", model=info.model),
        message("Choose another model, or give a weights file."),
        code="weights_missing",
    )


def build(info: EncoderInfo, file: Path | None) -> tuple[nn.Module, Preprocessing, int]:
    """Build the image tower of a contrastive model.

    Args:
        info: which model and weights.
        file: the weights; None leaves them random.

    Returns:
        the tower, (B, 3, S, S) float32 to (B, D); its preprocessing; and D.

    Raises:
        UserError: when the weights in `file` do not fit.
    """
    return ImageTower(load(info, file).visual), preprocessing(info), info.dimension


def load(info: EncoderInfo, file: Path | None) -> Any:
    """Build a whole contrastive model, image and text, with the weights in `file`.

    Args:
        info: which model and weights.
        file: the weights; None leaves them random.

    Raises:
        UserError: when the weights in `file` do not fit.
    """
    with weights_follow(file is not None):
        model = create(info.model, info.tag)
    if file is not None:
        load_weights(model, file)
    return model


def create(model: str, tag: str) -> Any:
    """Build the whole contrastive model, with random weights and the activation its own need."""
    with quiet_root_logger():  # it warns of random weights, which are what is asked for here
        return open_clip.create_model(
            model,
            pretrained=None,
            device=torch.get_default_device(),
            **arguments(model, tag),
        )


def arguments(model: str, tag: str) -> dict[str, Any]:
    """What `open_clip.create_model` must be told beside the name."""
    # OpenAI's weights were trained with a cheaper approximation of GELU; another activation gives
    # other embeddings.
    quick = bool(get_pretrained_cfg(model, tag).get("quick_gelu", False))
    return {"force_quick_gelu": quick, "pretrained_text": False}


def load_weights(model: nn.Module, file: Path) -> None:
    """Load a whole contrastive model, image and text.

    Raises:
        UserError: when the weights in `file` do not fit.
    """
    try:
        # Its own loader knows every layout that was ever published for its models.
        open_clip.load_checkpoint(model, str(file), strict=True, weights_only=True)
    except Exception:  # ours knows the wrappings of training code, and says what does not fit
        state = {n: v for n, v in read_state(file).items() if n not in _NOT_WEIGHTS}
        load_matching(model, state, file)


def preprocessing(info: EncoderInfo) -> Preprocessing:
    """The evaluation transform that belongs to the weights."""
    config = get_pretrained_cfg(info.model, info.tag)
    return Preprocessing(
        image_size=info.image_size,
        resize_mode=config.get("resize_mode") or "shortest",
        interpolation=config.get("interpolation") or "bicubic",
        mean=tuple(config["mean"]),
        std=tuple(config["std"]),
    )


def _is_known(model: str) -> bool:
    return open_clip.get_model_config(model) is not None


def _side(size: Any) -> int:
    return int(size if isinstance(size, int) else size[0])


def _hub_parts(location: str) -> tuple[str, str, str]:
    """`owner/name/file` in its parts; the file may be missing."""
    owner, _, rest = location.partition("/")
    name, separator, filename = rest.partition("/")
    return (f"{owner}/{name}" if name else ""), separator, filename
