"""For packages whose tests detect: the consensus is fitted once or twice instead of five times."""

from collections.abc import Iterator

import pytest

from lnl_gui.detect.consensus import repetitions


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
