"""`lnl-gui review PROJECT VERDICT`: verdicts without a window, same journal, same undo."""

import argparse
import json
from importlib import import_module
from pathlib import Path

import numpy as np

from lnl_gui.cli import options as shared
from lnl_gui.cli.failures import USAGE_CODE
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.sample_choice import choose_rows, classes_of, part, tags_of
from lnl_gui.cli.terminal import tell, warn
from lnl_gui.cli.unseen_suggestions import tell_unseen
from lnl_gui.cli.verbs.merge import tell_missing, tell_pictures
from lnl_gui.cli.verbs.review_listing import print_disagreements, print_list
from lnl_gui.cli.verbs.review_table import apply_table
from lnl_gui.session.acts.operation_text import written_operations
from lnl_gui.session.acts.verdicts import ACCEPT, ADOPT, CONFIRM, EXCLUDE, KEEP, RELABEL, RESET
from lnl_gui.session.acts.verdicts import KINDS as VERDICTS
from lnl_gui.session.browsing.derived_columns import OTHER_PICTURE, WELL_LABELLED
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.changes import Changes
from lnl_gui.session.projects import free_name
from lnl_gui.session.session import Session
from lnl_gui.store.database.connection import GONE
from lnl_gui.store.dataset.samples import ASKED
from lnl_gui.store.detection.unjudged import not_detected
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import joined, message, message_n
from lnl_gui.util.translation import tr

