"""MixMatch's pieces against closed forms, and one epoch's bookkeeping."""

import math

import numpy as np
import torch
from numpy.testing import assert_allclose
from torch import nn

from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.data.views import embedding_views
from lnl_gui.learn.methods.mixing import (
    consistency,
    draw_mixing,
    linear_ramp,
    mean_probabilities,
    mix,
    mixmatch_loss,
    prior_penalty,
    refine,
    sharpen,
)
from lnl_gui.learn.methods.mixmatch import MixMatch, train_mixmatch_pass
from lnl_gui.learn.methods.selection import Split
from lnl_gui.learn.training.epoch import Epoch
from lnl_gui.learn.training.learner import build_learners
from lnl_gui.learn.training.rates import Optimiser
from lnl_gui.learn.training.strategy import Strategy


def test_sharpening_squares_at_half_temperature() -> None:
    found = sharpen(torch.tensor([[0.6, 0.3, 0.1]]), 0.5)
    assert_allclose(found.numpy(), [[36 / 46, 9 / 46, 1 / 46]], rtol=1e-6)
    same = torch.tensor([[0.25, 0.75]])
    assert_allclose(sharpen(same, 1.0).numpy(), same.numpy())


def test_refinement_mixes_label_and_prediction_by_trust() -> None:
    one_hot = torch.tensor([[1.0, 0.0], [1.0, 0.0], [1.0, 0.0]])
    predicted = torch.tensor([[0.2, 0.8]] * 3)
    found = refine(one_hot, torch.tensor([1.0, 0.5, 0.0]), predicted, 1.0)
    assert_allclose(found.numpy(), [[1, 0], [0.6, 0.4], [0.2, 0.8]], rtol=1e-6)


def test_mixing_keeps_more_of_the_own_sample() -> None:
    inputs = torch.eye(50)
    targets = torch.eye(50)
    share, partner = draw_mixing(50, np.random.default_rng(3), 4.0)
    mixed, mixed_targets = mix(inputs, share, partner), mix(targets, share, partner)
    generator = np.random.default_rng(3)
    own = max(draw := generator.beta(4.0, 4.0), 1 - draw)
    order = generator.permutation(50)
    expected = own * np.eye(50) + (1 - own) * np.eye(50)[order]
    assert_allclose(mixed.numpy(), expected, rtol=1e-6)
    assert_allclose(mixed_targets.numpy(), expected, rtol=1e-6)
    assert (mixed.diagonal() >= 0.5).all()


def test_prior_penalty_is_the_divergence_from_uniform() -> None:
    p = torch.tensor([[0.9, 0.1], [0.5, 0.5]], dtype=torch.float64)
    mean = np.array([0.7, 0.3])
    expected = (0.5 * np.log(0.5 / mean)).sum()
    assert_allclose(prior_penalty(p.log()).item(), expected)
    assert abs(prior_penalty(torch.zeros(3, 4)).item()) < 1e-6


def test_consistency_is_the_mean_squared_error() -> None:
    p = torch.tensor([[0.9, 0.1], [0.5, 0.5]], dtype=torch.float64)
    targets = torch.tensor([[1.0, 0.0], [0.0, 1.0]], dtype=torch.float64)
    assert_allclose(consistency(p.log(), targets).item(), (0.01 + 0.01 + 0.25 + 0.25) / 4)


def test_loss_is_the_sum_of_its_three_parts() -> None:
    p = torch.tensor([[0.9, 0.1], [0.5, 0.5]], dtype=torch.float64)
    targets = torch.tensor([[1.0, 0.0], [0.0, 1.0]], dtype=torch.float64)
    expected = -math.log(0.9) + 25 * 0.25 + (0.5 * np.log(0.5 / np.array([0.7, 0.3]))).sum()
    assert_allclose(mixmatch_loss(p.log(), targets, 1, 25.0).item(), expected)


def test_ramp() -> None:
    assert_allclose([linear_ramp(e, 10, 16) for e in (9, 10, 18, 26, 99)], [0, 0, 0.5, 1, 1])


def test_guesses_average_networks_and_views() -> None:
    first, second = nn.Identity(), nn.Flatten()
    views = (torch.tensor([[0.0, 0.0]]), torch.tensor([[math.log(3), 0.0]]))
    found = mean_probabilities([first, second], views)
    assert_allclose(found.numpy(), [[(0.5 + 0.75) / 2, (0.5 + 0.25) / 2]], rtol=1e-6)


class Recorder(nn.Module):
    """A network that remembers how it was called."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm1d(4)
        self.linear = nn.Linear(4, 3)
        self.calls: list[tuple[bool, int, bool]] = []

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        self.calls.append((self.training, len(inputs), torch.is_grad_enabled()))
        return self.linear(self.norm(inputs))


def test_one_epoch_s_bookkeeping() -> None:
    torch.manual_seed(0)
    generator = np.random.default_rng(0)
    features = generator.normal(size=(50, 4)).astype(np.float32)
    labels = generator.integers(0, 3, 50)
    training = LabelledViews(embedding_views(features), labels, 3)
    split = Split(np.arange(40), np.ones(40, np.float32), np.arange(40, 50))
    learner, partner = build_learners([Recorder(), Recorder()], Optimiser("sgd", 0.01))
    steps: list[tuple[int, int]] = []
    epoch = Epoch(0, progress=lambda done, total: steps.append((done, total)))
    train_mixmatch_pass(
        epoch,
        learner,
        partner.network,
        Strategy(),
        training,
        split,
        MixMatch(batch_size=8, ramp=(0, 1)),
        number=0,
        seed=0,
    )
    assert math.isfinite(epoch.total().loss)
    assert epoch.total().rows == 40
    # 40 labelled in eights: five steps, for which the ten unlabelled come round three times
    assert steps == [(n, 5) for n in range(1, 6)]
    calls = learner.network.calls
    assert isinstance(calls, list)
    mixed = [call for call in calls if call[0]]
    assert len(mixed) == 5
    assert all(grad for _, _, grad in mixed)
    assert {len_ for _, len_, _ in mixed} <= {2 * (8 + 8), 2 * (8 + 2)}
    # Targets come without gradient and in evaluation mode, so batch norm sees mixed inputs alone.
    assert all(not grad for training_, _, grad in calls if not training_)
    assert learner.network.norm.num_batches_tracked == 5
    assert partner.network.norm.num_batches_tracked == 0
    assert partner.steps == 0


def test_an_epoch_repeats_from_its_seed() -> None:
    features = np.random.default_rng(0).normal(size=(60, 4)).astype(np.float32)
    training = LabelledViews(embedding_views(features), np.arange(60) % 3, 3)
    split = Split(np.arange(30), np.full(30, 0.7, np.float32), np.arange(30, 60))

    def weights(seed: int) -> torch.Tensor:
        torch.manual_seed(0)
        learner, partner = build_learners([Recorder(), Recorder()], Optimiser("sgd", 0.01))
        train_mixmatch_pass(
            Epoch(3),
            learner,
            partner.network,
            Strategy(),
            training,
            split,
            MixMatch(batch_size=8),
            number=1,
            seed=seed,
        )
        return learner.network.get_parameter("linear.weight").detach()

    assert torch.equal(weights(1), weights(1))
    assert not torch.equal(weights(1), weights(2))
