"""The papers' datasets in the forms that people have them, and people's labels beside them."""

import gc
import pickle  # noqa: TID251 -- writes what the authors publish
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.dataset.label_noise.mistaken_classes import CIFAR10_NAMES
from lnl_gui.pipeline.benchmarks.paper_images import find_images, small_pictures
from lnl_gui.pipeline.benchmarks.peoples_labels import peoples_labels
from lnl_gui.util.errors import UserError

TRAINING, TESTS = 20, 10
LABELS = np.arange(TRAINING) % 10
TEST_LABELS = np.arange(TESTS) % 10


def pixels(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 32, 32, 3), dtype=np.uint8)


IMAGES, TEST_IMAGES = pixels(TRAINING, 0), pixels(TESTS, 1)


def write_batches(folder: Path) -> Path:
    """CIFAR-10's python version."""
    folder.mkdir(parents=True)
    names = {b"label_names": [name.encode() for name in CIFAR10_NAMES]}
    (folder / "batches.meta").write_bytes(pickle.dumps(names))
    parts = {
        "data_batch_1": (IMAGES, LABELS),
        "test_batch": (TEST_IMAGES, TEST_LABELS),
    }
    for name, (images, labels) in parts.items():
        rows = images.transpose(0, 3, 1, 2).reshape(len(images), -1)
        batch = {b"data": rows, b"labels": labels.tolist()}
        (folder / name).write_bytes(pickle.dumps(batch))
    return folder


def write_folders(folder: Path) -> Path:
    """An image a file, a folder a class."""
    for part, images, labels in (("train", IMAGES, LABELS), ("test", TEST_IMAGES, TEST_LABELS)):
        for number, (image, label) in enumerate(zip(images, labels, strict=True)):
            place = folder / part / CIFAR10_NAMES[label]
            place.mkdir(parents=True, exist_ok=True)
            Image.fromarray(image).save(place / f"{number:02d}.png")
    return folder


@pytest.fixture(scope="module")
def batches(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_batches(tmp_path_factory.mktemp("data") / "cifar-10-batches-py").parent


def test_python_batches_below_the_folder_are_found(batches: Path) -> None:
    found = find_images(batches, "cifar10")
    assert tuple(found.class_names) == CIFAR10_NAMES
    np.testing.assert_array_equal(found.labels, LABELS)
    np.testing.assert_array_equal(found.test_labels, TEST_LABELS)
    read = small_pictures(found.files, workers=2).pixels
    np.testing.assert_array_equal(read, IMAGES)


def test_folders_of_images_are_the_same_dataset(tmp_path: Path) -> None:
    found = find_images(write_folders(tmp_path / "images"), "cifar10")
    assert sorted(found.labels.tolist()) == sorted(LABELS.tolist())
    assert len(found.test_files) == TESTS


def test_what_is_not_there_is_said_with_what_was_looked_at(batches: Path) -> None:
    with pytest.raises(UserError, match="CIFAR-100 was not found") as error:
        find_images(batches, "cifar100")
    assert error.value.code == "benchmark_data"
    assert "cifar-10-batches-py (cifar)" in str(error.value.hint)


def test_a_damaged_file_is_told_of(tmp_path: Path) -> None:
    folder = write_batches(tmp_path / "cifar")
    (folder / "data_batch_1").write_bytes(b"no batch")
    with pytest.raises(UserError, match="without test images") as error:
        find_images(folder, "cifar10")
    assert "data_batch_1" in str(error.value.hint)


def test_without_test_images_it_is_no_dataset_of_a_paper(tmp_path: Path) -> None:
    folder = write_batches(tmp_path / "cifar")
    (folder / "test_batch").unlink()
    with pytest.raises(UserError, match="without test images"):
        find_images(folder, "cifar10")


def test_numbered_classes_are_told_apart_by_how_many_images_there_are(tmp_path: Path) -> None:
    # Ten numbered classes of other size could be anything, house numbers for example.
    arrays = {"x_train": IMAGES, "y_train": LABELS, "x_test": TEST_IMAGES, "y_test": TEST_LABELS}
    np.savez(tmp_path / "some.npz", **arrays)
    with pytest.raises(UserError, match="was not found"):
        find_images(tmp_path, "cifar10")


WORSE = (LABELS + 1) % 10


def test_peoples_labels_come_from_the_authors_file(tmp_path: Path) -> None:
    vectors = {"clean_label": LABELS, "worse_label": WORSE, "random_label1": LABELS}
    with zipfile.ZipFile(tmp_path / "CIFAR-10_human.pt", "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps(vectors, protocol=2))
    found = peoples_labels(tmp_path, "cifar10", LABELS)
    assert set(found) == {"worse", "random1"}
    np.testing.assert_array_equal(found["worse"], WORSE)


def test_peoples_labels_come_from_an_npz_of_both_datasets(tmp_path: Path) -> None:
    np.savez(
        tmp_path / "labels.npz",
        c10_clean_label=LABELS,
        c10_aggre_label=WORSE,
        c100_clean_label=np.arange(TRAINING),
        c100_noisy_label=np.arange(TRAINING),
    )
    assert set(peoples_labels(tmp_path, "cifar10", LABELS)) == {"aggre"}
    assert set(peoples_labels(tmp_path, "cifar100", np.arange(TRAINING))) == {"noisy"}


def test_labels_of_images_in_another_order_are_refused(tmp_path: Path) -> None:
    # A folder of its own: those of other tests lie beside this one's.
    data = tmp_path / "data"
    data.mkdir()
    np.savez(data / "labels.npz", clean_label=LABELS, worse_label=WORSE)
    with pytest.raises(UserError, match="another order"):
        peoples_labels(data, "cifar10", np.sort(LABELS))
    with pytest.raises(UserError, match="no labels of people"):
        peoples_labels(data / "..", "cifar10", LABELS[:5])


def test_a_file_that_is_no_table_of_labels_is_passed_over_and_closed(tmp_path: Path) -> None:
    (tmp_path / "torn.npz").write_bytes(b"PK\x03\x04 and no more")
    # What is left open is warned of as it is collected, and warnings are errors here.
    with pytest.raises(UserError, match="no labels of people"):
        peoples_labels(tmp_path, "cifar10", LABELS)
    gc.collect()
