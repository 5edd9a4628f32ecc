"""The trials of a search for training settings, as they come in."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QHeaderView, QVBoxLayout, QWidget

from lnl_gui.gui.i18n.numbers import fill, percent
from lnl_gui.gui.widgets.basic import button, label
from lnl_gui.gui.widgets.reading_table import reading_table
from lnl_gui.gui.widgets.rows_model import Column, RowsModel
from lnl_gui.store.training.search_words import (
    ACCURACY,
    NUMBER,
    search_words,
    settings_of_trial,
    trial_words,
)
from lnl_gui.util.messages import Message, message
from lnl_gui.util.translation import localized, tr

Trial = dict[str, Any]
"""The numbers of a trial and how it went."""
TITLES = {
    NUMBER: message("Trial"),
    ACCURACY: message("Validation accuracy"),
}
"""Headings of what every trial has; constants go by their own names."""


def best_of(trials: Sequence[Trial]) -> Trial | None:
    """The trial of the highest accuracy; None where none did more than the linear probe."""
    known = [t for t in trials if t.get(ACCURACY) is not None and not t.get("kept_probe")]
    return max(known, key=lambda trial: float(trial[ACCURACY]), default=None)


def columns_of(trials: Sequence[Trial]) -> list[Column[Trial]]:
    """Number and accuracy, and all constants that any trial has."""
    names = dict.fromkeys(name for trial in trials for name in settings_of_trial(trial))
    return [
        _column(NUMBER, TITLES[NUMBER]),
        Column(TITLES[ACCURACY], _accuracy_shown, number=True),
        *(_column(name, name) for name in names),
    ]


def _column(name: str, title: Message | str) -> Column[Trial]:
    return Column(title, lambda trial: _shown(trial.get(name)), number=True)


def _accuracy_shown(trial: Trial) -> str:
    if trial.get(ACCURACY) is None or trial.get("kept_probe"):
        return localized(trial_words(trial))
    return percent(float(trial[ACCURACY]), 1)


def _shown(value: Any) -> str:
    if value is None:
        return ""
    return fill("{:.3g}", float(value)) if isinstance(value, float) else str(value)


class TrialsWindow(QDialog):
    """The trials so far; at the end the best settings can be trained with."""

    train_requested = Signal(object)
    """The best trial, a dict of its numbers."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Search for training settings"))
        self.resize(760, 460)
        self.model: RowsModel[Trial] = RowsModel(
            columns_of(()),
            self,
            strong=lambda trial: trial is best_of(self.model.rows),
        )
        self.table = reading_table(tr("Trials"), self.model)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setStretchLastSection(True)
        self.said = label("", "heading", wrap=True)
        self.train = button(tr("Fine-tune with the best"), "primary")
        self.train.clicked.connect(self._train)
        close = button(tr("Close"))
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(close)
        row.addWidget(self.train)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.setSpacing(12)
        layout.addWidget(self.said)
        layout.addWidget(self.table, 1)
        layout.addLayout(row)
        self.show_trials((), over=False)

    def show_trials(
        self,
        trials: Sequence[Trial],
        *,
        over: bool,
        metrics: Mapping[str, Any] | None = None,
    ) -> None:
        """Show the trials so far, or those of a search that is over, with its figures."""
        self.model.show_rows(list(trials), columns_of(trials))
        best = best_of(trials)
        first = trials[0].get(ACCURACY) if trials else None
        text = tr("The first trial is under way…") if not over else tr("No trial learnt anything.")
        known = any(trial.get(ACCURACY) is not None for trial in trials)
        if over and known:
            text = "\n".join(localized(said) for said in search_words(metrics or {}))
        elif known and best is None:
            text = tr("No setting has beaten the linear probe so far.")
        elif best is not None:
            text = tr("Best so far: {}").format(percent(float(best[ACCURACY]), 1))
            if first is not None:
                text += tr(", {} with the numbers of the recipe").format(percent(float(first), 1))
        self.said.setText(text)
        self.train.setEnabled(over and best is not None)

    def _train(self) -> None:
        best = best_of(self.model.rows)
        if best is not None:
            self.close()
            self.train_requested.emit(best)
