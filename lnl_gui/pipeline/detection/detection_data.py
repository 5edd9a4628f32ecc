"""What detectors and the consensus compute on, and the keys that their results are kept under."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from lnl_gui.detect.copies.find import Copies
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.devices import PROCESSOR
from lnl_gui.detect.groups import ALONE, joined_groups
from lnl_gui.detect.probes.preparation import SharedSpaces
from lnl_gui.encoders.loading.devices import choose_device
from lnl_gui.pipeline.detection.attached import predictions_key
from lnl_gui.pipeline.detection.copies import sample_copies
from lnl_gui.pipeline.detection.kept_results import finished
from lnl_gui.pipeline.detection.verdict_labels import known_labels
from lnl_gui.pipeline.snapshot import Snapshot, stored_groups
from lnl_gui.store.jobs.parameters import DetectParameters
from lnl_gui.store.jobs.projections import embedding_key
from lnl_gui.util.errors import as_user_error
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext

Grouping = dict[str, np.ndarray | None]
"""`groups` and `copies`, each (N,) int, -1 alone, as detectors and consensus take them."""


@dataclass(frozen=True)
class DetectionData:
    """N samples as they are when the job begins.

    Attributes:
        snapshot: of the project.
        parameters: of the job.
        embeddings: K spaces (N, D_k) float16 by encoder.
        spaces: the same, whose features are prepared once for all detectors and the consensus.
        labels: (N,) int32 that detectors compare, -1 for none.
        copies: of one image, among the samples.
        uncompared: images that could not be looked at for that.
        kept: folder of the results of detectors on this very data.
        warm_key: names the data that a warm start is of.
    """

    snapshot: Snapshot
    parameters: DetectParameters
    embeddings: dict[str, np.ndarray]
    spaces: SharedSpaces
    labels: np.ndarray
    copies: Copies
    uncompared: int
    kept: Path
    warm_key: str

    @property
    def number_of_classes(self) -> int:
        """Also those that no label is of."""
        return len(self.snapshot.class_names)

    @property
    def grouping(self) -> Grouping:
        """Which samples are no independent witnesses."""
        return _grouping(self.snapshot, self.copies)

    @cached_property
    def device(self) -> str:
        """Of torch; the processor where the one that was chosen has not been tried."""
        device = choose_device(self.parameters.device)
        return device if device.startswith("cuda") else PROCESSOR

    def kept_result(self, key: str, compute: Callable[[], DetectorResult]) -> DetectorResult:
        """A detector's result on this data, computed and kept first where there is none."""
        return finished(
            self.kept, key, compute, samples=len(self.snapshot), classes=self.number_of_classes
        )


def detection_data(
    snapshot: Snapshot,
    embeddings: dict[str, np.ndarray],
    parameters: DetectParameters,
    context: JobContext,
) -> DetectionData:
    """Look for copies and gather what is computed on.

    Args:
        snapshot: of N samples.
        embeddings: K spaces (N, D_k) float16 by encoder.
        parameters: of the job.
        context: progress, and a word on copies.

    Raises:
        UserError: for a full disk.
    """
    # Four of the detectors of a plain run prepare the same features.
    spaces = SharedSpaces(embeddings.values())
    labels = known_labels(snapshot, parameters)
    try:
        copies, uncompared = sample_copies(snapshot.folder, snapshot, spaces[0], context)
    except OSError as error:
        raise as_user_error(error, message("save the copies")) from error
    key = fingerprint(
        labels,
        spaces,
        parameters,
        _grouping(snapshot, copies),
        number_of_classes=len(snapshot.class_names),
    )
    return DetectionData(
        snapshot,
        parameters,
        embeddings,
        spaces,
        labels,
        copies,
        uncompared,
        kept=snapshot.folder / "arrays" / "detectors" / key,
        warm_key=f"{key} {predictions_key(snapshot)}",
    )


def _grouping(snapshot: Snapshot, copies: Copies) -> Grouping:
    groups = stored_groups(snapshot)
    if (copies.parts != ALONE).any():
        groups = joined_groups(groups, copies.parts)
    return {"groups": groups, "copies": copies.group}


def fingerprint(
    labels: np.ndarray,
    embeddings: Sequence[np.ndarray],
    parameters: DetectParameters,
    grouping: Grouping,
    *,
    number_of_classes: int,
) -> str:
    """Names what detectors depend on: embeddings, labels, groups, number of classes and seed.

    Args:
        labels: (N,) int, -1 for none.
        embeddings: K spaces (N, D_k).
        parameters: of the job, for the seed.
        grouping: (N,) each.
        number_of_classes: C.
    """
    # A class that came with a verdict or another copy's journal has no given label.
    found = hashlib.sha256(f"{parameters.seed} {number_of_classes}".encode())
    found.update(np.ascontiguousarray(labels, np.int32).tobytes())
    for name, groups in grouping.items():
        found.update(name.encode() + (b"" if groups is None else groups.tobytes()))
    for embedding in embeddings:
        found.update(embedding_key(embedding).encode())
    return found.hexdigest()[:16]
