"""How many images a training learns from, and what is said where a recipe needs more.

One rule for the dialog, the command line and the training itself; it computes on numbers alone, so
that the window needs no library of models to know which recipes to offer.
"""

from dataclasses import dataclass

from lnl_gui.store.jobs.parameters import LEFT_OUT, MOST_HELD_OUT
from lnl_gui.util.messages import Message, message


@dataclass(frozen=True)
class TrainingSize:
    """Numbers of images that can be learnt from, by what may become of them.

    Each is a pair: all, and of these the suspects nobody has looked at.
    """

    drawn: tuple[int, int] = (0, 0)
    """in the part that is held out of"""
    others: tuple[int, int] = (0, 0)
    """never held out: outside the dataset's own test split, or labelled by people alone"""
    part: int = 0
    """all labelled images of the part that is held out of, also those set aside"""
    own_split: bool = False
    """whether that part is the dataset's own test split, which is held out as a whole"""

    def learnt(self, holdout: float, unreviewed: str) -> int:
        """Images that are learnt from, those that choose among epochs included.

        Those held out are drawn by class and whole groups of copies: their number, and with it this
        one, is off by about one a class.

        Args:
            holdout: share that is held out where the dataset has no test split, in [0, 1].
            unreviewed: one of `parameters.UNREVIEWED`.
        """
        wanted = self.part if self.own_split else round(holdout * self.part)
        held = min(wanted, MOST_HELD_OUT) / max(1, self.part)
        drawn, others = (
            count - doubted if unreviewed == LEFT_OUT else count
            for count, doubted in (self.drawn, self.others)
        )
        return others + round((1 - held) * drawn)


def size_limit(least: int) -> Message:
    """What is said of a recipe that needs so many images."""
    return message(
        "Below {least:,} images to learn from, the linear probe is more accurate.", least=least
    )


def too_few(least: int, images: int) -> Message | None:
    """Why a recipe that needs `least` images to learn from is no choice; None where it is one."""
    if images >= least:
        return None
    return message(
        "Below {least:,} images to learn from, the linear probe is more accurate; here there are"
        " {images:,}.",
        least=least,
        images=images,
    )
