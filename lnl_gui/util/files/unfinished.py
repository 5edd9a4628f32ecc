"""Folders that are being filled, on record while they are, so that those of a killed process go.

The record lies in the user's own cache folder: nothing in a project or a dataset can name a folder
to be removed.
"""

import json
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import import_module
from pathlib import Path

from lnl_gui.util.json_text import parsed_object
from lnl_gui.util.paths import cache_folder


@contextmanager
def unfinished_folder(parent: Path, prefix: str) -> Iterator[Path]:
    """A new temporary folder in `parent`, removed at the end unless it was moved away.

    Raises:
        OSError: when it cannot be made.
    """
    folder = parent / f"{prefix}{os.urandom(6).hex()}"
    # On record first: a kill between leaves a record without a folder, and never the reverse.
    record = _record(folder)
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if record is not None:
            record.unlink(missing_ok=True)


def sweep_unfinished() -> list[Path]:
    """Remove the folders that processes which are gone have left; returns them."""
    swept = []
    for record in sorted(_records().glob("*.json")):
        try:
            values = parsed_object(record.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            continue
        folder = values.get("folder")
        # Of another machine that shares the home nothing is known.
        if values.get("machine") != platform.node() or _is_alive(values):
            continue
        if isinstance(folder, str) and Path(folder).name.startswith("."):
            if Path(folder).is_dir():
                shutil.rmtree(folder, ignore_errors=True)
                swept.append(Path(folder))
            # A disk that is not there now is swept when it is back.
            if not Path(folder).parent.is_dir():
                continue
        with suppress(OSError):
            record.unlink()
    return swept


def _records() -> Path:
    return cache_folder() / "unfinished"


def _record(folder: Path) -> Path | None:
    """Put a folder on record; None where that is not possible."""
    record = _records() / f"{os.urandom(8).hex()}.json"
    values = {
        "folder": str(folder.absolute()),
        "machine": platform.node(),
        "process": os.getpid(),
        "begun": _begun(os.getpid()),
    }
    try:
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps(values), encoding="utf-8")
    except OSError:
        # A full cache disk is no reason not to write elsewhere.
        with suppress(OSError):
            record.unlink(missing_ok=True)
        return None
    return record


def _is_alive(values: dict[str, object]) -> bool:
    number = values.get("process")
    # The number of a process that is gone is given to another one.
    return isinstance(number, int) and _begun(number) == values.get("begun") is not None


def _begun(process: int) -> float | None:
    """When a process began; None where there is none."""
    # Only here: a quarter of the time that `--help` may take.
    psutil = import_module("psutil")
    try:
        return float(psutil.Process(process).create_time())
    except (psutil.Error, ValueError, OverflowError):
        return None
