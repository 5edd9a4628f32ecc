"""The short form of the hours at the window: seconds; the long one by command."""

from pathlib import Path

import pytest

from tests.campaign.projects import make_reviewable_project
from tests.campaign.soak import run_soak


@pytest.mark.timeout(400)
def test_nothing_is_lost_and_nothing_leaks(tmp_path: Path) -> None:
    project = make_reviewable_project(tmp_path, 70)
    outcome = run_soak(tmp_path, project, minutes=0.05, pace=50, record_every=0.01, reopen_every=20)
    assert outcome.lost == []
    # So short a time says nothing of memory; what a reopening leaves behind shows at once.
    leaks = {"handles", "widgets"}
    assert [str(g) for g in outcome.grown if g.too_much and g.name in leaks] == []
    assert outcome.operations > 20 and outcome.reranked and outcome.measured[-1].opened >= 3
