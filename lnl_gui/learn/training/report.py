"""Report of one training epoch."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class EpochReport:
    """Figures of one epoch.

    Attributes:
        stage: what was trained, such as a stage's or a method's name.
        epoch: number of the epoch, from 0.
        epochs: how many there are to be.
        loss: mean training loss.
        validation_accuracy: in [0, 1], on samples kept apart; None without them.
        seconds: wall time of the epoch.
        training_accuracy: measured while training, on the labels trained on.
        holdout_accuracy: on the held-out samples; for showing, never for choosing.
        images_per_second: training samples over the time spent training.
        waiting_fraction: share of that time in which the model waited for data.
        best: whether this epoch's network is the one that is kept so far.
        figures: further figures by name, such as the share of trusted labels.
    """

    stage: str
    epoch: int
    epochs: int
    loss: float
    validation_accuracy: float | None
    seconds: float
    training_accuracy: float | None = None
    holdout_accuracy: float | None = None
    images_per_second: float = 0.0
    waiting_fraction: float = 0.0
    best: bool = False
    figures: Mapping[str, float] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


OnEpoch = Callable[[EpochReport], None]


def no_report(report: EpochReport) -> None:
    """Ignore the report."""
