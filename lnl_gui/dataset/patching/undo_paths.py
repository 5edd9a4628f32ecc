"""Paths that an undo file names: it may come from anybody."""

from collections.abc import Sequence
from pathlib import Path


def check_inside(paths: Sequence[str]) -> None:
    """Nothing outside of the dataset is touched, whoever wrote the file.

    Args:
        paths: relative to the dataset's folder, with slashes or backslashes.

    Raises:
        ValueError: naming the first that leads out.
    """
    for path in paths:
        parts = path.replace("\\", "/").split("/")
        if ".." in parts or Path(path).is_absolute():
            raise ValueError(path)
