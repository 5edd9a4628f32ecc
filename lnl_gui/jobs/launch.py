"""How a worker process is started: the same executable with the verb `worker`."""

import os
import sys

from lnl_gui.util.cores import THREADS_VARIABLE, worker_threads

WORKER_VERB = "worker"


def program_command() -> list[str]:
    """The words that start this program again, also from a frozen bundle."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "lnl_gui"]


def worker_command() -> tuple[str, list[str]]:
    """Program and arguments of a worker."""
    program, *arguments = program_command()
    return program, [*arguments, WORKER_VERB]


def worker_environment() -> dict[str, str]:
    """Variables to add to the worker's environment.

    Threads that wait passively, and one core left to the window: two spinning OpenMP threads on a
    busy two-core machine cost up to a hundred times in throughput and stall the window.
    """
    threads = str(worker_threads())
    wanted = {
        "OMP_WAIT_POLICY": "PASSIVE",
        "OMP_NUM_THREADS": threads,
        "KMP_BLOCKTIME": "0",
        "PYTHONIOENCODING": "utf-8",
        "PYTHONUNBUFFERED": "1",
    }
    found = {name: os.environ.get(name, value) for name, value in wanted.items()}
    # What the user chose for LNL beats what the shell says to all programs.
    return {**found, "OMP_NUM_THREADS": threads} if THREADS_VARIABLE in os.environ else found
