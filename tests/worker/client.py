"""A window's side of the worker's pipe, for tests."""

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from lnl_gui.jobs import launch, protocol
from lnl_gui.jobs.protocol import JobMessage

LOOK_SECONDS, IDLE_LOOKS = 10, 18


class WorkerClient:
    """A real worker process; use as a context manager.

    `changed` is Python that runs in it first, for what is too large to wait for.
    """

    def __init__(self, changed: str = "") -> None:
        program, arguments = launch.worker_command()
        if changed:
            script = f"{changed}\nfrom lnl_gui.__main__ import main; main([{launch.WORKER_VERB!r}])"
            program, arguments = sys.executable, ["-c", script]
        self.process = subprocess.Popen(
            [program, *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=os.environ | launch.worker_environment(),
        )
        self.messages: queue.Queue[JobMessage | None] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.messages.put(protocol.decode(line))
        self.messages.put(None)

    def __enter__(self) -> "WorkerClient":
        assert isinstance(self.next(), protocol.Ready)
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.wait()
        self._reader.join()
        for stream in (self.process.stdin, self.process.stdout):
            if stream is not None:
                stream.close()

    def send(self, message: JobMessage) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(protocol.encode(message))
        self.process.stdin.flush()

    def start(self, kind: str, project: Path, run_id: str, parameters: dict[str, Any]) -> None:
        self.send(protocol.Start(kind, str(project), run_id, parameters))

    def next(self) -> JobMessage | None:
        """The next message; None when the worker has closed its end.

        However long it takes while the worker computes: the machine may be busy.

        Raises:
            AssertionError: when the worker neither computes nor says anything any more.
        """
        idle, used = 0, -1.0
        while idle < IDLE_LOOKS:
            try:
                return self.messages.get(timeout=LOOK_SECONDS)
            except queue.Empty:
                now = self._used()
                idle = idle + 1 if now == used else 0
                used = now
        raise AssertionError("the worker neither computes nor says anything")

    def _used(self) -> float:
        """Seconds of processor time so far."""
        try:
            found = psutil.Process(self.process.pid).cpu_times()
        except psutil.NoSuchProcess:
            return -1.0
        return float(found.user + found.system)

    def until(self, wanted: Callable[[JobMessage], bool]) -> list[JobMessage]:
        """All messages up to and with the first that `wanted` accepts."""
        seen = []
        while (message := self.next()) is not None:
            seen.append(message)
            if wanted(message):
                return seen
        raise AssertionError(f"the worker ended after {seen}")

    def until_end(self) -> list[JobMessage]:
        """All messages of one job."""
        ends = (protocol.Done, protocol.CancelledMessage, protocol.ErrorMessage)
        return self.until(lambda message: isinstance(message, ends))
