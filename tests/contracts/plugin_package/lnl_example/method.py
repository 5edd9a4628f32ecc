"""A training method, and a recipe that uses it on stored embeddings."""

from dataclasses import dataclass

from lnl_gui.learn.methods.method import Method, Setting, Task
from lnl_gui.learn.methods.plain import Plain, PlainParameters
from lnl_gui.learn.recipes.parameters import ON_EMBEDDING, Recipe


@dataclass(frozen=True)
class GentleParameters(PlainParameters):
    """Plain training with few epochs; the type tells it from LNL's own plain training."""


def defaults(setting: Setting, encoder: str) -> GentleParameters:
    """Its constants, whatever the network."""
    return GentleParameters(loss="ce", epochs=3)


def trainer(task: Task, parameters: GentleParameters) -> Plain:
    """A method of its own would return a class of its own that is a `Trainer`."""
    return Plain(task.build, task.training, parameters=parameters, strategy=task.strategy)


METHOD = Method(
    "gentle",
    "Gentle training",
    "A few epochs of cross-entropy.",
    "an example",
    GentleParameters,
    defaults,
    trainer,
)
RECIPE = Recipe(
    "gentle_head",
    "Gentle head",
    "A linear layer on the stored embedding, trained gently: seconds.",
    method="gentle",
    constants=((ON_EMBEDDING, 1.0),),
    probe=False,
    minutes_hint=0.1,
)
