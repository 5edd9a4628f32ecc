"""Tables with one row for each answer: (image, annotator, label)."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from lnl_gui.dataset.listing import Record, Skipped, shorten
from lnl_gui.dataset.readers.tables.columns import TableColumns
from lnl_gui.dataset.readers.tables.gold_rows import without_outvoted_gold
from lnl_gui.dataset.readers.tables.split_columns import split_of_cell
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.util.class_names import clean_label, natural_key
from lnl_gui.util.messages import Message, message

_MOST_ANNOTATORS = 60
"""More people than this become anonymous answers: a column each would be mostly empty, and a few
answers of each say little about the person."""

_TWO = 2
_MANY_CHANGED = 0.1
"""Share of answers with several labels of one person above which these are no corrections."""


@dataclass
class Votes:
    """What each annotator said of each path ("" for nothing), in the order of the annotators."""

    annotators: list[str]
    answers: dict[str, tuple[str, ...]]
    splits: dict[str, str]
    groups: dict[str, str] = field(default_factory=dict)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    suspicions: list[Message] = field(default_factory=list)


def answer_names(number: int) -> list[str]:
    """What answers are called that nobody's name is known of."""
    return [f"answer {at}" for at in range(1, number + 1)]


def most_given(said: Sequence[str]) -> str:
    """The answer that most gave, "" where none did; of two the first, until all are weighed."""
    counts = Counter(filter(None, map(str.strip, said)))
    return counts.most_common(1)[0][0] if counts else ""


def of_ties(
    annotators: Sequence[str], records: Sequence[Record]
) -> tuple[list[Message], list[Message]]:
    """Notes and suspicions on images of which as many people say one thing as another.

    Of three people and more those count more who agree with the others elsewhere; two tell nothing
    of each other.

    Args:
        annotators: their names.
        records: the images with what each said.
    """
    ties = [record.path for record in records if _is_tie(record.annotations)]
    if not ties:
        return [], []
    if len(annotators) > _TWO:
        said = message(
            "As many people said one label as another of {count:,} images ({paths}): there those"
            " count more who agree with the others elsewhere.",
            count=len(ties),
            paths=shorten(ties),
        )
        return [said], []
    doubt = message(
        "The two people disagree on {count:,} images ({paths}), and which of them is right cannot"
        " be known; one label was taken. Settle these in the dataset.",
        count=len(ties),
        paths=shorten(ties),
    )
    return [], [doubt]


def _is_tie(said: Sequence[str]) -> bool:
    ranked = Counter(filter(None, map(str.strip, said))).most_common(2)
    return len(ranked) > 1 and ranked[0][1] == ranked[1][1]


def collect_votes(table: Table, columns: TableColumns) -> Votes:
    """Gather the rows of each path; of two answers of one person the later counts."""
    rows, of_gold = without_outvoted_gold(table, columns)
    table = replace(table, rows=rows)
    people = Counter(clean_label(row[columns.annotator]) for row in table.rows)
    warnings = [*table.warnings, *of_gold]
    if len(people) > _MOST_ANNOTATORS:
        votes = _anonymous(table, columns)
        what = message(
            "{count} people in column `{column}` are too many for a column each; their answers were"
            " read without their names.",
            count=len(people),
            column=table.columns[columns.annotator],
        )
    else:
        votes = _by_person(table, columns, sorted(people, key=natural_key))
        what = message(
            "Each row is one person's answer, by column `{column}`: {count} people.",
            count=len(people),
            column=table.columns[columns.annotator],
        )
    votes.warnings = [*warnings, what]
    votes.skipped = list(table.skipped)
    _say_of_changed(votes, table, columns)
    if columns.group >= 0:
        # The rows of an image repeat its patient; any of them tells.
        votes.groups = {row[columns.path]: row[columns.group].strip() for row in table.rows}
    return votes


def _say_of_changed(votes: Votes, table: Table, columns: TableColumns) -> None:
    """Say of what images one person gave several labels, of which the last was taken."""
    answers: dict[tuple[str, str], str] = {}
    changed: dict[tuple[str, str], str] = {}
    for row in table.rows:
        key = row[columns.path], clean_label(row[columns.annotator])
        label = clean_label(row[columns.label])
        if label and answers.setdefault(key, label) != label:
            changed[key] = row[columns.path]
    if not changed:
        return
    # As in lists of findings, where a person marks all that an image shows.
    many = len(changed) > _MANY_CHANGED * len(answers)
    said = (
        message(
            "In {count} of {number} answers one person gives an image several labels ({paths}); the"
            " last was taken. If an image shows several things at once, it has no single label.",
            count=len(changed),
            number=len(answers),
            paths=shorten(dict.fromkeys(changed.values())),
        )
        if many
        else message(
            "Where one person gives an image several labels, the last was taken: {count} of"
            " {number} answers ({paths}).",
            count=len(changed),
            number=len(answers),
            paths=shorten(dict.fromkeys(changed.values())),
        )
    )
    (votes.suspicions if many else votes.warnings).append(said)


def _by_person(table: Table, columns: TableColumns, names: list[str]) -> Votes:
    place = {name: at for at, name in enumerate(names)}
    found: dict[str, list[str]] = {}
    for row in table.rows:
        answers = found.setdefault(row[columns.path], [""] * len(names))
        answers[place[clean_label(row[columns.annotator])]] = row[columns.label]
    answers_of = {path: tuple(answers) for path, answers in found.items()}
    return Votes([name or "?" for name in names], answers_of, _splits(table, columns))


def _anonymous(table: Table, columns: TableColumns) -> Votes:
    found: dict[str, list[str]] = {}
    for row in table.rows:
        found.setdefault(row[columns.path], []).append(row[columns.label])
    most = max(map(len, found.values()), default=0)
    answers = {path: tuple(said + [""] * (most - len(said))) for path, said in found.items()}
    return Votes(answer_names(most), answers, _splits(table, columns))


def _splits(table: Table, columns: TableColumns) -> dict[str, str]:
    if columns.split < 0:
        return {row[columns.path]: "" for row in table.rows}
    split_of = split_of_cell(table.columns[columns.split])
    return {row[columns.path]: split_of(row[columns.split]) for row in table.rows}
