"""Projects that come from elsewhere: looked through, and announced before anything is written."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

from lnl_gui.remote.note import shown_root
from lnl_gui.store.database.connection import opening_error
from lnl_gui.store.database.integrity import refuse_broken
from lnl_gui.store.database.origin import announcement, is_known, signature
from lnl_gui.store.project import Project, open_project
from lnl_gui.util.messages import Message


def meet_project(folder: Path, announce: Callable[[Message], object] | None) -> bool:
    """Whether a project is known here; if not, look through it and announce it. Only reads.

    Args:
        folder: the project folder.
        announce: is told; None where nothing will be written.

    Raises:
        UserError: when it is no project, or holds what no LNL writes.
    """
    with open_project(folder, read_only=True) as project:
        try:
            if is_known(project.header()):
                return True
            refuse_broken(project.connection, folder)
        except sqlite3.DatabaseError as error:
            raise opening_error(error, folder) from error
        if announce is not None:
            announce(announcement(folder, shown_root(project.dataset_root)))
    return False


def remember_project(project: Project) -> None:
    """Let a project be known from now on.

    Raises:
        UserError: when it cannot be written.
    """
    values = signature(project.meta("uuid"))
    with project.transaction() as connection:
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())
