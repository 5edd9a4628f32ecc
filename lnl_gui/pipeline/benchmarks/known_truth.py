"""Samples whose right label is known (or taken to be known), to measure detectors on."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.column_names import KNOWN_NAMES
from lnl_gui.dataset.readers.tables.columns import choose_columns
from lnl_gui.dataset.readers.tables.tables import read_table
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED
from lnl_gui.store.jobs.parameters import TRUTH_PARTS
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, joined, message

# A share measured on 100 samples has a 95 % interval of about 10 points to either side.
LEAST_CONFIRMED = 100
"""So many confirmed samples are measured on alone."""
# Noise needs two classes with samples to move between.
LEAST_OF_A_CLASS = 10


@dataclass(frozen=True)
class KnownTruth:
    """Rows int64 (n,) of samples and their right labels int32 (n,).

    `source` is `table`, `confirmed` or `given`; `note` says in a sentence how far to trust it.
    """

    rows: np.ndarray
    labels: np.ndarray
    source: str
    note: Message


def known_truth(
    snapshot: Snapshot,
    usable: np.ndarray,
    *,
    part: str = "auto",
    table: Path | None = None,
    column: str | None = None,
) -> KnownTruth:
    """The samples to measure on.

    Args:
        snapshot: of the project.
        usable: (N,) bool, samples with an embedding.
        part: `confirmed` (by a person who looked at the image), `all`, or `auto` (confirmed ones
            where there are enough).
        table: a table of paths and true labels; then `part` plays no role.
        column: its column of true labels.

    Raises:
        UserError: when there are too few samples or classes, or the table does not fit.
    """
    if table is not None:
        found = _from_table(snapshot, usable, table, column)
    elif part not in TRUTH_PARTS:
        raise UserError(
            message("There is no part called {part}.", part=part),
            message("Known are: {truth_parts}.", truth_parts=", ".join(TRUTH_PARTS)),
        )
    else:
        found = _from_project(snapshot, usable, part)
    if len(np.unique(found.labels)) < 2:
        raise UserError(
            message(
                "Only {count} samples of fewer than two classes are known to be right.",
                count=len(found.rows),
            ),
            message("Confirm more labels, or measure on all of them."),
            code="too_few",
        )
    return found


def _from_project(snapshot: Snapshot, usable: np.ndarray, part: str) -> KnownTruth:
    samples = snapshot.samples
    decided = usable & np.isin(samples.status, (KEPT, RELABELLED)) & (samples.current >= 0)
    # What was taken over unseen is what the detectors said themselves.
    confirmed = decided & snapshot.looked_at
    counts = np.bincount(samples.current[confirmed], minlength=len(snapshot.class_names))
    enough = int((counts >= LEAST_OF_A_CLASS).sum()) >= 2 and confirmed.sum() >= LEAST_CONFIRMED
    if part == "confirmed" or (part == "auto" and enough):
        rows = np.flatnonzero(confirmed)
        notes = [
            message(
                "Measured on the {count:,} samples whose label a person confirmed.", count=len(rows)
            )
        ]
        unseen = int(decided.sum()) - len(rows)
        if unseen:
            notes.append(
                message(
                    "{count:,} verdicts that were given without a look at the image alone are"
                    " left out.",
                    count=unseen,
                )
            )
        return KnownTruth(
            rows, samples.current[rows].astype(np.int32), "confirmed", joined(notes, " ")
        )
    rows = np.flatnonzero(usable & (samples.status != EXCLUDED) & (samples.current >= 0))
    note = message(
        "Measured on all {count:,} labels as they stand, right or wrong: an error that was"
        " there before counts as a false alarm when it is found, so precision is better than"
        " shown.",
        count=len(rows),
    )
    return KnownTruth(rows, samples.current[rows].astype(np.int32), "given", note)


def _from_table(
    snapshot: Snapshot, usable: np.ndarray, file: Path, column: str | None
) -> KnownTruth:
    table = read_table(file, known_names=KNOWN_NAMES)
    columns = choose_columns(table, ReaderOptions(label_column=column))
    row_of = {path: row for row, path in enumerate(snapshot.samples.paths)}
    class_of = {name: label for label, name in enumerate(snapshot.class_names) if name}
    truth = np.full(len(snapshot), -1, np.int32)
    strange = 0
    for line in table.rows:
        row = row_of.get(line[columns.path])
        if row is not None:
            truth[row] = class_of.get(line[columns.label].strip(), -1)
            strange += int(truth[row] < 0)
    # Without a given label there is nothing that could be wrong.
    rows = np.flatnonzero(usable & (truth >= 0) & (snapshot.samples.given >= 0))
    if not len(rows):
        raise UserError(
            message(
                "No row of {file} names a sample of the project and one of its classes.", file=file
            ),
            message(
                "Paths are written like {paths}, classes like {class_names}.",
                paths=snapshot.samples.paths[0],
                class_names=next(filter(None, snapshot.class_names), ""),
            ),
            code="truth_does_not_fit",
        )
    notes = [
        message(
            "Measured on {count:,} samples whose true label {file} tells.",
            count=len(rows),
            file=file.name,
        )
    ]
    if strange:
        notes.append(
            message(
                "{count:,} of a class that the project does not have are left out.", count=strange
            )
        )
    return KnownTruth(rows, truth[rows], "table", joined(notes, " "))
