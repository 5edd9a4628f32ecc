"""A look for some of a project's images on disk."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.session.samples.absent_files import (
    LOOKED_FOR,
    AbsentFiles,
    FolderListings,
    is_there,
    look_for_files,
)
from lnl_gui.session.session import Session
from tests.builders import make_project

PATHS = [f"cat/{number}.png" for number in range(100)]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A dataset's folder in which all images are there."""
    for path in PATHS:
        (tmp_path / "pets" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "pets" / path).touch()
    return tmp_path / "pets"


@pytest.fixture
def session(root: Path) -> Iterator[Session]:
    with Session.open(make_project(root.parent / "pets.lnl", root=root, paths=PATHS)) as opened:
        yield opened


def test_few_files_are_looked_for_spread_over_the_dataset(session: Session, root: Path) -> None:
    # Every third of 100 is the closest to 48 that is not more.
    assert session.images.absent_files == AbsentFiles(root, 34, 0)
    assert LOOKED_FOR // 2 < 34 <= LOOKED_FOR
    for row in (1, 6, 99):
        (root / PATHS[row]).unlink()
    assert look_for_files(root, session.columns) == AbsentFiles(
        root, 34, 2, "cat/6.png", "cat/6.png"
    )


def test_a_folder_that_is_gone_takes_all_files_along(session: Session, root: Path) -> None:
    root.rename(root.parent / "moved")
    assert session.images.absent_files == AbsentFiles(root, 34, 34, "cat/0.png", "cat/0.png")
    assert look_for_files(root.parent / "moved", session.columns).absent == 0


def test_files_known_to_be_missing_are_not_looked_for(session: Session, root: Path) -> None:
    (root / PATHS[0]).unlink()
    session.columns.missing[0] = True
    assert look_for_files(root, session.columns).absent == 0
    session.columns.missing[:] = True
    assert look_for_files(root, session.columns) == AbsentFiles(root, 0, 0)


def test_of_an_image_in_a_container_the_container_is_looked_for(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "digits.lnl", paths=["digits.mat//mat:X/0"])
    with Session.open(folder) as session:
        assert session.images.absent_files == AbsentFiles(
            tmp_path, 1, 1, "digits.mat//mat:X/0", "digits.mat//mat:X/0"
        )
        (tmp_path / "digits.mat").touch()
        assert look_for_files(tmp_path, session.columns).absent == 0


def test_a_name_that_no_disk_takes_is_not_there(tmp_path: Path) -> None:
    paths = ["cat/a\0b.png", "dog/" + 300 * "x" + ".png"]
    with Session.open(make_project(tmp_path / "odd.lnl", paths=paths)) as session:
        assert session.images.absent_files == AbsentFiles(
            tmp_path, 2, 2, "cat/a\0b.png", "cat/a\0b.png"
        )


def test_of_very_many_files_each_folder_is_listed_once(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: list[str] = []
    plain = os.scandir

    def scanning(folder: str) -> Any:
        listed.append(folder)
        return plain(folder)

    monkeypatch.setattr(os, "scandir", scanning)
    (root / "cat" / "7.png").unlink()
    listings = FolderListings()
    files = [*PATHS, "gone/1.png", "gone/2.png", "pets.tar//tar:1.png"]
    absent = [file for file in files if not is_there(root, file, listings)]
    assert absent == ["cat/7.png", "gone/1.png", "gone/2.png", "pets.tar//tar:1.png"]
    assert sorted(listed) == sorted(str(root / name) for name in (".", "cat", "gone"))
