"""The relabelled set of the TURTLE report: every sample takes the label of its cluster.

The report relabels all samples so, flagged or not. What a person has decided stays as decided.
"""

import numpy as np

from lnl_gui.detect.detectors.result import NO_VOTE
from lnl_gui.detect.groups import copy_weights
from lnl_gui.pipeline.snapshot import Snapshot, wanted_embeddings
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.store.detection.scores import Scores, sample_array
from lnl_gui.store.jobs.arrays import cluster_file
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

CLUSTERINGS = ("turtle_paper", "turtle")
"""Detectors whose clusters are taken, the paper's own first."""


def cluster_labels(
    snapshot: Snapshot, copies: np.ndarray | None, *, held: np.ndarray | None = None
) -> np.ndarray:
    """Labels (N,) int32 of the clusters of the newest detection, -1 where there is none.

    A cluster is named by its most frequent given label; ties are broken by the class probabilities
    of a linear probe.

    Args:
        snapshot: of N samples.
        copies: (N,) int, -1 alone: copies of one image count as one.
        held: (N,) bool, samples whose labels may name no cluster; None: no samples.

    Raises:
        UserError: when the newest detection found no TURTLE clusters.
    """
    # These load scikit-learn, which exports and reports without clusters need not wait for.
    from lnl_gui.detect.detectors.majority_vote import cluster_votes  # noqa: PLC0415
    from lnl_gui.detect.probes.out_of_fold import out_of_fold_probabilities  # noqa: PLC0415

    count = len(snapshot)
    assignment = _assignment(snapshot.scores)
    if assignment is None:
        raise UserError(
            message("No TURTLE clusters are known of these images."),
            message("Find suspects with the detector turtle or turtle_paper."),
            code="no_clusters",
        )
    classes = len(snapshot.class_names)
    given = snapshot.samples.given
    named = given if held is None else np.where(held, NO_VOTE, given).astype(np.int32)
    weights = copy_weights(copies, count)
    votes = cluster_votes(assignment, named, number_of_classes=classes, sample_weights=weights)
    if ((votes.label == NO_VOTE) & (votes.size > 0)).any():
        # The probe is only paid for where two labels are equally frequent.
        spaces = list(wanted_embeddings(snapshot, ()).values())
        probe = out_of_fold_probabilities(spaces, named, number_of_classes=classes, copies=copies)
        votes = cluster_votes(
            assignment,
            named,
            number_of_classes=classes,
            class_probability=np.nan_to_num(probe),
            sample_weights=weights,
        )
    labels = np.append(votes.label, np.int32(NO_VOTE))[assignment]
    return snapshot.class_map.of(labels.astype(np.int32))


def relabelled(snapshot: Snapshot, clusters: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The report's labels, (N,) int32, and which of them are new, (N,) bool.

    Args:
        snapshot: of N samples.
        clusters: (N,) int32, the label of each sample's cluster, -1 for none.
    """
    samples = snapshot.samples
    taken = (samples.status == UNSEEN) & (clusters >= 0)
    labels = np.where(taken, clusters, samples.current).astype(np.int32)
    return labels, taken & (labels != samples.given)


def cluster_note(changed: int, samples: int) -> Message:
    """What was done to the labels of so many samples."""
    return message(
        "As in the TURTLE report every image nobody has decided on takes the label of its cluster:"
        " {changed:,} of {samples:,} labels are others than given.",
        changed=changed,
        samples=samples,
    )


def _assignment(detection: Scores) -> np.ndarray | None:
    found = (sample_array(detection, cluster_file(name)) for name in CLUSTERINGS)
    return next((np.asarray(each) for each in found if each is not None), None)
