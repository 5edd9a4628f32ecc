"""Figures that earlier versions recorded under other names, read as what they are called now."""

import re
from typing import Any

from lnl_gui.store.benchmark_names import DETECT

_NOISE_LAB, _FINETUNE = "noise_lab", "finetune"
_COUNTS = {"mended": "corrected", "broken": "degraded"}
"""Held-out samples that the curated labels made right and wrong."""
_NOISE = re.compile(r"(?P<kind>\w+)(?: (?P<percent>\d+) %)?")


def present_metrics(kind: str, metrics: dict[str, Any]) -> dict[str, Any]:
    """A run's figures under their present names.

    Args:
        kind: as it was recorded.
        metrics: as they were recorded.
    """
    if kind == _FINETUNE:
        return {_COUNTS.get(name, name): value for name, value in metrics.items()}
    if kind != _NOISE_LAB:
        return metrics
    renamed = {name: _noise_rows(metrics[name]) for name in ("rows", "means") if name in metrics}
    return metrics | renamed


def _noise_rows(rows: Any) -> list[dict[str, Any]]:
    """Rows that said `symmetric 20 %` and the detector's bare name; none of another shape."""
    found = []
    for row in rows if isinstance(rows, list) else []:
        named = _NOISE.fullmatch(str(row.get("noise"))) if isinstance(row, dict) else None
        if named is None:
            continue
        detector = DETECT + str(row.get("detector"))
        rate = int(named["percent"] or 0) / 100
        others = {name: value for name, value in row.items() if name not in ("noise", "detector")}
        found.append({"noise": named["kind"], "rate": rate, "method": detector} | others)
    return found
