"""Projects made by hand, so that tests of the upper layers need no computation."""

from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from lnl_gui.store.dataset.column_cache import sample_count
from lnl_gui.store.dataset.samples import insert_dataset
from lnl_gui.store.dataset_changes import DatasetChanges, updates_of, write_changes
from lnl_gui.store.finish_run import finish_run
from lnl_gui.store.history.looked_at import SHOWN
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import DetectParameters, FinetuneParameters, UpdateParameters
from lnl_gui.store.jobs.runs import Run, RunResult
from lnl_gui.store.project import Project, create_project
from lnl_gui.store.training.training_comparison import TrainingComparison, save_comparison
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import write_json


def make_project(
    folder: Path,
    *,
    count: int = 30,
    class_names: tuple[str, ...] = ("cat", "dog", "bird"),
    root: Path | None = None,
    paths: list[str] | None = None,
) -> Path:
    """A project of `count` samples, classes in turn, without any run."""
    paths = paths or [f"{class_names[i % len(class_names)]}/{i:04d}.png" for i in range(count)]
    with create_project(folder, root=root or folder.parent, reader="folders") as project:
        insert_dataset(
            project,
            class_names=class_names,
            split_names=["", "test", "train"],
            samples=(
                (i, path, i % len(class_names), 1 + (i % 5 > 0), None)
                for i, path in enumerate(paths)
            ),
            skipped=[("cat/broken.png", "zero bytes")],
        )
    return folder


def draw_images(folder: Path) -> None:
    """A picture for each sample of a project that has none yet, of its own colour."""
    from lnl_gui.store.project import open_project

    with open_project(folder, read_only=True) as project:
        root = project.dataset_root
        files = [file for (file,) in project.connection.execute("SELECT path FROM sample")]
    for row, file in enumerate(files):
        if not (root / file).exists():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            Image.new("RGB", (40, 30), (20 * row % 256, 90, 30)).save(root / file)


def list_files(folder: Path) -> None:
    """Keep size and time of each sample's file, as an import does."""
    from lnl_gui.pipeline.datasets.matching.content import file_stats
    from lnl_gui.pipeline.snapshot import take_snapshot
    from lnl_gui.store.jobs.arrays import FILE_STATS

    snapshot = take_snapshot(folder)
    (folder / FILE_STATS).parent.mkdir(parents=True, exist_ok=True)
    files = [snapshot.file_of(row) for row in range(len(snapshot))]
    write_array(folder / FILE_STATS, file_stats(files))


def make_drawn_project(folder: Path) -> Path:
    """A detected project of twelve samples, `pets.lnl`, whose images are there, in `images`."""
    root = folder / "images"
    made = make_project(folder / "pets.lnl", count=12, root=root)
    add_detection(made)
    draw_images(made)
    return made


def forget_shown(project: Project) -> None:
    """What was accepted becomes as versions before `SHOWN` recorded it."""
    with project.transaction() as connection:
        connection.execute(f"UPDATE op SET params = json_remove(params, '$.{SHOWN}')")


def add_detection(folder: Path, *, flag_every: int = 3, seed: int = 0) -> None:
    """A finished detect run in which every `flag_every`-th sample is flagged."""
    from lnl_gui.store.project import open_project

    generator = np.random.default_rng(seed)
    with open_project(folder) as project:
        count, classes = (
            project.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("sample", "class")
        )
        run = runs.start_run(project, DetectParameters(seed=seed))
        given = np.arange(count) % classes
        flagged = np.arange(count) % flag_every == 0
        suspicion = np.where(flagged, 0.6, 0.1) + 0.3 * generator.random(count)
        arrays = {
            "suspicion": suspicion.astype(np.float32),
            "suggested": np.where(flagged, (given + 1) % classes, given).astype(np.int32),
            "flagged": flagged,
            "loss": (5 * suspicion).astype(np.float32),
            "detector-neighbours-score": suspicion.astype(np.float32),
            "detector-neighbours-vote": ((given + flagged) % classes).astype(np.int32),
            "neighbours": np.stack([(np.arange(count) + k) % count for k in (1, 2)], 1),
            "neighbour_similarity": np.full((count, 2), 0.9, np.float16),
        }
        for name, values in arrays.items():
            write_array(run.folder / f"{name}.npy", values)
        write_json(
            run.folder / "detectors.json", [{"name": "neighbours", "title": "Nearest neighbours"}]
        )
        write_json(
            run.folder / "summary.json",
            {"threshold": 0.5, "noise_rate": 0.3, "noise_rate_interval": [0.2, 0.4]},
        )
        runs.record_end(project, run.id, runs.DONE, RunResult({}, {}))


