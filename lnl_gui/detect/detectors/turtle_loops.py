"""The inner and the outer loop of TURTLE (Gadetsky, Jiang, Brbic, ICML 2024) in numpy.

The gradients are written out and Adam is fused by hand: building and walking an autograd graph
would cost more than the arithmetic. numpy, because its products of tall thin matrices are two to
four times faster on one thread than torch's.
"""

import numpy as np
from scipy.special import softmax

from lnl_gui.detect.detectors.turtle_parameters import TurtleParameters
from lnl_gui.util.progress import Progress

# The paper's rates of decay; epsilon is Adam's usual one.
_BETA_1, _BETA_2, _EPSILON = 0.9, 0.999, 1e-8


class Adam:
    """Adam (Kingma and Ba, ICLR 2015) on one array, in place, without allocations in a step.

    Args:
        weight: array of any shape and float type, updated in place.
        rate: learning rate.
    """

    def __init__(self, weight: np.ndarray, rate: float) -> None:
        self.weight, self.rate, self.steps = weight, rate, 0
        self.mean, self.square = np.zeros_like(weight), np.zeros_like(weight)
        self._scratch = np.empty_like(weight)

    def step(self, gradient: np.ndarray) -> None:
        """Update the weight by `gradient`, any shape as the weight's; it is overwritten."""
        self.steps += 1
        mean, square, scratch = self.mean, self.square, self._scratch
        np.multiply(gradient, 1 - _BETA_1, out=scratch)
        mean *= _BETA_1
        mean += scratch
        np.square(gradient, out=gradient)
        gradient *= 1 - _BETA_2
        square *= _BETA_2
        square += gradient
        np.sqrt(square, out=scratch)
        scratch /= np.sqrt(1 - _BETA_2**self.steps)
        scratch += _EPSILON
        np.divide(mean, scratch, out=scratch)
        scratch *= self.rate / (1 - _BETA_1**self.steps)
        self.weight -= scratch


class Labelling:
    """One weight-normalised linear layer (Salimans and Kingma, NeurIPS 2016), the task encoder.

    Weight normalisation (columns of unit direction times a learnt length) matters: without it the
    labelling does not train well, as the authors note.

    Args:
        start: (D + 1, C) float32 weights to begin with; the last row is the bias.
        rate: Adam's learning rate.
    """

    def __init__(self, start: np.ndarray, rate: float) -> None:
        # One array of all, so that a step is one of Adam and not three.
        every = np.empty((len(start) + 1, start.shape[1]), start.dtype)
        self.direction, self.length, self.bias = every[:-2], every[-2], every[-1]
        self.direction[:], self.bias[:] = start[:-1], start[-1]
        self.length[:] = self._norm()
        self._adam, self._gradient = Adam(every, rate), np.empty_like(every)

    def _norm(self) -> np.ndarray:
        """(C,) lengths of the columns of the direction, in half the time of `np.linalg.norm`."""
        return np.asarray(np.sqrt(np.add.reduce(self.direction * self.direction, axis=0)))

    def weight(self) -> np.ndarray:
        """Weights (D + 1, C) float32, the bias as last row."""
        scale = self.length / np.maximum(self._norm(), 1e-12)
        return np.concatenate([self.direction * scale, self.bias[None]])

    def step(self, gradient: np.ndarray) -> None:
        """Take a step of Adam, given the gradient (D + 1, C) of the loss by `weight()`."""
        # By the chain rule: along its direction the gradient moves a column's length, across it
        # the direction.
        norm = np.maximum(self._norm(), 1e-12)
        unit = self.direction / norm
        across, along, bias = self._gradient[:-2], self._gradient[-2], self._gradient[-1]
        np.add.reduce(gradient[:-1] * unit, axis=0, out=along)
        np.multiply(unit, along, out=unit)
        np.subtract(gradient[:-1], unit, out=across)
        across *= self.length / norm
        bias[:] = gradient[-1]
        self._adam.step(self._gradient)


