"""What 1, 10 and 100 million images need: hours, memory and disk, from costs measured here.

    python -m tests.benchmarks.sizing --data DIR --samples 20000 100000 200000

Measured: processor seconds and bytes of an image that is embedded (the photographs in `--data`, by
the default encoder unless another is named), and of a sample that is detected, with embeddings of
768 numbers mapped from a file (synthetic, as in `bench_detect_scale`), each size in its own process
on one thread. Memory is what the process holds beside mapped pages, which the system takes back
when it needs them; where it does not tell them apart, as on Windows, all of them. The rest is
extrapolated: embedding in proportion, as it is one image after the other; detection by the line
through the two largest sizes, so that what grows faster is underestimated far beyond them.
"""

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import psutil

from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.dataset.pixels.facts import FACTS_DTYPE, SIGNATURE_SIDE
from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.encoders.loading.load import load_encoder
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.thumbnails import thumbnail_bytes
from lnl_gui.store.jobs.parameters import BUNDLED_ENCODER, EmbedParameters, ImportParameters
from lnl_gui.util.paths import CACHE_VARIABLE
from tests.benchmarks import bench_detect_scale
from tests.benchmarks.bench_detect_scale import ONE_THREAD
from tests.benchmarks.datasets import DATA
from tests.benchmarks.measuring import MarkdownTable, output_of_fresh, parser_of

MODULE = "tests.benchmarks.sizing"
WANTED = (1_000_000, 10_000_000, 100_000_000)
WIDTH = 768
GIB, KIB = 2**30, 2**10
JOINED = FACTS_DTYPE.itemsize + SIGNATURE_SIDE**2
"""Bytes of an image that the head holds while it joins the parts; embeddings it maps."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and print both tables in Markdown."""
    options = _options(arguments)
    if options.part:
        measure = _embedding if options.part == "embedding" else _detection
        print(json.dumps(measure(options)))
        return 0
    image = _fresh(options, "embedding", 0)
    print(f"Measured, {image['images']} photographs by the encoder {image['encoder']}:\n")
    table = MarkdownTable("an image takes", "")
    table.row("processor ms", f"{1000 * image['seconds']:.1f}")
    for name in ("arrays", "thumbnail", "database"):
        table.row(f"{name}, KiB on disk", f"{image[name] / KIB:.2f}")
    print(f"\nMeasured, detection of samples x {WIDTH}, {options.classes} classes:\n")
    table = MarkdownTable("samples", "processor s", "ms a sample", "GiB of memory", "KiB a sample")
    found = []
    for samples in options.samples:
        one = _fresh(options, "detection", samples)
        found.append(one)
        table.row(
            f"{samples:,}",
            f"{one['seconds']:.0f}",
            f"{1000 * one['seconds'] / samples:.2f}",
            f"{one['memory'] / GIB:.2f}",
            f"{one['memory'] / samples / KIB:.1f}",
        )
    print(f"\nExtrapolated to embeddings of {WIDTH} numbers:\n")
    _extrapolate(options, image, found)
    return 0


def _extrapolate(
    options: argparse.Namespace, image: dict[str, Any], found: list[dict[str, Any]]
) -> None:
    table = MarkdownTable(
        "images",
        f"embedding, hours on {options.cores} cores",
        "detection, hours on one core",
        "detection, GiB of memory",
        "embedding, GiB of memory",
        "embeddings, GiB",
        "other arrays and database, GiB",
        "thumbnails, GiB",
    )
    # Arrays of an embedding of the measured width, less that, plus one of the wanted width.
    other = image["arrays"] - 2 * image["width"] + image["database"]
    for count in WANTED:
        table.row(
            f"{count:,}",
            f"{count * image['seconds'] / options.cores / 3600:,.1f}",
            f"{_line(found, 'seconds', count) / 3600:,.1f}",
            f"{_line(found, 'memory', count) / GIB:,.0f}",
            f"{JOINED * count / GIB:,.0f}",
            f"{2 * WIDTH * count / GIB:,.1f}",
            f"{other * count / GIB:,.1f}",
            f"{image['thumbnail'] * count / GIB:,.1f}",
        )


