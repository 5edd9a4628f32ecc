"""Rows of (path, label, split) as readers find them, and the listing they become."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from lnl_gui.dataset.listing import (
    Listing,
    Reading,
    Record,
    Skipped,
    is_text,
    printable,
    shorten,
    suffix_of,
)
from lnl_gui.dataset.readers.files.locate import Located, locate_files
from lnl_gui.dataset.readers.files.unlisted import find_unlisted
from lnl_gui.dataset.readers.finish import finish_listing
from lnl_gui.dataset.readers.reasons import is_many, missing_rows
from lnl_gui.dataset.readers.several_labels import several_labels
from lnl_gui.dataset.readers.tables.columns_found import UnclearColumns
from lnl_gui.dataset.readers.tables.labels import LabelMeanings, interpret_labels
from lnl_gui.dataset.readers.tables.one_hot import UNMARKED
from lnl_gui.dataset.readers.tables.repeats import Repeats, find_repeats
from lnl_gui.dataset.readers.tables.row_widths import TOO_LONG
from lnl_gui.dataset.readers.tables.shifted_numbers import shift_doubts
from lnl_gui.dataset.readers.tables.votes import most_given, of_ties
from lnl_gui.store.dataset.dataset_preview import ColumnsFound
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress, no_progress

_NO_PATH, _NOT_TEXT = message("no path"), message("the row is not valid text")
_WITHOUT_DOUBT_OF_THEIR_OWN = frozenset(
    reason.template for reason in (TOO_LONG, UNMARKED, _NO_PATH, _NOT_TEXT)
)
"""Reasons to leave rows out that nothing else speaks of, as it does of files that are missing, of
several labels and of what a table sets aside."""
_NEVER_IMAGES = frozenset({".csv", ".tsv", ".txt", ".json", ".jsonl", ".md", ".py", ".zip"})


# One for each of a million rows: slots save a dictionary in each.
@dataclass(frozen=True, slots=True)
class LabelledPath:
    """One row: the path as written, its label ("" if none), its split, where paths start.

    `annotations` holds what each annotator said, in the order of the options' columns. `problem`
    says why the row cannot be used, as with several labels; a row without a label can. `group` is
    the patient, video or product.
    """

    path: str
    label: str
    split: str
    base: Path
    annotations: tuple[str, ...] = ()
    problem: Message | None = None
    group: str = ""

    def in_split(self, split: str) -> "LabelledPath":
        """The row in that split."""
        return replace(self, split=split)


def labelled_path(path: str, labels: Iterable[str], split: str, base: Path) -> LabelledPath:
    """A row of an image with all its labels, each perhaps named several times."""
    names = list(dict.fromkeys(labels))
    if len(names) < 2:
        return LabelledPath(path, next(iter(names), ""), split, base)
    return LabelledPath(path, "", split, base, problem=several_labels(names))


@dataclass
class RowSet:
    """What a reader found in its tables."""

    rows: list[LabelledPath] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    suspicions: list[Message] = field(default_factory=list)
    annotators: list[str] = field(default_factory=list)
    votes: bool = False
    """whether each row's label is only one of its annotators' answers"""
    reading: Reading = field(default_factory=Reading)
    group_column: str = ""
    path_is_named: bool = False
    """whether a person said which column holds the paths"""

    def extend(self, other: "RowSet") -> None:
        """Add the rows of another table; their annotators must be the same people or none."""
        self.rows += other.rows
        self.skipped += other.skipped
        self.warnings += [text for text in other.warnings if text not in self.warnings]
        self.suspicions += other.suspicions
        self.annotators = other.annotators or self.annotators
        self.votes = self.votes or other.votes
        self.group_column = self.group_column or other.group_column
        self.path_is_named = self.path_is_named or other.path_is_named
        if self.reading.columns is None:
            self.reading = replace(other.reading, why=self.reading.why or other.reading.why)
            return
        self.reading = replace(
            self.reading, columns=_with_groups(self.reading.columns, other.reading.columns)
        )
        if other.reading.image_root != self.reading.image_root:
            # Tables of several folders have no one place to show.
            self.reading = replace(self.reading, image_root=None)


def _with_groups(columns: ColumnsFound, other: ColumnsFound | None) -> ColumnsFound:
    """The columns of a first table with those of another that may hold groups as well.

    A small part of a dataset has each of its groups but once. How many there are in all is not
    known.
    """
    names = [name for found in (columns, other) if found for name, _ in found.group_candidates]
    if not names:
        return columns
    return replace(columns, group_candidates=tuple((name, 0) for name in dict.fromkeys(names)))


def list_rows(
    root: Path,
    reader: str,
    found: RowSet,
    *,
    search_root: Path | None = None,
    whole_folder: bool = False,
    progress: Progress = no_progress,
) -> Listing:
    """A listing in the order of the rows.

    A path that comes twice with one label is kept once; with several labels, the one that most
    rows give is kept, of equals the first, and the others are skipped. Rows without a usable file
    are skipped; those without a label become records without one.

    Args:
        root: the dataset's folder.
        reader: the reader's name.
        found: the rows.
        search_root: the folder a person said the images are in; without it those that are not
            where their path says are looked for below `root`.
        whole_folder: whether a folder was opened and not the table alone; then images that lie
            among the listed ones without being listed are samples without a label.
        progress: called with rows done and their number.

    Raises:
        UserError: when no row can be used, or none has a label.
    """
    # Every label first: what `cat|dog` or `2.0` means depends on the others.
    cells = Counter(row.label for row in found.rows)
    cells.update(text for row in found.rows for text in row.annotations)
    columns = found.reading.columns
    meanings = interpret_labels(cells, column=columns.label if columns else "")
    paths, bases = [row.path for row in found.rows], [row.base for row in found.rows]
    located = locate_files(
        paths,
        bases,
        search_root or root,
        root_was_given=search_root is not None,
        progress=progress,
    )
    notes = [*found.warnings, *located.warnings, *meanings.warnings]
    taking = _Taking(list(found.skipped), votes=found.votes)
    records = list(taking.records(found.rows, located, meanings))
    if not records:
        error = _nothing_usable(root, found.rows, taking.skipped, located)
        # With its columns, so that others can be chosen where the error is shown.
        raise error if columns is None else UnclearColumns(error, columns)
    votes = found.votes and bool(found.annotators)
    # Nothing but the answers gives these a label.
    of_answers, doubts = of_ties(found.annotators, records) if votes else ([], [])
    notes += of_answers
    if whole_folder:
        beside = find_unlisted(
            root,
            (
                (file, row.split)
                for row, file in zip(found.rows, located.files, strict=True)
                if isinstance(file, str)
            ),
            skipped=taking.skipped,
            number_of_annotators=len(found.annotators),
        )
        records += beside.records
        notes += beside.warnings
    return finish_listing(
        root,
        reader,
        records,
        taking.skipped,
        [*notes, *taking.warnings()],
        found.annotators,
        suspicions=[
            *found.suspicions,
            *located.suspicions,
            *([] if found.path_is_named else shift_doubts(paths, located.files, bases)),
            *missing_rows(_not_found(found.rows, located), len(found.rows)),
            *_left_out_doubts(taking.skipped, found),
            *meanings.suspicions,
            *taking.repeats.suspicions(len(records)),
            *doubts,
        ],
        votes=votes,
        reading=found.reading,
        group_column=found.group_column,
    )


@dataclass
class _Taking:
    """Takes rows one by one and notes what comes twice."""

    skipped: list[Skipped]
    votes: bool = False
    again: list[str] = field(default_factory=list)
    repeats: Repeats = field(default_factory=Repeats)

    def records(
        self, rows: Sequence[LabelledPath], located: Located, meanings: LabelMeanings
    ) -> Iterator[Record]:
        """Usable rows as records, in their order."""

        def label_of(at: int) -> str | None:
            row, file = rows[at], located.files[at]
            label = self._label(row, meanings)
            return label if _problem(row, file, label, meanings) is None else None

        self.repeats = find_repeats([row.path for row in rows], located.files, label_of)
        taken: set[str] = set()
        for row, file in zip(rows, located.files, strict=True):
            label = self._label(row, meanings)
            problem = _problem(row, file, label, meanings)
            if problem is not None or not isinstance(file, str):
                self.skipped.append(Skipped(printable(row.path), problem or _NO_PATH))
                continue
            # Windows knows `A.jpg` and `a.jpg` as one file.
            key = os.path.normcase(file)
            chosen = self.repeats.labels.get(key)
            if chosen is not None:
                if label and label != chosen:
                    self.skipped.append(Skipped(row.path, self._outvoted(key, chosen, label)))
                    continue
                # The label may stand in another row, perhaps further down.
                if label != chosen or key in taken:
                    self.again.append(row.path)
                    continue
                taken.add(key)
            yield Record(row.path, file, label, row.split, _said(row, meanings), row.group)

    def _label(self, row: LabelledPath, meanings: LabelMeanings) -> str:
        """The row's label; of several people's answers a word for nothing is none."""
        label = meanings.class_of(row.label)
        if label or not self.votes or meanings.problem_of(row.label):
            return label
        return most_given(_said(row, meanings))

    def _outvoted(self, key: str, chosen: str, label: str) -> Message:
        if key in self.repeats.undecided:
            return message(
                "the path came before with label `{first}`; this row says `{label}`",
                first=chosen,
                label=label,
            )
        return message(
            "most rows of this path say `{most}`; this row says `{label}`", most=chosen, label=label
        )

    def warnings(self) -> list[Message]:
        """What came twice."""
        if not self.again:
            return self.repeats.notes()
        return [
            message(
                "Repeated rows, read once: {count} ({repeats}).",
                count=len(self.again),
                repeats=shorten(self.again),
            ),
            *self.repeats.notes(),
        ]


def _said(row: LabelledPath, meanings: LabelMeanings) -> tuple[str, ...]:
    """What each annotator said."""
    return tuple(meanings.class_of(text) if is_text(text) else "" for text in row.annotations)


def _problem(
    row: LabelledPath, file: str | Message, label: str, meanings: LabelMeanings
) -> Message | None:
    """Why a row cannot be used."""
    if not is_text(row.path) or not is_text(row.label):
        return _NOT_TEXT
    if not isinstance(file, str):
        return file
    if suffix_of(os.path.split(file)[1]) in _NEVER_IMAGES:
        return message("not an image")
    if row.problem is not None:
        return row.problem
    return (meanings.problem_of(row.label) or None) if not label else None


def _nothing_usable(
    root: Path, rows: Sequence[LabelledPath], skipped: list[Skipped], located: Located
) -> UserError:
    if not rows and skipped:
        return UserError(
            message(
                "None of the {count} rows of `{root}` can be used; for example `{path}`: {reason}.",
                count=len(skipped),
                root=root,
                path=skipped[0].path[:120],
                reason=skipped[0].reason,
            ),
            message(
                "Correct the file; in a table, names that hold the sign between the columns need"
                " quotation marks."
            ),
            code="no_images",
        )
    if not rows:
        return UserError(
            message("`{root}` lists no images: it has no rows below its header.", root=root),
            message("Choose a table with at least one path and label."),
            code="no_images",
        )
    example = skipped[-1]
    return UserError(
        message(
            "None of the {count} rows can be used; for example `{path}`: {reason}."
            " Looked from `{base}`.",
            count=len(rows),
            path=example.path[:120],
            reason=example.reason,
            base=rows[0].base,
        ),
        _what_to_do(example.path, located),
        code="no_images",
    )


def _not_found(rows: Sequence[LabelledPath], located: Located) -> list[str]:
    """Paths of rows whose file is not there; rows may be without a path too."""
    return [
        printable(row.path)
        for row, file in zip(rows, located.files, strict=True)
        if not isinstance(file, str) and row.path.strip()
    ]


def _left_out_doubts(skipped: Sequence[Skipped], found: RowSet) -> list[Message]:
    """That many rows were left out for what they look like.

    Rows without a mark are images without a label as a rule: only where they are as many as the
    others a class may be meant that has no column, as the good parts among kinds of defects.
    """
    left_out = [entry for entry in skipped if entry.reason.template in _WITHOUT_DOUBT_OF_THEIR_OWN]
    unmarked = [entry for entry in left_out if entry.reason.template == UNMARKED.template]
    misread = [entry for entry in left_out if entry.reason.template != UNMARKED.template]
    number = len(found.rows) + sum(e.reason.template == TOO_LONG.template for e in found.skipped)
    doubts: list[Message] = []
    if 2 * len(unmarked) >= number > 0:
        columns = found.reading.columns
        doubts.append(
            message(
                "{count:,} of {number:,} rows were left out, such as that of `{path}`, since in"
                " none of the columns {names} they have a mark. If these images are a class of"
                " their own, such as the good ones, add a column for it that is marked there.",
                count=len(unmarked),
                number=number,
                path=unmarked[0].path[:120],
                names=shorten(columns.one_hot) if columns else "",
            )
        )
    if is_many(len(misread), number):
        [(most, _)] = Counter(entry.reason.template for entry in misread).most_common(1)
        first = next(entry for entry in misread if entry.reason.template == most)
        doubts.append(
            message(
                "{count:,} of {number:,} rows were left out, such as that of `{path}`: {reason}."
                " Correct these rows; in a table, cells that hold the sign between the columns"
                " need quotation marks.",
                count=len(misread),
                number=number,
                path=first.path[:120],
                reason=first.reason,
            )
        )
    return doubts


def _what_to_do(path: str, located: Located) -> Message:
    if any(isinstance(file, str) for file in located.files):
        return message("If another column holds the labels, name it with --label-column.")
    if located.examples:
        return message(
            "The images that lie there are named otherwise: {names}, not `{path}`. Correct the"
            " names in the table, name another column with --path-column, or, if the images lie"
            " elsewhere, give that folder with --image-root.",
            names=shorten(located.examples),
            path=path[:120],
        )
    return message("If the images lie elsewhere, give that folder with --image-root.")
