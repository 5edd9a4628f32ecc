"""Freed memory is reused while a job computes, and given back to the system after it."""

import gc

import numpy as np
import psutil
import pytest

from lnl_gui.util import allocator
from lnl_gui.util.allocator import freed_memory_kept

BLOCK = 192 << 20


def _resident() -> int:
    return psutil.Process().memory_info().rss


def _fill_and_free() -> None:
    np.ones(BLOCK, np.uint8)
    gc.collect()


@pytest.mark.skipif(allocator._glibc() is None, reason="a C library without this setting")
def test_freed_blocks_stay_while_computing_and_go_afterwards() -> None:
    before = _resident()
    _fill_and_free()
    assert _resident() - before < BLOCK / 2, "outside they go at once"

    with freed_memory_kept():
        _fill_and_free()
        kept = _resident() - before
    assert kept > BLOCK / 2
    assert _resident() - before < BLOCK / 2


def test_other_c_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocator.sys, "platform", "darwin")
    monkeypatch.setattr(allocator, "_set", lambda *_, **__: pytest.fail("nothing to set there"))
    with freed_memory_kept():
        pass
