"""The story of one sample in plain words."""

from dataclasses import dataclass

from lnl_gui.store import journal
from lnl_gui.store.project import Project
from lnl_gui.store.samples import STATUS_NAMES, ClassInfo


@dataclass(frozen=True)
class HistoryEntry:
    """One verdict on one sample."""

    time: float
    reviewer: str
    kind: str
    text: str
    undone: bool
    labels: tuple[str, str] = ("", "")
    """The labels before and after, by name; empty where it stayed."""
    statuses: tuple[str, str] = ("", "")


def sample_history(project: Project, classes: list[ClassInfo], row: int) -> list[HistoryEntry]:
    """Every verdict on a sample, oldest first."""
    return [
        _entry(operation, classes, (old_label, new_label), (old_status, new_status))
        for operation, old_label, new_label, old_status, new_status in journal.sample_operations(
            project, row
        )
    ]


def _entry(
    operation: journal.Operation,
    classes: list[ClassInfo],
    labels: tuple[int, int],
    statuses: tuple[int, int],
) -> HistoryEntry:
    old, new = (STATUS_NAMES[status] for status in statuses)
    before, after = (classes[label].name if labels[0] != labels[1] else "" for label in labels)
    text = f"{old} → {new}"
    return HistoryEntry(
        operation.time,
        operation.reviewer,
        operation.kind,
        f"{before} → {after} ({text})" if before else text,
        operation.undone,
        (before, after),
        (old, new),
    )
