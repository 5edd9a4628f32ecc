"""Research datasets with lists of their own: FGVC Aircraft, Oxford-IIIT Pets, DTD, GTSRB."""

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.files.places import homes, lines_of, pairs_of
from lnl_gui.dataset.readers.files.text_files import read_text
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.rows import LabelledPath, RowSet
from lnl_gui.util.class_names import is_number
from lnl_gui.util.files.file_there import is_file, is_folder
from lnl_gui.util.messages import Message, message

_PARTS = ("train", "val", "test")
_AIRCRAFT = ("variant", "family", "manufacturer")
_PETS = ("breed", "species")
_PET = re.compile(r"(.+)_\d+ (\d+) ([12]) \d+")
_SPECIES = {"1": "cat", "2": "dog"}
# `Training` is the folder of the training images in the archive that torchvision loads.
_GTSRB = {"Final_Training": "train", "Final_Test": "test", "Training": "train"}


def find_aircraft(source: Path, options: ReaderOptions) -> list[Path]:
    """`images_variant_train.txt` and its like, beside `images`."""
    kind = _choice(options, _AIRCRAFT)
    for home in homes(source) if kind else []:
        files = [home / f"images_{kind}_{part}.txt" for part in _PARTS]
        found = [file for file in files if is_file(file)]
        if found and is_folder(home / "images"):
            return found
    return []


def aircraft_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """Variants, or families or manufacturers if those were asked for."""
    rows = [
        LabelledPath(f"images/{image}.jpg", name, file.stem.rpartition("_")[2], file.parent)
        for file in files
        for image, name in pairs_of(file)
    ]
    return RowSet(rows, warnings=[_other_choices(options, _AIRCRAFT)])


def find_pets(source: Path, options: ReaderOptions) -> list[Path]:
    """`annotations/list.txt`, or `trainval.txt` and `test.txt`, of image, class, species, breed."""
    for home in homes(source) if _choice(options, _PETS) else []:
        folder = home / "annotations"
        files = [folder / name for name in ("list.txt", "trainval.txt", "test.txt")]
        found = [file for file in files if is_file(file) and _names_pets(file)]
        if found:
            return found
    return []


def _names_pets(file: Path) -> bool:
    lines = lines_of(file)
    return bool(lines) and all(map(_PET.fullmatch, lines))


def pet_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """Breeds by the file's name, or species if those were asked for."""
    by_species = _choice(options, _PETS) == "species"
    splits = {
        line.split()[0]: file.stem
        for file in files
        if file.stem != "list"
        for line in lines_of(file)
    }
    rows = {}
    for line in (line for file in files for line in lines_of(file)):
        match, image = _PET.fullmatch(line), line.split()[0]
        label = "" if match is None else _SPECIES[match[3]] if by_species else match[1]
        base = files[0].parent.parent
        rows[image] = LabelledPath(f"images/{image}.jpg", label, splits.get(image, ""), base)
    return RowSet(list(rows.values()), warnings=[_other_choices(options, _PETS)])


def _choice(options: ReaderOptions, known: tuple[str, ...]) -> str:
    """Which kind of label is meant, the first unless another was named; "" for none of them."""
    name = (options.label_column or known[0]).strip().casefold()
    return name if name in known else ""


def _other_choices(options: ReaderOptions, known: tuple[str, ...]) -> Message:
    chosen = _choice(options, known)
    return message(
        "The labels are `{chosen}`; {others} can be chosen with --label-column.",
        chosen=chosen,
        others=shorten(name for name in known if name != chosen),
    )


def find_dtd(source: Path, options: ReaderOptions) -> list[Path]:
    """`labels/labels_joint_anno.txt` with the lists of ten partitions."""
    for home in homes(source):
        files = [home / "labels" / f"{part}1.txt" for part in _PARTS]
        if is_file(home / "labels" / "labels_joint_anno.txt") and is_file(files[0]):
            return [file for file in files if is_file(file)]
    return []


def dtd_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """The key attribute of each texture, which is its folder, and the first partition."""
    base = files[0].parent.parent
    rows = [
        LabelledPath(f"images/{line}", line.partition("/")[0], file.stem[:-1], base)
        for file in files
        for line in lines_of(file)
    ]
    note = message("The splits are those of the first of the ten partitions.")
    return RowSet(rows, warnings=[note])


def find_gtsrb(source: Path, options: ReaderOptions) -> list[Path]:
    """`GT-00000.csv` in each class folder, and `GT-final_test.csv` for the test images."""
    for home in homes(source):
        # Once each: `Images` is also a folder inside.
        found = list(
            dict.fromkeys(
                file
                for name in _GTSRB
                for folder in (home / name / "Images", home / name)
                for file in sorted(_ground_truth(folder))
            )
        )
        if found:
            tests = [home / "GT-final_test.csv", home.parent / "GT-final_test.csv"]
            return found + [file for file in tests if is_file(file) and file not in found][:1]
    return []


def _ground_truth(folder: Path) -> Iterable[Path]:
    if not is_folder(folder):
        return []
    # Of class folders that people have named, the file still bears the number.
    found = [*folder.glob("GT-*.csv"), *folder.glob("*/GT-*.csv")]
    # `GT-final_test.test.csv` lies with the test images and has no column of classes.
    return (file for file in found if not file.name.endswith(".test.csv"))


def gtsrb_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """Signs by the number of their class, or by the names of folders that have names instead."""
    rows: list[LabelledPath] = []
    folders: dict[str, set[str]] = defaultdict(set)
    for file in files:
        top = next((part for part in file.parts[::-1] if part in _GTSRB), "Final_Test")
        base = file.parent
        if top not in base.parts:  # the truth of the test images comes in an archive of its own
            base = next((h for h in homes(source) if h.match("Final_Test/Images")), base)
        text, _ = read_text(file)
        for row in csv.DictReader(text.splitlines(), delimiter=";"):
            path, label = row.get("Filename") or "", row.get("ClassId") or ""
            rows.append(LabelledPath(path, label, _GTSRB[top], base))
            if _GTSRB[top] == "train":
                folders[label].add(base.name)
    names = _named_folders(folders)
    if not names or not all(row.label in names for row in rows):
        return RowSet(rows)
    note = message(
        "The numbers of the classes stand for their folders, by whose names they are called, such"
        " as `{name}` for {number}.",
        name=names[rows[0].label],
        number=rows[0].label,
    )
    return RowSet([replace(row, label=names[row.label]) for row in rows], warnings=[note])


def _named_folders(folders: Mapping[str, set[str]]) -> dict[str, str]:
    """The folder of each number, where each has one and these have other names than numbers."""
    names = {number: next(iter(found)) for number, found in folders.items() if len(found) == 1}
    is_one_to_one = 1 < len(names) == len(folders) == len({*names.values()})
    return {} if not is_one_to_one or any(map(is_number, names.values())) else names
