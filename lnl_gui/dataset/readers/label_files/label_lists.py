"""Lists of paths in text files: CUB-200, Tiny ImageNet, Food-101, `train.txt`, `val.lst`."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from lnl_gui.dataset.listing import is_image_name, shorten
from lnl_gui.dataset.readers.files.finder import FileFinder
from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.files.places import files_in, lines_of, pairs_of
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.column_names import KNOWN_NAMES
from lnl_gui.dataset.readers.tables.columns import choose_columns
from lnl_gui.dataset.readers.tables.rows import LabelledPath, RowSet
from lnl_gui.dataset.readers.tables.table_rows import table_rows
from lnl_gui.dataset.readers.tables.tables import read_table
from lnl_gui.store.dataset.split_names import split_in_name
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.file_there import is_file, is_folder
from lnl_gui.util.messages import Message, message

_CUB = ("images.txt", "image_class_labels.txt")
_LIST_SUFFIXES = (".txt", ".lst", ".list")
_LIST_FOLDERS = (
    "",
    "meta",
    "lists",
    "list",
    "splits",
    "split",
    "annotations",
    "labels",
    "ImageSets",
    "info",
    "data",
)
_UNION = "trainval"
_NUMBERED = re.compile(r"(.*?[^0-9])(\d{1,3})")
_OTHERS = 0.1
"""Share of other images above which numbered lists are no partitions of the same ones."""
_PEEK = 50
_KNOWN = 0.9
"""Share of a list's paths that another must hold to be taken for their labels."""


def find_cub(source: Path, options: ReaderOptions) -> list[Path]:
    """`images.txt` and `image_class_labels.txt`."""
    files = [source / name for name in _CUB]
    return files if all(is_file(file) for file in files) else []


def cub_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """Images by number, their class and whether they are for training."""
    images, classes = (dict(pairs_of(file)) for file in files)
    names = dict(pairs_of(source / "classes.txt"))
    training = dict(pairs_of(source / "train_test_split.txt"))
    folder = source / "images" if is_folder(source / "images") else source
    splits = {"1": "train", "0": "test"}
    rows = [
        LabelledPath(
            f"{folder.name}/{path}" if folder != source else path,
            names.get(classes.get(number, ""), classes.get(number, "")),
            splits.get(training.get(number, ""), ""),
            source,
        )
        for number, path in images.items()
    ]
    return RowSet(rows)


def find_tiny(source: Path, options: ReaderOptions) -> list[Path]:
    """`wnids.txt`, and `val_annotations.txt` in `val`."""
    files = [source / "wnids.txt", source / "val" / "val_annotations.txt"]
    return files if all(is_file(file) for file in files) else []


def tiny_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """Training images by their folder, validation images by the list; test ones without label."""
    rows = [
        LabelledPath(f"train/{name}/images/{image}", name, "train", source)
        for name in lines_of(files[0])
        for image in _images_in(source / "train" / name / "images")
    ]
    for line in lines_of(files[1]):
        image, label, *_ = [*line.split(), "", ""]
        rows.append(LabelledPath(f"val/images/{image}", label, "val", source))
    rows += [
        LabelledPath(f"test/images/{image}", "", "test", source)
        for image in _images_in(source / "test" / "images")
    ]
    return RowSet(rows)


def find_lists(source: Path, options: ReaderOptions) -> list[Path]:
    """Lists named after splits whose paths are found: `train.txt`, `meta/test.txt`, `val.lst`."""
    for folder in _LIST_FOLDERS:
        try:
            files = sorted(p for p in (source / folder).iterdir() if _is_list(p))
        except OSError:
            continue
        good = [file for file in files if _names_images(source, file, options)]
        if good:
            return _first_partition(_without_unions(good))
    return []


def _first_partition(files: list[Path]) -> list[Path]:
    """Of `Training_01.txt`, `Testing_01.txt`, `Training_02.txt`, ... those of the first number.

    Partitions hold the same images in other parts; files that hold others are read all.
    """
    numbered = [(match, file) for file in files if (match := _NUMBERED.fullmatch(file.stem))]
    words = {match[1] for match, _ in numbered}
    if len(numbered) < len(files) or len(words) < 2:
        return files
    first = min(int(match[2]) for match, _ in numbered)
    chosen = [file for match, file in numbered if int(match[2]) == first]
    held = {line.split()[0] for file in chosen for line in lines_of(file)}
    others = {line.split()[0] for f in files if f not in chosen for line in lines_of(f)}
    return chosen if len(others - held) < _OTHERS * len(others) else files


def _without_unions(files: list[Path]) -> list[Path]:
    """Without `trainval.txt` where `train.txt` and `val.txt` hold the same."""
    unions = [file for file in files if _UNION in file.stem.lower()]
    parts = {split_in_name(file.stem) for file in files if file not in unions}
    return [f for f in files if f not in unions] if {"train", "validation"} <= parts else files


