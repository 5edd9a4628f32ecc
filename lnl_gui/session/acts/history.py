"""The verdict history of one sample as readable entries."""

from dataclasses import dataclass

from lnl_gui.session.acts.operation_text import recorded_message
from lnl_gui.store.dataset.classes import ClassInfo
from lnl_gui.store.dataset.samples import STATUS_NAMES, STATUS_WORDS
from lnl_gui.store.history import journal, journal_queries
from lnl_gui.store.history.journal import REMARK
from lnl_gui.store.project import Project
from lnl_gui.util.messages import Message, message


@dataclass(frozen=True)
class HistoryEntry:
    """One verdict on one sample; `time` in seconds since the epoch."""

    time: float
    reviewer: str
    kind: str
    text: Message
    """What became of label and status, with names of classes as they are."""
    undone: bool


def sample_history(project: Project, classes: list[ClassInfo], row: int) -> list[HistoryEntry]:
    """Every verdict on a sample, oldest first."""
    touched = journal_queries.sample_operations(project, row)
    return [
        _entry(operation, classes, (old_label, new_label), (old_status, new_status))
        for operation, old_label, new_label, old_status, new_status in touched
    ]


def _entry(
    operation: journal.Operation,
    classes: list[ClassInfo],
    labels: tuple[int, int],
    statuses: tuple[int, int],
) -> HistoryEntry:
    if operation.kind == REMARK:
        said = recorded_message(operation)
        return HistoryEntry(
            operation.time, operation.reviewer, operation.kind, said, operation.undone
        )
    old, new = (STATUS_WORDS[STATUS_NAMES[status]] for status in statuses)
    text = message("{old} → {new}", old=old, new=new)
    if labels[0] != labels[1]:
        before, after = (
            # A field, so that no class is translated.
            Message("{name}", (("name", classes[label].name),))
            if label >= 0
            else message("no label")
            for label in labels
        )
        text = message("{before} → {after} ({statuses})", before=before, after=after, statuses=text)
    return HistoryEntry(operation.time, operation.reviewer, operation.kind, text, operation.undone)
