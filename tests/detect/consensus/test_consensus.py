import numpy as np
import pytest
import torch
from sklearn.metrics import average_precision_score, f1_score

from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.consensus_result import Consensus, WarmStart
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.consensus.uncertainty import expected_errors
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.progress import Progress, no_progress
from tests.detect.few_repetitions import one_repetition
from tests.detect.synthetic_data import (
    SyntheticDataset,
    make_dataset,
    noisy,
    pair_flip,
    symmetric,
)

__all__ = ["one_repetition"]


def judged(
    data: SyntheticDataset,
    *,
    warm_start: WarmStart | None = None,
    progress: Progress = no_progress,
    **options: object,
) -> Consensus:
    wanted = DetectionInput([data.embedding], data.given, data.classes, **options)  # type: ignore[arg-type]
    return find_suspects(wanted, warm_start=warm_start, progress=progress)


@pytest.fixture(scope="module")
def data() -> SyntheticDataset:
    return make_dataset()


@pytest.fixture(scope="module")
def found(data: SyntheticDataset) -> Consensus:
    return judged(data)


def test_finds_the_wrong_labels_and_names_the_right_ones(
    data: SyntheticDataset, found: Consensus
) -> None:
    assert average_precision_score(data.wrong, found.suspicion) > 0.97
    assert f1_score(data.wrong, found.flagged) > 0.9
    assert (found.suggested_label != data.given)[found.flagged].all()
    assert (found.suggested_label == data.truth)[data.wrong].mean() > 0.9


def test_counts_the_errors(data: SyntheticDataset, found: Consensus) -> None:
    errors = int(data.wrong.sum())
    assert found.noise_rate * 800 == pytest.approx(errors, rel=0.15)
    low, high = found.noise_rate_interval
    assert low * 800 <= errors <= high * 800
    every = expected_errors(found.suspicion)
    assert every.low <= errors <= every.high
    top = np.argsort(-found.suspicion)[:100]
    assert expected_errors(found.suspicion[top]).value == pytest.approx(
        data.wrong[top].sum(), abs=8
    )
    for label in range(4):
        mine = data.given == label
        low, high = found.class_noise_rate_interval[label]
        assert low <= data.wrong[mine].mean() <= high


@pytest.mark.parametrize("noise", [symmetric(4, 0.3), pair_flip(4, 0.3)])
def test_recovers_the_transition_matrix(noise: np.ndarray) -> None:
    data = make_dataset(samples=1600, transition=noise, seed=4)
    assert judged(data).transition_matrix == pytest.approx(noise, abs=0.07)


def test_everything_has_its_shape(data: SyntheticDataset, found: Consensus) -> None:
    assert found.suspicion.dtype == np.float32 and found.suggested_label.dtype == np.int32
    assert found.posterior.shape == found.posterior_classes.shape == (800, 4)
    assert found.posterior.sum(1) == pytest.approx(1.0, abs=1e-4)
    assert np.all(np.diff(found.posterior, axis=1) <= 0)
    assert found.loss.shape == (800,) and np.isfinite(found.loss).all()
    assert found.loss[data.wrong].mean() > 2 * found.loss[~data.wrong].mean()
    assert found.mixture.mean.shape == (4, 2)
    assert found.probe_accuracy > 0.7 > found.majority_rate
    assert "neighbours" in found.weights and not found.warnings
    own = found.posterior_classes == data.given[:, None]
    assert (1 - found.posterior[own]) == pytest.approx(found.suspicion, abs=1e-5)


def test_a_seed_repeats_to_the_bit(data: SyntheticDataset, found: Consensus) -> None:
    threads = torch.get_num_threads()
    again = judged(data)
    assert np.array_equal(again.suspicion, found.suspicion)
    assert np.array_equal(again.flagged, found.flagged)
    assert torch.get_num_threads() == threads


def test_class_names_do_not_matter(data: SyntheticDataset, found: Consensus) -> None:
    names = np.array([5, 0, 3, 6], np.int32)
    renamed = find_suspects(
        DetectionInput([data.embedding], names[data.given], number_of_classes=7)
    )
    # The folds deal classes out in the order of their ids, so a renaming deals anew.
    agree = np.corrcoef(renamed.suspicion, found.suspicion)[0, 1]
    assert agree > 0.98
    same = renamed.suggested_label == names[found.suggested_label]
    assert same.mean() > 0.98


