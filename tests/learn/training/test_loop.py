"""The loop around every method: exact resume, cancelling, early stop, choice of the best."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.data.sources import ArraySource, LabelledSource
from lnl_gui.learn.data.views import Views, image_views
from lnl_gui.learn.models.inference import predict_logits
from lnl_gui.learn.training.loop import TrainingRun, fit
from lnl_gui.learn.training.report import EpochReport
from lnl_gui.learn.training.trainer import Trainer
from lnl_gui.util.errors import Cancelled, UserError
from tests.learn.methods_cases import (
    blobs,
    clean_blobs,
    embedding_trainer,
    image_trainer,
    noisy,
    short,
)

METHODS = ["plain:ce", "plain:elr", "small_loss", "co_teaching", "divide_mix", "unicon", "turn"]


def same(first: Any, second: Any) -> bool:
    """Whether two nested states hold the same bits."""
    if isinstance(first, torch.Tensor):
        return torch.equal(first, second)
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(same(first[k], second[k]) for k in first)
    if isinstance(first, list | tuple):
        return len(first) == len(second) and all(map(same, first, second))
    return bool(first == second)


def state(trainer: Trainer) -> list[Any]:
    """All that training has changed."""
    return [trainer.state_dict(), *(learner.state_dict() for learner in trainer.learners)]


def trainer_for(name: str, **changes: object) -> Trainer:
    features, labels = blobs(200)
    return embedding_trainer(short(name, **changes), features, noisy(labels, 0.4), hidden=8)


def best_epoch(run: TrainingRun) -> int:
    return max(report.epoch for report in run.reports if report.best)


class Kill(Exception):
    """What ends a run in the middle."""


def killer(after: int) -> Callable[[int, int], None]:
    """Progress that ends the run at its `after`-th batch."""
    seen = 0

    def progress(done: int, total: int) -> None:
        nonlocal seen
        seen += 1
        if seen == after:
            raise Kill

    return progress


@cache
def unbroken(name: str, **changes: object) -> tuple[list[Any], TrainingRun]:
    """What one run without a stop changes and tells, with which stopped ones are compared."""
    whole = trainer_for(name, **changes)
    run = fit(whole, validation=clean_blobs(100))
    return state(whole), run


@pytest.mark.parametrize("name", METHODS)
@pytest.mark.parametrize("epoch", [1, 3])
def test_a_killed_run_resumes_to_the_same_bits(name: str, epoch: int, tmp_path: Path) -> None:
    whole, expected = unbroken(name)
    finished: list[int] = []

    def kill(done: int, total: int) -> None:
        # Inside an epoch: after its first batch.
        if len(finished) == epoch:
            raise Kill

    options: dict[str, Any] = {
        "validation": clean_blobs(100),
        "folder": tmp_path,
        "fingerprint": "same",
    }
    with pytest.raises(Kill):
        fit(
            trainer_for(name),
            progress=kill,
            on_epoch=lambda report: finished.append(report.epoch),
            **options,
        )
    torch.manual_seed(epoch)
    resumed = trainer_for(name)
    seen: list[int] = []
    found = fit(resumed, on_epoch=lambda report: seen.append(report.epoch), **options)
    assert seen == list(range(epoch, 4))
    assert same(state(resumed), whole)
    assert same(found.selection.weights(), expected.selection.weights())
    assert best_epoch(found) == best_epoch(expected)
    assert [r.loss for r in found.reports] == [r.loss for r in expected.reports]


@pytest.mark.parametrize("name", METHODS)
def test_killed_at_every_other_batch_it_comes_to_the_same_bits(name: str, tmp_path: Path) -> None:
    whole = trainer_for(name, batch_size=40)
    expected = fit(whole, validation=clean_blobs(100))
    kills = 0
    while True:
        resumed = trainer_for(name, batch_size=40)
        torch.manual_seed(kills)
        try:
            # Every third report kills: two batches are in the checkpoint, the third is lost.
            found = fit(
                resumed,
                validation=clean_blobs(100),
                folder=tmp_path,
                progress=killer(3),
                checkpoint_seconds=-1,
            )
            break
        except Kill:
            kills += 1
    assert kills >= 4
    assert same(state(resumed), state(whole))
    assert [r.loss for r in found.reports] == pytest.approx([r.loss for r in expected.reports])
    assert same(found.selection.weights(), expected.selection.weights())


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
    assert same(state(first), state(second))
    other = trainer_for(name, seed=3)
    fit(other)
    assert not same(state(first), state(other))


@pytest.mark.parametrize("name", METHODS)
def test_progress_covers_every_epoch_and_can_cancel(name: str) -> None:
    calls: list[tuple[int, int]] = []
    trainer = trainer_for(name)
    fit(trainer, progress=lambda done, total: calls.append((done, total)))
    costs = getattr(trainer, "costs", (1.0,) * trainer.epochs)
    [total] = {total for _, total in calls}
    assert total == pytest.approx(1000 * sum(costs) / max(costs), abs=trainer.epochs)
    done = [done for done, _ in calls]
    assert done == sorted(done)
    assert done[-1] == total

    def cancel(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        fit(trainer_for(name), progress=cancel)


@pytest.mark.parametrize("name", METHODS)
def test_patience_ends_every_method(name: str) -> None:
    # Nothing is ever better than the first epoch: each sample bears every label.
    features, _ = blobs(40)
    hopeless = LabelledSource(ArraySource(np.zeros_like(features)), np.zeros(40, np.int64))
    trainer = trainer_for(name, patience=1)
    for learner in trainer.learners:
        for parameter in learner.network.parameters():
            torch.nn.init.zeros_(parameter)
        for group in learner.optimiser.param_groups:
            group["initial_rate"] = group["lr"] = 0.0
    run = fit(trainer, validation=hopeless)
    assert [report.best for report in run.reports] == [True, False]
    assert trainer.epochs == 4


def test_a_resumed_run_remembers_its_patience(tmp_path: Path) -> None:
    def trainer() -> Trainer:
        return trainer_for("plain:ce", epochs=30, patience=2, learning_rate=0.05)

    whole = fit(trainer(), validation=clean_blobs(60))
    assert len(whole.reports) < 30

    def kill(report: EpochReport) -> None:
        if report.epoch == len(whole.reports) - 2:
            raise Kill

    with pytest.raises(Kill):
        fit(trainer(), validation=clean_blobs(60), folder=tmp_path, on_epoch=kill)
    again = fit(trainer(), validation=clean_blobs(60), folder=tmp_path)
    assert len(again.reports) == len(whole.reports)


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
    run = fit(trainer, validation=validation)
    found = [report.validation_accuracy or 0.0 for report in run.reports]
    assert run.selection.best is not None
    assert run.selection.best.validation_accuracy == max(found)
    assert found[best_epoch(run)] == max(found)
    assert found[-1] < max(found)
    (network,) = trainer.classifiers
    network.load_state_dict(run.selection.weights())
    predicted = predict_logits(network, validation.source).numpy().argmax(axis=1)
    assert (predicted == validation.labels).mean() == max(found)


def test_of_two_networks_the_better_is_kept() -> None:
    trainer = trainer_for("co_teaching", epochs=1)
    validation = clean_blobs(200)
    run = fit(trainer, validation=validation)

    def accuracy(network: torch.nn.Module) -> float:
        predicted = predict_logits(network, validation.source).numpy().argmax(axis=1)
        return float((predicted == validation.labels).mean())

    assert run.selection.best is not None
    assert run.selection.best.validation_accuracy == max(map(accuracy, trainer.classifiers))


def test_without_validation_the_last_is_the_best(tmp_path: Path) -> None:
    trainer = trainer_for("plain:ce")
    run = fit(trainer, folder=tmp_path)
    assert all(report.best for report in run.reports)
    assert same(run.selection.weights(), trainer.classifiers[0].state_dict())


def test_weights_are_written_once_for_each_best_and_only_the_best_stay(tmp_path: Path) -> None:
    trainer = trainer_for("plain:ce")
    run = fit(trainer, validation=clean_blobs(100), folder=tmp_path)
    names = sorted(file.name for file in tmp_path.iterdir())
    assert run.selection.best is not None
    number = run.selection.best.number
    assert names == [f"best-{number}.npy", f"best-{number}.safetensors", "checkpoint.pt"]
    # The checkpoint holds the last epoch's network once, not the best one's as well.
    stored = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert set(stored["trainer"]["learners"][0]) == {"network", "optimiser", "steps"}
    assert "weights" not in stored["selection"]


def test_a_loss_that_is_no_number_stops_and_names_the_batch(tmp_path: Path) -> None:
    features, labels = blobs(200)
    good = embedding_trainer(short("plain:ce"), features, labels)
    reports: list[EpochReport] = []

    def poison(report: EpochReport) -> None:
        reports.append(report)
        if report.epoch == 1:
            features[:] = np.nan

    with pytest.raises(UserError, match=r"batch 1 of epoch 3.*not a number") as caught:
        fit(good, folder=tmp_path, fingerprint="x", on_epoch=poison)
    assert caught.value.code == "loss_not_finite"
    stored = torch.load(tmp_path / "checkpoint.pt", weights_only=True)
    assert stored["epoch"] == 2
    weight = stored["trainer"]["learners"][0]["network"]["head.weight"]
    assert torch.isfinite(weight).all()
    # Nothing was learnt from the batch.
    assert torch.equal(weight, good.classifiers[0].get_parameter("head.weight"))


@pytest.fixture(scope="module")
def coloured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Views, np.ndarray]:
    """Images whose class is a colour."""
    folder = tmp_path_factory.mktemp("images")
    palette = np.array([[200, 60, 60], [60, 200, 60], [60, 60, 200], [200, 200, 60]], np.uint8)
    labels = np.arange(24) % len(palette)
    files = [folder / f"{number}.png" for number in range(len(labels))]
    for file, label in zip(files, labels, strict=True):
        Image.new("RGB", (8, 8), tuple(palette[label].tolist())).save(file)
    return image_views(files, Preprocessing(8), seed=0), labels


@pytest.mark.parametrize("name", METHODS)
def test_killed_while_images_are_loaded_ahead_it_comes_to_the_same_bits(
    name: str, coloured: tuple[Views, np.ndarray], tmp_path: Path
) -> None:
    # With batch normalisation and dropout, whose states must come back too.
    views, labels = coloured
    sizes = {"batch_size": 8}
    if name in ("divide_mix", "unicon"):
        # Each of their epochs reads every image several times over.
        sizes |= {"warm_up_batch_size": 8, "epochs": 3, "warm_up_epochs": 1}

    def trainer() -> Trainer:
        return image_trainer(short(name, **sizes), views, labels)

    whole, kills = trainer(), 0
    fit(whole)
    while True:
        resumed = trainer()
        try:
            fit(resumed, folder=tmp_path, progress=killer(4), checkpoint_seconds=-1)
            break
        except Kill:
            kills += 1
    assert kills >= 3
    assert same(state(resumed), state(whole))
