"""When a search may call a setting better than the recipe's own numbers."""

from math import comb
from typing import Any

import numpy as np
import pytest

from lnl_gui.learn.training.validation_answers import pack, unpack
from lnl_gui.pipeline.training.search_result import search_metrics
from lnl_gui.pipeline.training.trial import TrialOutcome
from lnl_gui.store.training.search_words import search_words, trial_words
from lnl_gui.util.messages import Message


def outcome(right: np.ndarray, **options: Any) -> TrialOutcome:
    share = float(right.mean())
    return TrialOutcome(share, len(right), pack(right), "epoch 1", **options)


def searched(outcomes: list[TrialOutcome | None]) -> dict[str, Any]:
    settings = [{"learning_rate": 0.1 * at} for at in range(len(outcomes))]
    return search_metrics(settings, outcomes, ["learning_rate"])


def first(count: int, of: int) -> np.ndarray:
    return np.arange(of) < count


def said(metrics: dict[str, Any]) -> str:
    return " ".join(plain(sentence) for sentence in search_words(metrics))


def plain(message: Message) -> str:
    """Without the narrow space before a sign of per cent."""
    return "".join(" " if letter.isspace() else letter for letter in str(message))


@pytest.mark.parametrize("samples", [1, 7, 8, 9, 30])
def test_answers_are_kept_to_the_bit(samples: int) -> None:
    right = np.random.default_rng(samples).random(samples) < 0.5
    assert unpack(pack(right), samples).tolist() == right.tolist()


@pytest.mark.parametrize("samples", [30, 200])
@pytest.mark.parametrize("epochs", [1, 10])
@pytest.mark.parametrize("share", [0.6, 0.9])
@pytest.mark.parametrize("alike", [0.0, 0.7])
def test_equal_settings_seldom_have_a_winner(
    samples: int, epochs: int, share: float, alike: float
) -> None:
    """All trials equally good: the best of 20 with the best of their epochs each."""
    random = np.random.default_rng(samples + epochs)
    claims, searches = 0, 200
    for _ in range(searches):
        shared = random.random(samples) < share
        outcomes: list[TrialOutcome | None] = []
        for _ in range(20):
            own = random.random((epochs, samples)) < share
            right = np.where(random.random((epochs, samples)) < alike, shared, own)
            outcomes.append(outcome(right[right.sum(axis=1).argmax()]))
        claims += bool(searched(outcomes)["clearly_better"])
    assert claims <= 0.05 * searches


def test_what_is_clearly_better_is_called_so() -> None:
    default, best = outcome(first(60, 100)), outcome(first(80, 100))
    metrics = searched([default, best, outcome(first(61, 100))])
    # 20 that changed to the better and none to the worse, twice for both sides, two to choose from.
    assert metrics["p_value"] == pytest.approx(2 * 2 / 2**20)
    assert metrics["clearly_better"] and (metrics["gained"], metrics["lost"]) == (20, 0)
    assert metrics["difference_interval"][0] > 0
    assert "Clearly better than the recipe's own numbers (60.0 %)" in said(metrics)
    assert "on 100 validation images" in said(metrics) and "optimistic" in said(metrics)


def test_one_picture_more_is_not_clear() -> None:
    metrics = searched([outcome(first(27, 30)), outcome(first(28, 30))])
    assert metrics["clearly_better"] is False
    assert metrics["p_value"] == 1.0 and metrics["difference_interval"][0] <= 0
    assert "Not clearly better" in said(metrics)


def test_the_choice_among_trials_counts() -> None:
    """Seven more right of seven that changed are one in 64; among four settings no longer clear."""
    default, best = outcome(first(20, 40)), outcome(first(27, 40))
    alone = searched([default, best])
    among = searched([default, best, default, default, default])
    one = 2 * comb(7, 0) / 2**7
    assert alone["p_value"] == pytest.approx(one) and alone["clearly_better"]
    assert among["p_value"] == pytest.approx(4 * one) and not among["clearly_better"]


def test_copies_are_one_witness() -> None:
    default, best = first(20, 40), first(30, 40)
    groups = [-1] * 20 + [5] * 10 + [-1] * 10
    metrics = searched([outcome(default, groups=groups), outcome(best, groups=groups)])
    assert metrics["p_value"] == 1.0 and not metrics["clearly_better"]


def test_where_the_probe_was_kept_nothing_is_recommended() -> None:
    kept: dict[str, Any] = {"kept_probe": True, "probe_accuracy": 0.9}
    metrics = searched([outcome(first(4, 30), **kept), None, outcome(first(5, 30), **kept)])
    assert metrics["best"] is None and metrics["nothing_beat_the_probe"]
    assert (
        said(metrics) == "No setting clearly beat the linear probe; there is nothing to recommend."
    )
    shown = [plain(trial_words(each)) for each in metrics["trials"]]
    assert shown[0] == "kept the linear probe (90.0 %); training itself reached 13.3 %"
    assert shown[1] == "learnt nothing"


def test_a_default_that_keeps_the_probe_gives_the_probe() -> None:
    """Its ruined training is not what a user would have had."""
    probe = {"probe_accuracy": 0.9, "probe_packed": pack(first(27, 30))}
    ruined = outcome(first(4, 30), kept_probe=True, **probe)
    metrics = searched([ruined, outcome(first(29, 30), **probe)])
    assert (metrics["gained"], metrics["lost"]) == (2, 0) and not metrics["clearly_better"]
    assert "own numbers (90.0 %, the linear probe)" in said(metrics)


def test_of_equal_trials_the_recipes_own_numbers_are_the_best() -> None:
    metrics = searched([outcome(first(27, 30)), outcome(first(27, 30))])
    assert metrics["best_trial"] == 1 and "the recipe's own numbers" in said(metrics)


def test_where_the_recipes_own_numbers_failed_that_is_said() -> None:
    metrics = searched([None, outcome(first(27, 30))])
    assert metrics["best_trial"] == 2 and metrics["clearly_better"] is None
    assert "learnt nothing" in said(metrics)


def test_figures_of_a_former_version_are_told_as_such() -> None:
    old = {"trials": [{"number": 1, "validation_accuracy": 0.9}], "validation_accuracy": 0.9}
    assert "former version" in said(old)
