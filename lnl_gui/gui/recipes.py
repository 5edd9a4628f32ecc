"""The training recipes as the dialog shows them.

The window may not import what trains; a test holds this list against the registry.
"""

from lnl_gui.gui.dialogs.choices import RecipeChoice


def recipe_choices() -> tuple[RecipeChoice, ...]:
    """Recipes by name, the default first."""
    return (
        RecipeChoice(
            "quick",
            "Quick",
            "A robust linear probe, then the last block of the network. "
            "Keeps whichever is better on a validation part.",
            "about 4 minutes on a CPU",
        ),
        RecipeChoice(
            "linear_probe",
            "Linear probe",
            "One linear layer on the stored embedding, with generalised cross-entropy.",
            "seconds",
        ),
        RecipeChoice(
            "last_block",
            "Last block",
            "A linear probe, then the last block on augmented images.",
            "about half an hour on a CPU",
        ),
        RecipeChoice(
            "last_three_blocks",
            "Last three blocks",
            "A linear probe, then the last three blocks on augmented images.",
            "an hour or more on a CPU",
        ),
        RecipeChoice(
            "full",
            "Whole network",
            "A linear probe, then the whole network on augmented images.",
            needs_gpu=True,
        ),
        RecipeChoice(
            "robust",
            "Whole network, robust loss",
            "As the whole network, with generalised cross-entropy, which wrong labels "
            "mislead less.",
            needs_gpu=True,
        ),
    )
