"""Networks that are shapes alone: counted without memory, and without computing first weights."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

_METHODS = "add_ clamp_ div_ erfinv_ fill_ mul_ normal_ sub_ uniform_ zero_"
_FUNCTIONS = "constant_ kaiming_uniform_ normal_ uniform_"
_FILLING = frozenset(f"{_METHODS} {_FUNCTIONS}".split())
"""Methods of tensors, and functions of `torch.nn.init` that can be replaced, by which first weights
are drawn; none of them changes a shape."""


@contextmanager
def shapes_alone() -> Iterator[None]:
    """Tensors made inside have a shape and no values: a ViT-g would need gigabytes."""
    with torch.device("meta"), _NothingToFill():
        yield


class _NothingToFill(TorchFunctionMode):
    """Filling a tensor without values does nothing.

    torch goes through Python code for each such call: three to six times the time of building the
    network, .65 instead of .19 s for a ViT-g.
    """

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
            if _is_without_values(filled):
                return filled
        return func(*args, **kwargs)


def _is_without_values(value: object) -> bool:
    return isinstance(value, torch.Tensor) and value.is_meta
