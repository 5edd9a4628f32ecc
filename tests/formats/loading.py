"""What tools make of an export: each gives by the image's number its label and split."""

import io
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.formats.truth import number_of

Found = dict[int, tuple[str, str]]
SPLITS = ("train", "test")


@dataclass(frozen=True)
class LoadCase:
    """One way in which an export is read by a tool.

    Attributes:
        format: what people call it.
        tool: the package that reads it, by the name it is imported by.
        writer: the name of this program's writer.
        load: reads the folder of the images of an export.
        has_splits: whether the tool tells the splits.
    """

    format: str
    tool: str
    writer: str
    load: Callable[[Path], Found]
    has_splits: bool = True

    @property
    def name(self) -> str:
        """One word for it, for tests and the command line."""
        return f"{self.tool}: {self.format}"


def _number(image: Any) -> int:
    """Of an image as bytes, pixels, a file or opened."""
    if isinstance(image, bytes):
        image = io.BytesIO(image)
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image.astype(np.uint8))
    elif not isinstance(image, Image.Image):
        with Image.open(image) as opened:
            opened.load()
            image = opened
    return number_of(image)


def _torchvision(place: Path) -> Found:
    folder = import_module("torchvision.datasets").ImageFolder
    found = {}
    for split in SPLITS:
        part = folder(str(place / split))
        found |= {_number(image): (part.classes[label], split) for image, label in part}
    return found


def _keras(place: Path) -> Found:
    load = import_module("keras.utils").image_dataset_from_directory
    found = {}
    for split in SPLITS:
        part = load(str(place / split), image_size=(16, 16), batch_size=None, verbose=False)
        for pixels, label in part.as_numpy_iterator():
            found[_number(np.rint(pixels))] = (part.class_names[int(label)], split)
    return found


def _fiftyone(kind: str, **places: str) -> Callable[[Path], Found]:
    """By the importers, which need no database."""

    def load(place: Path) -> Found:
        os.environ.setdefault("FIFTYONE_DO_NOT_TRACK", "true")
        importer = getattr(import_module("fiftyone.types"), kind)().get_dataset_importer_cls()
        found = {}
        for split in SPLITS:
            named = {name: str(place / path.format(split)) for name, path in places.items()}
            with importer(**named) as samples:
                for path, _, label in samples:
                    if isinstance(label, dict):  # boxes
                        [label] = label["detections"].detections
                    found[_number(path)] = (label.label, split)
        return found

    return load


def _datumaro(form: str) -> Callable[[Path], Found]:
    def load(place: Path) -> Found:
        datumaro = import_module("datumaro")
        dataset = datumaro.Dataset.import_from(str(place), form)
        names = dataset.categories()[datumaro.AnnotationType.label]
        found = {}
        for item in dataset:
            [label] = [a.label for a in item.annotations if a.type.name == "label"]
            # It gives the channels as OpenCV does; the images are grey.
            found[_number(item.media.data)] = (names[label].name, item.subset)
        return found

    return load


def _coco(place: Path) -> Found:
    coco = import_module("pycocotools.coco").COCO
    found = {}
    for split in SPLITS:
        data = coco(str(place / "annotations" / f"labels_{split}.json"))
        for image in data.loadImgs(data.getImgIds()):
            [said] = data.loadAnns(data.getAnnIds(imgIds=image["id"]))
            [category] = data.loadCats(said["category_id"])
            file = place / "images" / split / image["file_name"]
            found[_number(file)] = (category["name"], split)
    return found


def _label_studio(place: Path) -> Found:
    from json import loads
    from tempfile import TemporaryDirectory
    from urllib.parse import unquote

    converter = import_module("label_studio_sdk.converter").Converter
    config = (place / "label_config.xml").read_text(encoding="utf-8")
    with TemporaryDirectory() as folder:
        made = converter(config, str(place))
        made.convert(str(place / "tasks.json"), folder, "JSON_MIN", is_dir=False)
        [file] = Path(folder).glob("*.json")
        tasks = loads(file.read_text(encoding="utf-8"))
    return {
        _number(place / unquote(task["image"].partition("?d=")[2])): (task["choice"], "")
        for task in tasks
    }


def _rows(place: Path, rows: Iterable[dict[str, Any]]) -> Found:
    return {_number(place / row["file_name"]): (row["label"], row["split"]) for row in rows}


def _pandas(name: str, read: str, **options: Any) -> Callable[[Path], Found]:
    def load(place: Path) -> Found:
        table = getattr(import_module("pandas"), read)(place / name, **options)
        return _rows(place, table.to_dict("records"))

    return load


def _polars(name: str, read: str) -> Callable[[Path], Found]:
    def load(place: Path) -> Found:
        return _rows(place, getattr(import_module("polars"), read)(place / name).to_dicts())

    return load


