"""Backups of verdicts in a thread of their own: a person who reviews does not wait for them."""

import threading

from lnl_gui.store.history.backups import EVERY, back_up_verdicts, is_due
from lnl_gui.store.history.journal_queries import newest_operation
from lnl_gui.store.project import Project, open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.log import logger


class BackupThread:
    """Makes a backup every hundred verdicts or so, and one at the end.

    Args:
        project: the open project; a project that may only be read is not backed up.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self._verdicts = 0
        self._thread: threading.Thread | None = None

    def note_verdict(self) -> None:
        """Count one; starts a backup where one is due and none is being made."""
        self._verdicts += 1
        if self._verdicts % EVERY or self._is_busy():
            return
        if is_due(self._project, newest_operation(self._project)):
            self._thread = threading.Thread(target=self._work, name="backup", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Wait for the one that is being made, and make the last one if anything was decided."""
        if self._thread is not None:
            self._thread.join()
        if self._verdicts and not self._project.read_only and self._project.is_there():
            self._make(self._project)

    def _is_busy(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _work(self) -> None:
        # A connection of its own: the other one is in use meanwhile.
        try:
            with open_project(self._project.folder, read_only=True) as project:
                self._make(project)
        except UserError as error:
            logger.warning("no backup was made: %s", error)

    def _make(self, project: Project) -> None:
        try:
            back_up_verdicts(project)
        except Exception as error:
            # A journal that cannot be read is found by `check`; a project must close in any case.
            logger.warning("no backup was made: %s", error)