def fit_labelling(
    spaces: list[np.ndarray],
    clusters: int,
    parameters: TurtleParameters,
    generator: np.random.Generator,
    progress: Progress,
) -> list[Labelling]:
    """Train one labelling for each space.

    Args:
        spaces: K spaces (N, D_k + 1) float32 with a constant last column.
        clusters: C.
        parameters: steps, rates, batch and gamma.
        generator: draws starts and batches.
        progress: outer steps done of all; may raise `Cancelled`.
    """
    rate, samples = parameters.outer_rate, len(spaces[0])
    labelling = [Labelling(start(s.shape[1], clusters, generator), rate) for s in spaces]
    classifiers: list[Adam] = []
    for iteration in range(parameters.iterations):
        progress(iteration, parameters.iterations)
        rows = draw(samples, parameters.batch_size, generator)
        batch = spaces if rows is None else [space[rows] for space in spaces]
        # The paper's cold start: fresh classifiers at each outer step.
        if not (classifiers and parameters.warm_start):
            starts = [start(space.shape[1], clusters, generator) for space in spaces]
            classifiers = [Adam(start, parameters.inner_rate) for start in starts]
        outer_step(batch, labelling, classifiers, parameters)
    progress(parameters.iterations, parameters.iterations)
    return labelling


def start(dimensions: int, clusters: int, generator: np.random.Generator) -> np.ndarray:
    """Weights (D + 1, C) float32, uniform within 1 / sqrt(D), as linear layers usually begin.

    Args:
        dimensions: D + 1.
        clusters: C.
        generator: draws them.
    """
    bound = 1 / np.sqrt(max(dimensions - 1, 1))
    return generator.uniform(-bound, bound, (dimensions, clusters)).astype(np.float32)


def draw(samples: int, size: int, generator: np.random.Generator) -> np.ndarray | None:
    """Rows (size,) int64 of a batch out of N samples; None for all of them."""
    if size >= samples:
        return None
    return generator.choice(samples, size, replace=False, shuffle=False)


def outer_step(
    batch: list[np.ndarray],
    labelling: list[Labelling],
    classifiers: list[Adam],
    parameters: TurtleParameters,
) -> None:
    """Fit the classifiers to the present labels, then move the labels towards them, in place.

    Args:
        batch: K spaces (n, D_k + 1) float32 with a constant last column.
        labelling: one a space.
        classifiers: weights (D_k + 1, C) of one linear classifier a space.
        parameters: steps, rates and gamma.
    """
    memberships = [
        softmax_rows(phi @ layer.weight()) for phi, layer in zip(batch, labelling, strict=True)
    ]
    # First-order: the labels are constants of the inner loop, whose steps are not differentiated.
    labels = sum(memberships[1:], start=memberships[0]) / len(memberships)
    size = len(labels)
    # Cross-entropy by the labels is -log q of the classifiers, a constant for this step.
    by_label = np.zeros_like(labels)
    for phi, classifier in zip(batch, classifiers, strict=True):
        for _ in range(parameters.inner_steps):
            error = softmax_rows(phi @ classifier.weight)
            error -= labels
            classifier.step(phi.T @ error / size)
        by_label -= log_softmax_rows(phi @ classifier.weight)
    by_label /= size * len(batch)
    for phi, layer, member in zip(batch, labelling, memberships, strict=True):
        # The gradient of gamma * sum p log p of the mean assignment p, per sample.
        mean = np.maximum(member.mean(axis=0), 1e-12)
        by_member = by_label + parameters.gamma * (np.log(mean) + 1) / size
        # Through the softmax: its Jacobian takes the mean under the membership away.
        by_member -= (by_member * member).sum(axis=1, keepdims=True)
        layer.step(phi.T @ (by_member * member))


def softmax_rows(logits: np.ndarray) -> np.ndarray:
    """Softmax of the rows of `logits` (n, C) float32, in place; returns the same (n, C)."""
    # The reductions themselves: beside few samples the methods' own checks take as long.
    logits -= np.maximum.reduce(logits, axis=1, keepdims=True)
    np.exp(logits, out=logits)
    logits /= np.add.reduce(logits, axis=1, keepdims=True)
    return logits


def log_softmax_rows(logits: np.ndarray) -> np.ndarray:
    """Log-softmax of the rows of `logits` (n, C) float32, in place; returns the same (n, C)."""
    logits -= np.maximum.reduce(logits, axis=1, keepdims=True)
    logits -= np.log(np.add.reduce(np.exp(logits), axis=1, keepdims=True))
    return logits


def mean_membership(spaces: list[np.ndarray], weights: list[np.ndarray]) -> np.ndarray:
    """Mean membership (N, C) float32 over K spaces (N, D_k + 1) with weights (D_k + 1, C)."""
    total = np.zeros((len(spaces[0]), weights[0].shape[1]), dtype=np.float32)
    for space, weight in zip(spaces, weights, strict=True):
        total += softmax(space @ weight, axis=1)
    return total / len(spaces)
