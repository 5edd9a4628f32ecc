"""Reading of weights files of any training code, without running code, and loading into a model."""

import logging
import pickle  # noqa: TID251 - only its error is named here
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import nn

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, joined, message

logger = logging.getLogger(__name__)

# Under which training code nests a model, averaged weights (EMA) before raw ones.
_CONTAINERS = (
    "state_dict_ema",
    "model_ema",
    "ema_state_dict",
    "ema",
    "state_dict",
    "model_state_dict",
    "model",
    "target_encoder",
    "teacher",
    "encoder",
    "module",
)
_PREFIXES = ("module.", "_orig_mod.", "state_dict.", "model.", "ema.", "backbone.", "encoder.")
_SHOWN = 4


def read_state(file: Path) -> dict[str, torch.Tensor]:
    """Read the tensors of a weights file, any shape and dtype, by name in the model.

    Containers of training code (`state_dict`, `model`, ...) are opened, averaged weights (EMA)
    before raw ones; prefixes that every name carries, such as `module.`, are taken off.

    Raises:
        UserError: when the file cannot be read or holds more than tensors.
    """
    content = _read(file)
    state = {name: value for name, value in _unwrapped(content).items() if _is_tensor(value)}
    if not state:
        raise UserError(
            message("There are no weights in {file}.", file=file), _HINT, code="weights_unreadable"
        )
    return _without_prefixes(state)


def load_matching(
    model: nn.Module, state: Mapping[str, torch.Tensor], file: Path, *, ignore: Sequence[str] = ()
) -> None:
    """Copy every tensor of `model` from `state`.

    Args:
        model: filled in place.
        state: tensors by name, of any dtype; any shape that differs from the model's is an error.
        file: where `state` came from, for messages.
        ignore: prefixes of tensors in `state` that the model has no use for.

    Raises:
        UserError: naming what is missing or has another shape; nothing is copied then.
    """
    expected = model.state_dict()
    # Batch-norm's counters of steps are missing from older files and play no part in evaluation.
    counters = {name for name in expected if name.endswith("num_batches_tracked")}
    missing = sorted(set(expected) - set(state) - counters)
    shapes = [
        message(
            "{name} {found} instead of {wanted}",
            name=name,
            found=str(tuple(state[name].shape)),
            wanted=str(tuple(value.shape)),
        )
        for name, value in expected.items()
        if name in state and state[name].shape != value.shape
    ]
    if missing or shapes:
        raise _mismatch(file, missing, shapes, len(expected))
    superfluous = [n for n in state if n not in expected and not n.startswith(tuple(ignore))]
    if superfluous:
        logger.info("%s: %d tensors have no place in the model.", file, len(superfluous))
    model.load_state_dict({n: state[n] for n in expected if n in state}, strict=not counters)


def _mismatch(file: Path, missing: list[str], shapes: list[Message], total: int) -> UserError:
    parts = []
    if missing:
        parts.append(
            message(
                "{count} of {total} tensors are missing ({names})",
                count=len(missing),
                total=total,
                names=_some([Message(name) for name in missing]),
            )
        )
    if shapes:
        parts.append(
            message(
                "{count} have another shape ({shapes})", count=len(shapes), shapes=_some(shapes)
            )
        )
    return UserError(
        message(
            "The weights in {file} do not fit the encoder: {parts}.",
            file=file,
            parts=joined(parts, "; "),
        ),
        message("Choose the encoder these weights were made for, or other weights."),
        code="weights_mismatch",
    )


def _some(names: list[Message]) -> Message:
    more = [Message("...")] if len(names) > _SHOWN else []
    return joined((*names[:_SHOWN], *more))


_HINT = message("Save the model's state_dict as safetensors, or with torch.save as tensors alone.")


def _read(file: Path) -> Any:
    try:
        if _is_safetensors(file):
            return load_file(file)
        return torch.load(file, map_location="cpu", weights_only=True)
    except FileNotFoundError:
        raise UserError(
            message("There is no weights file {file}.", file=file), code="weights_missing"
        ) from None
    except pickle.UnpicklingError as error:
        raise UserError(
            message(
                "{file} holds more than weights (it could run code), so it is not opened.",
                file=file,
            ),
            _HINT,
            code="weights_unsafe",
        ) from error
    except (SafetensorError, OSError, RuntimeError, EOFError, ValueError) as error:
        raise UserError(
            message("{file} is not a readable weights file.", file=file),
            _HINT,
            code="weights_unreadable",
        ) from error


def _is_safetensors(file: Path) -> bool:
    """By content: eight bytes of length, then a JSON object."""
    with file.open("rb") as stream:
        head = stream.read(9)
    return file.suffix == ".safetensors" or (len(head) == 9 and head[8:] == b"{")


def _unwrapped(content: Any) -> Mapping[str, Any]:
    while isinstance(content, Mapping):
        inner = next((content[k] for k in _CONTAINERS if isinstance(content.get(k), Mapping)), None)
        if inner is None:
            return content
        content = inner
    return {}


def _without_prefixes(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    # Again and again: wrappings nest, as in `module.model.`.
    while prefix := next((p for p in _PREFIXES if all(n.startswith(p) for n in state)), None):
        state = {name.removeprefix(prefix): value for name, value in state.items()}
    return state


def _is_tensor(value: Any) -> bool:
    return isinstance(value, torch.Tensor)
