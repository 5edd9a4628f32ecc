"""What is known of one exported file after its check."""

from dataclasses import asdict, dataclass
from importlib import metadata
from typing import Any

from lnl_gui.util.messages import Message, message
from lnl_gui.util.statistics.intervals import Estimate


@dataclass(frozen=True)
class QuantisationLoss:
    """What 8 bits cost, measured on the same images as with 32.

    Attributes:
        images: how many held-out images with a label it was measured on; 0: not measured.
        before: accuracy in [0, 1] of the float32 model; None where not measured.
        after: accuracy in [0, 1] of the INT8 model; None where not measured.
        difference: `after` less `before`, with its 95 % interval; None where not measured.
        same_class: share in [0, 1] of the images, labelled or not, for which both name one class.
        compared: how many images that share is of.
        calibration_images: how many images the ranges of the activations were taken from.
    """

    images: int
    before: float | None
    after: float | None
    difference: Estimate | None
    same_class: float
    compared: int
    calibration_images: int


_FEWEST_SAME = 0.9
"""Of the images: an INT8 model that keeps the class of fewer is not the model that was trained."""
_MOST_LOST = 0.02
"""Of the accuracy, for certain, through 8 bits."""


@dataclass(frozen=True)
class ExportedFormat:
    """One checked format.

    Attributes:
        format: its name.
        file: its main file, relative to the folder.
        checked_with: package and version that ran it; empty for what nothing else can run.
        difference: the largest difference of a logit from the live model's, relative to the
            largest logit; None where logits are not meant to be equal.
        images: how many images it was checked on.
        loss: of an INT8 model.
    """

    format: str
    file: str
    checked_with: str
    difference: float | None
    images: int
    loss: QuantisationLoss | None = None

    @property
    def doubt(self) -> Message | None:
        """Why an INT8 model should not be used unseen; None where it is as good as it was."""
        if self.loss is None:
            return None
        lost = self.loss.difference
        if self.loss.same_class >= _FEWEST_SAME and (lost is None or lost.high >= -_MOST_LOST):
            return None
        return message(
            "{file}: 8 bits do not suit this model: it names the class that the model names for"
            " {same:.1%} of {images:,} images. Use another format.",
            file=self.file,
            same=self.loss.same_class,
            images=self.loss.compared,
        )

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        values = asdict(self)
        if self.loss is None:
            del values["loss"]
        elif self.loss.difference is None:
            values["loss"] |= {"before": "not measured", "after": "not measured"}
            values["loss"]["difference"] = "not measured"
        return values


def with_version(package: str) -> str:
    """A package with its installed version."""
    return f"{package} {metadata.version(package)}"
