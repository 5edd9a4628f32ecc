"""`lnl-gui info PROJECT`: what is in a project and what to do next."""

import argparse
import json
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from lnl_gui.cli import options as shared
from lnl_gui.session.session import Session
from lnl_gui.util.messages import Message, from_json, in_english, message, to_json
from lnl_gui.util.translation import localized


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the facts."""
    with Session.open(options.project, read_only=True) as session:
        facts = gather(session)
    if options.json:
        print(json.dumps(in_english(facts)))
        return 0
    for name, value in facts.items():
        if name not in _LISTED:
            print(f"{name:16} {localized(from_json(value)) if name == 'next_step' else value}")
    for name, said in _words(facts):
        print(f"{name:16} {localized(said)}")
    for entry in facts["runs"]:
        print(f"{'run':16} {entry['kind']} {entry['state']}")
    for entry in facts["unreadable_files"]:
        reason = localized(from_json(entry["reason"]))
        print(f"{'unreadable':16} {entry['path']}: {reason}")
    return 0


_LISTED = ("runs", "unreadable_files", "budget", "audits", "agreement")


def _budget(session: Session) -> dict[str, Any] | None:
    """What reviewing all suspects left would bring; None before detection."""
    if session.runs.latest("detect") is None:
        return None
    return asdict(session.statistics.budget(next_samples=session.counts().flagged_left))


def _words(facts: dict[str, Any]) -> Iterator[tuple[str, Message]]:
    budget = facts["budget"]
    if budget:
        yield (
            "budget",
            message(
                "review the next {next:,}, expect {expected} wrong labels; {remaining} in all"
                " {unreviewed:,} unreviewed",
                next=budget["next_samples"],
                expected=_range(budget["expected_errors"]),
                remaining=_range(budget["remaining_errors"]),
                unreviewed=budget["unreviewed"],
            ),
        )
    for entry in facts["audits"]:
        yield (
            "audit",
            message(
                "{wrong:,} wrong of {judged:,} reviewed, {left:,} left: residual noise"
                " {value:.2%} ({low:.2%} to {high:.2%})",
                wrong=entry["wrong"],
                judged=entry["judged"],
                left=entry["left"],
                **entry["residual_rate"],
            ),
        )
    for entry in facts["agreement"]:
        kappa = message("undefined")
        if entry["kappa"] is not None:
            kappa = Message("{kappa:.3f}", (("kappa", entry["kappa"]),))
        yield (
            "kappa",
            message(
                "{first} and {second}: {kappa} on {samples:,} samples",
                first=entry["first"],
                second=entry["second"],
                kappa=kappa,
                samples=entry["samples"],
            ),
        )


def _range(estimate: dict[str, float]) -> Message:
    """An expected number with its interval."""
    return message("{value:.0f} ({low:.0f} to {high:.0f})", **estimate)


def gather(session: Session) -> dict[str, Any]:
    """The facts as plain values."""
    counts, runs = asdict(session.counts()), session.runs.all()
    return {
        "project": str(session.folder),
        "dataset": str(session.dataset_root),
        "classes": [entry.name for entry in session.classes],
        **counts,
        "stage": session.stage().name.lower(),
        "next_step": to_json(session.next_step().title),
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
        "unreadable_files": [
            {"path": p, "reason": to_json(why)} for p, why in session.unreadable()
        ],
    }
