"""`lnl-gui audit PROJECT draw|report`: how much noise is left in what nobody flagged."""

import argparse
import json
import sys
from dataclasses import asdict

import numpy as np

from lnl_gui.cli import options as shared
from lnl_gui.session.audit import AuditReport
from lnl_gui.session.session import Session

_EPILOG = """examples:
  lnl-gui audit PROJECT draw --size 200 --seed 1        prints the paths to look at
  lnl-gui review PROJECT apply --table verdicts.csv     the verdicts on them
  lnl-gui audit PROJECT report"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = _EPILOG
    shared.add_project(parser)
    parser.add_argument("action", choices=("draw", "report"), help="draw a sample, or report")
    parser.add_argument("--size", type=int, default=200, metavar="N", help="default 200")
    parser.add_argument("--seed", type=int, default=0, help="the same seed draws the same sample")
    parser.add_argument(
        "--stratified", action="store_true", help="draw from each class in proportion to its size"
    )
    parser.add_argument("--reviewer", metavar="NAME", help="who draws it")
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Draw an audit or report on all of them."""
    read_only = options.action == "report"
    with Session.open(options.project, reviewer=options.reviewer, read_only=read_only) as session:
        return _report(session, options) if read_only else _draw(session, options)


def _draw(session: Session, options: argparse.Namespace) -> int:
    drawn = session.statistics.draw_audit(
        options.size, seed=options.seed, stratified=options.stratified
    )
    paths = [session.path_of(row) for row in drawn.rows.tolist()]
    print(
        f"Audit {drawn.id}: {len(paths):,} of {drawn.population:,} samples that are neither"
        " flagged nor reviewed",
        file=sys.stderr,
    )
    if options.json:
        print(json.dumps({"audit": drawn.id, "population": drawn.population, "paths": paths}))
    else:
        print("\n".join(paths))
    return 0


def _report(session: Session, options: argparse.Namespace) -> int:
    reports = session.statistics.audit_reports()
    if options.json:
        print(json.dumps({"audits": [asdict(found) for found in reports]}))
    elif not reports:
        print("No audit has been drawn.")
    else:
        print("\n".join(describe(found) for found in reports))
    return 0


def describe(report: AuditReport) -> str:
    """One audit in words."""
    rate, errors = report.residual_rate, report.expected_errors
    low, high = (int(np.round(value)) for value in (errors.low, errors.high))
    if report.judged == 0:
        return f"audit {report.audit}: none of {report.drawn:,} samples reviewed yet"
    return (
        f"audit {report.audit}: {report.wrong:,} wrong of {report.judged:,} reviewed"
        f" ({report.left:,} left, {report.unsure:,} unsure): residual noise"
        f" {rate.value:.2%} (95 % interval {rate.low:.2%} to {rate.high:.2%}),"
        f" {low:,} to {high:,} of {report.population:,} samples"
    )
