"""A job on another machine: the worker's own protocol, spoken through `ssh`.

The worker there is the window's, and it stops when its input ends: closing the connection, or
losing it, is what killing a worker is here. What it has finished stays on the host, and the same
job, started again, goes on from there.
"""

import queue
import threading
from pathlib import Path
from typing import Any

import lnl_gui
from lnl_gui.jobs import protocol, remote_commands
from lnl_gui.jobs.remote_files import PROJECT, RemoteProject, lost
from lnl_gui.jobs.remote_host import NO_CONNECTION, RemoteHost, close_pipes, feed
from lnl_gui.store.database.containment import RUNS, check_identifier
from lnl_gui.store.jobs.runs import RunResult, write_result
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import JobContext

KINDS = {"embed": True, "detect": False, "finetune": True, "tune": True}
"""Jobs that may run elsewhere, and whether they read the original images."""
_PATIENCE = 0.3
"""Seconds between two looks whether the job was cancelled, while nothing comes."""
_END = b""


def run_on_host(
    host: str,
    kind: str,
    parameters: dict[str, Any],
    context: JobContext,
    *,
    project: Path,
    run_id: str,
) -> RunResult:
    """Run a job of `KINDS` on a host and bring its files back.

    Raises:
        UserError: what the job raises, or `host_unreachable`, `connection_lost`, `other_version`.
        Cancelled: when the context was asked to stop.
    """
    if parameters.get("weights"):
        raise UserError(
            message("A file of weights is on this machine only."),
            message("Run the job here, or without --weights."),
            code="weights_elsewhere",
        )
    place = RemoteProject.on(RemoteHost(host), project)
    # A link that was cut, and not closed, is noticed there after a quarter of an hour.
    place.run(remote_commands.end_worker(_note(run_id)))
    place.send(run_id, context, images=KINDS[kind])
    there = str(place.folder / PROJECT)
    note = remote_commands.numbered(place.folder, _note(run_id))
    with _RemoteWorker(place.host, note) as worker:
        made = worker.run(protocol.Start(kind, there, run_id, parameters), context)
    context.log(message("{host} has finished; its results are fetched.", host=host))
    place.fetch(run_id, context)
    result = RunResult(made.artifacts, _moved(made.metrics, there, str(project)), made.inputs)
    write_result(project / RUNS / run_id, result)
    return result


def _note(run_id: str) -> str:
    """The file with the number of the worker's process."""
    return f"worker-{check_identifier(run_id)}"


def _moved(value: Any, there: str, here: str) -> Any:
    """Figures of a run with the paths of the project as they are here."""
    if isinstance(value, dict):
        return {name: _moved(one, there, here) for name, one in value.items()}
    if isinstance(value, list):
        return [_moved(one, there, here) for one in value]
    if isinstance(value, str) and (value == there or value.startswith(there + "/")):
        return str(Path(here, value[len(there) + 1 :]))
    return value


