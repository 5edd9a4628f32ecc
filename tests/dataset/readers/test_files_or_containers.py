"""Image files and containers of images in one folder: what is read, and what is said."""

import io
import pickle  # noqa: TID251 - the test writes files as others do
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from lnl_gui.containers.read import close_containers
from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import files_or_containers
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.other_readings import other_readings
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.util.errors import UserError
from lnl_gui.util.progress import no_progress
from tests.dataset.array_images import drawings
from tests.dataset.conftest import MakeImages

h5py = pytest.importorskip("h5py")
scipy_io = pytest.importorskip("scipy.io")
writer = pytest.importorskip("tfrecord.writer")
COUNT = 12
PICTURES = drawings(COUNT, 16, 3)
NAMES = ("cat", "dog")
SAME = np.arange(COUNT) % 2
OTHER = np.arange(COUNT) % 3


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_containers()


def _png(number: int) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(PICTURES[number]).save(stream, "PNG")
    return stream.getvalue()


def hdf5_features(folder: Path, labels: np.ndarray) -> None:
    with h5py.File(folder / "features.h5", "w") as file:
        file["features"] = np.random.default_rng(1).random((COUNT, 1024), np.float32)
        file["y_pred"] = labels


def hdf5_pictures(folder: Path, labels: np.ndarray) -> None:
    with h5py.File(folder / "small.h5", "w") as file:
        file["images"], file["labels"] = PICTURES, labels


def matlab(folder: Path, labels: np.ndarray) -> None:
    scipy_io.savemat(folder / "train_32x32.mat", {"X": np.moveaxis(PICTURES, 0, -1), "y": labels})


def numpy_pair(folder: Path, labels: np.ndarray) -> None:
    np.savez(folder / "train.npz", x=PICTURES, y=labels)


def tfrecords(folder: Path, labels: np.ndarray) -> None:
    (folder / "tfrecords").mkdir()
    opened = writer.TFRecordWriter(str(folder / "tfrecords" / "train.tfrecord"))
    for number, label in enumerate(labels.tolist()):
        opened.write({"image": (_png(number), "byte"), "label": (label, "int")})
    opened.close()


def parquet(folder: Path, labels: np.ndarray) -> None:
    images = [{"bytes": _png(number), "path": None} for number in range(COUNT)]
    pd.DataFrame({"image": images, "label": labels}).to_parquet(folder / "sample.parquet")


def tar(folder: Path, labels: np.ndarray) -> None:
    with tarfile.open(folder / "shard-000000.tar", "w") as archive:
        for number, label in enumerate(labels.tolist()):
            for ending, data in (("png", _png(number)), ("cls", str(label).encode())):
                member = tarfile.TarInfo(f"{number:04}.{ending}")
                member.size = len(data)
                archive.addfile(member, io.BytesIO(data))


def pixels(folder: Path, labels: np.ndarray) -> None:
    rows = PICTURES[..., 0].reshape(COUNT, -1)
    table = pd.DataFrame(rows, columns=[f"pixel{at}" for at in range(rows.shape[1])])
    table.insert(0, "label", labels)
    table.to_csv(folder / "pixels.csv", index=False)


def idx(folder: Path, labels: np.ndarray) -> None:
    for name, values in (("images-idx3", PICTURES[..., 0]), ("labels-idx1", labels)):
        head = bytes([0, 0, 8, values.ndim]) + np.array(values.shape, ">u4").tobytes()
        (folder / f"train-{name}-ubyte").write_bytes(head + values.astype(np.uint8).tobytes())


def cifar(folder: Path, labels: np.ndarray) -> None:
    place = folder / "cifar-10-batches-py"
    place.mkdir()
    flat = drawings(COUNT, 32, 3).reshape(COUNT, -1)
    (place / "data_batch_1").write_bytes(pickle.dumps({"data": flat, "labels": labels.tolist()}))
    names = [f"class {number}" for number in range(10)]
    (place / "batches.meta").write_bytes(pickle.dumps({"label_names": names}))


Container = Callable[[Path, np.ndarray], None]
WITH_PICTURES: dict[str, Container] = {
    "hdf5": hdf5_pictures,
    "matlab-arrays": matlab,
    "arrays": numpy_pair,
    "tfrecord": tfrecords,
    "embedded-images": parquet,
    "webdataset": tar,
    "pixel-table": pixels,
    "idx": idx,
    "cifar": cifar,
}


def class_folders(folder: Path, make_images: MakeImages) -> None:
    make_images(folder, [f"{NAMES[n % 2]}/{n}.png" for n in range(COUNT)])


