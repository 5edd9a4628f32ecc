"""Renaming as Windows does it: refused while somebody holds the file, and done a moment later."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.util.files import renaming
from lnl_gui.util.files.atomic import atomic_file, atomic_folder
from lnl_gui.util.files.renaming import PAUSES, rename, rename_over

SHARING_VIOLATION, ACCESS_DENIED, NO_SUCH_FILE = 32, 5, 2


class Held:
    """A file that another program has open for so many attempts."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, attempts: int, number: int) -> None:
        self.attempts, self.number = attempts, number
        self.slept: list[float] = []
        monkeypatch.setattr(renaming.time, "sleep", self.slept.append)
        for name in ("rename", "replace"):
            monkeypatch.setattr(Path, name, self.refusing(getattr(Path, name)))

    def refusing(self, act: Callable[..., Any]) -> Callable[..., Any]:
        def acted(source: Path, target: Path) -> Any:
            if self.attempts:
                self.attempts -= 1
                error = PermissionError(13, "in use", str(source))
                # As on Windows, where alone errors have it.
                error.winerror = self.number  # type: ignore[misc]
                raise error
            return act(source, target)

        return acted


@pytest.mark.parametrize("number", [SHARING_VIOLATION, ACCESS_DENIED])
@pytest.mark.parametrize("act", [rename, rename_over])
def test_what_is_held_for_a_moment_is_renamed(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    act: Callable[[Path, Path], None],
) -> None:
    (tmp_path / "a").write_text("new")
    held = Held(monkeypatch, 3, number)
    act(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "b").read_text() == "new" and not (tmp_path / "a").exists()
    assert held.slept == list(PAUSES[:3])


def test_what_stays_held_is_told_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a").write_text("new")
    held = Held(monkeypatch, 1000, SHARING_VIOLATION)
    with pytest.raises(PermissionError):
        rename_over(tmp_path / "a", tmp_path / "b")
    assert held.slept == list(PAUSES) and sum(PAUSES) < 2


def test_other_errors_are_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    held = Held(monkeypatch, 1, NO_SUCH_FILE)
    with pytest.raises(PermissionError):
        rename(tmp_path / "a", tmp_path / "b")
    with pytest.raises(FileNotFoundError):
        rename(tmp_path / "a", tmp_path / "b")
    assert held.slept == []


def test_atomic_files_and_folders_wait_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("old")
    held = Held(monkeypatch, 2, ACCESS_DENIED)
    with atomic_file(tmp_path / "file", "w") as stream:
        stream.write("new")
    held.attempts = 2
    with atomic_folder(tmp_path / "folder") as folder:
        (folder / "inside").write_text("x")
    assert (tmp_path / "file").read_text() == "new" and (tmp_path / "folder" / "inside").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "folder"]
