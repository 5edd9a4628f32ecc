"""`lnl-gui review PROJECT VERDICT`: verdicts without a window, same journal, same undo."""

import argparse
import json
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.cli import options as shared
from lnl_gui.cli.failures import USAGE_CODE
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.sample_choice import choose_rows, classes_of, part, rows_of, tags_of
from lnl_gui.cli.terminal import say_aside, tell, warn
from lnl_gui.cli.verbs.merge import decision, tell_pictures
from lnl_gui.cli.verdict_table import VerdictLine, located, read_verdicts, refused
from lnl_gui.session.accepting import describe
from lnl_gui.session.changes import Changes
from lnl_gui.session.derived_columns import OTHER_PICTURE, WELL_LABELLED
from lnl_gui.session.operation_text import written_operations
from lnl_gui.session.projects import free_name
from lnl_gui.session.session import Session
from lnl_gui.session.verdicts import ACCEPT, ADOPT, EXCLUDE, KEEP, RELABEL, RESET, acceptable
from lnl_gui.session.verdicts import KINDS as VERDICTS
from lnl_gui.session.views import ViewSpec
from lnl_gui.store.column_cache import load_fixed
from lnl_gui.store.connection import GONE
from lnl_gui.store.samples import ASKED
from lnl_gui.store.scores import Spread, load_spread
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import in_english, joined, message, message_n
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import one_line

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
_OF_ONE = ("class", "table", "journal")
_USED: dict[str, tuple[str, ...]] = {
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
        choices=(*_READING, *VERDICTS, "undo", "redo", "apply", ADOPT, "replay"),
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
    parser.add_argument("--table", type=Path, metavar="CSV", help=tr("verdicts for apply"))
    parser.add_argument("--journal", type=Path, metavar="FILE", help=tr("for journal and replay"))
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
        return _apply_table(session, options.table)
    if options.verdict == ADOPT:
        return session.adopt_opinions()
    if options.verdict == "replay":
        return _replay(session, _journal_file(options), options.other_pictures)
    rows = _chosen(session, options)
    if options.verdict == RELABEL:
        if not options.class_name:
            raise UserError(message("relabel needs a class."), message("Add --class NAME."))
        return session.relabel(rows, session.class_named(options.class_name).id)
    if options.verdict == ACCEPT and not options.path and not session.blind:
        # Before it is done: who accepts unseen shall know what that brings.
        warn(describe(session.statistics.accepting(rows), session.class_name))
    verdict: Changes = getattr(session, options.verdict)(rows)
    return verdict


def _chosen(session: Session, options: argparse.Namespace) -> np.ndarray:
    limits = (options.above, 1.0) if options.above is not None else None
    named = bool(options.path)
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
    return None if any(others) else True


def _wanted_issue(options: argparse.Namespace) -> tuple[str, ...]:
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


def _apply_table(session: Session, table: Path | None) -> Changes:
    """One operation a verdict (and class), so that undo takes them back group by group."""
    if table is None:
        raise UserError(message("apply needs a table."), message("Add --table verdicts.csv."))
    lines = read_verdicts(table)
    if not lines:
        warn(message("{table} holds no verdict.", table=table))
    _check_names(session, table, lines)
    # In the order of the table, so that undo goes back the way it came.
    groups: dict[tuple[str, str], dict[str, None]] = {}
    for line in lines:
        label = line.label if line.verdict == RELABEL else ""
        # A row that says the same again counts once.
        groups.setdefault((line.verdict, label), {})[line.path] = None
    # Everything is looked up first, so that a wrong line changes nothing.
    plan = [
        (
            verdict,
            session.class_named(label).id if verdict == RELABEL else -1,
            rows_of(session, list(paths)),
        )
        for (verdict, label), paths in groups.items()
    ]
    for verdict, _, rows in plan:
        _check_confirmable(session, verdict, rows)
    _check_labels(session, table, [line for line in lines if line.label])
    changed = [np.zeros(0, np.int64)]
    for verdict, class_id, rows in plan:
        changed.append(_apply(session, verdict, class_id, rows).rows)
    rows = np.concatenate(changed)
    same = sum(len(rows) for _, _, rows in plan) - len(rows)
    text = message_n("Applied {count:,} verdict", "Applied {count:,} verdicts", len(rows))
    if same:
        text = message("{done}; {count:,} were in force already", done=text, count=same)
    return Changes(labels=True, rows=rows, text=text)


def _check_names(session: Session, table: Path, lines: list[VerdictLine]) -> None:
    """Refuse paths that no sample has and classes that there are not, with the line."""
    known = set(session.columns.paths)
    classes: set[str] = set()
    for line in lines:
        try:
            if line.path not in known:
                rows_of(session, [line.path])
            if line.verdict == RELABEL and line.label not in classes:
                session.class_named(line.label)
                classes.add(line.label)
        except UserError as error:
            raise located(table, line.number, error) from error


def _apply(session: Session, verdict: str, class_id: int, rows: np.ndarray) -> Changes:
    """Give a verdict to samples that a table names each with its own."""
    if verdict == RELABEL:
        return session.relabel(rows, class_id, one_by_one=True)
    if verdict == KEEP:
        return session.keep(rows, one_by_one=True)
    if verdict == EXCLUDE:
        return session.exclude(rows, one_by_one=True)
    done: Changes = getattr(session, verdict)(rows)
    return done


def _check_confirmable(session: Session, verdict: str, rows: np.ndarray) -> None:
    """Refuse a table that confirms what is not there, before anything is done."""
    if verdict == ACCEPT and not (there := acceptable(session.columns, rows)).all():
        raise UserError(
            message(
                "{path} has no suggestion: `{verdict}` says nothing of it.",
                path=session.path_of(rows[~there][0]),
                verdict=verdict,
            ),
            message("Use `keep`, or `relabel` with a class. Nothing was changed."),
        )
    if verdict == KEEP and (missing := session.columns.unlabelled[rows]).any():
        raise UserError(
            message(
                "{path} has no label: `{verdict}` says nothing of it.",
                path=session.path_of(rows[missing][0]),
                verdict=verdict,
            ),
            message("Use `relabel` with a class. Nothing was changed."),
        )


def _check_labels(session: Session, table: Path, lines: list[VerdictLine]) -> None:
    """Refuse a label beside a verdict that does not give it, which would be lost unseen."""
    columns, keys = session.columns, [entry.key for entry in session.classes]
    came = load_fixed(session.project).given
    for line, row in zip(lines, rows_of(session, [line.path for line in lines]), strict=True):
        if line.verdict == RELABEL:
            continue
        if line.verdict == ACCEPT:
            known = {session.class_name(columns.suggested[row])}
        else:
            known = {session.class_name(columns.given[row])}
            # Also by the dataset's own name of a class that is called otherwise now.
            known |= {keys[came[row]]} if came[row] >= 0 else set()
        if line.verdict not in (ACCEPT, KEEP):
            # These leave whatever label it has.
            known.add(session.class_name(columns.current[row]))
        if line.label.casefold() not in map(str.casefold, known):
            raise refused(
                message(
                    "{table}, line {number}: `{verdict}` does not give {path} the label {label}.",
                    table=table,
                    number=line.number,
                    verdict=line.verdict,
                    path=line.path,
                    label=line.label,
                )
            )


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
    if report.missing:
        warn(
            message_n(
                "{count:,} path is not in this project:",
                "{count:,} paths are not in this project:",
                len(report.missing),
            )
        )
        say_aside("\n".join(f"  {one_line(path)}" for path in report.missing[:10]))
    return changes


def _write_journal(session: Session, options: argparse.Namespace) -> int:
    target = _journal_file(options)
    content = import_module("lnl_gui.pipeline.datasets.content")
    count = session.team.write_journal(
        target,
        read=lambda rows: content.content_hashes([session.file_of(row) for row in rows]),
    )
    tell(written_operations(count, target))
    if options.json:
        print(json.dumps({"operations": count}))
    return 0


def _print_disagreements(session: Session, options: argparse.Namespace) -> int:
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
    if options.json:
        print(json.dumps(in_english(entries)))
    else:
        for entry in entries:
            decisions = ", ".join(
                f"{who} {localized(it)}" for who, it in entry["decisions"].items()
            )
            print(one_line(f"{entry['path']}: {decisions}"))
    return 0


def _print_list(session: Session, options: argparse.Namespace) -> int:
    rows = _chosen(session, options)
    spread = load_spread(session.detection)
    entries: list[dict[str, Any]] = []
    for row in rows.tolist():
        given = session.class_name(session.columns.given[row])
        entry: dict[str, Any] = {"path": session.path_of(row), "given_label": given}
        # Who judges blind is not told what the detectors think.
        entries.append(entry if session.blind else entry | _reasons(session, spread, row))
    if options.json:
        print(json.dumps(in_english(entries)))
        return 0
    shown = "{given_label}  {path}"
    if not session.blind:
        shown = "{certainty}  {given_label} -> {suggested_label}  {path}"
    for entry in entries:
        entry["certainty"] = _certainty(entry)
        entry["given_label"] = entry["given_label"] or tr("(no label)")
        if entry.get("off_topic"):
            entry["suggested_label"] = tr("(fits no class: set aside)")
        print(one_line(shown.format(**entry)))
    return 0


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


_READERS = {
    "list": _print_list,
    "disagreements": _print_disagreements,
    "journal": _write_journal,
}
