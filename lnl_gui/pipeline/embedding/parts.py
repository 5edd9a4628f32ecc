"""The parts of an embedding as files, from which a run that was stopped goes on."""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from lnl_gui.containers.errors import is_of_machine
from lnl_gui.encoders.embedding import PART_SIZE, Part
from lnl_gui.store.jobs.arrays import EMBEDDING, FACTS, SIGNATURES
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.log import logger
from lnl_gui.util.messages import Message, from_text, to_text


def part_file(parts: Path, start: int) -> Path:
    """Where the part lies whose first row is `start`."""
    return parts / f"{start:09d}.npz"


def starts(count: int) -> range:
    """The first row of each part of `count` rows."""
    return range(0, count, PART_SIZE)


def is_done(parts: Path, start: int, wanted: np.ndarray) -> bool:
    """Whether a part need not be made: it can be read, and nothing in it is to be read again.

    Args:
        parts: their folder.
        start: its first row.
        wanted: (n,) bool, by row of all parts, what is expected to be there.
    """
    file = part_file(parts, start)
    try:
        # Opened here: of a damaged file numpy leaves its own open, and it is to be replaced.
        with file.open("rb") as stream, np.load(stream) as loaded:
            # Each array is read, not only listed: damage shows when it is unpacked.
            whole = FACTS in {name for name in loaded if loaded[name] is not None}
            return whole and not _refused(loaded, wanted)
    except FileNotFoundError:
        return False
    except (OSError, ValueError, EOFError, KeyError, BadZipFile, zlib.error) as error:
        logger.warning("%s is damaged: %s", file, error)
        return False


def save_part(parts: Path, part: Part) -> None:
    """Leave one part, whole or not at all."""
    columns: dict[str, Any] = {
        f"{EMBEDDING}{name}": values for name, values in part.embeddings.items()
    }
    columns[FACTS] = part.facts
    columns[SIGNATURES] = part.signatures
    columns["unreadable"] = np.array(sorted(part.unreadable), np.int64)
    columns["reason"] = np.array(
        [to_text(part.unreadable[i]) for i in sorted(part.unreadable)], np.str_
    )
    # A part counts by its being there, so that it must appear whole.
    with atomic_file(part_file(parts, part.start)) as stream:
        np.savez(stream, **columns)


def load_parts(parts: Path, count: int) -> Iterator[tuple[int, Any]]:
    """The first row of each part, and its arrays."""
    for start in starts(count):
        with np.load(part_file(parts, start)) as loaded:
            yield start, loaded


def unreadable_rows(loaded: Any) -> dict[int, Message]:
    """Why files could not be read, by row of all parts."""
    reasons = map(from_text, loaded["reason"].tolist())
    return dict(zip(loaded["unreadable"].tolist(), reasons, strict=True))


def refused_rows(parts: Path, wanted: np.ndarray) -> dict[int, Message]:
    """What the machine did not give and is to be read again, with what it said.

    Args:
        parts: their folder.
        wanted: (n,) bool, by row of all parts, what is expected to be there.
    """
    found: dict[int, Message] = {}
    for _, loaded in load_parts(parts, len(wanted)):
        found |= _refused(loaded, wanted)
    return found


def _refused(loaded: Any, wanted: np.ndarray) -> dict[int, Message]:
    return {
        row: reason
        for row, reason in unreadable_rows(loaded).items()
        if wanted[row] and is_of_machine(reason)
    }
