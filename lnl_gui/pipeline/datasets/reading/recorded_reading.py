"""How a project's dataset is read again: as it was imported, but for what somebody says anew."""

from dataclasses import fields, replace

from lnl_gui.dataset.readers.folders import class_folders as folders
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.store.jobs.parameters import ImportParameters, UpdateParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message


def recorded_reading(parameters: UpdateParameters, known: KnownSamples) -> ImportParameters:
    """How a dataset is read: as it was imported, but for what is said anew.

    Args:
        parameters: what is said anew.
        known: the project.

    Raises:
        UserError: when neither says it.
    """
    before, anew = known.parameters, parameters.dataset
    if before is None and known.reader == folders.NAME:
        # Of these the folder is all there is to say.
        before = ImportParameters(str(known.root), str(known.folder), reader=known.reader)
    if before is None:
        if anew is None or not anew.source:
            raise UserError(
                message("It is not on record how this dataset was imported."),
                message(
                    "Say it once with --source and the options of the import; from then on it is"
                    " known."
                ),
                code="no_source",
            )
        before = ImportParameters(anew.source, str(known.folder))
    if anew is None:
        return before
    said = {
        field.name: getattr(anew, field.name)
        for field in fields(ImportParameters)
        if field.name != "project" and getattr(anew, field.name) not in ("", field.default)
    }
    return replace(before, **said)
