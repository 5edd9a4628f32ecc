"""Every constant of a recipe is listed and can be changed by name."""

import pytest

from lnl_gui.learn.recipes.parameters import Recipe
from lnl_gui.learn.recipes.registry import find_recipe, list_recipes
from lnl_gui.learn.recipes.settings import (
    method_parameters,
    published_of,
    settings_of,
    with_settings,
    words_of,
)
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
        ("quick", "lr", "1", "Did you mean learning_rate"),
        ("divide_mix", "lamda_u", "1", "Did you mean unlabelled_weight"),
        ("unicon", "T", "1", "Did you mean temperature"),
        ("turn", "learning_rat", "1", "Did you mean learning_rate"),
        ("divide_mix", "lambda_u", "1", "Known are"),
        ("quick", "augmentation", "affin", "Did you mean affine"),
        ("quick", "optimiser", "adma", "Did you mean adam"),
        ("quick", "epochs", "few", "It is 5 now"),
        ("turn", "weak_view", "photo", "Did you mean photograph"),
        ("quick", "epochs", "0", "between 1 and"),
        ("turn", "tuning_learning_rate", "-1", "between"),
        ("turn", "clean_threshold", "1.5", "between 0 and 1"),
        ("quick", "clip_norm", "-1", "0 or more"),
        ("lora", "rank", "0", "between 1 and"),
        ("lora", "dropout", "1", "between 0 and"),
        ("full", "rank", "8", "Known are"),
    ],
)
def test_what_does_not_fit_is_refused(recipe: str, name: str, value: str, said: str) -> None:
    with pytest.raises(UserError) as raised:
        with_settings(find_recipe(recipe), {name: value})
    assert said in str(raised.value.hint)


@pytest.mark.parametrize("recipe", list_recipes(), ids=lambda r: r.name)
def test_words_are_those_that_can_be_set(recipe: Recipe) -> None:
    known = settings_of(recipe)
    for name, words in words_of(recipe).items():
        assert known[name] in words
        assert {settings_of(with_settings(recipe, {name: word}))[name] for word in words} == {
            *words
        }


def test_the_paper_of_divide_mix_trains_longer_than_the_recipe() -> None:
    # Li et al. 2020: 80 epochs on Clothing1M, 300 on CIFAR-10, warm-up 10.
    assert published_of(find_recipe("divide_mix"))["epochs"] == 80
    printed = published_of(find_recipe("divide_mix_head"))
    assert (printed["epochs"], printed["warm_up_epochs"]) == (300, 10)
    assert published_of(find_recipe("quick")) == {}
