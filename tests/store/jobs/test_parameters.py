"""What people say of a job becomes its parameters, or an error that says what is meant."""

import pytest

from lnl_gui.store.jobs.parameters import (
    TSNE,
    UMAP,
    FinetuneParameters,
    MapParameters,
    TuneParameters,
    window_level,
)
from lnl_gui.util.errors import UserError


@pytest.mark.parametrize(
    ("words", "window"),
    [
        (["400", "40"], (400, 40)),
        (["1500", "-600"], (1500, -600)),
        (["0", "0"], (0, 0)),
        (["0.5", "1e3"], (0.5, 1000)),
    ],
)
def test_a_window_is_a_width_and_a_level(words: list[str], window: tuple[float, float]) -> None:
    assert window_level(words) == window


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["400"],
        ["400", "40", "4"],
        ["wide", "40"],
        ["400", ""],
        ["-1", "40"],
        ["nan", "40"],
        ["400", "nan"],
        ["inf", "40"],
        ["400", "-inf"],
    ],
)
def test_what_is_no_window_is_refused_with_an_example(words: list[str]) -> None:
    with pytest.raises(UserError, match="two numbers") as refused:
        window_level(words)
    assert "400 40" in str(refused.value.hint)


def test_a_map_is_of_a_kind_that_there_is() -> None:
    assert MapParameters().method == UMAP and MapParameters("a", TSNE).encoder == "a"
    with pytest.raises(UserError, match="named pca") as refused:
        MapParameters(method="pca")
    assert UMAP in str(refused.value.hint) and TSNE in str(refused.value.hint)


def test_a_trial_of_a_search_is_one_training_of_the_same_recipe() -> None:
    search = TuneParameters(
        recipe="dividemix", encoder="clip", weights="/w", seed=7, device="cpu", trials=3
    )
    assert search.trial == FinetuneParameters(
        recipe="dividemix", encoder="clip", weights="/w", device="cpu", compare_with_given=False
    )
