"""Run one step as a command, and say what is done."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from set_up.network import passed_on


def say(text: str) -> None:
    """Tell the user what is being done."""
    print(f"\n== {text}", flush=True)


def run(
    command: Sequence[str | Path], *, folder: Path, aside: bool = False, **variables: str
) -> None:
    """Run a command.

    Args:
        command: the program and its arguments.
        folder: where it runs.
        aside: say what it prints in one piece at its end, for something else is running too.
        **variables: of the environment, beside those there are.

    Raises:
        CalledProcessError: when it fails.
    """
    words = [str(word) for word in command]
    # Where nothing compiled is kept, every process compiles torch, scipy and pandas anew: 12 s of
    # processor time instead of 4 for each.
    environment = os.environ | passed_on(os.environ) | {"PYTHONDONTWRITEBYTECODE": ""}
    environment |= variables
    told = "$ " + " ".join(words)
    if not aside:
        print(told, flush=True)
        subprocess.run(words, cwd=folder, env=environment, check=True)
        return
    done = subprocess.run(
        words, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    printed = done.stdout.decode(errors="replace")
    print(f"\n{told}\n{printed}", end="", flush=True)
    done.check_returncode()
