"""Time of `lnl-gui update` on many small files: nothing changed, some moved, all to be read.

`python -m tests.benchmarks.bench_update --count 20000 --moved 1000`. The files are no real images:
an update looks at names, sizes, times and bytes, never at pixels. What an embedding leaves is
written by hand.
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
import psutil

from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.dataset.pixels.facts import FACTS_DTYPE
from lnl_gui.pipeline.datasets.matching.content import content_hashes, file_stats
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.arrays import FILE_STATS
from lnl_gui.store.jobs.parameters import EmbedParameters, ImportParameters, UpdateParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import write_json

CLASSES = 10


def make_files(root: Path, count: int) -> None:
    """`count` files of 2 kB in ten class folders, each of its own content."""
    generator = np.random.default_rng(0)
    for label in range(CLASSES):
        (root / f"class {label}").mkdir(parents=True)
    for number in range(count):
        data = generator.bytes(2048)
        (root / f"class {number % CLASSES}" / f"{number:06d}.png").write_bytes(data)


def record_embedding(project: Path) -> None:
    """What an embedding leaves: content hashes, and the files' sizes and times."""
    with Session.open(project) as session:
        files = [Path(session.dataset_root / file) for file in session.columns.files]
        facts = np.zeros(len(files), FACTS_DTYPE)
        facts["content_hash"] = content_hashes(files)
        write_array(project / "arrays" / "facts.npy", facts)
        write_array(project / FILE_STATS, file_stats(files))
        run = session.runs.start(EmbedParameters())
        write_json(run.folder / "unreadable.json", {})
        session.runs.finish(run.id, "done", RunResult())


def move(root: Path, count: int, *, touch: bool) -> None:
    """Rename files and put them into a deeper folder."""
    files = sorted(root.rglob("*.png"))[:count]
    for file in files:
        target = file.parent / "moved" / f"new {file.name}"
        target.parent.mkdir(exist_ok=True)
        file.rename(target)
        if touch:
            target.touch()


def timed(project: Path) -> tuple[float, dict[str, int]]:
    """Seconds of an update, from opening the project to its being recorded, and its figures."""
    started = time.perf_counter()
    with Session.open(project) as session:
        metrics = run_job(session, UpdateParameters(), quiet=True).metrics
    return time.perf_counter() - started, metrics


def main() -> None:
    """Print one line a case."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--moved", type=int, default=1_000)
    options = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="bench-update."))
    try:
        root, project = place / "data", place / "data.lnl"
        make_files(root, options.count)
        started = time.perf_counter()
        import_dataset(ImportParameters(str(root), str(project)), quiet=True)
        print(f"import              {time.perf_counter() - started:7.2f} s")
        record_embedding(project)
        show("nothing changed", project)
        move(root, options.moved, touch=False)
        show(f"{options.moved} moved", project)
        move(root, options.moved, touch=True)
        show(f"{options.moved} moved, copied", project)
        (project / FILE_STATS).unlink()
        show("all read", project)
        print(f"memory at the end   {psutil.Process().memory_info().rss / 1e6:7.0f} MB")
    finally:
        shutil.rmtree(place)


def show(name: str, project: Path) -> None:
    """Run and print one case."""
    seconds, metrics = timed(project)
    figures = {key: metrics[key] for key in ("added", "moved", "missing", "content_changed")}
    print(f"{name:19} {seconds:7.2f} s  {figures}", flush=True)


if __name__ == "__main__":
    main()
