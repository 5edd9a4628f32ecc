"""The folder beside a dataset that takes a change back: whole before the first change is made."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.atomic import atomic_folder, write_json
from lnl_gui.util.files.moving import copy_whole
from lnl_gui.util.messages import message

UNDO_FILE, UNDO_SUFFIX = "undo.json", ".undo"


def is_free(undo: Path) -> bool:
    """Whether nothing of a change lies under the name of such a folder: an empty one is no matter.

    Args:
        undo: the folder.
    """
    return not undo.exists() or (undo.is_dir() and not any(undo.iterdir()))


def make_undo(
    undo: Path, kept: Mapping[str, Any], *, copied: Sequence[tuple[Path, Path]] = ()
) -> None:
    """Make the folder, all of it or nothing.

    Args:
        undo: the folder, of which `is_free` holds.
        kept: what takes the change back.
        copied: files whose content is kept, each with its place in the folder.

    Raises:
        UserError: when it cannot be written; then nothing of it is left.
    """
    try:
        with atomic_folder(undo) as folder:
            for file, place in copied:
                (folder / place).parent.mkdir(parents=True, exist_ok=True)
                copy_whole(file, folder / place)
            write_json(folder / UNDO_FILE, kept)
    except OSError as error:
        raise as_user_error(
            error, message("write {undo}, which takes the change back", undo=undo)
        ) from error


@contextmanager
def taken_back_on_error(
    undo: Path, source: Path, take_back: Callable[[], object]
) -> Iterator[None]:
    """Take a change back that fails half-way; what is told is why it failed.

    Args:
        undo: the folder that was made for it.
        source: the dataset.
        take_back: puts all back and removes the folder.

    Raises:
        UserError: in place of an error of the operating system.
    """
    try:
        yield
    except BaseException as error:
        failed: BaseException = error
        if isinstance(error, OSError):
            failed = as_user_error(error, message("change {source}", source=source))
        try:
            take_back()
        except (UserError, OSError) as second:
            raise _half_way(failed, second, undo) from second
        if failed is error:
            raise
        raise failed from error


def _half_way(failed: BaseException, second: Exception, undo: Path) -> BaseException:
    """Why a change failed, and that the dataset is not as it was."""
    if not isinstance(failed, UserError):
        return failed
    return UserError(
        message(
            "{failed} What had been changed before could not be taken back: {second}",
            failed=failed.message,
            second=second.message if isinstance(second, UserError) else second,
        ),
        message(
            'When that is mended, take it back: `lnl-gui apply --undo "{undo}"`. Until then the'
            " dataset is changed in part.",
            undo=undo,
        ),
        code=failed.code,
    )


def holds_the_same(file: Path, other: Path) -> bool:
    """Whether two files have the same bytes; one that is not there has none.

    Args:
        file: the one.
        other: the other.

    Raises:
        OSError: when one is there and cannot be read.
    """
    try:
        return file.stat().st_size == other.stat().st_size and (
            file.read_bytes() == other.read_bytes()
        )
    except FileNotFoundError:
        return False
