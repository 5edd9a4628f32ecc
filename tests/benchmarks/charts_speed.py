"""Milliseconds of the window's own thread that the charts take at a million samples.

python -m tests.benchmarks.charts_speed --samples 1000000
"""

import os
import sys
import time
from collections.abc import Callable

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QApplication

from lnl_gui.gui.charts.embedding_map import EmbeddingMap
from lnl_gui.gui.charts.label_matrix import LabelMatrix
from lnl_gui.gui.charts.loss_histogram import LossHistogram
from lnl_gui.gui.charts.map_colours import COLOUR_BY, MapColumns
from lnl_gui.gui.charts.pair_table import count_pairs
from tests.benchmarks.measuring import parser_of, stopwatch

REPEATS = 5


def milliseconds(task: Callable[[], object]) -> float:
    """The least processor time of this thread over some repeats, which other load sways little."""
    best = float("inf")
    for _ in range(REPEATS):
        with stopwatch(time.thread_time) as spent:
            task()
        best = min(best, spent.processor)
    return best


def map_rows(samples: int, rng: np.random.Generator) -> list[tuple[str, float]]:
    """Times of the embedding map on blobs of points."""
    middles = 3 * rng.normal(size=(100, 2))
    points = rng.normal(size=(samples, 2)) + middles[rng.integers(0, 100, samples)]
    points = points.astype(np.float32)
    labels = rng.integers(0, 100, samples).astype(np.int32)
    columns = MapColumns(
        labels,
        np.roll(labels, 1),
        rng.random(samples, dtype=np.float32),
        rng.integers(0, 5, samples).astype(np.uint8),
        tuple(f"class {c}" for c in range(100)),
    )
    chart = EmbeddingMap()
    chart.resize(1000, 800)
    # Turned points are other points, so that the chart cannot tell that nothing changed.
    turned = iter([points[:, ::-1], points] * REPEATS)
    rows = [("map: set points", milliseconds(lambda: chart.set_points(next(turned))))]
    chart.set_columns(columns)
    for by in COLOUR_BY:
        rows.append((f"map: colour by {by}", milliseconds(lambda by=by: chart.set_colour_by(by))))
        rows.append((f"map: draw by {by}", milliseconds(chart.render_canvas)))
    turn = np.linspace(0, 2 * np.pi, 200)
    path = list(zip(500 + 250 * np.cos(turn), 400 + 200 * np.sin(3 * turn), strict=True))
    rows.append(("map: lasso of 200 corners", milliseconds(lambda: chart.take(path))))
    chart.set_selection(chart.take(path))
    rows.append(("map: draw with selection", milliseconds(chart.render_canvas)))
    rows.append(("map: nearest point", milliseconds(lambda: chart.nearest(QPointF(300, 300)))))
    return rows


def other_rows(samples: int, rng: np.random.Generator) -> list[tuple[str, float]]:
    """Times of the histogram and of the matrix with ten thousand classes."""
    losses = rng.gamma(1.0, 1.0, samples).astype(np.float32)
    histogram, matrix = LossHistogram(), LabelMatrix()
    histogram.resize(640, 320)
    matrix.resize(900, 700)
    classes = 10_000
    given, suggested = rng.integers(0, classes, (2, samples))
    suggested = np.where(rng.random(samples) < 0.8, given, suggested)
    pairs = count_pairs(given, suggested, classes=classes)
    names = [f"class {c}" for c in range(classes)]
    return [
        ("histogram: set", milliseconds(lambda: histogram.set_losses(losses, threshold=2.0))),
        ("histogram: threshold", milliseconds(lambda: histogram.set_threshold(rng.random()))),
        ("histogram: draw", milliseconds(histogram.grab)),
        (
            f"matrix: count {samples:,} labels, 10 000 classes",
            milliseconds(lambda: count_pairs(given, suggested, classes=classes)),
        ),
        (
            f"matrix: set {len(pairs[2]):,} pairs",
            milliseconds(lambda: matrix.set_pairs(*pairs, names)),
        ),
        ("matrix: draw", milliseconds(matrix.grab)),
    ]


def main(arguments: list[str]) -> None:
    parser = parser_of(__doc__)
    parser.add_argument("--samples", type=int, default=1_000_000)
    samples = parser.parse_args(arguments).samples
    application = QApplication([])
    rng = np.random.default_rng(0)
    print(f"{samples:,} samples, best of {REPEATS}, milliseconds of thread time")
    for name, duration in [*map_rows(samples, rng), *other_rows(samples, rng)]:
        print(f"{duration:9.1f}  {name}")
    application.quit()


if __name__ == "__main__":
    main(sys.argv[1:])
