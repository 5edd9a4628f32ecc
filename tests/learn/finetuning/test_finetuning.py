"""The whole fine-tune on drawn images, with small random back-bones."""

import errno
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import torch
from PIL import Image

from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.learn.finetuning.finetune import FinetuneResult, finetune
from lnl_gui.learn.models.model_file import CARD, WEIGHTS, read_weights
from lnl_gui.learn.models.predict import predict
from lnl_gui.learn.recipes.parameters import Recipe, Stage
from lnl_gui.learn.recipes.registry import find_recipe
from lnl_gui.learn.training.best_model import BestModel
from lnl_gui.learn.training.rates import Optimiser, Schedule
from lnl_gui.learn.training.report import EpochReport
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.messages import Message
from lnl_gui.util.progress import Progress, no_progress
from tests.learn.drawn import NAMES, backbone, drawn_sets, small_transformer

IMAGES = Recipe(
    "images",
    "Images",
    "",
    (
        Stage(
            "whole network",
            "full",
            epochs=2,
            batch_size=16,
            optimiser=Optimiser("adamw", 1e-3),
            schedule=Schedule("cosine_restarts"),
            augmentation="weak",
        ),
    ),
    probe=False,
    validation_fraction=0.2,
)
"""Over augmented images, without a probe."""
CACHED = replace(
    find_recipe("quick"),
    stages=(replace(find_recipe("quick").stages[0], batch_size=16, epochs=2),),
    validation_fraction=0.2,
)


def _finetune(
    sets: tuple[TrainingSet, Holdout], recipe: Recipe, folder: Path, **options: object
) -> FinetuneResult:
    name = str(options.pop("name", "test_resnet"))
    settings: dict = {"seed": 3, "device": "cpu", **options}
    opened = small_transformer() if name == "small transformer" else backbone(name)
    return finetune(
        *sets, recipe, backbone_name=opened.name, backbone=opened, folder=folder, **settings
    )


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainingSet, Holdout]:
    return drawn_sets(tmp_path_factory.mktemp("images"), training=60, holdout=15, wrong=6)


@pytest.fixture(scope="module")
def few(sets: tuple[TrainingSet, Holdout]) -> tuple[TrainingSet, Holdout]:
    """Some of them, for what is not about accuracy."""
    training, holdout = sets
    return (
        replace(training, files=training.files[:30], labels=training.labels[:30]),
        replace(holdout, files=holdout.files[:6], labels=holdout.labels[:6]),
    )


def test_quick_learns_saves_and_reports(sets: tuple[TrainingSet, Holdout], tmp_path: Path) -> None:
    seen: list[EpochReport] = []
    result = _finetune(sets, CACHED, tmp_path, on_epoch=seen.append, details={"curated_set": "abc"})
    assert tuple(seen) == result.reports
    figures = [(report.stage, report.epoch) for report in seen]
    assert figures == [("linear probe", 0), ("last block", 0), ("last block", 1)]
    best = max(n for n in range(3) if seen[n].best)
    assert result.validation_accuracy == seen[best].validation_accuracy
    kept_the_probe = any("probe was kept" in note for note in map(str, result.notes))
    assert kept_the_probe == (result.chosen == "linear probe")
    assert all(np.isfinite(report.loss) and report.images_per_second > 0 for report in seen)
    assert all(0 <= report.waiting_fraction <= 1 for report in seen)
    assert result.metrics is not None and result.metrics.samples == 15
    assert result.metrics.accuracy > 0.6
    assert not result.cancelled
    card = json.loads((result.model / CARD).read_text(encoding="utf-8"))
    assert card["class_names"] == NAMES
    assert card["curated_set"] == "abc"
    assert card["recipe"]["name"] == "quick"
    assert card["metrics"]["accuracy"] == result.metrics.accuracy
    assert [p.name for p in tmp_path.iterdir()] == ["model"]


def test_the_probe_gives_way_only_to_what_is_clearly_better() -> None:
    probe = BestModel(0, "linear probe", 0.55, 1.0, margin=0.02)
    assert not BestModel(1, "last block, epoch 1", 0.565, 0.5).better_than(probe)
    assert BestModel(1, "last block, epoch 1", 0.575, 2.0).better_than(probe)
    epoch = BestModel(1, "last block, epoch 1", 0.6, 1.0)
    assert BestModel(2, "last block, epoch 2", 0.6, 0.9).better_than(epoch)
    assert not BestModel(2, "last block, epoch 2", 0.6, 1.1).better_than(epoch)


