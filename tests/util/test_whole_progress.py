"""Steps of a job as one progress."""

import itertools
from typing import ClassVar

import pytest

from lnl_gui.util.errors import Cancelled
from lnl_gui.util.messages import Message
from lnl_gui.util.throttle import Throttle
from lnl_gui.util.whole_progress import PARTS, PlannedStep, WholeContext
from tests.session.test_session import Quiet

READ, LEARN, JUDGE = (Message(name) for name in ("read", "learn", "judge"))
PLAN = [
    PlannedStep(READ, 1.0),
    PlannedStep(LEARN, 6.0),
    PlannedStep(READ, 0.0),
    PlannedStep(LEARN, 2.0),
    PlannedStep(JUDGE, 1.0),
]


class Told(Quiet):
    """Keeps what it is told."""

    memory: ClassVar[dict[str, object]] = {}
    threads = None

    def __init__(self) -> None:
        self.reports: list[tuple[str, int]] = []

    def progress(self, stage: Message, done: int, total: int, *, whole: bool = False) -> None:
        assert whole and total == PARTS
        self.reports.append((str(stage), done))

    def run(self, whole: WholeContext, *steps: tuple[Message, int]) -> list[int]:
        """Where the whole is after each step of so many units."""
        found = []
        for title, units in steps:
            for done in range(units + 1):
                whole.progress(title, done, units)
            found.append(self.reports[-1][1])
        return found


def never_back(told: Told) -> bool:
    return all(before <= after for (_, before), (_, after) in itertools.pairwise(told.reports))


def test_each_step_takes_its_share_and_the_end_is_full() -> None:
    told = Told()
    whole = WholeContext(told, PLAN)
    ends = told.run(whole, (READ, 3), (LEARN, 7), (READ, 1), (LEARN, 2), (JUDGE, 1))
    assert ends == [100, 700, 700, 900, 1000] and never_back(told)
    assert told.reports[1] == ("read", 33) and told.reports[-1] == ("judge", 1000)


def test_a_step_that_does_not_come_makes_no_jump_and_the_end_is_full() -> None:
    told = Told()
    whole = WholeContext(told, PLAN)
    # A resumed run: the first training is done.
    whole.progress(READ, 0, 1)
    whole.progress(READ, 1, 1)
    whole.progress(LEARN, 1, 4)
    # It ends after a fourth of its epochs.
    ends = told.run(whole, (READ, 1), (LEARN, 5), (JUDGE, 1))
    assert told.reports[2] == ("learn", 250)
    assert ends == [250, 750, 1000] and never_back(told)


def test_an_unexpected_step_is_named_and_holds_the_progress() -> None:
    told = Told()
    whole = WholeContext(told, PLAN)
    other = Message("downloading")
    assert told.run(whole, (READ, 2), (other, 5), (LEARN, 2)) == [100, 100, 700]
    assert ("downloading", 100) in told.reports
    # Totals that turn out too low or are none, and a plan without costs.
    whole.progress(LEARN, 9, 2)
    whole.progress(LEARN, 1, 0)
    assert told.reports[-1] == ("learn", 700) and never_back(told)
    assert told.run(WholeContext(told, [PlannedStep(READ, 0.0)]), (READ, 1)) == [1000]
    assert told.run(WholeContext(told, []), (READ, 1)) == [0]


def test_the_time_left_is_that_of_the_whole_and_each_new_name_goes_out() -> None:
    now = 0.0
    throttle = Throttle(clock=lambda: now)
    throttle.report(None, 0, 1000, name="read")
    now = 10.0
    assert throttle.report(None, 100, 1000, name="read") is not None
    now = 10.01
    assert throttle.report(None, 100, 1000, name="read") is None
    pace = throttle.report(None, 100, 1000, name="learn")
    assert pace is not None and pace.eta_s == pytest.approx(90.1, abs=0.1)


def test_what_is_finished_is_full_and_is_not_stopped_any_more() -> None:
    told = Told()
    whole = WholeContext(told, PLAN)
    told.run(whole, (READ, 1), (LEARN, 1))
    whole.finish(Message("saved"))
    assert told.reports[-1] == ("saved", PARTS)

    def stop(*_: object, **__: object) -> None:
        raise Cancelled

    told.progress = stop  # type: ignore[method-assign]
    whole.finish(Message("saved"))
    with pytest.raises(Cancelled):
        whole.progress(JUDGE, 0, 1)
