"""What a path took beside its floor, and how both are taken in one run."""

import statistics
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from tests.benchmarks.measuring import Spent, stopwatch

Work = Callable[[], Any]


@dataclass(frozen=True)
class Measure:
    """One line of the table.

    Attributes:
        path: such as `decoding`.
        what: was done, such as `256 px JPEG`.
        ours: milliseconds of the processor.
        floor: the same of the least that could be done.
        floor_name: what that is.
        clock: milliseconds by the clock, of ours.
        peer: whether `ours` are another program's.
        note: what the figures do not say, such as a recall.
        ran: whether there are figures at all; if not, the note says why.
    """

    path: str
    what: str
    ours: float
    floor: float
    floor_name: str
    clock: float
    peer: bool = False
    note: str = ""
    ran: bool = True

    @property
    def share(self) -> float:
        """The floor's part of what was taken: 1 could not be faster."""
        return self.floor / self.ours if self.ours > 0 else 0.0

    def as_json(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self) | {"share": round(self.share, 3)}


def not_run(path: str, peer: str, reason: str = "not installed") -> Measure:
    """The row of a peer without figures: left out, it would look like one that nobody thought of.

    Args:
        path: such as `decoding`.
        peer: its name.
        reason: in one line.
    """
    return Measure(path, peer, 0.0, 0.0, "", 0.0, peer=True, note=reason, ran=False)


def alternate(ours: Work, floor: Work, *, rounds: int = 3) -> tuple[float, float, float]:
    """Processor milliseconds of both, and ours by the clock: medians of rounds that take turns.

    Args:
        ours: what is measured.
        floor: the least it could take.
        rounds: of both; what else the machine does meets both alike.
    """
    mine, least = take_turns(ours, floor, rounds=rounds)
    return mine.processor, least.processor, mine.clock


def take_turns(ours: Work, floor: Work, *, rounds: int) -> tuple[Spent, Spent]:
    """What both took, as `alternate`, by the processor and by the clock."""
    taken: list[tuple[Spent, Spent]] = []
    ours(), floor()  # what is loaded or compiled at the first call is not measured
    for _ in range(rounds):
        with stopwatch() as mine:
            ours()
        with stopwatch() as least:
            floor()
        taken.append((mine, least))
    first, second = zip(*taken, strict=True)
    return _median(first), _median(second)


def _median(taken: Sequence[Spent]) -> Spent:
    return Spent(
        clock=statistics.median(spent.clock for spent in taken),
        processor=statistics.median(spent.processor for spent in taken),
    )
