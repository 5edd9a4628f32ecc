"""Dialog for the parameters of a noise test."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QSlider, QVBoxLayout, QWidget

from lnl_gui.gui.dialogs.form import DialogFrame, ask, hint, label, number_field
from lnl_gui.store.jobs.benchmark_names import Noise
from lnl_gui.store.jobs.parameters import NoiseTestParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.translation import localized, tr

_KINDS = (
    (
        "symmetric_exclusive",
        message("Any other class"),
        message("Slips of the hand: every wrong class is as likely."),
    ),
    (
        "symmetric_inclusive",
        message("Any class, the right one too"),
        message(
            "As most papers count: of ten classes every tenth of these labels stays as it was."
        ),
    ),
    (
        "asymmetric",
        message("The next class"),
        message("Confusions between classes, always in one direction."),
    ),
    (
        "asymmetric@most-confused",
        message("The most similar class"),
        message("Each class is taken for the one it is most easily mistaken for."),
    ),
    (
        "instance_xia",
        message("Hard images"),
        message("Images that look like another class get its label (Xia et al.)."),
    ),
    (
        "instance_cheng",
        message("Hard images, one rule for all classes"),
        message("As Cheng et al. and TURN draw it."),
    ),
)
_AT_FIRST = ("symmetric_exclusive", "asymmetric", "instance_xia")
"""As `NoiseTestParameters` has it by default."""
_PARTS = (
    ("auto", message("Automatic")),
    ("confirmed", message("Only samples I decided on")),
    ("all", message("All samples")),
)


class NoiseTestDialog(QDialog):
    """Kinds of noise, their rate, and which labels count as right."""

    def __init__(self, decided: int, *, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumWidth(560)
        self._frame = DialogFrame(
            self,
            tr("Noise test: how far can I trust this?"),
            tr(
                "Some labels are made wrong on purpose, in a copy, and the detectors look "
                "for them. "
                "Your labels stay as they are.",
            ),
            accept=tr("Test the detectors"),
        )
        self.complaint = self._frame.complaint
        self._build_kinds()
        rows = self._frame.rows()
        self.rate = QSlider(Qt.Orientation.Horizontal)
        self.rate.setRange(1, 60)
        self.rate.setValue(20)
        self.rate.setPageStep(5)
        self.rate.setAccessibleName(tr("Share of labels made wrong"))
        self.rate_hint = rows.add(tr("&Wrong labels"), self.rate, self._rate_text(20))
        self.rate.valueChanged.connect(self._rate_moved)
        self.part = QComboBox()
        self.part.setAccessibleName(tr("Labels that count as right"))
        for value, title in _PARTS:
            self.part.addItem(localized(title), value)
        rows.add(
            tr("&Right labels"),
            self.part,
            localized(
                message_n(
                    "You have decided on {count:,} sample so far.",
                    "You have decided on {count:,} samples so far.",
                    decided,
                )
            ),
        )
        self.seeds = number_field(tr("Repetitions"), 1, 20, 1)
        rows.add(
            tr("Re&petitions"),
            self.seeds,
            tr("More repetitions steady the figures and take longer."),
        )
        self._frame.body.addStretch(1)
        self._frame.check_with(self.parameters)

    def _build_kinds(self) -> None:
        self._frame.body.addWidget(label(tr("Kinds of wrong labels"), "strong"))
        self.kinds: dict[str, QCheckBox] = {}
        column = QVBoxLayout()
        column.setSpacing(1)
        for kind, title, explanation in _KINDS:
            # Also by the name that papers' tables and the command line use.
            box = QCheckBox(f"{localized(title)} ({kind})")
            box.setChecked(kind in _AT_FIRST)
            box.setAccessibleDescription(localized(explanation))
            words = hint(localized(explanation))
            words.setIndent(25)
            words.setContentsMargins(0, 0, 0, 6)
            self.kinds[kind] = box
            column.addWidget(box)
            column.addWidget(words)
        self._frame.body.addLayout(column)

    @staticmethod
    def _rate_text(rate: int) -> str:
        return tr("{} % of the labels are made wrong.").format(rate)

    def _rate_moved(self, rate: int) -> None:
        if self.rate_hint is not None:
            self.rate_hint.setText(self._rate_text(rate))

    def parameters(self) -> NoiseTestParameters:
        """What to test.

        Raises:
            UserError: when no kind of noise is chosen.
        """
        rate = self.rate.value() / 100
        noises = tuple(
            Noise(kind, rate).text for kind, box in self.kinds.items() if box.isChecked()
        )
        if not noises:
            raise UserError(
                message("No kind of wrong labels was chosen."),
                message("Tick at least one."),
            )
        return NoiseTestParameters(
            noises=noises, part=self.part.currentData(), seeds=self.seeds.value()
        )


def ask_noise_test(parent: QWidget | None, decided: int) -> NoiseTestParameters | None:
    """Ask how to test; None when the dialog was closed."""
    return ask(NoiseTestDialog(decided, parent=parent))
