"""The job protocol: messages between window and worker as JSON lines.

The worker says `ready`, `env`, `progress`, `log`, `event`, `result` and then one of `done`,
`cancelled`, `error`. The window says `start`, `cancel`, `shutdown`. Large data goes by file.
"""

import json
from dataclasses import asdict, dataclass, field
from typing import Any

from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, Message, message
from lnl_gui.util.typed import typed


@dataclass(frozen=True)
class Ready:
    """The worker is ready for jobs."""

    pid: int
    version: str


@dataclass(frozen=True)
class Environment:
    """What the worker computes on."""

    device: str
    device_name: str
    threads: int
    torch: str


@dataclass(frozen=True)
class ProgressMessage:
    """Progress of one stage, or of the `whole` job: units done and in all, a second, time left."""

    stage: Message
    done: int
    total: int
    rate: float
    eta_s: float | None
    whole: bool = False


@dataclass(frozen=True)
class Log:
    """A line for the job's log."""

    text: Message


@dataclass(frozen=True)
class Event:
    """A small live figure, such as one epoch's loss."""

    name: str
    values: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Done:
    """The job has finished."""


@dataclass(frozen=True)
class CancelledMessage:
    """The job stopped because it was asked to."""


@dataclass(frozen=True)
class ErrorMessage:
    """The job failed. `details` holds a traceback when it was a bug."""

    code: str
    message: Message
    hint: Message = NOTHING
    retryable: bool = False
    details: str = ""


@dataclass(frozen=True)
class Start:
    """Run a job. `run_id` is empty for kinds that need no project."""

    kind: str
    project: str
    run_id: str
    parameters: dict[str, Any]


@dataclass(frozen=True)
class Cancel:
    """Stop the running job soon."""


@dataclass(frozen=True)
class Shutdown:
    """Stop the worker."""


JobMessage = (
    Ready
    | Environment
    | ProgressMessage
    | Log
    | Event
    | RunResult
    | Done
    | CancelledMessage
    | ErrorMessage
    | Start
    | Cancel
    | Shutdown
)
MESSAGES: dict[str, type[JobMessage]] = {
    "ready": Ready,
    "env": Environment,
    "progress": ProgressMessage,
    "log": Log,
    "event": Event,
    "result": RunResult,
    "done": Done,
    "cancelled": CancelledMessage,
    "error": ErrorMessage,
    "start": Start,
    "cancel": Cancel,
    "shutdown": Shutdown,
}
_NAMES = {kind: name for name, kind in MESSAGES.items()}


def encode(said: JobMessage) -> bytes:
    """One line of ASCII JSON with its line break."""
    # ASCII escapes line breaks and everything a console's encoding could change, so that one line
    # is one message on every platform.
    return json.dumps({"type": _NAMES[type(said)], **asdict(said)}).encode("ascii") + b"\n"


def decode(line: bytes) -> JobMessage:
    """The message of one line; fields of a newer version are ignored.

    Raises:
        UserError: when the line is no message.
    """
    # Shortened and never failing: a foreign line may be of any length and any bytes.
    shown = line[:200].decode("utf-8", "replace")
    try:
        values = json.loads(line)
        # Names are looked up in a table: nothing from the pipe chooses what is constructed.
        kind = MESSAGES[values.pop("type")]
        return typed(values, kind, source=f"Message {shown!r}", unknown_fields=True)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(
            message("Not a message: {shown}", shown=repr(shown)), code="protocol"
        ) from error


def error_of(error: BaseException, details: str = "") -> ErrorMessage:
    """The message for an exception: a user's to mend, or a bug with its traceback."""
    if isinstance(error, UserError):
        return ErrorMessage(error.code, error.message, error.hint, error.retryable)
    text = Message(f"{type(error).__name__}: {error}")
    hint = message("This is an error in LNL itself. What was finished is kept; please report it.")
    return ErrorMessage("bug", text, hint, False, details)
