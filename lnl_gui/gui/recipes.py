"""The training recipes on offer, as the dialog shows them."""

from lnl_gui.gui.dialogs.choices import RecipeChoice


def recipe_choices() -> tuple[RecipeChoice, ...]:
    """Recipes by name, the quickest first."""
    return (
        RecipeChoice(
            "quick",
            "Quick",
            "A robust linear probe, then the last block of the network.",
            "minutes on a CPU",
        ),
    )
