"""The manifest of an export: what it is of, how it was made, and its figures."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lnl_gui.dataset.readers.files.own_files import CLASSES, FOUND_GROUPS, GROUP_COLUMN
from lnl_gui.dataset.writers import find_writer
from lnl_gui.dataset.writers.items import WrittenImages
from lnl_gui.pipeline.output.export_set import found_prefixes
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.pipeline.training.curation import Curated
from lnl_gui.store.dataset.samples import UNLISTED_FOLDER, UNSEEN, load_left_out
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import ExportParameters
from lnl_gui.store.project import Project
from lnl_gui.store.review.accepted_labels import COLUMN as ACCEPTED_UNSEEN
from lnl_gui.util.messages import Message, to_json

IMAGES = "images"
"""Folder of an export in which its format is written."""


@dataclass(frozen=True)
class ManifestFacts:
    """What an export came to.

    Attributes:
        exported: samples in it.
        missing: samples that belong to the set and have no image; then the export is partial.
        excluded_written: samples in it that were set aside.
        accepted_unseen: labels in it that are suggestions nobody looked at.
        accepted_not_known: those of them of which it is not known whether somebody did.
        unjudged: labels in it that neither a detection nor a person has judged.
        splits: see `ExportSplits.counts`.
        warnings: what a person should know of it.
    """

    exported: int
    missing: int
    excluded_written: int
    accepted_unseen: int
    accepted_not_known: int
    unjudged: int
    splits: Mapping[str, Any]
    warnings: Sequence[Message]


def manifest_of(
    project: Project,
    snapshot: Snapshot,
    parameters: ExportParameters,
    curated: Curated,
    written: WrittenImages,
    facts: ManifestFacts,
) -> dict[str, Any]:
    """The manifest, as JSON has it.

    Args:
        project: exported.
        snapshot: of it.
        parameters: of the export.
        curated: what of the project is in it.
        written: the files.
        facts: what it came to.
    """
    kinds = Counter(entry.kind for entry in load_left_out(project))
    return {
        "project": project.meta("uuid"),
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": runs.versions(),
        "dataset_root": project.meta("root_absolute"),
        "format": parameters.format,
        "images": parameters.images,
        "unlabelled": curated.unlabelled,
        "labels_added": int(curated.added.sum()),
        "changed_labels": int(curated.changed.sum()),
        "labels_of_edited_classes": int(curated.renamed.sum()),
        "unsure_excluded": parameters.exclude_unsure,
        CLASSES: [snapshot.class_names[number] for number in snapshot.live_classes],
        GROUP_COLUMN: snapshot.groups.column if snapshot.groups is not None else "",
        FOUND_GROUPS: list(found_prefixes(snapshot)),
        "class_folders": written.folders,
        "made": dict(written.made),
        "curated_sha256": curated.digest,
        "warnings": [to_json(note) for note in facts.warnings],
        "partial": facts.missing > 0,
        "missing": facts.missing,
        "exported": facts.exported,
        **_left_aside(snapshot, curated),
        # Nobody knows how many files a folder holds that was not listed.
        "unreadable": kinds.total() - kinds[UNLISTED_FOLDER],
        "gone": int(snapshot.gone.sum()),
        "other_pictures": int((snapshot.other_picture & snapshot.samples.readable).sum()),
        "unreadable_kinds": dict(kinds),
        ACCEPTED_UNSEEN: facts.accepted_unseen,
        "accepted_not_known": facts.accepted_not_known,
        "unjudged": facts.unjudged,
        "excluded_written": facts.excluded_written,
        "splits": facts.splits,
        "splits_asked": parameters.splits,
        "split_seed": parameters.split_seed,
        **_loading(parameters),
        "image_files": any(written.paths) and parameters.images != "none",
    }


def _loading(parameters: ExportParameters) -> dict[str, str]:
    """By which function of another program the images are loaded, and from which folder."""
    function = find_writer(parameters.format).loaded_by
    if not function or parameters.images == "none":
        return {}
    return {"loaded_by": function, "loaded_from": IMAGES}


def _left_aside(snapshot: Snapshot, curated: Curated) -> dict[str, int]:
    """What was set aside, and what was decided on of images that do not count any more."""
    readable, status = snapshot.samples.readable, snapshot.samples.status
    return {
        "excluded": int((curated.excluded & readable).sum()),
        "decided_gone": int(((status != UNSEEN) & ~readable).sum()),
    }
