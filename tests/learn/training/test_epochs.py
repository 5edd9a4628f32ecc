"""The loop around every method: exact resume, cancelling, choice of the best."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lnl_gui.learn.models.inference import predict_logits
from lnl_gui.learn.training.epochs import accuracy_of, best_classifier, fit, mean_loss, snapshot
from lnl_gui.learn.training.report import EpochReport
from lnl_gui.util.errors import Cancelled, UserError
from tests.learn.methods_cases import blobs, clean_blobs, embedding_trainer, noisy, short

METHODS = ["plain:elr", "small_loss", "co_teaching", "divide_mix", "unicon", "turn"]


def same(first: Any, second: Any) -> bool:
    """Whether two nested states hold the same bits."""
    if isinstance(first, torch.Tensor):
        return torch.equal(first, second)
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(same(first[k], second[k]) for k in first)
    if isinstance(first, list | tuple):
        return len(first) == len(second) and all(map(same, first, second))
    return bool(first == second)


def trainer_for(name: str) -> Any:
    features, labels = blobs(200)
    return embedding_trainer(short(name), features, noisy(labels, 0.4), hidden=8)


class Kill(Exception):
    """What ends a run in the middle."""


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("epoch", [1, 3])
def test_a_killed_run_resumes_to_the_same_bits(name: str, epoch: int, tmp_path: Path) -> None:
    whole = trainer_for(name)
    expected = fit(whole, validation=clean_blobs(100))

    def kill(done: int, total: int) -> None:
        if done > epoch * 1000 + 400:
            raise Kill

    options: dict[str, Any] = {
        "validation": clean_blobs(100),
        "folder": tmp_path,
        "fingerprint": "same",
    }
    with pytest.raises(Kill):
        fit(trainer_for(name), progress=kill, **options)
    torch.manual_seed(epoch)
    resumed = trainer_for(name)
    seen: list[int] = []
    found = fit(resumed, on_epoch=lambda report: seen.append(report.epoch), **options)
    assert seen == list(range(epoch, 4))
    assert same(resumed.state_dict(), whole.state_dict())
    assert same(found.best, expected.best)
    assert found.best_epoch == expected.best_epoch
    assert [r.loss for r in found.reports] == [r.loss for r in expected.reports]


@pytest.mark.parametrize("name", METHODS)
def test_a_run_repeats_from_its_seed_and_leaves_torch_s_generator_alone(name: str) -> None:
    torch.manual_seed(1)
    before = torch.get_rng_state()
    first = trainer_for(name)
    fit(first)
    assert torch.equal(torch.get_rng_state(), before)
    torch.manual_seed(2)
    second = trainer_for(name)
    fit(second)
    assert same(first.state_dict(), second.state_dict())
    third = trainer_for(name)
    fit(third, seed=7)
    features, labels = blobs(200)
    other = embedding_trainer(short(name, seed=3), features, noisy(labels, 0.4), hidden=8)
    fit(other)
    assert not same(first.state_dict(), other.state_dict())


@pytest.mark.parametrize("name", METHODS)
def test_progress_covers_every_epoch_and_can_cancel(name: str) -> None:
    calls: list[tuple[int, int]] = []
    trainer = trainer_for(name)
    fit(trainer, progress=lambda done, total: calls.append((done, total)))
    assert {total for _, total in calls} == {1000 * trainer.epochs}
    done = [done for done, _ in calls]
    assert done == sorted(done)
    assert done[-1] == 1000 * trainer.epochs

    def cancel(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        fit(trainer_for(name), progress=cancel)


def test_another_fingerprint_starts_anew(tmp_path: Path) -> None:
    fit(trainer_for("plain:elr"), folder=tmp_path, fingerprint="one")
    seen: list[int] = []
    fit(
        trainer_for("plain:elr"),
        folder=tmp_path,
        fingerprint="two",
        on_epoch=lambda report: seen.append(report.epoch),
    )
    assert seen == [0, 1, 2, 3]


def test_the_best_epoch_is_kept() -> None:
    features, labels = blobs(150)
    parameters = short("plain:ce", epochs=12, learning_rate=0.05, weight_decay=0.0)
    trainer = embedding_trainer(parameters, features, noisy(labels, 0.5))
    validation = clean_blobs(300)
    fitted = fit(trainer, validation=validation)
    found = [report.validation_accuracy for report in fitted.reports]
    assert fitted.best_epoch == int(np.argmax(found))
    assert found[-1] < max(found)  # type: ignore[type-var, operator]  # all are numbers here
    kept = best_classifier(trainer, fitted, validation)
    accuracy = accuracy_of(lambda source: predict_logits(kept, source).numpy(), validation)
    assert accuracy == max(found)  # type: ignore[type-var]  # as above


def test_of_two_networks_the_better_is_kept() -> None:
    trainer = trainer_for("co_teaching")
    validation = clean_blobs(200)
    fitted = fit(trainer, validation=validation)
    kept = best_classifier(trainer, fitted, validation)

    def accuracy(network: torch.nn.Module) -> float:
        return accuracy_of(lambda source: predict_logits(network, source).numpy(), validation)

    assert accuracy(kept) == max(map(accuracy, trainer.classifiers))


def test_a_loss_that_is_no_number_stops_and_names_the_batch(tmp_path: Path) -> None:
    features, labels = blobs(200)
    good = embedding_trainer(short("plain:ce"), features, labels)
    reports: list[EpochReport] = []

    def poison(report: EpochReport) -> None:
        reports.append(report)
        if report.epoch == 1:
            features[:] = np.nan

    with pytest.raises(UserError, match=r"batch 1 of epoch 3.*not a number"):
        fit(good, folder=tmp_path, fingerprint="x", on_epoch=poison)
    state = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert state["epoch"] == 2
    assert torch.isfinite(state["last"]["learners"][0]["network"]["head.weight"]).all()


def test_mean_loss_names_the_first_bad_batch() -> None:
    assert mean_loss([torch.tensor(1.0), torch.tensor(3.0)], "here") == 2.0
    with pytest.raises(UserError, match="batch 2 of here"):
        mean_loss([torch.tensor(1.0), torch.tensor(torch.inf), torch.tensor(torch.nan)], "here")


def test_a_snapshot_does_not_change_with_training() -> None:
    weight = torch.ones(2)
    state = {"a": [weight, (weight, 3)], "b": {"c": weight}}
    kept = snapshot(state)
    weight += 1
    assert kept["a"][0].tolist() == [1, 1]
    assert kept["a"][1][0].tolist() == [1, 1]
    assert kept["b"]["c"].tolist() == [1, 1]
