"""Dialog for the parameters of a fine-tuning."""

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDialog,
    QLabel,
    QRadioButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.choices import (
    AUTOMATIC,
    DeviceChoice,
    RecipeChoice,
    ReviewState,
)
from lnl_gui.gui.dialogs.constants_table import (
    Changes,
    ConstantSet,
    ConstantsTable,
    changes_in_words,
)
from lnl_gui.gui.dialogs.embed import device_combo
from lnl_gui.gui.dialogs.form import (
    DialogFrame,
    FormRows,
    add_page,
    ask,
    hint,
    label,
    number_field,
    scrolled,
)
from lnl_gui.gui.widgets.basic import button_text
from lnl_gui.store.jobs.parameters import (
    BUNDLED_ENCODER,
    CLUSTERS,
    GIVEN_LABEL,
    LEFT_OUT,
    POSTERIOR,
    SUGGESTED,
    FinetuneParameters,
)
from lnl_gui.store.review.second_opinion import waiting_summary
from lnl_gui.store.training.training_size import too_few
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.translation import localized, tr

_UNREVIEWED = {
    POSTERIOR: message("Of all how probable each class is (recommended)"),
    SUGGESTED: message("Of suspects the suggestion, as if it were right"),
    LEFT_OUT: message("Of suspects nothing: leave them out"),
    GIVEN_LABEL: message("Of all the given label"),
    CLUSTERS: message("Of every image the label of its TURTLE cluster"),
}


