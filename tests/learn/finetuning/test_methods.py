"""Fine-tuning by the methods: one call, resume, cancel, and what is saved."""

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lnl_gui.learn.finetuning.finetune import finetune
from lnl_gui.learn.finetuning.method_phase import estimated_noise
from lnl_gui.learn.methods.registry import Setting, default_parameters
from lnl_gui.learn.models.model_file import read_weights
from lnl_gui.learn.models.precision import Precision
from lnl_gui.learn.recipes.parameters import (
    ON_EMBEDDING,
    STAGES,
    Recipe,
    recipe_to_dict,
)
from lnl_gui.learn.recipes.registry import find_recipe, list_recipes
from lnl_gui.learn.training.strategy import Branch, Strategy
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.messages import Message
from lnl_gui.util.typed import typed
from tests.learn.drawn import backbone, drawn_sets, small_transformer

HEADS = ["divide_mix_head", "unicon_head", "co_teaching_head", "small_loss_head"]
WHOLE = ["divide_mix", "unicon", "co_teaching", "small_loss", "turn"]


EPOCHS = {"turn": 3}


def shortened(name: str) -> Recipe:
    """Two epochs of a recipe (TURN: of its probe, and one of the network) with a few steps each."""
    recipe = find_recipe(name)
    short = {"epochs": 2.0, "batch_size": 16.0}
    if name.startswith(("divide_mix", "unicon")):
        short |= {"warm_up_epochs": 1.0, "warm_up_batch_size": 32.0}
    if name == "turn":
        short = {"epochs": 1.0, "probe_epochs": 2.0, "least_probe_steps": 0.0}
    constants = {**dict(recipe.constants), **short}
    return replace(recipe, constants=tuple(constants.items()), validation_fraction=0.2, probe=False)


def trained(name: str, folder: Path, *, run: str = "run", **options: Any) -> Any:
    training, holdout = drawn_sets(folder / "images", training=40, wrong=4)
    return finetune(
        training,
        holdout,
        shortened(name),
        backbone_name="timm:test_resnet",
        backbone=backbone(),
        folder=folder / run,
        workers=1,
        device="cpu",
        **options,
    )


@pytest.mark.parametrize("name", HEADS + WHOLE)
def test_one_call_trains_and_saves(name: str, tmp_path: Path) -> None:
    seen: list[float | None] = []
    result = trained(name, tmp_path, on_epoch=lambda r: seen.append(r.validation_accuracy))
    assert result.probabilities.shape == (15, 3)
    np.testing.assert_allclose(result.probabilities.sum(1), 1, rtol=1e-4)
    assert len(result.reports) == len(seen) == EPOCHS.get(find_recipe(name).method, 2)
    assert any(report.best for report in result.reports)
    assert result.metrics is not None
    assert (result.model / "model.safetensors").is_file()
    assert not (tmp_path / "run" / "checkpoint.pt").exists()
    assert [file.name for file in (tmp_path / "run").iterdir() if file.is_file()] == []
    curves = [[each.training_accuracy, each.holdout_accuracy] for each in result.reports]
    assert all(value is not None and 0 <= value <= 1 for curve in curves for value in curve)
    notes = list(map(str, result.notes))
    # What the estimate leaves as it was is not told.
    estimated = any("taken to be wrong; so" in n or "direction; so" in n for n in notes)
    assert estimated == (name not in ("turn", "unicon"))
    few = any("the linear probe is more accurate" in note for note in notes)
    assert few == name.endswith("_head")


def test_a_method_below_the_probe_gives_way_to_it_and_says_so(tmp_path: Path) -> None:
    training, holdout = drawn_sets(tmp_path / "images", training=60)
    recipe = replace(find_recipe("small_loss_head"), validation_fraction=0.3)
    constants = {**dict(recipe.constants), "learning_rate": 1e-12, "epochs": 2.0}
    result = finetune(
        training,
        holdout,
        replace(recipe, constants=tuple(constants.items())),
        backbone_name="timm:test_resnet",
        backbone=backbone(),
        folder=tmp_path / "run",
        workers=1,
        device="cpu",
    )
    # At the least rate there is the head stays as it was drawn.
    kept = any("so the probe was kept" in str(note) for note in result.notes)
    assert kept and result.chosen == "linear probe"
    assert result.reports[0].stage == "linear probe" and len(result.reports) == 3


