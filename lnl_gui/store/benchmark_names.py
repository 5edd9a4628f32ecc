"""Names in benchmarks: label noise as KIND:RATE, detectors as detect:NAME."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import known_names
from lnl_gui.util.messages import message

KINDS = ("symmetric", "symmetric_inclusive", "asymmetric", "pair", "instance")
"""Kinds that are drawn; `dataset.named_noise` has a generator for each."""
GIVEN = "given"
"""The labels as they came: nothing is drawn, what is wrong with them was wrong before."""


DETECT = "detect:"
"""Before the name of a detector, where training methods are named too."""
CONSENSUS = DETECT + "consensus"


@dataclass(frozen=True)
class Noise:
    """What is wrong with a label set.

    Attributes:
        kind: one of `KINDS`, or the name of a label set that came with the data, such as `GIVEN`.
        rate: share of labels to flip, in [0, 1); of no meaning for label sets that came.
    """

    kind: str
    rate: float = 0.0

    def __str__(self) -> str:
        return f"{self.kind} {100 * self.rate:.0f} %" if self.kind in KINDS else self.kind

    @property
    def text(self) -> str:
        """The form that `parse_noise` reads."""
        return f"{self.kind}:{self.rate:g}" if self.kind in KINDS else self.kind

    @property
    def is_random(self) -> bool:
        """Whether another seed gives other labels."""
        return self.kind in KINDS and self.rate > 0


def parse_noise(text: str, *, label_sets: Collection[str] = (GIVEN,)) -> Noise:
    """A noise from KIND:RATE, or from the name of a label set that came with the data.

    Raises:
        UserError: for an unknown kind, or a rate outside [0, 1).
    """
    kind, _, rate = text.partition(":")
    if kind in label_sets:
        return Noise(kind)
    if kind not in KINDS:
        raise unknown_noise(kind, (*KINDS, *label_sets))
    try:
        share = float(rate)
    except ValueError:
        share = -1.0
    # Where every label is flipped there is nothing left to learn from.
    if not 0 <= share < 1:
        raise UserError(
            message("The noise {text} has no rate between 0 and 1.", text=text),
            message("Write symmetric:0.2."),
        )
    return Noise(kind, share)


def parse_noises(texts: Sequence[str], *, truth_known: bool) -> list[Noise]:
    """The noises of a benchmark on a project.

    Args:
        texts: KIND:RATE each, or `given`.
        truth_known: whether right labels are known apart from the project's own.

    Raises:
        UserError: as `parse_noise`, and for `given` without the truth.
    """
    noises = [parse_noise(text) for text in texts]
    if Noise(GIVEN) in noises and not truth_known:
        raise UserError(
            message("The labels as they came can only be judged against the truth."),
            message("Name a table of true labels (--truth), or add noise, such as symmetric:0.2."),
        )
    return noises


def unknown_noise(kind: str, known: Iterable[str]) -> UserError:
    """What to say of a kind that is none of the `known` ones."""
    return UserError(
        message("There is no noise called {kind}.", kind=kind), known_names(kind, known)
    )
