"""Compares what a tool makes of an export with the truth, image by image."""

import json
import subprocess
import sys
from pathlib import Path

from lnl_gui.store.dataset.split_names import split_in_name
from tests.formats.exported import export
from tests.formats.loading import Found, LoadCase
from tests.formats.truth import SAMPLES


def loaded(case: LoadCase, place: Path, *, python: str = sys.executable) -> Found:
    """What the tool reads, by another environment's Python if need be.

    Raises:
        subprocess.CalledProcessError: when the tool fails there.
    """
    if python == sys.executable:
        return case.load(place)
    command = [python, "-m", "tests.formats.load", case.name, str(place)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    rows = json.loads(done.stdout.splitlines()[-1])
    return {number: (label, split) for number, label, split in rows}


def loaded_differences(case: LoadCase, found: Found) -> list[str]:
    """What the tool reads otherwise than it is; [] where all is right."""
    wrong = [f"image {number} is none of the dataset" for number in found if number >= len(SAMPLES)]
    for sample in SAMPLES:
        label, split = found.get(sample.number, ("", ""))
        if not label:
            wrong.append(f"image {sample.number} was not read")
        elif label != sample.label:
            wrong.append(f"{sample.label} was read as {label}")
        elif case.has_splits and split_in_name(split) != sample.split:
            wrong.append(f"image {sample.number} is of split {sample.split}, read as {split!r}")
    return wrong


def load_result(case: LoadCase, project: Path, folder: Path, *, python: str) -> str:
    """How a case went, in a few words."""
    place = export(project, folder, case.writer)
    try:
        found = loaded(case, place, python=python)
    except ModuleNotFoundError as error:
        return f"not run: {error.name} is not installed"
    except subprocess.CalledProcessError as error:
        last = (error.stderr or "").strip().splitlines()[-1][:90]
        return f"not run: {last}" if "ModuleNotFoundError" in last else f"refused: {last}"
    except Exception as error:
        return f"refused: {error}"
    return "; ".join(loaded_differences(case, found)[:3]) or "right"
