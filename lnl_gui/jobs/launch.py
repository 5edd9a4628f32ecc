"""Start of a worker process: command, priority and environment variables."""

import os

import psutil

from lnl_gui.util.log import logger
from lnl_gui.util.process.cores import THREADS_VARIABLE, worker_threads
from lnl_gui.util.process.program import program_command

WORKER_VERB = "worker"
BACKGROUND = "--background"
"""After the verb: a worker for what nobody waits for, which gives way to all else."""
NICENESS, BACKGROUND_NICENESS = 5, 10
"""The window paints and takes keys first; on Windows both are below normal."""


def worker_command(*, background: bool = False) -> tuple[str, list[str]]:
    """Program and arguments of a worker."""
    program, *arguments = program_command()
    return program, [*arguments, WORKER_VERB, *([BACKGROUND] if background else [])]


def give_way(*, background: bool = False) -> None:
    """Let this process stand back behind the window; in the background with half the threads too.

    Call before anything that computes is imported, and before there are other threads, which on
    Linux would keep the priority they were given.
    """
    if background:
        threads = str(max(1, worker_threads() // 2))
        os.environ[THREADS_VARIABLE] = os.environ["OMP_NUM_THREADS"] = threads
    wanted = BACKGROUND_NICENESS if background else NICENESS
    process = psutil.Process()
    try:
        below = psutil.BELOW_NORMAL_PRIORITY_CLASS if psutil.WINDOWS else None
        # A priority that is lower already stays: raising it again needs rights that users do not
        # have.
        process.nice(max(process.nice(), wanted) if below is None else below)
    except psutil.Error as error:  # not allowed to; the work is done all the same
        logger.warning("the priority was not lowered: %s", error)


def worker_environment() -> dict[str, str]:
    """Variables to add to the worker's environment.

    Threads that wait passively, and one core left to the window: two spinning OpenMP threads on a
    busy two-core machine cost up to a hundred times in throughput and stall the window.
    """
    threads = str(worker_threads())
    wanted = {
        "OMP_WAIT_POLICY": "PASSIVE",
        "OMP_NUM_THREADS": threads,
        # Intel's OpenMP spins for 200 ms after each parallel part unless told not to.
        "KMP_BLOCKTIME": "0",
        "PYTHONIOENCODING": "utf-8",
        # What a library printed before a crash must be in the log.
        "PYTHONUNBUFFERED": "1",
    }
    # A variable that the user has set already stays as it is.
    found = {name: os.environ.get(name, value) for name, value in wanted.items()}
    # What the user chose for LNL beats what the shell says to all programs.
    return {**found, "OMP_NUM_THREADS": threads} if THREADS_VARIABLE in os.environ else found