def test_a_head_on_embeddings_is_the_network_on_images(tmp_path: Path) -> None:
    result = trained("divide_mix_head", tmp_path)
    _, holdout = drawn_sets(tmp_path / "images", training=40, wrong=4)
    weights = read_weights(result.model / "model.safetensors")
    network = backbone()
    heads = {k.removeprefix("head."): v for k, v in weights.items() if k.startswith("head.")}
    with torch.inference_mode():
        from lnl_gui.learn.data.sources import load_pixels

        pixels = np.stack([load_pixels(file, network.preprocessing) for file in holdout.files])
        features = network.model(torch.from_numpy(network.preprocessing.normalise(pixels)))
        standard = (features - heads["mean"]) * heads["scale"]
        logits = standard @ heads["linear.weight"].T + heads["linear.bias"]
    expected = torch.softmax(logits, 1).numpy()
    np.testing.assert_allclose(result.probabilities, expected, atol=2e-3)


@pytest.mark.parametrize("name", ["divide_mix_head", "small_loss"])
def test_a_killed_fine_tune_resumes_to_the_same_model(name: str, tmp_path: Path) -> None:
    expected = trained(name, tmp_path, run="whole")

    last = len(expected.reports) - 1

    class Kill(Exception):
        pass

    def progress_of(stage: Message) -> Any:
        def progress(done: int, total: int) -> None:
            if (
                str(stage) == find_recipe(name).method.replace("_", " ")
                and done > last * 1000 + 400
            ):
                raise Kill

        return progress

    with pytest.raises(Kill):
        trained(name, tmp_path, run="killed", progress_of=progress_of)
    seen: list[int] = []
    found = trained(name, tmp_path, run="killed", on_epoch=lambda r: seen.append(r.epoch))
    assert seen == [last]
    assert [r.loss for r in found.reports] == [r.loss for r in expected.reports]
    np.testing.assert_array_equal(found.probabilities, expected.probabilities)
    first, second = (read_weights(r.model / "model.safetensors") for r in (expected, found))
    assert all(torch.equal(first[key], second[key]) for key in first)


def test_a_cancelled_fine_tune_keeps_its_best_epoch(tmp_path: Path) -> None:
    def progress_of(stage: Message) -> Any:
        def progress(done: int, total: int) -> None:
            if str(stage) == "small loss" and done > 1400:
                raise Cancelled

        return progress

    result = trained("small_loss_head", tmp_path, progress_of=progress_of)
    assert result.cancelled
    assert len(result.reports) == 1
    assert result.chosen == "small_loss, epoch 1"


def test_memory_that_runs_out_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object, **options: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr("lnl_gui.learn.methods.small_loss.train_supervised_pass", fail)
    with pytest.raises(UserError, match="memory does not hold") as caught:
        trained("small_loss_head", tmp_path)
    assert caught.value.code == "out_of_memory"


SHORT = {
    "epochs": 1.0,
    "warm_up_epochs": 0.0,
    "batch_size": 8.0,
    "probe_epochs": 1.0,
    "least_probe_steps": 0.0,
}
"""One epoch of the expensive kind."""


def shortest(recipe: Recipe) -> Recipe:
    """One epoch of each stage or method, in batches of eight."""
    if recipe.method == STAGES:
        stages = tuple(replace(stage, epochs=1, batch_size=8) for stage in recipe.stages)
        return replace(recipe, stages=stages, backbone="")
    on_embedding = {n: v for n, v in recipe.constants if n == ON_EMBEDDING}
    setting: Setting = "embedding" if on_embedding else "backbone"
    known = {field.name for field in fields(default_parameters(recipe.method, setting=setting))}
    short = {name: v for name, v in SHORT.items() if name in known or name == "epochs"}
    return replace(recipe, constants=tuple({**on_embedding, **short}.items()))


