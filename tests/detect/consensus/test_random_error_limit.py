"""How many labels may be wrong where the noise model reads unsure probes as hard images."""

import numpy as np
import pytest
import torch

from lnl_gui.detect.consensus import fit, repetitions
from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.random_error_limit import random_error_limit
from lnl_gui.detect.consensus.uncertainty import expected_errors, reaching
from tests.detect.synthetic_data import make_dataset


def limit_of(
    rates: tuple[float, float], *, seed: int, samples: int = 300, overlap: float = 1.0
) -> tuple[float, float]:
    """Limit and share of wrong labels of two classes with errors at random.

    The scores are those that a probe which learnt from these labels would have at best.
    """
    random = np.random.default_rng(seed)
    truth = random.integers(0, 2, samples)
    place = random.normal(size=samples) * overlap + 4.0 * truth - 2.0
    second = 1.0 / (1.0 + np.exp(-4.0 * place / overlap**2))
    given = np.where(random.random(samples) < np.array(rates)[truth], 1 - truth, truth)
    bears = second * (1.0 - rates[1]) + (1.0 - second) * rates[0]
    bears = np.clip(bears, 1e-9, 1.0 - 1e-9)
    scores = torch.from_numpy(np.log(np.stack([1.0 - bears, bears], axis=1))).float()
    limit = random_error_limit(scores, torch.from_numpy(given), torch.arange(samples))
    return limit, float((given != truth).mean())


@pytest.mark.parametrize("rates", [(0.4, 0.0), (0.0, 0.25), (0.3, 0.1), (0.2, 0.2)])
def test_errors_at_random_are_rarely_more_than_the_limit(rates: tuple[float, float]) -> None:
    each = [limit_of(rates, seed=seed) for seed in range(40)]
    assert sum(limit >= wrong for limit, wrong in each) >= 37
    assert np.mean([limit for limit, _ in each]) < 2.0 * np.mean([wrong for _, wrong in each])


@pytest.mark.parametrize(("overlap", "most"), [(1.3, 0.06), (2.0, 0.1)])
def test_right_labels_of_hard_images_leave_room_for_few(overlap: float, most: float) -> None:
    # One in 16 and one in 6 disagrees with the best probe there is.
    each = [limit_of((0.0, 0.0), seed=seed, overlap=overlap)[0] for seed in range(40)]
    assert np.mean(each) < most


def test_where_no_label_disagrees_hardly_any_can_be_wrong() -> None:
    limit, _ = limit_of((0.0, 0.0), seed=0, overlap=0.3)
    assert 0.0 < limit < 0.02


def test_images_that_are_no_witnesses_of_their_own_tell_less() -> None:
    scores = torch.log(torch.tensor([[0.9, 0.1], [0.1, 0.9]]).repeat_interleave(100, dim=0))
    given = torch.tensor([0, 1]).repeat_interleave(100)
    alone, frames = (random_error_limit(scores, given, torch.arange(200) // n) for n in (1, 10))
    assert frames > 3.0 * alone
    assert random_error_limit(scores[:0], given[:0], given[:0]) == 0.0


def test_an_interval_reaches_the_limit() -> None:
    error = reaching(0.6, rate=0.01, limit=0.3)
    assert expected_errors(np.full(1000, 0.01), relative_error=error).high >= 300.0
    assert reaching(0.6, rate=0.2, limit=0.3) == 0.6
    assert reaching(0.6, rate=0.0, limit=0.3) == 0.6


@pytest.mark.parametrize("told", [False, True])
def test_the_limit_counts_where_perhaps_no_label_is_wrong(
    monkeypatch: pytest.MonkeyPatch, told: bool
) -> None:
    data = make_dataset(samples=240, classes=3, distance=6.0 if told else 3.0)
    wanted = DetectionInput([data.embedding], data.given, 3, repetitions=2)
    monkeypatch.setattr(repetitions, "plausibility_of_none", lambda *_, **__: 0.0 if told else 1.0)

    def at(limit: float) -> Consensus:
        monkeypatch.setattr(fit, "random_error_limit", lambda *_: limit)
        return find_suspects(wanted)

    usual, wide = at(0.0), at(0.5)
    if told:
        assert wide.noise_rate_interval == usual.noise_rate_interval
        assert wide.error_above == usual.error_above
    else:
        assert wide.noise_rate_interval[1] >= 0.5 > usual.noise_rate_interval[1]
    # The order and the cut follow the noise that was read.
    np.testing.assert_array_equal(wide.flagged, usual.flagged)
    np.testing.assert_array_equal(wide.suspicion, usual.suspicion)
