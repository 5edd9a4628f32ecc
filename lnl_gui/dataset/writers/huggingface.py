"""Writes the forms of Hugging Face: an `imagefolder`, Parquet of the hub, and `save_to_disk`."""

import hashlib
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from lnl_gui.dataset.writers.embedded import EncodedImage, encoded_images, files_of_images
from lnl_gui.dataset.writers.items import ExportItem, ExportSet, WrittenImages, check_distinct
from lnl_gui.dataset.writers.placing import place_as_they_lie
from lnl_gui.dataset.writers.tables import table_rows, write_csv_as_is
from lnl_gui.store.dataset.split_names import WITHOUT_SPLIT
from lnl_gui.util.files.atomic import atomic_file, write_json
from lnl_gui.util.files.renaming import rename
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress, no_progress

DEFAULT_SPLIT = "train"
"""What the hub calls the part of a dataset that has none."""
SHARD_BYTES = 400 * 1024**2
"""Of images in one file: the hub advises shards of at most 500 MB."""
_BATCH = 100
_HUB_WORDS = {
    **dict.fromkeys(("train", "training"), "train"),
    **dict.fromkeys(("validation", "valid", "val", "dev"), "validation"),
    **dict.fromkeys(("test", "testing", "eval", "evaluation"), "test"),
}
"""Names of folders in which `datasets` looks for parts, each with the part."""
_TEXTS = {
    "split": "split",
    "original_label": "given_label",
    "suggested_label": "suggested_label",
    "status": "status",
    "group": "group",
}
"""Columns of text by the attribute of an item."""


def write_imagefolder(
    destination: Path,
    exported: ExportSet,
    *,
    images: str = "copy",
    progress: Progress = no_progress,
) -> WrittenImages:
    """Write `SPLIT/image` with a `metadata.csv` in each split's folder."""
    split_of = _hub_splits(exported)
    result = place_as_they_lie(
        destination, exported.items, top=split_of, images=images, progress=progress
    )
    rows = table_rows(exported, result, images=images)
    written = [item for n, item in enumerate(exported.items) if n not in result.failed]
    by_split: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for item, row in zip(written, rows, strict=True):
        split = split_of(item)
        name = row["file_name"]
        if images != "none":
            # Relative to the table, as `imagefolder` asks.
            name = name.removeprefix(f"{split}/")
        by_split[split].append(row | {"file_name": name})
    unlike = _empty_in_a_part(by_split)
    for split, part in by_split.items():
        (destination / split).mkdir(parents=True, exist_ok=True)
        alike = [{name: row[name] for name in row if name not in unlike} for row in part]
        write_csv_as_is(destination / split / "metadata.csv", alike)
    if images != "none":
        files = [{"split": split, "path": f"{split}/**"} for split in by_split]
        _write_head(destination / "README.md", {"configs": _configs(files)})
        result.warnings.extend(_parts_told_by_the_card(list(by_split)))
    return result


def _empty_in_a_part(by_split: dict[str, list[dict[str, Any]]]) -> set[str]:
    """Columns of text that are empty in one part and filled in another.

    `datasets` takes an empty column for one of numbers, and loads no parts of different types.
    """
    return {
        name
        for name in ("split", "original_label", "suggested_label", "group")
        if len({any(row[name] for row in part) for part in by_split.values()}) > 1
    }


def _parts_told_by_the_card(parts: list[str]) -> list[Message]:
    """That parts whose names are not words of the library are found by the card alone."""
    words = [_HUB_WORDS.get(part.casefold(), "") for part in parts]
    others = [
        part for part, word in zip(parts, words, strict=True) if words.count(word) > 1 or not word
    ]
    if not others:
        return []
    return [
        message(
            'Load the folder `images` itself: with `load_dataset("imagefolder", data_dir=...)`'
            " Hugging Face does not read the card there, and loses or merges {parts}.",
            parts=", ".join(f"`{part}`" for part in others),
        )
    ]


def write_hub_parquet(
    destination: Path,
    exported: ExportSet,
    *,
    images: str = "copy",
    progress: Progress = no_progress,
) -> WrittenImages:
    """Write `data/SPLIT-00000-of-00001.parquet` with the images' bytes and a `ClassLabel`.

    Arguments are those of `WriteImages`; `images` must be `copy`: the images lie inside the files.
    """
    parquet = import_module("pyarrow.parquet")

    parts, folder = exported.numbers_by(_hub_splits(exported)), destination / "data"
    with files_of_images(destination, exported, images, message("Parquet of the hub")) as result:
        for split, numbers in parts.items():
            encoded = encoded_images(exported, numbers, result, progress)
            pattern = f"{split}-{{number:05}}-of-{{count:05}}.parquet"
            _write_shards(folder, pattern, encoded, exported, parquet.ParquetWriter)
        _write_card(destination / "README.md", exported, parts)
    return result


def write_saved_dataset(
    destination: Path,
    exported: ExportSet,
    *,
    images: str = "copy",
    progress: Progress = no_progress,
) -> WrittenImages:
    """Write what `datasets.load_from_disk` reads: Arrow files with the images' bytes, by split.

    Arguments are those of `WriteImages`; `images` must be `copy`: the images lie inside the files.
    """
    arrow = import_module("pyarrow")

    parts = exported.numbers_by(_hub_splits(exported))
    with files_of_images(destination, exported, images, message("Dataset on disk")) as result:
        for split, numbers in parts.items():
            folder = destination / split
            encoded = encoded_images(exported, numbers, result, progress)
            pattern = "data-{number:05}-of-{count:05}.arrow"
            # `datasets` keeps Arrow's stream, not its file format.
            names = _write_shards(folder, pattern, encoded, exported, arrow.ipc.new_stream)
            write_json(folder / "dataset_info.json", {"features": hub_features(exported)})
            write_json(folder / "state.json", _state(split, names))
        write_json(destination / "dataset_dict.json", {"splits": list(parts)})
    return result


