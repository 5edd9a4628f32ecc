"""`lnl-gui info PROJECT`: what is in a project and what to do next."""

import argparse
import json
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
        if name not in ("runs", "unreadable_files"):
            print(f"{name:16} {value}")
    for entry in facts["runs"]:
        print(f"{'run':16} {entry['kind']} {entry['state']}")
    for entry in facts["unreadable_files"]:
        print(f"{'unreadable':16} {entry['path']}: {entry['reason']}")
    return 0


def gather(session: Session) -> dict[str, Any]:
    """The facts as plain values."""
    counts = asdict(session.counts())
    return {
        "project": str(session.folder),
        "dataset": str(session.dataset_root),
        "classes": [entry.name for entry in session.classes],
        **counts,
        "stage": session.stage().name.lower(),
        "next_step": session.next_step().title,
        "runs": [{"id": r.id, "kind": r.kind, "state": r.state} for r in session.runs()],
        "unreadable_files": [{"path": p, "reason": why} for p, why in session.unreadable()],
    }
