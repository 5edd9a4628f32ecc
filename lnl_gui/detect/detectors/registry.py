"""Registry of detectors: built-in ones and entry points of other packages.

Another package adds a detector by an entry point in the group `lnl_gui.detectors` whose object is
a `DetectorInfo`. Modules are imported only when a detector is used.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from inspect import signature
from typing import Any, Protocol, cast

import numpy as np

from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.devices import PROCESSOR
from lnl_gui.util.constants import Constant, as_constant, check_choice
from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import by_name, find_by_name, known_names
from lnl_gui.util.messages import Message, message
from lnl_gui.util.plugins import plugins
from lnl_gui.util.process.late_import import imported
from lnl_gui.util.progress import Progress, no_progress

ENTRY_POINT_GROUP = "lnl_gui.detectors"


class Detector(Protocol):
    """Interface of a detector: scores every sample."""

    def __call__(
        self,
        embeddings: Sequence[np.ndarray],
        given_labels: np.ndarray,
        *,
        number_of_classes: int,
        groups: np.ndarray | None = None,
        copies: np.ndarray | None = None,
        seed: int = 0,
        progress: Progress = no_progress,
        device: str = PROCESSOR,
    ) -> DetectorResult:
        """Return one score and one vote for each sample.

        Args:
            embeddings: K spaces (N, D_k), any float type; NaN in rows that could not be read.
            given_labels: (N,) int32 in [0, C), -1 for none.
            number_of_classes: C.
            groups: (N,) int, -1 alone: samples that must not vouch for each other, such as one
                patient's images.
            copies: (N,) int, -1 alone: copies of one image, which moreover count as one sample.
            seed: of every random draw.
            progress: steps done of all; may raise `Cancelled`.
            device: of torch, for those that have use of a GPU; others do not take it.

        Raises:
            UserError: for input `detect.inputs.check_inputs` refuses, or sizes it cannot compute.
        """


@dataclass(frozen=True)
class DetectorInfo:
    """How a detector is found, described and loaded.

    Attributes:
        name: identifier used on the command line and in a run's files.
        title: what a person reads in a list.
        description: one sentence on its method.
        complexity: time (and memory if more than linear) in N, D, C and its own constants.
        function: where it lives, as "module:function"; the function is a `Detector`.
        default: whether a plain run computes it.
        constants: where the mapping of its constants to their defaults lives, as "module:mapping";
            the function then takes those that were changed as `constants`. "" for none.
        words: where the mapping of those that are words to what they can be lives.
        published: where the mapping of those that a paper prints to its values lives.
        in_sample: whether it learns from the very labels on which it votes, so that its agreement
            with them proves nothing.
    """

    name: str
    title: Message | str
    description: Message | str
    complexity: Message | str
    function: str
    default: bool = False
    constants: str = ""
    words: str = ""
    published: str = ""
    in_sample: bool = False

    def load(self) -> Detector:
        """Import the detector's function."""
        return cast(Detector, imported(self.function))

    def load_constants(self) -> Mapping[str, Constant]:
        """Import the defaults of the detector's constants; empty where it has none."""
        return cast(Mapping[str, Constant], imported(self.constants)) if self.constants else {}

    def load_words(self) -> Mapping[str, Sequence[str]]:
        """Import what the constants that are words can be, by name."""
        return cast(Mapping[str, Sequence[str]], imported(self.words)) if self.words else {}

    def load_published(self) -> Mapping[str, Constant]:
        """Import what the paper takes, by name."""
        return cast(Mapping[str, Constant], imported(self.published)) if self.published else {}


