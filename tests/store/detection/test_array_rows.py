"""Single rows of a detection's arrays against the arrays themselves."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.store.detection.array_rows import detection_row
from lnl_gui.store.detection.scores import no_scores, sample_array

COUNT = 7


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    generator = np.random.default_rng(0)
    np.save(tmp_path / "suspicion.npy", generator.random(COUNT).astype(np.float32))
    np.save(tmp_path / "detector-one-score.npy", generator.random(COUNT).astype(np.float32))
    np.save(tmp_path / "detector-one-vote.npy", np.arange(COUNT, dtype=np.int32))
    np.save(tmp_path / "neighbours.npy", generator.integers(0, COUNT, (COUNT, 4)))
    np.save(tmp_path / "issue-dark-flagged.npy", generator.random(COUNT) < 0.5)
    return tmp_path


def test_each_row_is_that_of_the_array_and_those_beyond_are_empty(folder: Path) -> None:
    for file in folder.glob("*.npy"):
        for row in range(COUNT + 3):
            whole = sample_array(replace(no_scores(row + 1), folder=folder), file.stem)
            found = detection_row(folder, file.stem, row)
            assert whole is not None and found is not None
            assert found.dtype == whole.dtype
            np.testing.assert_array_equal(found, whole[row])


def test_what_is_not_there_or_damaged_is_none(folder: Path) -> None:
    assert detection_row(folder, "detector-two-score", 0) is None
    assert detection_row(folder / "gone", "suspicion", 0) is None
    file = folder / "detector-one-vote.npy"
    assert detection_row(folder, file.stem, 0) is not None
    # Cut short after it has been read, and of another length than the others.
    file.write_bytes(file.read_bytes()[:-4])
    assert detection_row(folder, file.stem, 0) is None
    np.save(file, np.arange(COUNT - 1, dtype=np.int32))
    assert detection_row(folder, file.stem, 0) is None
    file.write_bytes(b"no array")
    assert detection_row(folder, file.stem, 0) is None


def test_an_array_that_was_written_anew_is_read_anew(folder: Path) -> None:
    first = detection_row(folder, "detector-one-vote", 2)
    np.save(folder / "other.npy", np.arange(COUNT, dtype=np.int32) + 10)
    (folder / "other.npy").replace(folder / "detector-one-vote.npy")
    second = detection_row(folder, "detector-one-vote", 2)
    assert first is not None and second is not None and (int(first), int(second)) == (2, 12)