def test_order_hardly_matters(data: SyntheticDataset, found: Consensus) -> None:
    shuffle = np.random.default_rng(0).permutation(800)
    shuffled = find_suspects(
        DetectionInput([data.embedding[shuffle]], data.given[shuffle], number_of_classes=4)
    )
    assert np.corrcoef(shuffled.suspicion, found.suspicion[shuffle])[0, 1] > 0.98
    assert (shuffled.flagged == found.flagged[shuffle]).mean() > 0.97


def test_clean_labels_are_left_alone() -> None:
    data = make_dataset(transition=np.eye(4))
    assert judged(data).flagged.mean() <= 0.02


def test_emphasis_asks_for_more_or_for_fewer(data: SyntheticDataset, found: Consensus) -> None:
    many, few = judged(data, emphasis=1.0), judged(data, emphasis=-1.0)
    assert many.flagged.sum() > found.flagged.sum() > few.flagged.sum()
    assert not (few.flagged & ~many.flagged).any()


def test_verdicts_are_certain_and_help_the_rest() -> None:
    data = make_dataset(distance=2.5, transition=pair_flip(4, 0.35), seed=2)
    # Of a single fit's ranking the folds decide more than the verdicts.
    before = judged(data, repetitions=2)
    verdicts = np.full(800, -1, np.int32)
    reviewed = np.random.default_rng(0).permutation(800)[:200]
    verdicts[reviewed] = data.truth[reviewed]
    after = judged(data, verdict_labels=verdicts, warm_start=before.warm_start)
    assert np.array_equal(after.suspicion[reviewed], data.wrong[reviewed].astype(np.float32))
    assert np.array_equal(after.suggested_label[reviewed], data.truth[reviewed])
    assert not after.flagged[reviewed].any()
    rest = verdicts < 0
    then = average_precision_score(data.wrong[rest], before.suspicion[rest])
    now = average_precision_score(data.wrong[rest], after.suspicion[rest])
    assert now > then
    # They say how far the model was off, and the rest is counted by it.
    assert after.relative_error < before.relative_error
    left = expected_errors(after.suspicion[rest], relative_error=after.relative_error)
    assert left.low <= data.wrong[rest].sum() <= left.high
    assert (after.suggested_label == data.truth).mean() > (
        before.suggested_label == data.truth
    ).mean()


def test_a_good_vote_of_another_detector_earns_weight(data: SyntheticDataset) -> None:
    hard = make_dataset(distance=2.0, seed=3)
    generator = np.random.default_rng(0)
    right = np.where(generator.random(800) < 0.9, hard.truth, generator.integers(0, 4, 800))
    ones = np.ones(800, np.float32)
    good = DetectorResult("good", ones, right.astype(np.int32))
    noise = DetectorResult("noise", ones, generator.integers(-1, 4, 800).astype(np.int32))
    alone, helped = judged(hard), judged(hard, extra_votes=[good, noise])
    assert helped.weights["good"] > 1.0 and helped.weights["noise"] == 0.0
    assert average_precision_score(hard.wrong, helped.suspicion) > 0.05 + average_precision_score(
        hard.wrong, alone.suspicion
    )


def test_several_spaces_see_more_than_one() -> None:
    data = make_dataset(distance=3.0, seed=6)
    left, right = data.embedding[:, :12], data.embedding[:, 12:].astype(np.float16)
    both = find_suspects(DetectionInput([left, right], data.given, number_of_classes=4))
    one = find_suspects(DetectionInput([left], data.given, number_of_classes=4))
    assert average_precision_score(data.wrong, both.suspicion) > average_precision_score(
        data.wrong, one.suspicion
    )


def test_rows_with_nan_are_left_out_and_said_so(data: SyntheticDataset) -> None:
    broken = data.embedding.copy()
    broken[[3, 77], 1] = np.nan
    given = data.given.copy()
    given[5] = -1
    result = find_suspects(DetectionInput([broken], given, number_of_classes=4))
    assert np.flatnonzero(np.isnan(result.suspicion)).tolist() == [3, 5, 77]
    assert result.suggested_label[[3, 5, 77]].tolist() == [-1, data.truth[5], -1]
    assert not result.flagged[[3, 5, 77]].any()
    assert "not numbers: 2." in str(result.warnings[0])
    assert "1 sample without a label got a suggestion" in str(result.warnings[1])


