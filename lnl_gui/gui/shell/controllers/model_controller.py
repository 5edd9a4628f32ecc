"""What the window does with models beside fine-tuning: searches their settings, applies them."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.dialogs.predictions import Prediction, PredictionsWindow
from lnl_gui.gui.dialogs.trials import TrialsWindow
from lnl_gui.gui.dialogs.tune import ask_tune
from lnl_gui.gui.jobs.catalogue import Catalogue
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.shell.controllers.training_start import start_search, start_training
from lnl_gui.jobs import protocol
from lnl_gui.session.detection import encoder_to_train
from lnl_gui.session.figures.stages import ProjectStage
from lnl_gui.store.jobs.parameters import (
    FinetuneParameters,
    PredictParameters,
    TuneParameters,
)
from lnl_gui.store.training.prediction_words import LABEL, PATH, PROBABILITY
from lnl_gui.store.training.search_words import NUMBER, settings_of_trial
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.messages import message


class ModelController(QObject):
    """Searches for training settings, and classifies new images.

    Args:
        context: of the window.
        open_source: asks how to read a dataset, and makes a project of it.
    """

    def __init__(self, context: WindowContext, open_source: Callable[[str], object]) -> None:
        super().__init__(context.parent)
        self._context, self._open_source = context, open_source
        self._trials: list[dict[str, Any]] = []
        self.window: TrialsWindow | None = None
        context.workflow.controller.figure.connect(self._figure)
        context.workflow.ended.connect(self._ended)
        context.project.closing.connect(self._close)

    def handlers(self) -> dict[str, Callable[[], object]]:
        """By id of the action."""
        return {
            "tune": self.tune,
            "trials": self.show_trials,
            "predict": self.predict,
            "predictions": self.show_predictions,
        }

    # A search for settings

    def tune(self) -> None:
        """Ask what to search, and start."""
        review = self._context.review
        if review is None:
            return
        if review.session.stage() < ProjectStage.EMBEDDED:
            hint = message("Find suspects first.")
            self._context.refuse(
                UserError(message("The images have not been looked at yet."), hint)
            )
            return
        self._context.catalogue.when_ready(self._ask_tune)

    def _ask_tune(self, found: Catalogue) -> None:
        review = self._context.review
        if review is None:
            return
        chosen = ask_tune(
            self._context.parent,
            found.recipes,
            devices=found.devices,
            device=self._context.settings.value.device(),
            encoder=encoder_to_train(review.session.project),
            size=review.session.statistics.training_size(),
        )
        if chosen is not None:
            start_search(self._context, chosen, lambda: self._search(chosen))

    def _search(self, parameters: TuneParameters) -> None:
        self._trials = []
        self._context.workflow.start(parameters)
        self._show_window().show_trials((), over=False)

    def _show_window(self) -> TrialsWindow:
        if self.window is None:
            self.window = TrialsWindow(self._context.parent)
            self.window.train_requested.connect(self._train)
        self.window.show()
        self.window.raise_()
        return self.window

    def _close(self) -> None:
        window, self.window = self.window, None
        if window is not None:
            window.close()
            window.deleteLater()

    def _figure(self, job: Job, event: protocol.Event) -> None:
        if job.kind != "tune" or event.name != "trial":
            return
        # A search that goes on tells again of trials it has had.
        number = event.values.get(NUMBER)
        others = [trial for trial in self._trials if trial.get(NUMBER) != number]
        self._trials = [*others, dict(event.values)]
        if self.window is not None:
            self.window.show_trials(self._trials, over=False)

    def show_trials(self) -> None:
        """The trials of the newest search."""
        run = self._context.latest_run("tune")
        if run is None:
            hint = message("Search for training settings first.")
            self._context.refuse(UserError(message("There are no trials yet."), hint))
            return
        self._trials = list(run.metrics.get("trials", ()))
        self._show_window().show_trials(self._trials, over=True, metrics=run.metrics)

    def _train(self, best: dict[str, Any]) -> None:
        run = self._context.latest_run("tune")
        if run is None:
            return
        searched = TuneParameters(
            **{name: run.parameters[name] for name in ("recipe", "encoder", "weights", "seed")}
        )
        parameters = FinetuneParameters(
            recipe=searched.recipe,
            encoder=searched.encoder,
            weights=searched.weights,
            seed=searched.seed,
            device=self._context.settings.value.device(),
            settings=tuple((name, str(value)) for name, value in settings_of_trial(best).items()),
        )
        start_training(self._context, parameters)

    # New images

    def predict(self) -> None:
        """Ask for a folder of new images, and classify them."""
        review = self._context.review
        if review is None:
            return
        trained = review.session.runs.latest("finetune")
        if trained is None or "model" not in trained.artifacts:
            hint = message("Fine-tune first; its model names the classes of new images.")
            self._context.refuse(UserError(message("There is no trained model yet."), hint))
            return
        folder = questions.ask_new_images(self._context.parent)
        if folder is not None:
            device = self._context.settings.value.device()
            self._context.workflow.start(PredictParameters(source=str(folder), device=device))

    def _ended(self, job: Job) -> None:
        # Nothing comes up by itself, under the fingers of who reviews: the banner says that it is
        # done. A window that was left open is brought up to date.
        if job.kind != "tune" or job.state is not JobState.DONE:
            return
        run = self._context.latest_run("tune")
        if run is not None and self.window is not None:
            self._trials = list(run.metrics.get("trials", ()))
            self.window.show_trials(self._trials, over=True, metrics=run.metrics)

    def show_predictions(self) -> None:
        """What the model said of the new images that were classified last."""
        review = self._context.review
        run = self._context.latest_run("predict")
        if review is None:
            return
        if run is None:
            hint = message("Classify new images first.")
            self._context.refuse(UserError(message("No new images were classified yet."), hint))
            return
        file = review.session.folder / run.artifacts["predictions"]
        try:
            found = read_predictions(file)
        except OSError as error:
            self._context.refuse(as_user_error(error, message("read {file}", file=file)))
            return
        unreadable = int(run.metrics.get("unreadable", 0))
        window = PredictionsWindow(found, unreadable, self._context.parent)
        window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        window.review_requested.connect(lambda: self._open_source(str(file)))
        window.show()


def read_predictions(file: Path) -> list[Prediction]:
    """The table that the predict job has written, in its order.

    Raises:
        OSError: when it cannot be read.
    """
    with file.open(encoding="utf-8", newline="") as stream:
        return [
            Prediction(line[PATH], line[LABEL], float(line[PROBABILITY]))
            for line in csv.DictReader(stream)
        ]
