"""Which samples belong together by a column of the dataset: one patient, video or product.

`arrays/groups.npy` and the groups' names. An update of the dataset writes them anew under a name of
their own, which the header of the project takes over with the samples.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.store.database.containment import is_identifier
from lnl_gui.store.database.derived_files import readable_array
from lnl_gui.store.project import Project
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.log import logger
from lnl_gui.util.typed import read_typed

FIRST = "groups"
"""Their name where the dataset was never updated."""
_ALONE = -1


@dataclass(frozen=True)
class StoredGroups:
    """Groups of N samples by a column of the dataset."""

    column: str
    names: tuple[str, ...]
    """by id"""
    group: np.ndarray
    """(N,) int32, -1 where the dataset names none"""

    @property
    def tell_apart(self) -> bool:
        """Whether there are at least two groups; one alone says nothing."""
        return len(self.names) > 1


@dataclass(frozen=True)
class _Table:
    """What stands beside the groups."""

    column: str
    names: tuple[str, ...]


def number_groups(column: str, values: Sequence[str]) -> StoredGroups:
    """Number the values of a column in their order; "" stands for none."""
    ids: dict[str, int] = {"": _ALONE}
    group = [ids.setdefault(value, len(ids) - 1) for value in values]
    return StoredGroups(column, tuple(ids)[1:], np.array(group, np.int32))


def save_groups(arrays: Path, groups: StoredGroups, *, name: str = FIRST) -> None:
    """Keep the groups beside the project's other arrays, under a name of their own."""
    write_array(arrays / f"{name}.npy", groups.group.astype(np.int32))
    write_json(arrays / f"{name}.json", {"column": groups.column, "names": groups.names})


def load_groups(project: Project, count: int) -> StoredGroups | None:
    """The groups of all `count` samples.

    None where no column of groups was named, and where they are damaged (logged): an update of the
    dataset reads them again.
    """
    name = project.meta("groups", FIRST)
    file = project.arrays / f"{name}.json"
    # The header chooses a file: of somebody else's project it may say anything.
    if not is_identifier(name) or not file.is_file():
        return None
    try:
        found = read_typed(file, _Table, unknown_fields=True)
    except (OSError, UserError) as error:
        logger.warning("%s", error)
        return None
    stored = readable_array(file.with_suffix(".npy"), kinds="i", shape=(None,))
    if stored is None or (stored >= len(found.names)).any():
        return None
    group = np.full(count, _ALONE, np.int32)
    group[: len(stored)] = stored[:count]
    return StoredGroups(found.column, found.names, group)
