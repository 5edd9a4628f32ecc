"""Atomic writing: files and folders that appear whole or not at all."""

import json
import os
import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from lnl_gui.util.errors import UserError
from lnl_gui.util.files.long_paths import reachable
from lnl_gui.util.files.renaming import rename, rename_over
from lnl_gui.util.files.unfinished import unfinished_folder
from lnl_gui.util.json_text import parse_json

_TEMPORARY = re.compile(r"\.(.+)\.[0-9a-f]{12}")
_KEPT = 80
"""Letters of a name that its temporary one begins with."""


def temporary_name(name: str) -> str:
    """Under which a file is written before it is whole."""
    return f".{name[:_KEPT]}.{uuid.uuid4().hex[:12]}"


def is_temporary(name: str) -> bool:
    """Whether a file's name is such a one; of a process that was killed it stays behind."""
    return _TEMPORARY.fullmatch(name) is not None


def temporaries_of(names: Iterable[str], folder: Path) -> Iterator[Path]:
    """What processes that were killed have left in a folder of files of these names."""
    wanted = {name[:_KEPT] for name in names}
    for file in folder.iterdir():
        found = _TEMPORARY.fullmatch(file.name)
        if found is not None and found.group(1) in wanted:
            yield file


@contextmanager
def atomic_file(
    target: Path, mode: str = "wb", *, outlasts_power_cut: bool = True, **options: Any
) -> Iterator[IO[Any]]:
    """Write `target` through a temporary file beside it; on failure the old file stays.

    Args:
        target: the file.
        mode: as of `open`, with w.
        outlasts_power_cut: wait until the disk has it; not for what is of no use after one.
        options: of `open`.

    Raises:
        OSError: when the folder cannot be written or the disk is full.
    """
    reachable(target.parent).mkdir(parents=True, exist_ok=True)
    # Made by `open`, not by `mkstemp`, whose files nobody but their owner may read.
    temporary = target.with_name(temporary_name(target.name))
    try:
        # Mode x refuses a file that is there, and so a name that two writers would share.
        with reachable(temporary).open(mode.replace("w", "x"), **options) as stream:
            yield stream
            stream.flush()
            # Before the rename: file systems may order it before the data, and a power cut would
            # leave an empty file under the old name.
            if outlasts_power_cut:
                os.fsync(stream.fileno())
        rename_over(temporary, target)
    except BaseException as error:
        own = (None, str(temporary), str(reachable(temporary)))
        if isinstance(error, OSError) and error.filename in own:
            # A full disk names no file, and nobody knows the temporary one.
            error.filename = str(target)
        reachable(temporary).unlink(missing_ok=True)
        raise


def write_json(target: Path, value: Any, *, outlasts_power_cut: bool = True) -> None:
    """Write `value` as UTF-8 JSON, atomically; see `atomic_file`."""
    # A path of the system that is no text is written as JSON writes it in letters of ASCII.
    with atomic_file(
        target,
        "w",
        outlasts_power_cut=outlasts_power_cut,
        encoding="utf-8",
        errors="backslashreplace",
    ) as stream:
        # NaN is not JSON: other programs, and strict readers here, would refuse the file.
        json.dump(value, stream, ensure_ascii=False, indent=1, allow_nan=False)


def read_json(source: Path) -> Any:
    """Read a UTF-8 JSON file.

    Raises:
        OSError: when it cannot be read.
        ValueError: when it is not JSON or not UTF-8, or nested too deeply.
    """
    return parse_json(source.read_text(encoding="utf-8"))


@contextmanager
def told_as(temporary: Path, target: Path) -> Iterator[None]:
    """Errors in the block name the place that is meant: nobody knows the temporary one.

    Args:
        temporary: the folder that is filled.
        target: what it will be.
    """
    try:
        yield
    except OSError as error:
        if error.filename is not None:
            error.filename = os.fsdecode(error.filename).replace(str(temporary), str(target))
        raise
    except UserError as error:
        error.message = error.message.replaced(str(temporary), str(target))
        error.hint = error.hint.replaced(str(temporary), str(target))
        raise


@contextmanager
def atomic_folder(target: Path) -> Iterator[Path]:
    """Fill a temporary folder beside `target` and rename it at the end.

    `target` must not exist or must be an empty folder. On failure nothing is left behind, and the
    error names what is in the temporary folder by the place that it was to have.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with (
        unfinished_folder(target.parent, f".{target.name[:80]}.") as temporary,
        told_as(temporary, target),
    ):
        # It is made for its owner alone, and the finished folder shall be readable like any other.
        # Disks without modes of their own refuse that, and need it as little.
        with suppress(OSError):
            temporary.chmod(0o755)
        yield temporary
        if target.is_dir():
            # Windows does not rename onto a folder, not even an empty one.
            target.rmdir()
        rename(temporary, target)
