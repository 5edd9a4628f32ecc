import io
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from lnl_gui.learn.data.sources import ArraySource, LabelledSource
from lnl_gui.learn.finetuning.stage_data import StageData
from lnl_gui.learn.finetuning.stages import StageTraining
from lnl_gui.learn.losses.registry import LossChoice
from lnl_gui.learn.models.inference import predict_together
from lnl_gui.learn.recipes.parameters import Stage
from lnl_gui.learn.training.epoch import Epoch
from lnl_gui.learn.training.learner import compiled
from lnl_gui.learn.training.loop import fit
from lnl_gui.learn.training.rates import Optimiser, Schedule
from lnl_gui.learn.training.strategy import Strategy
from lnl_gui.learn.training.supervised import random_window
from lnl_gui.util.errors import UserError

STAGE = Stage(
    "features", "full", epochs=3, batch_size=16, optimiser=Optimiser("adamw", 1e-2), clip_norm=1.0
)


def _data(count: int = 50, bad: int | None = None) -> LabelledSource:
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 3, count)
    features = (np.eye(3)[labels] * 3 + generator.normal(size=(count, 3))).astype(np.float32)
    if bad is not None:
        features[bad] = np.nan
    return LabelledSource(ArraySource(features), labels)


def _network() -> nn.Sequential:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 8), nn.Dropout(0.3), nn.ReLU(), nn.Linear(8, 3))


def _trainer(
    stage: Stage = STAGE,
    network: nn.Sequential | None = None,
    data: LabelledSource | None = None,
) -> StageTraining:
    network = network or _network()
    part = data or _data()
    rows = np.arange(len(part))
    return StageTraining(
        StageData(stage, part, part, part, network, [network], rows),
        head=network[-1],
        classifier=network,
        number_of_classes=3,
        strategy=Strategy(micro_batch=stage.micro_batch),
        names=[f"image-{n}" for n in range(50)],
    )


def _weights(trainer: StageTraining) -> list[Tensor]:
    return list(trainer.learner.network.state_dict().values())


def test_learns_what_can_be_learnt() -> None:
    trainer = _trainer(replace(STAGE, epochs=15))
    fit(trainer)
    data = _data()
    p = predict_together(trainer.classifiers, data.source)
    assert (p.argmax(axis=1) == data.labels).mean() > 0.9
    assert np.allclose(p.sum(axis=1), 1, atol=1e-5)


class _Killed(BaseException):
    """Stands for a power cut."""


@cache
def _unbroken_weights(stage: Stage) -> list[Tensor]:
    """Of one run without a stop, which every stopped one is compared with."""
    whole = _trainer(stage)
    fit(whole)
    return _weights(whole)


@pytest.mark.parametrize("loss", ["ce", "elr", "gce"])
@pytest.mark.parametrize("mixup", [0.0, 1.0])
@pytest.mark.parametrize("batch", range(1, 12, 2))
def test_resumed_from_any_batch_the_weights_are_the_same_bits(
    loss: str, mixup: float, batch: int, tmp_path: Path
) -> None:
    stage = replace(STAGE, loss=LossChoice(loss), mixup_alpha=mixup, schedule=Schedule("cosine"))
    seen = 0

    def kill(done: int, total: int) -> None:
        nonlocal seen
        seen += 1
        if seen == batch + 1:
            raise _Killed

    with pytest.raises(_Killed):
        fit(_trainer(stage), folder=tmp_path, progress=kill, checkpoint_seconds=-1)
    resumed, left = _trainer(stage), 0

    def count(done: int, total: int) -> None:
        nonlocal left
        left += 1

    fit(resumed, folder=tmp_path, progress=count, checkpoint_seconds=-1)
    # Four batches an epoch, three epochs; the one under way when it was killed comes again.
    assert left == 12 - batch
    wanted = _unbroken_weights(stage)
    assert all(torch.equal(a, b) for a, b in zip(wanted, _weights(resumed), strict=True))


def test_micro_batches_add_up_to_the_whole_batch() -> None:
    def run(micro: int) -> StageTraining:
        network = nn.Sequential(_network()[0], nn.ReLU(), nn.Linear(8, 3))
        for parameter in network.parameters():
            nn.init.constant_(parameter, 0.1)
        trainer = _trainer(replace(STAGE, micro_batch=micro), network)
        fit(trainer)
        return trainer

    whole, parts = run(0), run(5)
    for a, b in zip(_weights(whole), _weights(parts), strict=True):
        assert torch.allclose(a, b, atol=1e-5)


