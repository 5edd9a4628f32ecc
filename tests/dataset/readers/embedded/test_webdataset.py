"""Shards of WebDataset and img2dataset, against webdataset's own writer and loader."""

import gc
import io
import json
import tarfile
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.location import Member
from lnl_gui.containers.read import close_containers, exported_file, image_bytes
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.dataset.writers.class_folders import write_class_folders
from lnl_gui.dataset.writers.items import ExportItem
from lnl_gui.util.errors import UserError
from tests.dataset.array_images import drawings, labels, splits


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_containers()


IMAGES = drawings(12, 16, 3)


def _jpeg(number: int) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(IMAGES[number % 12]).save(stream, "JPEG", quality=95)
    return stream.getvalue()


def _shard(file: Path, members: list[tuple[str, bytes]], mode: str = "w") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    with tarfile.open(file, mode) as archive:  # type: ignore[call-overload]
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return file


def _samples(numbers: range, ending: str = "cls") -> list[tuple[str, bytes]]:
    return [
        member
        for number in numbers
        for member in (
            (f"{number:05}.jpg", _jpeg(number)),
            (f"{number:05}.{ending}", str(number % 3).encode()),
        )
    ]


def test_as_the_loader_of_webdataset_gives_it(tmp_path: Path) -> None:
    webdataset = pytest.importorskip("webdataset")
    pattern = str(tmp_path / "shapes-train-%06d.tar")
    with webdataset.ShardWriter(pattern, maxcount=5, verbose=0) as writer:
        for number in range(12):
            writer.write(
                {"__key__": f"a/{number:04}", "jpg": _jpeg(number), "cls": number % 3, "txt": "x"}
            )
    (tmp_path / "classes.txt").write_text("round\nsquare\nflat\n")
    listing = read_dataset(tmp_path)
    assert listing.reader == "webdataset"
    urls = sorted(map(str, tmp_path.glob("*.tar")))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # the loader leaves its shards open
        dataset = webdataset.WebDataset(urls, shardshuffle=False, empty_check=False)
        wanted = [(s["jpg"], int(s["cls"])) for s in dataset]
        del dataset
        gc.collect()
    assert [image_bytes(record.file) for record in listing.records] == [jpg for jpg, _ in wanted]
    assert listing.class_names == ["round", "square", "flat"]
    assert labels(listing) == [listing.class_names[label] for _, label in wanted]
    assert set(splits(listing)) == {"train"}
    assert listing.records[0].path == "shapes-train-000000.tar/a/0000.jpg"
    assert not listing.suspicions
    assert not listing.skipped
    assert not [found for found in tmp_path.iterdir() if found.is_dir()]
    member = listing.records[0].file
    assert isinstance(member, Member)
    assert exported_file(member) == ("0000.jpg", _jpeg(0))


def test_splits_in_folders_json_fields_and_a_missing_shard(tmp_path: Path) -> None:
    def json_samples(numbers: range) -> list[tuple[str, bytes]]:
        found = _samples(numbers, "json")
        return [
            (name, json.dumps({"label": ["cat", "dog"][int(data) % 2]}).encode())
            if name.endswith("json")
            else (name, data)
            for name, data in found
        ]

    _shard(tmp_path / "train/0.tar", json_samples(range(6)))
    _shard(tmp_path / "holdout/0.tar", json_samples(range(6, 12)))
    (tmp_path / "holdout/nshards.txt").write_text("2\n")
    listing = read_dataset(tmp_path)
    assert splits(listing) == ["holdout"] * 6 + ["train"] * 6
    assert labels(listing)[:3] == ["cat", "dog", "cat"]
    assert "1.tar" in str(listing.suspicions[0])


def test_a_gap_in_the_numbers_is_told(tmp_path: Path) -> None:
    for shard in (0, 2):
        _shard(tmp_path / f"d-{shard:06}.tar", _samples(range(6)))
    assert "d-000001.tar" in str(read_dataset(tmp_path).suspicions[0])


def test_img2dataset(tmp_path: Path) -> None:
    members = []
    for number in range(4):
        said = {"key": f"{number:09}", "status": "success", "caption": "a pet", "label": number % 2}
        members += [
            (f"{number:09}.jpg", _jpeg(number)),
            (f"{number:09}.json", json.dumps(said).encode()),
            (f"{number:09}.txt", b"a pet"),
        ]
    _shard(tmp_path / "00000.tar", members)
    rows = {
        "key": [f"{n:09}" for n in range(5)],
        "status": ["success"] * 4 + ["failed_to_download"],
        "error_message": [None] * 4 + ["HTTP Error 404: Not Found"],
    }
    pq.write_table(pa.table(rows), tmp_path / "00000.parquet")
    listing = read_dataset(tmp_path)
    assert listing.reader == "webdataset"
    assert labels(listing) == ["0", "1", "0", "1"]
    assert [(s.path, str(s.reason)) for s in listing.skipped] == [
        ("00000.tar/000000004", "not downloaded: HTTP Error 404: Not Found")
    ]
    captions = read_dataset(tmp_path, label_column="txt")
    assert captions.class_names == ["a pet"]
    with pytest.raises(UserError, match="no column `colour`"):
        read_dataset(tmp_path, label_column="colour")


