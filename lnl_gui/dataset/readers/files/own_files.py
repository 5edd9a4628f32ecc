"""Recognises what this program wrote: projects, and exports by their manifest."""

from collections.abc import Mapping, Set
from pathlib import Path
from typing import Any

from lnl_gui.util.files.atomic import read_json
from lnl_gui.util.files.file_there import is_file

MANIFEST, TABLE, DATABASE = "manifest.json", "samples.csv", "project.db"
CLASSES = "classes"
"""Key of a manifest for the names of all classes, of which some may have no image."""
GROUP_COLUMN, FOUND_GROUPS = "group_column", "found_groups"
"""Keys for the dataset's own column of groups, "" for none, and for how the names of groups begin
that were found: copies of an image, and parts of one picture."""
TABLE_COLUMNS = frozenset({"path", "given_label", "current_label", "suspicion", "status"})


def is_own_folder(folder: Path, names: Set[str]) -> bool:
    """Whether a folder with these entries is a project or an export of ours."""
    if DATABASE in names and "arrays" in names:
        return True
    return {MANIFEST, TABLE} <= names and read_manifest(folder) is not None


def read_manifest(folder: Path) -> Mapping[str, Any] | None:
    """What an export says of itself; None where the folder is no export of ours."""
    file = folder / MANIFEST
    if not is_file(file):
        return None
    try:
        found = read_json(file)
    except (OSError, ValueError):
        return None
    # Web applications have a `manifest.json` too.
    known = isinstance(found, dict) and {"curated_sha256", "dataset_root"} <= found.keys()
    return found if known else None
