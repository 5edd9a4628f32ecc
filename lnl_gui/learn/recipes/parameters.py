"""Recipes: what a training run does, as frozen values that a run can record.

A recipe either lists stages, each of which trains some part of the network for some epochs (the
part decides what can be cached and therefore what an epoch costs), or names a noise-robust method
and the constants in which it departs from that method's defaults.
"""

from dataclasses import asdict, dataclass, field, replace
from typing import Any

from lnl_gui.learn.data.augmentation import AugmentationName
from lnl_gui.learn.losses.registry import LossChoice
from lnl_gui.learn.models.adapter_choice import Adapters
from lnl_gui.learn.models.parts import Part
from lnl_gui.learn.training.rates import Optimiser, Schedule
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

STAGES = "stages"
"""The method of recipes that train by stages."""
ON_EMBEDDING = "on_embedding"
"""A recipe's constant: 1 trains a head on the stored embedding, 0 the network on images."""


@dataclass(frozen=True)
class Stage:
    """One training stage.

    `cache_frozen` keeps the activations of the frozen part on disk as float16, so that an epoch
    costs only what is trained; the images are then not augmented. At most `cached_samples` of
    the training samples (an order that depends on file names and the seed alone) are used then.
    `micro_batch` bounds how many samples pass the network at once; gradients add up to
    `batch_size`, so that the effective batch stays.
    """

    name: str
    part: Part = "head"
    epochs: int = 2
    batch_size: int = 128
    micro_batch: int = 0
    optimiser: Optimiser = field(default_factory=Optimiser)
    schedule: Schedule = field(default_factory=Schedule)
    loss: LossChoice = field(default_factory=LossChoice)
    augmentation: AugmentationName = "weak"
    clip_norm: float = 0.0
    """Largest norm of the gradient; 0 does not clip."""
    cache_frozen: bool = False
    cached_samples: int = 6000
    window: float = 1.0
    """Side of the random window of the kept feature maps that a step sees, relative to theirs:
    a crop where there are no pixels left to crop, at less cost. Evaluation sees the whole."""
    mixup_alpha: float = 0.0
    """Beta(alpha, alpha) mixing of samples and labels inside a batch; 0 mixes nothing."""
    head_rate_factor: float = 1.0
    """Learning rate of the head relative to the rest."""
    train_batch_norm: bool = True
    """False keeps batch-norm statistics as they are (few samples, or small batches)."""
    adapters: Adapters | None = None
    """Low-rank adapters learn in place of the weights of `part`, which must be `full`, and are
    merged into them; such a stage is the only one of its recipe."""
    patience: int = 0
    """Stop the stage after so many epochs that were not the run's best by validation accuracy;
    0 never."""


@dataclass(frozen=True)
class Recipe:
    """A named way to train.

    With the method `stages`, the robust linear probe (if `probe`) and the `stages` run in order,
    each from the network the one before left; `constants` play no part. Any other method is one of
    `lnl_gui.learn.methods.registry`; `constants` change its default parameters by name, `stages`
    play no part, and the probe is what the method is measured by.
    """

    name: str
    title: Message | str
    description: Message | str
    stages: tuple[Stage, ...] = ()
    method: str = "stages"
    backbone: str = ""
    """Encoder name the recipe is made for; empty means whichever the caller chose."""
    validation_fraction: float = 0.1
    """Part of the training samples, in [0, 1), set aside to choose among epochs and stages; at 0
    the last epoch is taken."""
    probe: bool = True
    """Begin with the robust linear probe, which fills the head and may itself be the result."""
    minutes_hint: float = 5.0
    """Order of magnitude on two CPU cores for 5 000 images, for the dialog."""
    needs_gpu: bool = False
    """Whether an ordinary processor would take hours; only said, never enforced."""
    least_samples: int = 0
    """Below so many images to learn from the linear probe is more accurate, by more than chance:
    the recipe is not offered then, and who names it is told; see `store.training.training_size`."""
    compile: bool = False
    """Pass batches through `torch.compile`, where there is a compiler."""
    mixed_precision: bool = True
    """bfloat16 on CUDA and on processors with matrix units, float16 with scaled gradients on CUDA
    devices older than Ampere, where it is faster; see `models.precision.choose_precision`."""
    constants: tuple[tuple[str, float | str], ...] = ()
    """(name, value) pairs, such as epochs, learning_rate, patience, or `ON_EMBEDDING`."""

    @property
    def adapters(self) -> Adapters | None:
        """Of its stage, where adapters learn; then it takes a vision transformer."""
        return self.stages[-1].adapters if self.stages else None


def with_overrides(
    recipe: Recipe,
    *,
    epochs: int | None = None,
    batch_size: int | None = None,
    learning_rate: float | None = None,
) -> Recipe:
    """`recipe` with the given values: in its last stage, the one that costs, or as constants.

    Raises:
        UserError: for values that cannot train.
    """
    for name, value in (("epochs", epochs), ("batch size", batch_size), ("rate", learning_rate)):
        if value is not None and value <= 0:
            raise UserError(
                message(
                    "The number given for {name} must be above zero, not {value}.",
                    name=name,
                    value=value,
                )
            )
    constants = dict(recipe.constants)
    given = {"epochs": epochs, "batch_size": batch_size, "learning_rate": learning_rate}
    # A method has no stages; what a user changes goes by the names of its constants.
    if not recipe.stages:
        constants |= {name: float(value) for name, value in given.items() if value is not None}
        return replace(recipe, constants=tuple(constants.items()))
    last = recipe.stages[-1]
    if epochs is not None:
        last = replace(last, epochs=epochs)
    if batch_size is not None:
        last = replace(last, batch_size=batch_size)
    if learning_rate is not None:
        last = replace(last, optimiser=replace(last.optimiser, learning_rate=learning_rate))
    return replace(recipe, stages=(*recipe.stages[:-1], last))


def one_process_only(recipe: Recipe) -> Message | None:
    """Why a recipe cannot be trained by several processes; None where it can.

    Methods that choose among the samples of a whole batch, or of the whole set, and losses that
    remember each sample would see a part of it in each process.
    """
    plain = recipe.method == STAGES or recipe.method.startswith("plain:")
    losses = [stage.loss for stage in recipe.stages if recipe.method == STAGES]
    if not plain or "elr" in recipe.method or any("elr" in loss.name for loss in losses):
        return message("{recipe} trains in one process.", recipe=recipe.title)
    return None


def recipe_to_dict(recipe: Recipe) -> dict[str, Any]:
    """The JSON form of a recipe."""
    return asdict(recipe)
