"""Images inside files of tables and records."""

from importlib import import_module
from pathlib import Path
from typing import Any

from tests.formats.case import Case
from tests.formats.tables import HEADER, rows
from tests.formats.truth import CLASSES, SAMPLES, of_split, write_images


def _hub_dataset(split: str) -> Any:
    datasets = import_module("datasets")
    part = of_split(split)
    features = {"image": datasets.Image(), "label": datasets.ClassLabel(names=list(CLASSES))}
    columns = {
        "image": [{"bytes": sample.png, "path": sample.name} for sample in part],
        "label": [sample.class_id for sample in part],
    }
    return datasets.Dataset.from_dict(columns, features=datasets.Features(features))


def _saved(folder: Path) -> Path:
    datasets = import_module("datasets")
    parts = {split: _hub_dataset(split) for split in ("train", "test")}
    datasets.DatasetDict(parts).save_to_disk(str(folder / "saved"), num_shards={"train": 2})
    return folder / "saved"


def _hub(folder: Path) -> Path:
    (folder / "data").mkdir()
    for split in ("train", "test"):
        file = folder / "data" / f"{split}-00000-of-00001.parquet"
        _hub_dataset(split).to_parquet(str(file))
    return folder


def _image_folder(folder: Path) -> Path:
    write_images(folder / "images")
    frame = import_module("pandas").DataFrame(rows(), columns=["file_name", *HEADER[1:]])
    frame.to_csv(folder / "metadata.csv", index=False)
    return folder


def _bytes_frame(tool: str) -> Any:
    columns = {
        "name": [sample.name for sample in SAMPLES],
        "image": [sample.png for sample in SAMPLES],
        "label": [sample.label for sample in SAMPLES],
        "split": [sample.split for sample in SAMPLES],
    }
    return import_module(tool).DataFrame(columns)


def _pandas_bytes(folder: Path) -> Path:
    _bytes_frame("pandas").to_parquet(folder / "images.parquet")
    return folder / "images.parquet"


def _polars_bytes(folder: Path) -> Path:
    _bytes_frame("polars").write_parquet(folder / "images.parquet")
    return folder / "images.parquet"


def _webdataset(folder: Path) -> Path:
    writer = import_module("webdataset").TarWriter
    for split in ("train", "test"):
        (folder / split).mkdir()
        with writer(str(folder / split / f"{split}-000000.tar")) as shard:
            for sample in of_split(split):
                shard.write(
                    {"__key__": f"{sample.number:05}", "png": sample.png, "txt": sample.label}
                )
    return folder


def _hdf5(folder: Path) -> Path:
    numbers = import_module("numpy").array
    with import_module("h5py").File(folder / "data.h5", "w") as file:
        for split in ("train", "test"):
            part = of_split(split)
            file[f"{split}/images"] = numbers([sample.pixels for sample in part])
            file[f"{split}/labels"] = numbers([sample.class_id for sample in part])
    return folder / "data.h5"


def _lmdb(folder: Path) -> Path:
    environment = import_module("lmdb").open(str(folder / "data.lmdb"), map_size=1 << 24)
    with environment.begin(write=True) as transaction:
        for sample in SAMPLES:
            key = f"{sample.label}/{sample.number:05}"
            transaction.put(key.encode(), sample.png)
    environment.close()
    return folder / "data.lmdb"


def _tfrecord(folder: Path) -> Path:
    writer = import_module("tfrecord").TFRecordWriter
    for split in ("train", "test"):
        records = writer(str(folder / f"{split}.tfrecord"))
        for sample in of_split(split):
            records.write(
                {
                    "image/encoded": (sample.png, "byte"),
                    "image/class/label": (sample.class_id, "int"),
                    "image/class/text": (sample.label.encode(), "byte"),
                }
            )
        records.close()
    return folder


CASES = (
    Case("shards of tar", "webdataset", _webdataset),
    Case("HDF5", "h5py", _hdf5, numbered=True),
    Case("LMDB, classes in keys", "lmdb", _lmdb, has_splits=False),
    Case("TFRecord", "tfrecord", _tfrecord),
    Case("save_to_disk", "datasets", _saved),
    Case("hub Parquet", "datasets", _hub),
    Case("imagefolder with metadata", "pandas", _image_folder),
    Case("Parquet with bytes", "pandas", _pandas_bytes),
    Case("Parquet with bytes", "polars", _polars_bytes),
)
