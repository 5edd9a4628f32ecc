"""A few threads that read for the window.

Not Qt's own pool: PySide keeps for good each `QRunnable` that ends while it is being started, which
is most of the quick ones (6.11: 350 of 400), and with it whatever it was given.
"""

import heapq
import threading
from collections.abc import Callable

Work = Callable[[], object]


class WorkThreads:
    """Threads that do the work of the highest priority first and end when none is left.

    Args:
        count: threads at a time.
    """

    def __init__(self, count: int) -> None:
        self.count = count
        self._lock = threading.Lock()
        self._waiting: list[tuple[int, int, Work]] = []
        self._asked = 0
        self._threads: set[threading.Thread] = set()

    def start(self, work: Work, priority: int = 0) -> None:
        """Have `work` done; of equal priority what was asked for first comes first."""
        with self._lock:
            self._asked += 1
            heapq.heappush(self._waiting, (-priority, self._asked, work))
            if len(self._threads) >= self.count:
                return
            thread = threading.Thread(target=self._serve, name="reading", daemon=True)
            # Counted under the lock that also finds nothing waiting: a thread about to end must not
            # pass for one that will do this.
            self._threads.add(thread)
            thread.start()

    def clear(self) -> None:
        """Forget what has not begun."""
        with self._lock:
            self._waiting.clear()

    def wait(self) -> None:
        """Wait until no thread works."""
        while True:
            with self._lock:
                threads = list(self._threads)
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
            with self._lock:
                self._threads.discard(threading.current_thread())

    def _next(self) -> Work | None:
        with self._lock:
            if self._waiting:
                return heapq.heappop(self._waiting)[2]
            # Here, under the lock: see `start`.
            self._threads.discard(threading.current_thread())
            return None
