"""Training curves of a running job, and the result of the newest one."""

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from lnl_gui.gui.charts.result_card import ResultCard
from lnl_gui.gui.charts.training_curves import TrainingCurves
from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.widgets.basic import button, label
from lnl_gui.session.changes import Changes
from lnl_gui.store.training.accuracy_interval import accuracy_interval
from lnl_gui.store.training.gain import Gain
from lnl_gui.store.training.gain_words import (
    basis,
    invitation,
    judge_message,
    of_an_earlier_version,
    remarks,
)
from lnl_gui.util.messages import Message, from_json, message
from lnl_gui.util.translation import localized, tr

TITLES = {
    "given": message("Given labels"),
    "curated": message("Curated labels"),
}


class TrainingPanel(QWidget):
    """Curves while a job trains; the result card when there is a result."""

    deciding_requested = Signal()
    """Judge blind what decides the gain."""

    def __init__(self, review: ReviewModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._review = review
        self._epochs: dict[str, int] = {}
        self.nothing = label(
            tr("Loss and accuracy appear here while a model trains."),
            "muted",
            wrap=True,
        )
        self.card = ResultCard()
        self.deciding = button("", "primary")
        self.deciding.clicked.connect(self.deciding_requested)
        self.notes = label("", "muted", wrap=True)
        self.age = label("", "warning", wrap=True)
        self.curves = TrainingCurves()
        self.curves.set_titles({name: localized(title) for name, title in TITLES.items()})
        # Sentences take the lines they need; what has no room then is reached by scrolling.
        page = QWidget()
        scroll = QScrollArea()
        scroll.setAccessibleName(tr("Training"))
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
        layout = QVBoxLayout(page)
        layout.setContentsMargins(12, 12, 12, 12)
        layout.setSpacing(10)
        layout.addWidget(self.nothing)
        layout.addWidget(self.age)
        layout.addWidget(self.card)
        layout.addWidget(self.deciding)
        layout.addWidget(self.notes)
        layout.addWidget(self.curves, 1)
        layout.addStretch(0)
        review.changed.connect(self._changed)
        self.show_latest()

    def begin(self) -> None:
        """A training starts: clear the curves of the one before."""
        self._epochs.clear()
        self.curves.clear()
        self._show_parts(curves=True, card=False)

    def add_epoch(self, values: dict[str, Any]) -> None:
        """One epoch's figures, as the job sends them."""
        series = str(values["series"])
        # The stages of a recipe follow each other on one axis.
        self._epochs[series] = self._epochs.get(series, 0) + 1
        self.curves.add_point(
            series,
            self._epochs[series],
            float(values["loss"]),
            values.get("training_accuracy"),
            values.get("holdout_accuracy"),
        )
        # Not `isVisible`, which is False while another tab is in front.
        self._show_parts(curves=True, card=not self.card.isHidden())

    def show_latest(self) -> None:
        """The newest finished training of the project."""
        run = self._review.session.runs.latest("finetune")
        if run is None:
            self._show_parts(curves=False, card=False)
            return
        self.begin()
        for values in run.metrics.get("epochs", ()):
            self.add_epoch(values)
        after = run.metrics.get("after")
        if after:
            self._show_gain(run.metrics)
        self._show_parts(curves=bool(self.curves.curves()), card=bool(after))

    def _changed(self, changes: Changes) -> None:
        if changes.runs:
            self.show_latest()
        elif changes.labels:
            self._show_age()
            if not self.card.isHidden():
                self._refresh_gain()

    def _refresh_gain(self) -> None:
        """A verdict may have decided what the gain hangs on."""
        run = self._review.session.runs.latest("finetune")
        if run is not None and run.metrics.get("after"):
            self._show_gain(run.metrics)

    def _show_gain(self, metrics: dict[str, Any]) -> None:
        after, gain = metrics["after"], self._review.session.statistics.gain()
        units = gain.units if gain is not None else None
        self.card.set_result(accuracy_interval(after, units), gain)
        self.notes.setText(_notes(metrics, gain))
        left = gain.open if gain is not None and invitation(gain) is not None else 0
        self.deciding.setText(localized(judge_message(left)))
        self.deciding.setVisible(left > 0)

    def _show_age(self) -> None:
        """Whether the model shown has not seen the newest verdicts."""
        session = self._review.session
        older = self.nothing.isHidden() and session.is_outdated("finetune")
        self.age.setText(tr("Out of date: verdicts came after this model was trained."))
        self.age.setVisible(older)

    def _show_parts(self, *, curves: bool, card: bool) -> None:
        self.nothing.setVisible(not curves and not card)
        self.curves.setVisible(curves)
        self.card.setVisible(card)
        self.notes.setVisible(card)
        self._show_age()
        if not card:
            self.deciding.hide()


def _notes(metrics: dict[str, Any], gain: Gain | None) -> str:
    lines: list[Message] = []
    if gain is not None:
        invited = invitation(gain)
        lines += [basis(gain), *([] if invited is None else [invited]), *remarks(gain)]
    elif metrics.get("before"):
        lines.append(of_an_earlier_version())
    held_out = fill(
        tr("{:,} held-out samples; all intervals are 95 %."), metrics["holdout_samples"]
    )
    warnings = [from_json(stored) for stored in metrics.get("warnings", ())]
    return "\n".join((*(localized(said) for said in lines), held_out, *map(localized, warnings)))
