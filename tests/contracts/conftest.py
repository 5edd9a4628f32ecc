"""The collector rests while sources are read: their trees hold no circles, and are many."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="module")
def resting_collector() -> Iterator[None]:
    """Going through the trees again and again takes a third of the processor time."""
    gc.disable()
    yield
    gc.enable()
