"""The short form of the kills: every verb, at some of its changes."""

from pathlib import Path

import pytest

from tests.campaign.faults import CAN_FORK
from tests.campaign.kills import VERBS, Verb, kill
from tests.campaign.projects import make_whole_project
from tests.conftest import home_of_its_own

STEPS = {
    "export": 23,
    "export over another": 29,
    "import": 17,
    "update": 17,
    "repair": 23,
    "migrate": 7,
}
"""Every fourth change of the others; all of them are tried by `python -m tests.campaign`."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with home_of_its_own(tmp_path_factory):
        return make_whole_project(tmp_path_factory.mktemp("whole"))


@pytest.mark.skipif(not CAN_FORK, reason="needs fork")
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_nothing_is_lost(whole: Path, tmp_path: Path, verb: Verb) -> None:
    figures = kill(verb, whole, tmp_path / "p", step=STEPS.get(verb.name, 4))
    assert figures.lost == 0
    assert figures.tried >= 2
