"""Embedding on a Ray cluster of two nodes on this machine, one of them killed midway.

    python -m tests.benchmarks.bench_cluster --data DIR --out DIR

Needs `pip install "lnl-gui[cluster]"`. The nodes are raylets with one CPU each, the head has none
(`ray.cluster_utils.Cluster`). First the plain path and then the cluster embed `--images` images,
while one node is killed at 40 % of the parts: the arrays must be the same bytes, and each part is
written once. Then the plain path with one and two threads, and the cluster with one and two nodes,
embed `--timed` images, each in turn so often as `--rounds` says. Processor time is that of all
processes, sampled twice a second, because other programs may share the cores; the rate is that
between the first and the last part, so that starts are left out.
"""

import argparse
import filecmp
import os
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from PIL import Image, ImageOps

from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.encoders.embedding import PART_SIZE
from lnl_gui.pipeline.cluster.ray_start import import_ray
from lnl_gui.pipeline.embedding import embed
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import EmbedParameters, ImportParameters
from lnl_gui.util.cluster import CLUSTER_VARIABLE
from tests.benchmarks.datasets import DATA
from tests.benchmarks.measuring import MarkdownTable, parser_of

STORE = 300 << 20
"""Bytes of each node's object store."""
SHARE = 0.4
"""Of the parts, after which a node is killed."""


def make_images(data: Path, folder: Path, count: int) -> Path:
    """`count` images of 32 x 32 in ten folders: those of CIFAR-10, then mirrored ones."""
    files = sorted((data / "cifar10n-train" / "images").glob("*.png"))
    files += sorted((data / "cifar10n-test" / "images").glob("*.png"))
    for number in range(count):
        target = folder / f"class {number % 10}" / f"{number:06d}.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        source = files[number % len(files)]
        if number < len(files):
            shutil.copyfile(source, target)
        else:
            ImageOps.mirror(Image.open(source)).save(target)
    return folder


@dataclass
class Spent:
    """What an embedding took."""

    seconds: float = 0.0
    processor: float = 0.0
    parts: list[tuple[int, float]] = field(default_factory=list)
    """First row and the moment it was written, in that order."""

    @property
    def rate(self) -> float:
        """Images a second between the first and the last part."""
        done = sorted(moment for _, moment in self.parts)
        return (len(done) - 1) * PART_SIZE / (done[-1] - done[0])


class ProcessorTime:
    """Processor seconds of this process and all below it, also of those that have ended."""

    def __init__(self) -> None:
        self._seconds: dict[int, float] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample)

    def __enter__(self) -> "ProcessorTime":
        self._look()
        self._before = sum(self._seconds.values())
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._look()

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return sum(self._seconds.values()) - self._before

    def _sample(self) -> None:
        while not self._stop.wait(0.5):
            self._look()

    def _look(self) -> None:
        own = psutil.Process()
        for process in (own, *own.children(recursive=True)):
            try:
                times = process.cpu_times()
            except psutil.Error:
                continue
            self._seconds[process.pid] = times.user + times.system


@contextmanager
def cluster_of(nodes: int) -> Iterator[tuple[Any, list[Any]]]:
    """A cluster on this machine: a head without CPU, and nodes of one CPU each."""
    import_ray()
    from ray.cluster_utils import Cluster

    head = {"num_cpus": 0, "include_dashboard": False, "object_store_memory": STORE}
    cluster = _patiently(lambda: Cluster(initialize_head=True, head_node_args=head))
    try:
        node = {"num_cpus": 1, "object_store_memory": STORE}
        found = [_patiently(lambda: cluster.add_node(**node)) for _ in range(nodes)]
        yield cluster, found
    finally:
        cluster.shutdown()


def _patiently(start: Callable[[], Any]) -> Any:
    """Ray waits 30 s for a raylet, which is too short where other programs have the cores."""
    for _ in range(5):
        try:
            return start()
        except Exception as error:
            print(f"once more: {error}", file=sys.stderr)
    return start()


