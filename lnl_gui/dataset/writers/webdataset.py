"""Writes WebDataset shards: tar files in which an image, its class and its facts share a stem."""

import io
import json
import tarfile
from math import isnan
from pathlib import Path
from typing import Any

from lnl_gui.dataset.names import split_suffix
from lnl_gui.dataset.writers.embedded import EncodedImage, encoded_images, files_of_images
from lnl_gui.dataset.writers.items import ExportItem, ExportSet, WrittenImages
from lnl_gui.dataset.writers.placing import split_folder
from lnl_gui.util.files.atomic import atomic_file, write_json
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

SHARD_IMAGES = 10_000
SHARD_BYTES = 1024**3
"""Of images in one shard; the format's authors advise some hundred MB to a few GB."""
CLASSES_FILE = "classes.json"
_DEFAULT_SPLIT = "data"


def write_webdataset(
    destination: Path,
    exported: ExportSet,
    *,
    images: str = "copy",
    progress: Progress = no_progress,
) -> WrittenImages:
    """Write `SPLIT-000000.tar` with `KEY.jpg`, `KEY.cls` (the class's number) and `KEY.json`.

    Names of the classes are in each sample's JSON and in `classes.json`.

    Arguments are those of `WriteImages`; `images` must be `copy`: the images lie inside the shards.
    """
    parts = exported.numbers_by(lambda item: split_folder(item) or _DEFAULT_SPLIT)
    with files_of_images(destination, exported, images, message("WebDataset")) as result:
        for split, numbers in parts.items():
            _write_split(destination, split, numbers, exported, result, progress)
        write_json(destination / CLASSES_FILE, list(exported.class_names))
    return result


def _write_split(
    folder: Path,
    split: str,
    numbers: list[int],
    exported: ExportSet,
    result: WrittenImages,
    progress: Progress,
) -> None:
    images = encoded_images(exported, numbers, result, progress)
    following, shard = next(images, None), 0
    while following is not None:
        count = size = 0
        place = folder / f"{split}-{shard:06}.tar"
        with atomic_file(place) as stream, tarfile.open(fileobj=stream, mode="w") as tar:
            while following is not None and count < SHARD_IMAGES and size < SHARD_BYTES:
                _add_sample(tar, exported, following)
                count, size = count + 1, size + len(following.data)
                following = next(images, None)
        shard += 1


def _add_sample(tar: tarfile.TarFile, exported: ExportSet, image: EncodedImage) -> None:
    item = exported.items[image.number]
    # A number as key: a dot in a file's stem would count as the start of its suffix.
    key = f"{image.number:09}"
    _add(tar, f"{key}{split_suffix(image.name)[1].lower()}", image.data)
    if item.class_name:
        _add(tar, f"{key}.cls", str(exported.class_ids[image.number]).encode())
    facts = json.dumps(facts_of(item), ensure_ascii=False)
    _add(tar, f"{key}.json", facts.encode())


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    # Without times and owners, so that equal sets give equal shards.
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    tar.addfile(entry, io.BytesIO(data))


def facts_of(item: ExportItem) -> dict[str, Any]:
    """What is known of a sample beside its image, as JSON holds it.

    Args:
        item: of the set.
    """
    facts = {
        "path": item.path,
        "label": item.class_name,
        "split": item.split,
        "given_label": item.given_label,
        "suggested_label": item.suggested_label,
        "suspicion": None if isnan(item.suspicion) else round(item.suspicion, 6),
        "flagged": item.flagged,
        "status": item.status,
    }
    return facts | ({"group": item.group} if item.group else {})
