"""Given labels that this program suggested and nobody looked at, before they were exported.

Kept beside a project that was made from such an export: they agree with every further detection,
whether they are right or not. An update of the dataset writes them anew under a name of their own,
which the header of the project takes over with the samples.
"""

from pathlib import Path

import numpy as np

from lnl_gui.store.database.containment import is_identifier
from lnl_gui.store.database.derived_files import readable_array
from lnl_gui.store.dataset.samples import EXCLUDED, UNSEEN
from lnl_gui.store.history.looked_at import (
    ACCEPTED,
    AT_A_GLANCE,
    LOOKED_AT,
    NOT_KNOWN,
    OTHER_PICTURE,
)
from lnl_gui.store.project import Project
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.messages import Message, message_n

COLUMN = "accepted_unseen"
"""Their column in `samples.csv`, 0 or 1."""
FIRST = COLUMN
"""Their name where the dataset was never updated."""
_UNSEEN_ORIGINS = (OTHER_PICTURE, ACCEPTED, NOT_KNOWN)


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


def unseen_suggestions(
    given: np.ndarray,
    label: np.ndarray,
    status: np.ndarray,
    origins: np.ndarray,
    accepted: np.ndarray,
) -> np.ndarray:
    """Which labels are suggestions that nobody has looked at, as far as is known, bool (N,).

    Args:
        given: (N,) int, the given labels.
        label: (N,) int, those in force.
        status: (N,) int.
        origins: (N,) uint8, how the verdicts came about, see `lnl_gui.store.history.looked_at`.
        accepted: (N,) bool, which given labels were suggestions, as by `load_accepted`.
    """
    unseen = (status == UNSEEN) | np.isin(origins, _UNSEEN_ORIGINS)
    # What came so, in an export of before, is none the better for having been exported.
    changed = (label != given) | (accepted & (origins != LOOKED_AT))
    return unseen & changed & (label >= 0)


def unseen_exclusions(status: np.ndarray, origins: np.ndarray) -> np.ndarray:
    """Which samples were set aside as perhaps of no class, and nobody has looked at, bool (N,).

    Args:
        status: (N,) int.
        origins: (N,) uint8, as of `unseen_suggestions`.
    """
    return (status == EXCLUDED) & np.isin(origins, _UNSEEN_ORIGINS)


def accepted_here_message(count: int) -> Message:
    """That so many suggestions were taken over in this project without a look."""
    return message_n(
        "{count:,} label is a suggestion that was accepted without a look at its image. Detection"
        " does not take it for the truth, and an export names it in the column `{column}`.",
        "{count:,} labels are suggestions that were accepted without a look at each image."
        " Detection does not take them for the truth, and an export names them in the column"
        " `{column}`.",
        count,
        column=COLUMN,
    )


def not_known_message(count: int) -> Message:
    """That so many suggestions were taken over before it was kept whether anybody saw them."""
    return message_n(
        "Of {count:,} label that is a suggestion it is not known whether anybody looked at its"
        " image: it was accepted with others, up to {most} at once, by a version of LNL that did"
        " not record it. It counts as not looked at: detection does not take it for the truth, and"
        " an export names it in the column `{column}`.",
        "Of {count:,} labels that are suggestions it is not known whether anybody looked at their"
        " images: they were accepted several at once, up to {most}, by a version of LNL that did"
        " not record it. They count as not looked at: detection does not take them for the truth,"
        " and an export names them in the column `{column}`.",
        count,
        most=AT_A_GLANCE,
        column=COLUMN,
    )


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
