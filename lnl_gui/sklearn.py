"""Estimators for scikit-learn's pipelines: a probe that bears wrong labels, and a label cleaner."""

import warnings
from typing import Any

import numpy as np
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from lnl_gui.detect.checked_arrays import InvalidInput, checked_seed, missing_count
from lnl_gui.detect.label_issues import find_label_issues
from lnl_gui.learn.losses.registry import LossChoice, describe_loss
from lnl_gui.learn.models.linear_probe import fit_probe
from lnl_gui.util.errors import UserError
from lnl_gui.util.given_arrays import plain_array
from lnl_gui.util.messages import message


class RobustProbe(ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # scikit-learn has no types
    """A linear classifier on embeddings that is trained with a noise-robust loss.

    Generalised cross-entropy (Zhang and Sabuncu 2018) on standardised features, as in TURN.

    Args:
        loss: `gce`, `ce` for plain cross-entropy, or another that `finetune` knows:
            `label_smoothing`, `focal`, `mae`, `rce`, `sce`, `nce`, `nfl`, `nce+rce`, `nfl+rce`,
            `nce+mae`, `nfl+mae`, `elr`, `dynamic_weights`.
        epochs: passes over the samples, 1 or more.
        seed: the same seed gives the same probe; a whole number from 0 on.

    Attributes:
        classes_: (C,) labels.
        probe_: the fitted `Probe`.
    """

    def __init__(self, *, loss: str = "gce", epochs: int = 20, seed: int = 0) -> None:
        self.loss = loss
        self.epochs = epochs
        self.seed = seed

    def fit(self, X: Any, y: Any) -> "RobustProbe":
        """Fit to (N, D) embeddings and (N,) labels.

        Raises:
            ValueError: for other shapes, for missing labels, for fewer than two classes, and for a
                loss, epochs or a seed that are none.
        """
        seed, epochs = checked_seed(self.seed), _checked_epochs(self.epochs)
        features, labels = _validated(self, X, y)
        self.classes_, numbers = np.unique(labels, return_inverse=True)
        _require_classes(self)
        self.probe_ = fit_probe(
            features,
            numbers,
            number_of_classes=len(self.classes_),
            loss=LossChoice(_checked_loss(self.loss)),
            epochs=epochs,
            seed=seed,
        )
        return self

    def predict_proba(self, X: Any) -> np.ndarray:
        """(N, C) float64 probabilities, classes in the order of `classes_`."""
        check_is_fitted(self)
        X = _detached(X)
        features = _writable(validate_data(self, X, dtype=np.float32, reset=False))
        probabilities = softmax(self.probe_.logits(features).astype(np.float64), axis=1)
        return np.asarray(probabilities)

    def predict(self, X: Any) -> np.ndarray:
        """(N,) labels."""
        # First: scikit-learn wants its own error before a fit, and `classes_` has none.
        probabilities = self.predict_proba(X)
        return np.asarray(self.classes_[probabilities.argmax(1)])


class LabelCleaner(BaseEstimator):  # type: ignore[misc]
    """Finds labels that are probably wrong, and gives corrected ones.

    Every label stands for a class, -1 too, unlike in `lnl_gui.find_label_issues`: leave samples
    without a label out.

    Args:
        seed: the same seed gives the same result.

    Attributes:
        classes_: (C,) labels.
        suspicion_: (N,) float32, probability that the label is wrong.
        flagged_: (N,) bool, the suspects.
        clean_labels_: (N,) labels, those of suspects replaced by the suggestion where there is one.
        noise_rate_: share of wrong labels; NaN where they cannot be judged.
        issues_: all of it, as `lnl_gui.find_label_issues` gives it.

    Where X tells nothing of the labels (`issues_.cannot_judge`) it flags none of them, leaves them
    as they are, and gives a `lnl_gui.LabelIssuesWarning`.
    """

    def __init__(self, *, seed: int = 0) -> None:
        self.seed = seed

    def fit(self, X: Any, y: Any) -> "LabelCleaner":
        """Judge (N,) labels by (N, D) embeddings.

        Raises:
            ValueError: for other shapes, for missing labels, and for fewer than two classes.
        """
        features, labels = _validated(self, X, y)
        self.classes_, numbers = np.unique(labels, return_inverse=True)
        _require_classes(self)
        _warn_of_unlabelled(self.classes_)
        found = find_label_issues(
            numbers,
            embeddings=features,
            class_names=[str(name) for name in self.classes_],
            seed=self.seed,
        )
        self.issues_ = found
        self.suspicion_, self.noise_rate_ = found.suspicion, found.noise_rate
        # Suspects drawn by lot would cost a pipeline more right labels than wrong ones.
        self.flagged_ = found.flagged & (not found.cannot_judge)
        replaced = self.flagged_ & (found.suggested_label >= 0)
        self.clean_labels_ = np.where(replaced, self.classes_[found.suggested_label], labels)
        return self

    def fit_predict(self, X: Any, y: Any) -> np.ndarray:
        """(N,) corrected labels."""
        return self.fit(X, y).clean_labels_

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.required = True
        return tags


def _validated(estimator: BaseEstimator, X: Any, y: Any) -> tuple[np.ndarray, np.ndarray]:
    features, labels = validate_data(estimator, _detached(X), _detached(y), dtype=np.float32)
    missing = missing_count(labels)
    if missing:
        raise InvalidInput(
            message("Labels are missing, as NaN, NA or None: {count:,}.", count=missing),
            message(
                "Leave samples without a label out, or call lnl_gui.find_label_issues with -1 for"
                " them."
            ),
        )
    check_classification_targets(labels)
    return _writable(features), labels


def _detached(values: Any) -> Any:
    """A tensor, which may have a gradient or lie on a device, as an array (N, D) or (N,).

    All else as it is: frames have names.
    """
    return plain_array(values) if hasattr(values, "detach") else values


def _writable(features: np.ndarray) -> np.ndarray:
    """The same, copied where it is read-only, as of a frame: torch warns of such arrays."""
    return np.require(features, requirements=["W"])


def _checked_loss(loss: object) -> str:
    if not isinstance(loss, str):
        raise InvalidInput(
            message("The loss is {loss}.", loss=repr(loss)),
            message("Pass the name of a loss, such as `gce`."),
        )
    try:
        return describe_loss(loss).name
    except UserError as error:
        # scikit-learn's tools take a wrong parameter for a ValueError.
        raise InvalidInput(error.message, error.hint) from error


def _checked_epochs(epochs: object) -> int:
    if not isinstance(epochs, int | np.integer) or isinstance(epochs, bool) or epochs < 1:
        raise InvalidInput(
            message("The number of epochs is {epochs}.", epochs=repr(epochs)),
            message("Pass a whole number from 1 on."),
        )
    return int(epochs)


def _warn_of_unlabelled(numbers: np.ndarray) -> None:
    """Say that -1 counts as a class, where it may stand for samples without a label."""
    # -1 and 1 are two classes as many have them.
    if numbers.dtype.kind in "iu" and numbers[0] == -1 and len(numbers) > 2 and numbers[1] == 0:
        warnings.warn(
            str(
                message(
                    "LabelCleaner takes -1 for a class like any other. Leave samples without a"
                    " label out, or call lnl_gui.find_label_issues, which gives them suggestions."
                )
            ),
            stacklevel=3,
        )


def _require_classes(estimator: RobustProbe | LabelCleaner) -> None:
    if len(estimator.classes_) < 2:
        name = type(estimator).__name__
        raise ValueError(f"{name} needs samples of at least two classes, not of one class")
