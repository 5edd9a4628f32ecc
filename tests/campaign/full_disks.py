"""Real full disks at every stage, where a small file system may be mounted.

`python -m tests.campaign.full_disks [STAGE ...]`: each stage is tried with ever more room until it
succeeds. Each time the message names the file and the disk, nothing is lost, nothing is called
damage, and the same stage succeeds once there is space.
"""

import argparse
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from lnl_gui.cli.context import TerminalContext
from lnl_gui.gui.settings.settings import load_settings, save_settings
from lnl_gui.pipeline.output.report import write_project_report
from lnl_gui.session.session import Session
from lnl_gui.store.history.backups import backups
from lnl_gui.util.errors import DISK_FULL_CODE, UserError
from lnl_gui.util.log import log_to_file, logger
from tests.builders import make_project
from tests.campaign.computed import CASES, JobCase, make_computed_project, project_in
from tests.campaign.job_kills import STATUSES
from tests.campaign.kills import Figures
from tests.store.database.test_migration import old_project

BALLAST = "ballast"


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
    (place / BALLAST).write_bytes(b"\0" * max(0, free - left))


def free(place: Path) -> None:
    """Give the room back."""
    (place / BALLAST).unlink()


@dataclass(frozen=True)
class Stage:
    """Something that writes. Each function is given the file system it writes on."""

    name: str
    prepare: Callable[[Path, Path], object]
    """(whole project, file system), while there is room"""
    act: Callable[[Path], object]
    kept: Callable[[Path], None]
    """Raises AssertionError where something is lost; when it is full and afterwards."""
    done: Callable[[Path], None]
    """Raises AssertionError where the stage has not done what it should; with room."""
    kilobytes: int = 8000
    quiet: bool = False
    """goes on without what it cannot write, which is no error"""


def try_stage(stage: Stage, whole: Path, *, rooms: Sequence[int]) -> Figures:
    """Try a stage with ever more room until it succeeds; nothing where none may be mounted."""
    figures = Figures()
    for room in rooms:
        with small_disk(stage.kilobytes) as place:
            if place is None:
                return figures
            stage.prepare(whole, place)
            fill(place, room)
            succeeded: list[bool] = []
            figures.note(
                lambda: succeeded.append(_try(stage, place)),  # noqa: B023 - called at once
                what=f"full disk: {stage.name} with {room} bytes",
            )
        if succeeded == [True] and not stage.quiet:
            break
    return figures


def _try(stage: Stage, place: Path) -> bool:
    """Whether it succeeded while there was so little room."""
    succeeded = True
    try:
        stage.act(place)
    except UserError as error:
        succeeded = False
        said = str(error)
        assert error.code == DISK_FULL_CODE, (error.code, said)
        assert "damaged" not in said, said
        # The disk, and a file or folder on it.
        assert str(place) in said.replace(f"{place}/", "", 1) or f"{place} " in said, said
        assert f"{place}/" in said, said
    with suppress(UserError):
        # It may be that nothing can be opened now.
        stage.kept(place)
    free(place)
    stage.kept(place)
    if not succeeded or stage.quiet:
        stage.act(place)
    stage.done(place)
    return succeeded


def _nothing(_place: Path) -> None:
    pass


def _verdicts_are_kept(place: Path) -> None:
    project = project_in(place / "p")
    with suppress(UserError), Session.open(project, reviewer="ann", read_only=True) as session:
        found = {row: int(s) for row, s in enumerate(session.columns.status) if s}
        assert found == STATUSES, found


def _job_stage(case: JobCase) -> Stage:
    """A job whose project, and what it makes, lie on the full disk."""

    def done(place: Path) -> None:
        _verdicts_are_kept(place)
        made = case.made(place / "p")
        assert made is None or made.exists()

    return Stage(
        case.kind,
        lambda whole, place: case.start(whole, place / "p"),
        lambda place: case.run(place / "p"),
        _verdicts_are_kept,
        done,
        # A trained model holds its whole network.
        kilobytes=100_000 if case.kind in ("finetune", "tune") else 8000,
    )


# Verdicts and the database


def _decided(count: int) -> Callable[[Path], None]:
    def check(place: Path) -> None:
        with Session.open(place / "pets.lnl", reviewer="ann") as session:
            assert (session.columns.status != 0).sum() in (10, count)

    return check


def _make_pets(_whole: Path, place: Path) -> None:
    with Session.open(make_project(place / "pets.lnl", count=500), reviewer="ann") as session:
        session.exclude(np.arange(10))


def _decide(place: Path) -> None:
    with Session.open(place / "pets.lnl", reviewer="ann") as session:
        session.relabel(np.arange(10, 500), 1)


def _merge_prepared(whole: Path, place: Path) -> None:
    _make_pets(whole, place)
    shutil.copytree(place / "pets.lnl", place / "other.lnl")
    with Session.open(place / "other.lnl", reviewer="bob") as session:
        session.relabel(np.arange(10, 500), 1)


