"""The worker's process: its start, its messages, and its end, with force if need be."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

from lnl_gui.jobs import protocol
from lnl_gui.jobs.launch import worker_command, worker_environment
from lnl_gui.util.errors import UserError
from lnl_gui.util.log import logger
from lnl_gui.util.process.processes import kill_tree

SHUTDOWN_MILLISECONDS = 1500
# A killed process that waits for a slow disk, or gives back gigabytes, goes only after that.
KILLED_MILLISECONDS = 30_000


class WorkerProcess(QObject):
    """One worker at a time; of one that was given up nothing is heard any more.

    Args:
        parent: the owner, with which it goes.
        command: program and arguments; the worker of this installation by default.
        grace: milliseconds after a request to stop until it is asked to end, and then until it is
            killed.
    """

    told = Signal(object)
    """A `protocol.JobMessage`."""
    printed = Signal(str)
    """A line that is no message, of it or of a library."""
    ended = Signal(int, object)
    """It has gone by itself: exit code or signal, and `QProcess.ExitStatus`."""
    not_started = Signal(str)
    """It could not be started, and why."""

    def __init__(
        self, parent: QObject, *, command: tuple[str, list[str]] | None, grace: tuple[int, int]
    ) -> None:
        super().__init__(parent)
        self._command = command or worker_command()
        self._grace = grace
        self._process: QProcess | None = None
        self.is_ready = False
        """Whether it has loaded its libraries and takes jobs."""
        # The end of a traceback is what tells; libraries may print without end.
        self._last_lines: deque[str] = deque(maxlen=200)
        self._half_line = b""
        self._force = QTimer(self, singleShot=True)
        self._force_step: Callable[[], None] = self._terminate
        # The step is looked up when the timer fires: it changes from terminate to kill.
        self._force.timeout.connect(lambda: self._force_step())

    @property
    def is_there(self) -> bool:
        """Whether there is one, be it that it has said nothing yet."""
        return self._process is not None

    @property
    def pid(self) -> int:
        """Its process id, 0 when there is none."""
        return self._process.processId() if self._process is not None else 0

    @property
    def last_lines(self) -> str:
        """What it printed last."""
        return "\n".join(self._last_lines)

    def start(self) -> None:
        """Start one; there is none."""
        process = QProcess(self)
        environment = QProcessEnvironment.systemEnvironment()
        for name, value in worker_environment().items():
            environment.insert(name, value)
        process.setProcessEnvironment(environment)
        process.readyReadStandardOutput.connect(self._read_messages)
        process.readyReadStandardError.connect(self._read_errors)
        process.finished.connect(self._gone)
        process.errorOccurred.connect(self._failed)
        self._process = process
        self._last_lines.clear()
        self._half_line = b""
        process.start(*self._command)

    def send(self, message: protocol.JobMessage) -> None:
        """Send it a message; none where it has gone."""
        if self._process is not None:
            self._process.write(protocol.encode(message))

    # Its end

    def dismiss(self) -> None:
        """Let it end by itself, unheard."""
        process = self._asked_to_end()
        if process is not None:
            process.finished.connect(process.deleteLater)

    def abandon(self) -> None:
        """Kill it, unheard."""
        process = self._cut_off()
        if process is not None:
            process.finished.connect(process.deleteLater)
            # It has not read a job yet, so nothing of a project is being written.
            kill_tree(process.processId())

    def end_later(self) -> None:
        """End it with force unless `let_be` is called in time."""
        self._arm(self._terminate, self._grace[0])

    def let_be(self) -> None:
        """It has stopped in time."""
        self._force.stop()

    def shut_down(self) -> None:
        """End it and wait for that, and for those that were given up or replaced a moment ago."""
        self._asked_to_end()
        for process in self.findChildren(QProcess):
            if not process.waitForFinished(SHUTDOWN_MILLISECONDS):
                kill_tree(process.processId())
                # Known to Qt alone while it starts.
                process.kill()
                process.waitForFinished(KILLED_MILLISECONDS)
            if process.state() is QProcess.ProcessState.NotRunning:
                process.deleteLater()
            else:
                # Its handle goes with the window, of which Qt will warn.
                logger.info("worker %d was killed and is still there", process.processId())

    def _cut_off(self) -> QProcess | None:
        """Disconnect its signals; its later output is lost."""
        process, self._process, self.is_ready = self._process, None, False
        if process is not None:
            process.readyReadStandardOutput.disconnect(self._read_messages)
            process.readyReadStandardError.disconnect(self._read_errors)
            process.finished.disconnect(self._gone)
            process.errorOccurred.disconnect(self._failed)
        return process

    def _asked_to_end(self) -> QProcess | None:
        process = self._cut_off()
        if process is not None:
            process.write(protocol.encode(protocol.Shutdown()))
            # A worker ends with its input, too, whether it has read the message or not.
            process.closeWriteChannel()
        return process

    def _arm(self, step: Callable[[], None], milliseconds: int) -> None:
        self._force_step = step
        self._force.start(milliseconds)

    def _terminate(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._arm(self._kill, self._grace[1])

    def _kill(self) -> None:
        if self._process is not None:
            kill_tree(self._process.processId())

    # What it says

    def _read_messages(self) -> None:
        # Looked up for each line: what a message sets off may replace the process. Half a line
        # waits for its rest.
        while self._process is not None and self._process.canReadLine():
            line = bytes(self._process.readLine().data())
            if not line.strip():
                continue
            try:
                message = protocol.decode(line)
            except UserError as error:
                self._note(str(error))
                continue
            self.is_ready |= isinstance(message, protocol.Ready)
            self.told.emit(message)

    def _read_errors(self) -> None:
        if self._process is None:
            return
        told = self._half_line + bytes(self._process.readAllStandardError().data())
        lines, self._half_line = told.splitlines(keepends=True), b""
        # A pipe may be read in the middle of a line, or of a letter.
        if lines and not lines[-1].endswith((b"\n", b"\r")):
            self._half_line = lines.pop()
        for line in lines:
            self._note(line.decode("utf-8", "replace").rstrip())

    def _note(self, line: str) -> None:
        if line.strip():
            self._last_lines.append(line)
            self.printed.emit(line)

    def _gone(self, code: int, status: QProcess.ExitStatus) -> None:
        # What it wrote last may still lie in the pipes.
        self._read_messages()
        self._read_errors()
        self._note(self._half_line.decode("utf-8", "replace"))
        process = self._cut_off()
        if process is not None:
            process.deleteLater()
        self.ended.emit(code, status)

    def _failed(self, error: QProcess.ProcessError) -> None:
        # A crash emits `finished` as well, which says how; a failed start does not.
        if error is not QProcess.ProcessError.FailedToStart:
            return
        process = self._cut_off()
        reason = ""
        if process is not None:
            reason = process.errorString()
            process.deleteLater()
        self.not_started.emit(reason)
