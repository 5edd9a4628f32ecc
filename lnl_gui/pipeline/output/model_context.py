"""What a project knows of a model it has trained: figures for its card, images to check it on."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from lnl_gui.containers.location import ImageLocation
from lnl_gui.learn.models.exporting.formats import ImagesOfUser
from lnl_gui.learn.models.exporting.quantised import CALIBRATION_IMAGES, QuantisationImages
from lnl_gui.learn.models.model_file import model_classes
from lnl_gui.pipeline.output.model_card import CardFacts
from lnl_gui.pipeline.output.model_classes import class_ids_of_model
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.pipeline.training.curation import curate
from lnl_gui.pipeline.training.gain import training_facts
from lnl_gui.pipeline.training.measured_labels import measured_labels
from lnl_gui.pipeline.training.training_data import duplicate_groups, held_out, sample_draws
from lnl_gui.store.dataset.sample_counts import count_samples
from lnl_gui.store.dataset.samples import STATUS_NAMES, UNDECIDED
from lnl_gui.store.detection.rate_doubts import rate_doubts
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import FinetuneParameters
from lnl_gui.store.project import Project, open_project


@dataclass(frozen=True)
class ModelContext:
    """What the project of a model knows of it; empty for a model alone."""

    facts: CardFacts = field(default_factory=CardFacts)
    images: ImagesOfUser = field(default_factory=ImagesOfUser)


def model_context(snapshot: Snapshot, trained: runs.Run, model: Path) -> ModelContext:
    """What a project knows of a model that one of its runs has trained.

    Args:
        snapshot: of the project.
        trained: the run.
        model: its folder.

    Raises:
        UserError: when the model has no card that can be read.
    """
    class_names = model_classes(model)
    with open_project(snapshot.folder, read_only=True) as project:
        facts = _facts(project, snapshot, trained)
        ids = class_ids_of_model(class_names, project, trained)
    return ModelContext(facts, _images(snapshot, trained, ids))


def _facts(project: Project, snapshot: Snapshot, trained: runs.Run) -> CardFacts:
    curated, found = curate(snapshot), snapshot.scores.summary
    samples = snapshot.samples
    told = count_samples(
        samples.status, samples.readable, snapshot.scores.flagged, samples.given < 0
    )
    rate = None if found.cannot_judge else found.noise_rate
    errors = None
    if rate is not None and found.expected_errors is not None and found.expected_errors_interval:
        errors = (found.expected_errors, *found.expected_errors_interval)
    return CardFacts(
        name=project.folder.stem,
        training=training_facts(project, snapshot, trained),
        counts={
            "images": told.samples,
            "classes": sum(map(bool, snapshot.class_names)),
            "suspects": told.flagged,
            "labels changed": int(curated.changed.sum()),
            "excluded": int((curated.excluded & samples.readable).sum()),
            "unsure": sum(told.by_status[STATUS_NAMES[status]] for status in UNDECIDED),
        },
        noise_rate=None if rate is None else (rate, *found.noise_rate_interval),
        errors=errors,
        rate_doubts=rate_doubts(found),
        unjudged=int(snapshot.unjudged.sum()),
    )


def _images(snapshot: Snapshot, trained: runs.Run, class_ids: np.ndarray) -> ImagesOfUser:
    """Readable images for the check, training images for ranges, held-out ones to judge."""
    samples = snapshot.samples
    fraction = trained.parameters.get("holdout_fraction", FinetuneParameters.holdout_fraction)
    held = held_out(snapshot, duplicate_groups(snapshot), fraction=float(fraction))
    there = samples.readable & ~snapshot.missing
    # By class and not by name, as names may have changed; the last place is that of -1.
    of_model = np.full(len(snapshot.class_names) + 1, -1)
    of_model[class_ids] = np.arange(len(class_ids))
    of_model[-1] = -1
    labels = of_model[measured_labels(snapshot)]
    judged = there & held.rows & (labels >= 0)
    # In the order of the draws: the first few are a random part of all.
    order = np.argsort(sample_draws(snapshot), kind="stable")
    measured = order[judged[order]]
    seen = order[(there & ~held.rows & ~held.excluded)[order]][: 2 * CALIBRATION_IMAGES]
    return ImagesOfUser(
        snapshot.readable_files(),
        QuantisationImages(_files(snapshot, seen), _files(snapshot, measured), labels[measured]),
    )


def _files(snapshot: Snapshot, rows: np.ndarray) -> list[ImageLocation]:
    return [snapshot.file_of(row) for row in rows.tolist()]
