"""Parts of a batch, memory and precision, for every method alike."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import numpy as np
import psutil
import pytest
import torch
from torch import Tensor, nn

from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.data.views import embedding_views
from lnl_gui.learn.methods.registry import build_trainer
from lnl_gui.learn.models.precision import Precision, choose_precision
from lnl_gui.learn.training import strategy as strategy_module
from lnl_gui.learn.training.learner import Learner
from lnl_gui.learn.training.loop import fit
from lnl_gui.learn.training.optimisation import build_optimiser
from lnl_gui.learn.training.ranks import NotANumber
from lnl_gui.learn.training.rates import Optimiser
from lnl_gui.learn.training.strategy import Branch, Strategy, _Kept
from lnl_gui.learn.training.trainer import Trainer
from lnl_gui.util.errors import UserError
from tests.learn.methods_cases import CLASSES, DIMENSION, blobs, clean_blobs, noisy, short

METHODS = ["plain:ce", "plain:elr", "small_loss", "co_teaching", "divide_mix", "unicon", "turn"]


class Limited(nn.Module):
    """A hidden layer that claims to run out of memory above so many rows."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.layer, self.limit, self.largest = nn.Linear(DIMENSION, 8), limit, 0
        self.halves: set[bool] = set()

    def forward(self, values: Tensor) -> Tensor:
        if len(values) > self.limit:
            raise torch.OutOfMemoryError("out of memory")
        self.largest = max(self.largest, len(values))
        self.halves.add(torch.is_autocast_enabled("cpu"))
        return torch.relu(self.layer(values))


