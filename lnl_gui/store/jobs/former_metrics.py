"""Figures that earlier versions recorded under other names, read as what they are called now."""

import re
from typing import Any

from lnl_gui.store.jobs.benchmark_names import DETECT
from lnl_gui.store.jobs.parameters import LEFT_OUT, SUGGESTED

_NOISE_LAB, _NOISE_TEST, _FINETUNE, _EXPORT = "noise_lab", "noise_test", "finetune", "export"
_KINDS = {"symmetric": "symmetric_exclusive", "instance": "instance_xia"}
"""Kinds of noise that were called so when there was one form of each."""
_FAVOURED = ("difference", "difference_interval", "mended", "broken", "corrected", "degraded")
"""What was said of the gain when the held-out samples were those that no detector doubted."""
_NOISE = re.compile(r"(?P<kind>\w+)(?: (?P<percent>\d+) %)?")


def present_metrics(kind: str, metrics: dict[str, Any]) -> dict[str, Any]:
    """A run's figures under their present names.

    Args:
        kind: as it was recorded.
        metrics: as they were recorded.
    """
    if kind == _FINETUNE:
        return _training(metrics)
    if kind not in (_NOISE_LAB, _NOISE_TEST):
        return metrics
    read = _noise_rows if kind == _NOISE_LAB else _named_rows
    renamed = {name: read(metrics[name]) for name in ("rows", "means") if name in metrics}
    return metrics | renamed


def _training(metrics: dict[str, Any]) -> dict[str, Any]:
    """Without a difference that was measured on samples which favoured cleaning."""
    if "difference" not in metrics or "difference_kind" in metrics:
        return metrics
    return {name: value for name, value in metrics.items() if name not in _FAVOURED}


def present_parameters(kind: str, parameters: dict[str, Any]) -> dict[str, Any]:
    """A run's parameters under their present names.

    Args:
        kind: as it was recorded.
        parameters: as they were recorded.
    """
    if kind in (_NOISE_LAB, _NOISE_TEST) and isinstance(parameters.get("noises"), list | tuple):
        return parameters | {"noises": [_noise_text(str(text)) for text in parameters["noises"]]}
    if kind == _EXPORT and "model_format" in parameters:
        others = {name: value for name, value in parameters.items() if name != "model_format"}
        form = parameters["model_format"]
        return others | {"model_formats": [] if form == "none" else [form]}
    if kind != _FINETUNE or "use_suggestions" not in parameters:
        return parameters
    others = {name: value for name, value in parameters.items() if name != "use_suggestions"}
    return others | {"unreviewed": SUGGESTED if parameters["use_suggestions"] else LEFT_OUT}


def _noise_text(text: str) -> str:
    name, colon, rate = text.partition(":")
    return _KINDS.get(name, name) + colon + rate


def _named_rows(rows: Any) -> list[Any]:
    """Rows whose noise is called as it is now; those of another shape as they are."""
    return [
        row | {"noise": _KINDS.get(row["noise"], row["noise"])}
        if isinstance(row, dict) and isinstance(row.get("noise"), str)
        else row
        for row in (rows if isinstance(rows, list) else [])
    ]


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
        kind = _KINDS.get(named["kind"], named["kind"])
        found.append({"noise": kind, "rate": rate, "method": detector} | others)
    return found
