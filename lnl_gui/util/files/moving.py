"""Files that are given another place, also on another disk."""

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path

from lnl_gui.util.files.atomic import temporary_name
from lnl_gui.util.files.long_paths import reachable
from lnl_gui.util.files.renaming import rename


def move_file(source: Path, target: Path) -> None:
    """Give a file another place, which nothing has: whole at one of the two at any time.

    Args:
        source: the file, or a link, which is moved itself.
        target: its new place; the folder is there.

    Raises:
        OSError: when it cannot be done; then the file is where it was, and nothing is left there.
    """
    try:
        rename(source, target)
    except OSError as error:
        # A folder below which another disk is mounted looks like any other.
        if error.errno != errno.EXDEV:
            raise
        _copy_over(reachable(source), reachable(target))


def copy_whole(source: Path, target: Path) -> None:
    """Copy the content of a file, and wait until the disk has it.

    Args:
        source: the file.
        target: a new one.

    Raises:
        OSError: when it cannot be done, naming `target` where a full disk names nothing.
    """
    with reachable(source).open("rb") as before, reachable(target).open("xb") as after:
        try:
            shutil.copyfileobj(before, after)
            after.flush()
            os.fsync(after.fileno())
        except OSError as error:
            error.filename = error.filename or str(target)
            raise


def _copy_over(source: Path, target: Path) -> None:
    temporary = target.with_name(temporary_name(target.name))
    try:
        if source.is_symlink():
            temporary.symlink_to(source.readlink())
        else:
            copy_whole(source, temporary)
            # Its time tells later that it is the same file; not every disk has all of its modes.
            with suppress(OSError):
                shutil.copystat(source, temporary)
        rename(temporary, target)
    except OSError as error:
        if error.filename == str(temporary):
            error.filename = str(target)
        raise
    finally:
        temporary.unlink(missing_ok=True)
    try:
        source.unlink()
    except OSError:
        # In both places it would be two images.
        target.unlink(missing_ok=True)
        raise
