"""Arrays of images and labels, in the forms in which they are handed out."""

import gzip
import pickle  # noqa: TID251 -- what is read is written here
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.containers.read import close_containers
from lnl_gui.dataset.readers.arrays.layout import guess_layout
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.array_images import drawings, labels, pixels


@pytest.fixture(autouse=True)
def _closed():  # noqa: ANN202
    yield
    close_containers()


CLASSES = np.arange(12) % 3
WORDS = [str(label) for label in CLASSES]


def test_medmnist(tmp_path: Path) -> None:
    images = drawings(36, 28, 3)
    parts = {"train": images[:12], "val": images[12:24], "test": images[24:]}
    arrays = {f"{split}_images": part for split, part in parts.items()}
    arrays |= {f"{split}_labels": CLASSES[:, None].astype(np.uint8) for split in parts}
    np.savez_compressed(tmp_path / "pathmnist.npz", **arrays)
    (tmp_path / "classes.txt").write_text("adipose\nbackground\ndebris\n")
    listing = read_dataset(tmp_path / "pathmnist.npz")
    assert listing.reader == "arrays"
    assert np.array_equal(pixels(listing), images)
    assert [r.split for r in listing.records] == ["train"] * 12 + ["val"] * 12 + ["test"] * 12
    assert listing.class_names == ["adipose", "background", "debris"]
    assert labels(listing)[:3] == ["adipose", "background", "debris"]
    assert listing.records[13].path == "pathmnist.npz/val_images/00001"
    assert not listing.suspicions


def test_several_labels_of_medmnist_are_skipped_with_the_reason(tmp_path: Path) -> None:
    marks = np.zeros((12, 4), np.uint8)
    marks[np.arange(8), np.arange(8) % 4] = 1
    marks[8:10, :2] = 1
    np.savez(tmp_path / "chestmnist.npz", train_images=drawings(12), train_labels=marks)
    listing = read_dataset(tmp_path / "chestmnist.npz")
    assert labels(listing) == ["0", "1", "2", "3", "0", "1", "2", "3"]
    reasons = [str(entry.reason) for entry in listing.skipped]
    assert reasons == ["several labels: `0`, `1`"] * 2 + ["no class is marked"] * 2


@pytest.mark.parametrize(
    "names",
    [
        ("x_train", "y_train", "x_test", "y_test"),
        ("X_train", "Y_train", "X_test", "Y_test"),
        ("train_x", "train_y", "test_x", "test_y"),
        ("xtrain", "ytrain", "xtest", "ytest"),
        ("trainX", "trainY", "testX", "testY"),
        ("train_images", "train_labels", "test_images", "test_labels"),
        ("images_train", "targets_train", "images_test", "targets_test"),
        ("train_set_x_orig", "train_set_y_orig", "test_set_x_orig", "test_set_y_orig"),
    ],
)
@pytest.mark.parametrize("form", ["npz", "npy"])
def test_names_of_pairs(tmp_path: Path, names: tuple[str, ...], form: str) -> None:
    images = drawings(24, 28)
    arrays = dict(zip(names, (images[:12], CLASSES, images[12:], CLASSES[::-1]), strict=True))
    folder = tmp_path / "set"
    folder.mkdir()
    if form == "npz":
        np.savez(folder / "set.npz", **arrays, list_classes=np.array([b"a", b"b", b"c"]))
    else:
        for name, array in arrays.items():
            np.save(folder / f"{name}.npy", array)
    listing = read_dataset(folder)
    assert np.array_equal(pixels(listing), images)
    # The file has the names of the classes, too.
    wanted = WORDS if form == "npy" else [{"0": "a", "1": "b", "2": "c"}[w] for w in WORDS]
    assert labels(listing) == wanted + wanted[::-1]
    assert [r.split for r in listing.records] == ["train"] * 12 + ["test"] * 12


