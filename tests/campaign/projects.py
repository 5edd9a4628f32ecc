"""Small projects with one of everything, made without computing anything."""

from pathlib import Path

import numpy as np

from lnl_gui.cli.context import TerminalContext
from lnl_gui.dataset.pixels.facts import FACTS_DTYPE
from lnl_gui.pipeline.datasets import import_dataset
from lnl_gui.pipeline.datasets.matching.content import content_hashes, file_stats
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.annotators import Annotations, save_annotations
from lnl_gui.store.finish_run import finish_run, write_unreadable
from lnl_gui.store.jobs import arrays, runs
from lnl_gui.store.jobs.parameters import EmbedParameters, ImportParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import Project, open_project
from lnl_gui.util.files.array_file import write_array
from tests.builders import add_detection
from tests.conftest import draw_image

NAMES = ("square", "circle", "stripes")
COUNT = 12


def make_images(root: Path) -> Path:
    """Three folders of four small images each."""
    for kind, name in enumerate(NAMES):
        (root / name).mkdir(parents=True)
        for i in range(COUNT // len(NAMES)):
            draw_image(kind, 10 * kind + i, side=12).save(root / name / f"{i}.png")
    return root


def make_reviewable_project(place: Path, count: int) -> Path:
    """A project of drawn images with scores, and an embedding that tells the classes apart.

    Nothing is computed here, and a detection on it finds what was put into wrong folders.
    """
    folder, root = place / "shapes.lnl", place / "shapes"
    kinds = np.arange(count) % len(NAMES)
    for number, kind in enumerate(kinds.tolist()):
        name = NAMES[(kind + (number % 7 == 0)) % len(NAMES)]
        (root / name).mkdir(parents=True, exist_ok=True)
        draw_image(kind, number).save(root / name / f"{number:04d}.png")
    import_dataset.run(ImportParameters(str(root), str(folder)), TerminalContext(quiet=True))
    with open_project(folder) as project:
        paths = [path for (path,) in project.connection.execute("SELECT path FROM sample")]
        shown = np.array([int(Path(path).stem) % len(NAMES) for path in paths])
        noise = np.random.default_rng(0).normal(0, 0.1, (count, len(NAMES)))
        _record_embedding(project, (np.eye(len(NAMES))[shown] + noise).astype(np.float16))
    add_detection(folder)
    return folder


def _record_embedding(project: Project, embedding: np.ndarray) -> None:
    run = runs.start_run(project, EmbedParameters(encoders=("x",)))
    path = arrays.embedding_path("x")
    write_array(project.folder / path, embedding)
    facts = np.zeros(len(embedding), FACTS_DTYPE)
    paths = project.connection.execute("SELECT path FROM sample ORDER BY id")
    files = [project.dataset_root / path for (path,) in paths]
    facts["content_hash"] = content_hashes(files)
    write_array(project.folder / "arrays" / "facts.npy", facts)
    write_array(project.folder / arrays.FILE_STATS, file_stats(files))
    write_unreadable(run.folder, {})
    artifacts = {f"{arrays.EMBEDDING}x": path, arrays.FACTS: "arrays/facts.npy"}
    runs.write_result(run.folder, RunResult(artifacts))
    finish_run(project, run.id, runs.DONE, RunResult(artifacts))


def make_whole_project(place: Path) -> Path:
    """A project beside its images: embedded, detected, reviewed."""
    folder = place / "shapes.lnl"
    parameters = ImportParameters(str(make_images(place / "shapes")), str(folder))
    import_dataset.run(parameters, TerminalContext(quiet=True))
    with open_project(folder) as project:
        save_annotations(
            project.arrays, Annotations(("a", "b"), np.zeros((COUNT, 2), np.int32), True)
        )
        _record_embedding(project, np.ones((COUNT, 4), np.float16))
    add_detection(folder)
    with Session.open(folder, reviewer="ann") as session:
        session.exclude(np.array([1]))
        session.relabel(np.array([2, 3]), 1)
        session.unsure(np.array([4]))
    return folder
