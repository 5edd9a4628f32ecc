"""What a project knows of its dataset's files, read before the dataset is looked at again."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.containers.location import ImageLocation, parse_location
from lnl_gui.store.dataset.annotators import Annotations, load_annotations
from lnl_gui.store.dataset.classes import ClassInfo, class_map, load_classes, named_by_dataset
from lnl_gui.store.dataset.groups import StoredGroups, load_groups
from lnl_gui.store.dataset.reading_record import ReadingRecord, load_reading
from lnl_gui.store.dataset.samples import StoredSamples, load_split_names, load_unread, load_written
from lnl_gui.store.dataset.source_state import SourceState, load_source_state
from lnl_gui.store.dataset.unused_classes import unused_classes
from lnl_gui.store.dataset_changes import updates_of
from lnl_gui.store.history.picture_hashes import picture_hashes
from lnl_gui.store.jobs import arrays, runs
from lnl_gui.store.jobs.import_parameters import load_parameters
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.store.project import open_project
from lnl_gui.store.review.accepted_labels import load_accepted


@dataclass(frozen=True)
class KnownSamples:
    """The samples of a project and where their files were."""

    folder: Path
    base: int
    """how often the dataset was changed, see `DatasetChanges.base`"""
    root: Path
    reader: str
    """the reader that made the project"""
    parameters: ImportParameters | None
    samples: StoredSamples
    class_names: list[str]
    """as the dataset calls them"""
    edited: dict[int, str]
    """classes that people merged or deleted: the name of what each is now, "" for nothing"""
    renamed: dict[str, int]
    """classes that are called otherwise here than the dataset did, by that other name"""
    followed: frozenset[int]
    """those of them whose name was taken over from the dataset, and which nobody here has chosen"""
    unused: frozenset[int]
    """classes that no sample came with, no decision names and no person has touched"""
    split_names: list[str]
    state: SourceState
    updated: bool
    """whether an update of the dataset has recorded what is gone, and no move of its folder"""
    failed: np.ndarray
    """bool (N,), could not be read when last embedded"""
    unread: np.ndarray
    """bool (N,), those of them of which the machine said so, see `load_unread`"""
    hashes: np.ndarray
    """S32 (N,), empty where the content is not known"""
    held: np.ndarray
    """S32 (N,), content when the dataset was last read, where that has changed since; empty where
    it is not known"""
    stats: np.ndarray
    """int64 (N, 2), see `store.jobs.arrays.load_file_stats`"""
    annotations: Annotations | None
    groups: StoredGroups | None
    accepted: np.ndarray
    """bool (N,), labels accepted unseen, see `lnl_gui.store.review.accepted_labels`"""
    reading: ReadingRecord | None
    """what the labels were taken from"""

    def __len__(self) -> int:
        return len(self.samples.paths)

    def file_of(self, row: int) -> ImageLocation:
        """Where the image of one sample was."""
        return parse_location(self.root, self.samples.files[row])

    def files(self) -> list[ImageLocation]:
        """Where the images of all samples were."""
        return [parse_location(self.root, file) for file in self.samples.files]


def read_known(folder: Path) -> KnownSamples:
    """Read a project without locking it."""
    with open_project(folder, read_only=True) as project:
        # As the dataset gave them: it knows nothing of classes that people renamed or merged.
        samples, classes = load_written(project), load_classes(project)
        count = len(samples.paths)
        failed = np.zeros(count, bool)
        for (row,) in project.connection.execute("SELECT id FROM sample WHERE error IS NOT NULL"):
            failed[row] = True
        unread = np.zeros(count, bool)
        unread[list(load_unread(project))] = True
        return KnownSamples(
            folder,
            updates_of(project),
            project.dataset_root,
            project.meta("reader"),
            load_parameters(project),
            samples,
            [entry.key for entry in classes],
            _edited(classes),
            {entry.name: entry.id for entry in classes if entry.live and entry.name != entry.key},
            frozenset(entry.id for entry in classes if entry.key in named_by_dataset(project)),
            unused_classes(project),
            load_split_names(project),
            load_source_state(project),
            runs.updated_by(project) == "update",
            failed,
            unread,
            arrays.content_hashes(project, count),
            picture_hashes(project, count),
            arrays.load_file_stats(project, count),
            load_annotations(project),
            load_groups(project, count),
            load_accepted(project, count),
            load_reading(project),
        )


def _edited(classes: list[ClassInfo]) -> dict[int, str]:
    table = class_map(classes).table
    if table is None:
        return {}
    return {
        entry.id: classes[table[entry.id]].name if table[entry.id] >= 0 else ""
        for entry in classes
        if not entry.live and not entry.unborn
    }
