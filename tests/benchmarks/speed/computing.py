"""Training steps, detection and neighbours, beside hand-written loops and the memory's speed."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.neighbours.ivf_index import approximate_neighbours
from lnl_gui.detect.neighbours.projection import COMPONENTS
from lnl_gui.detect.neighbours.search import nearest_neighbours
from lnl_gui.detect.probes.preparation import prepare
from lnl_gui.encoders.loading.backbone import load_backbone
from lnl_gui.learn.models.network import Classifier, Head
from lnl_gui.learn.models.precision import choose_precision
from lnl_gui.learn.training.learner import build_learners, build_networks
from lnl_gui.learn.training.rates import Optimiser
from lnl_gui.learn.training.strategy import Branch, Strategy
from tests.benchmarks.measuring import stopwatch
from tests.benchmarks.speed.measures import Measure, alternate, not_run

CLASSES = 10
_NEIGHBOURS = 20
# Rows whose nearest are looked up one by one.
_ASKED = 500
# Shots of one scene, and how far apart they are beside different scenes.
_SHOTS, _APART = 10, 0.05


def labelled(
    count: int, width: int, *, classes: int = CLASSES, seed: int = 0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Embeddings (N, D) float16 like an encoder's, true and given labels (N,) int32, a fifth wrong.

    Args:
        count: N.
        width: D.
        classes: C.
        seed: of everything random.
    """
    generator = np.random.default_rng(seed)
    # On photographs the variance falls about so along the principal axes.
    scale = np.arange(1, width + 1, dtype=np.float32) ** -0.5
    scale /= np.sqrt((scale**2).mean())
    centres = (0.52 * scale * generator.normal(size=(classes, width))).astype(np.float32)
    truth = generator.integers(0, classes, count).astype(np.int32)
    embedding = np.empty((count, width), np.float16)
    for start in range(0, count, 20_000):
        part = slice(start, start + 20_000)
        noise = generator.standard_normal((len(truth[part]), width), np.float32)
        embedding[part] = centres[truth[part]] + scale * noise
    moved = generator.integers(1, classes, count)
    wrong = generator.random(count) < 0.2
    return embedding, truth, np.where(wrong, (truth + moved) % classes, truth).astype(np.int32)


def detection(count: int, width: int) -> Iterator[Measure]:
    """The consensus, its re-ranking after verdicts, and cleanlab's usual way.

    Args:
        count: N.
        width: D.
    """
    embedding, truth, given = labelled(count, width)

    def once_through() -> None:
        # What any method must do: read every number and multiply it once with each class.
        embedding.astype(np.float32) @ np.ones((width, CLASSES), np.float32)

    def find(verdicts: np.ndarray | None = None, warm: object = None) -> object:
        inputs = DetectionInput(
            [embedding], given, number_of_classes=CLASSES, verdict_labels=verdicts
        )
        return find_suspects(inputs, warm_start=warm)  # type: ignore[arg-type]

    what = f"{count:,} x {width}"
    mine, least, clock = alternate(find, once_through, rounds=1)
    yield Measure("detection", what, mine, least, "one product with all rows", clock)
    first = find()
    rows = np.argsort(-first.suspicion)[:500]  # type: ignore[attr-defined]
    verdicts = np.full(count, -1, np.int32)
    verdicts[rows] = truth[rows]
    mine, least, clock = alternate(
        lambda: find(verdicts, first.warm_start),  # type: ignore[attr-defined]
        once_through,
        rounds=1,
    )
    yield Measure(
        "re-ranking after 500 verdicts", what, mine, least, "one product with all rows", clock
    )
    yield from _cleanlab(embedding, given, what)


def _cleanlab(embedding: np.ndarray, given: np.ndarray, what: str) -> Iterator[Measure]:
    try:
        from cleanlab.filter import find_label_issues
        from sklearn.linear_model import LogisticRegression
        from sklearn.model_selection import cross_val_predict
    except ImportError:
        yield not_run("detection", "cleanlab")
        return

    def theirs() -> None:
        matrix = embedding.astype(np.float32)
        model = LogisticRegression(max_iter=200)
        probabilities = cross_val_predict(model, matrix, given, cv=5, method="predict_proba")
        find_label_issues(given, probabilities, n_jobs=1)

    mine, least, clock = alternate(theirs, lambda: embedding.astype(np.float32), rounds=1)
    what += ": cleanlab on logistic regression, 5 folds"
    yield Measure("detection", what, mine, least, "reading all rows", clock, peer=True)


