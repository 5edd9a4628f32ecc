"""Where the project of a dataset goes."""

import os
from pathlib import Path

from lnl_gui.gui.dialogs.form import absolute, is_filled
from lnl_gui.session.projects import default_name, place_for_predictions
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message


def default_project(source: Path) -> Path:
    """The project folder beside the data, with a number if that name is taken.

    Beside data that may only be read there is no place: then in the user's home.
    """
    wanted = place_for_predictions(source) or source.with_name(default_name(source))
    place = wanted.parent if os.access(wanted.parent, os.W_OK) else Path.home()
    first = candidate = place / wanted.name
    number = 2
    while candidate.exists():
        candidate = first.with_stem(f"{first.stem} {number}")
        number += 1
    return candidate


def checked_project(text: str, source: Path) -> Path:
    """The folder that was typed.

    Raises:
        UserError: when it is none, is taken, or lies inside the dataset.
    """
    if not text:
        raise UserError(
            message("The project needs a folder."),
            message("Say where its results go."),
        )
    project = absolute(text)
    if project.is_file():
        raise UserError(
            message("{project} is a file.", project=project),
            message("Choose a new folder for the project."),
        )
    if is_filled(project):
        raise UserError(
            message("{project} is not empty.", project=project),
            message("Choose a new folder, or open it as a project if it is one."),
        )
    if source.is_dir() and source in project.parents:
        raise UserError(
            message("The project lies inside the dataset, as if it were one of its classes."),
            message("Choose a folder beside it."),
        )
    return project