class _Small(nn.Module):
    """Claims to run out of memory above so many rows, when it learns."""

    def __init__(self, inner: nn.Module, limit: int) -> None:
        super().__init__()
        self.inner, self.limit, self.largest = inner, limit, 0

    def forward(self, values: Tensor) -> Tensor:
        if self.training:
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
    fit(plain)
    small = _Small(_no_dropout(), 4)
    trainer = _trainer(network=nn.Sequential(small, nn.Identity()))
    fit(trainer)
    assert small.largest == trainer.strategy.rows_at_once == 4
    for a, b in zip(_weights(plain), _weights(trainer), strict=True):
        assert torch.allclose(a, b, atol=1e-5)


def test_after_three_halvings_it_is_an_error_with_its_own_code() -> None:
    trainer = _trainer(network=nn.Sequential(_Small(_no_dropout(), 1), nn.Identity()))
    with pytest.raises(UserError) as caught:
        fit(trainer)
    assert caught.value.code == "out_of_memory"


def test_other_runtime_errors_are_not_taken_for_memory() -> None:
    broken = LabelledSource(ArraySource(np.zeros((50, 7), np.float32)), _data().labels)
    with pytest.raises(RuntimeError, match="shapes"):
        fit(_trainer(data=broken))


def test_a_loss_that_is_not_a_number_names_the_batch() -> None:
    trainer = _trainer(data=_data(bad=7))
    with pytest.raises(UserError, match=r"batch \d+ of epoch 1 \(samples image-") as caught:
        fit(trainer)
    assert caught.value.code == "loss_not_finite"
    assert all(torch.isfinite(tensor).all() for tensor in _weights(trainer))
    assert f"batch {trainer.learner.steps + 1} of" in str(caught.value.message)


def test_the_rate_follows_the_schedule() -> None:
    stage = replace(STAGE, schedule=Schedule("cosine_restarts", minimum_rate=1e-4))
    trainer = _trainer(stage)
    rates: list[float] = []
    group = trainer.learner.optimiser.param_groups[0]
    fit(trainer, progress=lambda done, total: rates.append(group["lr"]))
    rate = [1e-4 + (1e-2 - 1e-4) * (1 + np.cos(np.pi * n / 4)) / 2 for n in range(4)]
    assert rates == pytest.approx(rate * 3)


def test_windows_are_square_parts_of_maps_and_of_nothing_else() -> None:
    maps = torch.arange(2 * 1 * 9 * 9).reshape(2, 1, 9, 9)
    seen = set()
    for _ in range(60):
        window = random_window(maps, 2 / 3)
        assert window.shape == (2, 1, 6, 6)
        assert torch.equal(window[1] - window[0], torch.full((1, 6, 6), 81))
        seen.add(int(window[0, 0, 0, 0]))
    assert {value // 9 for value in seen} == {value % 9 for value in seen} == {0, 1, 2, 3}
    features = torch.zeros((4, 3))
    assert random_window(features, 2 / 3) is features
    assert random_window(maps, 1.0) is maps


def test_totals_are_those_of_the_epoch() -> None:
    trainer = _trainer(replace(STAGE, optimiser=Optimiser("sgd", 1e-12), clip_norm=0.0))
    trainer.learner.network[1] = nn.Identity()  # type: ignore[operator]  # it is a sequence
    epoch = Epoch(0)
    trainer.train_epoch(epoch)
    totals, data = epoch.total(), _data()
    p = predict_together(trainer.classifiers, data.source)
    assert totals.rows == 50
    assert totals.right == (p.argmax(axis=1) == data.labels).sum()
    expected = -np.log(p[np.arange(50), data.labels]).sum()
    assert totals.loss == pytest.approx(expected, rel=1e-4)


def test_where_nothing_compiles_the_network_runs_as_it_is(
    monkeypatch: pytest.MonkeyPatch, logged: io.StringIO
) -> None:
    calls: list[int] = []

    def no_compiler(network: nn.Module) -> object:
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
    assert "no C++ compiler" in logged.getvalue()
