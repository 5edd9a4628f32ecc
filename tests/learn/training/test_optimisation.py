import pytest
import torch
from torch import nn

from lnl_gui.learn.training.optimisation import build_optimiser, set_rates
from lnl_gui.learn.training.rates import Optimiser, Schedule, rate_at
from lnl_gui.util.errors import UserError

PER_EPOCH, EPOCHS, TOP, FLOOR = 7, 3, 0.1, 0.01


def _ours(schedule: Schedule) -> list[float]:
    layer = nn.Linear(2, 2)
    optimiser = build_optimiser(Optimiser("sgd", TOP), layer, nn.Identity())
    rates = []
    for step in range(PER_EPOCH * EPOCHS):
        relative = rate_at(step, steps_per_epoch=PER_EPOCH, epochs=EPOCHS, schedule=schedule)
        set_rates(optimiser, relative, schedule.minimum_rate)
        rates.append(optimiser.param_groups[0]["lr"])
    return rates


def _theirs(build: object) -> list[float]:
    optimiser = torch.optim.SGD([nn.Parameter(torch.zeros(1))], lr=TOP)
    scheduler = build(optimiser)
    rates = []
    for _ in range(PER_EPOCH * EPOCHS):
        rates.append(optimiser.param_groups[0]["lr"])
        optimiser.step()
        scheduler.step()
    return rates


def test_cosine_is_torchs() -> None:
    total = PER_EPOCH * EPOCHS
    theirs = _theirs(lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, total, FLOOR))
    assert _ours(Schedule("cosine", FLOOR)) == pytest.approx(theirs)


def test_cosine_restarts_are_torchs() -> None:
    kind = torch.optim.lr_scheduler.CosineAnnealingWarmRestarts
    theirs = _theirs(lambda o: kind(o, T_0=PER_EPOCH, T_mult=1, eta_min=FLOOR))
    assert _ours(Schedule("cosine_restarts", FLOOR)) == pytest.approx(theirs)


def test_steps_are_torchs() -> None:
    theirs = _theirs(lambda o: torch.optim.lr_scheduler.StepLR(o, PER_EPOCH, 0.1))
    assert _ours(Schedule("step", factor=0.1)) == pytest.approx(theirs)


def test_constant_rate_warms_up_linearly() -> None:
    rates = _ours(Schedule("constant", warm_up_steps=4))
    assert rates[:5] == pytest.approx([TOP / 4, TOP / 2, TOP * 3 / 4, TOP, TOP])


def test_the_head_has_its_own_rate() -> None:
    network = nn.Sequential(nn.Linear(2, 2), nn.Linear(2, 2))
    optimiser = build_optimiser(Optimiser("adamw", 1e-3), network, network[1], head_rate_factor=10)
    assert [group["lr"] for group in optimiser.param_groups] == pytest.approx([1e-3, 1e-2])


def test_nothing_to_train_is_said() -> None:
    layer = nn.Linear(2, 2).requires_grad_(False)
    with pytest.raises(UserError, match="frozen"):
        build_optimiser(Optimiser(), layer, layer)
