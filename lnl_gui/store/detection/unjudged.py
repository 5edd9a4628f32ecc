"""Labels that no detection has judged.

There was none yet, or their images came into the dataset after it, or it was a first look at a
part. Nothing is known of them, and least of all that they are right: every figure of a detection
leaves them out.
"""

from pathlib import Path

import numpy as np

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, Message, joined, message, message_n


def unjudged_labels(
    suspicion: np.ndarray, readable: np.ndarray, unlabelled: np.ndarray
) -> np.ndarray:
    """Samples that count, came with a label and have no suspicion, bool (N,).

    Args:
        suspicion: float (N,), NaN where the newest detection says nothing.
        readable: bool (N,), whether it counts.
        unlabelled: bool (N,), that came without a label.
    """
    found: np.ndarray = np.isnan(suspicion) & readable & ~unlabelled
    return found


def not_judged(count: int) -> Message:
    """That so many labels were not judged, and what to do; nothing for none."""
    if not count:
        return NOTHING
    return message_n(
        "{count:,} sample has not been judged: nothing is known of its label. Find suspects to"
        " have it judged.",
        "{count:,} samples have not been judged: nothing is known of their labels. Find suspects"
        " to have them judged.",
        count,
    )


def not_counted(count: int) -> Message:
    """That the figures beside it leave so many labels out; nothing for none."""
    if not count:
        return NOTHING
    return message_n(
        "{count:,} image with a label has not been judged, as it came after the detection or"
        " only a part was looked at: these numbers do not count it.",
        "{count:,} images with a label have not been judged, as they came after the detection or"
        " only a part was looked at: these numbers do not count them.",
        count,
    )


def not_detected(project_folder: Path) -> UserError:
    """The error of what needs a detection where there was none."""
    return UserError(
        message("{project_folder} has no detection yet.", project_folder=project_folder),
        message("Run `lnl-gui detect {project_folder}` first.", project_folder=project_folder),
        code="not_detected",
    )


def not_to_be_accepted(why: Message, option: str) -> UserError:
    """The error of accepting unseen what a detection suggests that knows nothing of the labels.

    Args:
        why: the reason of that.
        option: what to write where it is meant all the same.
    """
    said = message(
        "Nothing was accepted: nothing is known of the labels, and every suggestion may be wrong."
    )
    return UserError(
        joined((said, why), " ") if why else said,
        message("Look at them one by one, or say with {option} that it is meant.", option=option),
        code="cannot_judge",
    )


def never_judged(count: int) -> Message:
    """That so many labels of an export were neither judged nor decided."""
    return message_n(
        "{count:,} label is as it came: no detection has judged it and nobody has decided about"
        " it. Find suspects, then export again.",
        "{count:,} labels are as they came: no detection has judged them and nobody has decided"
        " about them. Find suspects, then export again.",
        count,
    )


def with_not_judged(said: Message, count: int) -> Message:
    """A sentence, and behind it that so many labels were not judged."""
    return joined((said, not_judged(count)), " ") if count else said