def _hub_frames(place: Path) -> Found:
    """Parquet of the hub as pandas has it: images as bytes, classes as numbers."""
    from json import loads

    pandas = import_module("pandas")
    schema = import_module("pyarrow.parquet").read_schema
    found = {}
    for split in SPLITS:
        [file] = (place / "data").glob(f"{split}-*")
        told = loads(schema(file).metadata[b"huggingface"])
        names = told["info"]["features"]["label"]["names"]
        for row in pandas.read_parquet(file).to_dict("records"):
            found[_number(row["image"]["bytes"])] = (names[row["label"]], split)
    return found


def _cleanlab_table(place: Path) -> Found:
    pandas = import_module("pandas")
    names = pandas.read_csv(place / "classes.csv")["class_name"]
    rows = pandas.read_csv(place / "label_issues.csv").to_dict("records")
    return {_number(place / r["file_name"]): (names[r["label"]], "") for r in rows}


def _datasets(place: Path, *, builder: str) -> Found:
    datasets = import_module("datasets")
    datasets.disable_progress_bars()
    if builder == "saved":
        loaded = datasets.load_from_disk(str(place))
    else:
        loaded = datasets.load_dataset(
            builder,
            data_files={s: str(place / "data" / f"{s}-*") for s in SPLITS}
            if builder == "parquet"
            else None,
            data_dir=str(place) if builder == "imagefolder" else None,
            cache_dir=str(place.parent / "cache"),
        )
    found = {}
    for split, part in loaded.items():
        for row in part:
            label = row["label"]
            if not isinstance(label, str):
                label = part.features["label"].int2str(label)
            found[_number(row["image"])] = (label, split)
    return found


def _webdataset(place: Path) -> Found:
    from json import loads

    names = loads((place / "classes.json").read_text(encoding="utf-8"))
    found = {}
    for split in SPLITS:
        shard = (place / f"{split}-000000.tar").as_uri()
        read = import_module("webdataset").WebDataset
        for sample in read(shard, shardshuffle=False, empty_check=False):
            found[_number(sample["png"])] = (names[int(sample["cls"])], split)
    return found


def _numpy(place: Path) -> Found:
    found = {}
    with np.load(place / "dataset.npz") as arrays:
        names = arrays["class_names"].tolist()
        for split in SPLITS:
            pairs = zip(arrays[f"{split}_images"], arrays[f"{split}_labels"], strict=True)
            found |= {_number(image): (names[label], split) for image, label in pairs}
    return found


LOAD_CASES = {
    case.name: case
    for case in (
        LoadCase("split folders", "torchvision", "class-folders", _torchvision),
        LoadCase("split folders", "keras", "class-folders", _keras),
        LoadCase(
            "split folders",
            "fiftyone",
            "class-folders",
            _fiftyone("ImageClassificationDirectoryTree", dataset_dir="{}"),
        ),
        LoadCase("CSV", "pandas", "csv", _pandas("labels.csv", "read_csv")),
        LoadCase("CSV", "polars", "csv", _polars("labels.csv", "read_csv")),
        LoadCase("JSON lines", "pandas", "jsonl", _pandas("labels.jsonl", "read_json", lines=True)),
        LoadCase("JSON lines", "polars", "jsonl", _polars("labels.jsonl", "read_ndjson")),
        LoadCase("Parquet", "pandas", "parquet", _pandas("labels.parquet", "read_parquet")),
        LoadCase("Parquet", "polars", "parquet", _polars("labels.parquet", "read_parquet")),
        LoadCase("Excel", "pandas", "xlsx", _pandas("labels.xlsx", "read_excel")),
        LoadCase(
            "imagefolder with metadata",
            "datasets",
            "imagefolder",
            lambda place: _datasets(place, builder="imagefolder"),
        ),
        LoadCase(
            "hub Parquet",
            "datasets",
            "hub-parquet",
            lambda place: _datasets(place, builder="parquet"),
        ),
        LoadCase("hub Parquet", "pandas", "hub-parquet", _hub_frames),
        LoadCase(
            "save_to_disk", "datasets", "datasets", lambda place: _datasets(place, builder="saved")
        ),
        LoadCase("shards of tar", "webdataset", "webdataset", _webdataset),
        LoadCase("COCO", "datumaro", "coco", _datumaro("coco")),
        LoadCase("COCO", "pycocotools", "coco", _coco),
        LoadCase(
            "COCO",
            "fiftyone",
            "coco",
            _fiftyone(
                "COCODetectionDataset",
                data_path="images/{}",
                labels_path="annotations/labels_{}.json",
            ),
        ),
        LoadCase(
            "FiftyOneImageClassificationDataset",
            "fiftyone",
            "fiftyone",
            _fiftyone("FiftyOneImageClassificationDataset", dataset_dir="{}"),
        ),
        LoadCase(
            "Label Studio JSON-MIN",
            "label_studio_sdk",
            "label-studio",
            _label_studio,
            has_splits=False,
        ),
        LoadCase("CVAT for images", "datumaro", "cvat", _datumaro("cvat")),
        LoadCase("Datumaro JSON", "datumaro", "datumaro", _datumaro("datumaro")),
        LoadCase("cleanlab's names", "pandas", "cleanlab", _cleanlab_table, has_splits=False),
        LoadCase("npz with splits", "numpy", "npz", _numpy),
    )
}
