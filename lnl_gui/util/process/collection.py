"""Imports without collections of garbage.

What a module makes stays, a million objects for torch and scikit-learn, and Python goes through all
of it again each time their number has grown by a quarter: a seventh of the time of their imports.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collections() -> Iterator[None]:
    """Switch Python's own collections off for a while; where they are off already they stay so."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
