"""Snapshot of a project that a job reads: samples, labels and arrays as it starts.

Jobs never write the database: they leave files, which the process with the writer's lock records.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from lnl_gui.containers.location import ImageLocation, parse_location
from lnl_gui.dataset.pixels.facts import current_facts
from lnl_gui.pictures.rendering import AS_DECLARED, Rendering, load_rendering
from lnl_gui.store.database.connection import damage_error
from lnl_gui.store.dataset.annotators import Annotations, load_annotations
from lnl_gui.store.dataset.class_effects import other_word
from lnl_gui.store.dataset.classes import (
    ClassInfo,
    LabelMap,
    class_map,
    load_classes,
    present_names,
)
from lnl_gui.store.dataset.column_cache import load_fixed, sample_count
from lnl_gui.store.dataset.groups import StoredGroups, load_groups
from lnl_gui.store.dataset.replaced_pictures import load_replaced, not_standing_message
from lnl_gui.store.dataset.samples import STATUS_NAMES, StoredSamples, load_split_names
from lnl_gui.store.dataset.source_state import MISSING, REFUSED, load_source_state
from lnl_gui.store.detection import scores
from lnl_gui.store.detection.unjudged import unjudged_labels
from lnl_gui.store.history.audits import drawn_by_any
from lnl_gui.store.history.journal_queries import newest_operation, replaced_since
from lnl_gui.store.history.looked_at import IN_VIEW, LOOKED_AT, OTHER_PICTURE, verdict_origins
from lnl_gui.store.history.remarks import Remarks, load_remarks
from lnl_gui.store.jobs import arrays, runs
from lnl_gui.store.project import Project, open_project
from lnl_gui.store.review.accepted_labels import load_accepted
from lnl_gui.store.review.standing_samples import load_samples
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message


@dataclass(frozen=True)
class AttachedPredictions:
    """Predicted probabilities that were made elsewhere."""

    name: str
    file: Path
    out_of_sample: bool
    """whether no prediction is of a model that saw the sample"""
    of_others: tuple[int, ...] = ()
    """samples whose predictions are of a picture that was replaced since"""


@dataclass(frozen=True)
class Snapshot:
    """A project's samples, labels and finished arrays at one moment."""

    folder: Path
    """of the project"""
    samples: StoredSamples
    class_names: list[str]
    """by id; "" for classes that people have merged or deleted, which no label is of"""
    split_names: list[str]
    dataset_root: Path
    embeddings: dict[str, Path]
    """encoder name -> file of its embedding, (N, D) float16"""
    facts: np.ndarray | None
    """structured (N,), or None before embedding"""
    scores: scores.Scores
    """of the newest detect run; NaN and -1 before detection"""
    gone: np.ndarray
    """bool (N,), no longer in the dataset as it was last read"""
    missing: np.ndarray
    """bool (N,), those of them whose file was not there"""
    predictions: tuple[AttachedPredictions, ...] = ()
    """attached from elsewhere"""
    outdated: tuple[str, ...] = ()
    """encoders whose embedding lacks images that the dataset has got since"""
    annotations: Annotations | None = None
    """what several people said of each sample, where the dataset has it"""
    rendering: Rendering = AS_DECLARED
    """how its images were embedded"""
    groups: StoredGroups | None = None
    """which samples belong together by a column of the dataset"""
    remarks: Remarks = field(default_factory=Remarks)
    """notes, tags and second labels"""
    class_map: LabelMap = field(default_factory=lambda: LabelMap(None))
    """what labels of earlier results mean now"""
    signatures: np.ndarray | None = None
    """uint8 (N, 32, 32) patches of grey; None before embedding, or by an earlier version"""
    classes: Sequence[ClassInfo] = ()
    """all by id, also those merged or deleted"""
    given_in_dataset: np.ndarray | None = None
    """int32 (N,), the given labels as they were written; None: as `samples.given`"""
    origins: np.ndarray = field(default_factory=lambda: np.zeros(0, np.uint8))
    """uint8 (N,), how verdicts came about, see `lnl_gui.store.history.looked_at`"""
    accepted: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    """bool (N,), given labels that were suggestions, see `lnl_gui.store.review.accepted_labels`"""
    audited: np.ndarray = field(default_factory=lambda: np.zeros(0, bool))
    """bool (N,), drawn by an audit"""
    updated: bool = False
    """whether an update of the dataset has recorded what is gone, and no move of its folder"""

    def __len__(self) -> int:
        return len(self.samples.paths)

    @property
    def live_classes(self) -> list[int]:
        """Ids of the classes that labels can be of, in the order that models number them."""
        return [number for number, name in enumerate(self.class_names) if name]

    @property
    def came_as(self) -> np.ndarray:
        """The ids (N,) of the given labels by their names in the dataset, -1 for none."""
        came = self.given_in_dataset
        return self.samples.given if came is None else came

    @property
    def dataset_names(self) -> list[str]:
        """Class names by id as the dataset has them, and "" in the last place for -1."""
        names = [entry.key for entry in self.classes] or self.class_names
        return [*names, ""]

    def other_word(self, label: np.ndarray) -> np.ndarray:
        """Where labels int (N,) of now are another word than the dataset's own, bool (N,)."""
        if not self.classes:
            return label != self.came_as
        return other_word(self.classes, self.came_as, label)

    @property
    def not_found(self) -> np.ndarray:
        """Samples that belong to the set although no image of theirs was found, bool (N,).

        What an update of the dataset has recorded as gone is no part of it any more, as for the
        detection. What was not in the folder that the images have moved to may lie in another one.
        """
        return np.zeros(len(self), bool) if self.updated else self.missing

    @property
    def looked_at(self) -> np.ndarray:
        """Which samples a person looked at when deciding, bool (N,)."""
        return self.origins == LOOKED_AT

    @property
    def in_view(self) -> np.ndarray:
        """Which samples a person had in view when deciding, with a few others, bool (N,)."""
        return self.origins >= IN_VIEW

    @property
    def other_picture(self) -> np.ndarray:
        """Which samples were decided on when they held another picture than now, bool (N,)."""
        return self.origins == OTHER_PICTURE

    @property
    def other_pictures_note(self) -> list[Message]:
        """How many decisions do not stand since the picture is another now; empty for none."""
        count = int((self.other_picture & self.samples.readable).sum())
        return [not_standing_message(count)] if count else []

    @property
    def unjudged(self) -> np.ndarray:
        """Labels of which the newest detection knows nothing, bool (N,); before any, all."""
        samples = self.samples
        return unjudged_labels(self.scores.suspicion, samples.readable, samples.given < 0)

    def file_of(self, row: int) -> ImageLocation:
        """The original image of one sample."""
        return parse_location(self.dataset_root, self.samples.files[row])

    def files(self) -> list[ImageLocation]:
        """The original images of all samples."""
        return [parse_location(self.dataset_root, file) for file in self.samples.files]

    def readable_files(self) -> Iterator[ImageLocation]:
        """The original images of the samples that could be decoded."""
        return (self.file_of(row) for row in np.flatnonzero(self.samples.readable).tolist())


