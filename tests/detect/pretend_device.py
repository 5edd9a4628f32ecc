"""A pretended GPU: it computes on the processor, and refuses what a GPU refuses.

Its tensors call themselves those of `DEVICE` and hold a processor's tensor each. As with CUDA, no
operation takes tensors of both devices but copies and, of the processor, those without dimensions
and indices; and numpy reads none of them.

What it computes is the same to the last bit: it shows where things are computed, not how precisely.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

DEVICE = "meta"
"""No other device of torch can be named without its driver."""
_aten = torch.ops.aten
_COPIES = (_aten._to_copy.default, _aten.copy_.default)
_INDEXED = (_aten.index.Tensor, _aten.index_put_.default, _aten.index_put.default)


_PRODUCTS = (
    *(_aten.mm.default, _aten.bmm.default, _aten.mv.default, _aten.mm.out),
    *(_aten.addmm.default, _aten.addmm_.default, _aten.baddbmm.default),
)


class TwoDevices(RuntimeError):
    """An operation took tensors of the processor and of the device together."""


class _OnDevice(Tensor):
    held: Tensor

    @staticmethod
    def __new__(cls: type["_OnDevice"], held: Tensor) -> "_OnDevice":
        made = Tensor._make_wrapper_subclass(  # type: ignore[attr-defined]
            cls,
            held.shape,
            strides=held.stride(),
            storage_offset=held.storage_offset(),
            dtype=held.dtype,
            device=DEVICE,
            requires_grad=held.requires_grad,
        )
        made.held = held
        return made

    @classmethod
    def __torch_dispatch__(
        cls, operation: Any, types: Any, arguments: Any = (), named: Any = None
    ) -> Any:
        raise AssertionError("outside of the device's time")


class PretendedDevice(TorchDispatchMode):
    """What it was asked for.

    Attributes:
        products: shapes of the left and right factors of every matrix product on the device.
        products_elsewhere: of those on the processor meanwhile.
    """

    def __init__(self) -> None:
        super().__init__()
        self.products: list[tuple[torch.Size, ...]] = []
        self.products_elsewhere: list[tuple[torch.Size, ...]] = []

    def __torch_dispatch__(
        self, operation: Any, types: Any, arguments: Any = (), named: Any = None
    ) -> Any:
        named = dict(named or {})
        tensors = [*_tensors(arguments), *_tensors(named.values())]
        asked = named.get("device")
        if asked is not None:
            there = torch.device(asked).type == DEVICE
            named["device"] = torch.device("cpu")
        else:
            there = any(isinstance(value, _OnDevice) for value in tensors)
        self._check(operation, arguments, tensors)
        if operation in _PRODUCTS:
            shapes = tuple(value.shape for value in arguments if isinstance(value, Tensor))[-2:]
            (self.products if there else self.products_elsewhere).append(shapes)
        wrapped = {id(value.held): value for value in tensors if isinstance(value, _OnDevice)}

        def unwrapped(value: Any) -> Any:
            return value.held if isinstance(value, _OnDevice) else value

        found = operation(
            *_each(unwrapped, arguments), **{key: unwrapped(named[key]) for key in named}
        )
        if operation is _aten.copy_.default:
            return arguments[0]
        if not there:
            return found

        def placed(value: Any) -> Any:
            if not isinstance(value, Tensor):
                return value
            known = wrapped.get(id(value))
            return _OnDevice(value) if known is None else known

        return _each(placed, found) if isinstance(found, (tuple, list)) else placed(found)

    @staticmethod
    def _check(operation: Any, arguments: Sequence[Any], tensors: Sequence[Tensor]) -> None:
        # What torch makes of numbers on the device without asking: it would hold nothing.
        assert not any(value.is_meta for value in tensors if not isinstance(value, _OnDevice))
        if operation in _COPIES:
            return
        if operation in _INDEXED:
            tensors = [arguments[0], *arguments[2:]]
            indices = [at for at in arguments[1] if at is not None]
            if not isinstance(arguments[0], _OnDevice):
                tensors += indices
            tensors = [value for value in tensors if isinstance(value, Tensor)]
        # The steps of a fused optimiser are counted where its values lie.
        fused = "fused" in operation.name()
        there = [isinstance(value, _OnDevice) for value in tensors]
        here = any(value.ndim or fused for value, on in zip(tensors, there, strict=True) if not on)
        if here and any(there):
            raise TwoDevices(str(operation))


def _tensors(values: Iterable[Any]) -> Iterator[Tensor]:
    for value in values:
        if isinstance(value, Tensor):
            yield value
        elif isinstance(value, (tuple, list)):
            yield from _tensors(value)


def _each(change: Callable[[Any], Any], values: Sequence[Any]) -> list[Any]:
    return [
        _each(change, value) if isinstance(value, (tuple, list)) else change(value)
        for value in values
    ]


@contextmanager
def pretend_device() -> Iterator[PretendedDevice]:
    """Inside, `DEVICE` is a device that computes, for the calling thread."""
    with PretendedDevice() as device:
        yield device
