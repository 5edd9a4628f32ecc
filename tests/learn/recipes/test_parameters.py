import json
from dataclasses import replace

import pytest

from lnl_gui.learn.losses.registry import LossChoice
from lnl_gui.learn.recipes.parameters import (
    Recipe,
    Stage,
    recipe_to_dict,
    with_overrides,
)
from lnl_gui.learn.recipes.registry import find_recipe, list_recipes
from lnl_gui.util.errors import UserError
from lnl_gui.util.typed import typed


@pytest.mark.parametrize("recipe", list_recipes(), ids=lambda recipe: recipe.name)
def test_every_recipe_survives_json(recipe: Recipe) -> None:
    assert typed(json.loads(json.dumps(recipe_to_dict(recipe))), Recipe, source="recipe") == recipe


def test_loss_constants_survive_json() -> None:
    stage = Stage("a", loss=LossChoice("elr", (("beta", 0.9), ("strength", 7.0))))
    recipe = Recipe("r", "R", "", (stage,), constants=(("epochs", 3.0),))
    assert typed(json.loads(json.dumps(recipe_to_dict(recipe))), Recipe, source="recipe") == recipe


def test_overrides_reach_the_last_stage_only() -> None:
    two = Recipe("r", "R", "", (Stage("a", epochs=1), Stage("b", epochs=2)))
    changed = with_overrides(two, epochs=7, batch_size=9, learning_rate=0.5)
    assert changed.stages[0] == two.stages[0]
    assert (changed.stages[1].epochs, changed.stages[1].batch_size) == (7, 9)
    assert changed.stages[1].optimiser.learning_rate == 0.5


def test_overrides_of_a_recipe_without_stages_are_constants() -> None:
    assert dict(with_overrides(Recipe("r", "R", ""), epochs=4).constants) == {"epochs": 4.0}


@pytest.mark.parametrize("values", [{"epochs": 0}, {"batch_size": -1}, {"learning_rate": 0.0}])
def test_impossible_overrides_are_refused(values: dict) -> None:
    with pytest.raises(UserError, match="above zero"):
        with_overrides(find_recipe("quick"), **values)


def test_unknown_recipe_suggests_the_nearest() -> None:
    with pytest.raises(UserError, match="Did you mean quick"):
        find_recipe("quik")


def test_plain_takes_any_loss() -> None:
    assert find_recipe("plain:nce+rce").stages[0].loss.name == "nce+rce"
    with pytest.raises(UserError, match="no loss called"):
        find_recipe("plain:nothing_of_the_kind")


def test_the_report_recipe_has_the_published_settings() -> None:
    (stage,) = find_recipe("full").stages
    assert (stage.batch_size, stage.epochs, stage.clip_norm) == (128, 2, 10.0)
    assert (stage.optimiser.name, stage.optimiser.learning_rate) == ("adamw", 1e-4)
    assert (stage.optimiser.weight_decay, stage.schedule.minimum_rate) == (0.1, 1e-5)
    assert (
        replace(stage, part="last_block", name="last block")
        == (find_recipe("last_block").stages[0])
    )
