"""A project with a detection, and the session of its reviewer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from lnl_gui.session.session import Session
from tests.builders import add_detection, make_project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Thirty images, whose files are missing, every third of them suspected."""
    made = make_project(tmp_path / "pets.lnl", count=30, root=tmp_path / "images")
    add_detection(made)
    return made


@pytest.fixture
def session(folder: Path) -> Iterator[Session]:
    """The project of `folder`, opened to review."""
    with Session.open(folder, reviewer="ann") as opened:
        yield opened
