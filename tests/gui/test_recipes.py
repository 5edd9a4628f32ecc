"""The window's list of recipes against the registry it may not import."""

from lnl_gui.gui.recipes import recipe_choices
from lnl_gui.learn.registry import find_recipe
from lnl_gui.store.parameters import FinetuneParameters


def test_every_recipe_on_offer_exists_under_the_same_title() -> None:
    choices = recipe_choices()
    assert choices[0].name == FinetuneParameters().recipe
    assert [choice.title for choice in choices] == [
        find_recipe(choice.name).title for choice in choices
    ]
