"""What the layouts are told and tell, by programs that stand for UMAP; where a layout begins."""

from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import numba
import numpy as np
import pytest

from lnl_gui.detect.neighbours import projection, umap_layout
from lnl_gui.detect.neighbours.projection import Neighbours, reduced
from lnl_gui.detect.neighbours.tsne_layout import tsne_layout
from lnl_gui.util.errors import Cancelled
from lnl_gui.util.progress import Progress, no_progress


class Told:
    """Reports of every stage."""

    def __init__(self) -> None:
        self.steps: dict[str, list[tuple[int, int]]] = {}

    def __call__(self, stage: str) -> Progress:
        steps = self.steps.setdefault(stage, [])
        return lambda done, total: steps.append((done, total))


class Stand:
    """For UMAP: remembers what it was asked, and on how many threads."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def fuzzy_simplicial_set(self, *given: Any, **options: Any) -> tuple[str]:
        self.asked |= {"given": given, "graph": options, "threads": numba.get_num_threads()}
        return ("a graph",)

    def find_ab_params(self, spread: float, least: float) -> tuple[float, float]:
        return spread, least

    def simplicial_set_embedding(self, **options: Any) -> tuple[np.ndarray, None]:
        self.asked["layout"] = options
        file = options["tqdm_kwds"]["file"]
        for text in ("3", "\r", "", " 4 ", "five"):
            file.write(text)
        file.flush()
        return 2.0 * options["init"], None


def laid_out(
    count: int, threads: int | None, monkeypatch: pytest.MonkeyPatch
) -> tuple[dict[str, Any], Told, np.ndarray]:
    stand, told = Stand(), Told()
    monkeypatch.setattr(umap_layout, "_umap", lambda: stand)
    generator = np.random.default_rng(0)
    index = generator.integers(0, count, (count, 3)).astype(np.int32)
    distance = generator.random((count, 3)).astype(np.float32)
    first = generator.normal(size=(count, 2)).astype(np.float32)
    found = umap_layout.umap_layout(
        index, distance, first, seed=5, threads=threads, progress_of=told
    )
    np.testing.assert_allclose(found, 2 * first)
    assert found.dtype == np.float32
    graph, given = stand.asked["graph"], stand.asked["given"]
    assert graph["knn_indices"][:, 0].tolist() == list(range(count))
    np.testing.assert_array_equal(graph["knn_indices"][:, 1:], index)
    assert (graph["knn_dists"][:, 0] == 0).all()
    np.testing.assert_array_equal(graph["knn_dists"][:, 1:], distance)
    np.testing.assert_array_equal(given[0], first)
    # Itself is the first of its neighbours.
    assert given[1] == 4 and given[3] == "euclidean"
    assert given[2].randint(99) == np.random.RandomState(5).randint(99)
    return stand.asked, told, found


@pytest.mark.parametrize(("count", "epochs"), [(2_500, 500), (2_501, 200)])
def test_umap_is_told_its_own_defaults_but_for_fewer_epochs(
    count: int, epochs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, told, _ = laid_out(count, None, monkeypatch)
    layout = asked["layout"]
    wanted = {
        "graph": "a graph",
        "n_components": 2,
        "initial_alpha": 1.0,
        "a": 1.0,
        "b": 0.1,
        "gamma": 1.0,
        "negative_sample_rate": 5,
        "n_epochs": epochs,
        "metric": "euclidean",
        "densmap": False,
        "output_dens": False,
        "parallel": False,
    }
    assert {name: layout[name] for name in wanted} == wanted
    assert layout["init"] is layout["data"] and layout["random_state"] is asked["given"][2]
    assert told.steps == {
        "compile": [(0, 2), (1, 2), (2, 2)],
        "projection": [(3, epochs), (4, epochs)],
    }
    bar = layout["tqdm_kwds"]
    # tqdm writes the number of every epoch, and nothing else.
    assert (bar["bar_format"], bar["disable"], bar["miniters"]) == ("{n}", False, 1)
    assert (bar["mininterval"], bar["leave"]) == (0, False)


def test_many_samples_are_laid_out_on_several_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(umap_layout, "_PARALLEL_FROM", 30)
    monkeypatch.setattr(
        umap_layout,
        "numba",
        SimpleNamespace(get_num_threads=lambda: 4, set_num_threads=lambda number: None),
    )
    for count, threads, wanted in (
        (29, 4, False),
        (30, 4, True),
        (30, 1, False),
        (30, None, True),
        (30, 2, True),
        (30, 0, True),
    ):
        asked, _, _ = laid_out(count, threads, monkeypatch)
        assert asked["layout"]["parallel"] is wanted


@pytest.mark.parametrize(
    ("threads", "number"), [(None, 4), (2, 2), (9, 4), (1, 1), (-3, 1), (0, 4)]
)
def test_compiled_loops_use_as_many_threads_as_they_may(
    threads: int | None, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[int] = []
    stand = SimpleNamespace(get_num_threads=lambda: 4, set_num_threads=used.append)
    monkeypatch.setattr(umap_layout, "numba", stand)
    with umap_layout._at_most(threads) as found:
        assert found == number and used == [number]
    assert used == [number, 4]
    with pytest.raises(KeyError), umap_layout._at_most(threads):
        raise KeyError
    assert used == [number, 4] * 2


def test_t_sne_tells_every_fifth_iteration_of_both_parts() -> None:
    generator = np.random.default_rng(0)
    points = generator.normal(size=(12, 2))
    distance = np.linalg.norm(points[:, None] - points[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    index = np.argsort(distance, axis=1)[:, :6].astype(np.int32)
    told = Told()
    tsne_layout(
        index,
        np.take_along_axis(distance, index, axis=1),
        points.astype(np.float32),
        seed=0,
        threads=1,
        progress_of=told,
    )
    assert told.steps["compile"] == [(0, 1), (1, 1)]
    done = [step for step, _ in told.steps["projection"]]
    assert done == sorted(done) and len(set(done)) == len(done) > 140
    assert max(done) > 745 and {total for _, total in told.steps["projection"]} == {750}
    assert max(step - before for before, step in pairwise(done)) <= 6


@pytest.mark.parametrize("scale", [0.01, 1.0, 1000.0])
def test_a_missing_neighbour_is_a_hundred_times_as_far_as_the_farthest(
    scale: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    from openTSNE import nearest_neighbors

    asked: list[tuple[np.ndarray, np.ndarray]] = []

    def recorded(index: np.ndarray, distance: np.ndarray) -> None:
        asked.append((index, distance))
        raise Cancelled

    monkeypatch.setattr(nearest_neighbors, "PrecomputedNeighbors", recorded)
    index = np.array([[1, 2], [0, -1], [0, 1], [-1, -1]], np.int32)
    distance = scale * np.array([[1.0, 3.0], [1.0, np.inf], [3.0, 2.0], [np.inf, np.inf]])
    with pytest.raises(Cancelled):
        tsne_layout(
            index, distance, np.ones((4, 2)), seed=0, threads=1, progress_of=lambda _: no_progress
        )
    ((found, far),) = asked
    assert found.tolist() == [[1, 2], [0, 0], [0, 1], [0, 0]]
    np.testing.assert_allclose(far, scale * np.array([[1, 3], [1, 300], [3, 2], [300, 300]]))


def graph(samples: int, columns: int) -> Neighbours:
    generator = np.random.default_rng(2)
    index = np.array([(np.arange(1, columns + 1) + at) % samples for at in range(samples)])
    return Neighbours(index, np.sort(generator.uniform(-1, 1.01, index.shape))[:, ::-1])


def test_a_known_graph_is_taken_as_distances_among_the_readable() -> None:
    known = graph(10, 3)
    usable = np.ones(10, bool)
    rows = np.arange(10)
    for wanted in (2, 3):
        found = projection._known(known, usable, rows, wanted)
        assert found is not None
        np.testing.assert_array_equal(found[0], known.index[:, :wanted])
        chord = np.sqrt(np.maximum(2 - 2 * known.similarity[:, :wanted], 0))
        np.testing.assert_allclose(found[1], chord, rtol=1e-5, atol=1e-6)
        assert found[1].dtype == np.float32
    assert projection._known(known, usable, rows, 4) is None
    assert projection._known(None, usable, rows, 2) is None
    assert projection._known(known, np.ones(11, bool), np.arange(11), 2) is None
    # Without the fourth, whom others have among their neighbours and then have not.
    usable[3] = False
    rows = np.delete(rows, 3)
    assert projection._known(known, usable, rows, 2) is None
    index = known.index.copy()
    index[index == 3] = 9
    found = projection._known(Neighbours(index, known.similarity), usable, rows, 2)
    assert found is not None
    np.testing.assert_array_equal(rows[found[0]], index[rows, :2])
    index[5, 1] = -1
    assert projection._known(Neighbours(index, known.similarity), usable, rows, 2) is None
    assert projection._known(Neighbours(index, known.similarity), usable, rows, 1) is not None


@pytest.mark.parametrize("width", [1, 2, 5])
def test_a_layout_begins_on_the_axes_or_as_the_picture_with_a_little_noise(width: int) -> None:
    generator = np.random.default_rng(0)
    space = 7 * generator.normal(size=(4000, width)).astype(np.float32)
    axes = np.zeros((4000, 2))
    axes[:, : min(width, 2)] = space[:, :2]
    start = 300 * generator.normal(size=(4000, 2))
    broken = start.copy()
    broken[4, 0] = np.nan
    for given, wanted in ((None, axes), (start, start), (broken, axes)):
        found = projection._beginning(space, given, 6)
        noise = found - wanted
        scale = 1e-4 * (wanted.max() - wanted.min())
        assert found.dtype == np.float32 and noise.std() == pytest.approx(scale, rel=0.05)
        np.testing.assert_array_equal(found, projection._beginning(space, given, 6))
        assert not np.array_equal(found, projection._beginning(space, given, 7))
    same = projection._beginning(np.zeros((50, 3), np.float32), None, 0)
    assert len(np.unique(same, axis=0)) == 50 and same.std() == pytest.approx(1e-4, rel=0.3)
    assert projection._beginning(np.zeros((0, 3), np.float32), None, 0).shape == (0, 2)


def test_an_embedding_is_reduced_a_part_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    embedding = np.random.default_rng(1).normal(size=(90, 6)) + 1
    embedding[8] = np.nan
    whole = reduced(embedding)
    told: list[tuple[int, int]] = []
    monkeypatch.setattr(projection, "_PART", 40)
    found = reduced(embedding, progress=lambda done, total: told.append((done, total)))
    assert told == [(0, 90), (40, 90), (80, 90), (90, 90)]
    # The axes are those of every second row.
    unit = embedding / np.linalg.norm(embedding, axis=1, keepdims=True)
    part = np.delete(unit[::2], 4, axis=0)
    centred = part - part.mean(axis=0)
    axes = np.linalg.eigh(centred.T @ centred)[1][:, ::-1]
    wanted = np.abs((unit - part.mean(axis=0)) @ axes)
    known = np.delete(np.arange(90), 8)
    np.testing.assert_allclose(np.abs(found[known]), wanted[known], atol=1e-4)
    assert not np.allclose(np.abs(found[known]), np.abs(whole[known]), atol=1e-3)
    assert np.isnan(found[8]).all() and found.dtype == np.float32