_READING = ("list", "disagreements", "journal")
_CHOOSING = (
    "path",
    "top",
    "next",
    "above",
    "unlabelled",
    "issue",
    "well-labelled",
    "tag",
    "asked",
    "part",
    "given",
    "suggested",
)
"""Options that choose samples."""
_OF_ONE = ("class", "table", "journal", "accept-unjudged")
_USED: dict[str, tuple[str, ...]] = {
    ACCEPT: (*_CHOOSING, "accept-unjudged"),
    RELABEL: (*_CHOOSING, "class"),
    "apply": ("table",),
    "journal": ("journal",),
    "replay": ("journal",),
    **dict.fromkeys(("undo", "redo", "disagreements", ADOPT), ()),
}
"""Which of these a verdict uses, where it is not all that choose."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_examples(parser, _examples())
    shared.add_project(parser)
    parser.add_argument(
        "verdict",
        choices=(*_READING, *VERDICTS, "undo", "redo", "apply", ADOPT, CONFIRM, "replay"),
        metavar="VERDICT",
    )
    parser.add_argument("--path", action="append", help=tr("only these samples, by path"))
    parser.add_argument(
        "--top", type=shared.positive, metavar="N", help=tr("only the N most suspect left")
    )
    parser.add_argument(
        "--next",
        type=shared.positive,
        metavar="N",
        help=tr("the N most suspect labels below the line, once the suspects are decided"),
    )
    parser.add_argument(
        "--above", type=shared.share, metavar="S", help=tr("only suspicion S or more")
    )
    parser.add_argument(
        "--unlabelled",
        action="store_true",
        help=tr("samples without a label instead of suspects; --above is then the confidence"),
    )
    parser.add_argument(
        "--issue",
        metavar="NAME",
        help=tr(
            "samples with this issue, suspects or not, such as off_topic, or other_picture for"
            " decisions on another picture than the one there now"
        ),
    )
    parser.add_argument(
        "--well-labelled",
        action="store_true",
        help=tr("labels that nobody need look at, instead of suspects"),
    )
    parser.add_argument("--tag", metavar="NAME", help=tr("samples with this tag, suspects or not"))
    parser.add_argument(
        "--asked", action="store_true", help=tr("samples that a colleague is asked about")
    )
    parser.add_argument(
        "--part",
        type=part,
        metavar="K/N",
        help=tr("the K-th of N shares, for N reviewers; copies of an image stay together"),
    )
    parser.add_argument("--given", metavar="CLASS", help=tr("only this given label"))
    parser.add_argument("--suggested", metavar="CLASS", help=tr("only this suggested label"))
    parser.add_argument("--class", dest="class_name", metavar="CLASS", help=tr("class for relabel"))
    parser.add_argument(
        "--table", type=shared.absolute, metavar="CSV", help=tr("verdicts for apply")
    )
    parser.add_argument(
        "--journal", type=shared.absolute, metavar="FILE", help=tr("for journal and replay")
    )
    shared.add_accept_unjudged(parser)
    shared.add_other_pictures(parser)
    parser.add_argument("--reviewer", metavar="NAME", help=tr("whose verdicts these are"))
    parser.add_argument(
        "--blind",
        action="store_true",
        help=tr("a second opinion: without the others' verdicts, and without changing any label"),
    )
    shared.add_json(parser)


def _examples() -> list[tuple[str, str]]:
    return [
        (f"lnl-gui review {line}", purpose)
        for line, purpose in (
            ("PROJECT list --top 20", ""),
            ("PROJECT accept --above 0.95", ""),
            ("PROJECT list --next 100", tr("below the line; `info` says how many are needed")),
            ("PROJECT list --unlabelled --top 20", ""),
            ("PROJECT accept --unlabelled --above 0.99", tr("by the suggestion's confidence")),
            ("PROJECT relabel --class cat --path images/0001.png", ""),
            ("PROJECT apply --table verdicts.csv", tr("columns path, verdict and perhaps label")),
            ("PROJECT undo", ""),
            ("PROJECT keep --reviewer bob --blind --top 50", tr("a second opinion")),
            ("PROJECT disagreements", tr("then give any verdict")),
            ("PROJECT adopt", tr("opinions nobody opposes")),
            ("PROJECT confirm", tr("decisions on other pictures than those there now")),
            ("PROJECT journal --journal journal.jsonl", ""),
            ("OTHER_PROJECT replay --journal journal.jsonl", ""),
        )
    ]


def run(options: argparse.Namespace) -> int:
    """Give the verdict to the chosen samples: unreviewed suspects unless paths are named.

    Raises:
        UserError: for options that do not go together, and what the session refuses.
    """
    _check_options(options)
    with open_session(
        options.project,
        reviewer=options.reviewer,
        # Reading takes no lock, so it works while a window has the project open.
        read_only=options.verdict in _READING,
        blind=options.blind,
    ) as session:
        if options.verdict in _READING:
            return _READERS[options.verdict](session, options)
        changes = _act_or_rescue(session, options)
        counts = session.counts()
    text = changes.text if changes and changes.text else message("Nothing to do")
    left = message_n("{count:,} suspect left", "{count:,} suspects left", counts.flagged_left)
    tell(joined([text, left], "; "))
    if options.unlabelled:
        tell(message("{left:,} left to label", left=counts.unlabelled_left))
    if options.json:
        found = {
            "changed": len(changes.rows) if changes else 0,
            "flagged_left": counts.flagged_left,
            "unlabelled_left": counts.unlabelled_left,
        }
        print(json.dumps(found))
    return 0


def _act_or_rescue(session: Session, options: argparse.Namespace) -> Changes | None:
    try:
        return _act(session, options)
    except UserError as error:
        if error.code == GONE:
            # Where the command was given: the project's own place is what has vanished.
            target = free_name(Path.cwd() / f"{session.name}-verdicts.jsonl")
            count = session.rescue.save(target)
            tell(written_operations(count, target))
        raise


def _act(session: Session, options: argparse.Namespace) -> Changes | None:
    if options.verdict in ("undo", "redo"):
        return session.undo() if options.verdict == "undo" else session.redo()
    if options.verdict == "apply":
        return apply_table(session, options.table)
    if options.verdict == ADOPT:
        return session.adopt_opinions()
    if options.verdict == "replay":
        return _replay(session, _journal_file(options), options.other_pictures)
    if options.verdict == ACCEPT and not session.statistics.detected:
        # What there is to accept, a detection suggests.
        raise not_detected(session.folder)
    rows = _chosen(session, options)
    if options.verdict in (KEEP, RELABEL, EXCLUDE) and len(rows) > 1:
        # Before it is done: who names many at once has looked at none of them, as far as is known.
        warn(
            message(
                "{count:,} images named at once count as decided unseen: no audit and no gain takes"
                " them for looked at. Given one at a time or by a table (`review PROJECT apply`)"
                " they are.",
                count=len(rows),
            )
        )
    if options.verdict == RELABEL:
        if not options.class_name:
            raise UserError(message("relabel needs a class."), message("Add --class NAME."))
        return session.relabel(rows, session.class_named(options.class_name).id)
    if options.verdict == ACCEPT and not options.path and not session.blind:
        tell_unseen(session, options, rows)
    if options.verdict == ACCEPT:
        return session.accept(rows, named=bool(options.path))
    verdict: Changes = getattr(session, options.verdict)(rows)
    return verdict


def _chosen(session: Session, options: argparse.Namespace) -> np.ndarray:
    limits = (options.above, 1.0) if options.above is not None else None
    named = bool(options.path)
    of_a_detection = _flagged(options) is not None and not options.unlabelled
    if of_a_detection and not named and not session.statistics.detected:
        # That none is chosen would pass for no suspects.
        raise not_detected(session.folder)
    spec = ViewSpec(
        flagged=None if named else _flagged(options),
        status=(ASKED,) if options.asked else (),
        tag=tags_of(session, options.tag),
        part=options.part,
        issue=_wanted_issue(options),
        unlabelled=True if options.unlabelled else None,
        reviewed=None if named or _also_reviewed(options) else False,
        given=classes_of(session, options.given),
        suggested=classes_of(session, options.suggested),
        suspicion=None if options.unlabelled else limits,
        confidence=limits if options.unlabelled else None,
        sort="confidence" if options.unlabelled else "suspicion",
    )
    rows = choose_rows(session, spec, options.path)
    if options.issue and options.well_labelled:
        # Two names of issues are alternatives, where two options must both hold.
        rows = rows[session.columns.well_labelled[rows]]
    # Most suspect first, so the first ones are those that `--top` means.
    return rows[: options.top if options.next is None else options.next]


def _also_reviewed(options: argparse.Namespace) -> bool:
    """Whether samples that were decided on are meant as well."""
    return options.asked or options.verdict == RESET or options.issue == OTHER_PICTURE


def _flagged(options: argparse.Namespace) -> bool | None:
    """Suspects, what is below the line, or either."""
    if options.next is not None:
        return False
    others = (options.issue, options.well_labelled, options.tag, options.asked)
    return None if any(others) or options.verdict == CONFIRM else True


def _wanted_issue(options: argparse.Namespace) -> tuple[str, ...]:
    if options.verdict == CONFIRM:
        return (OTHER_PICTURE,)
    if options.issue:
        return (options.issue,)
    return (WELL_LABELLED,) if options.well_labelled else ()


def _check_options(options: argparse.Namespace) -> None:
    """Refuse options that the verdict does not use, or that do not go together.

    Raises:
        UserError: naming the first.
    """
    if options.blind and not options.reviewer:
        raise UserError(message("A second opinion needs a name."), message("Add --reviewer NAME."))
    used = _USED.get(options.verdict, _CHOOSING)
    # A setting is for whichever command uses it.
    from_settings = {applied.setting.name for applied in options.applied}
    for name in (*_CHOOSING, *_OF_ONE):
        value = getattr(options, "class_name" if name == "class" else name.replace("-", "_"))
        given = value is not None and value is not False
        if given and name not in used and name not in from_settings:
            raise _unused(options.verdict, name, used)
    others = (options.issue, options.well_labelled, options.tag, options.asked, options.unlabelled)
    if options.next is not None and (any(others) or options.path or options.top is not None):
        raise UserError(
            message("--next chooses labels below the line by their suspicion alone."),
            message(
                "Leave out --path, --top, --issue, --tag, --asked, --unlabelled and"
                " --well-labelled."
            ),
        )


def _unused(verdict: str, name: str, used: tuple[str, ...]) -> UserError:
    what = message(
        "`review {verdict}` does not use {option}, and nothing was done.",
        verdict=verdict,
        option=f"--{name}",
    )
    if name == "class" and used:
        hint = message("--given CLASS and --suggested CLASS choose samples by their class.")
    elif used:
        hint = message("It uses {options}.", options=", ".join(f"--{known}" for known in used))
    else:
        hint = message("Leave {option} out.", option=f"--{name}")
    return UserError(what, hint, code=USAGE_CODE)


def _journal_file(options: argparse.Namespace) -> Path:
    if options.journal is None:
        raise UserError(
            message("{verdict} needs a file.", verdict=options.verdict),
            message("Add --journal FILE."),
        )
    return Path(options.journal)


def _replay(session: Session, source: Path, others: str) -> Changes:
    report, changes = session.team.replay(source, others=others)
    tell_pictures(report.moved, len(report.others), others, report.by_name)
    tell_missing(report.missing)
    return changes


def _write_journal(session: Session, options: argparse.Namespace) -> int:
    target = _journal_file(options)
    content = import_module("lnl_gui.pipeline.datasets.matching.content")
    count = session.team.write_journal(
        target,
        read=lambda rows: content.content_hashes([session.images.file_of(row) for row in rows]),
    )
    tell(written_operations(count, target))
    if options.json:
        print(json.dumps({"operations": count}))
    return 0


def _list(session: Session, options: argparse.Namespace) -> int:
    print_list(session, _chosen(session, options), as_json=options.json)
    return 0


def _disagreements(session: Session, options: argparse.Namespace) -> int:
    print_disagreements(session, as_json=options.json)
    return 0


_READERS = {"list": _list, "disagreements": _disagreements, "journal": _write_journal}
