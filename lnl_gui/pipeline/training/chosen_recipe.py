"""The recipe that a fine-tune asks for."""

from lnl_gui.learn.models.adapter_choice import refuse_by_name
from lnl_gui.learn.recipes.parameters import Recipe, with_overrides
from lnl_gui.learn.recipes.registry import find_recipe
from lnl_gui.learn.recipes.settings import with_settings
from lnl_gui.store.jobs.parameters import FinetuneParameters


def chosen_recipe(parameters: FinetuneParameters) -> Recipe:
    """The recipe of a fine-tune, with all that was changed in it.

    Raises:
        UserError: for an unknown recipe or constant, a value that cannot train, or an encoder that
            the recipe does not fit.
    """
    recipe = with_overrides(
        find_recipe(parameters.recipe),
        epochs=parameters.epochs,
        batch_size=parameters.batch_size,
        learning_rate=parameters.learning_rate,
    )
    if recipe.adapters is not None:
        refuse_by_name(recipe.backbone or parameters.encoder)
    return with_settings(recipe, dict(parameters.settings), encoder=parameters.encoder)
