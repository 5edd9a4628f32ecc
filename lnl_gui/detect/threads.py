"""Keep torch within the processor threads that a job was given."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def at_most(threads: int | None) -> Iterator[None]:
    """Compute on so many torch threads inside, and restore the number afterwards.

    None changes nothing. The limit is never raised above what the environment asked for.
    """
    import torch  # noqa: PLC0415 - a map of known neighbours waits for none

    before = torch.get_num_threads()
    if threads is not None:
        # The number is one of the process, and a warm worker runs further jobs.
        torch.set_num_threads(max(1, min(threads, before)))
    try:
        yield
    finally:
        torch.set_num_threads(before)