@pytest.mark.parametrize("recipe", list_recipes(), ids=lambda recipe: recipe.name)
def test_every_recipe_halves_and_computes_in_the_chosen_precision(
    recipe: Recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    halves: set[torch.dtype | None] = set()
    compute = Strategy._outputs

    def limited(strategy: Strategy, branch: Branch, part: slice) -> torch.Tensor:
        if part.stop - part.start > 4:
            raise torch.OutOfMemoryError("out of memory")
        sizes.append(part.stop - part.start)
        halves.add(strategy.precision.half)
        return compute(strategy, branch, part)

    monkeypatch.setattr(Strategy, "_outputs", limited)
    half = Precision(torch.device("cpu"), torch.bfloat16)
    monkeypatch.setattr(
        "lnl_gui.learn.finetuning.finetune.choose_precision", lambda device, mixed, network: half
    )
    training, holdout = drawn_sets(tmp_path / "images", training=12, holdout=3)
    opened = backbone() if recipe.adapters is None else small_transformer()
    result = finetune(
        training,
        holdout,
        shortest(recipe),
        backbone_name=opened.name,
        backbone=opened,
        folder=tmp_path / "run",
        workers=1,
        device="cpu",
    )
    assert np.isfinite(result.probabilities).all()
    if recipe.stages or recipe.method != STAGES:
        assert sizes and max(sizes) <= 4
        # A head on embeddings is too small to gain by fewer digits.
        assert halves == {None if recipe.name.endswith("_head") else torch.bfloat16}


def test_wrong_constants_are_named(tmp_path: Path) -> None:
    training, holdout = drawn_sets(tmp_path)
    recipe = replace(find_recipe("divide_mix_head"), constants=(("lambda_u", 1.0),))
    with pytest.raises(UserError, match="no constant lambda_u"):
        finetune(
            training,
            holdout,
            recipe,
            backbone_name="timm:test_resnet",
            backbone=backbone(),
            folder=tmp_path / "run",
            workers=1,
            device="cpu",
        )


def test_recipes_survive_their_json_form() -> None:
    names = [recipe.name for recipe in list_recipes()]
    assert len(names) == len(set(names))
    assert {*HEADS, *WHOLE} <= set(names)
    for name in HEADS + WHOLE:
        recipe = find_recipe(name)
        assert typed(recipe_to_dict(recipe), Recipe, source="recipe") == recipe


def test_the_noise_rate_is_estimated_from_given_labels_alone() -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 4, 600)
    embedding = 6 * np.eye(4)[labels] @ generator.normal(size=(4, 12))
    embedding = (embedding + generator.normal(size=embedding.shape)).astype(np.float32)
    for rate in (0.1, 0.4):
        wrong = generator.random(600) < rate
        given = np.where(wrong, (labels + generator.integers(1, 4, 600)) % 4, labels)
        found = estimated_noise(embedding, given.astype(np.int32), 4)
        assert abs(found.rate - wrong.mean()) < 0.05 and not found.asymmetric


def test_the_noise_rate_is_not_lowered_by_copies_that_share_a_label() -> None:
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 4, 300)
    embedding = 6 * np.eye(4)[labels] @ generator.normal(size=(4, 60))
    embedding = (embedding + 3 * generator.normal(size=embedding.shape)).astype(np.float32)
    wrong = generator.random(300) < 0.3
    given = np.where(wrong, (labels + generator.integers(1, 4, 300)) % 4, labels).astype(np.int32)
    rows = np.repeat(np.arange(300), 3)
    alike = estimated_noise(embedding[rows], given[rows], 4)
    told = estimated_noise(embedding[rows], given[rows], 4, groups=rows)
    assert abs(told.rate - wrong.mean()) < 0.06
    assert abs(alike.rate - wrong.mean()) > 0.1
