"""Brightness and contrast; width and level where a picture has more than 8 bits."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QToolButton, QWidget

from lnl_gui.gui.loupe.tone import NEUTRAL, Tone, tone_of
from lnl_gui.gui.widgets.basic import label, word_button
from lnl_gui.pictures.rendering import Range
from lnl_gui.util.translation import tr

_MOST = 1e9


class ToneBar(QWidget):
    """Buttons for the tone, and fields for the window of values where there is one."""

    changed = Signal(object)
    """The `Tone` asked for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tone = NEUTRAL
        self._usual: Range | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        step = "{} ({})"
        self.buttons = (
            self._step("☀−", step.format(tr("Darker"), "Alt+↓"), lambda: self.brighten(-1)),
            self._step("☀+", step.format(tr("Brighter"), "Alt+↑"), lambda: self.brighten(1)),
            self._step("◐−", step.format(tr("Less contrast"), "Alt+←"), lambda: self.sharpen(-1)),
            self._step("◐+", step.format(tr("More contrast"), "Alt+→"), lambda: self.sharpen(1)),
        )
        for each in self.buttons:
            row.addWidget(each)
        self.neutral = self._step(
            tr("As it is"),
            step.format(tr("The image as it is"), "Alt+0"),
            lambda: self.choose(NEUTRAL),
        )
        row.addWidget(self.neutral)
        self.values = QWidget()
        fields = QHBoxLayout(self.values)
        fields.setContentsMargins(8, 0, 0, 0)
        fields.setSpacing(4)
        self.width_field = self._field(tr("Width of the window"))
        self.level_field = self._field(tr("Level of the window"))
        for text, field in ((tr("Width"), self.width_field), (tr("Level"), self.level_field)):
            fields.addWidget(label(text, "muted"))
            fields.addWidget(field)
        row.addWidget(self.values)
        self.values.hide()
        self._show()

    def _step(self, text: str, name: str, act: object) -> QToolButton:
        result = word_button(text, name)
        result.clicked.connect(act)
        return result

    def _field(self, name: str) -> QDoubleSpinBox:
        result = QDoubleSpinBox()
        result.setRange(-_MOST, _MOST)
        result.setDecimals(1)
        result.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
        result.setKeyboardTracking(False)
        result.setAccessibleName(name)
        result.setToolTip(name)
        # A click into it would take the keys from the verdicts.
        result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        result.valueChanged.connect(self._typed)
        return result

    def brighten(self, steps: float) -> None:
        """So many steps brighter."""
        self.choose(self.tone.brighter(steps))

    def sharpen(self, steps: float) -> None:
        """So many steps of more contrast."""
        self.choose(self.tone.sharper(steps))

    def choose(self, tone: Tone) -> None:
        """Show pictures in this tone."""
        if tone != self.tone:
            self.tone = tone
            self._show()
            self.changed.emit(tone)

    def show_range(self, usual: Range | None) -> None:
        """The values usually black and white in the picture shown; None for 8 bits."""
        self._usual = usual
        self._show()

    def _show(self) -> None:
        self.neutral.setEnabled(not self.tone.is_neutral)
        self.values.setVisible(self._usual is not None)
        if self._usual is None:
            return
        values = self.tone.window(self._usual)
        for field, value in zip((self.width_field, self.level_field), values, strict=True):
            # Or the tone would be the rounded number, as if somebody had typed it.
            field.blockSignals(True)
            field.setValue(value)
            field.blockSignals(False)

    def _typed(self) -> None:
        if self._usual is not None:
            self.choose(tone_of(self.width_field.value(), self.level_field.value(), self._usual))