def test_arrays_without_names(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", drawings(12), CLASSES)
    assert labels(read_dataset(tmp_path / "a.npz")) == WORDS


@pytest.mark.parametrize("names", [("train", "holdout"), ("Training", "eval"), ("train", "dev")])
@pytest.mark.parametrize("in_files", [True, False])
def test_words_for_parts(tmp_path: Path, names: tuple[str, str], *, in_files: bool) -> None:
    images, labels = np.zeros((6, 8, 8, 3), np.uint8), np.arange(6) % 2
    if in_files:
        for name in names:
            np.savez(tmp_path / f"{name}.npz", images=images, labels=labels)
    else:
        arrays = {f"{n}_images": images for n in names} | {f"{n}_labels": labels for n in names}
        np.savez(tmp_path / "all.npz", **arrays)
    records = read_dataset(tmp_path).records
    assert {record.split for record in records} == {name.casefold() for name in names}


def test_files_of_parts(tmp_path: Path) -> None:
    for split in ("train", "test"):
        np.savez(tmp_path / f"{split}.npz", images=drawings(12), labels=CLASSES)
    listing = read_dataset(tmp_path)
    assert [r.split for r in listing.records] == ["train"] * 12 + ["test"] * 12
    assert listing.records[0].path == "train.npz/00000"


def test_a_file_for_each_class(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        flat = drawings(12).reshape(12, -1)
        np.save(tmp_path / f"full_numpy_bitmap_{name}.npy", flat)
    listing = read_dataset(tmp_path)
    assert labels(listing) == ["cat"] * 12 + ["dog"] * 12
    assert np.array_equal(pixels(listing)[:12], drawings(12))


@pytest.mark.parametrize(
    ("side", "channels"), [(28, 0), (32, 0), (32, 3), (64, 3), (8, 0), (48, 3)]
)
@pytest.mark.parametrize("planes", [True, False])
@pytest.mark.parametrize("kind", ["uint8", "float255", "float1", "int64"])
def test_flattened_rows(tmp_path: Path, side: int, channels: int, planes: bool, kind: str) -> None:
    images = drawings(12, side, channels)
    flat = images.transpose(0, 3, 1, 2) if planes and channels else images
    flat = flat.reshape(12, -1)
    if kind == "float1":
        flat = (flat / 255).astype(np.float32)
    elif kind != "uint8":
        flat = flat.astype(np.int64 if kind == "int64" else np.float64)
    np.save(tmp_path / "X.npy", flat)
    np.save(tmp_path / "y.npy", CLASSES)
    listing = read_dataset(tmp_path / "X.npy")
    assert np.array_equal(pixels(listing), images)
    assert labels(listing) == WORDS
    assert listing.class_names == ["0", "1", "2"]


@pytest.mark.parametrize("shape", [(3, 32, 32), (32, 32, 3)])
def test_an_unclear_shape_is_asked_for(tmp_path: Path, shape: tuple[int, ...]) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (12, 3072), np.uint8)
    np.savez(tmp_path / "a.npz", x=noise, y=CLASSES)
    with pytest.raises(UserError, match="--image-shape"):
        read_dataset(tmp_path / "a.npz")
    found = pixels(read_dataset(tmp_path / "a.npz", image_shape=shape))
    wanted = noise.reshape(12, *shape)
    assert np.array_equal(found, wanted.transpose(0, 2, 3, 1) if shape[0] == 3 else wanted)
    with pytest.raises(UserError, match="3072 values each; 28x28 are 784"):
        read_dataset(tmp_path / "a.npz", image_shape=(28, 28))


@pytest.mark.parametrize("order", ["NHWC", "NCHW", "NHW1", "N1HW"])
def test_orders_of_axes(tmp_path: Path, order: str) -> None:
    images = drawings(12, 28, 3)
    if "1" in order:
        images = images[..., :1]
    stored = images.transpose(0, 3, 1, 2) if order[1] in "C1" else images
    np.savez(tmp_path / "a.npz", x=stored, y=CLASSES)
    assert np.array_equal(pixels(read_dataset(tmp_path / "a.npz")), images.squeeze())


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        (np.array([[0, 8], [16, 4]] * 2, np.float64), [0, 128, 255, 64]),
        (np.array([[-1, 0], [1, -0.5]] * 2, np.float32), [0, 128, 255, 64]),
        (np.array([[0, 1], [1, 0]] * 2, np.uint8), [0, 255, 255, 0]),
        (np.array([[False, True], [True, False]] * 2), [0, 255, 255, 0]),
        (np.array([[0, 4095], [2048, 1024]] * 2, np.uint16), [0, 255, 128, 64]),
        (np.array([[-2.5, 2.5], [0, 1.25]] * 2, np.float32), [0, 255, 128, 191]),
    ],
)
def test_black_and_white(tmp_path: Path, values: np.ndarray, wanted: list[int]) -> None:
    image = np.tile(values, (2, 4))
    np.savez(tmp_path / "a.npz", x=np.stack([image] * 12), y=CLASSES)
    listing = read_dataset(tmp_path / "a.npz")
    assert pixels(listing)[0, :2, :2].reshape(-1).tolist() == wanted


