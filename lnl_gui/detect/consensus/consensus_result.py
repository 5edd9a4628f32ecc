"""What the consensus says about every sample, and what a later call goes on from."""

from dataclasses import dataclass, field

import numpy as np
from torch import Tensor

from lnl_gui.detect.consensus.class_separation import ClassSeparation, labels_follow_images
from lnl_gui.detect.consensus.none_wrong import by_noise_alone
from lnl_gui.detect.consensus.repetitions import Repetition
from lnl_gui.detect.mixture import Mixture
from lnl_gui.detect.probes.preparation import Features
from lnl_gui.util.messages import Message


@dataclass(frozen=True)
class WarmStart:
    """State from which a later call on the same embeddings and given labels resumes.

    Kept in memory only.

    Attributes:
        features: the prepared rows.
        repetitions: the fitted consensus on each folding.
        loss: (n,) float32 cross-entropy in nats of the robust probe on the given labels.
        units: (n,) int64, what was kept together.
    """

    features: Features
    repetitions: list[Repetition]
    loss: np.ndarray
    units: Tensor


@dataclass(frozen=True)
class Consensus:
    """Result of `find_suspects`: suspicion and suggestion for N samples, noise estimates.

    Attributes:
        suspicion: (N,) float32 P(given label wrong); NaN where it could not be judged, as
            without a given label. Where a person has decided it is 0 or 1.
        suggested_label: (N,) int32 most probable class, never the given one where flagged, also
            for samples without a label; -1 where nothing can be said.
        confidence: (N,) float32 P(suggested label right) of samples without any label; NaN for all
            others.
        flagged: (N,) bool, suspicion at or above the threshold and the label not yet decided.
        threshold: the cut with the best expected F at the chosen emphasis.
        posterior: (N, k) float32 probabilities of the k most probable classes, falling.
        posterior_classes: (N, k) int32 their ids; -1 where nothing can be said.
        noise_rate: share of wrong given labels; samples without one count in no rate.
        noise_rate_interval: 95 % interval.
        class_noise_rate: (C,) share of wrong labels by given class; NaN without samples.
        class_noise_rate_interval: (C, 2).
        transition_matrix: (C, C), row k holds P(given = j | true = k); identity for classes that
            do not occur. (0, 0) with thousands of classes, where it is not estimated.
        loss: (N,) float32 cross-entropy in nats of a robust probe on the given label; NaN where
            it could not be judged.
        mixture: two Gaussians on the losses of each given class.
        probe_accuracy: out-of-fold agreement of the probe with the labels.
        majority_rate: what voting for the largest class would agree to.
        label_reliability: exponent at which a sample's own given label was read; 1 is Bayes' rule,
            less where errors follow the likeness of classes, as people's do.
        weights: learnt pooling weight of each member of the ensemble.
        repetitions: how many fits on folds of their own were averaged.
        suspicion_spread: (N,) float32 standard deviation of the suspicion between them; NaN where
            it could not be judged or there was one fit only.
        agreeing: (N,) int8, how many of the repetitions have the label on the same side of the
            threshold as their mean; -1 where it could not be judged or there was one fit only.
        noise_rate_spread: that of the noise rate; NaN with one fit.
        relative_error: standard error of the noise rate and of every expected number of errors,
            relative to it.
        error_above: that of how much larger the rate by `suspicion_by_noise` may be, without that
            perhaps no label is wrong at all; None where it is the same.
        none_share: (N,) float32, by how much each given label is held right because perhaps none is
            wrong, see `none_wrong`; None where that is not reckoned with.
        separation: how well the images tell the classes apart; None where that was not measured.
            Classes that they do not tell apart are judged as one: the suspicion is then the
            probability that the label should be none of them.
        held_back: (N,) bool, labels that would be suspect if such classes were not judged as one.
        undecidable: (N,) bool, labels of classes of which the data do not tell whose name is the
            mistake, see `warnings`.
        perhaps_right: (N,) bool, labels of classes that may all be right whatever their suspicion,
            because their names are doubtful, see `warnings`: every interval of wrong labels holds
            that they are. None where no name is.
        warnings: what to distrust in this result, in sentences.
        together: labels for each that was given on its own, such as the frames of a video that
            bear one label; 1 where all were.
        warm_start: to rank again within seconds once verdicts have come in.
    """

    suspicion: np.ndarray
    suggested_label: np.ndarray
    confidence: np.ndarray
    flagged: np.ndarray
    threshold: float
    posterior: np.ndarray
    posterior_classes: np.ndarray
    noise_rate: float
    noise_rate_interval: tuple[float, float]
    class_noise_rate: np.ndarray
    class_noise_rate_interval: np.ndarray
    transition_matrix: np.ndarray
    loss: np.ndarray
    mixture: Mixture
    probe_accuracy: float
    majority_rate: float
    label_reliability: float
    weights: dict[str, float]
    repetitions: int
    suspicion_spread: np.ndarray
    agreeing: np.ndarray
    noise_rate_spread: float
    relative_error: float
    separation: ClassSeparation | None
    held_back: np.ndarray
    undecidable: np.ndarray
    warnings: list[Message]
    together: float = 1.0
    error_above: float | None = None
    none_share: np.ndarray | None = None
    perhaps_right: np.ndarray | None = None
    warm_start: WarmStart | None = field(default=None, repr=False)

    @property
    def suspicion_by_noise(self) -> np.ndarray:
        """(N,) the suspicion as if some labels had to be wrong."""
        if self.none_share is None:
            return self.suspicion
        return by_noise_alone(self.suspicion, self.none_share)

    @property
    def informative(self) -> bool:
        """Whether the images tell anything of the labels."""
        return labels_follow_images(self.separation, self.probe_accuracy, self.majority_rate)
