"""All detectors whose results a detection may hold, and which of them the consensus may weigh."""

from lnl_gui.detect.detectors.registry import DetectorInfo, describe_detector
from lnl_gui.detect.detectors.text_registry import TEXT_DETECTORS, ZERO_SHOT
from lnl_gui.pipeline.detection.annotators import ANNOTATORS
from lnl_gui.pipeline.detection.attached import describe_attached
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.jobs.arrays import ATTACHED

_INDEPENDENT = ("turtle", "turtle_paper", ZERO_SHOT.name)


def independent_detectors(snapshot: Snapshot) -> tuple[str, ...]:
    """Those whose votes do not rest on a sample's own given label: they join the consensus."""
    honest = (found.name for found in snapshot.predictions if found.out_of_sample)
    return (*_INDEPENDENT, *honest)


def may_join(name: str) -> bool:
    """Whether the consensus of some project may weigh a detector's votes."""
    return name in _INDEPENDENT or name.startswith(ATTACHED)


def describe_any(name: str) -> DetectorInfo:
    """Also of the detectors that need a project's own data, and so are not in the registry."""
    if name.startswith(ATTACHED):
        return describe_attached(name)
    return ANNOTATORS if name == ANNOTATORS.name else describe_detector(name, TEXT_DETECTORS)
