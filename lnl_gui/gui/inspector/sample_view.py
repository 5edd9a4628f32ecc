"""What the inspector shows of one sample, as frozen values."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.containers.location import ImageLocation
from lnl_gui.gui.charts.loss_histogram import Gaussian
from lnl_gui.pictures.rendering import AS_DECLARED, Rendering


@dataclass(frozen=True)
class DetectorOpinion:
    """The score of one detector: `score` in [0, 1], `vote` a class name or ""."""

    title: str
    score: float
    vote: str = ""


@dataclass(frozen=True)
class Picture:
    """Another sample as a small picture. `file` may be a thumbnail; `similarity` a cosine."""

    row: int
    file: ImageLocation
    label: str
    similarity: float | None = None


@dataclass(frozen=True, eq=False)
class LossPlace:
    """A sample's loss among the losses (n,) of the class it was given."""

    loss: float
    losses: np.ndarray
    gaussians: tuple[Gaussian, ...] = ()
    threshold: float | None = None


@dataclass(frozen=True)
class Remark:
    """One line of a sample's history."""

    when: str
    text: str
    reviewer: str = ""
    undone: bool = False


@dataclass(frozen=True, eq=False)
class SampleView:
    """One sample. `path` is as it came, `file` where the image lies; names, not ids.

    `given` and `current` are "" where there is no label.
    """

    row: int
    path: str
    file: ImageLocation
    given: str
    current: str
    suggested: str = ""
    status: str = "unseen"
    suspicion: float | None = None
    confidence: float | None = None
    """Probability that the suggestion for a sample without a label is right."""
    opinions: tuple[DetectorOpinion, ...] = ()
    neighbours: tuple[Picture, ...] = ()
    copies: tuple[str, ...] = ()
    """Labels of the other copies of its image."""
    loss: LossPlace | None = None
    given_exemplars: tuple[Picture, ...] = ()
    suggested_exemplars: tuple[Picture, ...] = ()
    history: tuple[Remark, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    rendering: Rendering = AS_DECLARED
    agreeing: int = -1
    """Repetitions of the consensus that agree with their mean on this label; -1 if not known."""
    repetitions: int = 1
    off_topic: bool = False
    """Whether the image lies unusually far from all classes."""
    reasons_hidden: bool = False
    """Whether what the detectors think is kept from the reviewer."""
