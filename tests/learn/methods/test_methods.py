"""Methods by name: what there is, what the papers' numbers are, how they are changed."""

from dataclasses import fields

import pytest

from lnl_gui.learn.losses.registry import list_losses
from lnl_gui.learn.methods.co_teaching import CoTeachingParameters
from lnl_gui.learn.methods.divide_mix import DivideMixParameters
from lnl_gui.learn.methods.noise_level import adapt
from lnl_gui.learn.methods.plain import SMALL_CNN, PlainParameters
from lnl_gui.learn.methods.registry import (
    default_parameters,
    find_method,
    list_methods,
    with_constants,
)
from lnl_gui.learn.methods.turn import TurnParameters
from lnl_gui.learn.methods.unicon import UniconParameters
from lnl_gui.util.errors import UserError


def test_every_loss_is_a_plain_method() -> None:
    names = [info.name for info in list_methods()]
    assert len(names) == len(set(names))
    assert {f"plain:{loss.name}" for loss in list_losses()} <= set(names)
    assert {"small_loss", "co_teaching", "divide_mix", "unicon", "turn"} <= set(names)
    for name in names:
        assert find_method(name).name == name
        for setting in ("scratch", "backbone", "embedding"):
            default_parameters(name, setting=setting)  # type: ignore[arg-type]  # one of three


def test_unknown_names_suggest_the_nearest() -> None:
    with pytest.raises(UserError, match="Did you mean divide_mix"):
        find_method("dividemix")
    with pytest.raises(UserError, match="Did you mean gce"):
        find_method("plain:gec")


def test_published_defaults() -> None:
    mix = default_parameters("divide_mix", setting="scratch")
    assert isinstance(mix, DivideMixParameters)
    assert (mix.epochs, mix.warm_up_epochs, mix.batch_size) == (300, 10, 64)
    assert (mix.temperature, mix.alpha, mix.unlabelled_weight) == (0.5, 4.0, 25.0)
    assert (mix.learning_rate, mix.momentum, mix.weight_decay) == (0.02, 0.9, 5e-4)
    assert (mix.fall_epoch, mix.clean_threshold, mix.ramp_epochs) == (150, 0.5, 16)
    unicon = default_parameters("unicon", setting="scratch")
    assert isinstance(unicon, UniconParameters)
    assert (unicon.epochs, unicon.unlabelled_weight, unicon.contrastive_weight) == (350, 30, 0.025)
    assert (unicon.divergence_ceiling, unicon.divergence_filter) == (0.7, 5)
    assert (unicon.learning_rate, unicon.minimum_rate, unicon.train_on_strong) == (0.02, 2e-4, True)
    teaching = default_parameters("co_teaching", setting="scratch")
    assert isinstance(teaching, CoTeachingParameters)
    assert (teaching.learning_rate, teaching.batch_size, teaching.ramp_epochs) == (1e-3, 128, 10)
    turn = default_parameters("turn", setting="backbone", encoder="vit_base_patch16_224")
    assert isinstance(turn, TurnParameters)
    assert (turn.q, turn.clean_threshold, turn.batch_size) == (0.7, 0.6, 128)
    plain = default_parameters("plain:nce+rce", setting="scratch")
    assert isinstance(plain, PlainParameters)
    assert (plain.epochs, plain.learning_rate, plain.clip_norm) == (120, 0.01, 5.0)
    assert (SMALL_CNN.epochs, SMALL_CNN.batch_size, SMALL_CNN.learning_rate) == (7, 256, 0.01)


@pytest.mark.parametrize("name", ["plain:ce", "small_loss", "divide_mix", "unicon", "turn"])
def test_every_number_can_be_changed(name: str) -> None:
    parameters = default_parameters(name, setting="scratch")
    for field in fields(parameters):
        value = getattr(parameters, field.name)
        if not isinstance(value, bool | int | float):
            continue
        wanted = float(not value) if isinstance(value, bool) else float(value + 1)
        changed = getattr(with_constants(parameters, {field.name: wanted}), field.name)
        assert type(changed) is type(value)
        assert changed == wanted


def test_an_unknown_constant_is_named() -> None:
    with pytest.raises(UserError, match="no constant lambda_u"):
        with_constants(DivideMixParameters(), {"lambda_u": 1.0})


@pytest.mark.parametrize(("rate", "weight"), [(0.2, 0), (0.5, 25), (0.8, 50), (1.5, 50)])
def test_divide_mix_weighs_guesses_by_the_paper_s_table(rate: float, weight: float) -> None:
    parameters, used = adapt(DivideMixParameters(), {}, lambda: rate)
    assert isinstance(parameters, DivideMixParameters)
    assert parameters.unlabelled_weight == weight
    assert used == min(rate, 0.8)


def test_the_noise_rate_is_estimated_only_when_needed() -> None:
    def never() -> float:
        raise AssertionError("estimated")

    assert adapt(UniconParameters(), {}, never) == (UniconParameters(), None)
    for_backbone = default_parameters("divide_mix", setting="backbone")
    assert adapt(for_backbone, {}, never) == (for_backbone, None)
    told, rate = adapt(CoTeachingParameters(), {"noise_rate": 0.3}, never)
    assert isinstance(told, CoTeachingParameters)
    assert (told.noise_rate, rate) == (0.3, None)
    found, rate = adapt(CoTeachingParameters(), {"epochs": 7}, lambda: 0.25)
    assert isinstance(found, CoTeachingParameters)
    assert (found.noise_rate, found.epochs, rate) == (0.25, 7, 0.25)
