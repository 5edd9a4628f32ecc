"""How many processor cores a job may use."""

import os


def available_cores(spare: int = 0) -> int:
    """Cores this process may use, less `spare` for others, at least one."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    return max(1, cores - spare)
