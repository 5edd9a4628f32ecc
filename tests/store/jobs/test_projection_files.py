"""Which drawing of the images in the plane is shown, and what of old ones is left."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.store.jobs import arrays, projections, runs
from lnl_gui.store.jobs.parameters import TSNE, UMAP, EmbedParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import Project, open_project
from lnl_gui.util.files.array_file import write_array
from tests.builders import make_project

COUNT = 6


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with open_project(make_project(tmp_path / "p.lnl", count=COUNT)) as opened:
        yield opened


def embed(project: Project, seed: int) -> np.ndarray:
    values = np.random.default_rng(seed).normal(size=(COUNT, 4)).astype(np.float16)
    write_array(project.folder / arrays.embedding_path("e"), values)
    run = runs.start_run(project, EmbedParameters(("e",)))
    result = RunResult({"embedding:e": arrays.embedding_path("e")})
    runs.record_end(project, run.id, runs.DONE, result)
    return values


def draw(project: Project, embedding: np.ndarray, method: str, value: float) -> Path:
    file = projections.projection_file(project, embedding, method)
    write_array(file, np.full((COUNT, 2), value, np.float32))
    return file


def shown(project: Project, method: str) -> float | None:
    found = projections.load_projection(project, method)
    return None if found is None else float(found[0, 0])


def test_each_method_has_a_drawing_of_its_own(project: Project) -> None:
    embedding = embed(project, 0)
    assert shown(project, UMAP) is None and shown(project, TSNE) is None
    first, second = draw(project, embedding, UMAP, 1.0), draw(project, embedding, TSNE, 2.0)
    assert first.parent == second.parent == project.arrays / "projections"
    assert (shown(project, UMAP), shown(project, TSNE)) == (1.0, 2.0)
    assert projections.load_projection(project) is not None and shown(project, UMAP) == 1.0
    for values in (np.zeros((COUNT - 1, 2)), np.zeros((COUNT, 3)), np.zeros((COUNT, 2), int)):
        write_array(first, values)
        assert shown(project, UMAP) is None


@pytest.mark.parametrize("method", [UMAP, TSNE])
def test_a_drawing_of_an_earlier_version_is_shown_and_stays(project: Project, method: str) -> None:
    embedding = embed(project, 0)
    former = project.arrays / "layouts" / draw(project, embedding, method, 3.0).name
    former.parent.mkdir()
    shutil.move(project.arrays / "projections" / former.name, former)
    assert shown(project, method) == 3.0
    assert projections.projection_file(project, embedding, method) == former
    projections.forget_stale(project)
    assert former.is_file()
    embed(project, 1)
    assert shown(project, method) is None
    projections.forget_stale(project)
    assert not former.exists()


@pytest.mark.parametrize("method", [UMAP, TSNE])
def test_a_note_spares_reading_the_embedding_until_that_is_another(
    project: Project, method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    embedding = embed(project, 0)
    file = project.folder / arrays.embedding_path("e")
    made = draw(project, embedding, method, 1.0)
    draw(project, embedding, TSNE if method == UMAP else UMAP, 9.0)
    projections.note_embedding(made, file)
    with monkeypatch.context() as patch:
        patch.setattr(projections, "embedding_key", lambda embedding: "not asked for")
        assert shown(project, method) == 1.0
    # A note that is damaged, or of another state of the file, is not believed.
    note = made.with_suffix(".json")
    for spoil in (
        lambda: note.write_text("["),
        lambda: os.utime(file, ns=(5, 5)),
        lambda: write_array(file, embedding + np.float16(1)),
    ):
        projections.note_embedding(made, file)
        spoil()
        with monkeypatch.context() as patch:
            asked: list[int] = []
            patch.setattr(projections, "embedding_key", lambda e, a=asked: a.append(1) or "0" * 16)
            assert shown(project, method) is None and asked
    projections.forget_stale(project)
    assert not made.exists() and not note.exists()


def test_without_an_embedding_no_drawing_is_kept(project: Project) -> None:
    made = draw(project, np.zeros((COUNT, 4), np.float16), UMAP, 1.0)
    assert projections.load_projection(project) is None
    projections.forget_stale(project)
    assert not made.exists()


def test_a_long_embedding_is_told_by_any_of_its_rows() -> None:
    values = np.zeros((100_003, 2), np.float16)
    key = projections.embedding_key(values)
    assert len(key) == 16 and set(key) <= set("0123456789abcdef")
    for row in (0, 49_999, 50_000, 99_999, 100_000, 100_002):
        other = values.copy()
        other[row] = 1
        assert projections.embedding_key(other) != key
    # However its numbers lie in memory.
    assert projections.embedding_key(np.asfortranarray(values)) == key
