"""Writes arrays: all images as one `.npz`, or cleanlab's names with `pred_probs.npy`."""

import io
import re
import zipfile
from collections import Counter
from collections.abc import Callable
from math import isnan
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.containers.read import image_bytes
from lnl_gui.dataset.csv_table import inert_path, write_table
from lnl_gui.dataset.listing import Skipped
from lnl_gui.dataset.writers.embedded import files_of_images, reason_of
from lnl_gui.dataset.writers.items import ExportItem, ExportSet, WrittenImages, check_distinct
from lnl_gui.dataset.writers.placing import place_as_they_lie, split_folder
from lnl_gui.dataset.writers.tables import explain_apostrophes
from lnl_gui.pictures.decoding import decode
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.store.dataset.split_names import is_union, split_in_name
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.files.undated_zip import UndatedZip
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

ARRAYS_FILE = "dataset.npz"
ISSUES_FILE, PROBABILITIES_FILE = "label_issues.csv", "pred_probs.npy"
# MedMNIST's own words.
_SHORT = {"train": "train", "validation": "val", "test": "test"}


def write_npz(
    destination: Path,
    exported: ExportSet,
    *,
    images: str = "copy",
    progress: Progress = no_progress,
) -> WrittenImages:
    """Write `dataset.npz`: `images` (N, H, W, 3) uint8, `labels` (N,) int64 and `class_names`.

    Of a dataset with splits there is a pair for each, as MedMNIST has them: `train_images`,
    `train_labels`, `val_images`. Images come one by one, so memory holds one at a time.

    Arguments are those of `WriteImages`; `images` must be `copy`: the images lie inside the file.

    Raises:
        UserError: for another mode, images of different sizes, and when it cannot be written.
    """
    parts = exported.numbers_by(_prefixes(exported))
    target = destination / ARRAYS_FILE
    try:
        with files_of_images(destination, exported, images, message("NumPy arrays")) as result:
            try:
                _write_archive(target, exported, parts, result, progress)
            except UnreadableImage:
                # An array begins with how many images it holds: those that can't be read are found
                # first, and it is begun again without them.
                result.made.clear()
                _find_unreadable(exported, result)
                parts = {
                    prefix: left
                    for prefix, numbers in parts.items()
                    if (left := [n for n in numbers if n not in result.failed])
                }
                _write_archive(target, exported, parts, result, progress)
    except UnreadableImage as error:
        # One that could be read a moment ago.
        raise UserError(
            message("An image could not be read: {reason}.", reason=error.reason)
        ) from error
    return result


def _write_archive(
    target: Path,
    exported: ExportSet,
    parts: dict[str, list[int]],
    result: WrittenImages,
    progress: Progress,
) -> None:
    with atomic_file(target) as stream, UndatedZip(stream, "w") as archive:
        for prefix, numbers in parts.items():
            _write_pixels(archive, f"{prefix}images", exported, numbers, result, progress)
            labels = np.array([exported.class_ids[n] for n in numbers], np.int64)
            _write_array(archive, f"{prefix}labels", labels)
        _write_array(archive, "class_names", np.array(exported.class_names, dtype=np.str_))


def _find_unreadable(exported: ExportSet, result: WrittenImages) -> None:
    for number, item in enumerate(exported.items):
        try:
            _pixels(item)
        except UnreadableImage as error:
            result.failed.add(number)
            result.skipped.append(Skipped(str(item.file), error.reason))


def _pixels(item: ExportItem) -> np.ndarray:
    """The pixels of an original, uint8 (H, W, 3).

    Raises:
        UnreadableImage: when it cannot be read or decoded.
    """
    try:
        return np.asarray(decode(image_bytes(item.file)), np.uint8)
    except OSError as error:
        raise UnreadableImage(reason_of(error)) from error