def neighbours(count: int, width: int) -> Iterator[Measure]:
    """Exact search; and the index in the few dimensions it is used in, beside pynndescent.

    Args:
        count: N.
        width: D.
    """
    embedding, _, _ = labelled(count, width, classes=100)
    unit = embedding.astype(np.float32)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    what = f"{count:,} x {width}, exact"
    mine, least, clock = alternate(
        lambda: nearest_neighbours([unit], _NEIGHBOURS), lambda: _products(unit), rounds=1
    )
    yield Measure("neighbours", what, mine, least, "product of all pairs", clock)
    space = prepare([embedding], components=COMPONENTS).matrix
    yield from _indices(f"{count:,} x {space.shape[1]}", space)
    copies = np.repeat(space[: count // _SHOTS], _SHOTS, axis=0)
    generator = np.random.default_rng(1)
    spread = generator.standard_normal(copies.shape, np.float32) * space.std(axis=0)
    copies += _APART * spread
    generator.shuffle(copies)
    yield from _indices(f"{count:,} x {space.shape[1]}, {_SHOTS} shots of each", copies)


def _products(space: np.ndarray) -> None:
    pairs = torch.from_numpy(space)
    # Half of the pairs: each serves both of its sides.
    for start in range(0, len(pairs), 4096):
        pairs[start : start + 4096] @ pairs[start:].T


def _indices(what: str, space: np.ndarray) -> Iterator[Measure]:
    """The index and pynndescent in a space (N, P), with what they find of the nearest."""
    asked = space[:_ASKED]
    squared = (space * space).sum(axis=1) - 2 * (asked @ space.T)
    squared[np.arange(_ASKED), np.arange(_ASKED)] = np.inf
    exact = np.argpartition(squared, _NEIGHBOURS, axis=1)[:, :_NEIGHBOURS]

    def measure(name: str, find: Callable[[], np.ndarray], *, peer: bool) -> Measure:
        with stopwatch() as first:
            found = find()
        hits = [len(np.intersect1d(a, b)) for a, b in zip(found[:_ASKED], exact, strict=True)]
        mine, least, clock = alternate(find, lambda: _products(space), rounds=1)
        note = (
            f"recall {np.mean(hits) / _NEIGHBOURS:.3f}; first call {first.processor / 1000:.1f} s"
        )
        name = f"{what}{name}"
        return Measure(
            "neighbours", name, mine, least, "product of all pairs", clock, peer=peer, note=note
        )

    yield measure(", index", lambda: approximate_neighbours(space, _NEIGHBOURS)[0], peer=False)
    try:
        import pynndescent
    except ImportError:
        yield not_run("neighbours", "pynndescent")
        return

    def theirs() -> np.ndarray:
        graph = pynndescent.NNDescent(
            space, n_neighbors=_NEIGHBOURS + 1, n_jobs=1, random_state=0
        ).neighbor_graph
        return graph[0][:, 1:]

    yield measure(": pynndescent", theirs, peer=True)


def training(steps: int = 3, batch: int = 32) -> Iterator[Measure]:
    """A step of the bundled encoder under the training loop and under one written by hand.

    Args:
        steps: of each.
        batch: images a step.
    """
    backbone = load_backbone("bundled-fast")
    (network,) = build_networks(
        lambda: Classifier(backbone.model, Head(backbone.dimension, CLASSES)),
        1,
        seed=0,
        device=torch.device("cpu"),
    )
    (learner,) = build_learners([network], Optimiser("sgd", 1e-4))
    precision = choose_precision("cpu", network=network)
    strategy = Strategy(precision)
    side = backbone.preprocessing.image_size
    images = torch.randn(batch, 3, side, side)
    labels = torch.arange(batch) % CLASSES
    by_hand = torch.optim.SGD(network.parameters(), 1e-4, momentum=0.9)
    network.train()

    def losses(outputs: torch.Tensor, part: slice) -> torch.Tensor:
        return torch.nn.functional.cross_entropy(outputs, labels[part], reduction="none")

    def ours() -> None:
        for _ in range(steps):
            strategy.step_by_sample(learner, Branch(learner.forward, images), losses)

    def floor() -> None:
        for _ in range(steps):
            by_hand.zero_grad(set_to_none=True)
            with precision.autocast():
                outputs = network(images.contiguous(memory_format=torch.channels_last))
            torch.nn.functional.cross_entropy(outputs.float(), labels).backward()
            by_hand.step()

    mine, least, clock = (value / steps / batch for value in alternate(ours, floor))
    what = f"an image of a step of {batch}"
    yield Measure("training", what, mine, least, "a loop written by hand", clock)
