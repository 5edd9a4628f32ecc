"""Which images of a dataset a patch speaks of, and whether it still fits them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from lnl_gui.containers.location import outer_path
from lnl_gui.dataset.listing import Record
from lnl_gui.dataset.patching.changes import LabelChange, content_digest
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress, no_progress


@dataclass(frozen=True)
class Matched:
    """A change and the record of the dataset it is for."""

    change: LabelChange
    record: Record


@dataclass(frozen=True)
class PatchConflict:
    """A change that does not fit the dataset, with the reason."""

    path: str
    reason: Message


@dataclass
class Matching:
    """What a patch means for a dataset."""

    open: list[Matched] = field(default_factory=list)
    """to be done"""
    done: list[Matched] = field(default_factory=list)
    """as the patch wants it already"""
    conflicts: list[PatchConflict] = field(default_factory=list)


def match_changes(
    changes: Sequence[LabelChange], records: Sequence[Record], *, progress: Progress = no_progress
) -> Matching:
    """Find for each change its image: by the path where the content agrees, else by the content.

    Args:
        changes: of a patch.
        records: of the dataset as it is now.
        progress: called with changes done and their number; may raise `Cancelled`.
    """
    by_path: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        by_path[record.path].append(record)
    contents = _Contents(records)
    found = Matching()
    for number, change in enumerate(changes, 1):
        _sort_in(change, by_path.get(change.path, []), contents, found)
        progress(number, len(changes))
    return found


class _Contents:
    """Records by their content, hashed only where a path has changed."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._digests: dict[str, list[Record]] | None = None

    def with_digest(self, digest: str) -> list[Record]:
        if self._digests is None:
            self._digests = defaultdict(list)
            for record in self._records:
                self._digests[content_digest(record.file)].append(record)
        return self._digests.get(digest, []) if digest else []


def _sort_in(
    change: LabelChange, by_path: list[Record], contents: _Contents, found: Matching
) -> None:
    same = [r for r in by_path if not change.sha256 or content_digest(r.file) == change.sha256]
    if not same:
        # Moved or renamed since: its bytes say which it is. Two copies of one image do not.
        elsewhere = contents.with_digest(change.sha256)
        if len(elsewhere) == 1:
            same = elsewhere
        elif by_path:
            found.conflicts.append(PatchConflict(change.path, message("is another image now")))
            return
        elif elsewhere:
            found.conflicts.append(
                PatchConflict(
                    change.path,
                    message("is not there, and {count} images are the same", count=len(elsewhere)),
                )
            )
            return
        elif change.after is None:
            # It was to leave the dataset, and it is gone.
            return
        else:
            found.conflicts.append(PatchConflict(change.path, message("is not in the dataset")))
            return
    for record in same:
        if record.label == change.after:
            found.done.append(Matched(change, record))
        elif (record.label or None) == change.before:
            found.open.append(Matched(change, record))
        else:
            found.conflicts.append(
                PatchConflict(
                    record.path,
                    message(
                        "has the label `{label}`, the patch expects `{before}`",
                        label=record.label,
                        before=change.before or "",
                    ),
                )
            )


def is_own_file(record: Record) -> bool:
    """Whether an image is a file of its own, which can be moved.

    Args:
        record: of the dataset.
    """
    return outer_path(record.file) == record.file
