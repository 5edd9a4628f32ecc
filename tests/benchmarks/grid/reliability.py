"""How far stated suspicion agrees with the true share of wrong labels, as numbers and as a plot."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from lnl_gui.learn.bench.findings import Finding
from lnl_gui.learn.bench.label_set import LabelSet

EDGES = (0.0, 0.01, 0.03, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
"""Bins of suspicion; narrow where most samples are."""
SIDE, MARGIN = 360, 50
COLOURS = ("#1b6ca8", "#c0562b", "#3a7d44", "#7a4b94")


@dataclass(frozen=True)
class Reliability:
    """Suspicion against truth on one label set, B bins.

    Attributes:
        dataset, noise, rate, seed: of the label set.
        counts: samples in each bin.
        stated: sum of their suspicion.
        wrong: how many of them are wrong.
    """

    dataset: str
    noise: str
    rate: float
    seed: int
    counts: list[int]
    stated: list[float]
    wrong: list[int]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)

    @staticmethod
    def from_dict(values: dict[str, Any]) -> "Reliability":
        """From the JSON form."""
        return Reliability(**values)


@dataclass(frozen=True)
class Bin:
    """Samples of alike suspicion over many label sets.

    Attributes:
        low, high: of the bin.
        count: samples.
        stated: their mean suspicion.
        true: share of them that is wrong.
    """

    low: float
    high: float
    count: int
    stated: float
    true: float


def reliability(labels: LabelSet, found: Finding) -> Reliability:
    """Count samples, suspicion and errors by bins of suspicion; unjudged samples are left out."""
    known = np.isfinite(found.suspicion)
    suspicion = found.suspicion[known].astype(np.float64)
    at = np.clip(np.digitize(suspicion, EDGES) - 1, 0, len(EDGES) - 2)
    bins = len(EDGES) - 1
    return Reliability(
        labels.data.name,
        labels.noise.kind,
        labels.noise.rate,
        labels.seed,
        np.bincount(at, minlength=bins).tolist(),
        np.bincount(at, suspicion, minlength=bins).tolist(),
        np.bincount(at, labels.wrong[known], minlength=bins).astype(int).tolist(),
    )


def pooled(entries: Sequence[Reliability]) -> list[Bin]:
    """Bins that hold samples, over all label sets together."""
    counts = np.sum([entry.counts for entry in entries], axis=0)
    stated = np.sum([entry.stated for entry in entries], axis=0)
    wrong = np.sum([entry.wrong for entry in entries], axis=0)
    return [
        Bin(EDGES[b], EDGES[b + 1], int(counts[b]), stated[b] / counts[b], wrong[b] / counts[b])
        for b in np.flatnonzero(counts)
    ]


def calibration_error(bins: Sequence[Bin]) -> float:
    """Expected calibration error: mean distance of stated and true, weighed by samples."""
    total = sum(entry.count for entry in bins)
    return sum(entry.count * abs(entry.stated - entry.true) for entry in bins) / total


def as_svg(curves: dict[str, Sequence[Bin]]) -> str:
    """A reliability diagram: a curve for each name, the diagonal is what is right."""

    def place(stated: float, true: float) -> tuple[float, float]:
        return MARGIN + SIDE * stated, MARGIN + SIDE * (1 - true)

    width = SIDE + 2 * MARGIN
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {width}" '
        'font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{width}" fill="white"/>',
        f'<rect x="{MARGIN}" y="{MARGIN}" width="{SIDE}" height="{SIDE}" fill="none" '
        'stroke="#999"/>',
        f'<path d="M{MARGIN} {MARGIN + SIDE} L{MARGIN + SIDE} {MARGIN}" stroke="#999" '
        'stroke-dasharray="4"/>',
        f'<text x="{width / 2}" y="{width - 12}" text-anchor="middle">suspicion stated</text>',
        f'<text x="14" y="{width / 2}" text-anchor="middle" '
        f'transform="rotate(-90 14 {width / 2})">share truly wrong</text>',
    ]
    for tick in (0.0, 0.5, 1.0):
        x, y = place(tick, tick)
        parts.append(f'<text x="{x}" y="{MARGIN + SIDE + 16}" text-anchor="middle">{tick}</text>')
        parts.append(f'<text x="{MARGIN - 6}" y="{y + 4}" text-anchor="end">{tick}</text>')
    for at, (name, bins) in enumerate(curves.items()):
        colour = COLOURS[at % len(COLOURS)]
        points = [place(entry.stated, entry.true) for entry in bins]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        parts.append(
            f'<text x="{MARGIN + 10}" y="{MARGIN + 20 + 18 * at}" fill="{colour}">{name}</text>'
        )
    return "\n".join([*parts, "</svg>"])
