"""Images inside Parquet and Arrow files, against what `datasets` itself reads from them."""

import io
import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from PIL import Image

from lnl_gui.containers.location import Member
from lnl_gui.containers.read import close_containers, exported_file, image_bytes
from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.util.errors import UserError

NAMES = ["tabby cat", "ant", "dog"]


def png(shade: int, *, side: int = 8) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.full((side, side, 3), shade, np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def shade_of(data: bytes) -> int:
    return int(np.asarray(Image.open(io.BytesIO(data)))[0, 0, 0])


def hub_table(shades: list[int], labels: list[int | None], **columns: list[object]) -> pa.Table:
    """A table in the form in which the hub has it, with names of classes in the schema."""
    features = {
        "image": {"_type": "Image"},
        "label": {"_type": "ClassLabel", "names": NAMES},
    }
    cells = [{"bytes": png(shade), "path": f"{shade}.png"} for shade in shades]
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    table = pa.table({"image": pa.array(cells, kind), "label": labels, **columns})
    said = json.dumps({"info": {"features": features}})
    return table.replace_schema_metadata({"huggingface": said})


def read_back(listing: Listing) -> list[tuple[int, str, str]]:
    """Shade, label and split of every record, as its image says and as it was read."""
    found = [(shade_of(image_bytes(r.file)), r.label, r.split) for r in listing.records]
    close_containers()
    return found


def test_the_hub_s_shards_are_one_dataset(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    pq.write_table(hub_table([1, 2], [0, 1]), data / "train-00000-of-00002.parquet")
    pq.write_table(hub_table([3, 4], [2, 0]), data / "train-00001-of-00002.parquet")
    pq.write_table(hub_table([5, 6], [1, -1]), data / "test-00000-of-00001.parquet")
    listing = read_dataset(tmp_path)
    assert read_back(listing) == [
        (5, "ant", "test"),
        (6, "", "test"),
        (1, "tabby cat", "train"),
        (2, "ant", "train"),
        (3, "dog", "train"),
        (4, "tabby cat", "train"),
    ]
    assert listing.records[2].path == "data/train-00000-of-00002.parquet/00000"
    assert not listing.suspicions


@pytest.mark.parametrize(
    "feature",
    [
        {"_type": "List", "feature": {"_type": "ClassLabel", "names": NAMES}},
        {"_type": "Sequence", "feature": {"_type": "ClassLabel", "names": NAMES}, "length": -1},
        [{"_type": "ClassLabel", "names": NAMES}],
    ],
)
def test_lists_of_labels_have_their_names_too(tmp_path: Path, feature: object) -> None:
    """As `datasets` 5, 3 and 1 write the features of a column of lists."""
    table = hub_table([1, 2, 3, 4], [0, 0, 0, 0])
    lists = pa.array([[2], [0, 1], [1], []], pa.list_(pa.int64()))
    features = {"image": {"_type": "Image"}, "labels": feature}
    said = json.dumps({"info": {"features": features}})
    table = table.drop_columns(["label"]).append_column("labels", lists)
    pq.write_table(table.replace_schema_metadata({"huggingface": said}), tmp_path / "a.parquet")
    listing = read_dataset(tmp_path)
    assert read_back(listing) == [(1, NAMES[2], ""), (3, NAMES[1], ""), (4, "", "")]
    (skipped,) = listing.skipped
    assert str(skipped.reason) == f"several labels: `{NAMES[0]}`, `{NAMES[1]}`"


@pytest.mark.parametrize("form", ["{}/0.parquet", "{}.parquet"])
def test_tables_of_splits_of_any_words(tmp_path: Path, form: str) -> None:
    for at, part in enumerate(("train", "holdout", "Auswahl")):
        file = tmp_path / form.format(part)
        file.parent.mkdir(exist_ok=True)
        pq.write_table(hub_table([2 * at, 2 * at + 1], [0, 1]), file)
    found = [(number, split) for number, _, split in read_back(read_dataset(tmp_path))]
    others = [(4, ""), (5, "")] if form == "{}.parquet" else []
    assert sorted(found) == [(0, "train"), (1, "train"), (2, "holdout"), (3, "holdout"), *others]


def test_a_shard_that_is_not_there_is_a_doubt(tmp_path: Path) -> None:
    pq.write_table(hub_table([1, 2, 3], [0, 1, 2]), tmp_path / "train-00001-of-00003.parquet")
    listing = read_dataset(tmp_path)
    [doubt] = [str(s) for s in listing.suspicions]
    assert "train-00000-of-00003" in doubt
    assert "train-00002-of-00003" in doubt


def test_datasets_reads_the_same(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    features = datasets.Features(
        {"img": datasets.Image(), "fine_label": datasets.ClassLabel(names=NAMES)}
        | {"coarse_label": datasets.ClassLabel(names=["beast", "insect"])}
    )
    rows = {
        "img": [{"bytes": png(10 * i), "path": None} for i in range(12)],
        "fine_label": [i % 3 for i in range(12)],
        "coarse_label": [i % 3 == 1 for i in range(12)],
    }
    whole = datasets.Dataset.from_dict(rows, features=features)
    parts = whole.train_test_split(test_size=4, seed=1)
    folder = tmp_path / "saved"
    parts.save_to_disk(str(folder), num_shards={"train": 2, "test": 1})
    theirs = [
        (np.asarray(row["img"])[0, 0, 0], NAMES[row["fine_label"]], split)
        for split, part in datasets.load_from_disk(str(folder)).items()
        for row in part
    ]
    listing = read_dataset(folder)
    assert read_back(listing) == theirs
    assert "coarse_label" in " ".join(map(str, listing.warnings))
    coarse = read_dataset(folder, label_column="coarse_label")
    assert set(coarse.class_names) == {"beast", "insect"}
    parts["train"].to_parquet(tmp_path / "train.parquet")
    assert read_back(read_dataset(tmp_path / "train.parquet")) == [
        row for row in theirs if row[2] == "train"
    ]


def test_a_file_that_is_missing_from_a_saved_dataset(tmp_path: Path) -> None:
    datasets = pytest.importorskip("datasets")
    rows = {"image": [{"bytes": png(i), "path": None} for i in range(6)], "label": list("aabbcc")}
    features = datasets.Features({"image": datasets.Image(), "label": datasets.Value("string")})
    folder = tmp_path / "saved"
    datasets.Dataset.from_dict(rows, features=features).save_to_disk(str(folder), num_shards=2)
    (folder / "data-00001-of-00002.arrow").unlink()
    listing = read_dataset(folder)
    assert [record.label for record in listing.records] == ["a", "a", "b"]
    assert "data-00001-of-00002.arrow" in " ".join(map(str, listing.suspicions))
    (folder / "data-00000-of-00002.arrow").unlink()
    with pytest.raises(UserError, match="lacks the files"):
        read_dataset(folder)


@pytest.mark.parametrize("tool", ["pandas", "polars"])
def test_a_frame_with_a_column_of_bytes(tool: str, tmp_path: Path) -> None:
    module = pytest.importorskip(tool)
    frame = module.DataFrame(
        {
            "id": [7, 8, 9],
            "picture": [png(1), png(2), png(3)],
            "class": ["cat", None, "dog"],
            "split": ["train", "train", "test"],
        }
    )
    file = tmp_path / "frame.parquet"
    frame.to_parquet(file) if tool == "pandas" else frame.write_parquet(file)
    listing = read_dataset(file)
    assert read_back(listing) == [(1, "cat", "train"), (2, "", "train"), (3, "dog", "test")]


def test_a_label_of_bytes_that_begins_like_a_bitmap_is_no_image(tmp_path: Path) -> None:
    table = pa.table({"make": [b"BMW", b"Audi"], "photo": [png(1), png(2)], "label": ["a", "b"]})
    pq.write_table(table, tmp_path / "cars.parquet")
    assert read_back(read_dataset(tmp_path / "cars.parquet")) == [(1, "a", ""), (2, "b", "")]


def test_several_labels_and_numbers_without_a_name_are_skipped(tmp_path: Path) -> None:
    table = hub_table([1, 2, 3], [0, 7, 1])
    pq.write_table(table, tmp_path / "a.parquet")
    listing = read_dataset(tmp_path / "a.parquet")
    assert [str(s.reason) for s in listing.skipped] == ["label 7 has no name"]
    lists = pa.table({"image": table["image"], "labels": [["x"], ["x", "y"], []]})
    pq.write_table(lists, tmp_path / "b.parquet")
    listing = read_dataset(tmp_path / "b.parquet")
    assert [record.label for record in listing.records] == ["x", ""]
    assert "several labels" in str(listing.skipped[0].reason)


def test_an_image_that_is_only_named_is_found_beside_the_file(tmp_path: Path) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "2.png").write_bytes(png(2))
    kind = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
    cells = [
        {"bytes": png(1), "path": "1.png"},
        {"bytes": None, "path": "pictures/2.png"},
        {"bytes": None, "path": "pictures/3.png"},
        None,
    ]
    pq.write_table(
        pa.table({"image": pa.array(cells, kind), "label": ["a", "b", "a", "b"]}),
        tmp_path / "t.parquet",
    )
    listing = read_dataset(tmp_path / "t.parquet")
    assert read_back(listing) == [(1, "a", ""), (2, "b", "")]
    assert [skipped.path for skipped in listing.skipped] == [
        "t.parquet/00002",
        "t.parquet/00003",
    ]


def test_one_big_row_group_is_copied_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lnl_gui.containers.kinds.parquet._DIRECT", 100)
    pq.write_table(hub_table([1, 2, 3], [0, 1, 2]), tmp_path / "t.parquet")
    listing = read_dataset(tmp_path / "t.parquet")
    assert [shade for shade, _, _ in read_back(listing)] == [1, 2, 3]
    member = listing.records[1].file
    assert isinstance(member, Member)
    assert exported_file(member) == ("t_image_00001.png", png(2))


def test_groups_of_rows_are_told_apart(tmp_path: Path) -> None:
    pq.write_table(hub_table([1, 2, 3, 4, 5], [0] * 5), tmp_path / "t.parquet", row_group_size=2)
    records = read_dataset(tmp_path / "t.parquet").records
    shades = [shade_of(image_bytes(records[at].file)) for at in (4, 0, 3, 2, 1)]
    close_containers()
    assert shades == [5, 1, 4, 3, 2]


def test_damaged_files_are_named(tmp_path: Path) -> None:
    pq.write_table(hub_table([1, 2], [0, 1]), tmp_path / "train-00000-of-00002.parquet")
    (tmp_path / "train-00001-of-00002.parquet").write_bytes(b"PAR1 cut short")
    with pytest.raises(UserError, match="train-00001-of-00002"):
        read_dataset(tmp_path)
    with pytest.raises(UserError, match="no column `kind`"):
        (tmp_path / "train-00001-of-00002.parquet").unlink()
        read_dataset(tmp_path, label_column="kind")