def test_a_sample_without_label_is_unlabelled_and_one_without_image_is_skipped(
    tmp_path: Path,
) -> None:
    members = [*_samples(range(6)), ("x.jpg", _jpeg(7)), ("y.cls", b"1"), ("__meta__", b"?")]
    listing = read_dataset(_shard(tmp_path / "a.tar", members))
    assert listing.unlabelled == 1
    assert len(listing.records) == 7
    assert [(s.path, str(s.reason)) for s in listing.skipped] == [
        ("a.tar/y", "no image among `cls`")
    ]


def test_compressed_shards(tmp_path: Path) -> None:
    file = _shard(tmp_path / "train-0000.tar.gz", _samples(range(6)), "w:gz")
    listing = read_dataset(file)
    assert listing.reader == "webdataset"
    assert [image_bytes(r.file) for r in listing.records] == [_jpeg(n) for n in range(6)]


@pytest.mark.parametrize("part", [0.5, 0.93])
def test_a_truncated_shard_is_refused_by_name(tmp_path: Path, part: float) -> None:
    _shard(tmp_path / "b-000000.tar", _samples(range(12)))
    second = _shard(tmp_path / "b-000001.tar", _samples(range(12)))
    data = second.read_bytes()
    # Without the empty blocks at the end, which fill up a tar archive.
    second.write_bytes(data[: int(len(data.rstrip(b"\0")) * part)])
    with pytest.raises(UserError, match=r"b-000001\.tar") as caught:
        read_dataset(tmp_path)
    assert caught.value.code == "damaged_file"


def test_a_lying_size_is_refused(tmp_path: Path) -> None:
    _shard(tmp_path / "a-0.tar", _samples(range(4)))
    info = tarfile.TarInfo("9.jpg")
    info.size = 1 << 40
    with (tmp_path / "a-1.tar").open("wb") as stream:
        stream.write(info.tobuf() + _jpeg(1) + bytes(4096))
    with pytest.raises(UserError, match=r"a-1\.tar"):
        read_dataset(tmp_path)


def test_a_shard_that_was_rewritten_gives_no_other_image(tmp_path: Path) -> None:
    file = _shard(tmp_path / "a.tar", _samples(range(6)))
    last = read_dataset(file).records[-1].file
    _shard(file, [("new.jpg", _jpeg(9)), *_samples(range(6))])
    close_containers()
    with pytest.raises(ContainerError, match=r"00005\.jpg"):
        image_bytes(last)


@pytest.mark.parametrize(
    "members",
    [
        [(f"{c}/{n}.jpg", _jpeg(n)) for c in ("cat", "dog") for n in range(6)],
        [(f"pets/{c}/{n}.png", _jpeg(n)) for c in ("cat", "dog") for n in range(6)],
    ],
)
def test_archives_of_class_folders_stay_archives(
    tmp_path: Path, members: list[tuple[str, bytes]]
) -> None:
    listing = read_dataset(_shard(tmp_path / "in/pets.tar", members))
    assert listing.reader == "class-folders"
    assert listing.class_names == ["cat", "dog"]


def test_links_and_outside_names_are_left_out(tmp_path: Path) -> None:
    file = _shard(tmp_path / "a.tar", [*_samples(range(4)), ("../out.jpg", _jpeg(1))])
    listing = read_dataset(file)
    assert "outside" in str(listing.skipped[0].reason)
    assert np.all(["out" not in record.path for record in listing.records])


def test_names_from_json_and_copies_are_exported(tmp_path: Path) -> None:
    _shard(tmp_path / "in/train-0.tar", _samples(range(6)))
    names = {"cat": 0, "dog": 1, "owl": 2}
    (tmp_path / "in/class_to_idx.json").write_text(json.dumps(names))
    listing = read_dataset(tmp_path / "in")
    assert labels(listing) == ["cat", "dog", "owl"] * 2
    items = [ExportItem(r.file, r.label, r.split) for r in listing.records]
    found = write_class_folders(tmp_path / "out", items, images="copy")
    assert found.paths[4] == "train/dog/00004.jpg"
    assert (tmp_path / "out/train/dog/00004.jpg").read_bytes() == _jpeg(4)


def test_groups_in_json_are_offered_and_taken_when_named(tmp_path: Path) -> None:
    def shard(group: int) -> list[tuple[str, bytes]]:
        return [
            (
                name,
                json.dumps({"label": "ab"[int(data) % 2], "patient": f"p{at // group}"}).encode(),
            )
            if name.endswith("json")
            else (name, data)
            for at, (name, data) in enumerate(_samples(range(12), "json"))
        ]

    file = _shard(tmp_path / "0.tar", shard(6))
    offered = read_dataset(file)
    assert offered.reading.columns is not None
    assert offered.reading.columns.group_candidates == (("patient", 4),)
    assert any("--group-column" in str(note) for note in offered.warnings)
    assert {record.group for record in offered.records} == {""}
    taken = read_dataset(file, group_column="patient")
    assert [record.group for record in taken.records] == [f"p{at // 3}" for at in range(12)]
    assert taken.group_column == "patient" and "4 groups" in " ".join(map(str, taken.warnings))
    # A number for each image is no group.
    each = read_dataset(_shard(tmp_path / "each" / "0.tar", shard(1)))
    assert each.reading.columns is not None and not each.reading.columns.group_candidates
    with pytest.raises(UserError, match="video"):
        read_dataset(file, group_column="video")