def _other_partitions(files: list[Path]) -> list[Message]:
    """That there are lists of other partitions, which were left out."""
    match = _NUMBERED.fullmatch(files[0].stem)
    if match is None:
        return []
    alike = (_NUMBERED.fullmatch(p.stem) for p in files_in(files[0].parent) if p not in files)
    others = sorted({m[2] for m in alike if m and m[1] == match[1]})
    if not others:
        return []
    return [
        message(
            "The splits are those of the lists numbered {number}; {others} hold other partitions of"
            " the same images.",
            number=match[2],
            others=shorten(others),
        )
    ]


def list_file_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """Each list's paths with the label beside them, or else with that of their folder."""
    found = RowSet(warnings=_other_partitions(files))
    bare: list[Path] = []
    for file in files:
        # A list alone is all there is, whatever it is called.
        split = file.stem if len(files) > 1 else ""
        lines = lines_of(file)
        if _is_bare(lines):
            base, labels = _base(source, lines, options), _labels_beside(file, files, lines)
            found.rows += [
                LabelledPath(line, labels.get(line, "") if labels else _folder(line), split, base)
                for line in lines
            ]
            bare += [file] if not labels else []
        else:
            found.extend(_labelled_list(source, file, split, options))
    if len(bare) == len(files):
        found.suspicions += _doubt_part_as_class(found.rows, bare[0])
    return found


def _doubt_part_as_class(rows: Sequence[LabelledPath], file: Path) -> list[Message]:
    """That the only folder of the listed images is called after a part of a dataset."""
    names = {row.label for row in rows}
    name = next(iter(names), "")
    if len(names) != 1 or not split_in_name(name):
        return []
    return [
        message(
            "`{file}` lists images without labels, and they all lie in `{folder}`, which was read"
            " as their only class, although it is named like a part of a dataset. If another file"
            " holds the labels, choose it itself, or write them behind the paths.",
            file=file.name,
            folder=name,
        )
    ]


def _folder(path: str) -> str:
    return path.rpartition("/")[0].rpartition("/")[2]


def _labels_beside(file: Path, files: list[Path], paths: list[str]) -> dict[str, str]:
    """Labels of another list beside this one (`noisy_label_kv.txt`), where it knows the paths."""
    best: dict[str, str] = {}
    most = _KNOWN * len(paths)
    for other in sorted(file.parent.iterdir()):
        if other in files or other.suffix.lower() not in _LIST_SUFFIXES:
            continue
        lines = (line.rsplit(None, 1) for line in lines_of(other))
        labels = {parts[0]: parts[1] for parts in lines if len(parts) == 2}
        known = sum(path in labels for path in paths)
        if known >= most and known:
            best, most = labels, known + 1
    return best


def _labelled_list(source: Path, file: Path, split: str, options: ReaderOptions) -> RowSet:
    table = read_table(file, known_names=KNOWN_NAMES)
    columns = choose_columns(table, ReaderOptions(image_root=options.image_root or source))
    cells = [row[columns.path] for row in table.rows]
    return table_rows(table, columns, _base(source, cells, options), split=split)


def _base(source: Path, cells: list[str], options: ReaderOptions) -> Path:
    return find_base(cells, options.image_root or source, [])


def _is_list(file: Path) -> bool:
    named = file.suffix.lower() in _LIST_SUFFIXES and file.name[0] != "."
    # `list_eval_partition.txt` of CelebA has a part's number beside each image, no class.
    if "partition" in file.stem.lower():
        return False
    is_part = split_in_name(file.stem) or _UNION in file.stem.lower()
    return named and bool(is_part) and is_file(file)


def _names_images(source: Path, file: Path, options: ReaderOptions) -> bool:
    lines = lines_of(file)
    sample = lines[:: max(1, len(lines) // _PEEK)]
    if not sample:
        return False
    if _is_bare(sample):
        cells = sample if all("/" in line for line in sample) else []
    else:
        try:
            rows = _labelled_list(source, file, "", options).rows
        except UserError as error:
            # Left out silently, a list would leave its images without their labels.
            if error.code == "ambiguous_column" and _any_found(
                source, " ".join(sample).split(), options
            ):
                raise
            return False
        cells = [row.path for row in rows[:: max(1, len(rows) // _PEEK)]]
    return _any_found(source, cells, options)


def _any_found(source: Path, cells: list[str], options: ReaderOptions) -> bool:
    finder, base = FileFinder(), _base(source, cells, options)
    return any(finder.exists(cell, base) for cell in cells)


def _is_bare(lines: Iterable[str]) -> bool:
    """Whether lines hold a path and nothing else."""
    return all(map(_is_path, lines))


def _is_path(line: str) -> bool:
    """Whether a line is one path; its name may have commas, as those of Clothing1M have."""
    first, *others = line.split(",")
    if ";" in line or "\t" in line:
        return False
    if others:
        return "/" in first and not is_image_name(first) and is_image_name(line) and " " not in line
    return len(line.split()) == 1 or is_image_name(line)


def _images_in(folder: Path) -> list[str]:
    try:
        return sorted(file.name for file in folder.iterdir() if is_image_name(file.name))
    except OSError:
        return []
