"""Verdicts as changes of label and status, without side effects.

- *accept* takes the suggestion: the class, or to set aside what is perhaps an image of none of the
  classes, where such images alone are asked for; it does nothing where nothing is suggested;
- *keep* confirms the given label; it does nothing where there is none;
- *relabel* picks a class;
- *exclude*, *unsure* and *ask* (a colleague) leave the label as it is;
- *reset* forgets the decision;
- *adopt* takes over what an opinion decided;
- *take source* takes over the label that the dataset gives now, where nobody has decided;
- *confirm* lets decisions on other pictures stand for those that are there now.
"""

from dataclasses import replace

import numpy as np

from lnl_gui.session.samples.columns import SampleColumns
from lnl_gui.store.dataset.samples import ASKED, EXCLUDED, KEPT, RELABELLED, UNSEEN, UNSURE
from lnl_gui.store.history.journal import Change

ACCEPT, KEEP, RELABEL, EXCLUDE, UNSURE_VERDICT, ASK, RESET = KINDS = (
    "accept",
    "keep",
    "relabel",
    "exclude",
    "unsure",
    "ask",
    "reset",
)
"""The verdicts a person gives on any sample, as the journal calls them."""
KEEP_ONE, ADOPT, TAKE_SOURCE, CONFIRM = "keep_one", "adopt", "take_source", "confirm"
"""What decides about several samples at once: copies of one image, others' opinions, labels that
the dataset has changed since it was imported, decisions that were made on other pictures."""


def accept(columns: SampleColumns, rows: np.ndarray, *, named: bool = False) -> Change:
    """Give `rows` (n,) their suggested labels; those without a suggestion stay out.

    Where all of them are perhaps images of none of the classes, they are excluded; among others
    such images stay out unless each was `named`, as most may belong to a class all the same.
    """
    rows = rows[acceptable(columns, rows, named=named)]
    suggested, aside = columns.suggested[rows], columns.off_topic[rows]
    label = np.where(suggested >= 0, suggested, columns.current[rows])
    accepted = _labelled(columns, rows, label)
    status = np.where(aside, EXCLUDED, accepted.new_status).astype(np.uint8)
    return replace(accepted, new_status=status)


def acceptable(columns: SampleColumns, rows: np.ndarray, *, named: bool = False) -> np.ndarray:
    """Of which of `rows` (n,) something is accepted, bool (n,), see `accept`."""
    suggested: np.ndarray = columns.suggested[rows] >= 0
    aside = columns.off_topic[rows]
    return suggested | aside if named or aside.all() else suggested & ~aside


def keep(columns: SampleColumns, rows: np.ndarray) -> Change:
    """Confirm the given labels of `rows` (n,); those that came without one are left out."""
    rows = rows[~columns.unlabelled[rows]]
    return _labelled(columns, rows, columns.given[rows])


def relabel(columns: SampleColumns, rows: np.ndarray, class_id: int) -> Change:
    """Give all `rows` (n,) one class."""
    return _labelled(columns, rows, np.full(len(rows), class_id, np.int32))


def exclude(columns: SampleColumns, rows: np.ndarray) -> Change:
    """Mark `rows` (n,) as excluded; labels stay."""
    return _marked(columns, rows, EXCLUDED)


def unsure(columns: SampleColumns, rows: np.ndarray) -> Change:
    """Mark `rows` (n,) as looked at and undecided."""
    return _marked(columns, rows, UNSURE)


def ask(columns: SampleColumns, rows: np.ndarray) -> Change:
    """Mark `rows` (n,) as a question to a colleague."""
    return _marked(columns, rows, ASKED)


def reset(columns: SampleColumns, rows: np.ndarray) -> Change:
    """Set `rows` (n,) back to the given label and to unseen."""
    status = np.full(len(rows), UNSEEN, np.uint8)
    return _change(columns, rows, columns.given[rows], status)


def adopt(
    columns: SampleColumns, rows: np.ndarray, label: np.ndarray, status: np.ndarray
) -> Change:
    """Take over recorded labels int32 (n,) and statuses uint8 (n,)."""
    return _change(columns, rows, label, status)


def take_source(columns: SampleColumns) -> Change:
    """Give every undecided sample the label that the dataset has changed it to."""
    rows = np.flatnonzero((columns.source_label >= 0) & (columns.status == UNSEEN))
    return _labelled(columns, rows, columns.source_label[rows])


def _labelled(columns: SampleColumns, rows: np.ndarray, label: np.ndarray) -> Change:
    # By the label and not by the key: who presses the key of the given class has kept it.
    status = np.where(label == columns.given[rows], KEPT, RELABELLED)
    return _change(columns, rows, label, status)


def _marked(columns: SampleColumns, rows: np.ndarray, status: int) -> Change:
    return _change(columns, rows, columns.current[rows], np.full(len(rows), status))


def _change(
    columns: SampleColumns, rows: np.ndarray, label: np.ndarray, status: np.ndarray
) -> Change:
    return Change(
        rows,
        columns.current[rows].copy(),
        label.astype(np.int32),
        columns.status[rows].copy(),
        status.astype(np.uint8),
    )