_PROBE_COST = message("O(epochs N P C), memory O(N (P + C))")
_OURS: tuple[DetectorInfo, ...] = (
    DetectorInfo(
        "neighbours",
        message("Nearest neighbours"),
        message("Twenty most similar images vote, the nearer the louder."),
        message("O(N^1.5 D), memory O(N (D + k))"),
        "lnl_gui.detect.detectors.nearest_neighbours:detect_neighbours",
        default=True,
    ),
    DetectorInfo(
        "confident_learning",
        message("Confident learning"),
        message("Counts confident disagreements of held-out predictions for each pair of classes."),
        message("O(N D C) a training epoch, then O(N C + C^2), memory O(N C + C^2)"),
        "lnl_gui.detect.detectors.confident_learning:detect_confident_learning",
        default=True,
    ),
    DetectorInfo(
        "turtle",
        message("TURTLE clusters"),
        message("Groups the images without labels, then takes each group's most frequent label."),
        message("O(T M B D C), independent of N but for the reduction, memory O(N D)"),
        "lnl_gui.detect.detectors.turtle:detect_turtle",
        default=True,
        constants="lnl_gui.detect.detectors.turtle_parameters:CONSTANTS",
        words="lnl_gui.detect.detectors.turtle_parameters:WORDS",
        published="lnl_gui.detect.detectors.turtle_parameters:PUBLISHED",
    ),
    DetectorInfo(
        "turtle_paper",
        message("TURTLE clusters, settings of the paper"),
        message("Cold starts, 6,000 steps and whole embeddings, as its authors run it."),
        message("O(T M B D C), some thirty times TURTLE's, memory O(N D)"),
        "lnl_gui.detect.detectors.turtle:detect_turtle_paper",
        constants="lnl_gui.detect.detectors.turtle_parameters:PAPER_CONSTANTS",
        words="lnl_gui.detect.detectors.turtle_parameters:WORDS",
        published="lnl_gui.detect.detectors.turtle_parameters:PUBLISHED",
    ),
    DetectorInfo(
        "simifeat_v",
        message("SimiFeat, vote"),
        message("Ten neighbours vote in random halves of the data, 21 times."),
        message("O(N^1.5 D + N k^2 rounds), memory O(N (D + k))"),
        "lnl_gui.detect.detectors.simifeat:detect_simifeat_v",
    ),
    DetectorInfo(
        "simifeat_r",
        message("SimiFeat, rank"),
        message(
            "Estimates how many labels of each class are wrong, then takes the least supported."
        ),
        message("O(N^1.5 D + N min(C, k)), memory O(N (D + k))"),
        "lnl_gui.detect.detectors.simifeat:detect_simifeat_r",
    ),
    DetectorInfo(
        "kmeans",
        message("k-means clusters"),
        message("Majority label of three k-means clusters a class."),
        message("O(N D C) an iteration, memory O(N D)"),
        "lnl_gui.detect.detectors.majority_vote:detect_kmeans",
    ),
    DetectorInfo(
        "hdbscan",
        message("Density clusters"),
        message("Majority label of dense regions; images between them get no vote."),
        message("up to O(N^2), memory O(N D)"),
        "lnl_gui.detect.detectors.majority_vote:detect_hdbscan",
    ),
    DetectorInfo(
        "loss_mixture",
        message("Robust probe, loss mixture"),
        message(
            "Trains a linear probe with early-learning regularisation and splits its"
            " losses by class."
        ),
        _PROBE_COST,
        "lnl_gui.detect.detectors.loss_mixture:detect_elr",
        default=True,
        in_sample=True,
    ),
    DetectorInfo(
        "loss_mixture_global",
        message("Robust probe, one mixture"),
        message("The same probe; one pair of Gaussians for all classes, as in DivideMix."),
        _PROBE_COST,
        "lnl_gui.detect.detectors.loss_mixture:detect_elr_global",
        in_sample=True,
    ),
    DetectorInfo(
        "loss_mixture_gce",
        message("GCE probe, loss mixture"),
        message("Generalised cross-entropy and a mixture for each class, as in TURN."),
        _PROBE_COST,
        "lnl_gui.detect.detectors.loss_mixture:detect_gce",
        in_sample=True,
    ),
    DetectorInfo(
        "loss_mixture_nce_rce",
        message("NCE+RCE probe, loss mixture"),
        message("Active and passive loss together and a mixture for each class."),
        _PROBE_COST,
        "lnl_gui.detect.detectors.loss_mixture:detect_nce_rce",
        in_sample=True,
    ),
    DetectorInfo(
        "loss_mixture_dynamic",
        message("Dynamic-weight probe, loss mixture"),
        message("Unsure samples count less in training; a mixture for each class."),
        _PROBE_COST,
        "lnl_gui.detect.detectors.loss_mixture:detect_dynamic",
        in_sample=True,
    ),
    DetectorInfo(
        "loss_mixture_ce",
        message("Plain probe, loss mixture"),
        message("Cross-entropy and a mixture for each class."),
        _PROBE_COST,
        "lnl_gui.detect.detectors.loss_mixture:detect_ce",
        in_sample=True,
    ),
    DetectorInfo(
        "aum",
        message("Area under the margin"),
        message("Suspects labels that keep losing to another class while the probe learns."),
        _PROBE_COST,
        "lnl_gui.detect.detectors.training_dynamics:detect_aum",
        in_sample=True,
    ),
    DetectorInfo(
        "mean_probability",
        message("Mean probability"),
        message("Suspects labels the probe found improbable throughout its training."),
        _PROBE_COST,
        "lnl_gui.detect.detectors.training_dynamics:detect_mean_probability",
        in_sample=True,
    ),
)


