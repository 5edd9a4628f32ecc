"""Losses against closed forms, their limits, and finite differences."""

import math

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from lnl_gui.learn.losses.cross_entropy import confidence_penalty, cross_entropy, focal
from lnl_gui.learn.losses.dynamic_weights import confidence_weights, dynamic_weights
from lnl_gui.learn.losses.elr import EarlyLearningRegularisation
from lnl_gui.learn.losses.generalised import generalised_cross_entropy
from lnl_gui.learn.losses.normalised import (
    active_passive,
    normalised_cross_entropy,
    normalised_focal,
)
from lnl_gui.learn.losses.registry import LossChoice, build_loss, describe_loss, list_losses
from lnl_gui.learn.losses.symmetric import (
    mean_absolute_error,
    reverse_cross_entropy,
    symmetric_cross_entropy,
)
from lnl_gui.util.errors import UserError

NAMES = [info.name for info in list_losses()]


def drawn(samples: int = 7, classes: int = 5, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(seed)
    logits = 3 * torch.randn(samples, classes, generator=generator, dtype=torch.float64)
    return logits, torch.randint(classes, (samples,), generator=generator)


def softmax(logits: torch.Tensor) -> np.ndarray:
    z = logits.numpy()
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def by_hand(name: str, p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Each loss written out from its paper, in numpy."""
    rows = np.arange(len(y))
    p_y, log_p = p[rows, y], np.log(p)
    ce, mae = -np.log(p_y), 1 - p_y
    onehot = np.eye(p.shape[1])[y]
    rce = -(p * np.where(onehot > 0, 0.0, math.log(1e-4))).sum(1)
    nce = log_p[rows, y] / log_p.sum(1)
    focal_half = -np.sqrt(1 - p) * log_p
    nfl = focal_half[rows, y] / focal_half.sum(1)
    return {
        "ce": ce,
        "label_smoothing": -((0.9 * onehot + 0.1 / p.shape[1]) * log_p).sum(1),
        "focal": -((1 - p_y) ** 2) * np.log(p_y),
        "gce": (1 - p_y**0.7) / 0.7,
        "mae": np.abs(p - onehot).sum(1) / 2,
        "rce": rce,
        "sce": 0.1 * ce + rce,
        "nce": nce,
        "nfl": nfl,
        "nce+rce": nce + rce,
        "nfl+rce": nfl + rce,
        "nce+mae": nce + mae,
        "nfl+mae": nfl + mae,
        "dynamic_weights": ce * np.minimum(p.max(1) / 0.6, 1),
        "elr": ce + 3 * np.log(1 - 0.3 * (p * p).sum(1)),
    }[name]


@pytest.mark.parametrize("name", NAMES)
def test_equals_the_formula(name: str) -> None:
    logits, labels = drawn()
    logits = logits / 3  # keeps p away from ELR's clamp, which the formula leaves out
    loss = build_loss(name, number_of_samples=7, number_of_classes=5)
    found = loss(logits, labels, torch.arange(7), reduction="none")
    expected = by_hand(name, softmax(logits), labels.numpy())
    assert_allclose(found.numpy(), expected, rtol=1e-5 if name == "elr" else 1e-10)


@pytest.mark.parametrize("name", NAMES)
def test_mean_is_the_mean(name: str) -> None:
    logits, labels = drawn()
    each = build_loss(name, number_of_samples=7, number_of_classes=5)
    mean = build_loss(name, number_of_samples=7, number_of_classes=5)
    rows = torch.arange(7)
    assert_allclose(
        mean(logits, labels, rows).item(),
        each(logits, labels, rows, reduction="none").mean().item(),
    )


def _frozen(name: str, logits: torch.Tensor, labels: torch.Tensor) -> float:
    loss = build_loss(name, number_of_samples=len(labels), number_of_classes=logits.shape[1])
    return loss(logits, labels, torch.arange(len(labels))).item()


@pytest.mark.parametrize("name", [n for n in NAMES if n not in {"elr", "dynamic_weights"}])
def test_gradient_by_finite_differences(name: str) -> None:
    logits, labels = drawn(4, 3)
    live = logits.clone().requires_grad_()
    loss = build_loss(name, number_of_samples=4, number_of_classes=3)
    (gradient,) = torch.autograd.grad(loss(live, labels, torch.arange(4)), live)
    step = 1e-6
    for i in range(4):
        for k in range(3):
            up, down = logits.clone(), logits.clone()
            up[i, k] += step
            down[i, k] -= step
            slope = (_frozen(name, up, labels) - _frozen(name, down, labels)) / (2 * step)
            assert_allclose(gradient[i, k].item(), slope, rtol=1e-5, atol=1e-8)


def test_elr_gradient_is_that_of_fixed_targets() -> None:
    logits, labels = drawn(4, 3)
    logits = logits / 3
    live = logits.clone().requires_grad_()
    loss = EarlyLearningRegularisation(4, 3)
    (gradient,) = torch.autograd.grad(loss(live, labels, torch.arange(4)), live)
    moving = loss.moving_targets.double()

    def value(z: torch.Tensor) -> float:
        p = torch.softmax(z, 1)
        ce = -torch.log(p[torch.arange(4), labels])
        return (ce + 3 * torch.log(1 - (p * moving).sum(1))).mean().item()

    step = torch.zeros_like(logits)
    for i, k in [(0, 0), (1, 2), (3, 1)]:
        step.zero_()
        step[i, k] = 1e-6
        slope = (value(logits + step) - value(logits - step)) / 2e-6
        assert_allclose(gradient[i, k].item(), slope, rtol=1e-4, atol=1e-7)


def test_dynamic_weights_send_no_gradient_through_the_weight() -> None:
    logits, labels = drawn(4, 3)
    live = logits.clone().requires_grad_()
    (gradient,) = torch.autograd.grad(dynamic_weights(live, labels), live)
    p = torch.softmax(logits, 1)
    onehot = torch.eye(3, dtype=torch.float64)[labels]
    weight = confidence_weights(logits).unsqueeze(1)
    assert_allclose(gradient.numpy(), (weight * (p - onehot) / 4).numpy(), rtol=1e-10)


def test_generalised_cross_entropy_limits() -> None:
    logits, labels = drawn()
    ce = cross_entropy(logits, labels, reduction="none").numpy()
    near = generalised_cross_entropy(logits, labels, q=1e-9, reduction="none").numpy()
    assert_allclose(near, ce, rtol=1e-7)
    zero = generalised_cross_entropy(logits, labels, q=0, reduction="none").numpy()
    assert_allclose(zero, ce)
    one = generalised_cross_entropy(logits, labels, q=1, reduction="none").numpy()
    assert_allclose(one, 1 - softmax(logits)[np.arange(7), labels.numpy()], rtol=1e-12)
    with pytest.raises(ValueError, match="q must lie"):
        generalised_cross_entropy(logits, labels, q=1.5)


def test_focal_without_focus_is_cross_entropy() -> None:
    logits, labels = drawn()
    assert_allclose(focal(logits, labels, gamma=0).item(), cross_entropy(logits, labels).item())


@pytest.mark.parametrize("log_of_zero", [-4.0, math.log(1e-4)])
def test_reverse_cross_entropy_is_scaled_absolute_error(log_of_zero: float) -> None:
    logits, labels = drawn()
    rce = reverse_cross_entropy(logits, labels, log_of_zero=log_of_zero, reduction="none")
    mae = mean_absolute_error(logits, labels, reduction="none")
    assert torch.equal(rce, -log_of_zero * mae)


@pytest.mark.parametrize("loss", [normalised_cross_entropy, normalised_focal])
def test_normalised_losses_are_symmetric(loss: object) -> None:
    logits, _ = drawn()
    values = torch.stack(
        [loss(logits, torch.full((7,), k), reduction="none") for k in range(5)]  # type: ignore[operator]  # a loss function
    )
    assert_allclose(values.sum(0).numpy(), np.ones(7), rtol=1e-12)
    assert ((values >= 0) & (values <= 1)).all()


def test_mean_absolute_error_is_symmetric() -> None:
    logits, _ = drawn()
    total = sum(
        mean_absolute_error(logits, torch.full((7,), k), reduction="none") for k in range(5)
    )
    assert_allclose(torch.as_tensor(total).numpy(), np.full(7, 4.0))


def test_active_passive_with_the_cifar100_weights() -> None:
    logits, labels = drawn()
    pair = active_passive(logits, labels, active="nfl", passive="mae", alpha=10, beta=0.1)
    parts = 10 * normalised_focal(logits, labels) + 0.1 * mean_absolute_error(logits, labels)
    assert_allclose(pair.item(), parts.item(), rtol=1e-12)


def test_symmetric_cross_entropy_with_the_cifar100_weights() -> None:
    logits, labels = drawn()
    both = symmetric_cross_entropy(logits, labels, alpha=6, beta=0.1)
    parts = 6 * cross_entropy(logits, labels) + 0.1 * reverse_cross_entropy(logits, labels)
    assert_allclose(both.item(), parts.item(), rtol=1e-12)


@pytest.mark.parametrize("name", NAMES)
def test_soft_one_hot_targets_equal_hard_ones(name: str) -> None:
    logits, labels = drawn()
    rows = torch.arange(7)
    hard = build_loss(name, number_of_samples=7, number_of_classes=5)(logits, labels, rows)
    onehot = torch.eye(5, dtype=torch.float64)[labels]
    soft = build_loss(name, number_of_samples=7, number_of_classes=5)(logits, onehot, rows)
    assert_allclose(soft.item(), hard.item(), rtol=1e-12)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32])
@pytest.mark.parametrize("name", NAMES)
def test_saturated_logits_stay_finite(name: str, dtype: torch.dtype) -> None:
    logits = torch.tensor([[200.0, -200.0, 0.0], [-200.0, 200.0, 0.0]], dtype=dtype)
    logits.requires_grad_()
    loss = build_loss(name, number_of_samples=2, number_of_classes=3)
    value = loss(logits, torch.tensor([0, 0]), torch.arange(2), reduction="none")
    assert value.dtype == torch.float32
    value.sum().backward()
    assert torch.isfinite(value).all()
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()


def test_autocast_does_not_narrow_the_loss() -> None:
    logits, labels = drawn()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        value = active_passive(logits.bfloat16(), labels)
    assert value.dtype == torch.float32
    assert_allclose(
        value.item(), active_passive(logits.bfloat16().double(), labels).item(), rtol=1e-5
    )


def test_confidence_weight_is_the_share_of_the_threshold() -> None:
    p = torch.tensor([[0.7, 0.3], [0.6, 0.4], [0.5, 0.5]], dtype=torch.float64)
    assert_allclose(confidence_weights(p.log()).numpy(), [1, 1, 5 / 6])
    assert_allclose(confidence_weights(p.log(), threshold=0.8).numpy(), [7 / 8, 6 / 8, 5 / 8])


def test_confidence_penalty_is_the_negative_entropy() -> None:
    logits = torch.zeros(2, 4, dtype=torch.float64)
    assert_allclose(confidence_penalty(logits).item(), -math.log(4))
    p = torch.tensor([[0.9, 0.1]], dtype=torch.float64)
    assert_allclose(confidence_penalty(p.log()).item(), 0.9 * math.log(0.9) + 0.1 * math.log(0.1))


def test_elr_targets_move_as_by_hand() -> None:
    loss = EarlyLearningRegularisation(3, 2, beta=0.7, strength=3)
    rows = torch.tensor([2, 0])
    p = torch.tensor([[0.8, 0.2], [0.4, 0.6]], requires_grad=True)
    loss(p.log(), torch.tensor([0, 1]), rows)
    assert_allclose(loss.moving_targets.numpy(), [[0.12, 0.18], [0, 0], [0.24, 0.06]], rtol=1e-6)
    loss(p.log(), torch.tensor([0, 1]), rows)
    expected = [[0.7 * 0.12 + 0.12, 0.7 * 0.18 + 0.18], [0, 0], [0.7 * 0.24 + 0.24, 0.102]]
    assert_allclose(loss.moving_targets.numpy(), expected, rtol=1e-6)
    with torch.no_grad():
        loss(p.log(), torch.tensor([0, 1]), rows)
    assert_allclose(loss.moving_targets.numpy(), expected, rtol=1e-6)


def test_elr_state_resumes_exactly() -> None:
    logits, labels = drawn()
    rows = torch.arange(7)
    first = EarlyLearningRegularisation(7, 5)
    first(logits, labels, rows)
    second = EarlyLearningRegularisation(7, 5)
    second.load_state_dict(first.state_dict())
    assert torch.equal(first(logits, labels, rows), second(logits, labels, rows))
    with pytest.raises(ValueError, match="indices"):
        first(logits, labels)


def test_an_unknown_loss_names_the_nearest() -> None:
    with pytest.raises(UserError, match=r"Did you mean nce\+rce") as raised:
        describe_loss("nce-rce")
    assert raised.value.code == "unknown_loss"
    with pytest.raises(UserError, match="has no option gamma"):
        build_loss("gce", number_of_samples=1, number_of_classes=2, gamma=1)


def test_a_chosen_loss_is_built_with_its_constants() -> None:
    logits, labels = drawn()
    given = softmax(logits)[np.arange(7), labels.numpy()]
    generalised = LossChoice("gce", (("q", 0.3),)).build(number_of_samples=7, number_of_classes=4)
    found = generalised(logits, labels, reduction="none").numpy()
    assert_allclose(found, (1 - given**0.3) / 0.3, rtol=1e-12)
    sizes = {"number_of_samples": 9, "number_of_classes": 4}
    regularised = LossChoice("elr", (("beta", 0.5),)).build(**sizes)
    assert isinstance(regularised, EarlyLearningRegularisation)
    assert regularised.moving_targets.shape == (9, 4) and regularised.beta == 0.5


def test_every_default_can_be_changed() -> None:
    logits, labels = drawn()
    rows = torch.arange(7)
    for info in list_losses():
        for option, default in info.defaults.items():
            changed = {option: default / 2}
            plain = build_loss(info.name, number_of_samples=7, number_of_classes=5)
            other = build_loss(info.name, number_of_samples=7, number_of_classes=5, **changed)
            assert plain(logits, labels, rows) != other(logits, labels, rows), (info.name, option)


FUNCTIONS = {
    "ce": cross_entropy,
    "focal": focal,
    "gce": generalised_cross_entropy,
    "mae": mean_absolute_error,
    "rce": reverse_cross_entropy,
    "sce": symmetric_cross_entropy,
    "nce": normalised_cross_entropy,
    "nfl": normalised_focal,
    "nce+rce": active_passive,
    "dynamic_weights": dynamic_weights,
}


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_a_plain_call_has_the_constants_of_the_paper(name: str) -> None:
    logits, labels = drawn()
    found = FUNCTIONS[name](logits, labels, reduction="none")
    assert_allclose(found.numpy(), by_hand(name, softmax(logits), labels.numpy()), rtol=1e-10)


def test_early_learning_regularisation_has_the_constants_for_cifar10() -> None:
    logits, labels = drawn()
    logits = logits / 3
    loss = EarlyLearningRegularisation(7, 5)
    found = loss(logits, labels, torch.arange(7), reduction="none")
    assert_allclose(found.numpy(), by_hand("elr", softmax(logits), labels.numpy()), rtol=1e-5)


def test_early_learning_regularisation_keeps_away_from_certainty() -> None:
    logits = torch.tensor([[60.0, 0.0, 0.0], [0.0, 90.0, 0.0]], dtype=torch.float64)
    labels = torch.tensor([0, 0])
    found = EarlyLearningRegularisation(2, 3)(logits, labels, torch.arange(2), reduction="none")
    # Probabilities are held in [1e-4, 1 - 1e-4], the moving targets sum to 1 - beta.
    p = np.array([1 - 1e-4, 1e-4, 1e-4])
    inner = (p * 0.3 * p / p.sum()).sum()
    expected = np.array([0.0, 90.0]) + 3 * np.log(1 - inner)
    assert_allclose(found.numpy(), expected, atol=1e-6)
    moving = EarlyLearningRegularisation(1, 3, beta=0.0)
    moving(logits[:1], labels[:1], torch.tensor([0]))
    assert_allclose(moving.moving_targets.numpy(), [p / p.sum()], rtol=1e-5)


def test_dynamic_weights_take_thresholds_above_zero_up_to_one() -> None:
    logits, labels = drawn()
    weighted = dynamic_weights(logits, labels, threshold=1, reduction="none")
    p = softmax(logits)
    expected = -np.log(p[np.arange(7), labels.numpy()]) * p.max(1)
    assert_allclose(weighted.numpy(), expected, rtol=1e-10)
    for threshold in (0, 1.01, 1.5, -0.1):
        with pytest.raises(ValueError, match="threshold"):
            dynamic_weights(logits, labels, threshold=threshold)


def test_pairs_are_named_after_their_halves() -> None:
    (pair,) = [info for info in list_losses() if info.name == "nfl+rce"]
    assert str(pair.title) == "NFL + RCE"
    assert pair.source == describe_loss("nfl").source
    constants = {info.name: dict(info.defaults) for info in list_losses() if "+" in info.name}
    weights, nfl, rce = {"alpha": 1, "beta": 1}, {"gamma": 0.5}, {"log_of_zero": math.log(1e-4)}
    assert constants == {
        "nce+rce": weights | rce,
        "nfl+rce": weights | nfl | rce,
        "nce+mae": weights,
        "nfl+mae": weights | nfl,
    }


def test_a_distant_name_is_still_guessed_and_a_strange_one_is_not() -> None:
    with pytest.raises(UserError, match="Did you mean label_smoothing"):
        describe_loss("smoothed_labels")
    with pytest.raises(UserError, match="There is no loss called 12345") as raised:
        describe_loss("12345")
    assert "Did you mean" not in str(raised.value.hint)