@pytest.mark.parametrize(
    ("embedding", "given", "classes", "said"),
    [
        (np.eye(30, dtype=np.float32), np.zeros(30, np.int32), 3, "same label"),
        (np.ones((30, 4), np.float32), np.arange(30, dtype=np.int32) % 3, 3, "are the same"),
        (np.eye(4, dtype=np.float32), np.arange(4, dtype=np.int32), 4, "too few"),
    ],
    ids=["one class", "constant", "four samples"],
)
def test_nothing_is_suspect_where_nothing_can_be_told(
    embedding: np.ndarray, given: np.ndarray, classes: int, said: str
) -> None:
    result = find_suspects(DetectionInput([embedding], given, number_of_classes=classes))
    assert not result.flagged.any()
    assert np.array_equal(result.suggested_label, given)
    assert any(said in str(warning) for warning in result.warnings)
    assert result.noise_rate_interval == (0.0, 1.0)


def test_a_class_with_one_sample_is_not_flagged_for_being_alone() -> None:
    data = make_dataset(transition=np.eye(4))
    embedding = np.vstack([data.embedding, np.full((1, 24), 3.0, np.float32)])
    given = np.append(data.given, np.int32(4))
    result = find_suspects(DetectionInput([embedding], given, number_of_classes=5))
    assert not result.flagged[800]
    assert result.flagged[:800].mean() <= 0.02
    # First that nothing may be wrong at all, as is true here.
    assert "no wrong label" in str(result.warnings[0])
    assert "fewer than 10 samples: 4." in str(result.warnings[1])


def test_more_classes_than_samples() -> None:
    data = make_dataset(samples=90, classes=3)
    result = find_suspects(
        DetectionInput([data.embedding], data.given * 3_000, number_of_classes=10_000)
    )
    assert set(np.unique(result.suggested_label)) <= {0, 3_000, 6_000}
    assert result.transition_matrix.shape == (0, 0)
    assert average_precision_score(data.wrong, result.suspicion) > 0.8


def test_labels_that_random_embeddings_cannot_judge_have_any_rate() -> None:
    data = make_dataset(distance=0.0)
    result = judged(data)
    assert any("cannot be judged" in str(warning) for warning in result.warnings)
    assert result.noise_rate_interval == (0.0, 1.0)
    assert (result.class_noise_rate_interval == [0.0, 1.0]).all()


@pytest.mark.parametrize("rate", [0.4, 0.5])
def test_much_noise_is_no_weak_embedding(rate: float) -> None:
    """A good classifier agrees with few labels then, and the suspects are right all the same."""
    truth = make_dataset(samples=900, classes=3, distance=5.0)
    # Most are of one class, whose share a classifier of the labels hardly beats.
    chosen = np.flatnonzero((truth.truth == 0) | (np.arange(900) % 6 > 3))
    noise = symmetric(3, rate)
    given = noisy(truth.truth[chosen], noise, seed=2)
    result = find_suspects(DetectionInput([truth.embedding[chosen]], given, number_of_classes=3))
    assert result.warnings == []


def test_all_labels_wrong_gives_an_answer() -> None:
    data = make_dataset(transition=np.roll(np.eye(4), 1, axis=1))
    result = judged(data)
    assert np.isfinite(result.suspicion).all()
    # A consistent renaming cannot be told from the truth, so nothing stands out.
    assert result.flagged.mean() <= 0.02


def test_bad_input_is_a_clear_error(data: SyntheticDataset) -> None:
    with pytest.raises(UserError, match="not one of the 3 classes"):
        find_suspects(DetectionInput([data.embedding], data.given, number_of_classes=3))
    with pytest.raises(UserError, match="do not match"):
        find_suspects(DetectionInput([data.embedding[:-1]], data.given, number_of_classes=4))
    with pytest.raises(UserError, match="no embedding"):
        find_suspects(DetectionInput([], data.given, number_of_classes=4))
    with pytest.raises(UserError, match="both a label and a readable embedding"):
        find_suspects(DetectionInput([np.full((800, 3), np.nan)], data.given, number_of_classes=4))
    with pytest.raises(UserError, match="verdicts do not fit"):
        judged(data, verdict_labels=np.zeros(3, np.int32))


def test_stops_when_asked_to(data: SyntheticDataset) -> None:
    def stop(done: int, total: int) -> None:
        if done:
            raise Cancelled

    with pytest.raises(Cancelled):
        judged(data, progress=stop)
