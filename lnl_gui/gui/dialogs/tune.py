"""Dialog for the parameters of a search for training settings."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QDialog, QWidget

from lnl_gui.gui.dialogs.choices import AUTOMATIC, DeviceChoice, RecipeChoice
from lnl_gui.gui.dialogs.constants_table import ConstantSet, ConstantsTable, text_of
from lnl_gui.gui.dialogs.embed import device_combo
from lnl_gui.gui.dialogs.form import DialogFrame, ask, hint, number_field
from lnl_gui.store.jobs.parameters import BUNDLED_ENCODER, TuneParameters
from lnl_gui.store.training.training_size import TrainingSize, too_few
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.search_space import default_space, space_of
from lnl_gui.util.translation import localized, tr

_TRIALS = TuneParameters.trials


class TuneDialog(QDialog):
    """The recipe whose numbers are searched, how many trials, and what they are drawn from."""

    def __init__(
        self,
        recipes: Sequence[RecipeChoice],
        *,
        devices: Sequence[DeviceChoice] = (AUTOMATIC,),
        device: str = AUTOMATIC.name,
        encoder: str = BUNDLED_ENCODER,
        size: TrainingSize | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """`size` is how many images can be learnt from; None for as many as any recipe needs."""
        super().__init__(parent)
        self.setMinimumWidth(620)
        self._encoder, self._size = encoder, size
        # Without epochs of its own a recipe has no numbers to search.
        self._recipes = [choice for choice in recipes if choice.epochs]
        self._frame = DialogFrame(
            self,
            tr("Search for training settings"),
            tr(
                "Trains a recipe several times with other numbers and compares the accuracy on a "
                "validation part. The held-out samples are never looked at."
            ),
            accept=tr("Start the search"),
        )
        self.complaint = self._frame.complaint
        rows = self._frame.rows()
        self.recipe = QComboBox()
        self.recipe.setAccessibleName(tr("Recipe"))
        self._not_offered = hint()
        self._offer()
        rows.add(tr("&Recipe"), self.recipe)
        self._frame.body.addWidget(self._not_offered)
        self.trials = number_field(tr("Trials"), 2, 1000, _TRIALS)
        rows.add(
            tr("&Trials"), self.trials, tr("The first one takes the numbers of the recipe itself.")
        )
        # As large as a spin box holds.
        self.seed = number_field(tr("Seed"), 0, 2**31 - 1, 0)
        rows.add(tr("&Seed"), self.seed)
        self.device = device_combo(devices, device)
        rows.add(tr("&Device"), self.device)
        self._build_space()
        self._frame.check_with(self.parameters)

    def _offer(self) -> None:
        """Offer the recipes that fit, and say why not the others."""
        model, refused = QStandardItemModel(self.recipe), []
        self.recipe.setModel(model)
        for place, choice in enumerate(self._recipes):
            self.recipe.addItem(choice.title, choice.name)
            if why := self._why_not(choice):
                model.item(place).setEnabled(False)
                self.recipe.setItemData(place, why, Qt.ItemDataRole.ToolTipRole)
                refused.append(f"{choice.title}: {why}")
        fitting = [place for place in range(model.rowCount()) if model.item(place).isEnabled()]
        self.recipe.setCurrentIndex(fitting[0] if fitting else -1)
        self._not_offered.setText("\n".join(refused))
        self._not_offered.setVisible(bool(refused))

    def _why_not(self, choice: RecipeChoice) -> str:
        """Why a recipe is not offered; "" where it is."""
        if self._size is not None:
            trial = TuneParameters(recipe=choice.name).trial
            images = self._size.learnt(trial.holdout_fraction, trial.unreviewed)
            few = too_few(choice.least_samples, images)
            if few is not None:
                return localized(few)
        return choice.unfit.get(self._encoder, "")

    def _build_space(self) -> None:
        self._frame.body.addWidget(
            hint(
                tr(
                    "What is searched, at first TURN's space: write LOW..HIGH for a range, values "
                    "with commas between them, or one value that holds."
                )
            )
        )
        self.space = ConstantsTable(
            tr("What is searched"), value=tr("Tried values"), published=False
        )
        self._frame.body.addWidget(self.space, 1)
        self.recipe.currentIndexChanged.connect(self._recipe_changed)
        self._recipe_changed()

    def _choice(self) -> RecipeChoice | None:
        index = self.recipe.currentIndex()
        return self._recipes[index] if index >= 0 else None

    def _recipe_changed(self) -> None:
        choice = self._choice()
        if choice is None:
            return
        constants = choice.constants_with(self._encoder)
        usual = {name: str(dimension) for name, dimension in default_space(constants).items()}
        held = {name: text_of(value) for name, value in constants.items() if name not in usual}
        self.space.show_set(ConstantSet({**usual, **held}), {})

    def parameters(self) -> TuneParameters:
        """What to search.

        Raises:
            UserError: when there is no recipe to search for, or what is to be tried of a constant
                cannot be read.
        """
        choice = self._choice()
        if choice is None:
            raise UserError(
                message("No recipe was chosen."),
                message("Choose how to train."),
            )
        changes = tuple(self.space.edited().items())
        space_of(choice.constants_with(self._encoder), changes, words=choice.words)
        return TuneParameters(
            recipe=choice.name,
            space=changes,
            trials=self.trials.value(),
            encoder=self._encoder,
            seed=self.seed.value(),
            device=self.device.currentData(),
        )


def ask_tune(
    parent: QWidget | None,
    recipes: Sequence[RecipeChoice],
    *,
    devices: Sequence[DeviceChoice] = (AUTOMATIC,),
    device: str = AUTOMATIC.name,
    encoder: str = BUNDLED_ENCODER,
    size: TrainingSize | None = None,
) -> TuneParameters | None:
    """Ask what to search; None when the dialog was closed."""
    return ask(
        TuneDialog(
            recipes, devices=devices, device=device, encoder=encoder, size=size, parent=parent
        )
    )
