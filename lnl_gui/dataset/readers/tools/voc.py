"""PASCAL VOC: image sets of each class, or the classes of the objects in each image's XML."""

import re
from pathlib import Path, PurePosixPath

from lnl_gui.dataset.listing import is_image_name
from lnl_gui.dataset.readers.files.folder_names import is_store_name
from lnl_gui.dataset.readers.files.places import (
    files_in,
    folders_in,
    has_images,
    homes,
    lines_of,
)
from lnl_gui.dataset.readers.files.scan import scan_images
from lnl_gui.dataset.readers.files.split_folders import is_part_folder_here, split_above
from lnl_gui.dataset.readers.files.xml_files import read_xml
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.rows import RowSet, labelled_path
from lnl_gui.util.files.file_there import is_folder

_SETS = Path("ImageSets") / "Main"
_SET = re.compile(r"(.+)_(train|val|test)")
_UNION = re.compile(r"(.+)_trainval")
_MARK = re.compile(r"(\S.*?)\s+(-1|0|1)")
_PEEK = 20
_SHELVES = ("annotations", "annotation")


def find_sets(source: Path, options: ReaderOptions) -> list[Path]:
    """`ImageSets/Main/cat_train.txt` with 1, -1 or 0 behind each image."""
    found = []
    for home in homes(source):
        files = [file for file in files_in(home / _SETS) if file.suffix == ".txt"]
        parts = [file for file in files if _SET.fullmatch(file.stem)]
        # `cat_trainval.txt` repeats the images of both parts, without saying of which they are.
        chosen = parts or [file for file in files if _UNION.fullmatch(file.stem)]
        found += [file for file in chosen if _is_set(file)]
    return found


def _is_set(file: Path) -> bool:
    lines = lines_of(file)
    return bool(lines) and all(map(_MARK.fullmatch, lines[:_PEEK]))


def set_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """Images by the one class that they hold; what is hard to see (0) does not count."""
    held: dict[tuple[Path, str], list[str]] = {}
    splits: dict[tuple[Path, str], str] = {}
    for file in files:
        name, _, split = file.stem.rpartition("_")
        home = file.parents[2]
        for line in lines_of(file):
            mark = _MARK.fullmatch(line)
            if mark is None:
                continue
            image = (home, mark[1])
            splits[image] = split
            held.setdefault(image, []).extend([name] if mark[2] == "1" else [])
    # The sets name images without a suffix, and not every tool that writes this form writes JPEG.
    files_of = {home: _image_names(home) for home in {home for home, _ in held}}
    rows = []
    for (home, stem), labels in held.items():
        name = files_of[home].get(stem, f"{stem}.jpg")
        rows.append(labelled_path(f"JPEGImages/{name}", labels, splits[home, stem], home))
    return RowSet(rows)


def _image_names(home: Path) -> dict[str, str]:
    """The images by their paths without a suffix."""
    scan = scan_images(home / "JPEGImages")
    paths = [PurePosixPath(folder, name) for folder in scan.images for name in scan.images[folder]]
    return {str(path.with_suffix("")): str(path) for path in paths}


def find_xml(source: Path, options: ReaderOptions) -> list[Path]:
    """XML files of objects in `Annotations`, or beside the images of each split.

    In `annotations` too, where the images lie beside it in `images` or the like, as at Kaggle.
    """
    found = []
    for home in homes(source):
        is_place = _is_shelf(home) or home == source or is_part_folder_here(home)
        files = [f for f in files_in(home) if f.suffix.lower() == ".xml"] if is_place else []
        if files and read_xml(files[0]).tag == "annotation":
            found += files
    return found


def xml_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """The class of all objects of an image; images with objects of several are skipped."""
    splits = {home: _members(home) for home in {f.parent.parent for f in files}}
    above = {home: split_above(home, source) for home in {f.parent for f in files}}
    images = {home: _folder_of_images(home.parent) for home in above if _is_shelf(home)}
    rows = []
    for file in files:
        root = read_xml(file)
        image = root.findtext("filename") or file.stem
        if not is_image_name(image):
            image = f"{image}.jpg"
        labels = [thing.findtext("name") or "" for thing in root.iter("object")]
        home, split = file.parent, above[file.parent]
        if home in images:
            image, home = f"{images[home]}/{image}", home.parent
            split = splits[home].get(file.stem, "") or split
        rows.append(labelled_path(image, labels, split, home))
    return RowSet(rows)


def _is_shelf(folder: Path) -> bool:
    """Whether a folder is called after annotations, and the images may lie beside it."""
    if folder.name == "Annotations":
        return True
    return folder.name.casefold() in _SHELVES and has_images(
        folder.parent / _folder_of_images(folder.parent)
    )


def _folder_of_images(home: Path) -> str:
    """The name of the folder of images beside annotations, `images` where none is there."""
    names = [f.name for f in folders_in(home) if is_store_name(f.name) and has_images(f)]
    if is_folder(home / "JPEGImages"):
        return "JPEGImages"
    return next(iter(names), "images")


def _members(home: Path) -> dict[str, str]:
    """The split of each image by `ImageSets/Main/train.txt`."""
    parts = ("train", "val", "test")
    return {
        _named_in(line): part for part in parts for line in lines_of(home / _SETS / f"{part}.txt")
    }


def _named_in(line: str) -> str:
    mark = _MARK.fullmatch(line.strip())
    return mark[1] if mark else line.strip()
