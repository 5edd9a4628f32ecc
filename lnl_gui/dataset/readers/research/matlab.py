"""Research datasets whose labels are in MATLAB files: Flowers-102, Stanford Cars and Dogs."""

from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.dataset.readers.files.places import homes
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.rows import LabelledPath, RowSet
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.file_there import is_file
from lnl_gui.util.messages import message

_LARGEST = 1 << 28
_MOST_VALUES = 1 << 26
_FLOWER_SPLITS = {"trnid": "train", "valid": "valid", "tstid": "test"}


def read_mat(file: Path) -> Mapping[str, Any]:
    """The variables of a MATLAB file of version 4 to 7.

    Raises:
        UserError: when it is damaged, of another version or suspiciously large.
    """
    try:
        scipy_io = import_module("scipy.io")  # takes a quarter of a second
        # The headers alone: `loadmat` unpacks all that a file claims to hold.
        values = sum(int(np.prod(shape)) for _, shape, _ in scipy_io.whosmat(file))
        if values > _MOST_VALUES or file.stat().st_size > _LARGEST:
            raise UserError(message("`{source}` is too large to be a list.", source=file))
        found: Mapping[str, Any] = scipy_io.loadmat(file, squeeze_me=True, struct_as_record=True)
        return found
    except NotImplementedError as error:
        raise UserError(
            message("`{source}` is a MATLAB file of version 7.3.", source=file),
            message("Save it again with the option -v7."),
            code="not_a_table",
        ) from error
    except UserError:
        raise
    except Exception as error:  # a damaged file makes scipy raise a dozen kinds
        raise UserError(
            message(
                "`{source}` cannot be read as a MATLAB file: {error}.", source=file, error=error
            ),
            code="not_a_table",
        ) from error


def _values(found: Mapping[str, Any], name: str, file: Path) -> np.ndarray:
    if name not in found:
        raise UserError(
            message("`{source}` has no variable `{name}`.", source=file, name=name),
            code="not_a_table",
        )
    # `squeeze_me` makes a bare value of a list of one.
    return np.atleast_1d(found[name])


def find_flowers(source: Path, options: ReaderOptions) -> list[Path]:
    """`imagelabels.mat`, with `setid.mat` for the splits."""
    for home in homes(source):
        if is_file(home / "imagelabels.mat"):
            files = [home / "imagelabels.mat", home / "setid.mat"]
            return [file for file in files if is_file(file)]
    return []


def flower_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """Flowers by the number of their class: the dataset has no names."""
    labels = _values(read_mat(files[0]), "labels", files[0])
    splits: dict[int, str] = {}
    if len(files) > 1:
        sets = read_mat(files[1])
        for name, split in _FLOWER_SPLITS.items():
            splits |= dict.fromkeys(map(int, _values(sets, name, files[1])), split)
    base = next((h for h in homes(source) if h.name == "jpg"), files[0].parent)
    rows = [
        LabelledPath(f"image_{number:05}.jpg", str(int(label)), splits.get(number, ""), base)
        for number, label in enumerate(labels, 1)
    ]
    return RowSet(rows)


_CARS = {
    "cars_train_annos.mat": ("cars_train", "train"),
    "cars_test_annos_withlabels.mat": ("cars_test", "test"),
    # The test list as first handed out has no classes; the one above came later.
    "cars_test_annos.mat": ("cars_test", "test"),
}


def find_cars(source: Path, options: ReaderOptions) -> list[Path]:
    """`cars_annos.mat`, or the annotations of training and test images in the devkit."""
    places = homes(source)
    whole = [home / "cars_annos.mat" for home in places if is_file(home / "cars_annos.mat")]
    if whole:
        return whole[:1]
    found = [h / name for name in _CARS for h in places if is_file(h / name)]
    meta = [h / "cars_meta.mat" for h in places if is_file(h / "cars_meta.mat")]
    return [*found, *meta[:1]] if found else []


def car_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """Cars by the name of their class, where `cars_meta.mat` has it; else by its number."""
    if files[0].name == "cars_annos.mat":
        found = read_mat(files[0])
        names = _names(found, files[0])
        rows = [
            LabelledPath(
                str(item["relative_im_path"]),
                names.get(int(item["class"]), str(item["class"])),
                "test" if int(item["test"]) else "train",
                files[0].parent,
            )
            for item in _values(found, "annotations", files[0])
        ]
        return RowSet(rows)
    metas = [file for file in files if file.name == "cars_meta.mat"]
    names = _names(read_mat(metas[0]), metas[0]) if metas else {}
    rows = []
    for file in (file for file in files if file not in metas):
        folder, split = _CARS[file.name]
        base = _images(source, folder, file.parent)
        for item in _values(read_mat(file), "annotations", file):
            number = int(item["class"]) if "class" in (item.dtype.names or ()) else 0
            label = names.get(number, str(number)) if number else ""
            rows.append(LabelledPath(str(item["fname"]), label, split, base))
    return RowSet(rows)


def _names(found: Mapping[str, Any], file: Path) -> dict[int, str]:
    return {n: str(name) for n, name in enumerate(_values(found, "class_names", file), 1)}


def _images(source: Path, folder: str, other: Path) -> Path:
    """The folder of that name, or the one in it: an archive unpacked into its own name."""
    found: Sequence[Path] = [home for home in homes(source) if home.name == folder]
    return found[-1] if found else other


def find_dogs(source: Path, options: ReaderOptions) -> list[Path]:
    """`train_list.mat` and `test_list.mat`."""
    for home in homes(source):
        files = [home / f"{part}_list.mat" for part in ("train", "test")]
        if all(is_file(file) for file in files):
            return files
    return []


def dog_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """Dogs by the folder that names their breed."""
    base = next((h for h in homes(source) if h.name.casefold() == "images"), files[0].parent)
    rows = [
        LabelledPath(str(path), str(path).partition("/")[0], file.stem.partition("_")[0], base)
        for file in files
        for path in _values(read_mat(file), "file_list", file)
    ]
    return RowSet(rows)