def write_cleanlab(
    destination: Path,
    exported: ExportSet,
    *,
    images: str = "copy",
    progress: Progress = no_progress,
) -> WrittenImages:
    """Write `label_issues.csv` in cleanlab's names and `pred_probs.npy` (N, K), rows alike.

    Columns: `file_name`, `is_label_issue`, `label_score` (1 - suspicion), `given_label`,
    `predicted_label` and `label` (as it is now), these three as class numbers and names, `split`
    and `group`. The name of the given label is the dataset's own, its number that of the class it
    is now.
    """
    result = place_as_they_lie(
        destination, exported.items, top=split_folder, images=images, progress=progress
    )
    destination.mkdir(parents=True, exist_ok=True)
    rows = [n for n in range(len(exported.items)) if n not in result.failed]
    items = [exported.items[n] for n in rows]
    numbers = {name: n for n, name in enumerate(exported.class_names)} | {"": -1}
    predicted = [_predicted(exported, n) for n in rows]
    columns: dict[str, list[Any]] = {
        "file_name": [
            inert_path(item.path if images == "none" else result.paths[n])
            for n, item in zip(rows, items, strict=True)
        ],
        "is_label_issue": [item.flagged for item in items],
        # cleanlab's score is low where a label is probably wrong.
        "label_score": ["" if isnan(i.suspicion) else round(1 - i.suspicion, 6) for i in items],
        "given_label": [numbers[item.given_class] for item in items],
        "predicted_label": [numbers.get(name, -1) for name in predicted],
        "label": [numbers[item.class_name] for item in items],
        "given_label_name": [item.given_label for item in items],
        "predicted_label_name": predicted,
        "label_name": [item.class_name for item in items],
        "split": [item.split for item in items],
        "group": [item.group for item in items],
    }
    write_table(destination / ISSUES_FILE, columns)
    write_table(destination / "classes.csv", {"class_name": list(exported.class_names)})
    explain_apostrophes(result, exported)
    if exported.probabilities is not None:
        _save(destination / PROBABILITIES_FILE, exported.probabilities[rows])
    return result


def _predicted(exported: ExportSet, number: int) -> str:
    item = exported.items[number]
    if exported.probabilities is None or np.isnan(exported.probabilities[number]).any():
        return item.suggested_label or item.given_class
    return exported.class_names[int(exported.probabilities[number].argmax())]


def _save(target: Path, array: np.ndarray) -> None:
    try:
        write_array(target, array)
    except OSError as error:
        raise as_user_error(error, message("write `{target}`", target=target)) from error


def _prefixes(exported: ExportSet) -> Callable[[ExportItem], str]:
    """Gives how the arrays of an item's split are called: MedMNIST's word, where it is clear.

    Raises:
        UserError: where two splits would have one name.
    """
    splits = {item.split for item in exported.items} - {""}
    words = {s: "" if is_union(s) else _SHORT.get(split_in_name(s), "") for s in splits}
    meant = Counter(words.values())
    # Of two that mean the same, such as `val` and `valid`, each keeps its own word.
    prefixes = {
        split: (word if word and meant[word] == 1 else re.sub(r"[^0-9A-Za-z]", "_", split)) + "_"
        for split, word in words.items()
    } | {"": ""}
    named = ((prefixes[split], split) for split in sorted(splits))
    check_distinct(named, message("NumPy arrays"))
    return lambda item: prefixes[item.split]


def _write_array(archive: zipfile.ZipFile, name: str, array: np.ndarray) -> None:
    content = io.BytesIO()
    np.save(content, array)
    # Stored and not packed, as `numpy.savez` has it: such members can be mapped.
    archive.writestr(f"{name}.npy", content.getvalue(), zipfile.ZIP_STORED)


def _write_pixels(
    archive: zipfile.ZipFile,
    name: str,
    exported: ExportSet,
    numbers: list[int],
    result: WrittenImages,
    progress: Progress,
) -> None:
    shape: tuple[int, ...] | None = None
    # How large it gets is known at the end only, and `zipfile` must be told of more than 2 GiB
    # before.
    with archive.open(f"{name}.npy", "w", force_zip64=True) as stream:
        for number in numbers:
            item = exported.items[number]
            pixels = _pixels(item)
            if shape is None:
                shape = pixels.shape
                head = {
                    "descr": "|u1",
                    "fortran_order": False,
                    "shape": (len(numbers), *shape),
                }
                # By hand: `np.save` wants the whole array in memory.
                np.lib.format.write_array_header_1_0(stream, head)
            if pixels.shape != shape:
                raise _different_sizes(exported.items[numbers[0]], shape, item, pixels.shape)
            stream.write(pixels.tobytes())
            result.made["copy"] += 1
            progress(result.made["copy"], len(exported.items))


def _different_sizes(
    first: ExportItem, shape: tuple[int, ...], other: ExportItem, other_shape: tuple[int, ...]
) -> UserError:
    return UserError(
        message(
            "One array holds images of one size only: `{first}` is {width} x {height} pixels and"
            " `{other}` {other_width} x {other_height}.",
            first=first.path,
            width=shape[1],
            height=shape[0],
            other=other.path,
            other_width=other_shape[1],
            other_height=other_shape[0],
        ),
        message("Choose another format, such as webdataset or hub-parquet."),
        code="different_sizes",
    )
