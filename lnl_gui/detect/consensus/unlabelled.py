"""Suggestions for samples without a label, by the model that the labelled ones were judged with.

Nothing here feeds back: unlabelled samples take part in no fit, and the labelled ones are judged
as if these were not there.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.consensus.calibration import fit_weights, pooled, responsibilities
from lnl_gui.detect.consensus.copies_together import OTHER_IMAGE
from lnl_gui.detect.consensus.few_labels import fit_few_labels
from lnl_gui.detect.consensus.fit import (
    Fit,
    around_each,
    discriminant_scores,
    first_weights,
    joined,
    log_scores,
    targets_of,
)
from lnl_gui.detect.consensus.neighbour_posterior import find_neighbours_among, neighbour_posterior
from lnl_gui.detect.consensus.problem import Problem
from lnl_gui.detect.consensus.refinement import refine, sharpened
from lnl_gui.detect.consensus.repetitions import Repetition
from lnl_gui.detect.consensus.sample_posteriors import SamplePosteriors, UnlabelledPosteriors
from lnl_gui.detect.probes.discriminant import fit_discriminant
from lnl_gui.detect.probes.nested_folds import every_log_score

_CHUNK = 8192
# 32 MB of float32 probabilities at a time.
_CELLS = 8_000_000


def unlabelled_posteriors(
    problem: Problem,
    repetitions: Sequence[Repetition],
    embeddings: Sequence[np.ndarray],
    *,
    shown: int,
    seed: int,
) -> UnlabelledPosteriors:
    """Predict every readable sample without a label.

    A probe and a discriminant are fitted on what the labelled samples are believed to be; their
    pooling weights maximise the likelihood of the given labels under the fitted transition matrix,
    on out-of-fold scores, so that the probabilities are calibrated on samples not trained on. The
    neighbours' mean posterior is blended in as for labelled samples. What few labels tell by
    themselves is joined to it, see `lnl_gui.detect.consensus.few_labels`.

    Args:
        problem: the compact problem of the labelled samples.
        repetitions: fits on it, whose predictions are averaged.
        embeddings: the K spaces (N, D_k) that the problem was stated with.
        shown: how many of the most probable classes are kept of each sample.
        seed: of the probe.

    Time O(u n P) for the neighbours of each repetition, memory O(R n C + u k) and a block.
    """
    predictors = [
        _Predictor(replace(problem, folds=each.folds), each.fit, seed=seed) for each in repetitions
    ]
    few = fit_few_labels(problem, seed=seed)
    rows = problem.open_rows
    posterior = torch.empty(len(rows), shown)
    classes = torch.empty(len(rows), shown, dtype=torch.int64)
    for start in range(0, len(rows), _CHUNK):
        part = slice(start, start + _CHUNK)
        features = problem.features_at(embeddings, rows[part])
        mean = torch.stack([predictor.probability(features) for predictor in predictors]).mean(0)
        if few is not None:
            mean = few.joined(mean, features)
        posterior[part], classes[part] = mean.topk(shown)
    return UnlabelledPosteriors(rows, posterior, classes)


def told_by_copies(
    found: UnlabelledPosteriors,
    labelled: SamplePosteriors,
    problem: Problem,
    copies: np.ndarray | None,
) -> UnlabelledPosteriors:
    """Predictions in which a copy of a labelled image is what that image is believed to be.

    Args:
        found: of the samples without a label.
        labelled: of those with one.
        problem: the compact problem of the latter.
        copies: (N,) int, the same number for copies of one image, -1 alone; None: there are none.
    """
    if copies is None:
        return found
    group, known = copies[found.rows], copies[problem.features.rows]
    having = np.flatnonzero((group >= 0) & np.isin(group, known))
    posterior, classes = found.posterior.clone(), found.classes.clone()
    shown = posterior.shape[1]
    for part in np.array_split(having, -(-len(having) * len(problem.present) // _CELLS) or 1):
        numbers, place = np.unique(group[part], return_inverse=True)
        members = np.flatnonzero(np.isin(known, numbers))
        of = torch.from_numpy(np.searchsorted(numbers, known[members]))
        believed = torch.zeros(len(numbers), len(problem.present))
        cells = (of.unsqueeze(1), labelled.classes[members])
        believed.index_put_(cells, labelled.posterior[members], accumulate=True)
        believed = (believed / believed.sum(1, keepdim=True))[torch.from_numpy(place)]
        believed *= 1.0 - OTHER_IMAGE
        believed.scatter_add_(1, classes[part], OTHER_IMAGE * posterior[part])
        posterior[part], classes[part] = believed.topk(shown)
    return UnlabelledPosteriors(found.rows, posterior, classes)


class _Predictor:
    """The consensus as a function of the features alone."""

    def __init__(self, problem: Problem, fit: Fit, *, seed: int) -> None:
        self._problem = problem
        targets = targets_of(fit, problem.observed)
        last = fit.refined
        refined = refine(
            problem,
            targets,
            probes=last.probes if last else None,
            penalty=last.penalty if last else None,
            search=last is None,
            seed=seed,
        )
        generative, nested = discriminant_scores(problem, targets)
        self._probes = refined.probes
        self._discriminant = fit_discriminant(
            problem.matrix_on_device,
            sharpened(responsibilities(fit.probability, fit.transition, problem.observed)),
            sample_weights=problem.weight,
        )
        scores = [refined.scores, generative]
        observed, transition = problem.observed, fit.transition
        self._weights = fit_weights(scores, observed, transition, np.full(2, 0.5))
        self._known = pooled(scores, self._weights)
        near = fit.near
        assert near is not None  # every fit ends with its neighbours
        if nested is not None:
            every = every_log_score(problem.matrix_on_device, refined.probes)
            nested = joined(every, nested, self._weights)
        around = around_each(problem, nested, self._known, near)
        self._tied = nested is None
        joint = log_scores(self._known, around, tied=self._tied)
        self._last = fit_weights(joint, observed, transition, first_weights(joint))

    def probability(self, features: Tensor) -> Tensor:
        """(n, c) float32 of features (n, P) on the problem's device."""
        # The mean of the probes' scores: each was calibrated alone, and none has seen these.
        every = every_log_score(features, self._probes)
        scores = [every.mean(1), self._discriminant.scores(features).cpu()]
        alone = pooled(scores, self._weights)
        near = find_neighbours_among(
            features, self._problem.matrix_on_device, sample_weights=self._problem.weight
        )
        around = neighbour_posterior(self._known, near)
        return pooled(log_scores(alone, around, tied=self._tied), self._last)