@pytest.mark.parametrize(
    ("stored", "wanted"),
    [
        (CLASSES.astype(np.float32), WORDS),
        (CLASSES[:, None], WORDS),
        (np.eye(3)[CLASSES], WORDS),
        (np.eye(3, dtype=bool)[CLASSES], WORDS),
        (np.array(["cat", "dog", "owl"])[CLASSES], ["cat", "dog", "owl"] * 4),
        (np.array([b"cat", b"dog", b"owl"])[CLASSES], ["cat", "dog", "owl"] * 4),
        (np.array([9, 10, 2])[CLASSES], ["9", "10", "2"] * 4),
        ((np.eye(3) * 0.7 + 0.1)[CLASSES], WORDS),
    ],
)
def test_forms_of_labels(tmp_path: Path, stored: np.ndarray, wanted: list[str]) -> None:
    np.savez(tmp_path / "a.npz", images=drawings(12), labels=stored)
    assert labels(read_dataset(tmp_path / "a.npz")) == wanted


def test_numbers_are_in_their_order(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", images=drawings(12), labels=np.arange(12) % 12)
    listing = read_dataset(tmp_path / "a.npz")
    assert listing.class_names == [str(n) for n in range(12)]


def test_labels_that_are_none(tmp_path: Path) -> None:
    stored = CLASSES.astype(np.float64)
    stored[3], stored[4] = np.nan, -1
    np.savez(tmp_path / "a.npz", images=drawings(12), labels=stored)
    listing = read_dataset(tmp_path / "a.npz")
    unlabelled = [r.path for r in listing.records if not r.label]
    assert [*unlabelled, *(s.path for s in listing.skipped)] == ["a.npz/00003", "a.npz/00004"]


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"x": drawings(12), "y": CLASSES[:9]}, "12 images, and `.*` has 9 labels"),
        ({"x": drawings(12), "y": np.linspace(0, 1, 12)}, "no class for each image"),
        ({"x": np.zeros((12, 50)), "y": CLASSES}, "no array of images"),
        ({"x": drawings(12), "fine": CLASSES, "coarse": CLASSES}, "Several arrays could be"),
        ({"x": drawings(12)}, "None of the 12 images"),
        ({"x": np.array([object()] * 12, object)}, "no array of images"),
    ],
)
def test_what_cannot_be_read_is_refused(
    tmp_path: Path, arrays: dict[str, np.ndarray], said: str
) -> None:
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(UserError, match=said):
        read_dataset(tmp_path / "a.npz")


