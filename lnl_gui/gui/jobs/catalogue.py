"""The catalogue of encoders, detectors, recipes, devices and formats, asked of the worker.

The window may not import what computes, so it asks the worker once and remembers the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from lnl_gui.gui.dialogs.choices import (
    AUTOMATIC,
    DetectorChoice,
    DeviceChoice,
    EncoderChoice,
    FormatChoice,
    RecipeChoice,
)
from lnl_gui.gui.jobs.controller import JobController
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, from_json, message
from lnl_gui.util.translation import localized

KIND = "catalogue"
_WORDS = ("title", "description", "estimate")


@dataclass(frozen=True)
class Catalogue:
    """All choices, in the order to show them."""

    encoders: tuple[EncoderChoice, ...]
    detectors: tuple[DetectorChoice, ...]
    recipes: tuple[RecipeChoice, ...]
    devices: tuple[DeviceChoice, ...]
    formats: tuple[FormatChoice, ...] = ()

    @classmethod
    def from_metrics(cls, metrics: dict[str, Any]) -> "Catalogue":
        """The catalogue of a worker's answer."""
        return cls(
            tuple(EncoderChoice(**_localized(entry)) for entry in metrics["encoders"]),
            tuple(DetectorChoice(**_localized(entry)) for entry in metrics["detectors"]),
            tuple(RecipeChoice(**_localized(entry)) for entry in metrics["recipes"]),
            (AUTOMATIC, *(DeviceChoice(**_localized(entry)) for entry in metrics["devices"])),
            tuple(FormatChoice(**_localized(entry)) for entry in metrics["formats"]),
        )


def _localized(entry: dict[str, Any]) -> dict[str, Any]:
    """An entry with its words in the window's language."""
    words: dict[str, Any] = {
        name: localized(from_json(entry[name])) for name in _WORDS if name in entry
    }
    if "unfit" in entry:
        words["unfit"] = {name: localized(from_json(why)) for name, why in entry["unfit"].items()}
    return {**entry, **words}


Use = Callable[[Catalogue], None]


class CatalogueController(QObject):
    """Requests the catalogue from the worker and caches it."""

    waiting = Signal()
    """`when_ready` waits for the worker, which takes seconds at its first start."""
    settled = Signal()
    """What `when_ready` waited for has come, or nobody waits for it any more."""
    refused = Signal(object)
    """A `UserError`: the answer did not come."""

    def __init__(self, controller: JobController, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._controller = controller
        self._use: Use | None = None
        self._asked = False
        self.found: Catalogue | None = None
        controller.answered.connect(self._answered)
        controller.finished.connect(self._job_ended)

    @property
    def devices(self) -> tuple[DeviceChoice, ...]:
        """Devices of the catalogue; before it has come only the automatic choice."""
        return self.found.devices if self.found is not None else (AUTOMATIC,)

    def ask(self) -> None:
        """Ask the worker, unless it has been asked."""
        if self.found is None and not self._asked:
            # The window may not import torch to list what there is, so the worker tells.
            self._asked = True
            self._controller.ask(KIND)

    def when_ready(self, use: Use) -> None:
        """Call `use` with the catalogue, now or once it has come; a newer call replaces this."""
        if self.found is not None:
            use(self.found)
        elif self._controller.busy:
            text = message("Another job is at work.")
            hint = message("Wait for it, or cancel it.")
            self.refused.emit(UserError(text, hint))
        else:
            self._use = use
            self.waiting.emit()
            self.ask()

    def cancel(self) -> None:
        """Drop the callback that waits for the catalogue."""
        if self._use is not None:
            self._use = None
            self.settled.emit()

    def _job_ended(self, job: Job) -> None:
        """After an embedding ask anew: weights that it downloaded need no download any more."""
        if job.kind == "embed":
            self.found = None

    def _answered(self, job: Job) -> None:
        if job.kind != KIND:
            return
        self._asked = False
        use, self._use = self._use, None
        if use is not None:
            self.settled.emit()
        if job.state is JobState.DONE and job.result is not None:
            self.found = Catalogue.from_metrics(job.result.metrics)
            if use is not None:
                use(self.found)
        elif use is not None:
            error = job.error
            text = error.message if error is not None else NOTHING
            self.refused.emit(UserError(text, (error.hint if error is not None else NOTHING)))
