"""The digits demo against scikit-learn's own data."""

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

from lnl_gui.dataset.digits import DigitsTruth, write_digits
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> DigitsTruth:
    return write_digits(tmp_path_factory.mktemp("demo") / "digits")


def test_folders_hold_the_given_labels_and_nothing_else(written: DigitsTruth) -> None:
    listing = read_dataset(written.folder)
    assert (listing.reader, len(listing.records)) == ("class-folders", 1797)
    assert listing.class_names == [str(digit) for digit in range(10)]
    assert listing.skipped == listing.warnings == []
    assert [record.path for record in listing.records] == written.paths
    assert [int(record.label) for record in listing.records] == written.given_label.tolist()


def test_a_fifth_is_wrong_and_the_truth_lies_beside(written: DigitsTruth) -> None:
    assert (written.given_label != written.true_label).sum() == int(0.2 * 1797)
    assert written.truth_file == written.folder.parent / "truth.csv"
    with written.truth_file.open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["path"] for row in rows] == written.paths
    assert [int(row["true_label"]) for row in rows] == written.true_label.tolist()
    assert [int(row["given_label"]) for row in rows] == written.given_label.tolist()


def test_true_labels_are_scikit_learns(written: DigitsTruth) -> None:
    """Each picture, reduced again, is nearest to its own original, whose target is the truth."""
    digits = load_digits()
    reduced = []
    for path in written.paths[::7]:
        image = Image.open(written.folder / path)
        assert (image.mode, image.size, image.format) == ("L", (64, 64), "PNG")
        small = image.resize((10, 10), Image.Resampling.BOX)
        reduced.append(16 - np.asarray(small, float)[1:-1, 1:-1].ravel() / 255 * 16)
    nearest = KNeighborsClassifier(1, metric="correlation").fit(digits.data, digits.target)
    assert np.mean(nearest.predict(np.array(reduced)) == written.true_label[::7]) > 0.99


def test_names_tell_nothing(written: DigitsTruth) -> None:
    numbers = np.array([int(path[-8:-4]) for path in written.paths])
    assert sorted(numbers) == list(range(1797))
    assert abs(np.corrcoef(numbers, written.true_label)[0, 1]) < 0.1


def test_same_seed_same_files(written: DigitsTruth, tmp_path: Path) -> None:
    again = write_digits(tmp_path / "again")
    assert again.paths == written.paths
    for path in again.paths[::50]:
        assert (again.folder / path).read_bytes() == (written.folder / path).read_bytes()
    other = write_digits(tmp_path / "other" / "deep", wrong_fraction=0.5, seed=1)
    assert other.paths != written.paths
    assert (other.given_label != other.true_label).sum() == 898


def test_occupied_folder_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(UserError, match="already holds"):
        write_digits(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
