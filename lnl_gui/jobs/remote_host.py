"""Commands on another machine through the system's own `ssh`; nothing listens on a port.

Keys, agents, jump hosts and names of hosts are those of the user's `~/.ssh/config`. A password is
never asked for: nobody sees a question in a worker.
"""

import os
import re
import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from lnl_gui.jobs.remote_commands import PROGRAM, posix
from lnl_gui.util.cluster import CLUSTER_VARIABLE
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.process.cores import PROCESSES_VARIABLE, THREADS_VARIABLE
from lnl_gui.util.process.processes import no_console

HOST_VARIABLE = "LNL_HOST"
"""Where jobs run instead of on this machine."""
SSH_VARIABLE, PROGRAM_VARIABLE = "LNL_SSH", "LNL_HOST_PROGRAM"
"""The `ssh` to use, and what LNL is called on the host where it is not on the path there."""
_CARRIED = (THREADS_VARIABLE, PROCESSES_VARIABLE, CLUSTER_VARIABLE)
"""What a person chose for their jobs, wherever these run."""
_HOST = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9_][A-Za-z0-9_.-]*")
_OPTIONS = (
    "-T",
    "-o",
    "BatchMode=yes",
    # A dead link is noticed within a minute here; the host may go on for longer, see `remote_run`.
    "-o",
    "ServerAliveInterval=15",
    "-o",
    "ServerAliveCountMax=3",
)
NO_CONNECTION = 255
"""What `ssh` exits with when it is to blame, and not the command."""


def check_host(text: str) -> str:
    """The host itself: NAME or USER@NAME.

    Raises:
        UserError: when it is none, or could be taken for an option of `ssh`.
    """
    if not _HOST.fullmatch(text):
        raise UserError(
            message("{host} is no name of a host.", host=repr(text)[:120]),
            message("Write NAME or USER@NAME; ports and keys belong into ~/.ssh/config."),
            code="bad_host",
        )
    return text


def chosen_host() -> str:
    """The host that jobs run on, or "" for this machine.

    Raises:
        UserError: when it is no name of one.
    """
    host = os.environ.get(HOST_VARIABLE, "").strip()
    return check_host(host) if host else ""


@dataclass(frozen=True)
class RemoteHost:
    """A machine that `ssh` reaches, with a POSIX shell and LNL on it."""

    name: str

    def words(self, command: str) -> list[str]:
        """The words that run a command of the host's shell."""
        ssh = shlex.split(os.environ.get(SSH_VARIABLE, "")) or ["ssh"]
        # What follows `--` is no option, whatever it begins with.
        return [*ssh, *_OPTIONS, "--", check_host(self.name), posix(command)]

    def program(self, *arguments: str) -> str:
        """The command that runs LNL there in place of the shell."""
        # As the user wrote it: it may begin with `~` or be two words, such as `uvx lnl-gui`.
        name = os.environ.get(PROGRAM_VARIABLE, "") or "lnl-gui"
        # `ssh` carries no variables, and a host must not send its jobs on to another one.
        carried = {HOST_VARIABLE: ""}
        carried |= {one: os.environ[one] for one in _CARRIED if one in os.environ}
        variables = [shlex.quote(f"{one}={value}") for one, value in carried.items()]
        return " ".join([PROGRAM, *variables, name, *map(shlex.quote, arguments)])

    def start(self, command: str) -> subprocess.Popen[bytes]:
        """A command with pipes to all three of its streams.

        Raises:
            UserError: when there is no `ssh` here.
        """
        try:
            return subprocess.Popen(
                self.words(command),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                # Ctrl+C is ours to answer: the worker there is told to stop.
                start_new_session=os.name != "nt",
                creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | no_console(),
            )
        except OSError as error:
            raise UserError(
                message("ssh cannot be started: {error}.", error=error),
                message("Install OpenSSH's client; Windows has it as an optional feature."),
                code="no_ssh",
            ) from error

    def run(self, command: str, data: bytes = b"") -> bytes:
        """What a short command prints.

        Raises:
            UserError: `host_unreachable`, or `host_command_failed` with what it said.
        """
        process = self.start(command)
        out, err = process.communicate(data)
        self.check(process.returncode, err)
        return out

    def check(self, code: int, said: bytes) -> None:
        """Raise what a command's end means.

        Raises:
            UserError: see `run`.
        """
        if code == 0:
            return
        lines = said.decode("utf-8", "replace").strip().splitlines()
        reason = lines[-1] if lines else str(code)
        if code == NO_CONNECTION:
            raise UserError(
                message("{host} cannot be reached: {reason}.", host=self.name, reason=reason),
                message("Try `ssh {host}` in a terminal; then start again.", host=self.name),
                code="host_unreachable",
                retryable=True,
            )
        raise UserError(
            message("{host} says: {reason}.", host=self.name, reason=reason),
            message(
                "Look whether `lnl-gui doctor` works there; LNL_HOST_PROGRAM says what it is"
                " called if it is not on the path."
            ),
            code="host_command_failed",
        )


def close_pipes(process: subprocess.Popen[bytes]) -> None:
    """Close what is open between this process and one that has ended."""
    for stream in (process.stdin, process.stdout, process.stderr):
        try:
            if stream is not None:
                stream.close()
        except OSError:
            # What was still to be written to it nobody reads.
            continue


def feed(stream: IO[bytes] | None, chunks: Sequence[bytes]) -> None:
    """Write to a process that may have ended."""
    assert stream is not None
    try:
        for chunk in chunks:
            stream.write(chunk)
        stream.flush()
    except (BrokenPipeError, OSError):
        # What it said on standard error tells why.
        return
