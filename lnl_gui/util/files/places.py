"""Whether something is where it is said to be, or can be written there, asked before long work."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.unfinished import unfinished_folder
from lnl_gui.util.messages import message


def not_there(place: Path) -> UserError:
    """The error of a file or folder that does not exist."""
    return UserError(
        message("`{source}` does not exist.", source=place),
        message("Check the spelling."),
        code="not_found",
    )


def refuse_missing(place: Path) -> None:
    """Refuse a file or folder that does not exist.

    Raises:
        UserError: where it does not.
    """
    if not place.exists():
        raise not_there(place)


def refuse_unwritable_folder(folder: Path) -> None:
    """Refuse a folder into which nothing can be written, or that cannot be made.

    Raises:
        UserError: naming what is in the way.
    """
    try:
        try_folder(folder)
    except OSError as error:
        raise as_user_error(error, message("write to {folder}", folder=folder)) from error


@contextmanager
def made_folder(folder: Path) -> Iterator[None]:
    """A folder that is there in the block; where that fails, what was made for it goes again.

    Args:
        folder: made with those it lies in, unless it is there.

    Raises:
        OSError: when it cannot be made.
    """
    new = [place for place in (folder, *folder.parents) if not place.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for place in new:
            # The deepest first; one that holds something by now stays.
            with suppress(OSError):
                place.rmdir()
        raise


def try_folder(folder: Path) -> None:
    """Make a folder in what there is of `folder`, and take it away.

    Raises:
        OSError: when that is no folder, or nothing can be made in it.
    """
    place = folder
    while not (place.exists() or place.is_symlink() or place == place.parent):
        place = place.parent
    # A file in the place of a folder is told as by what makes the folder later.
    place.mkdir(exist_ok=True)
    with unfinished_folder(place, ".try-"):
        pass