def test_the_saved_model_says_what_was_reported(
    sets: tuple[TrainingSet, Holdout], tmp_path: Path
) -> None:
    # Of the last block alone: a head on embeddings is compared in the tests of the methods.
    result = _finetune(sets, replace(CACHED, probe=False), tmp_path, name="test_vit")
    # The evaluation read float16 activations, the saved model reads images.
    predicted = predict(result.model, sets[1].files, device="cpu")
    assert np.allclose(predicted.probabilities, result.probabilities, atol=5e-3)
    assert predicted.class_names == NAMES


def test_same_seed_same_bits(few: tuple[TrainingSet, Holdout], tmp_path: Path) -> None:
    one = _finetune(few, IMAGES, tmp_path / "one")
    two = _finetune(few, IMAGES, tmp_path / "two", workers=3)
    assert (one.model / WEIGHTS).read_bytes() == (two.model / WEIGHTS).read_bytes()
    other = _finetune(few, IMAGES, tmp_path / "three", seed=4)
    assert (one.model / WEIGHTS).read_bytes() != (other.model / WEIGHTS).read_bytes()


class _Killed(BaseException):
    """Stands for a power cut: nothing may catch it."""


def _killing(after: int) -> Callable[[Message], Progress]:
    """Progress that dies at its `after`-th report of training."""
    count = 0

    def progress_of(stage: Message) -> Progress:
        def report(done: int, total: int) -> None:
            nonlocal count
            count += 1
            if count == after:
                raise _Killed

        return report if str(stage) in ("whole network", "last block") else no_progress

    return progress_of


@pytest.mark.parametrize(
    ("recipe", "name"),
    [(IMAGES, "small transformer"), (CACHED, "test_resnet")],
    ids=["images", "cached"],
)
@pytest.mark.parametrize("fraction", [0.2, 0.0], ids=["best", "last"])
def test_killed_again_and_again_the_weights_are_those_of_an_unbroken_run(
    recipe: Recipe, name: str, fraction: float, few: tuple[TrainingSet, Holdout], tmp_path: Path
) -> None:
    # Without a validation part the model is the last epoch's.
    [stage] = recipe.stages
    recipe = replace(recipe, validation_fraction=fraction, stages=(replace(stage, batch_size=8),))
    whole = _finetune(few, recipe, tmp_path / "whole", name=name)
    seen: list[EpochReport] = []
    kills = 0
    while True:
        try:
            broken = _finetune(
                few,
                recipe,
                tmp_path / "broken",
                name=name,
                progress_of=_killing(3),
                on_epoch=seen.append,
                checkpoint_seconds=-1,
            )
            break
        except _Killed:
            kills += 1
            torch.manual_seed(kills)
    assert kills >= 2
    assert (whole.model / WEIGHTS).read_bytes() == (broken.model / WEIGHTS).read_bytes()
    assert np.array_equal(whole.probabilities, broken.probabilities)
    assert [(r.epoch, r.loss) for r in broken.reports] == [(r.epoch, r.loss) for r in whole.reports]


def test_another_recipe_does_not_take_up_the_checkpoint(
    few: tuple[TrainingSet, Holdout], tmp_path: Path
) -> None:
    with pytest.raises(_Killed):
        _finetune(few, IMAGES, tmp_path, progress_of=_killing(2), checkpoint_seconds=-1)
    other = replace(IMAGES, stages=(replace(IMAGES.stages[0], epochs=1),))
    fresh = _finetune(few, other, tmp_path / "fresh")
    again = _finetune(few, other, tmp_path)
    assert (fresh.model / WEIGHTS).read_bytes() == (again.model / WEIGHTS).read_bytes()


def _cancelling(stage_name: str, after: int) -> Callable[[Message], Progress]:
    def progress_of(stage: Message) -> Progress:
        def report(done: int, total: int) -> None:
            # Thousandths of epochs.
            if done >= after:
                raise Cancelled

        return report if str(stage) == stage_name else no_progress

    return progress_of


def test_cancel_keeps_the_best_finished_epoch(
    few: tuple[TrainingSet, Holdout], tmp_path: Path
) -> None:
    result = _finetune(
        few, IMAGES, tmp_path / "cancelled", progress_of=_cancelling("whole network", 1500)
    )
    assert result.cancelled
    assert len(result.reports) == 1
    assert "Stopped early" in str(result.notes[-1])
    assert result.chosen == "whole network, epoch 1"
    weights = read_weights(result.model / WEIGHTS)
    assert all(torch.isfinite(tensor).all() for tensor in weights.values())


def test_cancel_before_any_model_is_cancelled(
    few: tuple[TrainingSet, Holdout], tmp_path: Path
) -> None:
    with pytest.raises(Cancelled):
        _finetune(few, IMAGES, tmp_path, progress_of=_cancelling("whole network", 1))
    assert not (tmp_path / "model").exists()