def embed_all(project: Path, *, threads: int | None = None, cluster: str = "") -> Spent:
    """Embed a project here or on a cluster."""
    spent = Spent()
    save = embed.save_part

    def noted(parts: Path, part: Any) -> None:
        save(parts, part)
        spent.parts.append((part.start, time.monotonic()))

    os.environ[CLUSTER_VARIABLE] = cluster
    embed.save_part = noted
    try:
        with Session.open(project) as session, ProcessorTime() as processor:
            began = time.monotonic()
            parameters = EmbedParameters(encoders=("bundled-fast",), device="cpu")
            run_job(session, parameters, quiet=True, threads=threads)
            spent.seconds = time.monotonic() - began
        spent.processor = processor.seconds
    finally:
        embed.save_part = save
    return spent


def project_of(images: Path, folder: Path) -> Path:
    """A new project of these images."""
    shutil.rmtree(folder, ignore_errors=True)
    import_dataset(ImportParameters(str(images), str(folder)), quiet=True)
    return folder


def kill_midway(project: Path, parts: int, cluster: Any, node: Any, killed: list[float]) -> None:
    """Kill a node as its machine would die, once a share of the parts is there."""
    while len(list(project.glob("runs/*/parts/*/*.npz"))) < SHARE * parts:
        time.sleep(0.05)
    killed.append(time.monotonic())
    cluster.remove_node(node, allow_graceful=False)


def survive(images: Path, out: Path, count: int) -> None:
    """The same bytes, with a node killed midway."""
    plain, spread = project_of(images, out / "plain.lnl"), out / "spread.lnl"
    shutil.rmtree(spread, ignore_errors=True)
    shutil.copytree(plain, spread)
    here = embed_all(plain)
    print(f"plain path: {here.seconds:.0f} s", file=sys.stderr)
    parts = -(-count // PART_SIZE)
    killed: list[float] = []
    with cluster_of(2) as (cluster, nodes):
        killer = threading.Thread(
            target=kill_midway, args=(spread, parts, cluster, nodes[1], killed), daemon=True
        )
        killer.start()
        there = embed_all(spread, cluster=cluster.address)
        killer.join()
    table = MarkdownTable("", "seconds", "processor s", "parts", "parts written twice", "rows")
    for name, spent in (("plain path", here), ("two nodes, one killed", there)):
        written = Counter(start for start, _ in spent.parts)
        twice = sum(times > 1 for times in written.values())
        figures = (f"{spent.seconds:.0f}", f"{spent.processor:.0f}", str(len(written)), str(twice))
        table.row(name, *figures, str(count))
    after = sum(moment > killed[0] for _, moment in there.parts)
    print(f"killed after {len(there.parts) - after} of {parts} parts\n")
    files = sorted(p.relative_to(plain) for p in (plain / "arrays").iterdir())
    _, different, missing = filecmp.cmpfiles(plain, spread, map(str, files), shallow=False)
    print(f"{len(files)} arrays compared: different {different}, missing {missing}\n", flush=True)


def compare(images: Path, out: Path, rounds: int) -> None:
    """Rates of the plain path and of the cluster."""
    table = MarkdownTable("", "images a second", "processor ms an image", "seconds with the start")

    def told(name: str, spent: Spent) -> None:
        count = len(list(images.rglob("*.png")))
        cost = f"{1000 * spent.processor / count:.1f}"
        table.row(name, f"{spent.rate:.0f}", cost, f"{spent.seconds:.0f}")

    for _ in range(rounds):
        for workers in (1, 2):
            project = project_of(images, out / "timed.lnl")
            told(f"plain path, {workers} threads", embed_all(project, threads=workers))
            with cluster_of(workers) as (cluster, _nodes):
                project = project_of(images, out / "timed.lnl")
                told(f"cluster, {workers} nodes", embed_all(project, cluster=cluster.address))


def main() -> None:
    """Run what is asked for."""
    parser = parser_of(__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--images", type=int, default=10_000)
    parser.add_argument("--timed", type=int, default=3 * 1024, help="0 leaves the rates out")
    parser.add_argument("--rounds", type=int, default=1)
    options: argparse.Namespace = parser.parse_args()
    out: Path = options.out
    if options.images:
        images = make_images(options.data, out / f"images-{options.images}", options.images)
        survive(images, out, options.images)
    if options.timed:
        images = make_images(options.data, out / f"images-{options.timed}", options.timed)
        compare(images, out, options.rounds)


if __name__ == "__main__":
    main()
