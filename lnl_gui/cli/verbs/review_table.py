"""`lnl-gui review PROJECT apply`: the verdicts of a table, each as an operation of its own kind."""

from collections.abc import Set
from pathlib import Path

import numpy as np

from lnl_gui.cli.sample_choice import rows_of
from lnl_gui.cli.terminal import warn
from lnl_gui.cli.verdict_table import VerdictLine, located, read_verdicts, refused
from lnl_gui.session.acts.verdicts import ACCEPT, EXCLUDE, KEEP, RELABEL, acceptable
from lnl_gui.session.changes import Changes
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.column_cache import load_fixed
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message, message_n


def apply_table(session: Session, table: Path | None) -> Changes:
    """One operation a verdict (and class), so that undo takes them back group by group.

    Raises:
        UserError: for no table, or one with a line that cannot be done; then nothing is.
    """
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
    if verdict == ACCEPT:
        return session.accept(rows, named=True)
    done: Changes = getattr(session, verdict)(rows)
    return done


def _check_confirmable(session: Session, verdict: str, rows: np.ndarray) -> None:
    """Refuse a table that confirms what is not there, before anything is done."""
    if verdict == ACCEPT and not (there := acceptable(session.columns, rows, named=True)).all():
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
    names = {entry.name for entry in session.shown_classes}
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
        if not _names_one_of(line.label, known, names):
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


def _names_one_of(label: str, known: Set[str], names: Set[str]) -> bool:
    """Whether a label is one of the `known` names, whatever its case unless it names another."""
    return label in known or (label not in names and label.casefold() in map(str.casefold, known))