def images_and_table(folder: Path, make_images: MakeImages) -> None:
    make_images(folder, [f"images/{n}.png" for n in range(COUNT)])
    rows = [f"{n}.png,{NAMES[n % 2]}" for n in range(COUNT)]
    (folder / "labels.csv").write_text("image,label\n" + "\n".join(rows) + "\n")


FILES = {"class-folders": class_folders, "table": images_and_table}


def said(listing: Listing) -> tuple[bool, bool]:
    """Whether a note and whether a doubt speak of what was not read."""
    notes, doubts = (
        any("not what is in" in str(text) for text in texts)
        for texts in (listing.warnings, listing.suspicions)
    )
    return notes, doubts


@pytest.mark.parametrize("files", FILES)
@pytest.mark.parametrize("name", WITH_PICTURES)
def test_image_files_go_before_a_container_of_other_labels_with_a_doubt(
    tmp_path: Path, make_images: MakeImages, name: str, files: str
) -> None:
    FILES[files](tmp_path, make_images)
    WITH_PICTURES[name](tmp_path, OTHER)
    listing = read_dataset(tmp_path)
    assert (listing.reader, listing.class_names) == (files, [*NAMES])
    assert len(listing.records) == COUNT
    assert said(listing) == (False, True)
    doubt = next(str(text) for text in listing.suspicions if "not what is in" in str(text))
    assert f"--reader {files};" in doubt and doubt.endswith(f"--reader {name}.")
    # What the doubt offers is read, and is no longer in doubt.
    chosen = read_dataset(tmp_path, reader=name)
    assert chosen.reader == name and len(chosen.class_names) == 3 and said(chosen)[1] is False
    assert said(read_dataset(tmp_path, reader=files)) == (False, False)


@pytest.mark.parametrize("name", WITH_PICTURES)
def test_a_copy_of_the_image_files_gets_a_note_alone(
    tmp_path: Path, make_images: MakeImages, name: str
) -> None:
    images_and_table(tmp_path, make_images)
    WITH_PICTURES[name](tmp_path, SAME)
    listing = read_dataset(tmp_path)
    assert listing.reader == "table" and said(listing) == (True, False)
    assert not listing.suspicions


@pytest.mark.parametrize("files", FILES)
@pytest.mark.parametrize("labels", [SAME, OTHER, np.zeros(COUNT, int)])
def test_features_and_predictions_are_not_the_dataset(
    tmp_path: Path, make_images: MakeImages, labels: np.ndarray, files: str
) -> None:
    FILES[files](tmp_path, make_images)
    hdf5_features(tmp_path, labels)
    listing = read_dataset(tmp_path)
    assert (listing.reader, listing.class_names) == (files, [*NAMES])
    assert said(listing) == (True, False) and not listing.suspicions


@pytest.mark.parametrize("name", WITH_PICTURES)
def test_a_few_loose_pictures_do_not_hide_a_container(
    tmp_path: Path, make_images: MakeImages, name: str
) -> None:
    make_images(tmp_path, ["logo.png", "samples/0.png"])
    WITH_PICTURES[name](tmp_path, OTHER)
    listing = read_dataset(tmp_path)
    assert listing.reader == name and len(listing.records) == COUNT
    assert not listing.suspicions
    assert any("such as `logo.png`" in str(note) for note in listing.warnings)


@pytest.mark.parametrize("name", ["hdf5", "pixel-table", "cifar"])
def test_many_image_files_without_labels_beside_a_container_are_a_doubt(
    tmp_path: Path, make_images: MakeImages, name: str
) -> None:
    make_images(tmp_path, [f"images/{n}.png" for n in range(COUNT)])
    WITH_PICTURES[name](tmp_path, OTHER)
    listing = read_dataset(tmp_path)
    assert listing.reader == name
    assert f"say --reader {name}." in str(listing.suspicions[0])
    assert not read_dataset(tmp_path, reader=name).suspicions


def test_a_small_sample_in_a_container_gets_a_note(tmp_path: Path, make_images: MakeImages) -> None:
    make_images(tmp_path, [f"{NAMES[n % 2]}/{n}.png" for n in range(3 * COUNT)])
    hdf5_pictures(tmp_path, OTHER)
    listing = read_dataset(tmp_path)
    assert listing.reader == "class-folders" and said(listing) == (True, False)


def test_a_choice_that_the_table_needs_is_asked_for(
    tmp_path: Path, make_images: MakeImages
) -> None:
    images_and_table(tmp_path, make_images)
    (tmp_path / "more.csv").write_text((tmp_path / "labels.csv").read_text() + "\n")
    (tmp_path / "labels.csv").rename(tmp_path / "some.csv")
    hdf5_features(tmp_path, SAME)
    with pytest.raises(UserError) as caught:
        read_dataset(tmp_path)
    assert caught.value.code == "ambiguous_table"


