"""Dialog for the encoders and the device of an embedding."""

from collections.abc import Sequence

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.dialogs.choices import AUTOMATIC, DeviceChoice, EncoderChoice, size_text
from lnl_gui.gui.dialogs.form import (
    DialogFrame,
    PathField,
    absolute,
    ask,
    hint,
    label,
    scrolled,
)
from lnl_gui.gui.widgets.basic import button_text, number
from lnl_gui.store.jobs.parameters import BUNDLED_ENCODER, EmbedParameters, window_level
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

_ADVICE = message(
    "The bundled encoder is small, comes with the program and needs no network. "
    "DINOv2 and CLIP see more and find more errors, but they are downloaded once and are "
    "slow without a GPU.",
)


class EmbedDialog(QDialog):
    """A list of encoders to tick, other encoders by name, device, weights."""

    def __init__(
        self,
        encoders: Sequence[EncoderChoice],
        devices: Sequence[DeviceChoice] = (AUTOMATIC,),
        *,
        chosen: Sequence[str] = (BUNDLED_ENCODER,),
        device: str = AUTOMATIC.name,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setMinimumSize(620, 560)
        self._frame = DialogFrame(
            self,
            tr("Choose encoders"),
            localized(_ADVICE),
            accept=tr("Continue"),
        )
        self.complaint = self._frame.complaint
        self._encoders = tuple(encoders)
        self.boxes = {choice.name: QCheckBox(_caption(choice)) for choice in encoders}
        self._build_list(chosen)
        self._build_fields(devices, device)
        # Encoders of earlier embeddings need not be on the list.
        self.other.setText(" ".join(name for name in chosen if name not in self.boxes))
        self.download = label(role="warning")
        self._frame.body.addWidget(self.download)
        self._frame.check_with(self.parameters)
        for box in self.boxes.values():
            box.toggled.connect(self._update_download)
        self._update_download()

    def _build_list(self, chosen: Sequence[str]) -> None:
        column = QVBoxLayout()
        column.setSpacing(2)
        for choice in self._encoders:
            box = self.boxes[choice.name]
            box.setChecked(choice.name in chosen)
            box.setAccessibleDescription(choice.description)
            description = hint(choice.description)
            description.setIndent(25)
            description.setContentsMargins(0, 0, 0, 8)
            column.addWidget(box)
            column.addWidget(description)
        self._frame.body.addWidget(scrolled(column), 1)

    def _build_fields(self, devices: Sequence[DeviceChoice], device: str) -> None:
        self.other = QLineEdit()
        self.other.setAccessibleName(tr("Other encoders by name"))
        self.other.setPlaceholderText(tr("timm:NAME or open_clip:NAME/TAG, separated by spaces"))
        self.weights = PathField(
            tr("Weights file"),
            folder=False,
            filters=tr("Weights (*.safetensors *.pt *.pth *.bin)"),
        )
        self.weights.line.setPlaceholderText(tr("The encoder's own"))
        self.device = device_combo(devices, device)
        rows = self._frame.rows()
        rows.add(tr("&Other"), self.other)
        rows.add(tr("&Weights"), self.weights, buddy=self.weights.line)
        rows.add(tr("&Device"), self.device)
        self.window_level = QLineEdit()
        self.window_level.setAccessibleName(tr("Window of images of more than 8 bits"))
        self.window_level.setPlaceholderText(tr("width and level, such as 400 40; as it was"))
        self.window_level.setToolTip(
            tr(
                "Medical and scientific images: the values around the level are shown from black to"
                " white. 0 0 goes back to one range that holds all of the dataset."
            )
        )
        rows.add(tr("W&indow"), self.window_level)

    def _update_download(self) -> None:
        size = sum(c.download_bytes for c in self._encoders if self.boxes[c.name].isChecked())
        self.download.setText(
            tr("Downloads {} once, before it starts.").format(size_text(size)) if size else ""
        )
        self.download.setVisible(bool(size))

    def parameters(self) -> EmbedParameters:
        """What to embed with.

        Raises:
            UserError: when nothing is chosen or a weights file does not fit the choice.
        """
        ticked = [choice.name for choice in self._encoders if self.boxes[choice.name].isChecked()]
        others = self.other.text().replace(",", " ").split()
        # Ticked and named it is one encoder.
        names = tuple(dict.fromkeys([*ticked, *others]))
        if not names:
            raise UserError(
                message("No encoder was chosen."),
                message("Tick at least one."),
            )
        return EmbedParameters(
            encoders=names,
            device=self.device.currentData(),
            weights=self._weights(names),
            window_level=self._window(),
        )

    def _window(self) -> tuple[float, float] | None:
        words = self.window_level.text().replace(",", " ").split()
        return window_level(words) if words else None

    def _weights(self, names: tuple[str, ...]) -> str | None:
        if not self.weights.text():
            return None
        file = absolute(self.weights.text())
        if not file.is_file():
            raise UserError(
                message("There is no weights file {file}.", file=file),
                message("Browse for it."),
            )
        if len(names) > 1:
            raise UserError(
                message("A weights file belongs to one encoder."),
                message("Choose one encoder, or clear the file."),
            )
        return str(file)


def _caption(choice: EncoderChoice) -> str:
    dimension = tr(" · {} dimensions").format(number(choice.dimension)) if choice.dimension else ""
    download = (
        tr(" · {} download").format(size_text(choice.download_bytes))
        if choice.download_bytes
        else ""
    )
    return button_text(f"{choice.title}{dimension}{download}")


def device_combo(devices: Sequence[DeviceChoice], chosen: str = AUTOMATIC.name) -> QComboBox:
    """A choice of devices, its data the device's name."""
    combo = QComboBox()
    combo.setAccessibleName(tr("Device"))
    for choice in devices:
        combo.addItem(localized(choice.title), choice.name)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
    return combo


def ask_embed(
    parent: QWidget | None,
    encoders: Sequence[EncoderChoice],
    devices: Sequence[DeviceChoice] = (AUTOMATIC,),
    *,
    chosen: Sequence[str] = (BUNDLED_ENCODER,),
    device: str = AUTOMATIC.name,
) -> EmbedParameters | None:
    """Ask how to embed; None when the dialog was closed."""
    return ask(EmbedDialog(encoders, devices, chosen=chosen, device=device, parent=parent))
