import threading
import time
from collections.abc import Callable

import pytest

from lnl_gui.util.errors import Cancelled
from lnl_gui.util.process.side_by_side import beside, side_by_side
from lnl_gui.util.progress import Progress, no_progress

_LONG = 30


def _square(number: int) -> Callable[[Progress], int]:
    def task(progress: Progress) -> int:
        progress(1, 1)
        return number * number

    return task


@pytest.mark.parametrize("threads", [1, 3])
def test_results_come_in_the_order_of_the_tasks(threads: int) -> None:
    assert side_by_side([_square(number) for number in range(7)], threads, no_progress) == [
        number * number for number in range(7)
    ]


def test_two_tasks_run_at_a_time() -> None:
    both = threading.Barrier(2, timeout=_LONG)

    def meet(progress: Progress) -> int:
        # Breaks where the one waits for the other to end.
        return both.wait()

    assert sorted(side_by_side([meet, meet], 2, no_progress)) == [0, 1]


@pytest.mark.parametrize("threads", [1, 2])
def test_only_the_calling_thread_reports_and_all_units_are_told(threads: int) -> None:
    reported = []

    def report(done: int, total: int) -> None:
        reported.append((done, total, threading.get_ident()))

    side_by_side([_square(1), _square(2)], threads, report)
    assert {ident for _, _, ident in reported} == {threading.get_ident()}
    assert reported[-1][:2] == (2, 1)


def test_cancelling_stops_every_task() -> None:
    begun = threading.Barrier(3, timeout=_LONG)
    ended = []

    def endless(progress: Progress) -> None:
        begun.wait()
        try:
            while True:
                progress(0, 1)
        except Cancelled:
            ended.append(True)
            raise

    def cancel(done: int, total: int) -> None:
        begun.wait()
        raise Cancelled

    with pytest.raises(Cancelled):
        side_by_side([endless, endless], 2, cancel)
    assert ended == [True, True]


def test_the_error_of_a_task_stops_the_others() -> None:
    def wrong(progress: Progress) -> None:
        raise ValueError("told")

    def endless(progress: Progress) -> None:
        while True:
            progress(0, 1)

    with pytest.raises(ValueError, match="told"):
        side_by_side([endless, wrong], 2, no_progress)


@pytest.mark.parametrize("threads", [1, 2])
def test_work_beside_a_block_is_done_once_and_its_error_raised_there(threads: int) -> None:
    done: list[int] = []
    with beside(lambda _: done.append(threading.get_ident()) or "made", threads) as result:
        assert result() == "made"
    assert len(done) == 1 and (done[0] == threading.get_ident()) == (threads == 1)

    def fail(_: Progress) -> None:
        raise Cancelled

    with beside(fail, threads) as result, pytest.raises(Cancelled):
        result()


def test_work_beside_a_block_runs_while_the_block_does_and_not_after_it() -> None:
    begun, ended = threading.Event(), threading.Event()

    def work(_: Progress) -> None:
        begun.set()
        ended.wait(_LONG)

    with beside(work, 2):
        assert begun.wait(_LONG)
        ended.set()
    assert not any(t.name.startswith("ThreadPoolExecutor") for t in threading.enumerate())


def test_work_beside_a_block_that_fails_is_stopped() -> None:
    begun, reports = threading.Event(), []

    def work(report: Progress) -> None:
        begun.set()
        for turn in range(100 * _LONG):
            time.sleep(0.01)
            report(turn, 1)
            reports.append(turn)

    with pytest.raises(ValueError, match="the block"), beside(work, 2):
        assert begun.wait(_LONG)
        raise ValueError("the block")
    assert len(reports) < 100 * _LONG
