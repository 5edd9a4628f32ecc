"""Time and memory of the consensus against cross-validated logistic regression, in one run.

    python -m tests.benchmarks.bench_detect_scale --samples 12500 25000 50000

Synthetic: one Gaussian cluster a class in float16, a share of the labels wrong. Variances fall as
1 / rank^`--decay`; on photographs embedded with the bundled encoder the exponent is .95. With 0
they are alike, which solvers find easy and no encoder gives. Everything runs on one thread and is
measured in processor seconds, which other programs on the machine hardly change.
Each part runs in a process of its own, so that its peak memory is its own.

The baseline is what cleanlab's documentation does: scikit-learn's logistic regression, its strength
chosen by out-of-fold likelihood over `--regularisations`, predictions over `--folds`. Only
`--measured-folds` folds of each strength are fitted; the rest is reckoned as those times the
number of folds, and said so.
"""

import argparse
import json
import sys
import threading
import time
import warnings
from collections.abc import Sequence
from typing import Any

import numpy as np
import psutil
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.model_selection import StratifiedKFold

from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.detection_input import DetectionInput
from tests.benchmarks.measuring import MarkdownTable, output_of_fresh, parser_of

ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "OMP_WAIT_POLICY": "PASSIVE",
}
_CHUNK = 5000
_CENTRE_DIRECTIONS = 40
_SPREAD = 0.52
"""Of the centres, in deviations of the leading directions: classes as hard as photographs' are."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print a table in Markdown; the last line is the ratio."""
    options = options_of(arguments)
    if options.part:
        measure = _consensus if options.part == "consensus" else _logistic_regression
        print(json.dumps(measure(options)))
        return 0
    table = MarkdownTable(
        "samples",
        "consensus s",
        "after verdicts s",
        "peak MiB over the data",
        "precision",
        "recall",
    )
    found = {}
    for samples in options.samples:
        found = _in_own_process(options, "consensus", samples)
        seconds = (f"{found[name]:.1f}" for name in ("cold", "warm"))
        shares = (f"{found[name]:.3f}" for name in ("precision", "recall"))
        table.row(f"{samples:,}", *seconds, f"{found['memory']:.0f}", *shares)
    if not options.regularisations:
        return 0
    baseline = _in_own_process(options, "logistic_regression", options.samples[-1])
    print(f"\n{options.samples[-1]:,} samples, logistic regression:")
    for entry in baseline["strengths"]:
        seconds = ", ".join(f"{value:.1f}" for value in entry["seconds"])
        print(
            f"- C = {entry['c']:g}: {seconds} s a measured fold, {entry['iterations']} iterations,"
            f" log-loss {entry['log_loss']:.3f}; {options.folds} folds"
            f" {'reckoned' if len(entry['seconds']) < options.folds else 'measured'}"
            f" {entry['total']:.0f} s"
        )
    total = sum(entry["total"] for entry in baseline["strengths"])
    print(f"Altogether {total:.0f} s, {total / found['cold']:.1f} times the consensus.")
    return 0


