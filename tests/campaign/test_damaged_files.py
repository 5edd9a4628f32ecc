"""A damaged file that can be computed again costs what was in it, and is named."""

from pathlib import Path

import pytest

from tests.campaign.damage import WAYS, copy_of, derived_files, work_on
from tests.campaign.projects import make_whole_project
from tests.conftest import home_of_its_own


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with home_of_its_own(tmp_path_factory):
        return make_whole_project(tmp_path_factory.mktemp("whole"))


NAMED = (
    "facts.npy",
    "file_stats.npy",
    "embedding-x.npy",
    "suspicion.npy",
    "suggested.npy",
    "flagged.npy",
    "loss.npy",
    "summary.json",
    "detectors.json",
    "detector-neighbours-vote.npy",
    "neighbours.npy",
    "annotators.npy",
    "annotators.json",
)
"""Files whose damage is told of."""


def test_a_whole_project_has_no_damage(original: Path, tmp_path: Path) -> None:
    assert work_on(copy_of(original, tmp_path / "copy")) == []


@pytest.mark.parametrize("way", WAYS)
def test_any_file_may_be_damaged(original: Path, tmp_path: Path, way: str) -> None:
    project = copy_of(original, tmp_path / "copy")
    files = derived_files(project)
    assert {file.name for file in files} >= set(NAMED)
    for file in files:
        WAYS[way](file)
    told = {Path(name).name for name in work_on(project)}
    core = {"suspicion.npy", "suggested.npy", "flagged.npy", "loss.npy"}
    if way == "out of range":
        # Numbers that could be are no damage that a header shows; class ids that cannot be are.
        assert core <= told
    elif way == "gone":
        assert told >= core | {"embedding-x.npy", "facts.npy"}
    else:
        assert told >= {"embedding-x.npy", "facts.npy", "suspicion.npy"}


@pytest.mark.parametrize("name", NAMED)
@pytest.mark.parametrize("way", ["cut", "other"])
def test_each_alone_is_named(original: Path, tmp_path: Path, way: str, name: str) -> None:
    project = copy_of(original, tmp_path / "copy")
    file = next(file for file in derived_files(project) if file.name == name)
    WAYS[way](file)
    told = [Path(entry).name for entry in work_on(project)]
    assert told == [name] or (told == ["annotators.json"] and name == "annotators.npy")