def take_snapshot(folder: Path) -> Snapshot:
    """Read a project without locking it.

    Raises:
        UserError: when the folder is no project, of a newer format, or damaged.
    """
    with open_project(folder, read_only=True) as project:
        count = sample_count(project)
        origins = verdict_origins(project, count)
        samples = load_samples(project, other=origins == OTHER_PICTURE)
        classes = load_classes(project)
        if samples.status.max(initial=0) >= len(STATUS_NAMES):
            raise damage_error(folder, ValueError(f"status {samples.status.max()}"))
        meaning = class_map(classes)
        detect = runs.latest_run(project, "detect")
        state = load_source_state(project)
        gone, missing = np.zeros((2, count), bool)
        gone[list(state.gone)] = True
        missing[[row for row, kind in state.gone.items() if kind in (MISSING, REFUSED)]] = True
        embeddings = arrays.embedded_with(project)
        # Told apart from encoders that never ran, so that the advice is to embed what is new only.
        outdated = [name for name in arrays.embedding_runs(project) if name not in embeddings]
        return Snapshot(
            folder,
            samples,
            present_names(classes),
            load_split_names(project),
            project.dataset_root,
            embeddings,
            _facts(project, count),
            _scores(project, detect, meaning, count),
            gone,
            missing,
            _predictions(project, count),
            tuple(outdated),
            _annotations(project, meaning),
            load_rendering(project.arrays),
            load_groups(project, count),
            load_remarks(project),
            meaning,
            arrays.load_signatures(project, count),
            classes,
            load_fixed(project).given,
            origins,
            load_accepted(project, count),
            drawn_by_any(project, count),
            runs.updated_by(project) == "update",
        )


