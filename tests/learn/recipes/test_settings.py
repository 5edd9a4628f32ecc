"""Every constant of a recipe is listed and can be changed by name."""

import pytest

from lnl_gui.learn.recipes.parameters import Recipe
from lnl_gui.learn.recipes.registry import find_recipe, list_recipes
from lnl_gui.learn.recipes.settings import method_parameters, settings_of, with_settings
from lnl_gui.util.errors import UserError


@pytest.mark.parametrize(
    "recipe", [*list_recipes(), find_recipe("plain:elr")], ids=lambda r: r.name
)
def test_each_listed_constant_can_be_set(recipe: Recipe) -> None:
    for name, value in settings_of(recipe).items():
        changed = with_settings(recipe, {name: str(value)})
        assert settings_of(changed)[name] == value, name
        if isinstance(value, float):
            other = settings_of(with_settings(recipe, {name: "0.125"}))
            assert other == settings_of(recipe) | {name: 0.125}


def test_a_loss_brings_its_own_constants_whatever_the_order() -> None:
    changed = with_settings(find_recipe("full"), {"strength": "2", "loss": "elr"})
    assert settings_of(changed)["loss"] == "elr" and settings_of(changed)["strength"] == 2.0
    assert dict(changed.stages[-1].loss.constants) == {"strength": 2.0}


def test_the_encoder_decides_the_defaults_of_turn() -> None:
    turn = find_recipe("turn")
    clip = settings_of(turn, encoder="openclip:ViT-B-16")
    assert (clip["tuning_optimiser"], clip["tuning_learning_rate"]) == ("adamw", 1e-5)
    changed = with_settings(turn, {"epochs": "2", "weak_view": "weak"}, encoder="vit")
    found = method_parameters(changed, encoder="vit")
    assert (found.tuning_epochs, found.weak_view) == (2, "weak")


@pytest.mark.parametrize(
    ("recipe", "name", "value", "said"),
    [
        ("quick", "learning_rat", "1", "Did you mean learning_rate"),
        ("turn", "learning_rat", "1", "Did you mean learning_rate"),
        ("divide_mix", "lambda_u", "1", "Known are"),
        ("quick", "augmentation", "affin", "Did you mean affine"),
        ("quick", "optimiser", "adma", "Did you mean adam"),
        ("quick", "epochs", "few", "It is 5 now"),
        ("turn", "weak_view", "photo", "Did you mean photograph"),
    ],
)
def test_what_does_not_fit_is_refused(recipe: str, name: str, value: str, said: str) -> None:
    with pytest.raises(UserError) as raised:
        with_settings(find_recipe(recipe), {name: value})
    assert said in str(raised.value.hint)
