"""Names of classes by their ids, as tables tell them."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class ClassNames:
    """Class names by id; "" for -1."""

    names: list[str]

    def of(self, ids: np.ndarray) -> list[str]:
        """Of ids int (n,), the names."""
        return [self.names[i] if i >= 0 else "" for i in ids.tolist()]