def options_of(arguments: Sequence[str] | None) -> argparse.Namespace:
    """The options of the script."""
    parser = parser_of(__doc__)
    parser.add_argument("--samples", type=int, nargs="+", default=[50_000])
    parser.add_argument("--dimensions", type=int, default=1280)
    parser.add_argument("--classes", type=int, default=10)
    parser.add_argument("--decay", type=float, default=1.0)
    parser.add_argument("--noise", type=float, default=0.2)
    parser.add_argument("--verdicts", type=int, default=500)
    parser.add_argument(
        "--regularisations", type=float, nargs="*", default=[0.001, 0.01, 0.1, 1.0, 10.0]
    )
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--measured-folds", type=int, default=1)
    parser.add_argument("--most-iterations", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--part", choices=("consensus", "logistic_regression"), help="for itself")
    return parser.parse_args(arguments)


def _in_own_process(options: argparse.Namespace, part: str, samples: int) -> dict[str, Any]:
    given = [
        text
        for name, value in vars(options).items()
        if name not in ("part", "samples")
        for text in (
            f"--{name.replace('_', '-')}",
            *map(str, value if type(value) is list else [value]),
        )
    ]
    arguments = [*given, "--part", part, "--samples", str(samples)]
    printed = output_of_fresh(
        "tests.benchmarks.bench_detect_scale", *arguments, environment=ONE_THREAD
    )
    found: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return found


def drawn(options: argparse.Namespace) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Embeddings (N, D) float16, true and given labels (N,) int32."""
    samples, generator = options.samples[0], np.random.default_rng(options.seed)
    width = options.dimensions
    scale = np.arange(1, width + 1, dtype=np.float32) ** (-options.decay / 2)
    scale /= np.sqrt((scale**2).mean())
    turn = np.linalg.qr(generator.normal(size=(width, width)))[0].astype(np.float32)
    centres = _SPREAD * scale * generator.normal(size=(options.classes, width))
    centres[:, _CENTRE_DIRECTIONS:] = 0
    truth = generator.integers(0, options.classes, samples).astype(np.int32)
    embedding = np.empty((samples, width), np.float16)
    for start in range(0, samples, _CHUNK):
        part = centres[truth[start : start + _CHUNK]].astype(np.float32)
        part += scale * generator.standard_normal(part.shape, np.float32)
        embedding[start : start + _CHUNK] = part @ turn
    moved = generator.integers(1, options.classes, samples)
    wrong = generator.random(samples) < options.noise
    return embedding, truth, np.where(wrong, (truth + moved) % options.classes, truth).astype("i4")


class _Peak:
    """Highest resident memory in MiB while the block runs, over what there was before it."""

    def __enter__(self) -> "_Peak":
        self._process, self._stop = psutil.Process(), threading.Event()
        self._before = self._highest = self._process.memory_info().rss
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def _watch(self) -> None:
        while not self._stop.wait(0.02):
            self._highest = max(self._highest, self._process.memory_info().rss)

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self.mebibytes = (self._highest - self._before) / 2**20


def _consensus(options: argparse.Namespace) -> dict[str, Any]:
    embedding, truth, given = drawn(options)
    wrong = truth != given
    with _Peak() as peak:
        start = time.process_time()
        first = find_suspects(DetectionInput([embedding], given, number_of_classes=options.classes))
        cold = time.process_time() - start
    verdicts = np.full(len(given), -1, np.int32)
    rows = np.argsort(-first.suspicion)[: options.verdicts]
    verdicts[rows] = truth[rows]
    start = time.process_time()
    find_suspects(
        DetectionInput(
            [embedding], given, number_of_classes=options.classes, verdict_labels=verdicts
        ),
        warm_start=first.warm_start,
    )
    hits = int((first.flagged & wrong).sum())
    return {
        "cold": cold,
        "warm": time.process_time() - start,
        "memory": peak.mebibytes,
        "precision": hits / max(int(first.flagged.sum()), 1),
        "recall": hits / max(int(wrong.sum()), 1),
    }


def _logistic_regression(options: argparse.Namespace) -> dict[str, Any]:
    embedding, _, given = drawn(options)
    matrix = embedding.astype(np.float32)
    matrix = (matrix - matrix.mean(axis=0)) / matrix.std(axis=0)
    folds = list(StratifiedKFold(options.folds).split(matrix, given))[: options.measured_folds]
    strengths = []
    for strength in options.regularisations:
        seconds, losses, iterations = [], [], 0
        for inside, outside in folds:
            start = time.process_time()
            model = LogisticRegression(C=strength, max_iter=options.most_iterations)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)
                model.fit(matrix[inside], given[inside])
            held_out = model.predict_proba(matrix[outside])
            seconds.append(time.process_time() - start)
            losses.append(log_loss(given[outside], held_out))
            iterations = int(model.n_iter_.max())
        strengths.append(
            {
                "c": strength,
                "seconds": seconds,
                "iterations": iterations,
                "log_loss": float(np.mean(losses)),
                "total": options.folds * float(np.mean(seconds)),
            }
        )
    return {"strengths": strengths}


if __name__ == "__main__":
    sys.exit(main())
