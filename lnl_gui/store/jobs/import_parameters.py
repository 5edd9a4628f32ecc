"""How the dataset of a project was read, kept in its header to read it the same way again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

from lnl_gui.remote.address import remote_url
from lnl_gui.store.dataset.reading_record import ReadingRecord, reading_values
from lnl_gui.store.jobs.job_kinds import from_dict, to_dict
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.store.project import Project, relative_to_project, resolve_root
from lnl_gui.util.json_text import parsed_object

KEY = "import"
ARCHIVE = "archive"
_PATHS = ("source", "image_root", "class_names")
"""Fields that hold a path, which is kept relative to the project too: both may move together."""


def record_parameters(project: Project, parameters: ImportParameters) -> None:
    """Keep how a dataset was read."""
    values = parameter_values(to_dict(parameters), project.folder)
    with project.transaction() as connection:
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())


def record_reading(project: Project, reading: ReadingRecord) -> None:
    """Keep what the labels were taken from."""
    with project.transaction() as connection:
        values = reading_values(reading)
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())


def record_archive(project: Project, archive: Path) -> None:
    """Keep which archive the dataset's folder was unpacked from."""
    with project.transaction() as connection:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (ARCHIVE, str(archive)))


def parameter_values(parameters: dict[str, Any], folder: Path) -> dict[str, str]:
    """What the header of the project in `folder` keeps of an import's parameters."""
    kept = {name: value for name, value in parameters.items() if name != "project"}
    relative = {
        name: relative_to_project(Path(kept[name]), folder)
        for name in _PATHS
        if kept.get(name) and remote_url(kept[name]) is None
    }
    return {KEY: json.dumps({"parameters": kept, "relative": relative})}


def load_parameters(project: Project) -> ImportParameters | None:
    """How the dataset was read, its paths as they are now; None where that is not on record.

    Raises:
        UserError: when a newer version has recorded something unknown here.
    """
    text = project.meta(KEY)
    if not text:
        return None
    stored = parsed_object(text)
    if not isinstance(stored.get("parameters"), dict):
        return None
    values = {**stored["parameters"], "project": str(project.folder)}
    found = from_dict(ImportParameters, values, source=project.folder)
    return replace(
        found,
        source=_present(project, stored, "source") or found.source,
        image_root=_present(project, stored, "image_root"),
        class_names=_present(project, stored, "class_names"),
    )


def _present(project: Project, stored: dict[str, Any], name: str) -> str | None:
    """Where a path of the parameters lies now."""
    absolute = stored["parameters"].get(name)
    if not absolute:
        return None
    if remote_url(str(absolute)) is not None:
        return str(absolute)
    # As the images do: a source below their folder lies in the folder that they are read from now.
    root = Path(project.meta("root_absolute"))
    if Path(absolute).is_relative_to(root):
        moved = project.dataset_root / Path(absolute).relative_to(root)
        if moved.exists():
            return str(moved)
    known = stored.get("relative")
    relative = known.get(name, "") if isinstance(known, dict) else ""
    return str(resolve_root(project.folder, str(relative), absolute))


def dataset_folder(project: Project) -> Path | None:
    """The folder that was read as a whole, where it is now; None for a table or a container."""
    given = load_parameters(project)
    if given is None or remote_url(given.source) is not None:
        return None
    source = Path(given.source)
    # One that is gone may have been found again elsewhere.
    place = source if source.exists() else project.dataset_root
    return place if place.is_dir() else None
