"""Given labels that this program suggested and nobody looked at, before they were exported.

Kept beside a project that was made from such an export: they agree with every further detection,
whether they are right or not. An update of the dataset writes them anew under a name of their own,
which the header of the project takes over with the samples.
"""

from pathlib import Path

import numpy as np

from lnl_gui.store.containment import is_identifier
from lnl_gui.store.derived_files import readable_array
from lnl_gui.store.project import Project
from lnl_gui.util.array_file import write_array
from lnl_gui.util.messages import Message, message_n

COLUMN = "accepted_unseen"
"""Their column in `samples.csv`, 0 or 1."""
FIRST = COLUMN
"""Their name where the dataset was never updated."""


def save_accepted(arrays: Path, accepted: np.ndarray, *, name: str = FIRST) -> None:
    """Keep which samples, bool (N,), beside the project's other arrays, by a name of their own."""
    write_array(arrays / f"{name}.npy", accepted)


def load_accepted(project: Project, count: int) -> np.ndarray:
    """Which of all `count` samples, bool (N,); none where nothing is known of it."""
    found = np.zeros(count, bool)
    name = project.meta("accepted", FIRST)
    # The header chooses a file: of somebody else's project it may say anything.
    if not is_identifier(name):
        return found
    stored = readable_array(project.arrays / f"{name}.npy", kinds="b", shape=(None,))
    if stored is not None:
        found[: len(stored)] = stored[:count]
    return found


def accepted_message(count: int) -> Message:
    """That so many labels agree with the program by construction."""
    return message_n(
        "{count:,} label is a suggestion of this program that nobody looked at before it was"
        " exported. It agrees with every detection, right or wrong: how many labels are wrong"
        " cannot be known from another one. An audit of a random sample tells.",
        "{count:,} labels are suggestions of this program that nobody looked at before they were"
        " exported. They agree with every detection, right or wrong: how many labels are wrong"
        " cannot be known from another one. An audit of a random sample tells.",
        count,
    )
