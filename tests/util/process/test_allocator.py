"""Freed memory is reused while a job computes, and given back to the system after it."""

import json
import subprocess
import sys

import pytest

from lnl_gui.util.process import allocator
from lnl_gui.util.process.allocator import freed_memory_kept

BLOCK = 192 << 20
PROGRAM = f"""
import json
import numpy as np
import psutil
from lnl_gui.util.process.allocator import freed_memory_kept

def resident():
    return psutil.Process().memory_info().rss

def fill_and_free():
    np.ones({BLOCK}, np.uint8)

before = resident()
fill_and_free()
outside = resident() - before
with freed_memory_kept():
    fill_and_free()
    within = resident() - before
print(json.dumps([outside, within, resident() - before]))
"""


@pytest.mark.skipif(allocator._glibc() is None, reason="a C library without this setting")
def test_freed_blocks_stay_while_computing_and_go_afterwards() -> None:
    # In a process of its own: the heap of this one may have a hole of that size.
    ran = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    outside, within, afterwards = json.loads(ran.stdout)
    assert outside < BLOCK / 2, "outside they go at once"
    assert within > BLOCK / 2
    assert afterwards < BLOCK / 2


def test_other_c_libraries_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allocator.sys, "platform", "darwin")
    monkeypatch.setattr(allocator, "_set", lambda *_, **__: pytest.fail("nothing to set there"))
    with freed_memory_kept():
        pass
