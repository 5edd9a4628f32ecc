"""Work that is done once for each folder while a dataset is read.

A dozen formats and several tables look into the same folders, which may hold 100 000 images.
"""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

Made = TypeVar("Made")

_kept: ContextVar[dict[Hashable, Any] | None] = ContextVar("_kept", default=None)


@contextmanager
def each_once() -> Iterator[None]:
    """Inside the block `once` keeps what it has made; a block inside a block shares it."""
    if _kept.get() is not None:
        yield
        return
    token = _kept.set({})
    try:
        yield
    finally:
        _kept.reset(token)


def once(key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` gives, asked for again only outside of a block."""
    kept = _kept.get()
    if kept is None:
        return make()
    if key not in kept:
        kept[key] = make()
    made: Made = kept[key]
    return made


def is_kept(key: Hashable) -> bool:
    """Whether the block has it already."""
    return key in (_kept.get() or {})
