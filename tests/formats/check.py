"""Reads what a tool wrote and compares it with the truth, image by image."""

import subprocess
import sys
from pathlib import Path

from lnl_gui.containers.read import close_containers, image_bytes
from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.pictures.decoding import decode
from lnl_gui.store.dataset.split_names import split_in_name
from tests.formats import arrays, folders, shards, tables, tools
from tests.formats.case import Case
from tests.formats.truth import CLASSES, SAMPLES, number_of

CASES = {
    case.name: case for module in (folders, tables, arrays, shards, tools) for case in module.CASES
}


def written(case: Case, folder: Path, *, python: str = sys.executable) -> Path:
    """What the tool wrote, by another environment's Python if need be.

    Raises:
        subprocess.CalledProcessError: when the tool fails there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if python == sys.executable:
        return case.write(folder)
    command = [python, "-m", "tests.formats.write", case.name, str(folder)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Path(done.stdout.splitlines()[-1])


def differences(case: Case, listing: Listing) -> list[str]:
    """What was read otherwise than it is; [] where all is right."""
    found = []
    seen: dict[int, str] = {}
    for record in listing.records:
        number = number_of(decode(image_bytes(record.file)))
        truth = SAMPLES[number] if 0 <= number < len(SAMPLES) else None
        if truth is None or number in seen:
            found.append(f"{record.path} is no image of the dataset, or comes twice")
            continue
        seen[number] = record.label
        if case.has_splits and split_in_name(record.split or "") not in _splits(truth.split):
            found.append(f"{record.path} is of split {truth.split}, read as {record.split!r}")
    close_containers()
    missing = len(SAMPLES) - len(seen)
    if missing:
        found.append(f"{missing} images were not read")
    found += _wrong_labels(case, seen)
    return found + [str(doubt) for doubt in listing.suspicions]


def _splits(split: str) -> tuple[str, ...]:
    # What datasets hold out is called test or validation.
    return ("test", "validation") if split == "test" else (split,)


def _wrong_labels(case: Case, seen: dict[int, str]) -> list[str]:
    if not case.numbered:
        return [
            f"{SAMPLES[n].label} was read as {label}"
            for n, label in seen.items()
            if label != SAMPLES[n].label
        ]
    # Numbers may begin at 1 or be named by a file: each class must be one name, in their order.
    names = {SAMPLES[n].label: label for n, label in seen.items()}
    wrong = [n for n, label in seen.items() if label != names[SAMPLES[n].label]]
    numbers = [int(names[name]) for name in CLASSES if name in names]
    return [f"image {n}" for n in wrong] + ([] if numbers == sorted(numbers) else [str(names)])


def result(case: Case, folder: Path, *, python: str = sys.executable) -> str:
    """How a case went, in a few words."""
    try:
        source = written(case, folder, python=python)
    except ModuleNotFoundError as error:
        return f"not run: {error.name} is not installed"
    except subprocess.CalledProcessError as error:
        return f"not run: {(error.stderr or '').strip().splitlines()[-1][:90]}"
    try:
        found = differences(case, read_dataset(source, **case.options))
    except Exception as error:
        return f"refused: {error}"
    return "; ".join(found[:3]) or "right"
