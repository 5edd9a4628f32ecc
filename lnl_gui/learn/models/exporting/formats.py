"""The formats a trained model is exported in, and the export of a whole folder."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lnl_gui.containers.location import ImageLocation
from lnl_gui.learn.models.exporting import (
    huggingface,
    onnx_file,
    openvino_file,
    plain_folder,
    quantised,
    torch_file,
)
from lnl_gui.learn.models.exporting.card import write_card
from lnl_gui.learn.models.exporting.model_to_export import ModelToExport, model_to_export
from lnl_gui.learn.models.exporting.parity import CheckImages, check_images
from lnl_gui.learn.models.exporting.quantised import QuantisationImages
from lnl_gui.learn.models.exporting.required import HUGGINGFACE, ONNX, require
from lnl_gui.learn.models.exporting.result import ExportedFormat
from lnl_gui.learn.models.model_file import LoadedModel
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress, no_progress

Write = Callable[[ModelToExport, Path, CheckImages], ExportedFormat]


@dataclass(frozen=True)
class _Format:
    write: Write
    extras: tuple[str, ...] = ()


_FORMATS = {
    huggingface.NAME: _Format(huggingface.export_huggingface, (HUGGINGFACE,)),
    onnx_file.NAME: _Format(onnx_file.export_onnx, (ONNX,)),
    openvino_file.NAME: _Format(openvino_file.export_openvino),
    torch_file.NAME: _Format(torch_file.export_torch),
}
ADDED_FORMATS = (huggingface.NAME, onnx_file.NAME, quantised.NAME, *list(_FORMATS)[2:])
"""What there is beside the plain weights, which are always written."""


@dataclass(frozen=True)
class ImagesOfUser:
    """Images that an export is checked, and INT8 calibrated and measured, on."""

    checked: Iterable[ImageLocation] = ()
    quantisation: QuantisationImages = field(default_factory=QuantisationImages)


@dataclass(frozen=True)
class ExportedModel:
    """A checked export; `notes` say what was left out."""

    formats: tuple[ExportedFormat, ...]
    notes: tuple[Message, ...]

    @property
    def doubts(self) -> tuple[Message, ...]:
        """Formats that should not be used unseen."""
        return tuple(each.doubt for each in self.formats if each.doubt is not None)


def require_formats(formats: Iterable[str]) -> None:
    """Make sure that what some formats need is installed.

    Raises:
        UserError: naming the extra to install.
    """
    for name in formats:
        if name == quantised.NAME:
            require(name, (ONNX,))
        elif name in _FORMATS:
            require(name, _FORMATS[name].extras)


def export_formats(
    model: LoadedModel,
    folder: Path,
    *,
    formats: Sequence[str],
    images: ImagesOfUser,
    skip_misfits: bool = False,
    progress: Progress = no_progress,
) -> ExportedModel:
    """Write a model with its card and further formats into an empty folder, and check each.

    Args:
        model: to export.
        folder: where to; on an error what was written is left for the caller to delete.
        formats: of `ADDED_FORMATS`.
        images: to check on, beside photographs.
        skip_misfits: leave out, with a note, formats that cannot hold such a network.
        progress: formats done of all.

    Raises:
        UserError: when a package is missing, or a format computes something else than the model.
        OSError: when it cannot be written.
    """
    require_formats(formats)
    made = model_to_export(model)
    checked = check_images(model, images.checked)
    plain_folder.write_weights(made, folder)
    write_card(folder, model, made)
    wanted, notes = _fitting(made, formats) if skip_misfits else (list(formats), [])
    finished = [plain_folder.check_weights(made, folder, checked)]

    def still_here(done: int, total: int) -> None:
        # A cancel is obeyed between the images that INT8 is measured on too.
        progress(len(finished), len(wanted) + 1)

    for name in wanted:
        progress(len(finished), len(wanted) + 1)
        if name == quantised.NAME:
            of_user = images.quantisation
            finished.append(
                quantised.export_quantised(
                    made, folder, checked, images=of_user, progress=still_here
                )
            )
        else:
            finished.append(_FORMATS[name].write(made, folder, checked))
    write_card(folder, model, made, finished)
    progress(len(finished), len(wanted) + 1)
    return ExportedModel(tuple(finished), tuple(notes))


def _fitting(model: ModelToExport, formats: Sequence[str]) -> tuple[list[str], list[Message]]:
    """The formats that can hold the network, and what to say of the others."""
    if huggingface.NAME not in formats or huggingface.fits_huggingface(model):
        return list(formats), []
    note = message(
        "Without the Hugging Face layout: transformers wraps networks of timm alone, and this is"
        " {name}.",
        name=model.plain.architecture.title,
    )
    return [name for name in formats if name != huggingface.NAME], [note]
