"""TFRecord files, written by the package tfrecord."""

import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.containers.location import Member
from lnl_gui.containers.read import close_containers, exported_file, image_bytes
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.array_images import drawings, labels, pixels, splits

writer = pytest.importorskip("tfrecord.writer")
IMAGES = drawings(6, 16, 3)


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_containers()


def _png(number: int) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(IMAGES[number]).save(stream, "PNG")
    return stream.getvalue()


def _write(file: Path, examples: list[dict[str, tuple[object, str]]]) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    opened = writer.TFRecordWriter(str(file))
    for example in examples:
        opened.write(example)
    opened.close()
    return file


def _plain(number: int, label: int) -> dict[str, tuple[object, str]]:
    return {"image": (_png(number), "byte"), "label": (label, "int")}


def test_tensorflow_datasets(tmp_path: Path) -> None:
    folder = tmp_path / "pets/1.0.0"
    for split in ("train", "test"):
        _write(
            folder / f"pets-{split}.tfrecord-00000-of-00001",
            [_plain(n, n % 2 if n < 5 else -1) for n in range(6)],
        )
    (folder / "label.labels.txt").write_text("cat\ndog\n")
    said = [{"name": s, "shardLengths": ["6"]} for s in ("train", "test")]
    (folder / "dataset_info.json").write_text(json.dumps({"name": "pets", "splits": said}))
    listing = read_dataset(tmp_path / "pets")
    assert listing.reader == "tfrecord"
    assert [image_bytes(r.file) for r in listing.records] == [_png(n) for n in range(6)] * 2
    assert labels(listing) == ["cat", "dog", "cat", "dog", "cat", ""] * 2
    assert splits(listing) == ["test"] * 6 + ["train"] * 6
    assert not listing.suspicions
    member = listing.records[2].file
    assert isinstance(member, Member)
    assert exported_file(member) == ("pets-test_00002.png", _png(2))
    said[0]["shardLengths"] = ["6", "3"]
    (folder / "dataset_info.json").write_text(json.dumps({"splits": said}))
    assert "`train` has 9 records" in str(read_dataset(tmp_path / "pets").suspicions[0])


def test_as_the_loader_of_tfrecord_gives_it(tmp_path: Path) -> None:
    reader = pytest.importorskip("tfrecord.reader")
    file = _write(tmp_path / "train.tfrecord", [_plain(n, n * 1000 % 7) for n in range(6)])
    wanted = list(reader.tfrecord_loader(str(file), None))
    listing = read_dataset(file)
    assert [image_bytes(r.file) for r in listing.records] == [bytes(w["image"]) for w in wanted]
    assert labels(listing) == [str(int(w["label"][0])) for w in wanted]


@pytest.mark.parametrize(("texts", "names"), [(("a", "b"), ["a", "b"]), (("a", "a"), ["0", "1"])])
def test_texts_are_the_names_where_they_stand_for_one_label(
    tmp_path: Path, texts: tuple[str, str], names: list[str]
) -> None:
    examples = [
        {
            "image/encoded": (_png(n), "byte"),
            "image/class/label": (n % 2, "int"),
            "image/class/text": (texts[n % 2].encode(), "byte"),
        }
        for n in range(6)
    ]
    _write(tmp_path / "flowers_train_00000-of-00002.tfrecord", examples)
    listing = read_dataset(tmp_path)
    assert listing.class_names == names
    assert "flowers_train_00001-of-00002.tfrecord" in str(listing.suspicions[0])


def test_raw_pixels_in_a_compressed_file(tmp_path: Path) -> None:
    sizes = {"height": (16, "int"), "width": (16, "int"), "depth": (3, "int")}
    examples = [
        {"image_raw": (IMAGES[n].tobytes(), "byte"), "label": (n % 2, "int"), **sizes}
        for n in range(6)
    ]
    plain = _write(tmp_path / "a/x.tfrecord", examples)
    packed = tmp_path / "x.tfrecord.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    assert np.array_equal(pixels(read_dataset(packed)), IMAGES)


def test_a_part_without_labels_does_not_hide_those_of_another(tmp_path: Path) -> None:
    _write(tmp_path / "test_tfrecords/ld_test00-1.tfrec", [{"image": (_png(0), "byte")}])
    _write(tmp_path / "train_tfrecords/ld_train00-5.tfrec", [_plain(n, n % 2) for n in range(1, 6)])
    listing = read_dataset(tmp_path)
    assert labels(listing) == ["", "1", "0", "1", "0", "1"]
    assert splits(listing) == ["test"] + ["train"] * 5
    assert not listing.suspicions


def test_damaged_files_are_refused_by_name(tmp_path: Path) -> None:
    file = _write(tmp_path / "a.tfrecord", [_plain(n, n % 2) for n in range(6)])
    data = file.read_bytes()
    lying = (1 << 60).to_bytes(8, "little") + data[8:]
    flipped = data[:200] + bytes([data[200] ^ 1]) + data[201:]
    for damaged in (data[:-10], data[: len(data) // 2], lying, flipped):
        file.write_bytes(damaged)
        with pytest.raises(UserError, match=r"a\.tfrecord` cannot be read") as caught:
            read_dataset(file)
        assert caught.value.code == "damaged_file"
    _write(file, [{"label": (1, "int")}])
    with pytest.raises(UserError, match="holds no images"):
        read_dataset(file)
