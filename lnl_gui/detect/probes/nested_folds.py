"""Scores that know nothing of a whole fold, for targets that must not carry a sample's own label.

A second fit that learns from the first one's out-of-fold scores sees each sample's given label
again: the score of a sample in fold b rests on the labels of fold a, and the second probe, which is
to judge fold a, learns from it. Measured on two classes with a third of the labels wrong, the
second fit then agreed with 4 to 20 points more of the given labels than it should, so that too few
errors were expected. With one probe for each pair of folds, trained on neither, the second fit of
fold a can learn from scores that rest on no label of fold a.

Nested scores have the shape (n, K, C): at [i, a] stands what is known of sample i without the
labels of fold a and of i's own fold. At i's own fold stands its out-of-fold score.
"""

from itertools import combinations

import torch
from torch import Tensor

from lnl_gui.detect.probes.class_softmax import log_softmax_of_classes
from lnl_gui.detect.probes.cross_fitting import Probes

FEWEST_FOLDS = 3
"""With two, no sample is left outside of both."""
MOST_SAMPLES = 20_000
"""With more, one score serves all folds: what leaks falls with the number of samples, and twice as
many probes take twice the time."""
MOST_CELLS = 20_000_000
"""Of nested scores (n, K, C), 80 MB in float32; likewise."""
_CHUNK = 8192


def can_nest(samples: int, folds: int, classes: int) -> bool:
    """Whether nested scores are possible and fit in memory."""
    fits = samples <= MOST_SAMPLES and samples * folds * classes <= MOST_CELLS
    return folds >= FEWEST_FOLDS and fits


def pair_exclusions(folds: int) -> Tensor:
    """(K, M) bool of M = K (K - 1) / 2 probes: whether a fold is kept from each, two of each."""
    pairs = list(combinations(range(folds), 2))
    excluded = torch.zeros(folds, len(pairs), dtype=torch.bool)
    for place, pair in enumerate(pairs):
        excluded[list(pair), place] = True
    return excluded


def pair_log_scores(
    features: Tensor, folds: Tensor, probes: Probes, number_of_folds: int
) -> Tensor:
    """Nested log-probabilities (n, K, C) float32 of probes that each left two folds out.

    Args:
        features: (n, P) float32, on the device to compute on.
        folds: (n,) int64 in [0, K).
        probes: M, in the order of `pair_exclusions`.
        number_of_folds: K.
    """
    found = torch.zeros(len(features), number_of_folds, probes.bias.shape[1])
    pairs = list(combinations(range(number_of_folds), 2))
    for fold in range(number_of_folds):
        rows = torch.nonzero(folds == fold).squeeze(1)
        places = torch.tensor([place for place, pair in enumerate(pairs) if fold in pair])
        # Pairs are in order, and so are the other folds of those with this one.
        others = [other for other in range(number_of_folds) if other != fold]
        apart = Probes(probes.weight[places], probes.bias[places])
        found[rows.unsqueeze(1), torch.tensor(others)] = every_log_score(
            features.index_select(0, rows.to(features.device)), apart
        )
    # The mean of the K - 1 that were trained without the sample's own fold.
    found[torch.arange(len(folds)), folds] = found.sum(1) / (number_of_folds - 1)
    return found


def every_log_score(features: Tensor, probes: Probes) -> Tensor:
    """Log-probabilities (n, K, C) float32 of features (n, P) under each of K probes.

    They are computed where the features lie.
    """
    probes = probes.to(features.device)
    found = torch.empty(len(features), *probes.bias.shape)
    weight, bias = probes.weight.flatten(0, 1).T, probes.bias.flatten()
    for start in range(0, len(features), _CHUNK):
        part = slice(start, start + _CHUNK)
        logits = torch.addmm(bias, features[part], weight)
        found[part] = log_softmax_of_classes(logits.view(-1, *probes.bias.shape))
    return found


def own_scores(nested: Tensor, folds: Tensor) -> Tensor:
    """Out-of-fold scores (n, C) of nested ones (n, K, C) at folds (n,)."""
    return nested[torch.arange(len(folds)), folds]
