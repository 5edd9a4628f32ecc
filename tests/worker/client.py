"""A window's side of the worker's pipe, for tests."""

import os
import queue
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lnl_gui.jobs import launch, protocol
from lnl_gui.jobs.protocol import JobMessage


class WorkerClient:
    """A real worker process; use as a context manager."""

    def __init__(self) -> None:
        program, arguments = launch.worker_command()
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
        """The next message; None when the worker has closed its end."""
        return self.messages.get(timeout=120)

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
