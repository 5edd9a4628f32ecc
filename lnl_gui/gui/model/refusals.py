"""Why the window refuses a verdict: each refusal with what to do instead."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from lnl_gui.session.changes import NOT_HERE, Changes
from lnl_gui.session.session import Session
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, message_n


def about_to_ask() -> UserError:
    """A dialog was asked for and is not open yet."""
    text = message("A dialog that you asked for is about to open.")
    return UserError(text, message("Escape does without it."), code=NOT_HERE)


def not_the_newest() -> UserError:
    """Undo was asked for of an operation that is no longer the newest."""
    text = message("That is not what was done last any more.")
    hint = message("Undo takes back one step after the other, the newest first.")
    return UserError(text, hint, code=NOT_HERE)


def no_suggestion_while_blind() -> UserError:
    """Nobody can accept a suggestion that is hidden."""
    hint = message("Keep the label, pick another class, exclude, or say that you are unsure.")
    return UserError(message("There is no suggestion while you judge blind."), hint, code=NOT_HERE)


def decided_already(verdict: str) -> UserError:
    """The current sample is decided, and nobody has chosen it to decide it anew."""
    text = message("This sample is decided: {verdict}.", verdict=verdict)
    hint = message("To change that, click it or move to it with the arrow keys first.")
    return UserError(text, hint, code=NOT_HERE)


def out_of_sight(count: int) -> UserError:
    """So many samples were scrolled away; they are shown again."""
    text = message_n(
        "The sample was out of sight: nothing was decided.",
        "The {count:,} selected samples were out of sight: nothing was decided.",
        count,
    )
    hint = message("It is shown now; the same key decides it.")
    if count > 1:
        hint = message("The first of them is shown now; the same key decides them all.")
    return UserError(text, hint, code=NOT_HERE)


def nothing_to_see(count: int) -> UserError:
    """Of so many samples there is neither the file nor a thumbnail."""
    text = message_n(
        "The file is gone, and there is no picture to judge: nothing was decided.",
        "The {count:,} files are gone, and there are no pictures to judge: nothing was decided.",
        count,
    )
    hint = message("Locate the folder of the images, or update the dataset.")
    return UserError(text, hint, code=NOT_HERE)


def left_unseen(done: Message, count: int) -> Message:
    """What was done, and to how many samples it was not since there is nothing of them to see."""
    return message_n(
        "{done}; {count:,} whose file is gone was left as it is",
        "{done}; {count:,} whose files are gone were left as they are",
        count,
        done=done,
    )


def on_what_is_seen(
    session: Session, operation: Callable[[np.ndarray], Changes], rows: np.ndarray
) -> Changes:
    """A verdict on those of `rows` int64 (n,) whose picture is there; the others are counted.

    Raises:
        UserError: where nothing of any of them can be seen.
    """
    gone = session.images.gone(rows)
    if len(rows) and gone.all():
        raise nothing_to_see(len(rows))
    changes, left = operation(rows[~gone]), int(gone.sum())
    text = left_unseen(changes.text, left) if left else changes.text
    return replace(changes, text=text, left_unseen=left)
