from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from lnl_gui.learn.data.sources import ArraySource
from lnl_gui.learn.finetuning.stage_loop import (
    LabelledSource,
    NotANumber,
    StageData,
    StageTrainer,
    choose_machine,
    compiled,
    predict_source,
)
from lnl_gui.learn.losses.registry import LossChoice
from lnl_gui.learn.recipes.parameters import Stage
from lnl_gui.learn.training.checkpoint import seed_everything
from lnl_gui.learn.training.optimisation import Optimiser, Schedule
from lnl_gui.util.errors import UserError

STAGE = Stage(
    "features", "full", epochs=3, batch_size=16, optimiser=Optimiser("adamw", 1e-2), clip_norm=1.0
)


def _data(count: int = 50, bad: int | None = None) -> StageData:
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 3, count)
    features = (np.eye(3)[labels] * 3 + generator.normal(size=(count, 3))).astype(np.float32)
    if bad is not None:
        features[bad] = np.nan
    part = LabelledSource(ArraySource(features), labels)
    return StageData(part, part, part)


def _network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.3), nn.ReLU(), nn.Linear(8, 3))


def _trainer(
    stage: Stage = STAGE, network: nn.Sequential | None = None, data: StageData | None = None
) -> StageTrainer:
    network = network or _network()
    return StageTrainer(
        stage,
        network,
        head=network[-1],
        trained=[network],
        data=data or _data(),
        machine=choose_machine("cpu", mixed_precision=True, compile=False),
        number_of_classes=3,
        samples=[f"image-{n}" for n in range(50)],
    )


def _run(trainer: StageTrainer, checkpoint: Callable[[], None] = lambda: None) -> None:
    while not trainer.finished:
        trainer.train_epoch(checkpoint=checkpoint, checkpoint_seconds=-1)


def _weights(trainer: StageTrainer) -> list[Tensor]:
    return list(trainer.network.state_dict().values())


def _same(one: StageTrainer, two: StageTrainer) -> bool:
    return all(torch.equal(a, b) for a, b in zip(_weights(one), _weights(two), strict=True))


def test_learns_what_can_be_learnt() -> None:
    seed_everything(0)
    trainer = _trainer(replace(STAGE, epochs=15))
    _run(trainer)
    machine = choose_machine("cpu", mixed_precision=False, compile=False)
    data = trainer.data.training
    p = predict_source(trainer.network, data.source, machine)
    assert (p.argmax(axis=1) == data.labels).mean() > 0.9
    assert np.allclose(p.sum(axis=1), 1, atol=1e-5)


@pytest.mark.parametrize("loss", ["ce", "elr", "gce"])
@pytest.mark.parametrize("mixup", [0.0, 1.0])
def test_resumed_from_any_batch_the_weights_are_the_same_bits(loss: str, mixup: float) -> None:
    stage = replace(STAGE, loss=LossChoice(loss), mixup_alpha=mixup, schedule=Schedule("cosine"))
    seed_everything(1)
    whole = _trainer(stage)
    states: list[tuple[dict[str, Any], dict[str, Tensor]]] = []

    def keep() -> None:
        weights = {k: v.clone() for k, v in whole.network.state_dict().items()}
        states.append((_copied(whole.state()), weights))

    _run(whole, keep)
    # Three batches an epoch that are not its last, three epochs.
    assert len(states) == 9
    for state, weights in states[::2]:
        seed_everything(99)
        resumed = _trainer(stage)
        resumed.network.load_state_dict(weights)
        resumed.resume(state)
        _run(resumed)
        assert _same(whole, resumed)


def _copied(state: dict[str, Any]) -> dict[str, Any]:
    """Through torch's own file format, as a checkpoint goes."""
    import io

    stream = io.BytesIO()
    torch.save(state, stream)
    stream.seek(0)
    return torch.load(stream, weights_only=True)


def test_micro_batches_add_up_to_the_whole_batch() -> None:
    def run(micro: int) -> StageTrainer:
        network = nn.Sequential(_network()[0], nn.ReLU(), nn.Linear(8, 3))
        for parameter in network.parameters():
            nn.init.constant_(parameter, 0.1)
        trainer = _trainer(replace(STAGE, micro_batch=micro), network)
        _run(trainer)
        return trainer

    whole, parts = run(0), run(5)
    for a, b in zip(_weights(whole), _weights(parts), strict=True):
        assert torch.allclose(a, b, atol=1e-5)


class _Small(nn.Module):
    """Claims to run out of memory above four rows."""

    def __init__(self, inner: nn.Module, limit: int) -> None:
        super().__init__()
        self.inner, self.limit, self.largest = inner, limit, 0

    def forward(self, values: Tensor) -> Tensor:
        if len(values) > self.limit:
            raise torch.OutOfMemoryError("out of memory")
        self.largest = max(self.largest, len(values))
        return self.inner(values)


