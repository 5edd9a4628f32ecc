"""The samples of a project as a table."""

from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np

from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import STATUS_NAMES
from lnl_gui.util.errors import UserError
from lnl_gui.util.extras import package_hint
from lnl_gui.util.messages import message

FRAMES = ("pandas", "polars")


def sample_columns(session: Session) -> dict[str, Any]:
    """Equally long columns by name, a row for each sample in the project's order.

    Labels are names, None without one; `suspicion` and `confidence` are NaN before detection.

    Args:
        session: of the project.
    """
    columns, found = session.columns, session.detection
    # The last one is what -1, no label, picks.
    names = np.array([*(entry.name for entry in session.classes), None], dtype=object)
    return {
        "path": [session.path_of(row) for row in range(len(session))],
        "split": [session.split_names[split] for split in columns.split.tolist()],
        "given_label": names[columns.given].tolist(),
        "current_label": names[columns.current].tolist(),
        "suggested_label": names[found.suggested].tolist(),
        "suspicion": np.asarray(found.suspicion, np.float32),
        "confidence": np.asarray(found.confidence, np.float32),
        "flagged": np.asarray(found.flagged, bool),
        "off_topic": np.asarray(found.off_topic, bool),
        "well_labelled": np.asarray(found.well_labelled, bool),
        "status": [STATUS_NAMES[status] for status in columns.status.tolist()],
        "readable": np.asarray(columns.readable, bool),
    }


def as_frame(columns: dict[str, Any]) -> Any:
    """The columns as a pandas frame, or a polars one where only that is installed.

    Args:
        columns: equally long ones by name.

    Raises:
        UserError: when neither is installed.
    """
    for name in FRAMES:
        # Asked before it is imported: an error inside pandas is to be seen, not taken for its
        # absence.
        if find_spec(name) is not None:
            return import_module(name).DataFrame(columns)
    raise UserError(
        message("A frame of the samples needs pandas or polars."),
        message("{hint} `project.table` needs neither.", hint=package_hint("pandas")),
        code="no_frames",
    )


def as_table(columns: dict[str, Any]) -> Any:
    """The columns as a `pyarrow.Table`.

    Args:
        columns: equally long ones by name.
    """
    return import_module("pyarrow").table(columns)
