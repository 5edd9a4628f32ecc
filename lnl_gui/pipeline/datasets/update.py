"""The update job: reads a project's dataset again and finds what has changed in it.

Nothing of the project is changed here: the changes are left in the run's folder, and whoever holds
the writer's lock makes them in one transaction.
"""

from collections import Counter
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.patching.undo import take_back
from lnl_gui.dataset.readers.folders import class_folders as folders
from lnl_gui.pipeline.datasets import content
from lnl_gui.pipeline.datasets.changed_reading import (
    ReadingDifferences,
    refuse_changed_reading,
    refuse_new_doubts,
    says_reading,
)
from lnl_gui.pipeline.datasets.contents_now import ContentsNow
from lnl_gui.pipeline.datasets.dataset_reading import read_listing
from lnl_gui.pipeline.datasets.given_labels import given_labels
from lnl_gui.pipeline.datasets.import_dataset import file_unless
from lnl_gui.pipeline.datasets.known_samples import KnownSamples, read_known
from lnl_gui.pipeline.datasets.merged_accepted import merged_accepted
from lnl_gui.pipeline.datasets.merged_annotations import merged_annotations
from lnl_gui.pipeline.datasets.merged_groups import merged_groups
from lnl_gui.pipeline.datasets.reading_record import record_of
from lnl_gui.pipeline.datasets.renamed_classes import (
    RenamedClasses,
    classes_gone,
    find_renamed,
    names_taken_over,
    refuse_most_labels,
)
from lnl_gui.pipeline.datasets.replaced_images import refuse_other_dataset, replaced_pictures
from lnl_gui.pipeline.datasets.resaved_images import Resaved, find_resaved
from lnl_gui.pipeline.datasets.sample_matching import (
    NEW,
    keep_places,
    match_by_content,
    match_by_place,
)
from lnl_gui.pipeline.datasets.unlisted_images import refuse_many_unlisted
from lnl_gui.store.accepted_labels import save_accepted
from lnl_gui.store.annotators import Annotations, save_annotations
from lnl_gui.store.arrays import FILE_STATS
from lnl_gui.store.dataset_changes import DatasetChanges, write_changes
from lnl_gui.store.groups import StoredGroups, save_groups
from lnl_gui.store.job_kinds import to_dict
from lnl_gui.store.parameters import MOST_MISSING, ImportParameters, UpdateParameters
from lnl_gui.store.reading_record import ReadingRecord
from lnl_gui.store.samples import STATUS_NAMES
from lnl_gui.store.source_state import MISSING, NO_LABEL, UNLISTED
from lnl_gui.util.array_file import write_array
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.messages import message, to_text
from lnl_gui.util.progress import JobContext, stage_progress

_EXAMPLES = 20
_MOST = 0.5
"""Share of the samples that may vanish before an update asks whether this is the dataset."""