class _RemoteWorker:
    """A worker at the other end of `ssh`."""

    def __init__(self, host: RemoteHost, before: str = "true") -> None:
        self._host, self._began = host, False
        self._process = host.start(f"{before} && {{ {host.program('worker')}; }}")
        self._lines: queue.Queue[bytes] = queue.Queue()
        self._said: list[bytes] = []
        reads = (self._read_lines, self._read_errors)
        self._readers = [threading.Thread(target=read, daemon=True) for read in reads]

    def __enter__(self) -> "_RemoteWorker":
        for reader in self._readers:
            reader.start()
        return self

    def __exit__(self, *_: object) -> None:
        # The end of its input tells the worker to stop, also where this process is killed.
        stdin = self._process.stdin
        try:
            if stdin is not None:
                stdin.close()
        except OSError:
            pass
        try:
            self._process.wait(timeout=10)
        except Exception:  # it hangs on a dead link
            self._process.kill()
            self._process.wait()
        # They end with the process, and must have ended before its pipes are closed.
        for reader in self._readers:
            reader.join(timeout=10)
        close_pipes(self._process)

    def run(self, start: protocol.Start, context: JobContext) -> RunResult:
        """Run one job to its end."""
        result: RunResult | None = None
        stage, done, total = message("waiting for {host}", host=self._host.name), 0, 1
        whole = False
        cancelled = False
        while True:
            try:
                said = self._next()
            except UserError:
                # It was to stop, and it has.
                if cancelled:
                    raise Cancelled from None
                raise
            try:
                if said is None and not cancelled:
                    # Says nothing new, and raises when the job was cancelled.
                    context.progress(stage, done, total, whole=whole)
                elif isinstance(said, protocol.ProgressMessage) and not cancelled:
                    stage, done, total, whole = said.stage, said.done, said.total, said.whole
                    context.progress(stage, done, total, whole=whole)
            except Cancelled:
                # Not the end: it may have something to keep first.
                cancelled = True
                self._send(protocol.Cancel())
            if isinstance(said, protocol.Ready):
                self._check(said)
                self._began = True
                self._send(start)
            elif isinstance(said, protocol.Log):
                context.log(said.text)
            elif isinstance(said, protocol.Event):
                context.event(said.name, **said.values)
            elif isinstance(said, RunResult):
                result = said
            elif isinstance(said, protocol.CancelledMessage):
                raise Cancelled
            elif isinstance(said, protocol.ErrorMessage):
                raise _error_of(said)
            elif isinstance(said, protocol.Done):
                assert result is not None
                return result

    def greet(self) -> None:
        """Wait until it is ready, and let it go again."""
        while not isinstance(said := self._next(), protocol.Ready):
            pass
        self._check(said)
        self._send(protocol.Shutdown())

    def _check(self, ready: protocol.Ready) -> None:
        if ready.version != lnl_gui.__version__:
            raise UserError(
                message(
                    "{host} has LNL {there}, this machine {here}.",
                    host=self._host.name,
                    there=ready.version,
                    here=lnl_gui.__version__,
                ),
                message("Install the same version on both."),
                code="other_version",
            )

    def _send(self, said: protocol.JobMessage) -> None:
        feed(self._process.stdin, [protocol.encode(said)])

    def _next(self) -> protocol.JobMessage | None:
        """The next message; None after a while without one.

        Raises:
            UserError: when the connection has ended.
        """
        try:
            line = self._lines.get(timeout=_PATIENCE)
        except queue.Empty:
            return None
        if line == _END:
            code = self._process.wait()
            for reader in self._readers:
                # What it said last tells why.
                reader.join(timeout=10)
            # Below 0 `ssh` itself was killed.
            cut = code < 0 or code == NO_CONNECTION
            if self._began:
                raise lost(self._host) if cut else self._ended(code)
            self._host.check(code, b"".join(self._said))
            raise lost(self._host)
        try:
            return protocol.decode(line)
        except UserError:
            # A login shell may greet before the worker speaks.
            return None

    def _ended(self, code: int) -> UserError:
        lines = b"".join(self._said).decode("utf-8", "replace").strip().splitlines()
        return UserError(
            message(
                "The worker on {host} has ended: {reason}.",
                host=self._host.name,
                reason=lines[-1] if lines else code,
            ),
            message("Start the same again; it goes on with what the host has finished."),
            code="worker_ended",
            retryable=True,
        )

    def _read_lines(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._lines.put(line)
        self._lines.put(_END)

    def _read_errors(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            # The last ones tell why it ended.
            self._said[:] = [*self._said[-20:], line]


def _error_of(said: protocol.ErrorMessage) -> Exception:
    if said.code == "bug":
        return RuntimeError(f"{said.message}\n{said.details}")
    return UserError(said.message, said.hint, code=said.code, retryable=said.retryable)


def try_host(host: str) -> Message:
    """Connect as a job would; what was found there, in one sentence.

    Raises:
        UserError: when the host cannot be reached or has no such LNL.
    """
    place = RemoteHost(host)
    folder = place.run('df -Pk "$HOME" | tail -1').split()
    gpus = place.run("nvidia-smi --query-gpu=name --format=csv,noheader 2>/dev/null || true")
    with _RemoteWorker(place) as worker:
        worker.greet()
    names = ", ".join(gpus.decode("utf-8", "replace").strip().splitlines())
    free = int(folder[3]) // 2**20 if len(folder) > 3 and folder[3].isdigit() else 0
    return message(
        "{host} answers: LNL {version}, {free} GB free, {gpus}.",
        host=host,
        version=lnl_gui.__version__,
        free=free,
        gpus=names or message("no GPU of NVIDIA"),
    )
