"""Independent computations in threads, for work that releases Python's lock."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from functools import partial
from typing import TypeVar

from lnl_gui.util.errors import Cancelled
from lnl_gui.util.progress import Progress, no_progress

Result = TypeVar("Result")
Task = Callable[[Progress], Result]

_REPORT_SECONDS = 0.1


def side_by_side(tasks: Sequence[Task[Result]], threads: int, progress: Progress) -> list[Result]:
    """Results of the tasks in their order, at most `threads` of them running at a time.

    `progress` is called from the calling thread alone, because what it reports to may belong to
    that thread. Once it or a task raises, every other task is stopped at its next report.

    Args:
        tasks: each reports (done, total), the total the same for all.
        threads: 1 runs one after the other, in the calling thread.
        progress: units done of those of one task, summed over the tasks.

    Raises:
        Cancelled: where `progress` raises it; other errors as the tasks raise them.
    """
    if threads <= 1 or len(tasks) <= 1:
        return [task(_after(progress, place)) for place, task in enumerate(tasks)]
    board = _Board(len(tasks))
    with ThreadPoolExecutor(min(threads, len(tasks))) as pool:
        futures = [pool.submit(task, board.report_of(at)) for at, task in enumerate(tasks)]
        try:
            _watch(futures, board, progress)
            return [future.result() for future in futures]
        except BaseException:
            board.stopped.set()
            for future in futures:
                future.cancel()
            raise


@contextmanager
def beside(work: Task[Result], threads: int) -> Iterator[Callable[[], Result]]:
    """Do `work` in a thread beside the block, which calls what it is given for the result.

    Args:
        work: raises in the block what it raises. What it reports to stops it once the block has
            failed.
        threads: 1 does it in the calling thread, when the result is asked for.

    Raises:
        Cancelled: by what `work` reports to, in its own thread, once the block has failed.
    """
    if threads <= 1:
        yield partial(work, no_progress)
        return
    stopped = threading.Event()

    def report(done: int, total: int) -> None:
        if stopped.is_set():
            raise Cancelled

    with ThreadPoolExecutor(1) as pool:
        try:
            yield pool.submit(work, report).result
        except BaseException:
            stopped.set()
            raise


def _after(progress: Progress, place: int) -> Progress:
    def report(done: int, total: int) -> None:
        progress(place * total + done, total)

    return report


class _Board:
    """What each task has done, written by its thread and read by the caller's."""

    def __init__(self, tasks: int) -> None:
        self.stopped = threading.Event()
        self._done = [0] * tasks
        self._total = 1

    def report_of(self, place: int) -> Progress:
        def report(done: int, total: int) -> None:
            self._done[place], self._total = done, total
            if self.stopped.is_set():
                raise Cancelled

        return report

    def tell(self, progress: Progress) -> None:
        progress(sum(self._done), self._total)


def _watch(futures: Sequence[Future[Result]], board: _Board, progress: Progress) -> None:
    """Report until all are done; raise the first error of a task."""
    running = True
    while running:
        done, rest = wait(futures, timeout=_REPORT_SECONDS, return_when=FIRST_EXCEPTION)
        for future in done:
            future.result()
        running = bool(rest)
        board.tell(progress)
