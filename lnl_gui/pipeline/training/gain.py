"""What cleaning gained: two trainings compared, and the figures with the verdicts so far."""

from typing import Any

import numpy as np

from lnl_gui.detect.groups import units
from lnl_gui.learn.evaluation.repaired_errors import further_gain
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.pipeline.training.known_copies import copies_of, of_rows, related_images
from lnl_gui.store import run_inputs
from lnl_gui.store.dataset.samples import KEPT, RELABELLED
from lnl_gui.store.history.looked_at import reasons_seen
from lnl_gui.store.jobs import arrays, runs
from lnl_gui.store.project import Project
from lnl_gui.store.training.gain import gain_now, gain_to_dict
from lnl_gui.store.training.training_comparison import TrainingComparison, load_comparison
from lnl_gui.util.progress import Progress, no_progress

_ORDER_SEED = 0
"""Of the order in which disagreements are reviewed: nobody chooses it."""


def compare_trainings(
    before: np.ndarray,
    after: np.ndarray,
    *,
    snapshot: Snapshot,
    rows: np.ndarray,
    changed: int | None = None,
    by_verdicts: int | None = None,
    progress: Progress = no_progress,
) -> TrainingComparison:
    """Find where two models disagree, and how probably each is right there.

    Args:
        before: (H,) int classes that the model trained on given labels names.
        after: (H,) int classes that the model trained on curated labels names.
        snapshot: of the project.
        rows: (H,) int64 held-out samples, ascending, which neither model was trained on.
        changed: how many labels that were trained on differ from the given ones, where known.
        by_verdicts: how many of them follow a verdict of somebody who had the image in view.
        progress: of the model that corrects the labels.
    """
    # An export tells the figures of a training, and waits for no torch.
    from lnl_gui.learn.evaluation.label_correction import correct_labels  # noqa: PLC0415

    samples = snapshot.samples
    came = np.where(samples.given >= 0, samples.given, samples.current)
    # What was decided for many at once nobody has looked at, so that it confirms nothing.
    decided = np.isin(samples.status[rows], (KEPT, RELABELLED)) & snapshot.looked_at[rows]
    groups, copies = related_images(snapshot), copies_of(snapshot)
    found = correct_labels(
        before,
        after,
        embeddings=[arrays.load_embedding(f)[rows] for f in snapshot.embeddings.values()],
        given=came[rows],
        truth=np.where(decided, samples.current[rows], -1),
        number_of_classes=len(snapshot.class_names),
        groups=of_rows(groups, rows),
        copies=of_rows(copies, rows),
        unseen=_unseen(changed, by_verdicts),
        progress=progress,
    )
    differ = np.flatnonzero(before != after)
    repairs, trained, held = _repairs(snapshot, rows)
    further = further_gain(
        before[differ],
        after[differ],
        np.where(decided, -1, came[rows])[differ],
        (found.right_before, found.right_after),
        repairs=repairs,
        trained=trained,
        held=held,
    )
    # At random: whoever leaves off half way has judged a random part of them.
    order = np.random.default_rng(_ORDER_SEED).permutation(len(differ))
    chosen = differ[order]
    return TrainingComparison(
        rows=rows[chosen].astype(np.int64),
        before=before[chosen].astype(np.int32),
        after=after[chosen].astype(np.int32),
        right_before=found.right_before[order],
        right_after=found.right_after[order],
        decided=decided[chosen],
        samples=len(rows),
        model_error=found.error,
        changed=changed,
        by_verdicts=by_verdicts,
        further_gain=further[order],
        held=rows.astype(np.int64),
        unit=units(len(snapshot), copies, groups)[rows],
        right=None if found.right is None else found.right[order],
        classes=np.array(snapshot.live_classes, np.int32),
    )


def _unseen(changed: int | None, by_verdicts: int | None) -> float:
    """Share of the labels trained on otherwise than they came that no verdict changed."""
    if not changed or by_verdicts is None:
        return 0.0
    return 1.0 - min(by_verdicts, changed) / changed


def _repairs(snapshot: Snapshot, held: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How often people repaired each label outside the held-out part, and how many there are.

    Only what a person looked at says what an image shows.

    Args:
        snapshot: of the project.
        held: (H,) int64 held-out samples.

    Returns:
        (C, C) int64 samples of given label g that a person said are t, then (C,) int64 samples by
        given label outside the held-out part, and in it.
    """
    samples, classes = snapshot.samples, len(snapshot.class_names)
    apart = np.zeros(len(samples.given), bool)
    apart[held] = True
    labelled = samples.given >= 0
    repaired = labelled & ~apart & (samples.status == RELABELLED) & snapshot.looked_at
    repaired &= samples.current >= 0
    repairs = np.zeros((classes, classes), np.int64)
    np.add.at(repairs, (samples.given[repaired], samples.current[repaired]), 1)
    trained, tested = (
        np.bincount(samples.given[labelled & part], minlength=classes) for part in (~apart, apart)
    )
    return repairs, trained, tested


def gain_facts(project: Project, snapshot: Snapshot, found: TrainingComparison) -> dict[str, Any]:
    """The figures of a comparison in JSON form, with the verdicts in force."""
    samples = snapshot.samples
    return gain_to_dict(
        gain_now(
            found,
            samples.current,
            samples.status,
            snapshot.looked_at[found.rows],
            reasons=reasons_seen(project, found.rows),
            held_looked_at=snapshot.looked_at[found.held_rows],
        )
    )


def training_facts(project: Project, snapshot: Snapshot, trained: runs.Run) -> dict[str, Any]:
    """The figures of a training, its gain by the verdicts in force now."""
    found = {"recipe": trained.parameters.get("recipe", ""), **trained.metrics}
    made_from = run_inputs.recorded_verdicts(trained)
    # None: by a version that kept no record of it.
    found["outdated"] = made_from not in (None, run_inputs.present_verdicts(project))
    model = trained.artifacts.get("model")
    folder = project.folder / model if model else None
    comparison = (
        load_comparison(folder, len(snapshot), snapshot.class_map) if folder is not None else None
    )
    return found if comparison is None else found | gain_facts(project, snapshot, comparison)
