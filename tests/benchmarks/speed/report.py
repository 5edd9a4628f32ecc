"""The table in Markdown, the figures in JSON, the growth as a picture, the machine described."""

import json
import os
import platform
import subprocess
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

import psutil

from lnl_gui.util.process.cores import available_cores
from tests.benchmarks.measuring import REPOSITORY
from tests.benchmarks.speed.growth import Point
from tests.benchmarks.speed.measures import Measure

_PACKAGES = ("numpy", "pillow", "torch", "openvino", "scikit-learn", "numba")
_COLOURS = {"detection": "#1f77b4", "neighbours": "#d62728", "map": "#9467bd"}


def machine() -> dict[str, Any]:
    """What the figures were taken on."""
    return {
        "processor": _processor(),
        "cores": available_cores(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30),
        "system": platform.platform(),
        "python": platform.python_version(),
        "load": [round(value, 1) for value in os.getloadavg()] if hasattr(os, "getloadavg") else [],
        "packages": {name: metadata.version(name) for name in _PACKAGES},
        "commit": _commit(),
    }


def _commit() -> str:
    """The checkout's commit; empty where there is no git, as on a bare machine."""
    command = ["git", "rev-parse", "--short", "HEAD"]
    try:
        found = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True)
    except OSError:
        return ""
    return found.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.partition(":")[2].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def markdown(measures: Sequence[Measure], points: Sequence[Point], about: dict[str, Any]) -> str:
    """The whole report.

    Args:
        measures: rows of the first table.
        points: of the second one.
        about: the machine.
    """
    lines = [
        "# Speed",
        "",
        f"{about['processor']}, {about['cores']} cores, {about['memory_gib']} GiB,"
        f" {about['system']}, Python {about['python']}, commit {about['commit']},"
        f" load {about['load']}.",
        "Milliseconds of the processor; floor and path took turns in one run.",
        "",
        "| path | what | ms | floor | ms | floor / path | clock ms | |",
        "| --- | --- | ---: | --- | ---: | ---: | ---: | --- |",
    ]
    for found in measures:
        name = f"*{found.what}*" if found.peer else found.what
        note = found.note.replace("|", "\\|")
        if not found.ran:
            lines.append(f"| {found.path} | {name} | - | | - | - | - | {note} |")
            continue
        lines.append(
            f"| {found.path} | {name} | {found.ours:.2f} | {found.floor_name} | {found.floor:.2f} |"
            f" {found.share:.0%} | {found.clock:.2f} | {note} |"
        )
    if points:
        lines += [
            "",
            "| path | samples | CPU s | clock s | peak MiB over the data |",
            "| --- | ---: | ---: | ---: | ---: |",
        ]
        lines += [
            f"| {p.path} | {p.samples:,} | {p.seconds:.1f} | {p.clock:.1f} | {p.mebibytes:.0f} |"
            for p in points
        ]
    return "\n".join([*lines, ""])


def write_report(
    folder: Path, measures: Sequence[Measure], points: Sequence[Point], about: dict[str, Any]
) -> None:
    """Write `speed.md`, `speed.json` and `growth.svg`.

    Args:
        folder: to write to.
        measures: rows of the first table.
        points: of the second one.
        about: the machine.
    """
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "speed.md").write_text(markdown(measures, points, about), encoding="utf-8")
    found = {
        "machine": about,
        "measures": [each.as_json() for each in measures],
        "growth": [point.as_json() for point in points],
    }
    (folder / "speed.json").write_text(json.dumps(found, indent=1), encoding="utf-8")
    if points:
        (folder / "growth.svg").write_text(growth_picture(points), encoding="utf-8")


def growth_picture(points: Sequence[Point]) -> str:
    """Seconds over samples, both logarithmic, as an SVG, for which nothing need be installed.

    Args:
        points: of one or more paths.
    """
    import math

    width, height, margin = 640, 400, 60
    xs = [math.log10(p.samples) for p in points]
    ys = [math.log10(max(p.seconds, 1e-3)) for p in points]
    left, right, low, high = min(xs), max(xs) + 1e-9, math.floor(min(ys)), math.ceil(max(ys)) + 1e-9

    def at(x: float, y: float) -> tuple[float, float]:
        return (
            margin + (x - left) / (right - left) * (width - 2 * margin),
            height - margin - (y - low) / (high - low) * (height - 2 * margin),
        )

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        ' font-family="sans-serif" font-size="12">',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{margin}" y="24">CPU seconds over samples</text>',
    ]
    for power in range(int(low), int(high) + 1):
        x, y = at(left, power)
        parts.append(
            f'<line x1="{x}" y1="{y:.1f}" x2="{width - margin}" y2="{y:.1f}" stroke="#ddd"/>'
        )
        parts.append(f'<text x="{x - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    for samples in sorted({p.samples for p in points}):
        x, y = at(math.log10(samples), low)
        parts.append(f'<text x="{x:.1f}" y="{y + 18:.1f}" text-anchor="middle">{samples:,}</text>')
    for number, path in enumerate(dict.fromkeys(p.path for p in points)):
        own = [(x, y) for p, x, y in zip(points, xs, ys, strict=True) if p.path == path]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*each) for each in own))
        colour = _COLOURS.get(path, "#2ca02c")
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        place = f'x="{width - 150}" y="{40 + 16 * number}"'
        parts.append(f'<text {place} fill="{colour}">{path}</text>')
    return "\n".join([*parts, "</svg>", ""])
