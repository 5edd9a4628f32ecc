"""Annotation files in JSON that lie in a dataset's folder: COCO and FiftyOne."""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import Skipped
from lnl_gui.dataset.readers.files.finder import FileFinder
from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.files.places import folders_in, json_files
from lnl_gui.dataset.readers.files.split_folders import is_part_folder_here, part_folders
from lnl_gui.dataset.readers.files.text_files import read_text
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tables.rows import LabelledPath, RowSet
from lnl_gui.dataset.readers.tools.coco import (
    Pairs,
    coco_classes,
    coco_fields,
    coco_pairs,
    coco_splits,
)
from lnl_gui.dataset.readers.tools.image_groups import take_groups
from lnl_gui.dataset.readers.tools.tool_files import holds_few_json
from lnl_gui.store.dataset.split_names import (
    WITHOUT_SPLIT,
    canonical_split,
    is_part_name,
    split_in_name,
)
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.file_there import is_file, is_folder

_SHELVES = frozenset({"annotations", "annotation", "labels", "meta", "metadata"})
_LABELS, _SAMPLES = "labels.json", "samples.json"


def find_coco(source: Path, options: ReaderOptions) -> list[Path]:
    """COCO files at the root, in split folders, or on a shelf, whose images are there."""
    folders = [source, *folders_in(source)]
    for group in (
        folders[:1],
        part_folders(folders[1:]),
        _shelves(source),
    ):
        files = [file for folder in group for file in json_files(folder)]
        good = [file for file in files if _is_coco(file) and _names_images(source, file, options)]
        if good:
            return good
    return []


def coco_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """One class an image; images with several are skipped.

    What an image says of its split comes before the name of its file.
    """
    found, classes = RowSet(), list[str]()
    for file in files:
        classes += coco_classes(_parsed(file))
        # As rows, those with several classes count as listed: their folder is not left out.
        unusable: list[Skipped] = []
        pairs = coco_pairs(_parsed(file), file, unusable)
        base = _coco_base(source, file, _paths(pairs, unusable), options)
        split = _split_of(source, file) if len(files) > 1 or file.parent != source else ""
        told = coco_splits(_parsed(file))
        part = RowSet(
            [LabelledPath(path, label, told.get(path, split), base) for path, label in pairs]
        )
        part.rows += [
            LabelledPath(entry.path, "", told.get(entry.path, split), base, problem=entry.reason)
            for entry in unusable
        ]
        take_groups(part, coco_fields(_parsed(file)), options.group_column)
        found.extend(part)
    found.reading = replace(found.reading, classes=tuple(dict.fromkeys(classes)))
    return found


def find_fiftyone(source: Path, options: ReaderOptions) -> list[Path]:
    """`labels.json` or `samples.json` as FiftyOne writes them, at the root or in split folders."""
    inside = folders_in(source)
    # Beside `train` another folder of that form is a part too, whatever its name.
    parts = inside if any(is_part_name(folder.name) for folder in inside) else []
    folders = [source, *parts]
    for name, known in ((_LABELS, _is_classification), (_SAMPLES, _is_samples)):
        files = [folder / name for folder in folders if is_file(folder / name)]
        good = [file for file in files if known(_try_parsed(file))]
        if any(file.parent == source or is_part_name(file.parent.name) for file in good):
            return good
    return []


def fiftyone_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """Labels by the image's name without suffix, or samples with their path."""
    found = RowSet()
    for file in files:
        split = file.parent.name if file.parent != source else ""
        value = _parsed(file)
        data = file.parent / "data"
        base = data if is_folder(data) else file.parent
        if file.name == _LABELS:
            classes = value.get("classes") or []
            for name, label in value["labels"].items():
                found.rows.append(LabelledPath(name, _named(label, classes), split, base))
        else:
            found.rows += [_sample_row(item, split, file.parent) for item in value["samples"]]
    return found


