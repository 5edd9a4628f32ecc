"""For packages whose tests detect: the consensus is fitted once or twice instead of five times."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lnl_gui.detect.consensus import repetitions
from lnl_gui.detect.detectors import turtle
from tests.detect.shorter import fewer_steps


@pytest.fixture(autouse=True, scope="module")
def few_repetitions() -> Iterator[None]:
    """Two show what five do, in less than half the time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repetitions, "MOST", 2)
        yield


@pytest.fixture(autouse=True, scope="module")
def one_repetition() -> Iterator[None]:
    """For packages that use what a detection leaves, not how it came about."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(repetitions, "MOST", 1)
        yield


@contextmanager
def shortened_turtle() -> Iterator[None]:
    """TURTLE's clusters of a few drawn images are found in a fifth of its usual steps."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turtle, "default_parameters", fewer_steps(turtle.default_parameters))
        yield


@pytest.fixture(autouse=True, scope="module")
def short_turtle() -> Iterator[None]:
    """For packages whose tests use TURTLE on a few images, not look into it."""
    with shortened_turtle():
        yield
