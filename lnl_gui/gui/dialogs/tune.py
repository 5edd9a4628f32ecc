"""Dialog for the parameters of a search for training settings."""

from collections.abc import Sequence

from PySide6.QtWidgets import QComboBox, QDialog, QWidget

from lnl_gui.gui.dialogs.choices import AUTOMATIC, DeviceChoice, RecipeChoice
from lnl_gui.gui.dialogs.embed import device_combo
from lnl_gui.gui.dialogs.form import DialogFrame, ask, number_field
from lnl_gui.store.parameters import BUNDLED_ENCODER, TuneParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import tr

_TRIALS = TuneParameters.trials


class TuneDialog(QDialog):
    """The recipe whose numbers are searched, and how many trials."""

    def __init__(
        self,
        recipes: Sequence[RecipeChoice],
        *,
        devices: Sequence[DeviceChoice] = (AUTOMATIC,),
        device: str = AUTOMATIC.name,
        encoder: str = BUNDLED_ENCODER,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setMinimumWidth(560)
        self._encoder = encoder
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
        # Without epochs of its own a recipe has no numbers to search.
        for choice in recipes:
            if choice.epochs:
                self.recipe.addItem(choice.title, choice.name)
        rows.add(tr("&Recipe"), self.recipe)
        self.trials = number_field(tr("Trials"), 2, 1000, _TRIALS)
        rows.add(
            tr("&Trials"), self.trials, tr("The first one takes the numbers of the recipe itself.")
        )
        self.seed = number_field(tr("Seed"), 0, 2**31 - 1, 0)
        rows.add(tr("&Seed"), self.seed)
        self.device = device_combo(devices, device)
        rows.add(tr("&Device"), self.device)
        self._frame.body.addStretch(1)
        self._frame.check_with(self.parameters)

    def parameters(self) -> TuneParameters:
        """What to search.

        Raises:
            UserError: when there is no recipe to search for.
        """
        if self.recipe.currentData() is None:
            raise UserError(
                message("No recipe was chosen."),
                message("Choose how to train."),
            )
        return TuneParameters(
            recipe=self.recipe.currentData(),
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
) -> TuneParameters | None:
    """Ask what to search; None when the dialog was closed."""
    return ask(TuneDialog(recipes, devices=devices, device=device, encoder=encoder, parent=parent))
