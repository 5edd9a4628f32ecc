"""Choices that dialogs offer, as frozen values given by the caller."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from lnl_gui.gui.i18n.numbers import decimal
from lnl_gui.store.training.training_size import TrainingSize
from lnl_gui.util.constants import Constant
from lnl_gui.util.messages import Message, message


@dataclass(frozen=True)
class EncoderChoice:
    """One encoder on offer; the fields of the registry's own description."""

    name: str
    title: str
    description: str
    source: str = "bundled"
    download_bytes: int = 0
    dimension: int = 0


@dataclass(frozen=True)
class DetectorChoice:
    """One detector on offer."""

    name: str
    title: str
    description: str
    default: bool = True
    constants: Mapping[str, Constant] = field(default_factory=dict)
    """by name, of a detector that has any"""
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """what constants that are not free can be"""
    published: Mapping[str, Constant] = field(default_factory=dict)
    """what the paper takes"""


@dataclass(frozen=True)
class RecipeChoice:
    """One training recipe; `estimate` is a duration in words, such as "about 4 minutes"."""

    name: str
    title: str
    description: str
    estimate: str = ""
    epochs: int = 0
    batch_size: int = 0
    learning_rate: float = 0.0
    needs_gpu: bool = False
    least_samples: int = 0
    """below so many images to learn from the linear probe is more accurate"""
    constants: Mapping[str, Constant] = field(default_factory=dict)
    """all constants by name, with the recipe's own values"""
    words: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """what constants that are not free can be"""
    published: Mapping[str, Constant] = field(default_factory=dict)
    """what the method's paper takes"""
    losses: Mapping[str, Mapping[str, Constant]] = field(default_factory=dict)
    """constants of each loss that the recipe can take"""
    by_encoder: Mapping[str, Mapping[str, Constant]] = field(default_factory=dict)
    """constants that differ under an encoder"""
    unfit: Mapping[str, str] = field(default_factory=dict)
    """why it does not fit an encoder, by its name"""

    def constants_with(self, encoder: str) -> Mapping[str, Constant]:
        """All constants as they are with an encoder."""
        return {**self.constants, **self.by_encoder.get(encoder, {})}


@dataclass(frozen=True)
class DeviceChoice:
    """One computing device, such as ("cuda:0", "NVIDIA RTX 4090")."""

    name: str
    title: Message | str


@dataclass(frozen=True)
class FormatChoice:
    """One format an export can be written in."""

    name: str
    title: str
    description: str
    holds_unlabelled: bool = False
    """whether images without a label have a place in it"""
    holds_images: bool = False
    """whether images lie inside its files, so that they can only be copied"""
    tells_status: bool = False
    """whether it tells which images were set aside"""


@dataclass(frozen=True)
class ReviewState:
    """How many samples are in which state when a run or an export begins."""

    samples: int
    size: TrainingSize = field(default_factory=TrainingSize)
    """how many images can be learnt from"""
    excluded: int = 0
    unsure: int = 0
    """those about which a colleague is asked included"""
    flagged_unreviewed: int = 0
    unlabelled: int = 0
    unjudged: int = 0
    """labels that neither a detection nor a person has judged"""
    opinions_waiting: int = 0
    """samples on which a second reviewer's opinion was not adopted"""
    has_model: bool = False
    """whether a model has been trained"""
    model_outdated: bool = False
    """whether verdicts came after that"""


AUTOMATIC = DeviceChoice("auto", message("Automatic (the fastest there is)"))


def size_text(size: int) -> str:
    """A number of bytes in words: 0.9 GB, 86 MB."""
    if size >= 1_000_000_000:
        return f"{decimal(size / 1e9, 1)} GB"
    return f"{max(1, round(size / 1e6))} MB"
