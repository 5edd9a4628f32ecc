"""`lnl-gui audit PROJECT draw|report`: how much noise is left in what nobody flagged."""

import argparse
import json

import numpy as np

from lnl_gui.cli import options as shared
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.terminal import shown, tell
from lnl_gui.session.figures.audit import AuditReport, as_json, audited_bound, verdict_remarks
from lnl_gui.session.session import Session
from lnl_gui.util.messages import Message, message
from lnl_gui.util.translation import localized, tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    examples = (
        ("lnl-gui audit PROJECT draw --size 200 --seed 1", tr("prints the paths to look at")),
        ("lnl-gui review PROJECT apply --table verdicts.csv", tr("the verdicts on them")),
        ("lnl-gui audit PROJECT report", ""),
    )
    shared.add_examples(parser, examples)
    shared.add_project(parser)
    parser.add_argument("action", choices=("draw", "report"), help=tr("draw a sample, or report"))
    parser.add_argument(
        "--size", type=shared.positive, default=200, metavar="N", help=tr("default 200")
    )
    parser.add_argument(
        "--seed", type=shared.seed, default=0, help=tr("the same seed draws the same sample")
    )
    parser.add_argument(
        "--stratified",
        action="store_true",
        help=tr("draw from each class in proportion to its size"),
    )
    parser.add_argument("--reviewer", metavar="NAME", help=tr("who draws it"))
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Draw an audit or report on all of them."""
    read_only = options.action == "report"
    with open_session(options.project, reviewer=options.reviewer, read_only=read_only) as session:
        return _report(session, options) if read_only else _draw(session, options)


def _draw(session: Session, options: argparse.Namespace) -> int:
    drawn = session.statistics.draw_audit(
        options.size, seed=options.seed, stratified=options.stratified
    )
    paths = [session.path_of(row) for row in drawn.rows.tolist()]
    tell(
        message(
            "Audit {id}: {count:,} of {population:,} samples that are neither flagged nor reviewed",
            id=drawn.id,
            count=len(paths),
            population=drawn.population,
        )
    )
    if options.json:
        print(json.dumps({"audit": drawn.id, "population": drawn.population, "paths": paths}))
    else:
        # The paths alone on standard output: they are the beginning of a table of verdicts.
        print("\n".join(map(shown, paths)))
    return 0


def _report(session: Session, options: argparse.Namespace) -> int:
    reports = session.statistics.audit_reports()
    if options.json:
        print(json.dumps({"audits": [as_json(found) for found in reports]}))
    elif not reports:
        print(localized(message("No audit has been drawn.")))
    else:
        for found in reports:
            print(localized(describe(found)))
            for more in (*verdict_remarks(found), audited_bound(found)):
                if more is not None:
                    print(localized(more))
    return 0


def describe(report: AuditReport) -> Message:
    """One audit in words."""
    rate, errors = report.residual_rate, report.expected_errors
    low, high = (int(np.round(value)) for value in (errors.low, errors.high))
    if report.judged == 0:
        return message(
            "audit {audit}: none of {drawn:,} samples reviewed yet",
            audit=report.audit,
            drawn=report.drawn,
        )
    return message(
        "audit {audit}: {wrong:,} wrong of {judged:,} reviewed ({left:,} left, {unsure:,} unsure):"
        " residual noise {rate:.2%} (95 % interval {rate_low:.2%} to {rate_high:.2%}),"
        " {low:,} to {high:,} of {population:,} samples not flagged when it was drawn",
        audit=report.audit,
        wrong=report.wrong,
        judged=report.judged,
        left=report.left,
        unsure=report.unsure,
        rate=rate.value,
        rate_low=rate.low,
        rate_high=rate.high,
        low=low,
        high=high,
        population=report.population,
    )
