"""A trained model as a folder: `model.safetensors`, and its card `model.json`.

Cards of format 1 are those of training, whose weights have this program's names; those of format 2
are exported, and their weights have the names of the library that builds the network.
"""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import safetensors.torch
import torch
from msgspec import Meta
from safetensors import SafetensorError
from torch import Tensor, nn

from lnl_gui.encoders.encoder import Backbone
from lnl_gui.encoders.loading.backbone import load_backbone
from lnl_gui.encoders.loading.first_weights import weights_follow
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.models.network import Classifier, Head
from lnl_gui.store.jobs.model_folder import CARD, WEIGHTS
from lnl_gui.store.jobs.runs import versions
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.atomic import atomic_file, read_json, temporary_name, write_json
from lnl_gui.util.files.renaming import rename_over
from lnl_gui.util.messages import message
from lnl_gui.util.typed import typed

FORMAT, EXPORTED_FORMAT = 1, 2
SEPARATE_HEAD = "head"
"""Name of the linear layer of an exported model whose library has none that fits."""
_MOST_CLASSES = 1_000_000


@dataclass(frozen=True)
class LoadedModel:
    """A classifier in evaluation mode on the CPU, with what is needed to use it.

    `card` is the content of `model.json`.
    """

    classifier: Classifier
    class_names: list[str]
    preprocessing: Preprocessing
    card: dict[str, Any]


def save_weights(file: Path, network: nn.Module) -> None:
    """Write a network's state dictionary as safetensors, atomically.

    Raises:
        UserError: when the disk is full; an older file of that name stays.
    """
    # safetensors refuses tensors that are not contiguous, as channels last leaves them.
    tensors = {name: t.cpu().contiguous() for name, t in network.state_dict().items()}
    try:
        with atomic_file(file) as stream:
            stream.write(safetensors.torch.save(tensors))
    except OSError as error:
        raise as_user_error(error, message("save the model")) from error


