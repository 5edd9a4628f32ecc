"""What a host's POSIX shell is told: one line each, so that any login shell hands it on."""

import shlex
from pathlib import PurePosixPath

PROGRAM = 'PATH="$PATH:$HOME/.local/bin"; export PATH; exec env'
"""Before variables and a program, which takes the shell's place.

Where pip, pipx and uv put programs; a shell that no person logged into may not know it.
"""


def posix(command: str) -> str:
    """A command for whatever login shell there is, whose files are its owner's alone."""
    return f"sh -c {shlex.quote(f'umask 077; {command}')}"


def numbered(folder: PurePosixPath, note: str) -> str:
    """Leave the number of this shell, and of what takes its place, in the file `note`."""
    return f"cd {shlex.quote(str(folder))} && echo $$ > {shlex.quote(note)}"


def end_worker(note: str) -> str:
    """End the worker whose number stands in the file `note`, if it still works; wait for that."""
    return (
        f"pid=$(cat {shlex.quote(note)} 2>/dev/null) || exit 0;"
        ' words=$(ps -ww -o args= -p "$pid" 2>/dev/null || cat "/proc/$pid/cmdline" 2>/dev/null);'
        # Another program may have its number by now.
        ' case "$words" in *worker*) kill "$pid" 2>/dev/null;; *) exit 0;; esac;'
        " for _ in 1 2 3 4 5 6 7 8 9 10; do"
        ' kill -0 "$pid" 2>/dev/null || exit 0; sleep 1; done;'
        ' kill -9 "$pid" 2>/dev/null || true'
    )


def newer_files(folder: PurePosixPath, mark: str, *, but: tuple[str, ...]) -> str:
    """List the files of a folder that are newer than a mark beside it, but those of some names."""
    passed_over = " ".join(f"! -path {shlex.quote(pattern)}" for pattern in but)
    newer = f"-newer ../{shlex.quote(mark)} {passed_over}"
    return f"cd {shlex.quote(str(folder))} && find . -type f {newer}"
