"""Folders of the program: their sizes, whether they can be written, and the room that is left."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from lnl_gui.pipeline.diagnosis.finding import DOUBT, MISSING, Diagnosis
from lnl_gui.util.messages import NOTHING, message
from lnl_gui.util.paths import cache_folder, data_folder, log_folder, settings_folder
from lnl_gui.util.process.crash_reports import crash_reports

LITTLE_BYTES = 2_000_000_000
"""With less than this free, weights and caches of a usual dataset may not fit."""


def check_places() -> Iterator[Diagnosis]:
    """Cache, settings, logs and data, and the folder for temporary files."""
    yield from _check("cache", cache_folder(), "LNL_CACHE")
    for name, folder in (
        ("settings", settings_folder()),
        ("logs", log_folder()),
        ("data", data_folder()),
    ):
        yield from _check(name, folder, "LNL_HOME")
    yield from _check("temporary", Path(tempfile.gettempdir()), "TMPDIR", measured=False)
    for child in _caches():
        size = message("{size:.1f} MB", size=size_of(child) / 1e6)
        yield Diagnosis("places", f"cache/{child.name}", size)
    yield from _crashes()


def _crashes() -> Iterator[Diagnosis]:
    """Reports of errors in LNL itself, each by its name."""
    hint = message("Please report it; nothing was sent. The window's menu shows and deletes them.")
    for report in crash_reports():
        text = message("{summary}: {file}", summary=report.summary, file=report.file)
        yield Diagnosis("places", f"crash {report.time:%Y-%m-%d %H:%M}", text, DOUBT, hint)
        # Once is enough.
        hint = NOTHING


def _check(name: str, folder: Path, variable: str, *, measured: bool = True) -> Iterator[Diagnosis]:
    reason = why_not_writable(folder)
    if reason:
        text = message("{folder} cannot be written: {reason}", folder=folder, reason=reason)
        hint = message(
            "Change its permissions, or name another folder with {variable}.", variable=variable
        )
        yield Diagnosis("places", name, text, MISSING, hint)
        return
    free = shutil.disk_usage(_existing(folder)).free
    text = message("{folder}, {free:.1f} GB free", folder=folder, free=free / 1e9)
    if measured:
        text = message(
            "{folder}, {size:.1f} MB, {free:.1f} GB free",
            folder=folder,
            size=size_of(folder) / 1e6,
            free=free / 1e9,
        )
    hint = message("Free some space, or name another folder with {variable}.", variable=variable)
    little = free < LITTLE_BYTES
    yield (
        Diagnosis("places", name, text, DOUBT, hint) if little else Diagnosis("places", name, text)
    )


def why_not_writable(folder: Path) -> str:
    """Why a file cannot be made in a folder, or in the one it would be made in; "" if it can."""
    try:
        # Tried, since permissions alone do not tell of read-only disks and of access lists.
        with tempfile.TemporaryFile(dir=_existing(folder)):
            return ""
    except OSError as error:
        return error.strerror or str(error)


def _existing(folder: Path) -> Path:
    # Folders are made when they are first needed.
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _caches() -> list[Path]:
    try:
        return sorted(place for place in cache_folder().iterdir() if place.is_dir())
    except OSError:
        return []


def size_of(folder: Path) -> int:
    """Bytes of all files below a folder; those that cannot be read count nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(place) / name).lstat().st_size
            except OSError:
                continue
    return total
