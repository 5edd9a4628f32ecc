"""`lnl-gui merge PROJECT OTHER`: import the verdicts of another copy of a project."""

import argparse
import json
from collections.abc import Sequence
from typing import Any

from lnl_gui.cli import options as shared
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.exit_codes import DONE, MENDABLE
from lnl_gui.cli.jobs import cancel_on_interrupt
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.terminal import say_aside, tell, warn
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.other_pictures import what_became_of
from lnl_gui.store.dataset.samples import KEPT, RELABELLED, STATUS_NAMES, STATUS_WORDS
from lnl_gui.store.history.import_operations import Conflict
from lnl_gui.store.history.merge import MergeReport
from lnl_gui.util.messages import Message, in_english, message, message_n
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import one_line

MOST_LISTED = 10
"""Paths that are named before the rest is a number."""
# Names and words that are translated themselves: nothing for the catalogue.
_CONFLICT = Message("{path}: {reviewer} {here}, {other_reviewer} {other}")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    parser.add_argument(
        "other",
        type=shared.absolute,
        metavar="OTHER",
        help=tr("another copy of it, a project made of a pack, or a journal; only read"),
    )
    shared.add_other_pictures(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Merge and list the conflicts."""
    with open_session(options.project) as session:
        if session.team.is_journal(options.other):
            return _take_in(session, options)
        report = _merge(session, options)
        conflicts = [_describe(session, found) for found in report.conflicts]
        disagreements = session.team.disagreement_count()
    tell(
        message(
            "{operations:,} operations taken in, {count:,} samples touched,"
            " {conflicts:,} conflicts",
            operations=report.operations,
            count=len(report.rows),
            conflicts=len(conflicts),
        )
    )
    facts = {
        "operations": report.operations,
        "samples": len(report.rows),
        "audits": report.audits,
        "moved": report.moved,
        "missing": len(report.missing),
        "missing_paths": list(report.missing),
        "other_pictures": len(report.others),
        "by_name_alone": report.by_name,
        "conflicts": conflicts,
        "disagreements": disagreements,
    }
    return _tell_facts(facts, options)


def _tell_facts(facts: dict[str, Any], options: argparse.Namespace) -> int:
    """What was not simply taken in; returns the exit code."""
    missing, others = facts["missing"], facts["other_pictures"]
    tell_pictures(facts["moved"], others, options.other_pictures, facts["by_name_alone"])
    tell_missing(facts["missing_paths"])
    if options.json:
        print(json.dumps(in_english(facts)))
    else:
        for found in facts["conflicts"]:
            print(localized(_CONFLICT.with_fields(**found)))
    return MENDABLE if missing else DONE


def tell_missing(paths: Sequence[str]) -> None:
    """Name samples that are not here, the first of many."""
    if not paths:
        return
    warn(
        message_n(
            "{count:,} path is not in this project:",
            "{count:,} paths are not in this project:",
            len(paths),
        )
    )
    for path in paths[:MOST_LISTED]:
        say_aside(f"  {one_line(path)}")
    if len(paths) > MOST_LISTED:
        warn(message("  and {count:,} more", count=len(paths) - MOST_LISTED))


def _take_in(session: Session, options: argparse.Namespace) -> int:
    """What was decided in a pack; conflicts become disagreements, as of copies."""
    report, changes = session.team.take_in(options.other, others=options.other_pictures)
    tell(changes.text)
    facts = {
        "operations": report.imported.operations,
        "samples": len(report.imported.rows),
        "missing": len(report.missing),
        "missing_paths": list(report.missing),
        "moved": report.moved,
        "other_pictures": len(report.others),
        "by_name_alone": report.by_name,
        "conflicts": [_describe(session, found) for found in report.imported.conflicts],
        "disagreements": session.team.disagreement_count(),
    }
    return _tell_facts(facts, options)


def tell_pictures(moved: int, others: int, choice: str, by_name: int = 0) -> None:
    """Say how samples were found, beyond their path and content being as they were.

    Args:
        moved: samples found by content under another path.
        others: samples decided on that are other pictures here.
        choice: what has become of these.
        by_name: samples found by path alone.
    """
    if moved:
        tell(
            message_n(
                "{count:,} moved file found by content",
                "{count:,} moved files found by content",
                moved,
            )
        )
    if by_name:
        tell(
            message_n(
                "{count:,} sample found by its name alone: its content is not known on both sides",
                "{count:,} samples found by their names alone: their contents are not known on both"
                " sides",
                by_name,
            )
        )
    if others:
        warn(what_became_of(others, choice))


def _merge(session: Session, options: argparse.Namespace) -> MergeReport:
    with TerminalContext(quiet=options.json) as context, cancel_on_interrupt(context):
        return session.team.merge(options.other, context, others=options.other_pictures)[0]


def _describe(session: Session, conflict: Conflict) -> dict[str, Any]:
    return {
        "path": session.path_of(conflict.row),
        "reviewer": conflict.reviewer,
        "here": decision(session, *conflict.here),
        "other_reviewer": conflict.other_reviewer,
        "other": decision(session, *conflict.other),
    }


def decision(session: Session, label: int, status: int) -> Message:
    """A decision in a word: the class, or what was done instead."""
    if status in (KEPT, RELABELLED):
        # A field, so that no class is translated.
        return Message("{name}", (("name", session.classes[label].name),))
    return STATUS_WORDS[STATUS_NAMES[status]]
