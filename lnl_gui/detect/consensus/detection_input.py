"""What wrong labels are looked for in: the samples, their labels and what else is known of them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.devices import PROCESSOR


@dataclass(frozen=True, eq=False)
class DetectionInput:
    """N samples of C classes whose labels are to be judged, and how.

    Attributes:
        embeddings: K spaces (N, D_k), any float type. Rows with NaN are left out and said so.
        given_labels: (N,) int in [0, C); -1 where a sample has none.
        number_of_classes: C.
        verdict_labels: (N,) int the class a person decided on, -1 where nobody has.
        telling_verdicts: (N,) bool, verdicts that say something of labels nobody has judged; not
            those on labels that were chosen beside others as suspect. None: all.
        extra_votes: results of further detectors whose votes do not rest on a sample's own given
            label; their weight is learnt.
        class_names: the C names, for the warnings.
        groups: (N,) int, -1 alone: samples that are no independent witnesses, such as one patient's
            images. Members stay in one fold and have no vote on each other.
        copies: (N,) int, -1 alone: copies of one image. They are a group, and count together as one
            sample.
        seed: of every random draw; the same one gives the same result on the CPU.
        repetitions: how many fits are averaged; 0 chooses by the number of samples.
        device: of torch, for the probes, discriminants and neighbours; what its memory does not
            hold is computed on the processor.
        emphasis: in [-1, 1]; above 0 flags more (recall), below 0 fewer (precision).
    """

    embeddings: Sequence[np.ndarray]
    given_labels: np.ndarray
    number_of_classes: int
    verdict_labels: np.ndarray | None = None
    telling_verdicts: np.ndarray | None = None
    extra_votes: Sequence[DetectorResult] = ()
    class_names: Sequence[str] = ()
    groups: np.ndarray | None = None
    copies: np.ndarray | None = None
    seed: int = 0
    emphasis: float = 0.0
    repetitions: int = 0
    device: str = PROCESSOR
