"""Dialog for the parameters of a detection."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.choices import DetectorChoice
from lnl_gui.gui.dialogs.form import DialogFrame, ask, hint, label, number_field, scrolled
from lnl_gui.store.parameters import DetectParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import tr

STEPS = 10


def emphasis_text(emphasis: float) -> str:
    """What an emphasis in [-1, 1], precision to recall, means for the reviewer."""
    if emphasis <= -0.6:
        return tr("Flag only what is almost surely wrong. Some errors will be missed.")
    if emphasis < -0.05:
        return tr("Flag fewer samples, most of them wrong.")
    if emphasis <= 0.05:
        return tr("Balanced: about as many false alarms as missed errors.")
    if emphasis < 0.6:
        return tr("Flag more samples and miss fewer errors.")
    return tr("Flag whatever may be wrong. Expect many false alarms.")


class DetectDialog(QDialog):
    """Emphasis on recall or precision, detectors, seed."""

    def __init__(
        self,
        detectors: Sequence[DetectorChoice],
        *,
        verdicts: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setMinimumWidth(560)
        self._frame = DialogFrame(
            self,
            tr("Find suspects"),
            tr(
                "Several detectors judge every sample on its own; their consensus says how likely "
                "its label is wrong.",
            ),
            accept=tr("Find suspects"),
        )
        self.complaint = self._frame.complaint
        self._detectors = tuple(detectors)
        self._build_knob()
        self._build_detectors()
        self._build_rest(verdicts)
        self._frame.check_with(self.parameters)

    def _build_knob(self) -> None:
        self.emphasis = QSlider(Qt.Orientation.Horizontal)
        self.emphasis.setRange(-STEPS, STEPS)
        self.emphasis.setPageStep(2)
        self.emphasis.setMinimumHeight(26)
        self.emphasis.setAccessibleName(tr("Emphasis: precision to recall"))
        self.emphasis_hint = hint(emphasis_text(0.0))
        self.emphasis.valueChanged.connect(self._knob_moved)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(QLabel(tr("Fewer false alarms")))
        row.addWidget(self.emphasis, 1)
        row.addWidget(QLabel(tr("Miss fewer errors")))
        self._frame.body.addLayout(row)
        self._frame.body.addWidget(self.emphasis_hint)

    def _knob_moved(self, value: int) -> None:
        text = emphasis_text(value / STEPS)
        self.emphasis_hint.setText(text)
        self.emphasis.setAccessibleDescription(text)

    def _build_detectors(self) -> None:
        self._frame.body.addWidget(label(tr("Detectors"), "strong"))
        self.boxes: dict[str, QCheckBox] = {}
        column = QVBoxLayout()
        column.setSpacing(1)
        for choice in self._detectors:
            box = QCheckBox(choice.title)
            box.setChecked(choice.default)
            box.setAccessibleDescription(choice.description)
            description = hint(choice.description)
            description.setIndent(25)
            description.setContentsMargins(0, 0, 0, 6)
            self.boxes[choice.name] = box
            column.addWidget(box)
            column.addWidget(description)
        self._frame.body.addWidget(scrolled(column), 1)

    def _build_rest(self, verdicts: int) -> None:
        self.use_verdicts = QCheckBox(tr("Learn from my {} verdicts").format(verdicts))
        self.use_verdicts.setChecked(True)
        self.use_verdicts.setVisible(verdicts > 0)
        self._frame.body.addWidget(self.use_verdicts)
        self.seed = number_field(tr("Seed"), 0, 2**31 - 1, 0)
        self._frame.rows().add(
            tr("&Seed"),
            self.seed,
            tr("The same seed gives the same result."),
        )

    def parameters(self) -> DetectParameters:
        """How to detect; the default set of detectors is left unnamed.

        Raises:
            UserError: when every detector is switched off.
        """
        chosen = tuple(name for name, box in self.boxes.items() if box.isChecked())
        if self.boxes and not chosen:
            raise UserError(
                message("No detector was chosen."),
                message("Tick at least one."),
            )
        # Left unnamed, the default set takes the zero-shot vote too where the encoder has one.
        default = tuple(choice.name for choice in self._detectors if choice.default)
        return DetectParameters(
            detectors=() if chosen == default else chosen,
            seed=self.seed.value(),
            emphasis=self.emphasis.value() / STEPS,
            use_verdicts=self.use_verdicts.isChecked(),
        )


def ask_detect(
    parent: QWidget | None, detectors: Sequence[DetectorChoice], *, verdicts: int = 0
) -> DetectParameters | None:
    """Ask how to detect; None when the dialog was closed."""
    return ask(DetectDialog(detectors, verdicts=verdicts, parent=parent))