def _scores(
    project: Project, detect: runs.Run | None, meaning: LabelMap, count: int
) -> scores.Scores:
    if detect is None:
        return scores.no_scores(count)
    found = scores.load_scores(detect.folder, count)
    found = scores.of_present_pictures(found, replaced_since(project, detect.started, count))
    return scores.for_classes(found, meaning, load_fixed(project).given)


def _annotations(project: Project, meaning: LabelMap) -> Annotations | None:
    found = load_annotations(project)
    if found is None or meaning.table is None:
        return found
    return replace(found, labels=meaning.of(found.labels))


def _facts(project: Project, count: int) -> np.ndarray | None:
    stored = arrays.load_facts(project, count)
    return None if stored is None else current_facts(stored)


def _predictions(project: Project, count: int) -> tuple[AttachedPredictions, ...]:
    replaced = load_replaced(project)

    def of_others(run: runs.Run) -> tuple[int, ...]:
        known = run.metrics.get("newest_operation")
        # Of runs of earlier versions only the time is known.
        newest = newest_operation(project, until=run.started) if known is None else int(known)
        return tuple(np.flatnonzero(replaced.since(newest, count)).tolist())

    return tuple(
        AttachedPredictions(
            name,
            project.folder / run.artifacts[f"{arrays.PROBABILITIES}{name}"],
            bool(run.metrics.get("out_of_sample")),
            of_others(run) if len(replaced) else (),
        )
        for name, run in arrays.attached_runs(project).items()
    )


def stored_groups(snapshot: Snapshot) -> np.ndarray | None:
    """Groups (N,) int32 by a column of the dataset, -1 alone; None where it tells none apart."""
    groups = snapshot.groups
    return groups.group if groups is not None and groups.tell_apart else None


def wanted_embeddings(snapshot: Snapshot, encoders: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The chosen embeddings (N, D) float16 by encoder, memory-mapped; all when none is named.

    Raises:
        UserError: when the dataset has not been embedded (with that encoder).
    """
    return load_embeddings(snapshot.embeddings, encoders, outdated=snapshot.outdated)


def load_embeddings(
    files: dict[str, Path], encoders: tuple[str, ...], *, outdated: Sequence[str] = ()
) -> dict[str, np.ndarray]:
    """The chosen embeddings (N, D) float16 of `files`, memory-mapped; all when none is named.

    Args:
        files: by encoder.
        encoders: that are wanted.
        outdated: encoders whose embedding lacks images that came into the dataset since.

    Raises:
        UserError: when there is none (of that encoder).
    """
    missing = [name for name in encoders if name not in files]
    # What was asked for, or where nothing was all there is, was embedded before the dataset grew.
    if (missing or not files) and set(missing or outdated) & set(outdated):
        raise UserError(
            message("The dataset has images that have not been embedded yet."),
            message("Embed again; only what is new is computed: `lnl-gui embed PROJECT`."),
            code="not_embedded",
        )
    if missing or not files:
        raise UserError(
            message("The images have not been embedded with {names} yet.", names=", ".join(missing))
            if missing
            else message("The images have not been embedded yet."),
            message("Run the embedding first: `lnl-gui embed PROJECT`."),
            code="not_embedded",
        )
    names = encoders or tuple(files)
    return {name: arrays.load_embedding(files[name]) for name in names}
