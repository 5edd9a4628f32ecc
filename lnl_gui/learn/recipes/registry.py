"""Recipes by name: what the one-click fine-tune and the command line offer.

Another package adds a recipe by an entry point in the group `lnl_gui.recipes` whose object is a
`Recipe`; its `method` may be one of its own, see `lnl_gui.learn.methods.registry`.
"""

from dataclasses import replace

from lnl_gui.learn.losses.registry import LossChoice, describe_loss
from lnl_gui.learn.models.adapter_choice import Adapters
from lnl_gui.learn.recipes.method_recipes import METHOD_RECIPES
from lnl_gui.learn.recipes.parameters import Recipe, Stage
from lnl_gui.learn.training.rates import Optimiser, Schedule
from lnl_gui.util.lookup import by_name, find_by_name
from lnl_gui.util.messages import as_message, message
from lnl_gui.util.plugins import plugins

ENTRY_POINT_GROUP = "lnl_gui.recipes"

QUICK_BLOCK = Stage(
    name="last block",
    part="last_block",
    epochs=5,
    batch_size=64,
    optimiser=Optimiser("adamw", 3e-4, 0.05),
    schedule=Schedule("cosine"),
    # Labels may still be wrong here; plain cross-entropy would learn them.
    loss=LossChoice("gce"),
    augmentation="none",
    clip_norm=10.0,
    cache_frozen=True,
    window=2 / 3,
    # Few samples in small batches: the statistics of pre-training stay.
    train_batch_norm=False,
)
"""The last block over kept activations: an epoch costs a fraction of one over images.

Five epochs over windows of two thirds cost less than three over whole maps and are as accurate
(measured on 3 000 CIFAR-10 images).
"""

REPORT = Stage(
    name="fine-tuning",
    part="full",
    epochs=2,
    batch_size=128,
    # Learning rate and weight decay of the report, for a batch of 128.
    optimiser=Optimiser("adamw", 1e-4, 0.1),
    # T_0 of one epoch and T_mult 1: every epoch ends at the minimum.
    schedule=Schedule("cosine_restarts", minimum_rate=1e-5),
    loss=LossChoice("ce"),
    augmentation="weak",
    clip_norm=10.0,
)
"""The TURTLE report's fine-tuning: AdamW, cosine restarts each epoch, gradient clipping."""

LORA = Stage(
    name="fine-tuning",
    part="full",
    epochs=5,
    batch_size=128,
    # Adapters begin at nothing and take a higher rate than whole weights. Without decay: what would
    # decay is the difference from pre-training.
    optimiser=Optimiser("adamw", 5e-4, 0.0),
    schedule=Schedule("cosine"),
    loss=LossChoice("gce"),
    augmentation="weak",
    clip_norm=10.0,
    adapters=Adapters(),
)
"""Whole transformers by low-rank adapters: a hundredth of the numbers learn."""

_RECIPES = (
    Recipe(
        "quick",
        message("Quick"),
        message(
            "A robust linear probe, then the last block on what the frozen part saw."
            " Keeps whichever is better on a validation part."
        ),
        (QUICK_BLOCK,),
        minutes_hint=4,
    ),
    Recipe(
        "linear_probe",
        message("Linear probe"),
        message(
            "One linear layer on the stored embedding, with generalised cross-entropy: seconds."
        ),
        (),
        minutes_hint=0.1,
    ),
    Recipe(
        "last_block",
        message("Last block"),
        message(
            "A linear probe, then the last block on augmented images (the TURTLE"
            " report's settings)."
        ),
        (replace(REPORT, part="last_block", epochs=2, name="last block"),),
        minutes_hint=30,
    ),
    Recipe(
        "last_three_blocks",
        message("Last three blocks"),
        message(
            "A linear probe, then the last three blocks on augmented images (the TURTLE"
            " report's settings)."
        ),
        (replace(REPORT, part="last_three_blocks", name="last three blocks"),),
        minutes_hint=40,
    ),
    Recipe(
        "full",
        message("Whole network"),
        message(
            "A linear probe, then the whole network on augmented images (the TURTLE"
            " report's settings). For a GPU."
        ),
        (replace(REPORT, name="whole network"),),
        minutes_hint=120,
        needs_gpu=True,
    ),
    Recipe(
        "robust",
        message("Whole network, robust loss"),
        message(
            "As the whole network, with generalised cross-entropy, which wrong labels"
            " mislead less. For a GPU."
        ),
        (replace(REPORT, name="whole network", epochs=5, loss=LossChoice("gce")),),
        minutes_hint=300,
        needs_gpu=True,
    ),
    Recipe(
        "lora",
        message("LoRA"),
        message(
            "A linear probe, then low-rank adapters in every block of a vision transformer, with"
            " generalised cross-entropy. Needs less memory than the whole network. For a GPU."
        ),
        (LORA,),
        minutes_hint=300,
        needs_gpu=True,
    ),
    Recipe(
        "resnet18",
        message("ResNet-18"),
        message("The TURTLE report's small comparison: the whole of ResNet-18, five epochs."),
        (replace(REPORT, name="whole network", epochs=5),),
        backbone="timm:resnet18",
        minutes_hint=90,
    ),
    *METHOD_RECIPES,
)


def list_recipes() -> list[Recipe]:
    """All recipes, the default one first, then those of other packages."""
    return [*_RECIPES, *plugins(ENTRY_POINT_GROUP, Recipe)]


def find_recipe(name: str) -> Recipe:
    """The recipe of that name, of this package or another.

    `plain:LOSS` is the whole network with any registered loss.

    Raises:
        UserError: for an unknown name, suggesting the nearest.
    """
    known = by_name(list_recipes())
    kind, separator, loss = name.partition(":")
    if separator and kind == "plain" and name not in known:
        return plain(loss)
    error = message("There is no recipe called {name}.", name=name)
    return find_by_name(name, known, error=error, code="unknown_recipe", also=["plain:LOSS"])


def plain(loss: str, **constants: float) -> Recipe:
    """The whole network with one loss and its constants.

    Raises:
        UserError: for an unknown loss.
    """
    info = describe_loss(loss)
    stage = replace(
        REPORT, name="whole network", epochs=5, loss=LossChoice(loss, tuple(constants.items()))
    )
    return Recipe(
        f"plain:{loss}",
        info.title,
        message("The whole network with {loss}, five epochs.", loss=as_message(info.title)),
        (stage,),
        minutes_hint=300,
        needs_gpu=True,
    )
