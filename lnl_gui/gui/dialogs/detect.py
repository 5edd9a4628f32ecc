"""Dialog for the parameters of a detection."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QSlider,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.choices import DetectorChoice
from lnl_gui.gui.dialogs.constants_table import (
    Changes,
    ConstantSet,
    ConstantsTable,
    changes_in_words,
)
from lnl_gui.gui.dialogs.form import (
    DialogFrame,
    FormRows,
    add_page,
    ask,
    hint,
    number_field,
    scrolled,
)
from lnl_gui.gui.widgets.basic import button_text
from lnl_gui.store.jobs.parameters import DetectParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.translation import localized, tr

STEPS = 10
_KINDS: tuple[Callable[[DetectorChoice], Mapping[str, Any]], ...] = (
    lambda choice: choice.constants,
    lambda choice: choice.words,
    lambda choice: choice.published,
)
"""What is told of constants, in the order of `ConstantSet`."""


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
    """Emphasis on recall or precision, detectors, seed; constants of detectors under "Advanced".

    `remembered` holds the constants that were changed before, as DETECTOR.NAME.
    """

    def __init__(
        self,
        detectors: Sequence[DetectorChoice],
        *,
        verdicts: int = 0,
        remembered: Changes | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setMinimumWidth(620)
        self._changes = dict(remembered or {})
        self._filled = False
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
        self.pages = QTabWidget()
        self._frame.body.addWidget(self.pages, 1)
        page = add_page(self.pages, tr("Detectors"))
        self._build_knob(page)
        self._build_detectors(page)
        self._build_rest(page, verdicts)
        self._build_advanced(add_page(self.pages, tr("Advanced")))
        self._frame.check_with(self.parameters)

    def _build_knob(self, page: QVBoxLayout) -> None:
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
        page.addLayout(row)
        page.addWidget(self.emphasis_hint)

    def _knob_moved(self, value: int) -> None:
        text = emphasis_text(value / STEPS)
        self.emphasis_hint.setText(text)
        self.emphasis.setAccessibleDescription(text)

    def _build_detectors(self, page: QVBoxLayout) -> None:
        self.boxes: dict[str, QCheckBox] = {}
        column = QVBoxLayout()
        column.setSpacing(1)
        for choice in self._detectors:
            box = QCheckBox(button_text(choice.title))
            box.setChecked(choice.default)
            box.setAccessibleDescription(choice.description)
            description = hint(choice.description)
            description.setIndent(25)
            description.setContentsMargins(0, 0, 0, 6)
            box.toggled.connect(self._boxes_changed)
            self.boxes[choice.name] = box
            column.addWidget(box)
            column.addWidget(description)
        page.addWidget(scrolled(column), 1)
        self.changed_words = hint()
        page.addWidget(self.changed_words)

    def _build_rest(self, page: QVBoxLayout, verdicts: int) -> None:
        said = message_n(
            "Learn from my {count:,} verdict", "Learn from my {count:,} verdicts", verdicts
        )
        self.use_verdicts = QCheckBox(localized(said))
        self.use_verdicts.setChecked(True)
        self.use_verdicts.setVisible(verdicts > 0)
        page.addWidget(self.use_verdicts)
        # As large as a spin box holds.
        self.seed = number_field(tr("Seed"), 0, 2**31 - 1, 0)
        rows = FormRows()
        page.addLayout(rows.layout)
        rows.add(
            tr("&Seed"),
            self.seed,
            tr("The same seed gives the same result."),
        )

    def _build_advanced(self, page: QVBoxLayout) -> None:
        page.addWidget(
            hint(
                tr(
                    "Constants of the ticked detectors that have any. With “search” TURTLE tries "
                    "all learning rates and starts, and each of the weights in “gammas”. What you "
                    "change is kept for the next time."
                )
            )
        )
        self.constants = ConstantsTable(tr("Constants of the detectors"))
        self.constants.changed.connect(self._constants_changed)
        page.addWidget(self.constants, 1)
        self._boxes_changed()

    def _boxes_changed(self) -> None:
        """List the constants of the detectors that are ticked now."""
        self._filled = False
        ticked = [choice for choice in self._detectors if self.boxes[choice.name].isChecked()]
        self.constants.show_set(
            ConstantSet(
                *(
                    {f"{c.name}.{name}": found for c in ticked for name, found in kind(c).items()}
                    for kind in _KINDS
                )
            ),
            self._changes,
        )
        self._filled = True
        self._constants_changed()

    def _constants_changed(self) -> None:
        if not self._filled:
            return
        changes = self.constants.edited()
        ticked = {name for name, box in self.boxes.items() if box.isChecked()}
        # Those of a detector that rests are kept until it is ticked again.
        resting = {
            name: text
            for name, text in self._changes.items()
            if name.partition(".")[0] not in ticked
        }
        self._changes = {**resting, **changes}
        title = tr("Advanced ({} changed)").format(len(changes)) if changes else tr("Advanced")
        self.pages.setTabText(1, title)
        self.changed_words.setText(tr("Changed: {}").format(changes_in_words(changes)))
        self.changed_words.setVisible(bool(changes))

    def remembered(self) -> dict[str, str]:
        """The constants that were changed, as DETECTOR.NAME."""
        return dict(self._changes)

    def parameters(self) -> DetectParameters:
        """How to detect; the default set of detectors is left unnamed.

        Raises:
            UserError: when every detector is switched off, or a constant cannot be what was
                written.
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
            settings=self.constants.settings(),
        )


def ask_detect(
    parent: QWidget | None,
    detectors: Sequence[DetectorChoice],
    *,
    verdicts: int = 0,
    remembered: Changes | None = None,
    remember: Callable[[dict[str, str]], None] = lambda _changes: None,
) -> DetectParameters | None:
    """Ask how to detect; None when the dialog was closed.

    `remember` is called with the changed constants when the answer is yes.
    """
    dialog = DetectDialog(detectors, verdicts=verdicts, remembered=remembered, parent=parent)
    changes = dialog.remembered
    chosen = ask(dialog)
    if chosen is not None:
        remember(changes())
    return chosen
