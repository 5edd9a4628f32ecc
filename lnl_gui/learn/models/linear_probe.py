"""A robust linear probe on cached embeddings: the first step of every fine-tune.

Generalised cross-entropy on standardised features, as in TURN (Ahn et al.), with the weight decay
chosen on a validation part. That is small and its labels are noisy: a single image more or less
turned the choice of the most accurate decay, and models of two decays differ by up to 3 points. Of
49 pairs of trainings on 700 to 1 500 images, which differed in 1 to 10 images and in no label, 10
chose different decays, and all 5 whose difference was more than chance explains were among them.
So a decay other than the usual one must be better by more than one standard error, and trainings
that are compared share the choice (`decay_file` of `finetune`).
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from lnl_gui.learn.data.soft_labels import SoftLabels
from lnl_gui.learn.losses.registry import LossChoice
from lnl_gui.learn.models.network import Head
from lnl_gui.util.progress import Progress, no_progress

BATCH = 2048
LEAST_STEPS = 60
"""Of few samples 20 epochs are too few steps for the cosine to come down."""
FEATURE_NORM = 8.0
"""Root-mean-square norm of the standardised features: one learning rate fits all encoders."""
RATES = (0.1, 1e-4)
"""First and last learning rate."""
DECAYS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
"""Weight decays that are tried, each divided by the number of classes."""
USUAL_DECAY = 0.1
ROBUST = LossChoice("gce")
SEARCH_SAMPLES = 20_000
"""The decay is chosen on at most so many training samples."""


@dataclass(frozen=True)
class Probe:
    """A linear probe: logits = ((features - mean) * scale) @ weight.T + bias.

    Attributes:
        mean: (D,) float32, as all tensors here, on the CPU.
        scale: (D,).
        weight: (C, D).
        bias: (C,).
        decay: the weight decay it was fitted with.
    """

    mean: Tensor
    scale: Tensor
    weight: Tensor
    bias: Tensor
    decay: float

    def logits(self, embedding: np.ndarray) -> np.ndarray:
        """(N, D) features to (N, C) float32 logits, in bounded memory."""
        parts = [
            self._of(torch.from_numpy(np.asarray(embedding[start : start + BATCH], np.float32)))
            for start in range(0, len(embedding), BATCH)
        ]
        return torch.cat(parts).numpy() if parts else np.zeros((0, len(self.bias)), np.float32)

    def _of(self, features: Tensor) -> Tensor:
        return ((features - self.mean) * self.scale) @ self.weight.T + self.bias

    def fill(self, head: Head) -> None:
        """Copy this probe into a head of the same D and C."""
        with torch.no_grad():
            head.mean.copy_(self.mean)
            head.scale.copy_(self.scale)
            head.linear.weight.copy_(self.weight)
            head.linear.bias.copy_(self.bias)


def fit_probe(
    embedding: np.ndarray,
    labels: np.ndarray,
    *,
    number_of_classes: int,
    soft: SoftLabels | None = None,
    validation: tuple[np.ndarray, np.ndarray] | None = None,
    loss: LossChoice = ROBUST,
    epochs: int = 20,
    decays: tuple[float, ...] = DECAYS,
    seed: int = 0,
    progress: Progress = no_progress,
) -> Probe:
    """Fit the probe; O(N D C epochs) time, O(batch D) memory beside the embedding.

    Args:
        embedding: (N, D) features, float16 or float32, N >= 1.
        labels: (N,) int in 0..C-1.
        number_of_classes: C.
        soft: of the N samples, what is learnt instead of their labels.
        validation: embedding (V, D) and labels (V,) that choose the weight decay; None, or no
            sample, takes the usual one, as does what lies within one standard error of it.
        decays: weight decays to try, each divided by C before use; a single one is taken.
        loss: of logits and labels.
        epochs: passes over the samples, but at least `LEAST_STEPS` steps.
        seed: of the batches.
        progress: steps done of all, of the search for the decay and then of the last fit.

    Returns:
        the probe, in float32 on the CPU, with the decay that was chosen.
    """
    shift, scale = standardisation(embedding)
    fit = _Fit(shift, scale, number_of_classes, loss, epochs, seed)
    if validation is None or len(validation[1]) == 0:
        return fit.run(embedding, labels, soft, (USUAL_DECAY,), progress)[0]
    small = _first_rows(len(labels), seed)
    is_whole = len(small) == len(labels)
    searched = (embedding, labels, soft) if is_whole else _taken(small, embedding, labels, soft)
    tried = fit.run(*searched, decays, progress) if is_whole or len(decays) > 1 else []
    best = _chosen(tried, decays, validation) if tried else 0
    if is_whole:
        return tried[best]
    # A view and no copy: an embedding may be larger than the memory.
    return fit.run(embedding, labels, soft, (decays[best],), progress)[0]


def _taken(
    rows: np.ndarray, embedding: np.ndarray, labels: np.ndarray, soft: SoftLabels | None
) -> tuple[np.ndarray, np.ndarray, SoftLabels | None]:
    return embedding[rows], labels[rows], None if soft is None else soft.take(rows)


def loss_of(logits: np.ndarray, labels: np.ndarray, *, loss: LossChoice = ROBUST) -> float:
    """Mean loss of logits (N, C) float32 at labels (N,) int, in the loss's own units."""
    criterion = loss.build(number_of_samples=len(labels), number_of_classes=logits.shape[1])
    with torch.no_grad():
        rows = torch.arange(len(labels))
        return criterion(torch.from_numpy(logits), torch.from_numpy(labels).long(), rows).item()


