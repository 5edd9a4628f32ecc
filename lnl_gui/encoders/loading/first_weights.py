"""Networks built without first weights: as shapes alone, or to be filled from a file."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

_METHODS = "add_ clamp_ div_ erfinv_ fill_ mul_ normal_ sub_ uniform_ zero_"
_FUNCTIONS = "constant_ kaiming_uniform_ normal_ uniform_"
_FILLING = frozenset(f"{_METHODS} {_FUNCTIONS}".split())
"""Methods of tensors, and functions of `torch.nn.init` that can be replaced, by which first weights
are drawn; none of them changes a shape."""


@contextmanager
def shapes_alone() -> Iterator[None]:
    """Tensors made inside have a shape and no values: a ViT-g would need gigabytes."""
    with torch.device("meta"), _Unfilled(_is_without_values):
        yield


@contextmanager
def weights_follow(follow: bool = True) -> Iterator[None]:
    """Parameters of networks made inside have no values yet, and all get them from a file.

    Drawing first weights takes nearly all of the time of building a network: 1.53 s with and .02 s
    without for a ViT-B, 5.5 and .06 s for a ViT-L. Buffers, which files may lack, are filled.

    Args:
        follow: whether they do; otherwise first weights are drawn as ever.
    """
    if not follow:
        yield
        return
    with _Unfilled(_is_parameter):
        yield


class _Unfilled(TorchFunctionMode):
    """Filling a tensor of a certain kind does nothing.

    torch goes through Python code for each such call: without values, three to six times the time
    of building the network, .65 instead of .19 s for a ViT-g.
    """

    def __init__(self, stays_empty: Callable[[object], bool]) -> None:
        super().__init__()
        self._stays_empty = stays_empty

    def __torch_function__(
        self,
        func: Callable[..., Any],
        types: Sequence[type],
        args: tuple[Any, ...] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> Any:
        kwargs = kwargs or {}
        if getattr(func, "__name__", "") in _FILLING:
            # The functions hand on their arguments by name. Left to itself one of them checks its
            # result symbolically, for which torch loads sympy.
            filled = args[0] if args else kwargs.get("tensor")
            if self._stays_empty(filled):
                return filled
        return func(*args, **kwargs)


def _is_without_values(value: object) -> bool:
    return isinstance(value, torch.Tensor) and value.is_meta


def _is_parameter(value: object) -> bool:
    return isinstance(value, nn.Parameter)
