"""A few threads that read for the window.

Not Qt's own pool: PySide keeps for good each `QRunnable` that ends while it is being started, which
is most of the quick ones (6.11: 350 of 400), and with it whatever it was given.

They stay a moment for what comes next: to start one holds the window up until it runs,
3 ms for each of the nine pictures beside a sample on a busy machine.
"""

import heapq
import threading
from collections.abc import Callable
from contextlib import suppress

from PySide6.QtCore import QObject, Signal

Work = Callable[[], object]
LINGER_SECONDS = 1.0


class ThreadSender(QObject):
    """Emits for a thread; has no parent, so that it outlives its receivers."""

    sent = Signal(int, object)
    """A number by which the receiver tells what is still wanted, and what was made."""

    def send(self, number: int, made: object) -> None:
        """Emit from a thread; nothing where the window has gone meanwhile."""
        # Its objects have gone with it.
        with suppress(RuntimeError):
            self.sent.emit(number, made)


class WorkThreads:
    """Threads that do the work of the highest priority first and end when none comes any more.

    Args:
        count: threads at a time.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._wake = threading.Condition()
        self._waiting: list[tuple[int, int, Work]] = []
        self._asked = 0
        self._threads: set[threading.Thread] = set()
        self._ending: list[threading.Thread] = []
        """They take no more work, and may not have ended yet."""
        self._idle = 0
        self._dismissed = False

    def start(self, work: Work, priority: int = 0) -> None:
        """Have `work` done; of equal priority what was asked for first comes first."""
        with self._wake:
            self._asked += 1
            # The number decides between equals; functions cannot be compared.
            heapq.heappush(self._waiting, (-priority, self._asked, work))
            # One that has been woken and does not run yet is idle still, and its work waits.
            if self._idle >= len(self._waiting):
                self._wake.notify()
            elif len(self._threads) < self.count:
                # Python would wait for others at its end, and a drive that hangs never answers.
                thread = threading.Thread(target=self._serve, name="reading", daemon=True)
                # Counted under the lock that also finds nothing waiting: a thread about to end must
                # not pass for one that will do this.
                self._threads.add(thread)
                thread.start()

    def clear(self) -> None:
        """Forget what has not begun."""
        with self._wake:
            self._waiting.clear()

    def wait(self) -> None:
        """Wait until all is done and no thread is left."""
        while True:
            with self._wake:
                threads = [*self._threads, *self._still_ending()]
                self._dismissed = bool(threads)
                self._wake.notify_all()
            if not threads:
                return
            for thread in threads:
                thread.join()

    def _serve(self) -> None:
        try:
            while (work := self._next()) is not None:
                work()
                # Or it would be kept until the next one comes.
                del work
        finally:
            with self._wake:
                self._take_no_more()

    def _next(self) -> Work | None:
        with self._wake:
            while not self._waiting and self._stays():
                continue
            if self._waiting:
                return heapq.heappop(self._waiting)[2]
            # Here, under the lock: see `start`.
            self._take_no_more()
            return None

    def _take_no_more(self) -> None:
        thread = threading.current_thread()
        if thread in self._threads:
            self._threads.remove(thread)
            self._ending = [*self._still_ending(), thread]

    def _still_ending(self) -> list[threading.Thread]:
        return [thread for thread in self._ending if thread.is_alive()]

    def _stays(self) -> bool:
        """Wait a moment for work; whether to look for it again."""
        if self._dismissed:
            return False
        self._idle += 1
        woken = self._wake.wait(LINGER_SECONDS)
        self._idle -= 1
        return woken