def hub_features(exported: ExportSet) -> dict[str, Any]:
    """The `features` of a set of images and classes, as the library `datasets` keeps them.

    Args:
        exported: the set.
    """
    text = {"dtype": "string", "_type": "Value"}
    return {
        "image": {"_type": "Image"},
        "label": {"names": list(exported.class_names), "_type": "ClassLabel"},
        **dict.fromkeys(_TEXTS, text),
        "suspicion": {"dtype": "float32", "_type": "Value"},
        "flagged": {"dtype": "bool", "_type": "Value"},
    }


def _state(split: str, names: list[str]) -> dict[str, Any]:
    """What `load_from_disk` wants to know beside the features."""
    fingerprint = hashlib.blake2b("/".join([split, *names]).encode(), digest_size=8).hexdigest()
    return {
        "_data_files": [{"filename": name} for name in names],
        "_fingerprint": fingerprint,
        "_format_columns": None,
        "_format_kwargs": {},
        "_format_type": None,
        "_output_all_columns": False,
        "_split": split,
    }


def _hub_splits(exported: ExportSet) -> Callable[[ExportItem], str]:
    """Gives the split of an item as the library calls it: letters, digits and the underscore.

    Raises:
        UserError: where two splits would have one name.
    """
    whole = WITHOUT_SPLIT if any(item.split for item in exported.items) else DEFAULT_SPLIT

    def split_of(item: ExportItem) -> str:
        return re.sub(r"\W", "_", item.split) or whole

    named = ((split_of(item), item.split) for item in exported.items)
    check_distinct(named, message("Hugging Face"))
    return split_of


def _batches(images: Iterator[EncodedImage]) -> Iterator[list[EncodedImage]]:
    """Not all at once: a dataset's images do not fit into memory."""
    batch: list[EncodedImage] = []
    for image in images:
        batch.append(image)
        if len(batch) == _BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _write_shards(
    folder: Path,
    pattern: str,
    images: Iterator[EncodedImage],
    exported: ExportSet,
    open_writer: Callable[..., Any],
) -> list[str]:
    """Write the images; the names of their files, of a pattern with `number` and `count`."""
    arrow = import_module("pyarrow")

    folder.mkdir(parents=True, exist_ok=True)
    schema, shards, batches = _schema(exported), list[Path](), _batches(images)
    following = next(batches, None)
    while following is not None:
        # Under a name for the time being: how many there are is known at the end only.
        shards.append(folder / f".{pattern.format(number=len(shards), count=0)}")
        size = 0
        with shards[-1].open("xb") as stream, open_writer(stream, schema) as writer:
            while following is not None and size < SHARD_BYTES:
                rows = [_hub_row(exported, image) for image in following]
                writer.write_table(arrow.Table.from_pylist(rows, schema=schema))
                size += sum(len(image.data) for image in following)
                following = next(batches, None)
    names = [pattern.format(number=n, count=len(shards)) for n in range(len(shards))]
    for shard, name in zip(shards, names, strict=True):
        rename(shard, shard.with_name(name))
    return names


def _schema(exported: ExportSet) -> Any:
    arrow = import_module("pyarrow")

    return arrow.schema(
        [
            ("image", arrow.struct([("bytes", arrow.binary()), ("path", arrow.string())])),
            ("label", arrow.int64()),
            *((name, arrow.string()) for name in _TEXTS),
            ("suspicion", arrow.float32()),
            ("flagged", arrow.bool_()),
        ],
        metadata={"huggingface": json.dumps({"info": {"features": hub_features(exported)}})},
    )


def _hub_row(exported: ExportSet, image: EncodedImage) -> dict[str, Any]:
    item = exported.items[image.number]
    return {
        "image": {"bytes": image.data, "path": image.name},
        # The library's own number for an unknown label is -1 too.
        "label": exported.class_ids[image.number],
        **{name: getattr(item, attribute) for name, attribute in _TEXTS.items()},
        "suspicion": float(item.suspicion),
        "flagged": bool(item.flagged),
    }


def _write_card(file: Path, exported: ExportSet, parts: dict[str, list[int]]) -> None:
    """The card that the hub reads: classes and splits in its YAML head, which JSON is a part of."""
    # Keys are texts in JSON; the hub's own cards quote them too.
    classes = {str(number): name for number, name in enumerate(exported.class_names)}
    features = [
        {"name": "image", "dtype": "image"},
        {"name": "label", "dtype": {"class_label": {"names": classes}}},
        *({"name": name, "dtype": "string"} for name in _TEXTS),
        {"name": "suspicion", "dtype": "float32"},
        {"name": "flagged", "dtype": "bool"},
    ]
    # Without their sizes: the library wants them in bytes of its own form, and counts by itself.
    files = [{"split": split, "path": f"data/{split}-*"} for split in parts]
    _write_head(file, {"dataset_info": {"features": features}, "configs": _configs(files)})


def _configs(files: list[dict[str, str]]) -> list[dict[str, Any]]:
    return [{"config_name": "default", "data_files": files}]


def _write_head(file: Path, head: dict[str, Any]) -> None:
    lines = [f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in head.items()]
    with atomic_file(file, "w", encoding="utf-8", newline="\n") as stream:
        stream.write("\n".join(["---", *lines, "---", ""]))
