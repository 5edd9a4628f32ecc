"""Collections of garbage are off for a while, and then as they were."""

import gc

import pytest

from lnl_gui.util.process.collection import no_collections


@pytest.mark.parametrize("enabled", [True, False])
def test_they_are_off_within_and_as_before_afterwards(enabled: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if enabled else gc.disable)()
        with pytest.raises(KeyError), no_collections():
            collected = gc.get_stats()[0]["collections"]
            kept = [[number] for number in range(100_000)]
            assert len(kept) == 100_000
            assert gc.get_stats()[0]["collections"] == collected
            raise KeyError
        assert gc.isenabled() is enabled
    finally:
        (gc.enable if before else gc.disable)()
