"""What classes were called when each operation of a journal was done."""

import sys
from bisect import bisect_right

from lnl_gui.store.database import schema
from lnl_gui.store.dataset.classes import EDIT, ClassInfo, load_classes
from lnl_gui.store.history.journal import REDO, UNDO
from lnl_gui.store.project import Project
from lnl_gui.util.json_text import parsed_object
from lnl_gui.util.moments import as_moment


class FormerNames:
    """Class names by id at each moment of a journal; also those of classes that are gone.

    Args:
        project: open; its journal stays as it is while this is asked.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        # By time, as edits come into force: the ids of merged copies are in no order of their own.
        self._moments: list[tuple[float, int]] = []
        self._edits: list[tuple[int, bool]] = []
        """at each moment an edit, and whether it was undone then or done"""
        self._known: dict[int, list[ClassInfo]] = {}
        """classes by how many of the moments had passed"""
        self._names: dict[int, list[str]] = {}
        if schema.version_of(project.connection) >= schema.WITH_CLASS_EDITS:
            self._read()

    def _read(self) -> None:
        known: set[int] = set()
        for number, kind, text, when in self._project.connection.execute(
            f"SELECT id, kind, params, time FROM op WHERE kind IN ('{EDIT}', '{UNDO}', '{REDO}')"
            " ORDER BY time, id"
        ):
            edit = number if kind == EDIT else parsed_object(text).get("op")
            # Most undos are of verdicts.
            if isinstance(edit, int) and (kind == EDIT or edit in known):
                known.add(edit)
                self._moments.append((as_moment(when), number))
                self._edits.append((edit, kind == UNDO))

    def at(self, when: float, operation: int) -> list[str]:
        """The names by class id once an operation was done, and "" in the last place for -1.

        Args:
            when: it was done, as the database has it.
            operation: its id.
        """
        passed = bisect_right(self._moments, (as_moment(when), operation))
        if passed not in self._names:
            self._names[passed] = [*(entry.name for entry in self._after(passed)), ""]
        return self._names[passed]

    def classes_at(self, when: float) -> list[ClassInfo]:
        """The classes by id as they were at a moment, also those that were gone."""
        return self._after(bisect_right(self._moments, (as_moment(when), sys.maxsize)))

    def _after(self, passed: int) -> list[ClassInfo]:
        if passed not in self._known:
            done = dict(self._edits[:passed])
            self._known[passed] = load_classes(self._project, undone=done)
        return self._known[passed]
