"""Messages survive the line; what is no message is told apart."""

import json

import pytest

from lnl_gui.jobs import protocol
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, message_n

EXAMPLES = [
    protocol.Ready(12, "1.0"),
    protocol.ProgressMessage(message("embedding"), 3, 10, 1.5, None),
    protocol.Log(Message("Grüße\n“two lines”")),
    protocol.Event("epoch", {"loss": 0.5}),
    RunResult({"a": "b"}, {"n": 1}),
    protocol.Done(),
    protocol.CancelledMessage(),
    protocol.ErrorMessage(
        "disk_full",
        message("The disk is full: could not {action}.", action=message("write {file}", file="x")),
        message_n("{count} file", "{count} files", 3, share=0.5),
        True,
    ),
    protocol.Start("embed", "/a/ü.lnl", "embed-1", {"encoders": ["bundled"]}),
    protocol.Cancel(),
    protocol.Shutdown(),
]


@pytest.mark.parametrize("said", EXAMPLES, ids=lambda m: type(m).__name__)
def test_a_message_is_one_line(said: protocol.JobMessage) -> None:
    line = protocol.encode(said)
    assert line.count(b"\n") == 1
    assert protocol.decode(line) == said


def test_fields_of_a_newer_version_are_ignored() -> None:
    line = json.dumps({"type": "log", "text": {"template": "hi"}, "colour": "red"}).encode()
    assert protocol.decode(line) == protocol.Log(Message("hi"))


@pytest.mark.parametrize("line", [b"hello\n", b"[]\n", b'{"type": "what"}\n', b'{"type": "log"}\n'])
def test_noise_is_refused(line: bytes) -> None:
    with pytest.raises(UserError):
        protocol.decode(line)


def test_a_bug_carries_its_traceback_and_a_mendable_error_its_hint() -> None:
    bug = protocol.error_of(ZeroDivisionError("x"), "Traceback ...")
    assert (bug.code, bug.details) == ("bug", "Traceback ...")
    mendable = protocol.error_of(
        UserError(Message("No."), Message("Do this."), code="c", retryable=True)
    )
    assert mendable == protocol.ErrorMessage("c", Message("No."), Message("Do this."), True)