class FinetuneDialog(QDialog):
    """Recipe, unreviewed suspects, holdout; every constant of the recipe under "Advanced".

    `remembered` holds the constants that were changed before, by recipe.
    """

    def __init__(
        self,
        recipes: Sequence[RecipeChoice],
        state: ReviewState,
        *,
        devices: Sequence[DeviceChoice] = (AUTOMATIC,),
        device: str = AUTOMATIC.name,
        encoder: str = BUNDLED_ENCODER,
        remembered: Mapping[str, Changes] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setMinimumWidth(620)
        self._recipes = tuple(recipes)
        self._encoder = encoder
        self._changes = {name: dict(own) for name, own in (remembered or {}).items()}
        self._shown = ""
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
        self.pages = QTabWidget()
        self._frame.body.addWidget(self.pages, 1)
        page = add_page(self.pages, tr("Training"))
        self._build_recipes(page)
        self._build_data(page, state)
        self._build_advanced(add_page(self.pages, tr("Advanced")), devices, device)
        self._frame.check_with(self.parameters)
        self._size = state.size
        self.holdout.valueChanged.connect(self._offer)
        self.unreviewed.currentIndexChanged.connect(self._offer)
        self._offer()
        self._recipe_changed()

    def _build_recipes(self, page: QVBoxLayout) -> None:
        self.recipes = QButtonGroup(self)
        self._hints: list[QLabel] = []
        column = QVBoxLayout()
        column.setSpacing(1)
        for place, choice in enumerate(self._recipes):
            estimate = f" · {choice.estimate}" if choice.estimate else ""
            button = QRadioButton(button_text(f"{choice.title}{estimate}"))
            button.setAccessibleDescription(choice.description)
            button.setChecked(place == 0)
            self.recipes.addButton(button, place)
            description = hint()
            self._hints.append(description)
            description.setIndent(25)
            description.setContentsMargins(0, 0, 0, 6)
            column.addWidget(button)
            column.addWidget(description)
        page.addWidget(scrolled(column), 1)
        self.changed_words = hint()
        page.addWidget(self.changed_words)
        self.recipes.idClicked.connect(self._recipe_changed)

    def _build_data(self, page: QVBoxLayout, state: ReviewState) -> None:
        self.unreviewed = QComboBox()
        self.unreviewed.setAccessibleName(tr("Unreviewed images"))
        for policy, title in _UNREVIEWED.items():
            self.unreviewed.addItem(localized(title), policy)
        self.holdout = number_field(tr("Holdout in per cent"), 5, 50, 20)
        self.holdout.setSuffix(" %")
        self.compare = QCheckBox(tr("Compare with training on the given labels (twice the time)"))
        self.compare.setChecked(True)
        page.addWidget(self.compare)
        rows = FormRows()
        page.addLayout(rows.layout)
        if state.opinions_waiting:
            waiting = localized(waiting_summary(state.opinions_waiting))
            page.addWidget(label(f"{waiting}.", "warning"))
        if state.flagged_unreviewed:
            rows.add(
                tr("&Unreviewed"),
                self.unreviewed,
                localized(
                    message_n(
                        "What is learnt from images nobody has looked at; {count:,} is flagged.",
                        "What is learnt from images nobody has looked at; {count:,} are flagged.",
                        state.flagged_unreviewed,
                    )
                ),
            )
        rows.add(
            tr("&Hold out"),
            self.holdout,
            tr("Samples the accuracy is measured on."),
        )

    def _build_advanced(
        self, page: QVBoxLayout, devices: Sequence[DeviceChoice], device: str
    ) -> None:
        self.constants_words = hint()
        page.addWidget(self.constants_words)
        self.constants = ConstantsTable(tr("Constants of the recipe"))
        self.constants.changed.connect(self._constants_changed)
        page.addWidget(self.constants, 1)
        rows = FormRows()
        page.addLayout(rows.layout)
        # As large as a spin box holds.
        self.seed = number_field(tr("Seed"), 0, 2**31 - 1, 0)
        self.device = device_combo(devices, device)
        rows.add(tr("&Seed"), self.seed)
        rows.add(tr("&Device"), self.device)

    def _offer(self) -> None:
        """Offer the recipes that have enough images to learn from, and say why not the others."""
        for place, (choice, description) in enumerate(zip(self._recipes, self._hints, strict=True)):
            why = self._why_not(choice)
            self.recipes.button(place).setEnabled(not why)
            gpu = tr(" Needs a GPU to be bearable.") if choice.needs_gpu else ""
            description.setText(f"{choice.description}{gpu} {why}".rstrip())

    def _why_not(self, choice: RecipeChoice) -> str:
        """Why a recipe is not offered with what is chosen now; "" where it is."""
        images = self._size.learnt(self.holdout.value() / 100, self.unreviewed.currentData())
        few = too_few(choice.least_samples, images)
        return localized(few) if few is not None else choice.unfit.get(self._encoder, "")

    def recipe(self) -> RecipeChoice | None:
        """The chosen recipe, None when there are none."""
        place = self.recipes.checkedId()
        return self._recipes[place] if place >= 0 else None

    def _recipe_changed(self) -> None:
        choice = self.recipe()
        if choice is None:
            return
        self._shown = ""
        constants = ConstantSet(
            choice.constants_with(self._encoder), choice.words, choice.published, choice.losses
        )
        self.constants.show_set(constants, self._changes.get(choice.name, {}))
        self._shown = choice.name
        self._constants_changed()
        words = tr("What “{}” takes. What you change is kept for the next time.")
        text = words.format(choice.title)
        if choice.by_encoder and self._encoder not in choice.by_encoder:
            text += " " + tr(
                "Some values depend on the encoder: `lnl-gui recipes {} --encoder {}` lists them."
            ).format(choice.name, self._encoder)
        self.constants_words.setText(text)

    def _constants_changed(self) -> None:
        if not self._shown:
            return
        changes = self.constants.edited()
        self._changes[self._shown] = changes
        title = tr("Advanced ({} changed)").format(len(changes)) if changes else tr("Advanced")
        self.pages.setTabText(1, title)
        # Seen on the first page too: what was changed weeks ago must not train unnoticed.
        self.changed_words.setText(tr("Changed: {}").format(changes_in_words(changes)))
        self.changed_words.setVisible(bool(changes))

    def remembered(self) -> dict[str, dict[str, str]]:
        """The constants that were changed, by recipe."""
        return {name: own for name, own in self._changes.items() if own}

    def parameters(self) -> FinetuneParameters:
        """How to train.

        Raises:
            UserError: when no recipe is chosen, it does not fit what is chosen, or a constant
                cannot be what was written.
        """
        choice = self.recipe()
        if choice is None:
            raise UserError(
                message("No recipe was chosen."),
                message("Choose how to train."),
            )
        # Chosen before more was held out or left out.
        if why := self._why_not(choice):
            raise UserError(Message(why), message("Choose another recipe."))
        return FinetuneParameters(
            recipe=choice.name,
            encoder=self._encoder,
            settings=self.constants.settings(),
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
    remembered: Mapping[str, Changes] | None = None,
    remember: Callable[[dict[str, dict[str, str]]], None] = lambda _changes: None,
) -> FinetuneParameters | None:
    """Ask how to train; None when the dialog was closed.

    `remember` is called with the changed constants by recipe when the answer is yes.
    """
    dialog = FinetuneDialog(
        recipes,
        state,
        devices=devices,
        device=device,
        encoder=encoder,
        remembered=remembered,
        parent=parent,
    )
    changes = dialog.remembered
    chosen = ask(dialog)
    if chosen is not None:
        remember(changes())
    return chosen
