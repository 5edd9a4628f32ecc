"""Real full disks, where a small file system may be mounted: nothing is lost or called damage."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from lnl_gui.session.session import Session
from lnl_gui.util.errors import UserError
from tests.builders import make_project
from tests.campaign.kills import Figures
from tests.store.test_migration import old_project


@contextmanager
def small_disk(kilobytes: int) -> Iterator[Path | None]:
    """A file system of its own; None where none may be mounted."""
    place = Path(tempfile.mkdtemp(prefix="lnl-disk-"))
    command = ["mount", "-t", "tmpfs", "-o", f"size={kilobytes}k", "none", str(place)]
    mounted = (
        shutil.which("mount") is not None
        and not subprocess.run(command, check=False, capture_output=True).returncode
    )
    try:
        yield place if mounted else None
    finally:
        if mounted:
            # At once, also while an exception still holds a connection.
            subprocess.run(["umount", "-l", str(place)], check=False)
        place.rmdir()


def fill(place: Path, left: int) -> None:
    """Leave so many bytes free."""
    free = shutil.disk_usage(place).free
    (place / "ballast").write_bytes(b"\0" * max(0, free - left))


def try_full_disks(*, step: int = 4096) -> Figures:
    """Verdicts and a migration with ever more room, until they succeed."""
    figures = Figures()
    for verb in (_verdict, _migrate):
        for left in range(0, 400_000, step):
            with small_disk(4000) as place:
                if place is None:
                    return figures
                done = [False]
                figures.note(lambda: done.__setitem__(0, verb(place, left)))  # noqa: B023
            if done[0]:
                break
    return figures


def _verdict(place: Path, left: int) -> bool:
    folder = make_project(place / "pets.lnl", count=500)
    with Session.open(folder, reviewer="ann") as session:
        session.exclude(np.arange(10))
        fill(place, left)
        saved = _succeeds(lambda: session.relabel(np.arange(10, 500), 1))
        (place / "ballast").unlink()
    with Session.open(folder, reviewer="ann") as session:
        assert (session.columns.status != 0).sum() == (500 if saved else 10)
    return saved


def _migrate(place: Path, left: int) -> bool:
    folder = old_project(place / "old.lnl")
    fill(place, left)
    saved = _succeeds(lambda: Session.open(folder).close())
    (place / "ballast").unlink()
    with Session.open(folder) as session:
        assert session.columns.status.tolist() == [2, 2, 0, 1, 0, 0]
    return saved


def _succeeds(act: object) -> bool:
    try:
        act()  # type: ignore[operator]
    except UserError as error:
        assert "damaged" not in str(error), error
        assert error.code in ("disk_full", "database"), error.code
        return False
    return True
