"""The short form of the kills of the window: one; more by command."""

import sys
from pathlib import Path

import pytest

from tests.campaign.window_kills import kill_windows


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX")
def test_a_killed_window_loses_no_verdict(tmp_path: Path) -> None:
    figures = kill_windows(tmp_path, 1, after=12)
    assert (figures.survived, figures.lost) == (1, 0)