def _line(found: list[dict[str, Any]], name: str, count: int) -> float:
    """The value at a size, by the line through the two largest that were measured."""
    sizes, values = ([one[key] for one in found[-2:]] for key in ("samples", name))
    if len(found) < 2:
        return values[0] * count / sizes[0]
    slope = (values[1] - values[0]) / (sizes[1] - sizes[0])
    return values[1] + slope * (count - sizes[1])


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = parser_of(__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--samples", type=int, nargs="+", default=[20_000, 100_000, 200_000])
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--encoder", default=BUNDLED_ENCODER)
    parser.add_argument("--cores", type=int, default=64, help="of all nodes together")
    parser.add_argument("--part", choices=("embedding", "detection"), help="for itself")
    return parser.parse_args(arguments)


def _fresh(options: argparse.Namespace, part: str, samples: int) -> dict[str, Any]:
    given = ["--data", str(options.data), "--encoder", options.encoder, "--part", part]
    given += ["--classes", str(options.classes), "--samples", str(samples)]
    printed = output_of_fresh(MODULE, *given, environment=ONE_THREAD)
    found: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return found


def _embedding(options: argparse.Namespace) -> dict[str, Any]:
    """Costs of an image, without those of converting the encoder."""
    with tempfile.TemporaryDirectory() as place:
        # One's own: all thumbnails in it are of these images.
        os.environ[CACHE_VARIABLE] = str(Path(place) / "cache")
        load_encoder(options.encoder, device="cpu", threads=1)
        project = Path(place) / "sized.lnl"
        import_dataset(ImportParameters(str(options.data / "clothing"), str(project)), quiet=True)
        database = (project / "project.db").stat().st_size
        with Session.open(project) as session:
            parameters = EmbedParameters(encoders=(options.encoder,), device="cpu")
            start = time.process_time()
            metrics = run_job(session, parameters, quiet=True, threads=1).metrics
            first = time.process_time() - start
            count = int(metrics["samples"])
        arrays = sum(file.stat().st_size for file in (project / "arrays").iterdir())
        vectors = np.load(project / "arrays" / f"embedding-{options.encoder}.npy", mmap_mode="r")
        return {
            "images": count,
            "encoder": options.encoder,
            "width": int(vectors.shape[1]),
            "seconds": first / count,
            "arrays": arrays / count,
            "database": database / count,
            "thumbnail": thumbnail_bytes() / count,
        }


class _Held:
    """Most bytes that the process held beside mapped files, over what there was before it."""

    def __enter__(self) -> "_Held":
        self._process, self._stop = psutil.Process(), threading.Event()
        self._before = self._highest = self._now()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _now(self) -> int:
        found = self._process.memory_info()
        return int(found.rss - getattr(found, "shared", 0))

    def _watch(self) -> None:
        while not self._stop.wait(0.02):
            self._highest = max(self._highest, self._now())

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self.bytes = self._highest - self._before


def _detection(options: argparse.Namespace) -> dict[str, Any]:
    """Costs of a detection whose embedding is mapped from a file."""
    words = ["--samples", *map(str, options.samples), "--classes", str(options.classes)]
    made = bench_detect_scale.options_of([*words, "--dimensions", str(WIDTH)])
    embedding, _, given = bench_detect_scale.drawn(made)
    with tempfile.TemporaryDirectory() as place:
        file = Path(place) / "embedding.npy"
        np.save(file, embedding)
        del embedding
        mapped = np.load(file, mmap_mode="r")
        with _Held() as held:
            start = time.process_time()
            find_suspects(DetectionInput([mapped], given, number_of_classes=options.classes))
            seconds = time.process_time() - start
        del mapped  # Windows deletes no mapped file
    return {"samples": options.samples[0], "seconds": seconds, "memory": held.bytes}


if __name__ == "__main__":
    sys.exit(main())
