"""The kinds of noise that a lab adds to labels."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lnl_gui.dataset.noise import NOISE_KINDS, most_confused_map, next_class_map
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.scores import load_array
from lnl_gui.util.errors import UserError

GIVEN = "given"
KINDS = (*NOISE_KINDS, GIVEN)


@dataclass(frozen=True)
class LabNoise:
    """A kind of noise and the share of labels it flips; `given` flips none."""

    kind: str
    rate: float = 0.0

    def __str__(self) -> str:
        return self.kind if self.kind == GIVEN else f"{self.kind} {100 * self.rate:.0f} %"


def parse_noises(texts: Sequence[str], *, truth_known: bool) -> list[LabNoise]:
    """Noises from KIND:RATE.

    Raises:
        UserError: for an unknown kind, a rate outside (0, 1), or `given` without the truth.
    """
    found = []
    for text in texts:
        kind, _, rate = text.partition(":")
        if kind not in KINDS:
            raise UserError(f"There is no noise called {kind}.", f"Known are: {', '.join(KINDS)}.")
        if kind == GIVEN:
            if not truth_known:
                raise UserError(
                    "The labels as they came can only be judged against the truth.",
                    "Name a table of true labels (--truth), or add noise, such as symmetric:0.2.",
                )
            found.append(LabNoise(GIVEN))
            continue
        try:
            share = float(rate)
        except ValueError:
            share = -1.0
        if not 0 < share < 1:
            raise UserError(
                f"The noise {text} has no rate between 0 and 1.", "Write symmetric:0.2."
            )
        found.append(LabNoise(kind, share))
    return found


def inject(
    labels: np.ndarray,
    noise: LabNoise,
    *,
    number_of_classes: int,
    seed: int,
    features: np.ndarray,
    class_map: np.ndarray | None = None,
) -> np.ndarray:
    """(n,) int32 `labels` with the errors of a noise.

    `features` (n, D) guide `instance`; `class_map` (C,) says what `asymmetric` mistakes each class
    for, the next one when None.
    """
    options: dict[str, Any] = {}
    if noise.kind == "asymmetric":
        options["class_map"] = next_class_map(number_of_classes) if class_map is None else class_map
    elif noise.kind == "instance":
        options["features"] = features
    injected = NOISE_KINDS[noise.kind](
        labels, number_of_classes, rate=noise.rate, seed=seed, **options
    )
    return injected.noisy_label.astype(np.int32)


def class_map_of(snapshot: Snapshot, present: np.ndarray) -> np.ndarray | None:
    """What each of the `present` classes is mistaken for most by the newest detection, (C,).

    None before any detection, or where classes were added since.
    """
    folder = snapshot.scores.folder
    matrix = load_array(folder, "transition_matrix") if folder else None
    if matrix is None or present.max() >= len(matrix):
        return None
    return most_confused_map(np.asarray(matrix, np.float64)[np.ix_(present, present)])
