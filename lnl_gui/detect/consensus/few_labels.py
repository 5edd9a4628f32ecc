"""What few labels tell by themselves, beside the consensus that reads them through a noise model.

With a handful of labels a class the consensus cannot tell a wrong label from a probe that errs: it
may take right labels for wrong ones, learn from what it believes them to be, and be sure of it. A
discriminant on the labels as they are learns no such thing, and where temperature and share of
wrong labels are averaged over all that the labels allow, instead of taking the best, it is as sure
as it is right.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from lnl_gui.detect.consensus.problem import Problem, labels_a_class
from lnl_gui.detect.probes.class_softmax import softmax_of_classes
from lnl_gui.detect.probes.cross_fitting import stratified_folds
from lnl_gui.detect.probes.discriminant import (
    Discriminant,
    cross_fitted_discriminant,
    fit_discriminant,
)

# All that the scores of a discriminant may have to be multiplied by.
_TEMPERATURES = np.geomspace(0.02, 2.0, 33)
# Shares of labels that may be wrong, and how likely each is before the labels are seen.
_WRONG = np.array([0.0, 0.02, 0.05, 0.1, 0.2, 0.3, 0.4])
_PRIOR = np.exp(-_WRONG / 0.1)
# With more the scores are those of nearly as many labels as there are, and each costs a solution.
_FOLDS = 20
# Below this a temperature moves no probability.
_LEAST_WEIGHT = 1e-3
FEW = 20.0
"""Labels a class with which both count alike. Chosen on seven kinds of images, clean with 5, 10, 20
and with a fifth wrong of 10 and 20 labels a class; 40 is as good. Of suggestions at .9 and above
.980, .979, .978 and .976 are right and .978, .985, .987 and .977 said to be."""
_ENOUGH = 200.0
"""Labels a class above which the consensus is alone."""


@dataclass(frozen=True)
class FewLabels:
    """A discriminant on the labels as they are.

    Attributes:
        discriminant: fitted on all of them.
        temperatures: (T,) float64 that its scores are multiplied by.
        weights: (T,) float64, how likely each is; they sum to 1.
        share: of its probabilities beside those of the consensus, in (0, 1).
    """

    discriminant: Discriminant
    temperatures: np.ndarray
    weights: np.ndarray
    share: float

    def probability(self, features: Tensor) -> Tensor:
        """(n, c) float32 of features (n, P) on the device that it was fitted on."""
        scores = self.discriminant.scores(features).cpu()
        mean = torch.zeros_like(scores)
        for temperature, weight in zip(self.temperatures, self.weights, strict=True):
            mean.add_(softmax_of_classes(scores * float(temperature)), alpha=float(weight))
        return mean

    def joined(self, believed: Tensor, features: Tensor) -> Tensor:
        """What the consensus believes, (n, c), of features (n, P), and this, by its share."""
        return believed * (1.0 - self.share) + self.probability(features) * self.share


def fit_few_labels(problem: Problem, *, seed: int) -> FewLabels | None:
    """Fit on n samples of c classes; None where there are labels enough.

    Args:
        problem: of the labelled samples.
        seed: of the folds.

    Time O(n P (P + c) + P^3) some twenty times, extra memory O(n c).
    """
    many = labels_a_class(problem)
    if many > _ENOUGH:
        return None
    features, labels = problem.matrix_on_device, problem.labels
    targets = F.one_hot(labels, len(problem.present)).float()
    folds = max(2, min(_FOLDS, len(problem.units.unique())))
    parts = stratified_folds(
        labels.numpy(), folds, seed=seed, units=problem.units.numpy(), place=problem.place
    )
    scores = cross_fitted_discriminant(
        features,
        targets,
        torch.from_numpy(parts),
        number_of_folds=folds,
        sample_weights=problem.weight,
    )
    weights = _likely(problem, scores)
    kept = weights > _LEAST_WEIGHT
    return FewLabels(
        fit_discriminant(features, targets, sample_weights=problem.weight),
        _TEMPERATURES[kept],
        weights[kept] / weights[kept].sum(),
        FEW / (FEW + many),
    )


def _likely(problem: Problem, scores: Tensor) -> np.ndarray:
    """(T,) float64 how likely each temperature is by out-of-fold scores (n, c)."""
    labels = problem.labels.unsqueeze(1)
    classes = scores.shape[1]
    known = (problem.truth >= 0).numpy()[:, None]
    # Images of one group are no independent witnesses.
    weight = problem.weight.double().numpy()
    weight = weight * (len(problem.units.unique()) / weight.sum())
    nats = np.empty((len(_TEMPERATURES), len(_WRONG)))
    for place, temperature in enumerate(_TEMPERATURES):
        posterior = softmax_of_classes(scores * float(temperature)).gather(1, labels)
        own = posterior.double().numpy().clip(1e-12)
        noisy = (1.0 - _WRONG) * own + _WRONG * (1.0 - own) / max(classes - 1, 1)
        # What a person decided is right.
        nats[place] = weight @ np.log(np.where(known, own, noisy))
    likely = (np.exp(nats - nats.max()) * _PRIOR).sum(axis=1)
    return np.asarray(likely / likely.sum())
