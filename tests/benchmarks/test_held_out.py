"""Images that nothing was tuned on: none of those beside a checkout, each with its own labels."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.dataset.label_noise.mistaken_classes import CIFAR10_NAMES
from tests.benchmarks.grid import held_out
from tests.benchmarks.grid.datasets import CIFAR, Place
from tests.benchmarks.grid.packages import UnavailableError

BATCH, COUNT = 20, 100
KNOWN = (0, 7, 41)
"""Images beside the checkout."""


def write_data(folder: Path, truth: np.ndarray) -> dict[str, np.ndarray]:
    """The folder of benchmark images, and what people said of all."""
    (folder / "cifar10n-train").mkdir(parents=True)
    names = {row: CIFAR10_NAMES[truth[row]] for row in KNOWN}
    rows = [f"images/{row:05d}.png" + 4 * f",{name}" for row, name in names.items()]
    table = "\n".join(["path,clean,aggre,random1,worse", *rows]) + "\n"
    (folder / "cifar10n-train" / "labels.csv").write_text(table, encoding="utf-8")
    random = np.random.default_rng(1)
    people = {column: random.integers(0, 10, COUNT) for column in held_out.LABELS.values()}
    np.savez(folder / "cifarN_labels.npz", c10_clean_label=truth, **people)
    return people


def write_package(cache: Path, truth: np.ndarray) -> None:
    """Strips in which an image's number is its colour."""
    folder = cache / "packages" / CIFAR.name / "package"
    folder.mkdir(parents=True)
    (folder / "train_lables.json").write_text(json.dumps(truth.tolist()))
    for batch in range(5):
        numbers = np.arange(batch * BATCH, (batch + 1) * BATCH, dtype=np.uint8)
        strip = np.broadcast_to(numbers[:, None, None], (BATCH, 1024, 3))
        Image.fromarray(np.ascontiguousarray(strip)).save(folder / f"data_batch_{batch + 1}.png")


def test_other_images_have_the_labels_that_people_gave_to_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(held_out, "BATCH", BATCH)
    monkeypatch.setattr(held_out, "EACH", 4)
    truth = np.random.default_rng(0).permutation(np.arange(COUNT) % 10)
    people = write_data(tmp_path / "data", truth)
    place = Place(tmp_path / "data", tmp_path / "cache")
    with pytest.raises(UnavailableError, match="--fetch"):
        held_out.read_held_out(place)
    write_package(tmp_path / "cache", truth)
    found = held_out.read_held_out(place)
    # The colour says which image it is, whatever its file is called.
    numbers = np.array([np.asarray(Image.open(file))[0, 0, 0] for file in found.files])
    assert not set(numbers.tolist()) & set(KNOWN)
    np.testing.assert_array_equal(found.labels, truth[numbers])
    np.testing.assert_array_equal(np.bincount(found.labels), np.full(10, 4))
    for name, column in held_out.LABELS.items():
        np.testing.assert_array_equal(found.label_sets[name], people[column][numbers])
