"""Methods by name: what there is, what the papers' numbers are, how they are changed."""

from dataclasses import fields, replace

import numpy as np
import pytest
from torch import nn

from lnl_gui.learn.losses.registry import list_losses
from lnl_gui.learn.methods.constants import constants_of, with_constants
from lnl_gui.learn.methods.method import NoiseEstimate
from lnl_gui.learn.methods.method_training import lengthened
from lnl_gui.learn.methods.noise_level import adapt
from lnl_gui.learn.methods.parameters.divide_mix import DivideMixParameters
from lnl_gui.learn.methods.parameters.plain import SMALL_CNN, PlainParameters
from lnl_gui.learn.methods.parameters.small_loss import CoTeachingParameters
from lnl_gui.learn.methods.parameters.turn import TurnParameters, turn_parameters
from lnl_gui.learn.methods.parameters.unicon import UniconParameters
from lnl_gui.learn.methods.registry import (
    default_parameters,
    find_method,
    list_methods,
)
from lnl_gui.learn.methods.selection import follow_decay
from lnl_gui.learn.training.learner import build_learners
from lnl_gui.learn.training.rates import Optimiser
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
    assert (mix.fall_at, mix.clean_threshold, mix.ramp_epochs) == (0.5, 0.5, 16)
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
        if isinstance(value, bool | int):
            wanted = float(not value) if isinstance(value, bool) else float(value + 1)
        else:
            # Within the limits of rates, shares and factors alike.
            wanted = value / 2 or 1e-3
        changed = getattr(with_constants(parameters, {field.name: wanted}), field.name)
        assert type(changed) is type(value)
        assert changed == wanted


def test_an_unknown_constant_is_named() -> None:
    with pytest.raises(UserError, match="no constant ramp_epoch") as raised:
        with_constants(DivideMixParameters(), {"ramp_epoch": 1.0})
    assert "Did you mean ramp_epochs" in str(raised.value.hint)


def _noise(rate: float, classes: int = 10, *, pairs: bool = False) -> NoiseEstimate:
    spread = np.full((classes, classes), rate / (classes - 1))
    if pairs:
        spread = rate * np.roll(np.eye(classes), 1, axis=1)
    np.fill_diagonal(spread, 1 - rate)
    return NoiseEstimate(rate, spread)


@pytest.mark.parametrize(
    ("noise", "weight", "penalty", "history"),
    [
        (_noise(0.2), 0, 0, 1),
        (_noise(0.5), 25, 0, 1),
        (_noise(0.8), 50, 0, 5),
        (_noise(1.5), 50, 0, 5),
        (_noise(0.4, pairs=True), 0, 1, 1),
        (_noise(0.2, 100), 25, 0, 1),
        (_noise(0.5, 100), 150, 0, 1),
        (_noise(0.4, 2), 25, 0, 1),
    ],
)
def test_divide_mix_is_switched_as_its_authors_do(
    noise: NoiseEstimate, weight: float, penalty: float, history: int
) -> None:
    parameters, used, chosen = adapt(DivideMixParameters(), {}, lambda: noise)
    assert isinstance(parameters, DivideMixParameters)
    assert parameters.unlabelled_weight == weight
    assert (parameters.confidence_penalty, parameters.loss_history) == (penalty, history)
    assert used is not None and used.rate == min(noise.rate, 0.8)
    assert chosen["loss_history"] == history


def test_what_a_person_says_goes_before_the_estimate() -> None:
    said = {"unlabelled_weight": 7.0, "confidence_penalty": 0.5}
    parameters, _, chosen = adapt(DivideMixParameters(), said, lambda: _noise(0.8, pairs=True))
    assert isinstance(parameters, DivideMixParameters)
    assert (parameters.unlabelled_weight, parameters.confidence_penalty) == (7.0, 0.5)
    assert chosen == {"loss_history": 5}
    for_backbone = default_parameters("divide_mix", setting="backbone")
    found, _, _ = adapt(for_backbone, {}, lambda: _noise(0.5))
    # Clothing1M's: no weight on guesses, and always the penalty.
    assert found == for_backbone
    unicon, _, _ = adapt(UniconParameters(), {}, lambda: _noise(0.4, pairs=True))
    assert isinstance(unicon, UniconParameters) and unicon.confidence_penalty == 1.0


