"""Tables of a detect run: its detectors, its issues, and the mixture fitted to the losses.

`detectors.json`, `issues.json` and `mixture.json` in the run's folder. A run that did not make a
table has an empty one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from lnl_gui.store.detection.detection_summary import StoredMessage
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.log import logger
from lnl_gui.util.typed import read_typed

DETECTORS, ISSUES, MIXTURE = "detectors.json", "issues.json", "mixture.json"


@dataclass(frozen=True)
class DetectorEntry:
    """One detector that was run."""

    name: str
    title: StoredMessage
    description: StoredMessage = ""


@dataclass(frozen=True)
class IssueEntry:
    """One kind of issue that was looked for."""

    name: str
    count: int
    """samples flagged"""
    threshold: float | None = None
    """score above which a sample is flagged"""
    note: StoredMessage = ""


@dataclass(frozen=True)
class ClassMixture:
    """The Gaussians fitted to the losses (nats) of one given class, in any order."""

    means: tuple[float, ...]
    deviations: tuple[float, ...]
    weights: tuple[float, ...]
    pooled: bool = False
    """fitted to all classes, as this one has too few samples"""


@dataclass(frozen=True)
class MixtureTable:
    """The mixtures by id of the class."""

    classes: dict[int, ClassMixture]


TABLES: dict[str, Any] = {
    DETECTORS: tuple[DetectorEntry, ...],
    ISSUES: tuple[IssueEntry, ...],
    MIXTURE: MixtureTable,
}
"""What each file holds."""


def write_detector_table(folder: Path, entries: Iterable[DetectorEntry]) -> None:
    """Write `detectors.json`, whole or not at all."""
    write_json(folder / DETECTORS, [asdict(entry) for entry in entries])


def write_issue_table(folder: Path, entries: Iterable[IssueEntry]) -> None:
    """Write `issues.json`, whole or not at all."""
    write_json(folder / ISSUES, [asdict(entry) for entry in entries])


def write_mixture_table(folder: Path, mixtures: Mapping[int, ClassMixture]) -> None:
    """Write `mixture.json`, whole or not at all."""
    classes = {str(label): asdict(mixture) for label, mixture in mixtures.items()}
    write_json(folder / MIXTURE, {"classes": classes})


def read_detectors(folder: Path | None) -> tuple[DetectorEntry, ...]:
    """The detectors of a run in the order they were run; none without a folder."""
    found: tuple[DetectorEntry, ...] | None = _read(folder, DETECTORS)
    return found or ()


def read_issues(folder: Path | None) -> tuple[IssueEntry, ...]:
    """The issues a run looked for; none without a folder."""
    found: tuple[IssueEntry, ...] | None = _read(folder, ISSUES)
    return found or ()


def read_mixtures(folder: Path | None) -> dict[int, ClassMixture]:
    """The mixture of each class by its id; empty without a folder."""
    table: MixtureTable | None = _read(folder, MIXTURE)
    return table.classes if table else {}


def _read(folder: Path | None, name: str) -> Any:
    """A table; None where there is none, or it is damaged (logged)."""
    file = folder / name if folder else None
    if file is None or not file.is_file():
        return None
    try:
        state = file.stat()
    except OSError as error:
        logger.warning("%s", error)
        return None
    stamp = (state.st_mtime_ns, state.st_size, state.st_ino)
    return _read_once(file, stamp, name)


# Read for each sample that is looked at; a file of another time or length is another.
@lru_cache(maxsize=32)
def _read_once(file: Path, _stamp: tuple[int, ...], name: str) -> Any:
    try:
        # Fields of a newer version are passed over.
        return read_typed(file, TABLES[name], unknown_fields=True)
    except (OSError, UserError) as error:
        logger.warning("%s", error)
        return None
