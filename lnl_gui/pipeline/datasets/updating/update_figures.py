"""The figures of an update, for a person and for a script."""

from collections import Counter
from pathlib import Path
from typing import Any

from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.pipeline.datasets.updating.renamed_classes import classes_gone
from lnl_gui.pipeline.datasets.updating.update_checks import ComparedDataset
from lnl_gui.store.dataset.other_copy import find_other_copy
from lnl_gui.store.dataset.samples import STATUS_NAMES
from lnl_gui.store.dataset.source_state import MISSING, REFUSED, UNLISTED
from lnl_gui.store.dataset_changes import DatasetChanges

_EXAMPLES = 20


def figures(found: ComparedDataset, changes: DatasetChanges, root: Path) -> dict[str, Any]:
    """The figures of an update.

    Args:
        found: a project beside its dataset.
        changes: what the update changes in it.
        root: the dataset's folder as it is now.
    """
    known, state, records = found.known, found.known.state, found.listing.records
    matched, changed = found.matched, found.matched.changed
    kinds = Counter(changes.gone.values())
    newly_gone = [int(row) for row in changes.gone if int(row) not in state.gone]
    returned = [row for row in state.gone if str(row) not in changes.gone]
    rows = [int(row) for row in changes.source_labels]
    undecided = [row for row in rows if known.samples.status[row] == 0]
    fresh = [row for row in rows if state.labels.get(row) != changes.source_labels[str(row)]]
    unknown = [row for row in newly_gone if not known.hashes[row]]
    moved = [row for row, path, file in changes.moved if path != known.samples.paths[row]]
    is_decided = known.samples.status > 0
    resaved, paths = matched.resaved, known.samples.paths
    told = resaved.in_place | matched.touched
    other = [row for row in changed if is_decided[row] and row not in told]
    decided = [paths[row] for row in other]
    decided_gone = [paths[row] for row in newly_gone if is_decided[row]]
    return {
        "samples": len(known) + len(changes.added),
        "added": len(changes.added),
        "moved": len(moved),
        "missing": kinds[MISSING],
        "unlisted": kinds[UNLISTED],
        "refused": kinds[REFUSED],
        "newly_gone": len(newly_gone),
        "newly_gone_decided": len(decided_gone),
        "resaved": len(resaved.same),
        "same_name": len(resaved.others),
        "returned": len(returned),
        "not_recognisable": len(unknown) if changes.added else 0,
        "content_changed": len(changed),
        "content_changed_decided": len(decided),
        "not_known_decided": len(matched.touched),
        "never_seen_decided": len(matched.never_seen),
        "labels_changed": len(rows),
        "labels_newly_changed": len(fresh),
        "labels_undecided": len(undecided),
        "splits_changed": len(changes.resplit),
        "skipped": len(found.listing.skipped),
        "unlisted_folders": len(found.listing.unlisted),
        "new_classes": list(changes.classes),
        "forgotten_classes": [
            found.labels.names[known.class_names.index(key)] for key in changes.forgotten
        ],
        "renamed_classes": [list(names) for names in changes.renamed.values()],
        "classes_gone": classes_gone(
            known,
            found.listing.class_names,
            {int(row): label for row, label in changes.source_labels.items()},
            found.labels.names,
            found.labels.renamed,
        ),
        "edited_classes": _edited_classes(known, changes),
        "reader": found.listing.reader,
        "root": str(root),
        "other_copy": str(find_other_copy(known.folder, root, known.samples.files) or ""),
        "source": found.wanted.source,
        "examples": {
            "added": [path for path, *_ in changes.added[:_EXAMPLES]],
            "moved": [
                [known.samples.paths[row], path]
                for row, path, _ in changes.moved[:_EXAMPLES]
                if path != known.samples.paths[row]
            ],
            "gone": [known.samples.paths[row] for row in newly_gone[:_EXAMPLES]],
            "gone_decided": decided_gone[:_EXAMPLES],
            "same_name": [records[at].path for at in sorted(resaved.others)[:_EXAMPLES]],
            "content_changed": [known.samples.paths[row] for row in changed[:_EXAMPLES]],
            "content_changed_decided": decided[:_EXAMPLES],
            "not_known_decided": [paths[row] for row in sorted(matched.touched)[:_EXAMPLES]],
            "never_seen_decided": [paths[row] for row in matched.never_seen[:_EXAMPLES]],
            "labels": [_label_change(found, row, changes) for row in rows[:_EXAMPLES]],
        },
    }


def _edited_classes(known: KnownSamples, changes: DatasetChanges) -> list[list[Any]]:
    """Classes of new images that are merged or deleted here: what they are now, how many."""
    count = Counter(label for _, label, _, _ in changes.added)
    names = known.class_names
    return [
        [names[label], now, count[label]] for label, now in known.edited.items() if count[label]
    ]


def _label_change(found: ComparedDataset, row: int, changes: DatasetChanges) -> dict[str, str]:
    names = [*found.known.class_names, *changes.classes, ""]
    samples = found.known.samples
    return {
        "path": samples.paths[row],
        "given": names[samples.given[row]],
        "source": names[changes.source_labels[str(row)]],
        "current": names[samples.current[row]],
        "status": STATUS_NAMES[samples.status[row]],
    }
