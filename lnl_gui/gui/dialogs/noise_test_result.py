"""Result of a noise test as a table of figures by noise and detector."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHeaderView, QVBoxLayout, QWidget

from lnl_gui.gui.i18n.numbers import fill
from lnl_gui.gui.widgets.basic import label
from lnl_gui.gui.widgets.reading_table import copy_and_close, reading_table
from lnl_gui.gui.widgets.rows_model import Column, RowsModel
from lnl_gui.store.jobs.benchmark_names import CONSENSUS, DETECT, Noise
from lnl_gui.util.messages import Message, from_json, message
from lnl_gui.util.translation import localized, tr

Figures = dict[str, Any]
"""What a detector reached under one noise."""
FIGURES = (
    ("precision", message("Precision"), message("Of what was flagged, so much was wrong")),
    ("recall", message("Recall"), message("Of what was wrong, so much was flagged")),
    ("f1", "F1", message("Between precision and recall")),
    ("average_precision", message("Ranking"), message("Average precision over all thresholds")),
    (
        "suggestion_accuracy",
        message("Suggestion"),
        message("Of the wrong ones found, so many got the right label"),
    ),
)
NOISES = {
    "symmetric_inclusive": message("Symmetric, of all classes"),
    "symmetric_exclusive": message("Symmetric, of the other classes"),
    "asymmetric": message("Asymmetric"),
    "pair": message("Pair"),
    "instance_cheng": message("Instance (Cheng et al.)"),
    "instance_xia": message("Instance (Xia et al.)"),
    "given": message("Given"),
}


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def summary(means: Sequence[dict[str, Any]]) -> str:
    """The consensus in one sentence."""
    found = [
        (row["recall"], row["precision"])
        for row in means
        if row["method"] == CONSENSUS and row["recall"] is not None
    ]
    if not found:
        return tr("The figures of each detector are below.")
    recalls, precisions = zip(*found, strict=True)
    return tr(
        "{} of 100 wrong labels are flagged; {} of 100 flagged labels really are wrong."
    ).format(_span(recalls), _span(precisions))


def _span(shares: Sequence[float]) -> str:
    """A share, or the lowest and the highest of several, in a hundred."""
    low, high = round(100 * min(shares)), round(100 * max(shares))
    return str(low) if low == high else tr("{} to {}").format(low, high)


def _columns(titles: dict[str, str]) -> tuple[Column[Figures], ...]:
    """The columns; `titles` are those of the detectors by their ids."""
    return (
        Column(message("Wrong labels"), _noise_of),
        Column(message("Detector"), lambda row: _detector_of(row, titles)),
        *(_figure(name, title, tip) for name, title, tip in FIGURES),
    )


def _figure(name: str, title: Message | str, tip: Message) -> Column[Figures]:
    return Column(
        title,
        lambda row: "–" if row[name] is None else fill("{:.1%}", row[name]),
        tip=tip,
        number=True,
    )


def _detector_of(row: Figures, titles: dict[str, str]) -> str:
    if row["method"] == CONSENSUS:
        return tr("Consensus")
    detector = str(row["method"]).removeprefix(DETECT)
    return titles.get(detector) or _capital(detector.replace("_", " "))


def _noise_of(row: Figures) -> str:
    noise = Noise(row["noise"], row["rate"])
    title = localized(NOISES.get(noise.family, _capital(noise.family)))
    # A map is a name or a file of the user's, which no language changes.
    which = f" ({noise.class_map})" if noise.kind != noise.family else ""
    return title + which + (f" {100 * noise.rate:.0f} %" if noise.is_drawn else "")


class NoiseTestResult(QDialog):
    """A summary, the note on the labels used, and the table of figures."""

    def __init__(
        self,
        metrics: dict[str, Any],
        *,
        titles: dict[str, str] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Noise test: how far can I trust this?"))
        self.resize(860, 560)
        model = RowsModel(
            _columns(titles or {}),
            self,
            rows=metrics["means"],
            strong=lambda row: bool(row["method"] == CONSENSUS),
        )
        self.table = reading_table(tr("Figures of each detector"), model)
        self.table.setAlternatingRowColors(True)
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.sentence = label(summary(metrics["means"]), "heading", wrap=True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(20, 20, 20, 20)
        layout.setSpacing(12)
        layout.addWidget(self.sentence)
        layout.addWidget(label(localized(from_json(metrics.get("note"))), "muted", wrap=True))
        layout.addWidget(self.table, 1)
        copy = tr("Copy table")
        layout.addLayout(copy_and_close(self, copy, model.as_text))


def show_noise_test(
    parent: QWidget, metrics: dict[str, Any], *, titles: dict[str, str] | None = None
) -> None:
    """Show the result in a dialog that is not modal and deletes itself when closed."""
    dialog = NoiseTestResult(metrics, titles=titles, parent=parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
