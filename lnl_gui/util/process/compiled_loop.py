"""Machine code of one form for a loop in numba, kept on disk between processes."""

from contextlib import suppress
from typing import Any


def compiled(loop: Any, *arguments: Any) -> Any:
    """Compile a loop for these types of numba alone, or take what an earlier process compiled.

    Args:
        loop: what `numba.njit` makes of a function; numba is not imported here.
        arguments: types of its arguments.

    Returns:
        the loop, which refuses other types.
    """
    with suppress(RuntimeError):  # no folder can be written: compiled anew in every process
        loop.enable_caching()
    loop.compile(arguments)
    # One form for all arrays; another one would be compiled for each layout, a second each.
    loop.disable_compile()
    return loop