def test_the_noise_is_estimated_only_when_needed() -> None:
    def never() -> NoiseEstimate:
        raise AssertionError("estimated")

    turn = default_parameters("turn", setting="embedding")
    assert adapt(turn, {}, never) == (turn, None, {})
    told, noise, _ = adapt(CoTeachingParameters(), {"noise_rate": 0.3}, never)
    assert isinstance(told, CoTeachingParameters)
    assert (told.noise_rate, noise) == (0.3, None)
    found, noise, _ = adapt(CoTeachingParameters(), {"epochs": 7}, lambda: NoiseEstimate(0.25))
    assert isinstance(found, CoTeachingParameters)
    assert (found.noise_rate, found.epochs) == (0.25, 7)


def test_a_small_set_has_more_epochs() -> None:
    parameters = default_parameters("co_teaching", setting="embedding")
    assert isinstance(parameters, CoTeachingParameters)
    longer = lengthened(parameters, 600)
    # 20 epochs of 5 steps are 100; eight times as many are 800.
    assert (longer.epochs, longer.ramp_epochs, longer.batch_size) == (160, 80, 128)
    assert lengthened(parameters, 5000) == replace(parameters, epochs=20)
    assert lengthened(replace(parameters, least_steps=0), 600).epochs == 20


def test_adam_forgets_faster_once_its_rate_falls() -> None:
    """The authors' plans: from epoch 80 of 200 a line to 0, and beta1 of .1."""
    parameters = CoTeachingParameters()
    (learner,) = build_learners([nn.Linear(2, 2)], Optimiser("adam", 1e-3))
    seen = []
    for epoch in (0, 79, 80, 140, 199):
        follow_decay([learner], parameters, epoch)
        group = learner.optimiser.param_groups[0]
        seen.append((group["lr"], group["betas"][0]))
    plan = [1e-3 * min(1.0, (200 - e) / 120) for e in (0, 79, 80, 140, 199)]
    np.testing.assert_allclose([rate for rate, _ in seen], plan)
    assert [beta for _, beta in seen] == [0.9, 0.9, 0.1, 0.1, 0.1]


def test_asymmetric_noise_is_told_from_symmetric() -> None:
    assert _noise(0.4, pairs=True).asymmetric and not _noise(0.4).asymmetric
    # Of two classes each has but one other; of little noise the direction is chance.
    assert not _noise(0.4, 2).asymmetric and not _noise(0.04, pairs=True).asymmetric


def test_constants_of_parts_are_changed_one_by_one() -> None:
    turn = turn_parameters("vit_base_patch16_224")
    changed = with_constants(
        turn, {"epochs": 2, "probe_learning_rate": "0.5", "tuning_optimiser": "adamw"}
    )
    assert changed.tuning_epochs == 2
    assert changed.probe_optimiser == replace(turn.probe_optimiser, learning_rate=0.5)
    assert changed.tuning_optimiser == replace(turn.tuning_optimiser, name="adamw")
    listed = constants_of(changed)
    assert listed["tuning_optimiser"] == "adamw" and listed["probe_learning_rate"] == 0.5
    with pytest.raises(UserError, match="cannot be adamm") as raised:
        with_constants(turn, {"tuning_optimiser": "adamm"})
    assert "Did you mean adam" in str(raised.value.hint)
    for name, value in (("batch_size", "2.5"), ("q", "many"), ("q", "nan")):
        with pytest.raises(UserError, match=f"{name} cannot be"):
            with_constants(turn, {name: value})
    plain = with_constants(default_parameters("plain:gce", setting="backbone"), {"q": 0.4})
    assert isinstance(plain, PlainParameters) and plain.loss_constants == (("q", 0.4),)
