"""What `lnl-gui review` prints: chosen samples, and what reviewers disagree on."""

import json
from typing import Any

import numpy as np

from lnl_gui.cli.verbs.merge import decision
from lnl_gui.session.session import Session
from lnl_gui.store.detection.scores import Spread, load_spread
from lnl_gui.util.messages import in_english
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import one_line


def print_disagreements(session: Session, *, as_json: bool) -> None:
    """Print what reviewers decided differently."""
    entries: list[dict[str, Any]] = [
        {
            "path": session.path_of(found.row),
            "decisions": {
                name: decision(session, of.label, of.status)
                for name, of in sorted(found.decisions.items())
            },
        }
        for found in session.team.disagreements()
    ]
    if as_json:
        print(json.dumps(in_english(entries)))
    else:
        for entry in entries:
            decisions = ", ".join(
                f"{who} {localized(it)}" for who, it in entry["decisions"].items()
            )
            print(one_line(f"{entry['path']}: {decisions}"))


def print_list(session: Session, rows: np.ndarray, *, as_json: bool) -> None:
    """Print the samples `rows` int64 (n,) with what is thought of their labels."""
    spread = load_spread(session.detection)
    entries: list[dict[str, Any]] = []
    for row in rows.tolist():
        given = session.class_name(session.columns.given[row])
        entry: dict[str, Any] = {"path": session.path_of(row), "given_label": given}
        # Who judges blind is not told what the detectors think.
        entries.append(entry if session.blind else entry | _reasons(session, spread, row))
    if as_json:
        print(json.dumps(in_english(entries)))
        return
    shown = "{given_label}  {path}"
    if not session.blind:
        shown = "{certainty}  {given_label} -> {suggested_label}  {path}"
    for entry in entries:
        entry["certainty"] = _certainty(entry)
        entry["given_label"] = entry["given_label"] or tr("(no label)")
        if entry.get("off_topic"):
            entry["suggested_label"] = tr("(perhaps of no class: set aside)")
        print(one_line(shown.format(**entry)))


def _certainty(entry: dict[str, Any]) -> str:
    """The suspicion, or the confidence of a suggestion for a sample without a label."""
    value = entry.get("suspicion")
    value = entry.get("confidence") if value is None else value
    return "    -" if value is None else f"{value:.3f}"


def _reasons(session: Session, spread: Spread, row: int) -> dict[str, Any]:
    columns, agreeing = session.columns, int(spread.agreeing[row])
    return {
        "suggested_label": session.class_name(int(columns.suggested[row])),
        "suspicion": _rounded(columns.suspicion[row]),
        "suspicion_spread": _rounded(spread.deviation[row]),
        "repetitions_agreeing": agreeing if agreeing >= 0 else None,
        "confidence": _rounded(columns.confidence[row]),
        "off_topic": bool(columns.off_topic[row]),
        "well_labelled": bool(columns.well_labelled[row]),
    }


def _rounded(value: float) -> float | None:
    """For JSON, which has no NaN."""
    return round(float(value), 6) if np.isfinite(value) else None