def standardisation(embedding: np.ndarray) -> tuple[Tensor, Tensor]:
    """Mean (D,) and scale (D,) float32 that standardise the embedding (N, D) of any float type.

    Scaled features have equal variances and a root-mean-square norm of `FEATURE_NORM`. Computed in
    float64 and in parts: float16 embeddings of a million samples neither overflow nor fill the
    memory.
    """
    count, dimension = embedding.shape
    total = np.zeros(dimension)
    squares = np.zeros(dimension)
    for start in range(0, count, BATCH):
        part = np.asarray(embedding[start : start + BATCH], np.float64)
        total += part.sum(axis=0)
        squares += (part**2).sum(axis=0)
    mean = total / count
    # Rounding may make the difference negative where a feature is constant.
    deviation = np.sqrt(np.maximum(squares / count - mean**2, 0)) + 1e-6
    scale = FEATURE_NORM / (deviation * np.sqrt(dimension))
    return torch.from_numpy(mean.astype(np.float32)), torch.from_numpy(scale.astype(np.float32))


@dataclass(frozen=True)
class _Fit:
    mean: Tensor
    scale: Tensor
    classes: int
    loss: LossChoice
    epochs: int
    seed: int

    def run(
        self,
        embedding: np.ndarray,
        labels: np.ndarray,
        soft: SoftLabels | None,
        decays: tuple[float, ...],
        progress: Progress,
    ) -> list[Probe]:
        """Probes on (N, D) features and (N,) labels: Adam, a cosine rate, from zero weights.

        One for each decay, as if it were fitted alone. Each batch is read and standardised once for
        all of them, and of few samples the calls of torch take longer than what they compute.
        """
        count, fits, classes = len(labels), len(decays), self.classes
        # From zero: no class is favoured, and the fit depends on no draw but that of the batches.
        weight = torch.zeros(fits, classes, len(self.mean), requires_grad=True)
        bias = torch.zeros(fits, classes, requires_grad=True)
        optimiser = torch.optim.Adam([weight, bias], lr=RATES[0], betas=(0.9, 0.99))
        steps = max(LEAST_STEPS, self.epochs * -(-count // BATCH))
        schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps, RATES[1])
        # One for each: a loss may keep a state of each sample.
        criteria = [
            self.loss.build(number_of_samples=count, number_of_classes=classes) for _ in decays
        ]
        strengths = [decay / classes for decay in decays]

        def targets(rows: np.ndarray) -> Tensor:
            if soft is not None:
                return torch.from_numpy(soft.dense(rows, classes))
            return torch.from_numpy(labels[rows].astype(np.int64))

        for done, rows in enumerate(_steps(count, steps, self.seed)):
            progress(done, steps)
            features = torch.from_numpy(np.asarray(embedding[rows], np.float32))
            features = (features - self.mean) * self.scale
            logits = (features @ weight.flatten(0, 1).T + bias.flatten()).unflatten(1, (fits, -1))
            wanted, numbers = targets(rows), torch.from_numpy(rows)
            values = [
                criterion(own, wanted, numbers)
                for criterion, own in zip(criteria, logits.unbind(1), strict=True)
            ]
            optimiser.zero_grad()
            # In the loss and not by the optimiser, which would decay the bias too.
            penalty = torch.tensor(strengths) / 2 * weight.square().sum((1, 2))
            # Summed: no fit's gradient depends on another's.
            (torch.stack(values) + penalty).sum().backward()
            optimiser.step()
            schedule.step()
        progress(steps, steps)
        each = zip(weight.detach(), bias.detach(), strengths, strict=True)
        return [Probe(self.mean, self.scale, *fitted) for fitted in each]


def _steps(count: int, steps: int, seed: int) -> list[np.ndarray]:
    """Rows of each step: shuffled passes over all samples, rows in ascending order."""
    generator = np.random.default_rng(seed)
    per_pass = -(-count // BATCH)
    rows: list[np.ndarray] = []
    while len(rows) < steps:
        order = generator.permutation(count)
        # Ascending rows read a mapped array forward.
        rows += [np.sort(part) for part in np.array_split(order, per_pass)]
    return rows[:steps]


def _first_rows(count: int, seed: int) -> np.ndarray:
    chosen = np.random.default_rng(seed).permutation(count)[:SEARCH_SAMPLES]
    return np.sort(chosen)


def _chosen(
    tried: list[Probe], decays: tuple[float, ...], validation: tuple[np.ndarray, np.ndarray]
) -> int:
    """Which probe is the most accurate, or that of the usual decay where it is about as good."""
    embedding, labels = validation
    logits = [probe.logits(embedding) for probe in tried]
    keys = [_agreement(each, labels) for each in logits]
    best = keys.index(max(keys))
    if USUAL_DECAY not in decays:
        return best
    usual = decays.index(USUAL_DECAY)
    right, usually = (logits[at].argmax(axis=1) == labels for at in (best, usual))
    # Of n samples on which only one of two is right, the difference scatters by their root.
    better, error = int(right.sum()) - int(usually.sum()), float((right != usually).sum()) ** 0.5
    return best if better > error else usual


def _agreement(logits: np.ndarray, labels: np.ndarray) -> tuple[float, float]:
    """Accuracy, and the mean log-probability to break ties."""
    log_p = torch.log_softmax(torch.from_numpy(logits), dim=1).numpy()
    right = float((logits.argmax(axis=1) == labels).mean())
    # Few validation samples often give several decays the same accuracy.
    return right, float(log_p[np.arange(len(labels)), labels].mean())
