"""The rows of a table, by the columns that were chosen."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from lnl_gui.dataset.listing import Reading
from lnl_gui.dataset.readers.set_aside import FLAGGED, SET_ASIDE, STATUS, is_set_aside
from lnl_gui.dataset.readers.several_labels import several_labels
from lnl_gui.dataset.readers.tables.ballots import ballots_in, shared_evenly
from lnl_gui.dataset.readers.tables.columns import TableColumns
from lnl_gui.dataset.readers.tables.columns_found import columns_found
from lnl_gui.dataset.readers.tables.one_hot import UNMARKED, is_marked
from lnl_gui.dataset.readers.tables.rows import LabelledPath, RowSet
from lnl_gui.dataset.readers.tables.split_columns import split_of_cell
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.dataset.readers.tables.votes import Votes, answer_names, collect_votes, most_given
from lnl_gui.util.messages import Message, message


def table_rows(
    table: Table, columns: TableColumns, base: Path, *, prefix: str = "", split: str = ""
) -> RowSet:
    """The rows of a table; `prefix` goes before each path, `split` serves where there is none."""
    found = columns_found(table, **asdict(columns))
    reading = Reading(columns=found, encoding=table.encoding, image_root=base)
    if columns.annotator >= 0:
        voted = _voted_rows(collect_votes(table, columns), base, prefix, split)
        voted.suspicions += table.suspicions
        voted.reading = reading
        voted.group_column = found.group
        return voted
    ballots = _ballots(table, columns)
    split_of = split_of_cell(table.columns[columns.split])
    facts = {name: at for at, name in enumerate(table.columns) if name in (STATUS, FLAGGED)}
    rows = []
    for number, row in enumerate(table.rows):
        label, problem = _row_label(table, columns, row)
        if ballots:
            label = most_given(ballots[number])
        if is_set_aside({name: row[at] for name, at in facts.items()}):
            problem = SET_ASIDE
        rows.append(
            LabelledPath(
                prefix + row[columns.path],
                label,
                split_of(row[columns.split]) if columns.split >= 0 else split,
                base,
                ballots[number] if ballots else tuple(row[at] for at in columns.annotators),
                problem,
                row[columns.group].strip() if columns.group >= 0 else "",
            )
        )
    names = [table.columns[at] for at in columns.annotators]
    notes = list(table.warnings)
    if ballots:
        names = answer_names(len(ballots[0]))
        notes.append(
            message(
                "Each cell of column `{column}` holds the answers of several people, such as"
                " `{cell}`: up to {count} of an image. The label is what most said.",
                column=found.label,
                cell=next(
                    row[columns.label].strip()[:80]
                    for row, said in zip(table.rows, ballots, strict=True)
                    if len(set(said) - {""}) > 1
                ),
                count=len(names),
            )
        )
    return RowSet(
        rows,
        list(table.skipped),
        notes,
        list(table.suspicions),
        names,
        votes=columns.label < 0 or bool(ballots),
        reading=reading,
        group_column=found.group,
    )


def _ballots(table: Table, columns: TableColumns) -> list[tuple[str, ...]]:
    """The answers of several people in the label of each row; none where it holds no such."""
    if columns.label < 0 or columns.annotators:
        return []
    cells = [row[columns.label] for row in table.rows]
    found = ballots_in(Counter(cells))
    return shared_evenly(found, cells) if found else []


def _voted_rows(votes: Votes, base: Path, prefix: str, split: str) -> RowSet:
    rows = [
        LabelledPath(
            prefix + path,
            most_given(said),
            votes.splits[path] or split,
            base,
            said,
            group=votes.groups.get(path, ""),
        )
        for path, said in votes.answers.items()
    ]
    return RowSet(
        rows, votes.skipped, votes.warnings, votes.suspicions, votes.annotators, votes=True
    )


def _row_label(
    table: Table, columns: TableColumns, row: Sequence[str]
) -> tuple[str, Message | None]:
    if columns.label >= 0:
        return row[columns.label], None
    if columns.annotators:
        return most_given([row[at] for at in columns.annotators]), None
    hot = [table.columns[at].strip() for at in columns.one_hot if is_marked(row[at])]
    if len(hot) == 1:
        return hot[0], None
    if not hot:
        return "", UNMARKED
    return "", several_labels(hot)