def judge_nothing(folder: Path) -> None:
    """The newest detection found out that it cannot judge the labels, with two warnings."""
    from lnl_gui.store.project import open_project

    with open_project(folder) as project:
        run = runs.latest_run(project, "detect")
        assert run is not None
        warnings = ["The encoder sees nothing.", "Classes are small."]
        figures = {"samples": 9, "noise_rate_interval": [0.0, 1.0], "warnings": warnings}
        write_json(run.folder / "summary.json", figures)


def add_training(
    folder: Path, compared: TrainingComparison | None, metrics: dict[str, object] | None = None
) -> None:
    """A finished training; its two models differ as `compared` says, None where it made but one."""
    from lnl_gui.store.project import open_project

    with open_project(folder) as project:
        run = runs.start_run(project, FinetuneParameters())
        model = run.folder / "model"
        model.mkdir(parents=True)
        if compared is not None:
            save_comparison(model, compared)
        place = model.relative_to(folder).as_posix()
        runs.record_end(project, run.id, runs.DONE, RunResult({"model": place}, metrics or {}))


def update_dataset(project: Project, **changes: Any) -> Run:
    """A finished update that has found these fields of `DatasetChanges`."""
    run = runs.start_run(project, UpdateParameters())
    base = updates_of(project), sample_count(project)
    write_changes(run.folder, DatasetChanges(*base, **changes))
    return finish_run(project, run.id, runs.DONE, RunResult())


def add_images(folder: Path, count: int) -> None:
    """An update that has found so many more cats, which no detection has judged."""
    from lnl_gui.store.project import open_project

    with open_project(folder) as project:
        added = tuple((f"cat/new{number:03d}.png", 0, 0, None) for number in range(count))
        update_dataset(project, added=added)


def write_core_scores(folder: Path, count: int) -> None:
    """The columns that a detection cannot be without, all zero, in a run's folder."""
    for name, kind in (("suspicion", "f4"), ("suggested", "i4"), ("flagged", "?"), ("loss", "f4")):
        write_array(folder / f"{name}.npy", np.zeros(count, kind))


def make_unlabelled_project(folder: Path, *, count: int = 30, detected: bool = True) -> Path:
    """`make_project` in which every fifth sample came without a label.

    Detected, each of these is suggested the class it would have had in turn; the confidence falls
    with the row. `bird` is the last class: what an index of -1 would read.
    """
    from lnl_gui.store.project import open_project

    make_project(folder, count=count)
    without = np.arange(count) % 5 == 4
    with open_project(folder) as project:
        with project.transaction() as connection:
            connection.execute("UPDATE sample SET given = NULL WHERE id % 5 = 4")
        (project.arrays / "columns.npz").unlink()
    if detected:
        add_detection(folder)
        with open_project(folder, read_only=True) as project:
            run = runs.latest_run(project, "detect")
        assert run is not None
        found = {
            name: np.load(run.folder / f"{name}.npy")
            for name in ("suspicion", "loss", "flagged", "suggested")
        }
        arrays = {
            "suspicion": np.where(without, np.nan, found["suspicion"]),
            "loss": np.where(without, np.nan, found["loss"]),
            "flagged": found["flagged"] & ~without,
            "suggested": np.where(without, np.arange(count) % 3, found["suggested"]),
            "confidence": np.where(without, np.linspace(0.99, 0.4, count), np.nan),
            "detector-neighbours-score": np.where(without, np.nan, 0.5),
        }
        for name, values in arrays.items():
            kind = values.dtype if values.dtype.kind in "bi" else np.dtype(np.float32)
            kind = np.dtype(np.int32) if name == "suggested" else kind
            write_array(run.folder / f"{name}.npy", values.astype(kind))
    return folder