def test_a_loss_that_is_not_a_number_keeps_the_last_good_model(
    few: tuple[TrainingSet, Holdout], tmp_path: Path
) -> None:
    wild = replace(CACHED.stages[0], optimiser=Optimiser("sgd", 1e30, momentum=0.0), clip_norm=0.0)
    result = _finetune(few, replace(CACHED, stages=(wild,)), tmp_path)
    assert result.chosen == "linear probe"
    assert any("of epoch 1" in note and "not a number" in note for note in map(str, result.notes))
    weights = read_weights(result.model / WEIGHTS)
    assert all(torch.isfinite(tensor).all() for tensor in weights.values())


def test_a_full_disk_is_said_and_the_model_before_stays(
    few: tuple[TrainingSet, Holdout], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _finetune(few, find_recipe("linear_probe"), tmp_path)
    before = (first.model / WEIGHTS).read_bytes()

    def full(descriptor: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(UserError, match=r"disk .* is full"):
        _finetune(few, find_recipe("linear_probe"), tmp_path, seed=9)
    assert (first.model / WEIGHTS).read_bytes() == before


def test_nothing_left_to_train_on_is_said(
    sets: tuple[TrainingSet, Holdout], tmp_path: Path
) -> None:
    training, holdout = sets
    none = replace(training, labels=np.full(60, -1, np.int32))
    with pytest.raises(UserError) as caught:
        _finetune((none, holdout), IMAGES, tmp_path)
    assert caught.value.code == "nothing_to_train"
    one = replace(training, labels=np.ones(60, np.int32))
    with pytest.raises(UserError, match="Only one class"):
        _finetune((one, holdout), IMAGES, tmp_path)


def test_rare_and_unseen_classes_are_remarked_upon(
    sets: tuple[TrainingSet, Holdout], tmp_path: Path
) -> None:
    training, holdout = sets
    labels = np.zeros(60, np.int32)
    labels[7] = 1
    tested = np.array([0, 1, 2] * 5, np.int32)
    rare = (replace(training, labels=labels), replace(holdout, labels=tested))
    result = _finetune(rare, find_recipe("linear_probe"), tmp_path)
    notes = list(map(str, result.notes))
    assert any("single training sample" in note and "circle" in note for note in notes)
    assert any("never right" in note and "stripes" in note for note in notes)
    assert result.metrics is not None and result.metrics.class_accuracy[2] == 0.0


def test_without_held_out_samples_there_is_a_model_but_no_accuracy(
    sets: tuple[TrainingSet, Holdout], tmp_path: Path
) -> None:
    training, _ = sets
    empty = Holdout([], np.zeros(0, np.int32))
    result = _finetune((training, empty), CACHED, tmp_path)
    assert result.metrics is None
    assert any("no held-out samples" in note for note in map(str, result.notes))
    assert (result.model / WEIGHTS).is_file()


def test_a_held_out_file_in_training_is_a_bug(
    sets: tuple[TrainingSet, Holdout], tmp_path: Path
) -> None:
    training, holdout = sets
    leaking = replace(holdout, files=[*holdout.files[:-1], training.files[0]])
    with pytest.raises(ValueError, match="also a training file"):
        _finetune((training, leaking), IMAGES, tmp_path)


def test_the_stored_embedding_is_used_if_it_is_this_encoders(
    sets: tuple[TrainingSet, Holdout], tmp_path: Path
) -> None:
    training, holdout = sets
    recipe = find_recipe("linear_probe")
    computed = _finetune(sets, recipe, tmp_path / "computed")
    asked: list[str] = []

    def progress_of(stage: Message) -> Progress:
        asked.append(str(stage))
        return no_progress

    right = _embedding([*training.files, *holdout.files])
    given = (
        replace(training, embedding=right[:60]),
        replace(holdout, embedding=right[60:]),
    )
    stored = _finetune(given, recipe, tmp_path / "stored", progress_of=progress_of)
    assert "computing embeddings" not in asked
    assert np.allclose(stored.probabilities, computed.probabilities, atol=1e-2)
    other = np.random.default_rng(0).normal(size=right.shape).astype(np.float16)
    foreign = (
        replace(training, embedding=other[:60]),
        replace(holdout, embedding=other[60:]),
    )
    again = _finetune(foreign, recipe, tmp_path / "foreign", progress_of=progress_of)
    assert "computing embeddings" in asked
    assert any("computed again" in note for note in map(str, again.notes))
    assert np.array_equal(again.probabilities, computed.probabilities)


def _embedding(files: list[Path]) -> np.ndarray:
    opened = backbone()
    pixels = [opened.preprocessing.apply(Image.open(file)) for file in files]
    with torch.no_grad():
        values = torch.from_numpy(opened.preprocessing.normalise(np.stack(pixels)))
        return opened.model(values).numpy().astype(np.float16)
