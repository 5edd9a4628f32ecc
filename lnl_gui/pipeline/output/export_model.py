"""A trained model in a folder that needs no LNL, checked on real images and described."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from lnl_gui.learn.models.exporting.formats import (
    ADDED_FORMATS,
    ExportedModel,
    export_formats,
)
from lnl_gui.learn.models.model_file import load_model
from lnl_gui.pipeline.output.checksums import CHECKSUMS, write_checksums
from lnl_gui.pipeline.output.model_card import FILE_NAME, CardFacts, model_card
from lnl_gui.pipeline.output.model_context import ModelContext
from lnl_gui.pipeline.output.replacing import (
    Written,
    listed_there,
    refuse_edited,
    remove_left,
)
from lnl_gui.store.jobs.model_folder import CARD
from lnl_gui.store.jobs.parameters import ALL_MODEL_FORMATS, MODEL_FORMATS
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.atomic import atomic_file, read_json, told_as, write_json
from lnl_gui.util.files.places import made_folder
from lnl_gui.util.lookup import find_by_name
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress, no_progress

COMPARISON = "comparison.json"


def model_formats(wanted: Sequence[str]) -> tuple[str, ...]:
    """The formats to write beside the plain weights, in order, `all` being each of them.

    Raises:
        UserError: for a name that is no format's.
    """
    known = {name: name for name in (*MODEL_FORMATS, ALL_MODEL_FORMATS)}
    for name in wanted:
        unknown = message("There is no model format named {name}.", name=repr(name))
        find_by_name(name, known, error=unknown, code="unknown_format")
    if ALL_MODEL_FORMATS in wanted:
        return ADDED_FORMATS
    return tuple(name for name in ADDED_FORMATS if name in wanted)


def export_trained(
    source: Path,
    folder: Path,
    *,
    formats: Sequence[str] = (),
    project: ModelContext | None = None,
    progress: Progress = no_progress,
) -> ExportedModel:
    """Write a trained model into `folder`; nothing is there before all of it is checked.

    Args:
        source: the folder of a trained model.
        folder: where to; a model that was exported there, and that nobody has changed since, is
            replaced.
        formats: of `MODEL_FORMATS`, or `all` for each that can hold the network.
        project: what its project knows of it.
        progress: formats done of all.

    Raises:
        UserError: when it computes something else than the model, needs a package that is not
            installed, files of others have its names, or it cannot be written.
    """
    opened = load_model(source)
    known = project or ModelContext(facts=CardFacts(training=_recorded(source)))
    try:
        with (
            made_folder(folder),
            # Inside the folder, for each file to be moved within one disk.
            tempfile.TemporaryDirectory(dir=folder, prefix=".export-") as temporary,
            told_as(made := Path(temporary), folder),
        ):
            # What people write into, before the work: the names of the rest follow from the
            # formats.
            _refuse_others(folder, [FILE_NAME, CARD])
            done = export_formats(
                opened,
                made,
                formats=model_formats(formats),
                images=known.images,
                skip_misfits=ALL_MODEL_FORMATS in formats,
                progress=progress,
            )
            with atomic_file(made / FILE_NAME, "w", encoding="utf-8", newline="\n") as stream:
                stream.write(model_card(read_json(made / CARD), known.facts))
            if known.facts.training:
                write_json(made / COMPARISON, _without_places(known.facts.training))
            write_checksums(made)
            before = _refuse_others(folder, sorted(file.name for file in made.iterdir()))
            _take_in(made, folder, before)
    except OSError as error:
        raise as_user_error(error, message("write {folder}", folder=folder)) from error
    return done


def _take_in(made: Path, folder: Path, before: Written) -> None:
    """Move a model's files to the folder, in place of those that an export wrote there before."""
    names = {file.name for file in made.iterdir()} - {CHECKSUMS}
    both = made / f".both.{CHECKSUMS}"
    # The list first, and of both: after a kill it tells which files are an export's own.
    old = (folder / CHECKSUMS).read_bytes() if before else b""
    both.write_bytes(old + (made / CHECKSUMS).read_bytes())
    both.replace(folder / CHECKSUMS)
    # The card last: it makes the model whole.
    for name in sorted(names, key=lambda name: (name == CARD, name)):
        (made / name).replace(folder / name)
    # A format of the model before would pass for one of this model.
    remove_left(folder, before, names)
    (made / CHECKSUMS).replace(folder / CHECKSUMS)


def _refuse_others(folder: Path, names: list[str]) -> Written:
    """Refuse to replace files that no export of a model wrote, or that somebody has changed since.

    Returns:
        What such an export has written into the folder.
    """
    taken = [name for name in names if (folder / name).exists() or (folder / name).is_symlink()]
    try:
        card = read_json(folder / CARD)
    except (OSError, ValueError):
        card = None
    if isinstance(card, dict) and {"class_names", "architecture"} <= card.keys():
        before = listed_there(folder)
        refuse_edited(folder, taken, before)
        return before
    if taken:
        raise UserError(
            message(
                "{folder} holds no exported model, and files that one would replace: {files}.",
                folder=folder,
                files=", ".join(f"`{name}`" for name in taken),
            ),
            message("Choose a new or an empty folder."),
            code="occupied",
        )
    return {}


def _without_places(training: Mapping[str, Any]) -> dict[str, Any]:
    """The figures of a training without the path of its folder, which is nobody else's business."""
    return {name: value for name, value in training.items() if name != "model_folder"}


def described(done: ExportedModel) -> list[Message]:
    """What was written, a sentence a file, and what was left out."""
    said = []
    for each in done.formats:
        if each.difference is not None:
            said.append(
                message(
                    "{file}: the largest difference of a logit is {difference:.1e} of the"
                    " largest logit on {images} images.",
                    file=each.file,
                    difference=each.difference,
                    images=each.images,
                )
            )
        if each.loss is not None and each.loss.difference is not None:
            said.append(
                message(
                    "{file}: {same:.1%} of {images:,} images keep their class.",
                    file=each.file,
                    same=each.loss.same_class,
                    images=each.loss.compared,
                )
            )
            found = each.loss.difference
            said.append(
                message(
                    "{file}: {points:+.1f} points of accuracy through 8 bits (95 % interval"
                    " {low:+.1f} to {high:+.1f}, {images:,} held-out images).",
                    file=each.file,
                    points=100 * found.value,
                    low=100 * found.low,
                    high=100 * found.high,
                    images=each.loss.images,
                )
            )
        elif each.loss is not None:
            said.append(
                message(
                    "{file}: the loss of accuracy through 8 bits was NOT MEASURED, for no held-out"
                    " image has a label; {same:.1%} of {images} images keep their class.",
                    file=each.file,
                    same=each.loss.same_class,
                    images=each.loss.compared,
                )
            )
    return [*said, *done.notes]


def _recorded(source: Path) -> dict[str, Any]:
    """The figures that training left beside the model; none where they are missing or damaged."""
    try:
        values = read_json(source / COMPARISON)
    except (OSError, ValueError):
        return {}
    return values if isinstance(values, dict) else {}