def run(
    parameters: UpdateParameters, context: JobContext, *, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    """Find what has changed; made when the run is recorded.

    Raises:
        UserError: when the dataset is not there, its reading is doubtful, or most of it has gone;
            or when an addition cannot be taken back.
    """
    taken_back = {"taken_back": take_back(Path(parameters.undo))} if parameters.undo else {}
    found = find_update(parameters, context, project_folder)
    leave(found, project_folder, run_folder)
    return {"artifacts": {}, "metrics": found.metrics | taken_back}


def leave(found: "FoundUpdate", project_folder: Path, run_folder: Path) -> None:
    """Leave what was found for the project's writer.

    Raises:
        UserError: when it cannot be written.
    """
    try:
        if found.groups is not None:
            save_groups(project_folder / "arrays", found.groups, name=found.changes.groups)
        if found.accepted is not None:
            save_accepted(project_folder / "arrays", found.accepted, name=found.changes.accepted)
        if found.annotations is not None:
            save_annotations(
                project_folder / "arrays", found.annotations, name=found.changes.annotations
            )
        write_array(project_folder / FILE_STATS, found.stats)
        write_changes(run_folder, found.changes)
    except OSError as error:
        raise as_user_error(error, message("save the changes")) from error


def preview(parameters: UpdateParameters, context: JobContext, folder: Path) -> dict[str, Any]:
    """The figures of an update; nothing is written.

    Raises:
        UserError: as `run`.
    """
    return find_update(parameters, context, folder, preview=True).metrics


@dataclass(frozen=True)
class FoundUpdate:
    """What an update changes, its figures, and arrays to write beside it."""

    changes: DatasetChanges
    metrics: dict[str, Any]
    stats: np.ndarray
    annotations: Any
    groups: StoredGroups | None
    accepted: np.ndarray | None


def find_update(
    parameters: UpdateParameters,
    context: JobContext,
    project_folder: Path,
    *,
    preview: bool = False,
) -> FoundUpdate:
    """Compare a project with its dataset as it is now.

    Args:
        parameters: what is said anew.
        context: progress and log.
        project_folder: the project; only read.
        preview: unpack an archive where nobody keeps anything.

    Raises:
        UserError: as `run`.
    """
    known = read_known(project_folder)
    wanted = recorded_reading(parameters, known)
    read_as = replace(wanted, project="") if preview else wanted
    listing = read_listing(read_as, stage_progress(context, message("Reading the dataset")))
    accepted = parameters.dataset is not None and parameters.dataset.accept_layout
    refuse_new_doubts(listing, known, wanted, accepted_now=accepted)
    for warning in (*listing.suspicions, *listing.warnings):
        context.log(warning)
    return _Comparison(known, listing, wanted, parameters, context).result()


def recorded_reading(parameters: UpdateParameters, known: KnownSamples) -> ImportParameters:
    """How a dataset is read: as it was imported, but for what is said anew.

    Args:
        parameters: what is said anew.
        known: the project.

    Raises:
        UserError: when neither says it.
    """
    before, anew = known.parameters, parameters.dataset
    if before is None and known.reader == folders.NAME:
        # Of these the folder is all there is to say.
        before = ImportParameters(str(known.root), str(known.folder), reader=known.reader)
    if before is None:
        if anew is None or not anew.source:
            raise UserError(
                message("It is not on record how this dataset was imported."),
                message(
                    "Say it once with --source and the options of the import; from then on it is"
                    " known."
                ),
                code="no_source",
            )
        before = ImportParameters(anew.source, str(known.folder))
    if anew is None:
        return before
    said = {
        field.name: getattr(anew, field.name)
        for field in fields(ImportParameters)
        if field.name != "project" and getattr(anew, field.name) not in ("", field.default)
    }
    return replace(before, **said)


class _Comparison:
    """A project's samples beside the dataset's images."""

    def __init__(
        self,
        known: KnownSamples,
        listing: Listing,
        wanted: ImportParameters,
        parameters: UpdateParameters,
        context: JobContext,
    ) -> None:
        self.known, self.listing, self.wanted = known, listing, wanted
        self.accept_missing = parameters.accept_missing
        self._reading_is_said = says_reading(known.parameters, wanted) or bool(
            parameters.dataset is not None and parameters.dataset.accept_layout
        )
        self._context = context
        # What was said anew, or a dataset that has moved with its project, gives another root.
        anew = parameters.dataset is not None and bool(parameters.dataset.source)
        self._anew = anew
        moved = anew or not known.root.is_dir()
        self.root = listing.root.absolute() if moved else known.root
        self._renamed = names_taken_over(known, listing.class_names)
        self.new_classes = _new_names([*known.class_names, *self._renamed], listing.class_names)
        splits = sorted({record.split for record in listing.records})
        self.new_splits = _new_names(known.split_names, splits)
        self.stats = known.stats.copy()
        paths, files = known.samples.paths, known.files()
        self._places = [(path, str(file)) for path, file in zip(paths, files, strict=True)]
        self._images = [(record.path, str(record.file)) for record in listing.records]
        self._now = ContentsNow([record.file for record in listing.records], context)
        self._resaved = Resaved()
        self._renamed_now = RenamedClasses()

    def result(self) -> FoundUpdate:
        """Everything that differs."""
        row_of, changed = self._match()
        gone = self._gone(row_of)
        given, labels = self._labels(row_of)
        differences = self._differences(row_of, labels, gone)
        if not self._reading_is_said:
            refuse_changed_reading(self.known, self.listing, self.wanted, differences)
        given, labels = self._follow_names(row_of, given, labels)
        if not self._reading_is_said:
            refuse_most_labels(self.known, row_of, labels, self._names())
        self._refuse_most_missing(row_of)
        # What was saved anew and shows the same picture is judged still.
        there = np.setdiff1d(row_of[row_of != NEW], [*self._resaved.in_place]).tolist()
        replaced = replaced_pictures(self.known, self._held(row_of, changed), there)
        # Who said what the labels are taken from was told what that leaves out.
        if not (self.accept_missing or self._reading_is_said):
            refuse_many_unlisted(self.known, gone, self.wanted.source)
        if not self.accept_missing:
            refuse_other_dataset(self.known, replaced, there, self.wanted.source, named=self._anew)
        repaired = self._repaired(row_of)
        annotations = merged_annotations(self.known, self.listing, row_of, self._class_ids())
        groups = merged_groups(self.known, self.listing, row_of)
        accepted = merged_accepted(self.known, self.listing, row_of, labels)
        added = np.flatnonzero(row_of == NEW).tolist()
        changes = DatasetChanges(
            base=self.known.base,
            samples=len(self.known),
            root=str(self.root) if self.root != self.known.root else "",
            parameters=to_dict(self.wanted),
            reading=self._reading_to_remember(),
            classes=tuple(self.new_classes),
            renamed=self._renames(),
            splits=tuple(self.new_splits),
            added=tuple(self._added(at, int(given[at])) for at in added),
            moved=tuple(self._moved(row_of)),
            resplit=tuple(self._resplit(row_of)),
            source_labels={str(row): label for row, label in labels.items()},
            gone={str(row): kind for row, kind in gone.items()},
            skipped=tuple((entry.path, to_text(entry.reason)) for entry in self.listing.skipped),
            content_changed=tuple(sorted({*changed, *repaired, *self._resaved.same.values()})),
            readable_again=tuple(repaired),
            replaced=replaced,
            # Files of their own: after a kill the database still names those that are whole.
            annotations=f"annotators-{self.known.base + 1}" if annotations is not None else "",
            groups=f"groups-{self.known.base + 1}" if groups is not None else "",
            accepted=f"accepted-{self.known.base + 1}" if accepted is not None else "",
        )
        metrics = self._metrics(changes, row_of, changed)
        counts = {name: value for name, value in metrics.items() if isinstance(value, int)}
        changes = replace(changes, counts=counts)
        return FoundUpdate(changes, metrics, self.stats, annotations, groups, accepted)

    def _held(self, row_of: np.ndarray, changed: list[int]) -> dict[int, bytes]:
        """What the samples `changed` hold now."""
        images = np.flatnonzero(np.isin(row_of, changed)).tolist()
        found = self._now.hashes(images, message("Reading changed images"))
        return {int(row_of[at]): held for at, held in found.items()}

    # Which image is which sample

    def _match(self) -> tuple[np.ndarray, list[int]]:
        """The sample (M,) that each image is, and rows whose file holds other bytes than before."""
        known = self.known
        row_of = match_by_place(self._places, self._images)
        # Files are renumbered and exchange their names: a sample is its picture, not its path.
        others, same = self._now.other_than(
            row_of, known.hashes, known.stats, known.samples.status > 0
        )
        for row, stat in same.items():
            self.stats[row] = stat
        places = {at: int(row_of[at]) for at in others}
        row_of[list(others)] = NEW
        vanished = np.setdiff1d(np.arange(len(known)), row_of)
        lost = [
            (row, known.hashes[row], known.file_of(row).name)
            for row in vanished.tolist()
            if known.hashes[row]
        ]
        candidates = self._candidates(row_of, [row for row, _, _ in lost], others)
        recognised = match_by_content(lost, candidates)
        for number, row in recognised.items():
            row_of[number] = row
        stats = content.file_stats([self.listing.records[at].file for at in recognised])
        self.stats[list(recognised.values())] = stats
        replaced = keep_places(row_of, places)
        self._resaved = self._find_resaved(row_of, replaced)
        for at, row in self._resaved.samples.items():
            row_of[at] = row
        # Where nothing is known of a picture its name is all there is, as at its old path.
        return row_of, sorted([*replaced, *self._resaved.unknown.values()])

    def _find_resaved(self, row_of: np.ndarray, replaced: list[int]) -> Resaved:
        gone = np.setdiff1d(np.arange(len(self.known)), row_of).tolist()
        records = self.listing.records
        new = np.flatnonzero(row_of == NEW).tolist() if gone else []
        return find_resaved(
            self.known,
            gone,
            {at: (records[at].path, records[at].file) for at in new},
            {
                at: (int(row_of[at]), records[at].file)
                for at in np.flatnonzero(np.isin(row_of, replaced)).tolist()
            },
            self._context,
        )

    def _candidates(
        self, row_of: np.ndarray, lost: list[int], others: dict[int, bytes]
    ) -> list[tuple[int, bytes, str]]:
        """Images that may be samples under another path, with their hashes.

        Args:
            row_of: (M,), `NEW` of all these.
            lost: the samples that they may be.
            others: contents of images that were read already.
        """
        new = [at for at in np.flatnonzero(row_of == NEW).tolist() if at not in others]
        records = self.listing.records
        sizes = set(self.known.stats[lost, 0].tolist())
        if not lost:
            new = []
        # A lost image of unknown size, or from inside a container, may be any of the new ones.
        elif new and not sizes & {-1, content.MEMBER_SIZE}:
            # Files of another size hold something else: they need not be read.
            sizes.add(content.MEMBER_SIZE)
            stats = content.file_stats([records[at].file for at in new])
            new = [at for at, (size, _) in zip(new, stats.tolist(), strict=True) if size in sizes]
        found = others | self._now.hashes(new, message("Looking for moved images"))
        return [(at, found[at], records[at].file.name) for at in sorted(found)]

    def _refuse_most_missing(self, row_of: np.ndarray) -> None:
        # What was gone before has been asked about.
        present = [row for row in range(len(self.known)) if row not in self.known.state.gone]
        lost = np.setdiff1d(present, row_of)
        if len(lost) <= _MOST * len(present) or self.accept_missing:
            return
        raise UserError(
            message(
                "{lost:,} of {present:,} images of the project are no longer in `{source}`, such as"
                " `{example}`; {decided:,} of them were decided on.",
                lost=len(lost),
                decided=int((self.known.samples.status[lost] > 0).sum()),
                present=len(present),
                source=self.wanted.source,
                example=self.known.samples.paths[int(lost[0])],
            ),
            message(
                "If the images have moved, say where they are: `lnl-gui relocate PROJECT"
                " --image-root DIR`. If they are really gone, go on with --accept-missing: they are"
                " marked, and what was decided about them is kept."
            ),
            code=MOST_MISSING,
        )

    # What has become of samples

    def _gone(self, row_of: np.ndarray) -> dict[int, str]:
        vanished = np.setdiff1d(np.arange(len(self.known)), row_of).tolist()
        stats = content.file_stats([self.known.file_of(row) for row in vanished])
        there = stats[:, 0] >= 0
        # A file that is listed and was not recognised is another picture by that name.
        listed = {place for _, place in self._images}
        return {
            row: UNLISTED if exists and self._places[row][1] not in listed else MISSING
            for row, exists in zip(vanished, there.tolist(), strict=True)
        }

    def _repaired(self, row_of: np.ndarray) -> list[int]:
        """Rows that could not be read before, and whose file is another now."""
        pairs = [
            (int(row), record.file)
            for row, record in zip(row_of.tolist(), self.listing.records, strict=True)
            if row != NEW and self.known.failed[row]
        ]
        now = content.file_stats([file for _, file in pairs])
        return [
            row
            for (row, _), stat in zip(pairs, now, strict=True)
            # The same file could not be read again either.
            if stat[0] >= 0 and (stat != self.known.stats[row]).any()
        ]

    def _class_ids(self) -> dict[str, int]:
        names = [*self.known.class_names, *self.new_classes]
        return {name: number for number, name in enumerate(names)} | self._renamed

    def _names(self) -> dict[int, str]:
        """What classes are called, by id: here, and where they are new in the dataset."""
        names = [*self.known.class_names, *self.new_classes]
        here = {number: name for name, number in self.known.renamed.items()}
        return {NO_LABEL: ""} | dict(enumerate(names)) | here

    def _renames(self) -> dict[str, tuple[str, str]]:
        names, keys = self._names(), self.known.class_names
        return {keys[n]: (names[n], name) for n, name in self._renamed_now.shown.items()}

    def _follow_names(
        self, row_of: np.ndarray, given: np.ndarray, labels: dict[int, int]
    ) -> tuple[np.ndarray, dict[int, int]]:
        """The labels, once classes that only have another name now are what they were."""
        found, taken = self.listing.class_names, self._renamed
        places = self._given()[0]
        self._renamed_now = find_renamed(self.known, self.listing, row_of, places, taken)
        if not self._renamed_now.ids:
            return given, labels
        self._renamed = {**taken, **self._renamed_now.ids}
        self.new_classes = _new_names([*self.known.class_names, *self._renamed], found)
        return self._labels(row_of)

    def _given(self) -> tuple[list[int], Annotations | None]:
        # A column of labels that somebody named is the given label, whatever annotators answered.
        majority = self.listing.votes or self.wanted.label_column is None
        return given_labels(self.listing, majority=majority)

    def _labels(self, row_of: np.ndarray) -> tuple[np.ndarray, dict[int, int]]:
        """Class ids (M,) of the images, and by row those that the source has changed."""
        given, said = self._given()
        ids = self._class_ids()
        project_id = np.array(
            [*(ids[name] for name in self.listing.class_names), NO_LABEL], np.int64
        )
        labels = project_id[np.array(given, np.int64)]
        before = self.known.samples.given
        changed = {
            row: int(label)
            for row, label in zip(row_of.tolist(), labels.tolist(), strict=True)
            if row != NEW and label != before[row]
        }
        if said is not None and said.given_is_majority:
            # Who settles ties depends on everybody's answers: only changed answers are changes.
            changed = {
                row: label for row, label in changed.items() if self._answers_changed(row, row_of)
            }
        # What the source said of a sample that is gone stays on record.
        here_still = set(row_of.tolist())
        kept = {
            row: label for row, label in self.known.state.labels.items() if row not in here_still
        }
        return labels, kept | changed

    def _answers_changed(self, row: int, row_of: np.ndarray) -> bool:
        known = self.known.annotations
        if known is None:
            return True
        record = self.listing.records[int(np.flatnonzero(row_of == row)[0])]
        said = dict(zip(self.listing.annotators, record.annotations, strict=True))
        names = {number: name for name, number in self._class_ids().items()}
        before = {
            who: names.get(int(label), "")
            for who, label in zip(known.names, known.labels[row].tolist(), strict=True)
        }
        return {k: v for k, v in said.items() if v} != {k: v for k, v in before.items() if v}

    # What decides the labels

    def _differences(
        self, row_of: np.ndarray, labels: dict[int, int], gone: dict[int, str]
    ) -> ReadingDifferences:
        """What the source says otherwise than before of images that lie where they lay."""
        known, state = self.known, self.known.state
        names = {NO_LABEL: ""} | {number: name for name, number in self._class_ids().items()}
        given = known.samples.given
        same = [
            row
            for at, row in enumerate(row_of.tolist())
            if row != NEW and self._images[at][1] == self._places[row][1]
        ]
        pairs = (
            (row, state.labels.get(row, int(given[row])), labels.get(row, int(given[row])))
            for row in same
        )
        return ReadingDifferences(
            {row: (names[old], names[new]) for row, old, new in pairs if old != new},
            tuple(row for row, kind in gone.items() if kind == UNLISTED and row not in state.gone),
            len(same),
            int((row_of == NEW).sum()),
        )

    def _reading_to_remember(self) -> ReadingRecord | None:
        # What was agreed to once stays what later readings are compared with.
        if self.known.reading is not None and not self._reading_is_said:
            return None
        return record_of(self.listing)

    # Rows as the database holds them

    def _split_id(self, name: str) -> int:
        return [*self.known.split_names, *self.new_splits].index(name)

    def _added(self, at: int, label: int) -> tuple[str, int, int, str | None]:
        record = self.listing.records[at]
        file = file_unless(record, self.root)
        return record.path, label, self._split_id(record.split), file

    def _moved(self, row_of: np.ndarray) -> list[tuple[int, str, str | None]]:
        samples, moved = self.known.samples, []
        same_root = self.root == self.known.root
        for at, row in enumerate(row_of.tolist()):
            # Texts are compared first: a path costs ten times as much to make and to compare.
            if row == NEW or (same_root and self._images[at] == self._places[row]):
                continue
            record = self.listing.records[at]
            file = file_unless(record, self.root)
            if (record.path, file or record.path) != (samples.paths[row], samples.files[row]):
                moved.append((row, record.path, file))
        return moved

    def _resplit(self, row_of: np.ndarray) -> list[tuple[int, int]]:
        split_ids = {
            name: at for at, name in enumerate([*self.known.split_names, *self.new_splits])
        }
        return [
            (row, split_ids[record.split])
            for row, record in zip(row_of.tolist(), self.listing.records, strict=True)
            if row != NEW and split_ids[record.split] != self.known.samples.split[row]
        ]

    # Figures

    def _metrics(
        self, changes: DatasetChanges, row_of: np.ndarray, changed: list[int]
    ) -> dict[str, Any]:
        known, state, records = self.known, self.known.state, self.listing.records
        kinds = Counter(changes.gone.values())
        newly_gone = [int(row) for row in changes.gone if int(row) not in state.gone]
        returned = [row for row in state.gone if str(row) not in changes.gone]
        rows = [int(row) for row in changes.source_labels]
        undecided = [row for row in rows if known.samples.status[row] == 0]
        fresh = [row for row in rows if state.labels.get(row) != changes.source_labels[str(row)]]
        unknown = [row for row in newly_gone if not known.hashes[row]]
        moved = [row for row, path, file in changes.moved if path != known.samples.paths[row]]
        is_decided = known.samples.status > 0
        resaved, paths = self._resaved, known.samples.paths
        other = [row for row in changed if is_decided[row] and row not in resaved.in_place]
        decided = [paths[row] for row in other]
        decided_gone = [paths[row] for row in newly_gone if is_decided[row]]
        return {
            "samples": len(known) + len(changes.added),
            "added": len(changes.added),
            "moved": len(moved),
            "missing": kinds[MISSING],
            "unlisted": kinds[UNLISTED],
            "newly_gone": len(newly_gone),
            "newly_gone_decided": len(decided_gone),
            "resaved": len(resaved.same),
            "same_name": len(resaved.others),
            "returned": len(returned),
            "not_recognisable": len(unknown) if changes.added else 0,
            "content_changed": len(changed),
            "content_changed_decided": len(decided),
            "labels_changed": len(rows),
            "labels_newly_changed": len(fresh),
            "labels_undecided": len(undecided),
            "splits_changed": len(changes.resplit),
            "skipped": len(changes.skipped or ()),
            "new_classes": list(changes.classes),
            "renamed_classes": [list(names) for names in changes.renamed.values()],
            "classes_gone": classes_gone(
                known,
                self.listing.class_names,
                {int(row): label for row, label in changes.source_labels.items()},
                self._names(),
                self._renamed_now,
            ),
            "edited_classes": self._edited_classes(changes),
            "reader": self.listing.reader,
            "source": self.wanted.source,
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
                "labels": [self._label_change(row, changes) for row in rows[:_EXAMPLES]],
            },
        }

    def _edited_classes(self, changes: DatasetChanges) -> list[list[Any]]:
        """Classes of new images that are merged or deleted here: what they are now, how many."""
        count = Counter(label for _, label, _, _ in changes.added)
        names = self.known.class_names
        return [
            [names[label], now, count[label]]
            for label, now in self.known.edited.items()
            if count[label]
        ]

    def _label_change(self, row: int, changes: DatasetChanges) -> dict[str, str]:
        names = [*self.known.class_names, *self.new_classes, ""]
        samples = self.known.samples
        return {
            "path": samples.paths[row],
            "given": names[samples.given[row]],
            "source": names[changes.source_labels[str(row)]],
            "current": names[samples.current[row]],
            "status": STATUS_NAMES[samples.status[row]],
        }


def _new_names(known: list[str], found: list[str]) -> list[str]:
    here = set(known)
    return [name for name in found if name not in here]