def list_detectors() -> list[DetectorInfo]:
    """All detectors, ours first, then those of other packages."""
    return list(by_name([*_OURS, *plugins(ENTRY_POINT_GROUP, DetectorInfo)]).values())


def describe_detector(name: str, others: Iterable[DetectorInfo] = ()) -> DetectorInfo:
    """The detector called `name`, of the registry or of `others` that need what not all have.

    Raises:
        UserError: for an unknown name; the hint suggests the nearest ones.
    """
    error = message("There is no detector called {name}.", name=name)
    known = by_name([*list_detectors(), *others])
    return find_by_name(name, known, error=error, code="unknown_detector")


def changed_constants(name: str, settings: Iterable[tuple[str, str]]) -> dict[str, Constant]:
    """The constants of one detector that were changed, with values of their types.

    Args:
        name: of the detector.
        settings: pairs of DETECTOR.NAME and a value as a person wrote it, of any detectors.

    Raises:
        UserError: for a constant the detector does not have, suggesting the nearest, or a value it
            cannot take.
    """
    info = describe_detector(name)
    known, words = info.load_constants(), info.load_words()
    found: dict[str, Constant] = {}
    for full, value in settings:
        detector, _, constant = full.partition(".")
        if detector != name:
            continue
        if constant not in known:
            raise UserError(
                message(
                    "The detector {name} has no constant {constant}.", name=name, constant=constant
                ),
                known_names(constant, known),
                code="unknown_constant",
            )
        found[constant] = as_constant(full, value, known[constant])
        check_choice(full, found[constant], words.get(constant, ()))
    return found


def run_detector(
    name: str,
    embeddings: Sequence[np.ndarray],
    given_labels: np.ndarray,
    *,
    number_of_classes: int,
    groups: np.ndarray | None = None,
    copies: np.ndarray | None = None,
    seed: int = 0,
    progress: Progress = no_progress,
    constants: Mapping[str, Constant] | None = None,
    device: str = PROCESSOR,
) -> DetectorResult:
    """Run the detector called `name` on K spaces (N, D_k) and given labels (N,); see `Detector`.

    `constants` are those that were changed, see `changed_constants`.

    Raises:
        UserError: for an unknown name, and what the detector raises.
    """
    detector = describe_detector(name).load()
    # A package's detector may be older than these; what it then says is said without them.
    known = signature(detector).parameters
    options: dict[str, Any] = {"groups": groups, "copies": copies, "device": device}
    options = {key: value for key, value in options.items() if key in known}
    if constants:
        options["constants"] = constants
    return detector(
        embeddings,
        given_labels,
        number_of_classes=number_of_classes,
        seed=seed,
        progress=progress,
        **options,
    )
