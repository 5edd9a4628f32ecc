"""An export among the files of its own dataset: what is said of it."""

from pathlib import Path

from lnl_gui.store.jobs.import_parameters import dataset_folder
from lnl_gui.store.jobs.parameters import ExportParameters
from lnl_gui.store.project import Project
from lnl_gui.util.files.inside import Inside
from lnl_gui.util.messages import Message, message


def inside_note(project: Project, parameters: ExportParameters) -> list[Message]:
    """That other programs read the copies as a part of the dataset; empty where none would.

    Tables alone hold no copies, and a table that names the dataset's images does not name these.

    Args:
        project: that is exported.
        parameters: of the export to a folder.
    """
    if parameters.images == "none":
        return []
    folder = dataset_folder(project)
    if folder is None or not Inside(folder).holds(Path(parameters.destination)):
        return []
    return [
        message(
            "The export lies inside the dataset `{folder}`. LNL leaves it out when it reads that"
            " folder, other programs take its images for more of the dataset: better choose a"
            " folder elsewhere.",
            folder=folder,
        )
    ]