def _merge(place: Path) -> None:
    with Session.open(place / "pets.lnl", reviewer="ann") as session:
        session.team.merge(place / "other.lnl", TerminalContext(quiet=True))


def _audit(place: Path) -> None:
    with Session.open(place / "pets.lnl", reviewer="ann") as session:
        session.statistics.draw_audit(300, seed=0)


def _migrated(place: Path) -> None:
    with Session.open(place / "old.lnl") as session:
        assert session.columns.status.tolist() == [2, 2, 0, 1, 0, 0]


def _old_is_kept(place: Path) -> None:
    with suppress(UserError):
        _migrated(place)


# What goes on without


def _back_up(place: Path) -> None:
    with Session.open(place / "pets.lnl", reviewer="ann") as session, suppress(UserError):
        session.keep(np.array([400]))


def _backed_up(place: Path) -> None:
    assert backups(place / "pets.lnl")


@contextmanager
def _home(place: Path) -> Iterator[None]:
    before = os.environ.get("LNL_HOME")
    os.environ["LNL_HOME"] = str(place / "home")
    try:
        yield
    finally:
        os.environ.pop("LNL_HOME")
        if before is not None:
            os.environ["LNL_HOME"] = before


def _save_settings(place: Path) -> None:
    with _home(place):
        save_settings(replace(load_settings(), side=222, recent=("/data/" + 2000 * "x",)))


def _some_settings(_whole: Path, place: Path) -> None:
    with _home(place):
        save_settings(replace(load_settings(), side=111))


def _settings_are_kept(place: Path) -> None:
    with _home(place):
        assert load_settings().side in (111, 222)


def _settings_are_saved(place: Path) -> None:
    with _home(place):
        assert load_settings().side == 222


def _log(place: Path) -> None:
    before = list(logger.handlers)
    with _home(place), Path(os.devnull).open("w") as nowhere:
        stderr, sys.stderr = sys.stderr, nowhere
        try:
            log_to_file("window")
            for number in range(200):
                logger.critical("line %d %s", number, 50 * "x")
        finally:
            sys.stderr = stderr
            for handler in set(logger.handlers) - set(before):
                logger.removeHandler(handler)
                with suppress(OSError):
                    handler.close()


def _logged(place: Path) -> None:
    assert "line 199" in (place / "home" / "logs" / "window.log").read_text()


# The report


def _report_prepared(whole: Path, place: Path) -> None:
    shutil.copytree(whole, place / whole.name)


def _report(place: Path) -> None:
    write_project_report(place / "shapes.lnl", place / "report.html")


def _reported(place: Path) -> None:
    assert "</html>" in (place / "report.html").read_text()


STAGES = (
    *(_job_stage(case) for case in CASES if case.kind not in ("catalogue", "preview", "demo")),
    Stage("verdicts", _make_pets, _decide, _decided(500), _decided(500), 4000),
    Stage(
        "migrate",
        lambda _, place: old_project(place / "old.lnl"),
        lambda place: Session.open(place / "old.lnl").close(),
        _old_is_kept,
        _migrated,
        4000,
    ),
    Stage("merge", _merge_prepared, _merge, _decided(500), _decided(500), 4000),
    Stage("audit", _make_pets, _audit, _decided(10), _decided(10), 4000),
    Stage("report", _report_prepared, _report, _nothing, _reported),
    Stage("backups", _make_pets, _back_up, _decided(11), _backed_up, 4000, quiet=True),
    Stage(
        "settings",
        _some_settings,
        _save_settings,
        _settings_are_kept,
        _settings_are_saved,
        1000,
        quiet=True,
    ),
    Stage("logs", lambda _, place: (place / "home").mkdir(), _log, _nothing, _logged, 1000, True),
)


def rooms(step: int) -> range:
    """Bytes left free: none, and ever more."""
    return range(0, 2_000_000, step)


def main(arguments: Sequence[str] | None = None) -> int:
    """1 where anything was lost."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stages", nargs="*", default=[stage.name for stage in STAGES])
    parser.add_argument("--step", type=int, default=16384, help="bytes from one try to the next")
    options = parser.parse_args(arguments)
    logging.getLogger("lnl_gui").setLevel(logging.CRITICAL)
    lost = 0
    with tempfile.TemporaryDirectory(prefix="lnl-disks-") as folder:
        os.environ["LNL_HOME"] = f"{folder}/home"
        whole = make_computed_project(Path(folder) / "whole")
        for stage in STAGES:
            if stage.name in options.stages:
                few = rooms(options.step)[:6] if stage.quiet else rooms(options.step)
                figures = try_stage(stage, whole, rooms=few)
                lost += figures.lost
                print(f"full disk: {stage.name:12} {figures}", flush=True)
    return int(lost > 0)


if __name__ == "__main__":
    sys.exit(main())
