"""The curated dataset: which samples are included, and with which label."""

import hashlib
from dataclasses import dataclass

import numpy as np

from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.pipeline.training.cluster_labels import relabelled
from lnl_gui.store.dataset.class_effects import label_effects
from lnl_gui.store.review.accepted_labels import unseen_suggestions
from lnl_gui.store.review.export_choice import ExportFacts, choose_samples


@dataclass(frozen=True)
class Curated:
    """Arrays of length N."""

    label: np.ndarray
    """int32, what a person decided, else as given (or as suggested, where that was asked); -1 where
    there is no label"""
    included: np.ndarray
    """bool, readable and not set aside"""
    excluded: np.ndarray
    """bool, set aside by a person, or as suggested where that was asked"""
    changed: np.ndarray
    """bool, included with another class than given, by a decision"""
    added: np.ndarray
    """bool, included with a label where the dataset gave none"""
    renamed: np.ndarray
    """bool, included with another name of the class than given, or none, by edits of classes
    alone"""
    digest: str
    """sha256 of paths and labels of what is included"""

    @property
    def labelled(self) -> np.ndarray:
        """Included with a label, so what class folders can hold, bool (N,)."""
        return self.included & (self.label >= 0)

    @property
    def unlabelled(self) -> int:
        """How many are included without a label."""
        return int((self.included & (self.label < 0)).sum())


def curate(
    snapshot: Snapshot,
    *,
    accept_suggestions: bool = False,
    exclude_unsure: bool = False,
    clusters: np.ndarray | None = None,
    absent: np.ndarray | None = None,
) -> Curated:
    """Apply the verdicts to the given labels of N samples.

    Args:
        snapshot: of the project.
        accept_suggestions: give suspects nobody has decided their suggested label.
        exclude_unsure: leave out what is marked unsure, or a colleague is asked about.
        clusters: (N,) int32 labels that what nobody has decided takes, -1 for none, see
            `cluster_labels`; None: as given.
        absent: bool (N,), samples to leave out because their image is not there.
    """
    samples, found = snapshot.samples, snapshot.scores
    facts = ExportFacts(
        samples.current if clusters is None else relabelled(snapshot, clusters)[0],
        samples.status,
        samples.readable if absent is None else samples.readable & ~absent,
        found.flagged,
        found.suggested,
    )
    chosen = choose_samples(
        facts, accept_suggestions=accept_suggestions, exclude_unsure=exclude_unsure
    )
    label, included = chosen.label, chosen.included
    effects = label_effects(snapshot.came_as, samples.given, label, snapshot.other_word(label))
    return Curated(
        label,
        included,
        chosen.excluded,
        included & effects.changed,
        included & effects.added,
        included & effects.renamed,
        digest(snapshot, label, included),
    )


def accepted_unseen(snapshot: Snapshot, label: np.ndarray) -> np.ndarray:
    """Which labels are suggestions that nobody has looked at, bool (N,).

    Args:
        snapshot: of the project.
        label: (N,) int curated labels.
    """
    samples = snapshot.samples
    return unseen_suggestions(
        samples.given, label, samples.status, snapshot.origins, snapshot.accepted
    )


def digest(snapshot: Snapshot, label: np.ndarray, included: np.ndarray) -> str:
    """SHA-256 of a curated dataset, the same on every machine.

    Args:
        snapshot: of the project, for paths and class names.
        label: (N,) int class ids.
        included: (N,) bool.
    """
    found = hashlib.sha256()
    # Paths as they came and names of classes, not files and ids, which differ between machines.
    # The last name is that of -1.
    names = [*snapshot.class_names, ""]
    for row in np.flatnonzero(included).tolist():
        line = f"{snapshot.samples.paths[row]}\t{names[label[row]]}\n"
        found.update(line.encode("utf-8", "surrogateescape"))
    return found.hexdigest()
