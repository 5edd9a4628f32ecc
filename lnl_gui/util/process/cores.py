"""Number of processor cores a job may use."""

import os

THREADS_VARIABLE = "LNL_THREADS"
"""Threads of a worker's jobs, instead of one for each core but one."""

PROCESSES_VARIABLE = "LNL_PROCESSES"
"""Processes that train together, see `wanted_processes`."""
ALL_GPUS = "gpus"


def available_cores(spare: int = 0) -> int:
    """Cores this process may use, less `spare` for others, at least one."""
    # Containers and batch systems hand out fewer cores than the machine has. Only Linux tells.
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    return max(1, cores - spare)


def worker_threads() -> int:
    """Threads of a job that runs beside a window, which wants a core of its own."""
    chosen = os.environ.get(THREADS_VARIABLE, "")
    # A variable that holds no number is passed over, so that a typing error stops no job.
    return max(1, int(chosen)) if chosen.isdecimal() else available_cores(1)


def wanted_processes(gpus: int) -> int:
    """Processes that a training is to have, of which `ALL_GPUS` gives each of so many GPUs one."""
    chosen = os.environ.get(PROCESSES_VARIABLE, "")
    if chosen == ALL_GPUS:
        return max(1, gpus)
    return max(1, int(chosen)) if chosen.isdecimal() else 1
