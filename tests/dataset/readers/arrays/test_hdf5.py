"""HDF5 files, written by h5py."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.location import Member
from lnl_gui.containers.read import close_containers, exported_file, image_bytes
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.array_images import drawings, labels, pixels, splits
from tests.dataset.conftest import MakeImages

h5py = pytest.importorskip("h5py")
IMAGES = drawings(12, 16, 3)
CLASSES = np.arange(12) % 2


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_containers()


def _pcam(folder: Path) -> None:
    for split in ("train", "valid", "test"):
        stem = f"camelyonpatch_level_2_split_{split}"
        with h5py.File(folder / f"{stem}_x.h5", "w") as file:
            file.create_dataset("x", data=IMAGES, chunks=(1, 16, 16, 3), compression="gzip")
        with h5py.File(folder / f"{stem}_y.h5", "w") as file:
            file["y"] = CLASSES.reshape(-1, 1, 1, 1)


def test_pcam(tmp_path: Path) -> None:
    _pcam(tmp_path)
    listing = read_dataset(tmp_path)
    assert listing.reader == "hdf5"
    assert np.array_equal(pixels(listing), np.concatenate([IMAGES] * 3))
    assert sorted(set(splits(listing))) == ["test", "train", "valid"]
    assert labels(listing) == list(map(str, CLASSES)) * 3
    assert not listing.suspicions
    one = read_dataset(tmp_path / "camelyonpatch_level_2_split_valid_x.h5")
    assert labels(one) == list(map(str, CLASSES))
    assert set(splits(one)) == {"valid"}


def test_names_of_classes_and_texts(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "pets.h5", "w") as file:
        for split in ("train", "test"):
            file[f"{split}/images"] = IMAGES
            file[f"{split}/labels"] = [["cat", "dog"][label] for label in CLASSES]
    listing = read_dataset(tmp_path / "pets.h5")
    assert listing.class_names == ["cat", "dog"]
    assert splits(listing) == ["test"] * 12 + ["train"] * 12
    assert np.array_equal(pixels(listing)[:12], IMAGES)


def test_encoded_images(tmp_path: Path) -> None:
    encoded = []
    for image in IMAGES:
        stream = io.BytesIO()
        Image.fromarray(image).save(stream, "PNG")
        encoded.append(np.frombuffer(stream.getvalue(), np.uint8))
    with h5py.File(tmp_path / "a.hdf5", "w") as file:
        rows = file.create_dataset("images", (12,), h5py.vlen_dtype(np.uint8))
        for row, data in enumerate(encoded):
            rows[row] = data
        file["labels"] = CLASSES
    listing = read_dataset(tmp_path / "a.hdf5")
    assert [image_bytes(r.file) for r in listing.records] == [e.tobytes() for e in encoded]
    assert labels(listing) == list(map(str, CLASSES))
    member = listing.records[3].file
    assert isinstance(member, Member)
    assert exported_file(member)[0] == "a_images_00003.png"


@pytest.mark.parametrize("single", [False, True])
def test_groups_named_as_classes(tmp_path: Path, single: bool) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        for at, name in enumerate(("cat", "dog")):
            part = IMAGES[at * 6 : at * 6 + 6]
            if single:
                for row, image in enumerate(part):
                    file[f"{name}/img{row}"] = image
            else:
                file[name] = part
    listing = read_dataset(tmp_path / "a.h5")
    assert labels(listing) == ["cat"] * 6 + ["dog"] * 6
    assert np.array_equal(pixels(listing), IMAGES)


def test_damaged_and_hostile_files(tmp_path: Path) -> None:
    file = tmp_path / "a.h5"
    with h5py.File(file, "w") as opened:
        opened["images"], opened["labels"] = IMAGES, CLASSES
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(UserError, match=r"a\.h5") as caught:
        read_dataset(file)
    assert caught.value.code == "damaged_file"
    with h5py.File(file, "w") as opened:
        opened.create_dataset("images", (1 << 40, 16, 16, 3), "u1", chunks=(1, 16, 16, 3))
        opened.create_dataset("labels", (1 << 40,), "u1", chunks=(16,))
    with pytest.raises(UserError, match="claims"):
        read_dataset(file)
    with h5py.File(file, "w") as opened:
        opened["labels"] = CLASSES
    with pytest.raises(UserError, match="no array of images"):
        read_dataset(file)


def test_nothing_is_read_from_files_that_one_points_at(tmp_path: Path) -> None:
    secret = tmp_path / "secret.bin"
    secret.write_bytes(bytes(IMAGES))
    with h5py.File(tmp_path / "other.h5", "w") as file:
        file["images"] = IMAGES
    (tmp_path / "in").mkdir()
    inside = tmp_path / "in/a.h5"
    with h5py.File(inside, "w") as file:
        file["labels"] = CLASSES
        file["images"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "images")
    with pytest.raises(UserError, match="no array of images"):
        read_dataset(inside)
    with pytest.raises(ContainerError):
        image_bytes(Member(inside, "hdf5", "images/00000"))
    close_containers()
    with h5py.File(inside, "w") as file:
        file["labels"] = CLASSES
        file.create_dataset(
            "images", IMAGES.shape, "u1", external=[(str(secret), 0, IMAGES.nbytes)]
        )
    with pytest.raises(UserError, match="another file"):
        read_dataset(inside)


def _keras(file: Path, form: str) -> None:
    """The weights of a network as the versions of Keras write them."""
    kernel = np.zeros((3, 3, 3, 64), np.float32)
    with h5py.File(file, "w") as opened:
        if form == "model":
            opened.attrs["keras_version"] = "2.6"
            opened["model_weights/conv/conv/kernel:0"] = kernel
            opened["model_weights/conv/conv/bias:0"] = np.arange(64)
        elif form == "weights":
            opened.attrs["layer_names"] = [b"conv"]
            opened["conv/conv/kernel"] = kernel
        elif form == "weights of version 3":
            opened["layers/conv2d/vars/0"] = kernel
            opened["layers/conv2d/vars/1"] = np.arange(64)
            opened["optimizer/vars/0"] = np.int64(3)
        else:
            opened["conv_1/conv_1/kernel:0"] = kernel


@pytest.mark.parametrize("form", ["model", "weights", "weights of version 3", "variables"])
def test_the_weights_of_a_network_are_no_images(
    tmp_path: Path, make_images: MakeImages, form: str
) -> None:
    make_images(tmp_path / "set", [f"{name}/{n}.png" for name in ("cat", "dog") for n in range(6)])
    _keras(tmp_path / "set/model.h5", form)
    listing = read_dataset(tmp_path / "set")
    assert (listing.reader, listing.class_names) == ("class-folders", ["cat", "dog"])
    assert not listing.suspicions and not any("model.h5" in str(n) for n in listing.warnings)
    with pytest.raises(UserError, match="weights of a trained network"):
        read_dataset(tmp_path / "set/model.h5")
    # Beside arrays they are no arrays of the dataset.
    (tmp_path / "arrays").mkdir()
    _pcam(tmp_path / "arrays")
    _keras(tmp_path / "arrays/model.h5", form)
    assert labels(read_dataset(tmp_path / "arrays")) == list(map(str, CLASSES)) * 3
