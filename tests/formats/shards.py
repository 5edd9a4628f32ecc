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


CASES = (
    Case("save_to_disk", "datasets", _saved),
    Case("hub Parquet", "datasets", _hub),
    Case("imagefolder with metadata", "pandas", _image_folder),
    Case("Parquet with bytes", "pandas", _pandas_bytes),
    Case("Parquet with bytes", "polars", _polars_bytes),
)
