"""`lnl-gui info PROJECT`: what is in a project and what to do next."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from lnl_gui.cli import options as shared
from lnl_gui.session.session import Session


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the facts."""
    with Session.open(options.project, read_only=True) as session:
        facts = gather(session)
    if options.json:
        print(json.dumps(facts))
        return 0
    for name, value in facts.items():
        if name not in _LISTED:
            print(f"{name:16} {value}")
    for line in _words(facts):
        print(line)
    for entry in facts["runs"]:
        print(f"{'run':16} {entry['kind']} {entry['state']}")
    for entry in facts["unreadable_files"]:
        print(f"{'unreadable':16} {entry['path']}: {entry['reason']}")
    return 0


_LISTED = ("runs", "unreadable_files", "budget", "audits", "agreement")


def _budget(session: Session) -> dict[str, Any] | None:
    """What reviewing all suspects left would bring; None before detection."""
    if session.runs.latest("detect") is None:
        return None
    return asdict(session.statistics.budget(next_samples=session.counts().flagged_left))


def _words(facts: dict[str, Any]) -> Iterator[str]:
    budget = facts["budget"]
    if budget:
        expected = "{value:.0f} ({low:.0f} to {high:.0f})"
        yield (
            f"{'budget':16} review the next {budget['next_samples']:,}, expect "
            f"{expected.format(**budget['expected_errors'])} wrong labels; "
            f"{expected.format(**budget['remaining_errors'])} in all "
            f"{budget['unreviewed']:,} unreviewed"
        )
    for entry in facts["audits"]:
        rate = "{value:.2%} ({low:.2%} to {high:.2%})".format(**entry["residual_rate"])
        yield (
            f"{'audit':16} {entry['wrong']:,} wrong of {entry['judged']:,} reviewed,"
            f" {entry['left']:,} left: residual noise {rate}"
        )
    for entry in facts["agreement"]:
        kappa = "undefined" if entry["kappa"] is None else f"{entry['kappa']:.3f}"
        yield (
            f"{'kappa':16} {entry['first']} and {entry['second']}: {kappa}"
            f" on {entry['samples']:,} samples"
        )


def gather(session: Session) -> dict[str, Any]:
    """The facts as plain values."""
    counts, runs = asdict(session.counts()), session.runs.all()
    return {
        "project": str(session.folder),
        "dataset": str(session.dataset_root),
        "classes": [entry.name for entry in session.classes],
        **counts,
        "stage": session.stage().name.lower(),
        "next_step": str(session.next_step().title),
        "reviewers": session.team.reviewers(),
        "budget": _budget(session),
        "audits": [asdict(report) for report in session.statistics.audit_reports()],
        "agreement": [asdict(found) for found in session.team.agreement()],
        "disagreements": session.team.disagreement_count(),
        "conflicting_duplicates": sum(g.conflicting for g in session.statistics.duplicate_groups()),
        "runs": [
            {"id": r.id, "kind": r.kind, "state": r.state} for r in runs if not r.is_superseded
        ],
        "superseded_runs": sum(r.is_superseded for r in runs),
        "unreadable_files": [{"path": p, "reason": str(why)} for p, why in session.unreadable()],
    }