def _named(label: Any, classes: list[Any]) -> str:
    if isinstance(label, int) and 0 <= label < len(classes):
        return cell_text(classes[label])
    if isinstance(label, Mapping):
        return _named(label.get("label"), classes)
    return cell_text(label)


def _sample_row(item: Mapping[str, Any], split: str, base: Path) -> LabelledPath:
    labels = [
        value
        for value in item.values()
        if isinstance(value, Mapping) and value.get("_cls") == "Classification"
    ]
    # FiftyOne's own name for the labels of a dataset; predictions are fields of the same kind.
    given = next((v for v in [item.get("ground_truth")] if v in labels), None)
    label = given or (labels[0] if labels else {})
    tags = [tag for tag in item.get("tags") or [] if _is_split(str(tag))]
    path = cell_text(item.get("filepath"))
    return LabelledPath(path, cell_text(label.get("label")), split or next(iter(tags), ""), base)


def _is_split(tag: str) -> bool:
    """Whether a tag is the word for a part, and not one among others: `test again`."""
    return bool(canonical_split(tag)) or (is_part_name(tag) and " " not in tag)


def _shelves(source: Path) -> list[Path]:
    inside = folders_in(source)
    return [f for f in inside if f.name.casefold() in _SHELVES or holds_few_json(f)]


def _is_coco(file: Path) -> bool:
    value = _try_parsed(file)
    # `captions_train2017.json` lies beside the objects and has no categories.
    return isinstance(value, dict) and {"images", "annotations", "categories"} <= value.keys()


def _is_classification(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("labels"), dict)


def _is_samples(value: Any) -> bool:
    return isinstance(value, dict) and isinstance(value.get("samples"), list)


def _names_images(source: Path, file: Path, options: ReaderOptions) -> bool:
    try:
        unusable: list[Skipped] = []
        paths = _paths(coco_pairs(_parsed(file), file, unusable), unusable)
    except UserError:
        return False
    sample = paths[:: max(1, len(paths) // 50)]
    finder, base = FileFinder(), _coco_base(source, file, sample, options)
    return any(finder.exists(path, base) for path in sample)


def _paths(pairs: Pairs, unusable: list[Skipped]) -> list[str]:
    return [*(path for path, _ in pairs), *(entry.path for entry in unusable)]


def _coco_base(source: Path, file: Path, paths: list[str], options: ReaderOptions) -> Path:
    """Beside the file, or a folder of the split's name, or wherever most are found."""
    if options.image_root is not None:
        return find_base(paths, options.image_root, [])
    sample = paths[:: max(1, len(paths) // 50)]
    finder = FileFinder()
    beside = file.parent != source and file.parent.name.casefold() not in _SHELVES
    if beside and any(finder.exists(path, file.parent) for path in sample):
        return file.parent
    part = _part_in_name(file.stem)
    # COCO's own layout: `annotations/instances_val2017.json` for the images in `val2017`.
    places = [source, *folders_in(source), *folders_in(source / "images")]
    for place in places:
        fits = not part or _part_in_name(place.name) == part
        if (
            fits
            and place != source
            and sum(finder.exists(p, place) for p in sample) * 2 > len(sample)
        ):
            return place
    return find_base(paths, source, [])


def _part_in_name(name: str) -> str:
    """The split in a name, or `without_split` for what an export found in none."""
    return WITHOUT_SPLIT if name.casefold().endswith(WITHOUT_SPLIT) else split_in_name(name)


def _split_of(source: Path, file: Path) -> str:
    if file.parent != source and is_part_folder_here(file.parent):
        return file.parent.name
    return split_in_name(file.stem)


def _parsed(file: Path) -> Any:
    status = file.stat()
    return _load(str(file), status.st_mtime_ns, status.st_size)


def _try_parsed(file: Path) -> Any:
    try:
        return _parsed(file)
    except (UserError, ValueError, RecursionError, OSError):
        return None


@lru_cache(maxsize=4)  # a file is looked at to recognise the form, then read
def _load(file: str, _modified: int, _size: int) -> Any:
    text, _ = read_text(Path(file))
    return json.loads(text)
