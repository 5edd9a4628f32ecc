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


def sample_history(project: Project, classes: list[ClassInfo], row: int) -> list[HistoryEntry]:
    """Every verdict on a sample, oldest first."""
    return [
        HistoryEntry(
            operation.time,
            operation.reviewer,
            operation.kind,
            _describe(classes, old_label, new_label, old_status, new_status),
            operation.undone,
        )
        for operation, old_label, new_label, old_status, new_status in journal.sample_operations(
            project, row
        )
    ]


def _describe(
    classes: list[ClassInfo], old_label: int, new_label: int, old_status: int, new_status: int
) -> str:
    status = f"{STATUS_NAMES[old_status]} → {STATUS_NAMES[new_status]}"
    if old_label == new_label:
        return status
    return f"{classes[old_label].name} → {classes[new_label].name} ({status})"
