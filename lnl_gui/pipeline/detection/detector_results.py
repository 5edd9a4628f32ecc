"""The results of the detectors that a detection runs, in their order: kept ones, else computed."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from lnl_gui.detect.detectors.registry import (
    changed_constants,
    describe_detector,
    list_detectors,
    run_detector,
)
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.detectors.text_registry import TEXT_DETECTORS, TEXT_NAMES
from lnl_gui.pipeline.detection.attached import attached_results
from lnl_gui.pipeline.detection.detection_data import DetectionData
from lnl_gui.pipeline.detection.text_detectors import text_results
from lnl_gui.store.jobs.arrays import ATTACHED
from lnl_gui.store.jobs.parameters import DetectParameters
from lnl_gui.util.constants import Constant
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import as_message, message
from lnl_gui.util.progress import JobContext, stage_progress

TOO_MANY_CLASSES = "too_many_classes"


@dataclass(frozen=True)
class ChosenDetectors:
    """Which detectors run, and how.

    Attributes:
        names: of detectors of embeddings and labels alone, in order.
        constants: that were changed, by detector.
        text: of those that were asked for which compare images with class names.
        by_name: whether they were asked for by name: each must run then, and no other.
    """

    names: tuple[str, ...]
    constants: Mapping[str, Mapping[str, Constant]]
    text: tuple[str, ...]
    by_name: bool


def chosen_detectors(parameters: DetectParameters) -> ChosenDetectors:
    """The detectors of a detection, checked before anything is computed.

    Raises:
        UserError: for a constant of an unknown detector, an unknown one, a value it cannot take,
            or a detector that does not run.
    """
    asked = parameters.detectors
    chosen = asked or tuple(info.name for info in list_detectors() if info.default)
    return ChosenDetectors(
        tuple(n for n in chosen if n not in TEXT_NAMES and not n.startswith(ATTACHED)),
        _constants(parameters, chosen),
        tuple(name for name in asked if name in TEXT_NAMES),
        bool(asked),
    )


def detector_results(
    chosen: ChosenDetectors, data: DetectionData, context: JobContext
) -> list[DetectorResult]:
    """Results of the detectors of embeddings, then of class names, then attached predictions.

    Raises:
        UserError: for a detector that was asked for and is unknown, or cannot serve the dataset.
    """
    results = _run_detectors(chosen, data, context)
    if chosen.text or not chosen.by_name:
        results += text_results(chosen.text, data, context)
    return results + attached_results(data.snapshot, data.parameters.detectors)


def _run_detectors(
    chosen: ChosenDetectors, data: DetectionData, context: JobContext
) -> list[DetectorResult]:
    """Results in order; a default detector that cannot serve so many classes is left out."""
    results = []
    for name in chosen.names:
        try:
            results.append(_result(name, chosen.constants.get(name, {}), data, context))
        except UserError as error:
            # Who named the detector is told; a default one that cannot serve the dataset is no
            # reason to fail.
            if error.code != TOO_MANY_CLASSES or chosen.by_name:
                raise
            context.log(message("Left out {name}: {reason}", name=name, reason=error.message))
    return results


def _result(
    name: str, constants: Mapping[str, Constant], data: DetectionData, context: JobContext
) -> DetectorResult:
    progress = stage_progress(context, as_message(describe_detector(name, TEXT_DETECTORS).title))
    device = data.device

    def compute() -> DetectorResult:
        progress(0, 1)
        return run_detector(
            name,
            data.spaces,
            data.labels,
            number_of_classes=data.number_of_classes,
            seed=data.parameters.seed,
            progress=progress,
            constants=constants,
            device=device,
            **data.grouping,
        )

    return replace(data.kept_result(_key(name, constants), compute), name=name)


def _key(name: str, constants: Mapping[str, Constant]) -> str:
    """What a detector's result is kept under: its name and what was changed of it."""
    if not constants:
        return name
    text = json.dumps(constants, sort_keys=True)
    return f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}"


def _constants(
    parameters: DetectParameters, chosen: tuple[str, ...]
) -> dict[str, dict[str, Constant]]:
    """The constants that were changed, by detector."""
    found = {}
    for full, _ in parameters.settings:
        name = full.partition(".")[0]
        describe_detector(name, TEXT_DETECTORS)
        if name not in chosen:
            raise UserError(
                message("{setting} changes a detector that is not run.", setting=full),
                message("Choose it too: `--detector {name}`.", name=name),
                code="unused_constant",
            )
        found[name] = changed_constants(name, parameters.settings)
    return found
