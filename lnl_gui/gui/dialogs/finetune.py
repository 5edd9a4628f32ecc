"""Dialog for the parameters of a fine-tuning."""

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.choices import (
    AUTOMATIC,
    DeviceChoice,
    RecipeChoice,
    ReviewState,
)
from lnl_gui.gui.dialogs.embed import device_combo
from lnl_gui.gui.dialogs.form import (
    CollapsibleSection,
    DialogFrame,
    FormRows,
    ask,
    hint,
    number_field,
    scrolled,
)
from lnl_gui.gui.i18n.numbers import count, fill
from lnl_gui.store.parameters import (
    BUNDLED_ENCODER,
    GIVEN_LABEL,
    LEFT_OUT,
    POSTERIOR,
    SUGGESTED,
    FinetuneParameters,
)
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

_UNREVIEWED = {
    POSTERIOR: message("How probable each class is (recommended)"),
    SUGGESTED: message("The suggestion, as if it were right"),
    LEFT_OUT: message("Nothing: leave them out"),
    GIVEN_LABEL: message("The given label"),
}


class FinetuneDialog(QDialog):
    """Recipe, unreviewed suspects, holdout; hyper-parameters under "Advanced"."""

    def __init__(
        self,
        recipes: Sequence[RecipeChoice],
        state: ReviewState,
        *,
        devices: Sequence[DeviceChoice] = (AUTOMATIC,),
        device: str = AUTOMATIC.name,
        encoder: str = BUNDLED_ENCODER,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setMinimumWidth(580)
        self._recipes = tuple(recipes)
        self._encoder = encoder
        self._frame = DialogFrame(
            self,
            tr("Fine-tune"),
            tr(
                "Train on the given labels and again on the curated ones, with the same seeds, and "
                "see on held-out samples whether cleaning helped.",
            ),
            accept=tr("Start training"),
        )
        self.complaint = self._frame.complaint
        self._build_recipes()
        self._build_data(state)
        self._build_advanced(devices, device)
        self._frame.check_with(self.parameters)
        self._recipe_changed()

    def _build_recipes(self) -> None:
        self.recipes = QButtonGroup(self)
        column = QVBoxLayout()
        column.setSpacing(1)
        for place, choice in enumerate(self._recipes):
            estimate = f" · {choice.estimate}" if choice.estimate else ""
            button = QRadioButton(f"{choice.title}{estimate}")
            button.setAccessibleDescription(choice.description)
            button.setChecked(place == 0)
            self.recipes.addButton(button, place)
            gpu = tr(" Needs a GPU to be bearable.") if choice.needs_gpu else ""
            description = hint(choice.description + gpu)
            description.setIndent(25)
            description.setContentsMargins(0, 0, 0, 6)
            column.addWidget(button)
            column.addWidget(description)
        self._frame.body.addWidget(scrolled(column), 1)
        self.recipes.idClicked.connect(self._recipe_changed)

    def _build_data(self, state: ReviewState) -> None:
        self.unreviewed = QComboBox()
        self.unreviewed.setAccessibleName(tr("Unreviewed suspects"))
        for policy, title in _UNREVIEWED.items():
            self.unreviewed.addItem(localized(title), policy)
        self.holdout = number_field(tr("Holdout in per cent"), 5, 50, 20)
        self.holdout.setSuffix(" %")
        self.compare = QCheckBox(tr("Compare with training on the given labels (twice the time)"))
        self.compare.setChecked(True)
        self._frame.body.addWidget(self.compare)
        rows = self._frame.rows()
        if state.flagged_unreviewed:
            rows.add(
                tr("&Unreviewed"),
                self.unreviewed,
                tr("What is learnt from {} flagged samples nobody has looked at.").format(
                    count(state.flagged_unreviewed)
                ),
            )
        rows.add(
            tr("&Hold out"),
            self.holdout,
            tr("Samples the accuracy is measured on."),
        )

    def _build_advanced(self, devices: Sequence[DeviceChoice], device: str) -> None:
        rows = FormRows()
        # 0 stands for the recipe's own value: Qt shows the special text at the lowest one.
        self.epochs = number_field(tr("Epochs"), 0, 1000, 0)
        self.batch_size = number_field(tr("Batch size"), 0, 4096, 0)
        self.learning_rate = QLineEdit()
        self.learning_rate.setAccessibleName(tr("Learning rate"))
        self.seed = number_field(tr("Seed"), 0, 2**31 - 1, 0)
        self.device = device_combo(devices, device)
        for text, field in (
            (tr("&Epochs"), self.epochs),
            (tr("&Batch size"), self.batch_size),
            (tr("&Learning rate"), self.learning_rate),
            (tr("&Seed"), self.seed),
            (tr("&Device"), self.device),
        ):
            rows.add(text, field)
        self.advanced = CollapsibleSection(tr("Advanced"), rows, self._frame.fit)
        self._frame.body.addWidget(self.advanced)

    def recipe(self) -> RecipeChoice | None:
        """The chosen recipe, None when there are none."""
        place = self.recipes.checkedId()
        return self._recipes[place] if place >= 0 else None

    def _recipe_changed(self) -> None:
        choice = self.recipe()
        rate = fill("{:g}", choice.learning_rate) if choice and choice.learning_rate else ""
        self.learning_rate.setPlaceholderText(
            tr("As in the recipe ({})").format(rate) if rate else tr("As in the recipe")
        )
        for field, value in (
            (self.epochs, choice.epochs if choice else 0),
            (self.batch_size, choice.batch_size if choice else 0),
        ):
            field.setSpecialValueText(
                tr("As in the recipe ({})").format(value) if value else tr("As in the recipe")
            )

    def _rate(self) -> float | None:
        # Several languages write a decimal comma.
        text = self.learning_rate.text().strip().replace(",", ".")
        if not text:
            return None
        try:
            rate = float(text)
        except ValueError:
            rate = 0.0
        if not 0 < rate <= 10:
            raise UserError(
                message("{text} is not a learning rate.", text=repr(self.learning_rate.text())),
                message("Give a number such as 0.001 or 1e-4, or leave it empty."),
            )
        return rate

    def parameters(self) -> FinetuneParameters:
        """How to train.

        Raises:
            UserError: when no recipe is chosen or the learning rate is not a number.
        """
        choice = self.recipe()
        if choice is None:
            raise UserError(
                message("No recipe was chosen."),
                message("Choose how to train."),
            )
        return FinetuneParameters(
            recipe=choice.name,
            encoder=self._encoder,
            epochs=self.epochs.value() or None,
            batch_size=self.batch_size.value() or None,
            learning_rate=self._rate(),
            seed=self.seed.value(),
            device=self.device.currentData(),
            holdout_fraction=self.holdout.value() / 100,
            compare_with_given=self.compare.isChecked(),
            unreviewed=self.unreviewed.currentData(),
        )


def ask_finetune(
    parent: QWidget | None,
    recipes: Sequence[RecipeChoice],
    state: ReviewState,
    *,
    devices: Sequence[DeviceChoice] = (AUTOMATIC,),
    device: str = AUTOMATIC.name,
    encoder: str = BUNDLED_ENCODER,
) -> FinetuneParameters | None:
    """Ask how to train; None when the dialog was closed."""
    dialog = FinetuneDialog(
        recipes, state, devices=devices, device=device, encoder=encoder, parent=parent
    )
    return ask(dialog)
