"""`lnl-gui detect PROJECT`: find suspect labels."""

import argparse
import json
import sys
from typing import Any

from lnl_gui.cli import options as shared
from lnl_gui.cli.jobs import run_job
from lnl_gui.session.session import Session
from lnl_gui.store.parameters import DetectParameters


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    add_detection(parser)
    parser.add_argument("--encoder", action="append", metavar="NAME", help="embeddings to use")
    shared.add_threads(parser)
    parser.add_argument(
        "--explain", metavar="PATH", action="append", help="say why a sample is suspected, and stop"
    )
    shared.add_json(parser)


def add_detection(parser: argparse.ArgumentParser) -> None:
    """Options of detection alone."""
    parser.add_argument(
        "--detector", action="append", metavar="NAME", help="may be given more than once"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--emphasis",
        type=float,
        default=0.0,
        metavar="X",
        help="-1 flags fewer and surer, +1 flags more and misses fewer; default 0",
    )


def parameters(options: argparse.Namespace, encoders: tuple[str, ...] = ()) -> DetectParameters:
    """The detection a command line asks for."""
    return DetectParameters(
        detectors=tuple(options.detector or ()),
        encoders=encoders,
        seed=options.seed,
        emphasis=options.emphasis,
    )


def run(options: argparse.Namespace) -> int:
    """Detect and print the summary, or explain single samples of the last detection."""
    with Session.open(options.project, read_only=bool(options.explain)) as session:
        if options.explain:
            return _explain(session, options)
        metrics = run_job(
            session,
            "detect",
            parameters(options, tuple(options.encoder or ())),
            threads=options.threads,
        ).metrics
    print_summary(metrics)
    if options.json:
        print(json.dumps(metrics))
    return 0


def print_summary(metrics: dict[str, Any]) -> None:
    """Say what a detection found, for a person."""
    low, high = metrics["noise_rate_interval"]
    print(
        f"{metrics['flagged']:,} of {metrics['samples']:,} labels are suspect; estimated noise"
        f" rate {metrics['noise_rate']:.1%} (95 % interval {low:.1%} to {high:.1%})",
        file=sys.stderr,
    )
    for entry in metrics.get("annotators", ()):
        right = f"{entry['quality']:.1%} of {entry['labels']:,} labels right"
        print(f"annotator {entry['name']}: {right}", file=sys.stderr)
    for warning in metrics["warnings"]:
        print(f"note: {warning}", file=sys.stderr)


def _explain(session: Session, options: argparse.Namespace) -> int:
    rows = {path: row for row, path in enumerate(session.columns.paths)}
    explained = []
    for wanted in options.explain:
        row = rows.get(wanted, int(wanted) if wanted.isdigit() else -1)
        if not 0 <= row < len(session):
            print(f"lnl-gui: no sample has the path or number {wanted}", file=sys.stderr)
            return 3
        explained.append(_evidence(session, row))
    for entry in explained:
        print(entry.pop("text"), file=sys.stderr)
    if options.json:
        print(json.dumps(explained))
    return 0


def _evidence(session: Session, row: int) -> dict[str, Any]:
    found = session.evidence(row)
    name = [entry.name for entry in session.classes]
    given = name[session.columns.given[row]]
    suggested = name[found.suggested] if found.suggested >= 0 else None
    lines = [
        f"{session.path_of(row)}: given {given}, suggested {suggested or 'none'},"
        f" suspicion {found.suspicion:.3f}, {'flagged' if found.flagged else 'not flagged'}"
    ]
    lines += [
        f"  {vote.title}: {vote.score:.3f}"
        + (f", votes {name[vote.label]}" if vote.label >= 0 else "")
        for vote in found.votes
    ]
    labels: dict[str, int] = {}
    for neighbour in found.neighbours:
        labels[name[neighbour.label]] = labels.get(name[neighbour.label], 0) + 1
    if labels:
        common = sorted(labels.items(), key=lambda item: -item[1])
        lines.append("  neighbours: " + ", ".join(f"{n} {label}" for label, n in common))
    return {
        "text": "\n".join(lines),
        "path": session.path_of(row),
        "given_label": given,
        "suggested_label": suggested,
        "suspicion": found.suspicion,
        "flagged": found.flagged,
        "loss": found.loss,
        "votes": {
            vote.detector: {
                "score": vote.score,
                "label": name[vote.label] if vote.label >= 0 else None,
            }
            for vote in found.votes
        },
        "neighbours": [
            {
                "path": session.path_of(neighbour.row),
                "label": name[neighbour.label],
                "similarity": neighbour.similarity,
            }
            for neighbour in found.neighbours
        ],
    }