def read_weights(file: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file, any shape and dtype, by name in the state dictionary.

    Raises:
        UserError: when it is missing or damaged.
    """
    try:
        return safetensors.torch.load_file(file)
    except FileNotFoundError as error:
        raise UserError(
            message(
                "There is no model in {parent}: {file} is missing.",
                parent=file.parent,
                file=file.name,
            ),
            message("Choose a folder that a fine-tune has written."),
            code="model_missing",
        ) from error
    except SafetensorError as error:
        raise UserError(
            message("The model file {file} is damaged: {error}.", file=file, error=error),
            message("Fine-tune again, or take a copy that is whole."),
            code="model_damaged",
        ) from error


def save_model(
    folder: Path,
    weights: nn.Module | Path,
    *,
    backbone: Backbone,
    class_names: Sequence[str],
    details: Mapping[str, Any],
) -> Path:
    """Write weights and card into `folder`; the card comes last and makes the model whole.

    Args:
        folder: of the model.
        weights: the classifier, or the file its weights have been saved to; that is linked, not
            written again, where the disk can.
        backbone: the encoder it is built on.
        class_names: C names, in the order of the logits.
        details: JSON values for the card: recipe, seed, metrics, hash of the curated set...

    Raises:
        UserError: when the disk is full or the folder may not be written.
    """
    if isinstance(weights, Path):
        _link(weights, folder / WEIGHTS)
    else:
        save_weights(folder / WEIGHTS, weights)
    card = {
        "format": FORMAT,
        "class_names": list(class_names),
        "encoder": backbone.name,
        "dimension": backbone.dimension,
        "preprocessing": backbone.preprocessing.to_dict(),
        "input": "float32 (batch, 3, side, side): (pixel / 255 - mean) / std",
        "output": "logits, one column a class, in the order of class_names",
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": versions(),
        **details,
    }
    try:
        write_json(folder / CARD, card)
    except OSError as error:
        raise as_user_error(error, message("save the model's card")) from error
    return folder


def _link(source: Path, target: Path) -> None:
    """Give a file a second name, replacing what has it; where links are unknown, copy."""
    temporary = target.with_name(temporary_name(target.name))
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            temporary.hardlink_to(source)
        except OSError:
            shutil.copyfile(source, temporary)
        # Linked under another name first: a link cannot replace a file, a rename can.
        rename_over(temporary, target)
    except OSError as error:
        raise as_user_error(error, message("save the model")) from error
    finally:
        # A rename onto another name of the same file leaves both.
        temporary.unlink(missing_ok=True)


@dataclass(frozen=True)
class ExportedArchitecture:
    """What loading needs to know of an exported model's network.

    `head` is the name of its linear layer, `is_whole` says that the other weights have the
    library's names as they are; else these begin with `backbone.`.
    """

    head: Annotated[str, Meta(min_length=1, max_length=200)]
    is_whole: bool


@dataclass(frozen=True)
class _Card:
    """What loading needs of a card; anybody may have written it."""

    class_names: Annotated[list[str], Meta(min_length=1, max_length=_MOST_CLASSES)]
    encoder: Annotated[str, Meta(min_length=1, max_length=200)]
    preprocessing: Preprocessing
    format: int = FORMAT
    architecture: ExportedArchitecture | None = None
    """of an exported model"""


def load_model(folder: Path) -> LoadedModel:
    """Open a saved model, on the CPU, in evaluation mode.

    Raises:
        UserError: when it is missing, damaged, or written by a newer version.
    """
    values, card = _read_card(folder)
    tensors = read_weights(folder / WEIGHTS)
    if card.architecture is not None:
        tensors = _own_names(tensors, card.architecture)
    _check_weights(folder, tensors, card)
    # Without its published weights, which the file replaces and which may not be here.
    with weights_follow():
        backbone = load_backbone(card.encoder, pretrained=False)
    names = list(card.class_names)
    classifier = Classifier(backbone.model, Head(backbone.dimension, len(names)))
    try:
        classifier.load_state_dict(tensors)
    except RuntimeError as error:
        raise _misfit(folder, card) from error
    return LoadedModel(classifier.eval(), names, card.preprocessing, values)


def model_classes(folder: Path) -> list[str]:
    """The class names of a saved model, in the order of its logits.

    Raises:
        UserError: when its card is missing, damaged, or written by a newer version.
    """
    return list(_read_card(folder)[1].class_names)


def _own_names(
    tensors: Mapping[str, Tensor], architecture: ExportedArchitecture
) -> dict[str, Tensor]:
    """An exported model's weights under the names that this program's classifier has."""
    head, prefix = f"{architecture.head}.", "backbone." if architecture.is_whole else ""
    named = {
        f"head.linear.{name.removeprefix(head)}" if name.startswith(head) else prefix + name: value
        for name, value in tensors.items()
    }
    weight = named.get("head.linear.weight")
    if weight is not None:
        # The standardisation is part of the weights.
        named["head.mean"], named["head.scale"] = (
            torch.zeros(weight.shape[-1:]),
            torch.ones(weight.shape[-1:]),
        )
    return named


def _misfit(folder: Path, card: _Card) -> UserError:
    return UserError(
        message(
            "The weights in {folder} do not fit the encoder {card}.",
            folder=folder,
            card=card.encoder,
        ),
        message("The installed versions may differ from those in the card."),
        code="model_damaged",
    )


def _check_weights(folder: Path, tensors: Mapping[str, Tensor], card: _Card) -> None:
    """Refuse weights that would give nonsense; before a head of that many classes is built.

    Raises:
        UserError: for another number of classes than the card has names, and for weights that are
            no numbers.
    """
    bias = tensors.get("head.linear.bias")
    if bias is None or bias.shape != (len(card.class_names),):
        raise _misfit(folder, card)
    for name, tensor in tensors.items():
        if tensor.is_floating_point() and not bool(torch.isfinite(tensor).all()):
            raise UserError(
                message(
                    "The weights in {folder} are damaged: {name} holds what is no number.",
                    folder=folder,
                    name=name[:80],
                ),
                message("Fine-tune again, or take a copy that is whole."),
                code="model_damaged",
            )


def _read_card(folder: Path) -> tuple[dict[str, Any], _Card]:
    file = folder / CARD
    try:
        values = read_json(file)
    except FileNotFoundError as error:
        raise UserError(
            message("There is no model in {folder}: {card} is missing.", folder=folder, card=CARD),
            message("Choose a folder that a fine-tune has written."),
            code="model_missing",
        ) from error
    except (OSError, ValueError) as error:
        raise UserError(
            message("The card {folder} is damaged.", folder=file), code="model_damaged"
        ) from error
    # A newer format may mean another preprocessing: better refused than predicted wrongly.
    written = values.get("format", 0) if isinstance(values, dict) else 0
    if isinstance(written, int) and written > EXPORTED_FORMAT:
        raise UserError(
            message("The model in {folder} was written by a newer version.", folder=folder),
            message("Update the program."),
            code="model_newer",
        )
    try:
        return values, typed(values, _Card, source=file, unknown_fields=True)
    except UserError as error:
        raise UserError(error.message, error.hint, code="model_damaged") from error
