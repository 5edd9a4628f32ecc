"""Backups of all verdicts, made by themselves: `backups/verdicts-NUMBER.jsonl`, the newest few.

Each is a whole journal, to be replayed on the project or on a new import of the same images. The
number is that of the newest operation in it.
"""

import re
from contextlib import suppress
from pathlib import Path

from lnl_gui.store.database.containment import BACKUPS
from lnl_gui.store.history.journal_file import write_journal
from lnl_gui.store.history.journal_queries import newest_operation
from lnl_gui.store.project import Project
from lnl_gui.util.errors import UserError
from lnl_gui.util.log import logger

NEWEST, OLDER = 3, 3
"""How many are kept: the newest, and the last ones of earlier hundreds."""
EVERY = 100
"""Operations after which another is made."""
_NAME = re.compile(r"verdicts-(\d{9})\.jsonl")


def backups(folder: Path) -> list[Path]:
    """The backups in a project folder, the newest first."""
    found = (folder / BACKUPS).glob("verdicts-*.jsonl")
    return sorted((f for f in found if _NAME.fullmatch(f.name)), reverse=True)


def is_due(project: Project, newest: int) -> bool:
    """Whether so many operations came after the newest backup that another one is made.

    The longer the journal, the more: each backup writes all of it.
    """
    return newest - _saved(project.folder) >= max(EVERY, newest // 20)


def back_up_verdicts(project: Project) -> Path | None:
    """Make a backup unless the newest one has everything; the oldest go.

    Returns where it lies; None where there is nothing to save or no place for it (logged): a backup
    that cannot be made stops nobody.
    """
    newest = newest_operation(project)
    if not newest or newest == _saved(project.folder):
        return None
    target = project.folder / BACKUPS / f"verdicts-{newest:09d}.jsonl"
    try:
        write_journal(project, target)
    except UserError as error:
        logger.warning("no backup was made: %s", error)
        return None
    for old in _superfluous(backups(project.folder)):
        with suppress(OSError):
            old.unlink()
    return target


def _superfluous(newest_first: list[Path]) -> list[Path]:
    """Those to remove: of many that are alike the older ones, so that an old state is kept too."""
    kept, hundreds = newest_first[:NEWEST], []
    for file in newest_first:
        hundred = _number(file) // EVERY
        if hundred not in hundreds:
            hundreds.append(hundred)
            if len(hundreds) <= OLDER + 1:
                kept.append(file)
    return [file for file in newest_first if file not in kept]


def _saved(folder: Path) -> int:
    """The newest operation in a backup; 0 before any."""
    newest = next(iter(backups(folder)), None)
    return _number(newest) if newest is not None else 0


def _number(file: Path) -> int:
    found = _NAME.fullmatch(file.name)
    return int(found[1]) if found else 0