def test_a_column_that_only_the_table_has_is_that_of_the_table(
    tmp_path: Path, make_images: MakeImages
) -> None:
    images_and_table(tmp_path, make_images)
    pixels(tmp_path, OTHER)
    text = (tmp_path / "labels.csv").read_text().replace("image,label", "image,animal")
    (tmp_path / "labels.csv").write_text(text)
    listing = read_dataset(tmp_path, label_column="animal")
    assert (listing.reader, listing.class_names) == ("table", [*NAMES])


def test_a_damaged_container_beside_images_is_passed_over(
    tmp_path: Path, make_images: MakeImages
) -> None:
    class_folders(tmp_path, make_images)
    hdf5_pictures(tmp_path, OTHER)
    file = tmp_path / "small.h5"
    file.write_bytes(file.read_bytes()[:2000])
    assert read_dataset(tmp_path).reader == "class-folders"
    for name in NAMES:
        (tmp_path / name).rename(tmp_path / f".{name}")
    with pytest.raises(UserError, match=r"small\.h5"):
        read_dataset(tmp_path)


@pytest.mark.parametrize("name", ["hdf5", "matlab-arrays", "arrays", "pixel-table"])
def test_a_folder_of_containers_inside_is_named_and_offered(tmp_path: Path, name: str) -> None:
    (tmp_path / "pcam").mkdir()
    WITH_PICTURES[name](tmp_path / "pcam", OTHER)
    with pytest.raises(UserError, match="lie in `pcam`") as caught:
        read_dataset(tmp_path)
    assert caught.value.code == "no_images"
    (offered,) = other_readings(caught.value, tmp_path, ReaderOptions(), no_progress)
    assert offered.changes == {"source": str(tmp_path / "pcam")}


def test_an_export_of_this_program_is_no_rival(tmp_path: Path, make_images: MakeImages) -> None:
    hdf5_pictures(tmp_path, OTHER)
    make_images(tmp_path / "curated", [f"{NAMES[n % 2]}/{n}.png" for n in range(COUNT)])
    (tmp_path / "curated" / "samples.csv").write_text("path\n")
    (tmp_path / "curated" / "manifest.json").write_text(
        '{"curated_sha256": "0", "dataset_root": "x"}'
    )
    listing = read_dataset(tmp_path)
    assert listing.reader == "hdf5" and not listing.suspicions


def test_containers_that_take_long_to_list_are_not_looked_into(
    tmp_path: Path, make_images: MakeImages, monkeypatch: pytest.MonkeyPatch
) -> None:
    images_and_table(tmp_path, make_images)
    hdf5_pictures(tmp_path, OTHER)
    monkeypatch.setattr(files_or_containers, "_MANY", COUNT)
    monkeypatch.setattr(files_or_containers, "_LARGE", 1)
    listing = read_dataset(tmp_path)
    assert listing.reader == "table" and said(listing) == (True, False)
    offered = other_readings(listing, tmp_path, ReaderOptions(), no_progress)
    assert [o.images for o in offered if o.changes.get("reader") == "hdf5"] == [0]


def test_a_few_pictures_in_folders_do_not_hide_flat_rows(
    tmp_path: Path, make_images: MakeImages
) -> None:
    make_images(tmp_path, ["docs/figure.png", "samples/0.png", "samples/1.png"])
    with h5py.File(tmp_path / "digits.h5", "w") as file:
        file["X"] = drawings(300).reshape(300, -1)
        file["y"] = np.arange(300) % 10
    listing = read_dataset(tmp_path)
    assert listing.reader == "hdf5" and not listing.suspicions


def test_a_table_of_features_that_names_the_images_is_read_as_a_table(
    tmp_path: Path, make_images: MakeImages
) -> None:
    make_images(tmp_path, [f"images/img_{n:03}.png" for n in range(COUNT)])
    table = pd.DataFrame(np.full((COUNT, 64), 0.5), columns=[f"x{at}" for at in range(64)])
    table.insert(0, "image_id", [f"img_{n:03}" for n in range(COUNT)])
    table.insert(1, "label", [NAMES[n % 2] for n in range(COUNT)])
    table.to_csv(tmp_path / "features.csv", index=False)
    listing = read_dataset(tmp_path)
    assert (listing.reader, listing.class_names) == ("table", [*NAMES])
    assert said(listing) == (False, False)
