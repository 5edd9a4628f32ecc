"""Dialog for the size of an audit sample."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import SignalInstance
from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from lnl_gui.gui.dialogs.form import DialogFrame, ask, hint, number_field
from lnl_gui.gui.i18n.numbers import count, fill
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, Message, message, message_n
from lnl_gui.util.statistics.intervals import clopper_pearson
from lnl_gui.util.translation import localized, tr

USUAL_SIZE = 200


@dataclass(frozen=True)
class AuditRequest:
    """How many samples to draw, and whether in proportion to the classes."""

    size: int
    stratified: bool = False


def reach_text(size: int) -> str:
    """The 95 % interval that an audit of this size can give, by two examples."""
    none = clopper_pearson(0, size)
    some = max(1, round(0.02 * size))
    found = clopper_pearson(some, size)
    return fill(
        tr(
            "If none of {} is wrong, at most {:.1%} of the rest are. If {} are "
            "wrong, it is {:.1%} to {:.1%} (95 % intervals).",
        ),
        count(size),
        none.high,
        some,
        found.low,
        found.high,
    )


class AuditDialog(QDialog):
    """The size of the random sample and how it is drawn."""

    def __init__(
        self,
        population: Callable[[], int],
        *,
        read_only: Message = NOTHING,
        parent: QWidget | None = None,
    ) -> None:
        """`population` counts what a sample can be drawn from now; `read_only` is why none can."""
        super().__init__(parent)
        self.setMinimumWidth(520)
        self._count = population
        self._population = population()
        self._frame = DialogFrame(
            self, tr("Draw an audit"), _lead(self._population), accept=tr("Draw")
        )
        self.lead = self._frame.lead
        self.complaint = self._frame.complaint
        most = max(1, self._population)
        self.size_field = number_field(tr("Samples to draw"), 1, most, min(USUAL_SIZE, most))
        self.size_field.setSingleStep(50)
        self._frame.rows().add(tr("&Samples"), self.size_field)
        self.reach = hint(reach_text(self.size_field.value()))
        self.size_field.valueChanged.connect(lambda size: self.reach.setText(reach_text(size)))
        self._frame.body.addWidget(self.reach)
        self.stratified = QCheckBox(tr("Every class in proportion to its size"))
        self._frame.body.addWidget(self.stratified)
        self._frame.body.addStretch(1)
        self._frame.check_with(self.parameters)
        if read_only:
            self._frame.only_to_read(read_only)

    def count_again(self) -> None:
        """Show how many there are now: while this is open a detection may end, and flag others."""
        population = self._count()
        if population == self._population:
            return
        most, usual = max(1, population), min(USUAL_SIZE, max(1, self._population))
        untouched = self.size_field.value() == usual
        self._population = population
        self.lead.setText(_lead(population))
        self.size_field.setMaximum(most)
        if untouched:
            self.size_field.setValue(min(USUAL_SIZE, most))

    def parameters(self) -> AuditRequest:
        """What to draw.

        Raises:
            UserError: when there is nothing to draw from.
        """
        if self._population < 1:
            raise UserError(
                message("There is nothing to audit."),
                message("Every sample is flagged or reviewed."),
            )
        return AuditRequest(self.size_field.value(), self.stratified.isChecked())


def _lead(population: int) -> str:
    return localized(
        message_n(
            "A random sample of the {count:,} sample that has a label and is neither flagged nor"
            " reviewed. You judge it without seeing what the detectors think; what you find tells"
            " how many wrong labels are left.",
            "A random sample of the {count:,} samples that have a label and are neither flagged nor"
            " reviewed. You judge them without seeing what the detectors think; what you find tells"
            " how many wrong labels are left.",
            population,
        )
    )


def ask_audit(
    parent: QWidget | None,
    population: Callable[[], int],
    *,
    changed: SignalInstance,
    read_only: Message = NOTHING,
) -> AuditRequest | None:
    """Ask how to draw; None when the dialog was closed.

    Args:
        parent: of the dialog.
        population: counts what a sample can be drawn from now.
        changed: emitted when that may be another number.
        read_only: why none can be drawn, where the project may only be read.
    """
    dialog = AuditDialog(population, read_only=read_only, parent=parent)
    changed.connect(dialog.count_again)
    return ask(dialog)