class LimitedNetwork(nn.Module):
    """A classifier with such a layer as backbone."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        self.backbone, self.head = Limited(limit), nn.Linear(8, CLASSES)

    def forward(self, values: Tensor) -> Tensor:
        return self.head(self.backbone(values))


def limited_trainer(name: str, strategy: Strategy, limit: int = 10_000) -> Trainer:
    features, labels = blobs(200)
    training = LabelledViews(embedding_views(features), noisy(labels, 0.4), CLASSES)
    return build_trainer(
        lambda: LimitedNetwork(limit),
        training,
        parameters=short(name),
        dimension=8,
        strategy=strategy,
    )


def weights(trainer: Trainer) -> Iterator[Tensor]:
    for network in trainer.classifiers:
        yield from network.state_dict().values()


def close(first: Trainer, second: Trainer, tolerance: float = 2e-5) -> bool:
    pairs = zip(weights(first), weights(second), strict=True)
    return all(torch.allclose(a, b, atol=tolerance) for a, b in pairs)


@cache
def undivided(name: str) -> Trainer:
    """A method after its training on whole batches."""
    trainer = limited_trainer(name, Strategy())
    fit(trainer)
    return trainer


@pytest.mark.parametrize("name", METHODS)
def test_parts_add_up_to_the_whole_batch(name: str) -> None:
    parts = limited_trainer(name, Strategy(micro_batch=7))
    fit(parts)
    assert parts.classifiers[0].get_submodule("backbone").largest <= 128  # type: ignore[operator]  # a number
    assert close(undivided(name), parts)


@pytest.mark.parametrize("name", METHODS)
def test_out_of_memory_halves_and_the_batch_stays_what_it_was(name: str) -> None:
    # TURN tunes on the few samples it draws; MixMatch passes 256 rows, of which an eighth is 32.
    limit = 20 if name == "turn" else 40
    whole = limited_trainer(name, Strategy())
    small = limited_trainer(name, Strategy(), limit=limit)
    for trainer in (whole, small):
        fit(trainer, validation=clean_blobs(100))
    assert 0 < small.strategy.rows_at_once <= limit
    assert close(whole, small)


@pytest.mark.parametrize("name", METHODS)
def test_what_the_machine_does_not_hold_is_halved_on_the_processor(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, small = undivided(name), limited_trainer(name, Strategy())
    assert whole.strategy.rows_at_once == 0
    monkeypatch.setattr(strategy_module, "HOST_SHARE", 6_000 / psutil.virtual_memory().total)
    fit(small)
    assert 0 < small.strategy.rows_at_once <= 64
    assert close(whole, small)


def test_a_block_is_kept_once_and_let_go_on_the_way_back() -> None:
    kept = _Kept(1000)
    weight = torch.ones(100, requires_grad=True)
    held = []
    with torch.autograd.graph.saved_tensors_hooks(kept.keep, kept.give):
        for _ in range(9):
            result = weight.exp()
            # Both powers keep the same 400 bytes, which the exponential keeps already.
            (result**2 + result**3).sum().backward()
            held.append(result)
        with pytest.raises(torch.OutOfMemoryError):
            # Each keeps the 400 of its result.
            weight.exp() + weight.exp() + weight.exp()


@pytest.mark.parametrize("name", METHODS)
def test_after_three_halvings_it_is_an_error_with_its_own_code(name: str) -> None:
    with pytest.raises(UserError) as caught:
        fit(limited_trainer(name, Strategy(), limit=1))
    assert caught.value.code == "out_of_memory"


@pytest.mark.parametrize("name", METHODS)
def test_memory_that_ends_outside_of_a_step_is_explained_too(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(values: Any) -> Tensor:
        raise torch.OutOfMemoryError("CUDA out of memory")

    trainer = limited_trainer(name, Strategy())
    monkeypatch.setattr(Precision, "host", lambda self, values: fail(values))
    with pytest.raises(UserError) as caught:
        fit(trainer)
    assert caught.value.code == "out_of_memory"


@pytest.mark.parametrize("name", METHODS)
def test_every_method_computes_in_the_chosen_precision(name: str) -> None:
    half = Strategy(Precision(torch.device("cpu"), torch.bfloat16))
    mixed, full = limited_trainer(name, half), limited_trainer(name, Strategy())
    for trainer, halves in ((mixed, {True}), (full, {False})):
        fit(trainer, validation=clean_blobs(50))
        backbone = trainer.classifiers[0].get_submodule("backbone")
        assert isinstance(backbone, Limited)
        assert backbone.halves == halves
        assert all(tensor.dtype == torch.float32 for tensor in weights(trainer))
    assert not close(mixed, full, tolerance=1e-7)


@pytest.mark.parametrize(
    ("device", "native", "mixed", "expected"),
    [
        ("cuda", True, True, torch.bfloat16),
        ("cuda", False, True, torch.float16),
        ("cuda", True, False, None),
        ("xpu", False, True, torch.bfloat16),
        ("xpu", True, False, None),
        ("mps", True, True, None),
        ("cpu", True, True, None),
    ],
)
def test_precision_follows_the_device(
    device: str,
    native: bool,
    mixed: bool,
    expected: torch.dtype | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[bool] = []

    def supported(including_emulation: bool = True) -> bool:
        asked.append(including_emulation)
        return native

    monkeypatch.setattr(torch.cuda, "is_bf16_supported", supported)
    found = choose_precision(device, mixed=mixed)
    assert (found.device.type, found.half) == (device, expected)
    # An emulated bfloat16 is slower than float32.
    assert True not in asked


@pytest.mark.parametrize("units", [False, True])
def test_a_processor_takes_bfloat16_where_matrix_units_and_the_network_gain(
    units: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "_is_amx_tile_supported", lambda: units, raising=False)
    plain, normalised = nn.Linear(2, 2), nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4))
    assert choose_precision("cpu", network=plain).half == (torch.bfloat16 if units else None)
    for found in (
        choose_precision("cpu", network=normalised),
        choose_precision("cpu", network=plain, mixed=False),
        choose_precision("cpu"),
    ):
        assert found.half is None
    monkeypatch.delattr(torch.cpu, "_is_amx_tile_supported")
    assert choose_precision("cpu", network=plain).half is None


def test_only_float16_scales_its_gradients() -> None:
    cpu = torch.device("cpu")
    assert not Strategy(Precision(cpu)).scaler.is_enabled()
    assert not Strategy(Precision(cpu, torch.bfloat16)).scaler.is_enabled()
    strategy = Strategy(Precision(cpu, torch.float16))
    assert strategy.scaler.is_enabled()
    learner = _learner(nn.Linear(2, 1))
    inputs = torch.ones(4, 2)
    before = learner.network.get_parameter("weight").detach().clone()
    branch = Branch(learner.forward, inputs)
    # The first scale, 65536, overflows here: that step is left out and the scale halved.
    for _ in range(2):
        strategy.step([learner], [branch], lambda outputs: outputs.mean(), clip_norm=10.0)
    assert strategy.scaler.get_scale() == 32768
    moved = before - learner.network.get_parameter("weight").detach()
    assert torch.allclose(moved, torch.full((1, 2), 0.1), atol=1e-3)
    again = Strategy(Precision(cpu, torch.float16))
    again.load_state_dict(strategy.state_dict())
    assert again.scaler.get_scale() == strategy.scaler.get_scale()


def _learner(network: nn.Module) -> Learner:
    return Learner(network, build_optimiser(Optimiser("sgd", 0.1, momentum=0.0), network, network))


def _gradient(strategy: Strategy, network: nn.Module, loss: Callable[..., Tensor]) -> Tensor:
    """The step that a fresh copy of the network takes."""
    generator = torch.Generator().manual_seed(0)
    inputs = torch.randn(12, 3, generator=generator)
    learner = _learner(network)
    before = [parameter.detach().clone() for parameter in network.parameters()]
    strategy.step([learner], [Branch(network, inputs), Branch(network, inputs.flip(0))], loss)
    after = [parameter.detach() for parameter in network.parameters()]
    return torch.cat([(a - b).flatten() for a, b in zip(after, before, strict=True)])


def test_a_loss_that_compares_samples_has_the_whole_batch_s_gradient_in_parts() -> None:
    def loss(first: Tensor, second: Tensor) -> Tensor:
        similarity = first @ second.T
        return similarity.logsumexp(dim=1).mean() + first.mean(dim=0).square().sum()

    def network() -> nn.Module:
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(3, 5), nn.Tanh(), nn.Linear(5, 2))

    whole = _gradient(Strategy(), network(), loss)
    parts = _gradient(Strategy(micro_batch=5), network(), loss)
    assert torch.allclose(whole, parts, atol=1e-6)
    assert whole.abs().max() > 1e-3


def test_in_parts_dropout_repeats_and_batch_norm_counts_a_batch_once() -> None:
    network = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.5), nn.Linear(4, 2))
    seen: list[Tensor] = []
    network[2].register_forward_hook(lambda module, inputs, output: seen.append(output == 0))
    torch.manual_seed(3)
    _gradient(Strategy(micro_batch=6), network, lambda one, two: (one * two).sum())
    norm = network[1]
    assert isinstance(norm, nn.BatchNorm1d)
    # Two branches of two parts each, with gradients; the passes without leave no trace.
    assert norm.num_batches_tracked == 4
    assert norm.track_running_stats
    first, second = seen[:4], seen[4:]
    assert all(torch.equal(a, b) for a, b in zip(first, second, strict=True))


def test_a_loss_that_is_no_number_teaches_nothing() -> None:
    network = nn.Linear(3, 2)
    learner = _learner(network)
    before = network.weight.detach().clone()
    branch = Branch(network, torch.ones(4, 3))
    with pytest.raises(NotANumber):
        Strategy().step([learner], [branch], lambda outputs: outputs.sum() * torch.nan)
    with pytest.raises(NotANumber):
        Strategy(micro_batch=2).step_by_sample(
            learner, branch, lambda outputs, part: outputs.sum(dim=1) / (2 - part.start)
        )
    assert torch.equal(network.weight, before)
    assert learner.steps == 0


def test_other_runtime_errors_are_not_taken_for_memory() -> None:
    network = nn.Linear(3, 2)
    with pytest.raises(RuntimeError, match="shapes"):
        Strategy().step(
            [_learner(network)], [Branch(network, torch.ones(4, 7))], lambda outputs: outputs.sum()
        )


def test_mixed_rows_are_mixed_part_by_part() -> None:
    network = nn.Linear(3, 2, bias=False)
    inputs = torch.from_numpy(np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32))
    partner = torch.tensor([5, 4, 3, 2, 1, 0])
    found: list[Tensor] = []

    def losses(outputs: Tensor, part: slice) -> Tensor:
        found.append(outputs.detach())
        return outputs.sum(dim=1)

    before = network.weight.detach().clone()
    branch = Branch(network, inputs, partner, 0.75)
    Strategy(micro_batch=4).step_by_sample(_learner(network), branch, losses)
    expected = (0.75 * inputs + 0.25 * inputs[partner]) @ before.T
    assert torch.allclose(torch.cat(found), expected, atol=1e-6)
