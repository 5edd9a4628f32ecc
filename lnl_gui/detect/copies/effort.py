"""How many pairs of images are laid over each other: the likeliest, and more while that pays.

Of an ordinary dataset the nearest pairs hold what copies there are. Where every picture was
augmented or cut into tiles nearly all pairs are some, however many there are.
"""

from collections.abc import Callable

import numpy as np

from lnl_gui.util.progress import Progress, no_progress

_WORTH = 0.02
"""Share of the pairs looked at last of which something must have been found."""
# Pairs of each look after the first.
_FURTHER = 1_000


def look_while_it_pays(
    order: np.ndarray,
    look: Callable[[np.ndarray], np.ndarray],
    *,
    first: int,
    progress: Progress = no_progress,
) -> np.ndarray:
    """Look at the first of some pairs, and at further ones as long as some of them are found.

    Args:
        order: (m,) int, pairs, the likeliest first.
        look: tells of some of them (q,) which are found, (q,) bool.
        first: how many to look at in any case.
        progress: told of all as of one step after each look, for there may be few more or many; may
            raise `Cancelled`.

    Returns:
        those of `order` that were looked at, the first (q,).
    """
    done, step = 0, first
    while done < len(order):
        found = look(order[done : done + step])
        done += len(found)
        progress(1, 1)
        if found.mean() < _WORTH:
            break
        step = _FURTHER
    return order[:done]
