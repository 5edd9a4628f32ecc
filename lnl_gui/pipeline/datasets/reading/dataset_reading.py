"""The listing of a dataset by the parameters of its import."""

from pathlib import Path

from lnl_gui.dataset.archives.unpack import previews_folder
from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.read import read_as
from lnl_gui.remote.note import FOLDER
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.util.progress import Progress, no_progress


def read_listing(parameters: ImportParameters, progress: Progress = no_progress) -> Listing:
    """The samples of a dataset, read as the parameters say; no image is opened.

    Raises:
        UserError: when the source holds no images, or the choice is not clear.
    """
    return read_as(
        Path(parameters.source),
        reader_options(parameters),
        reader=parameters.reader,
        progress=progress,
    )


def reader_options(parameters: ImportParameters) -> ReaderOptions:
    """What a person said about the reading.

    Without a project it is a preview: it unpacks archives where nobody keeps anything.
    """
    return ReaderOptions(
        parameters.label_column,
        parameters.path_column,
        parameters.split_column,
        Path(parameters.image_root) if parameters.image_root else None,
        parameters.annotator_columns,
        parameters.class_level,
        parameters.encoding,
        Path(parameters.class_names) if parameters.class_names else None,
        parameters.rename_classes,
        parameters.image_shape,
        Path(parameters.project).parent if parameters.project else previews_folder(),
        parameters.group_column,
        Path(parameters.project) / FOLDER if parameters.project else None,
    )