def _no_dropout() -> nn.Sequential:
    network = _network()
    network[1] = nn.Identity()
    return network


def test_out_of_memory_halves_and_keeps_the_effective_batch() -> None:
    plain = _trainer(network=_no_dropout())
    _run(plain)
    small = _Small(_no_dropout(), 4)
    trainer = _trainer(network=nn.Sequential(small, nn.Identity()))
    _run(trainer)
    assert small.largest == trainer.position.micro_batch == 4
    for a, b in zip(_weights(plain), _weights(trainer), strict=True):
        assert torch.allclose(a, b, atol=1e-5)


def test_after_three_halvings_it_is_an_error_with_its_own_code() -> None:
    trainer = _trainer(network=nn.Sequential(_Small(_no_dropout(), 1), nn.Identity()))
    with pytest.raises(UserError) as caught:
        _run(trainer)
    assert caught.value.code == "out_of_memory"


def test_other_runtime_errors_are_not_taken_for_memory() -> None:
    data = _data()
    broken = LabelledSource(ArraySource(np.zeros((50, 7), np.float32)), data.training.labels)
    with pytest.raises(RuntimeError, match="shapes"):
        _run(_trainer(data=replace(data, training=broken)))


def test_a_loss_that_is_not_a_number_names_the_batch() -> None:
    trainer = _trainer(data=_data(bad=7))
    with pytest.raises(NotANumber, match=r"epoch 1, batch \d+ \(samples image-") as caught:
        _run(trainer)
    assert all(torch.isfinite(tensor).all() for tensor in _weights(trainer))
    assert str(trainer.position.batch + 1) in str(caught.value)


def test_patience_ends_a_stage() -> None:
    trainer = _trainer(replace(STAGE, epochs=50, patience=2))
    trainer.position.since_best = 2
    assert trainer.finished
    trainer.position.since_best = 1
    assert not trainer.finished


def test_the_rate_follows_the_schedule() -> None:
    stage = replace(STAGE, schedule=Schedule("cosine_restarts", minimum_rate=1e-4))
    trainer = _trainer(stage)
    rates: list[float] = []
    _run(trainer, lambda: rates.append(trainer.optimiser.param_groups[0]["lr"]))
    rate = [1e-4 + (1e-2 - 1e-4) * (1 + np.cos(np.pi * n / 4)) / 2 for n in range(3)]
    assert rates == pytest.approx(rate * 3)


def test_windows_are_square_parts_of_maps_and_of_nothing_else() -> None:
    trainer = _trainer(replace(STAGE, window=2 / 3))
    maps = np.arange(2 * 1 * 9 * 9).reshape(2, 1, 9, 9)
    seen = set()
    for _ in range(60):
        window = trainer._window(maps)
        assert window.shape == (2, 1, 6, 6)
        assert np.array_equal(window[1] - window[0], np.full((1, 6, 6), 81))
        seen.add(int(window[0, 0, 0, 0]))
    assert {value // 9 for value in seen} == {value % 9 for value in seen} == {0, 1, 2, 3}
    features = np.zeros((4, 3))
    assert trainer._window(features) is features
    assert _trainer()._window(maps) is maps


def test_totals_are_those_of_the_epoch() -> None:
    trainer = _trainer(replace(STAGE, optimiser=Optimiser("sgd", 1e-12), clip_norm=0.0))
    trainer.network[1] = nn.Identity()
    totals = trainer.train_epoch(checkpoint=lambda: None)
    machine = choose_machine("cpu", mixed_precision=False, compile=False)
    data = trainer.data.training
    p = predict_source(trainer.network, data.source, machine)
    assert totals.seen == 50
    assert totals.right == (p.argmax(axis=1) == data.labels).sum()
    expected = -np.log(p[np.arange(50), data.labels]).sum()
    assert totals.loss == pytest.approx(expected, rel=1e-4)


def test_where_nothing_compiles_the_network_runs_as_it_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[int] = []

    def no_compiler(network: nn.Module) -> Callable[[Tensor], Tensor]:
        def fail(values: Tensor) -> Tensor:
            calls.append(len(values))
            raise RuntimeError("no C++ compiler")

        return fail

    monkeypatch.setattr(torch, "compile", no_compiler)
    network = nn.Linear(3, 2)
    forward = compiled(network)
    values = torch.randn(4, 3)
    assert torch.equal(forward(values), network(values))
    assert torch.equal(forward(values), network(values))
    assert calls == [4]
    assert "no C++ compiler" in caplog.text
