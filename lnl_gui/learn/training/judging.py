"""Judging of an epoch: each network once, on validation and on held-out samples."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from lnl_gui.learn.data.sources import LabelledSource, Source, SubSource
from lnl_gui.learn.evaluation.metrics import accuracy
from lnl_gui.learn.models.inference import predict_logits, probabilities_of
from lnl_gui.learn.training.best_model import ModelSelection, judged
from lnl_gui.learn.training.ranks import shares
from lnl_gui.learn.training.trainer import Trainer

AsClassifier = Callable[[nn.Module], nn.Module]
"""A trained network to the module whose weights are kept."""


Shortcut = Callable[[Source], tuple[nn.Module, Source] | None]
"""From a source to the part of a network that learns, and its input; None where all learns."""


def itself(network: nn.Module) -> nn.Module:
    """The network as it is."""
    return network


@dataclass(frozen=True)
class Judging:
    """On what the networks of a phase are judged, and what becomes of the best.

    Attributes:
        validation: chooses the best; without rows the last is the best.
        holdout: only reported on.
        as_classifier: called for a network that becomes the best so far.
        guard: how much better what comes after must be, see `best_model.judged`.
        later: how much worse a later epoch may be, see `best_model.judged`.
    """

    validation: LabelledSource | None = None
    holdout: LabelledSource | None = None
    as_classifier: AsClassifier = itself
    guard: float = 0.0
    later: float = 0.0


@dataclass(frozen=True)
class Judgement:
    """What became of the networks of one epoch; shares in [0, 1], None without samples.

    Attributes:
        best: whether one of them is the best so far.
        higher: whether one is better by validation accuracy than all before, later or not.
        validation_accuracy: of the networks together.
        holdout_accuracy: of the networks together.
    """

    best: bool
    higher: bool
    validation_accuracy: float | None
    holdout_accuracy: float | None


def judge(
    trainer: Trainer, judging: Judging, selection: ModelSelection, *, epoch: int
) -> Judgement:
    """Judge each network after epoch number `epoch`, and keep a new best in the selection."""
    validation = _predictions(trainer, judging.validation)
    # The held-out samples are only reported on: a sample that chooses a model flatters it.
    holdout = _predictions(trainer, judging.holdout)
    title = trainer.name if judging.guard else f"{trainer.name}, epoch {epoch + 1}"
    best, before = False, selection.highest
    # Of two networks each is judged by itself, because one of them is what a saved model holds.
    for number, network in enumerate(trainer.classifiers):
        found = probabilities_of([validation.logits[number]])
        model = judged(
            selection.tried,
            title,
            found,
            validation.labels,
            guard=judging.guard,
            later=judging.later,
        )
        # What is guarded is the probe, which trained models are measured against.
        guarded = bool(judging.guard)
        selection.note_answers(model, found, validation.labels, guarded=guarded)
        if selection.prefers(model):
            best = True
            predicted = probabilities_of([holdout.logits[number]])
            selection.keep(model, judging.as_classifier(network), predicted)
    chosen_late = judging.later and len(validation.labels)
    higher = selection.highest != before if chosen_late else best
    return Judgement(best, higher, validation.accuracy(), holdout.accuracy())


def predict(trainer: Trainer, source: Source) -> np.ndarray:
    """Probabilities (N, C) float32 of N rows: softmax of the trainer's networks' mean logits."""
    return probabilities_of(_logits(trainer, source))


@dataclass(frozen=True)
class _Predictions:
    """Each network's logits (n, C) of some samples, and their labels (n,)."""

    logits: Sequence[Tensor]
    labels: np.ndarray

    def accuracy(self) -> float | None:
        """Of the networks together; None without samples."""
        return accuracy(probabilities_of(self.logits), self.labels)


def _predictions(trainer: Trainer, part: LabelledSource | None) -> _Predictions:
    if part is None or not len(part):
        return _Predictions([torch.zeros(0, 0)] * len(trainer.classifiers), np.zeros(0, np.int64))
    return _Predictions(_logits(trainer, part.source), part.labels)


def _logits(trainer: Trainer, source: Source) -> list[Tensor]:
    precision = trainer.strategy.precision
    # A method whose backbone is frozen for now has its features and need not compute them again.
    shortcut: Shortcut | None = getattr(trainer, "frozen", None)
    if shortcut is not None and (found := shortcut(source)) is not None:
        head, features = found
        return [predict_logits(head, features, precision=precision)]
    return [_shared_logits(trainer, network, source) for network in trainer.classifiers]


def _shared_logits(trainer: Trainer, network: nn.Module, source: Source) -> Tensor:
    """Logits (N, C) of all rows, of which each process computes a part; all get the same."""
    ranks, precision = trainer.strategy.ranks, trainer.strategy.precision
    if not ranks.several:
        return predict_logits(network, source, precision=precision)
    parts = shares(len(source), ranks.count)
    mine = np.arange(len(source))[parts[ranks.number]]
    found, failure = torch.zeros(0, 0), None
    try:
        found = predict_logits(network, SubSource(source, mine), precision=precision)
    except Exception as error:
        # Told, not raised: the others would wait for these rows.
        failure = error
    ranks.agree(failure)
    return ranks.gather(found, [part.stop - part.start for part in parts])