def test_the_labels_can_be_chosen(tmp_path: Path) -> None:
    arrays = {"x": drawings(12), "fine": CLASSES, "coarse": CLASSES // 2}
    np.savez(tmp_path / "a.npz", **arrays)
    found = read_dataset(tmp_path / "a.npz", label_column="coarse")
    assert labels(found) == [str(label // 2) for label in CLASSES]


@pytest.mark.parametrize("key", ["class_names", "target_names", "label_names", "classes"])
def test_names_of_classes_in_the_file(tmp_path: Path, key: str) -> None:
    names = {key: np.array(["cat", "dog", "owl"])}
    np.savez(tmp_path / "a.npz", images=drawings(12), target=CLASSES, **names)
    listing = read_dataset(tmp_path / "a.npz")
    assert labels(listing) == ["cat", "dog", "owl"] * 4
    assert any(key in str(warning) for warning in listing.warnings)


def test_the_same_images_flat_and_shaped_are_read_once(tmp_path: Path) -> None:
    images = drawings(12)
    arrays = {"data": images.reshape(12, -1), "images": images, "target": CLASSES}
    np.savez(tmp_path / "a.npz", **arrays)
    listing = read_dataset(tmp_path / "a.npz")
    assert len(listing.records) == 12
    assert np.array_equal(pixels(listing), images)


def test_kmnist_files(tmp_path: Path) -> None:
    for part in ("train", "test"):
        np.savez_compressed(tmp_path / f"kmnist-{part}-imgs.npz", drawings(12))
        np.savez_compressed(tmp_path / f"kmnist-{part}-labels.npz", CLASSES)
    listing = read_dataset(tmp_path)
    assert [r.split for r in listing.records] == ["train"] * 12 + ["test"] * 12
    assert labels(listing) == WORDS * 2


def test_many_arrays_with_the_same_labels(tmp_path: Path) -> None:
    for name in ("gaussian_noise", "fog", "jpeg_compression"):
        np.save(tmp_path / f"{name}.npy", drawings(12, 32, 3))
    np.save(tmp_path / "labels.npy", CLASSES)
    listing = read_dataset(tmp_path)
    assert labels(listing) == WORDS * 3


@pytest.mark.parametrize("name", ["labels.csv", "y.txt", "Labels.csv", "train_labels.csv"])
@pytest.mark.parametrize("header", ["", "Label\n", "id,Label\n", "image,label,other\n"])
def test_labels_in_a_table_beside(tmp_path: Path, name: str, header: str) -> None:
    np.save(tmp_path / "images.npy", drawings(12, 28, 3))
    words = [f"class {label}" for label in CLASSES]
    columns = header.count(",") + 1
    cells = {1: [[w] for w in words], 2: [["7", w] for w in words]}
    cells[3] = [[f"{n}.png", w, "x"] for n, w in enumerate(words)]
    rows = [",".join(row) for row in cells[columns]]
    (tmp_path / name).write_text(header + "\n".join(rows) + "\n")
    for place in (tmp_path, tmp_path / "images.npy"):
        listing = read_dataset(place)
        assert labels(listing) == words
        assert name in str(listing.reading.why)


def test_tables_of_each_part(tmp_path: Path) -> None:
    for part, order in (("train", 1), ("test", -1)):
        np.save(tmp_path / f"X_{part}.npy", drawings(12))
        lines = [str(label) for label in CLASSES[::order]]
        (tmp_path / f"y_{part}.csv").write_text("\n".join(["label", *lines]))
    assert labels(read_dataset(tmp_path)) == WORDS + WORDS[::-1]


@pytest.mark.parametrize("ending", [".p", ".pkl", ".pickle"])
def test_pickled_dictionaries(tmp_path: Path, ending: str) -> None:
    for part in ("train", "valid", "test"):
        values = {"features": drawings(12, 32, 3), "labels": CLASSES, "sizes": np.ones((12, 2))}
        (tmp_path / f"{part}{ending}").write_bytes(pickle.dumps(values))
    listing = read_dataset(tmp_path)
    assert np.array_equal(pixels(listing), np.concatenate([drawings(12, 32, 3)] * 3))
    assert labels(listing) == WORDS * 3
    assert [r.split for r in listing.records] == ["train"] * 12 + ["valid"] * 12 + ["test"] * 12
    one = read_dataset(tmp_path / f"test{ending}")
    assert len(one.records) == 12


def test_mnist_pickle(tmp_path: Path) -> None:
    """`mnist.pkl.gz`: three pairs of flat rows from 0 to 1 and labels."""
    flat = (drawings(12).reshape(12, -1) / 256).astype(np.float32)
    values = tuple((flat, CLASSES.astype(np.int64)) for _ in range(3))
    (tmp_path / "mnist.pkl.gz").write_bytes(gzip.compress(pickle.dumps(values, protocol=2)))
    listing = read_dataset(tmp_path / "mnist.pkl.gz")
    assert labels(listing) == WORDS * 3
    assert [r.split for r in listing.records] == ["train"] * 12 + ["valid"] * 12 + ["test"] * 12
    wanted = np.rint(drawings(12) / 256 * 255)
    assert np.abs(pixels(listing)[:12] - wanted).max() <= 1


def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    (tmp_path / "train.p").write_bytes(pickle.dumps({"features": Path("x"), "labels": [1]}))
    with pytest.raises(UserError, match="which is not built"):
        read_dataset(tmp_path / "train.p")


def test_a_pickled_model_beside_arrays_is_passed_over(tmp_path: Path) -> None:
    np.savez(tmp_path / "train.npz", x=drawings(12), y=np.arange(12) % 2)
    (tmp_path / "model.pkl").write_bytes(pickle.dumps(Path("stands for a model")))
    listing = read_dataset(tmp_path)
    assert np.array_equal(pixels(listing), drawings(12))
    assert ["`model.pkl`" in str(note) for note in listing.warnings] == [True]
    (tmp_path / "train.npz").unlink()
    with pytest.raises(UserError):
        read_dataset(tmp_path)


def test_arrays_beside_images_are_not_the_dataset(tmp_path: Path) -> None:
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for number in range(3):
            Image.fromarray(drawings(1)[0]).save(tmp_path / name / f"{number}.png")
    np.savez(tmp_path / "features.npz", x=drawings(6), y=np.arange(6) % 2)
    assert read_dataset(tmp_path).reader == "class-folders"


def test_a_large_file_is_not_loaded_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    wide = np.lib.format.open_memmap(tmp_path / "X.npy", "w+", np.uint8, (4000, 64, 64, 3))
    wide[:, ::2] = 255
    wide.flush()
    del wide
    np.save(tmp_path / "y.npy", np.arange(4000) % 3)
    whole = np.array

    def watched(values: object, *arguments: object, **options: object) -> np.ndarray:
        made = whole(values, *arguments, **options)  # type: ignore[call-overload]
        asked.append(made.nbytes)
        return made

    monkeypatch.setattr(np, "array", watched)
    assert len(read_dataset(tmp_path).records) == 4000
    assert max(asked) <= 256 * 64 * 64 * 3


def test_rows_beyond_memory_are_refused(tmp_path: Path) -> None:
    with (tmp_path / "X.npy").open("wb") as stream:
        header = {"descr": "|u1", "fortran_order": False, "shape": (2, 50_000, 50_000)}
        np.lib.format.write_array_header_1_0(stream, header)
        stream.truncate(stream.tell() + 2 * 50_000**2)
    np.save(tmp_path / "y.npy", np.arange(2))
    with pytest.raises(UserError, match="not one of images"):
        read_dataset(tmp_path)


def test_a_file_of_a_thousand_arrays_is_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", **{f"image{n}": np.zeros((2, 2)) for n in range(1001)})
    with pytest.raises(UserError, match="1001 arrays"):
        read_dataset(tmp_path / "a.npz")


def test_dead_rows_do_not_break_the_guess() -> None:
    assert guess_layout(np.full((3, 784), np.nan), "x").layout.shape == (28, 28)
