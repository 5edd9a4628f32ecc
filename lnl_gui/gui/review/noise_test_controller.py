"""The noise test in the window: parameters, job, result."""

from typing import Any

from PySide6.QtCore import QObject

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs.noise_test import ask_noise_test
from lnl_gui.gui.dialogs.noise_test_result import show_noise_test, summary
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.session import detection
from lnl_gui.session.figures.stages import ProjectStage
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

KIND = "noise_test"


class NoiseTestController(QObject):
    """Tests the detectors of the open project on labels made wrong on purpose."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.parent)
        self._context = context
        context.workflow.ended.connect(self._ended)

    def ask(self) -> None:
        """Ask what to test, and start."""
        review = self._context.review
        if review is None:
            return
        if review.session.stage() < ProjectStage.EMBEDDED:
            hint = message("Find suspects first; then the detectors can be tested.")
            self._context.refuse(
                UserError(message("The images have not been looked at yet."), hint)
            )
            return
        chosen = ask_noise_test(self._context.parent, review.counts().reviewed)
        if chosen is not None:
            self._context.workflow.start(chosen)

    def _means(self) -> list[dict[str, Any]]:
        run = self._context.latest_run(KIND)
        return list(run.metrics.get("means", ())) if run is not None else []

    def show(self) -> None:
        """Show the newest result."""
        review = self._context.review
        run = self._context.latest_run(KIND)
        if review is None or run is None:
            return
        found = detection.detector_titles(review.session.detection)
        titles = {name: localized(title) for name, title in found.items()}
        show_noise_test(self._context.parent, run.metrics, titles=titles)

    def _ended(self, job: Job) -> None:
        if job.kind == KIND and job.state is JobState.DONE:
            self._context.notifications.show(
                tr("The noise test is done"),
                tone="good",
                hint=summary(self._means()),
                # No dialog of its own: it would come up under the fingers of who reviews.
                action=(tr("Show figures"), self.show),
            )
