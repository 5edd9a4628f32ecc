"""A fine-tune by adapters: killed and resumed, and saved as any other model."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.learn.finetuning.finetune import FinetuneResult, finetune
from lnl_gui.learn.models.adapter_choice import Adapters
from lnl_gui.learn.models.model_file import WEIGHTS, read_weights
from lnl_gui.learn.models.predict import predict
from lnl_gui.learn.recipes.registry import find_recipe
from lnl_gui.learn.recipes.settings import settings_of, with_settings
from lnl_gui.learn.training.checkpoint import FILE_NAME
from lnl_gui.learn.training.rates import Optimiser
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message
from lnl_gui.util.progress import Progress, no_progress
from tests.learn.drawn import backbone, drawn_sets, small_transformer

LORA = find_recipe("lora")
SHORT = replace(
    LORA,
    probe=False,
    validation_fraction=0.2,
    stages=(
        replace(
            LORA.stages[0],
            epochs=2,
            batch_size=16,
            optimiser=Optimiser("adamw", 0.02),
            adapters=Adapters(rank=2, dropout=0.2),
        ),
    ),
)


@pytest.fixture(scope="module")
def sets(tmp_path_factory: pytest.TempPathFactory) -> tuple[TrainingSet, Holdout]:
    return drawn_sets(tmp_path_factory.mktemp("images"), training=40, holdout=8)


class _Killed(BaseException):
    """Stands for a power cut: nothing may catch it."""


def _killing(after: int) -> Callable[[Message], Progress]:
    count = 0

    def progress_of(stage: Message) -> Progress:
        def report(done: int, total: int) -> None:
            nonlocal count
            count += 1
            if count == after:
                raise _Killed

        return report if str(stage) == "fine-tuning" else no_progress

    return progress_of


def trained(
    sets: tuple[TrainingSet, Holdout], folder: Path, *, small: bool = False, **options: object
) -> FinetuneResult:
    opened = small_transformer() if small else backbone("test_vit")
    settings: dict = {"seed": 3, "device": "cpu", **options}
    return finetune(
        *sets, SHORT, backbone_name=opened.name, backbone=opened, folder=folder, **settings
    )


def test_killed_again_and_again_the_model_is_that_of_an_unbroken_run(
    sets: tuple[TrainingSet, Holdout], tmp_path: Path
) -> None:
    whole = trained(sets, tmp_path / "whole", small=True)
    kills = 0
    while True:
        try:
            broken = trained(
                sets,
                tmp_path / "broken",
                small=True,
                progress_of=_killing(2),
                checkpoint_seconds=-1,
            )
            break
        except _Killed:
            kills += 1
            state = torch.load(tmp_path / "broken" / FILE_NAME, weights_only=True)
            kept = state["trainer"]["learners"][0]["network"]
            # The encoder, which stays as it was loaded, is in no checkpoint.
            assert sum(each.numel() for each in kept.values()) < 20_000
            torch.manual_seed(kills)
    assert kills >= 2
    assert (whole.model / WEIGHTS).read_bytes() == (broken.model / WEIGHTS).read_bytes()
    assert np.array_equal(whole.probabilities, broken.probabilities)


def test_the_saved_model_is_an_ordinary_one_that_says_what_was_reported(
    sets: tuple[TrainingSet, Holdout], tmp_path: Path
) -> None:
    result = trained(sets, tmp_path)
    start = backbone("test_vit").model.state_dict()
    saved = read_weights(result.model / WEIGHTS)
    own = {name for name in saved if name.startswith("backbone.")}
    assert {name.removeprefix("backbone.") for name in own} == start.keys()
    moved = {name for name in own if not torch.equal(saved[name], start[name[len("backbone.") :]])}
    assert moved and all(name.endswith("weight") and ".blocks." in name for name in moved)
    predicted = predict(result.model, sets[1].files, device="cpu")
    np.testing.assert_allclose(predicted.probabilities, result.probabilities, atol=1e-4)


def test_a_network_without_attention_is_refused_before_anything_is_read(
    sets: tuple[TrainingSet, Holdout], tmp_path: Path
) -> None:
    opened = backbone("test_resnet")
    with pytest.raises(UserError, match="vision transformer"):
        finetune(
            *sets, SHORT, backbone_name=opened.name, backbone=opened, folder=tmp_path, device="cpu"
        )
    assert not list(tmp_path.iterdir())


def test_constants_of_adapters_are_changed_by_name_and_are_nowhere_else() -> None:
    assert settings_of(LORA)["rank"] == 16
    changed = with_settings(LORA, {"rank": "8", "alpha": "32", "learning_rate": "1e-3"})
    assert changed.stages[0].adapters == Adapters(8, 32.0, 0.1)
    assert changed.stages[0].optimiser.learning_rate == 1e-3
    assert "rank" not in settings_of(find_recipe("full"))
