"""Large synthetic projects in a real store, with a detect run, facts and thumbnails.

    python -m tests.benchmarks.projects FOLDER.lnl --samples 1000000

Images and thumbnails come from a small pool of drawn ones, so that a million samples fit on any
disk.
"""

import hashlib
import io
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from lnl_gui.store.dataset.column_cache import load_fixed
from lnl_gui.store.dataset.samples import insert_dataset
from lnl_gui.store.dataset.thumbnails import store_thumbnail
from lnl_gui.store.detection.scores import ORDER
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import DetectParameters, EmbedParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import Project, create_project
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.statistics.ordering import worst_first
from tests.benchmarks.measuring import parser_of

DETECTORS = ("neighbours", "confident-learning", "simifeat")
ISSUES = ("dark", "blurry", "near_duplicate")


def make_large_project(
    folder: Path,
    *,
    samples: int,
    classes: int = 100,
    noise_rate: float = 0.2,
    thumbnails: int = 200,
    seed: int = 0,
    images: bool = False,
    names: Sequence[str] = (),
) -> Path:
    """Make a project of `samples` samples of which about `noise_rate` are flagged.

    With `images` each sample has a file to train on, else only a thumbnail to look at. The classes
    are called by `names`, where there are any.
    """
    generator = np.random.default_rng(seed)
    given = np.sort(generator.integers(0, classes, samples))
    names = names or [f"class_{i:04d}" for i in range(classes)]
    root = folder.parent / "images"
    pool = [_draw_image(root, number, generator) for number in range(thumbnails)]
    with create_project(folder, root=root, reader="folders") as project:
        insert_dataset(
            project,
            class_names=names,
            split_names=["", "test", "train"],
            samples=(
                (i, f"train/{names[label]}/image_{i:07d}.jpeg", label, 1 + (i % 5 > 0), None)
                for i, label in enumerate(given.tolist())
            ),
            skipped=[],
        )
        _add_facts(project, samples, pool)
        _add_detection(project, given, classes, noise_rate, generator)
        if images:
            _link_images(project, root)
    return folder


def _link_images(project: Project, root: Path) -> None:
    """A file for each sample without the space: hard links to the pool."""
    pool, folder = sorted((root / "pool").iterdir()), root
    for row, path in enumerate(load_fixed(project).paths):
        file = root / path
        if file.parent != folder:
            folder = file.parent
            folder.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            os.link(pool[row % len(pool)], file)


def _add_facts(project: Project, samples: int, hashes: list[str]) -> None:
    facts = np.zeros(samples, [("content_hash", "S32"), ("width", "i4"), ("height", "i4")])
    facts["width"] = facts["height"] = 256
    if hashes:
        facts["content_hash"] = np.array(hashes, "S32")[np.arange(samples) % len(hashes)]
    run = runs.start_run(project, EmbedParameters())
    write_array(project.arrays / "facts.npy", facts)
    runs.record_end(project, run.id, runs.DONE, RunResult({}, {}))


def _draw_image(root: Path, number: int, generator: np.random.Generator) -> str:
    """An image in the pool and in the thumbnail cache; returns its content hash."""
    coarse = generator.integers(0, 256, (6, 6, 3), np.uint8)
    stream = io.BytesIO()
    Image.fromarray(coarse).resize((256, 256), Image.Resampling.BICUBIC).save(stream, "JPEG")
    name = hashlib.blake2b(stream.getvalue(), digest_size=16).hexdigest()
    file = root / "pool" / f"{number:03d}.jpeg"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(stream.getvalue())
    store_thumbnail(name, stream.getvalue())
    return name


def _add_detection(
    project: Project,
    given: np.ndarray,
    classes: int,
    noise_rate: float,
    generator: np.random.Generator,
) -> None:
    count = len(given)
    wrong = generator.random(count) < noise_rate
    suspicion = np.where(wrong, generator.beta(6, 2, count), generator.beta(1, 12, count))
    # Most confusions of a class go to few others, as in real data.
    other = (given + 1 + generator.geometric(0.5, count)) % classes
    suggested = np.where(wrong, other, given)
    run = runs.start_run(project, DetectParameters())
    arrays: dict[str, np.ndarray] = {
        "suspicion": suspicion.astype(np.float32),
        "suggested": suggested.astype(np.int32),
        "flagged": suspicion > 0.5,
        "loss": (-np.log1p(-suspicion)).astype(np.float32),
        "cluster": generator.integers(0, 10 * classes, count).astype(np.int32),
        "projection": generator.normal(size=(count, 2)).astype(np.float32),
        "duplicate_group": np.where(
            generator.random(count) < 0.05, generator.integers(0, count // 50 + 1, count), -1
        ).astype(np.int32),
    }
    for name in DETECTORS:
        agrees = generator.random(count) < 0.9
        arrays[f"detector-{name}-vote"] = np.where(agrees, suggested, given).astype(np.int32)
        arrays[f"detector-{name}-score"] = suspicion.astype(np.float32)
    for name in ISSUES:
        arrays[f"issue-{name}-flagged"] = generator.random(count) < 0.03
        arrays[f"issue-{name}-score"] = generator.random(count).astype(np.float32)
    for name, values in arrays.items():
        write_array(run.folder / f"{name}.npy", values)
    write_array(run.folder / f"{ORDER}.npy", worst_first(arrays["suspicion"]))
    write_json(run.folder / "detectors.json", [{"name": n, "title": n} for n in DETECTORS])
    write_json(run.folder / "issues.json", [{"name": n, "count": 0} for n in ISSUES])
    write_json(
        run.folder / "summary.json",
        {"threshold": 0.5, "noise_rate": noise_rate, "noise_rate_interval": [0.18, 0.22]},
    )
    runs.record_end(project, run.id, runs.DONE, RunResult({}, {}))


def main() -> None:
    """Make one project."""
    parser = parser_of(__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--samples", type=int, default=1_000_000)
    parser.add_argument("--classes", type=int, default=100)
    options = parser.parse_args()
    make_large_project(options.folder, samples=options.samples, classes=options.classes)


if __name__ == "__main__":
    main()
