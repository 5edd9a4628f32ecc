"""What a detection of the samples that are trained on says of them, by these samples alone.

The detection of the whole project has seen the labels of the held-out samples, and the verdicts on
them: what it suggests for the others carries both into a training, and flatters its model there.
"""

from dataclasses import dataclass

import numpy as np

from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.pipeline.training.known_copies import copies_of, of_rows, related_images
from lnl_gui.store.dataset.samples import KEPT, RELABELLED
from lnl_gui.store.detection.scores import sample_array
from lnl_gui.store.jobs import arrays
from lnl_gui.store.jobs.arrays import file_stem
from lnl_gui.util.errors import UserError
from lnl_gui.util.progress import Progress, no_progress

OUT = -1
PARTS = ("score", "vote")
"""What is kept of each detector."""


@dataclass(frozen=True, eq=False)
class PartDetection:
    """Findings on N samples; of those outside the part nothing is said.

    Attributes:
        flagged: (N,) bool.
        suggested: (N,) int32, -1 for none.
        posterior: (N, k) float32 of the likeliest classes, NaN where not known.
        classes: (N, k) int32 their ids, -1 where there is none.
        off_topic: (N,) bool, perhaps images of none of the classes, for which none is suggested.
    """

    flagged: np.ndarray
    suggested: np.ndarray
    posterior: np.ndarray
    classes: np.ndarray
    off_topic: np.ndarray


def part_detection(
    snapshot: Snapshot, part: np.ndarray, *, progress: Progress = no_progress
) -> PartDetection | None:
    """Look for wrong labels among some samples, by nothing else.

    Where several people labelled each image, its own labels weigh so much more that the findings of
    the newest detection are taken.

    Args:
        snapshot: of N samples, with the newest detection.
        part: (N,) bool, these samples.
        progress: of the consensus.

    Returns:
        None where nothing has been detected, or there are too few samples for it.
    """
    if snapshot.scores.folder is None:
        return None
    if snapshot.annotations is not None:
        return _newest(snapshot)
    samples = snapshot.samples
    rows = np.flatnonzero(part & samples.readable & (samples.current >= 0))
    if not snapshot.embeddings or not len(rows):
        return None
    # An export splits as a training does, and waits for no torch.
    from lnl_gui.detect.consensus.detection_input import DetectionInput  # noqa: PLC0415
    from lnl_gui.detect.judgement import judge_labels  # noqa: PLC0415

    decided = np.isin(samples.status, (KEPT, RELABELLED))
    try:
        judged = judge_labels(
            DetectionInput(
                [arrays.load_embedding(file)[rows] for file in snapshot.embeddings.values()],
                samples.given[rows],
                number_of_classes=len(snapshot.class_names),
                # What was accepted unseen is trained on, and is no truth to learn others from.
                verdict_labels=np.where(
                    (decided & snapshot.in_view)[rows], samples.current[rows], OUT
                ),
                extra_votes=_votes(snapshot, rows),
                groups=of_rows(related_images(snapshot), rows),
                copies=of_rows(copies_of(snapshot), rows),
            ),
            progress=progress,
        )
    except UserError:
        # Too few samples, or none with a label of its own, to say how probable anything is.
        return None
    found, count = judged.consensus, len(snapshot)
    shape = (count, found.posterior.shape[1])
    result = PartDetection(
        np.zeros(count, bool),
        np.full(count, OUT, np.int32),
        np.full(shape, np.nan, np.float32),
        np.full(shape, OUT, np.int32),
        np.zeros(count, bool),
    )
    result.flagged[rows], result.suggested[rows] = found.flagged, found.suggested_label
    result.posterior[rows], result.classes[rows] = found.posterior, found.posterior_classes
    result.off_topic[rows] = judged.off_topic.flagged
    return result


def _newest(snapshot: Snapshot) -> PartDetection | None:
    """The findings of the newest detection."""
    found, count = snapshot.scores, len(snapshot)
    posterior = sample_array(found, "posterior")
    classes = sample_array(found, "posterior_classes")
    if posterior is None or classes is None:
        return None
    classes = snapshot.class_map.of(classes[:count])
    return PartDetection(
        found.flagged, found.suggested, posterior[:count], classes, found.off_topic
    )


def _votes(snapshot: Snapshot, rows: np.ndarray) -> list[DetectorResult]:
    """Votes of the newest detection that rest on nobody's labels, of some samples."""
    # It imports torch.
    from lnl_gui.pipeline.detection.known_detectors import independent_detectors  # noqa: PLC0415

    votes = []
    for name in independent_detectors(snapshot):
        stem = f"detector-{file_stem(name)}"
        found = [sample_array(snapshot.scores, f"{stem}-{part}") for part in PARTS]
        if all(part is not None for part in found):
            score, vote = (np.asarray(part)[rows] for part in found)
            votes.append(DetectorResult(name, score, snapshot.class_map.of(vote), {}))
    return votes
