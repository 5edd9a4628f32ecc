"""Samples that came into a dataset with a person's decision, as a job leaves them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.typed import read_typed

DECIDED = "decided.json"
"""The file, and the name of the artifact."""


@dataclass(frozen=True)
class AddedSample:
    """A sample whose given label somebody has confirmed, and who."""

    row: int
    reviewer: str


def write_added(folder: Path, samples: Sequence[AddedSample]) -> None:
    """Leave the samples in a run's folder."""
    write_json(folder / DECIDED, [asdict(sample) for sample in samples])


def read_added(file: Path) -> list[AddedSample]:
    """The samples that a run has left.

    Raises:
        OSError: when the file is missing.
        UserError: when it is damaged.
    """
    return read_typed(file, list[AddedSample], unknown_fields=True)
