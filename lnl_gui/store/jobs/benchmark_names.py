"""Names in benchmarks: label noise as KIND:RATE, detectors as detect:NAME."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import known_names
from lnl_gui.util.messages import message

KINDS = (
    "symmetric_inclusive",
    "symmetric_exclusive",
    "asymmetric",
    "pair",
    "instance_cheng",
    "instance_xia",
)
"""Kinds that are drawn; `dataset.label_noise.named_noise` has a generator for each."""
MAP = "@"
"""Between `asymmetric` and what says which class is mistaken for which."""
NEXT, MOST_CONFUSED = "next", "most-confused"
CLASS_MAPS = (NEXT, "cifar10-pairs", "cifar100-superclass", MOST_CONFUSED)
"""Names after `asymmetric@`; anything else is a file."""
GIVEN = "given"
"""The labels as they came: nothing is drawn, what is wrong with them was wrong before."""


DETECT = "detect:"
"""Before the name of a detector, where training methods are named too."""
CONSENSUS = DETECT + "consensus"


@dataclass(frozen=True)
class Noise:
    """What is wrong with a label set.

    Attributes:
        kind: one of `KINDS`, `asymmetric@MAP`, or the name of a label set that came with the
            data, such as `GIVEN`.
        rate: share of labels to flip, in [0, 1); of no meaning for label sets that came.
    """

    kind: str
    rate: float = 0.0

    def __str__(self) -> str:
        return f"{self.kind} {100 * self.rate:.0f} %" if self.is_drawn else self.kind

    @property
    def text(self) -> str:
        """The form that `parse_noise` reads."""
        return f"{self.kind}:{self.rate:g}" if self.is_drawn else self.kind

    @property
    def family(self) -> str:
        """The kind without its map."""
        return self.kind.partition(MAP)[0]

    @property
    def class_map(self) -> str:
        """Of asymmetric noise: one of `CLASS_MAPS`, or a file."""
        return self.kind.partition(MAP)[2] or NEXT

    @property
    def is_drawn(self) -> bool:
        """Whether it is made, and did not come with the data."""
        return self.family in KINDS

    @property
    def is_random(self) -> bool:
        """Whether another seed gives other labels."""
        return self.is_drawn and self.rate > 0


def parse_noise(text: str, *, label_sets: Collection[str] = (GIVEN,)) -> Noise:
    """A noise from KIND:RATE or asymmetric@MAP:RATE, or from the name of a label set that came.

    Raises:
        UserError: for an unknown kind, or a rate outside [0, 1).
    """
    if text in label_sets:
        return Noise(text)
    # From the right: a path on Windows has a colon of its own.
    kind, _, rate = text.rpartition(":") if ":" in text else (text, "", "")
    family, _, class_map = kind.partition(MAP)
    if family not in KINDS or (class_map and family != "asymmetric"):
        raise unknown_noise(kind, (*KINDS, *label_sets))
    if class_map == NEXT:
        kind = family
    try:
        share = float(rate)
    except ValueError:
        share = -1.0
    # Where every label is flipped there is nothing left to learn from.
    if not 0 <= share < 1:
        raise UserError(
            message("The noise {text} has no rate between 0 and 1.", text=text),
            message("Write symmetric_exclusive:0.2."),
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
            message(
                "Name a table of true labels (--truth), or add noise, such as"
                " symmetric_exclusive:0.2."
            ),
        )
    return noises


def unknown_noise(kind: str, known: Iterable[str]) -> UserError:
    """What to say of a kind that is none of the `known` ones."""
    return UserError(
        message("There is no noise called {kind}.", kind=kind), known_names(kind, known)
    )
