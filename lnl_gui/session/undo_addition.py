"""The last addition of images to the dataset, and whether it can be undone."""

from dataclasses import dataclass
from pathlib import Path

from lnl_gui.session.session import Session
from lnl_gui.store.jobs.import_parameters import load_parameters
from lnl_gui.store.jobs.runs import DONE
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

_SUFFIX = ".undo"


@dataclass(frozen=True)
class LastAddition:
    """An addition of `images` images that ended at `ended`, in seconds since the epoch.

    `undo` is the folder beside the dataset that takes it back.
    """

    undo: Path
    images: int
    ended: float


def last_addition(session: Session) -> LastAddition:
    """The newest addition whose way back is still there.

    Older ones come after it: a table has its rows in the order of the additions.

    Args:
        session: of the dataset's project.

    Raises:
        UserError: why nothing can be undone.
    """
    done = [
        run
        for run in session.runs.all()
        if run.kind == "extend" and run.state == DONE and run.metrics.get("undo")
    ]
    if not done:
        raise UserError(message("No images have been added to this dataset."))
    parameters = load_parameters(session.project)
    source = Path(parameters.source) if parameters is not None else session.dataset_root
    for run in reversed(done):
        undo = Path(run.metrics["undo"])
        # A project from elsewhere may name any folder; only one beside its dataset is used.
        beside = undo.parent == source.parent and undo.name.startswith(source.name + _SUFFIX)
        if beside and undo.is_dir():
            return LastAddition(undo, int(run.metrics["copied"]), run.ended or run.started)
    raise UserError(
        message("The images that were added have been taken out again, or the dataset has moved."),
        message("`{undo}` is not there.", undo=done[-1].metrics["undo"]),
    )
