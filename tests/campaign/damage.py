"""Every file of a project damaged in every way: what a person can still do, and is told."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np

from lnl_gui.cli.context import TerminalContext
from lnl_gui.pipeline.output import export, report
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import ExportParameters

STATUSES = [0, 3, 2, 2, 4, 0, 0, 0, 0, 0, 0, 0]
"""Of `make_whole_project`."""


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: max(1, file.stat().st_size // 2)])


def _empty(file: Path) -> None:
    file.write_bytes(b"")


def _garbage(file: Path) -> None:
    file.write_bytes(np.random.default_rng(0).bytes(max(64, file.stat().st_size)))


def _other(file: Path) -> None:
    """Whole, and of another shape."""
    if file.suffix == ".npy":
        with file.open("wb") as stream:
            np.save(stream, np.zeros((3, 2, 5), np.int16))
    else:
        file.write_text('[{"of": "another"}]')


def _deep(file: Path) -> None:
    file.write_text("[" * 100_000 if file.suffix == ".json" else "PK\3\4" * 50)


def _out_of_range(file: Path) -> None:
    """The header is whole, and its numbers are not."""
    content = bytearray(file.read_bytes())
    start = 128 if file.suffix == ".npy" else len(content) // 2
    content[start:] = b"\x7f" * (len(content) - start)
    file.write_bytes(bytes(content))


def _gone(file: Path) -> None:
    file.unlink()


WAYS: dict[str, Callable[[Path], None]] = {
    "cut": _cut,
    "empty": _empty,
    "garbage": _garbage,
    "other": _other,
    "deep": _deep,
    "out of range": _out_of_range,
    "gone": _gone,
}


def derived_files(project: Path) -> list[Path]:
    """Every file of a project but its database, by name."""
    found = [f for f in project.rglob("*") if f.is_file() and not f.name.startswith("project.db")]
    return sorted(f for f in found if f.name != "writer.lock")


def copy_of(project: Path, place: Path) -> Path:
    """A copy beside a link to the same images."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    shutil.copytree(project, place / project.name)
    shutil.copytree(project.parent / "shapes", place / "shapes")
    return place / project.name


def work_on(project: Path) -> list[str]:
    """Review, undo, export and report a project; returns the files it said are damaged.

    Raises:
        AssertionError: when a verdict is lost.
    """
    with Session.open(project, reviewer="bob") as session:
        assert session.columns.status.tolist() == STATUSES
        told = [found.file for found in session.damage()]
        assert all(str(found.text) for found in session.damage())
        session.stage(), session.next_step(), session.views.saved()
        for row in range(len(session)):
            session.evidence(row), session.history(row)
        for spec in (ViewSpec(), ViewSpec(flagged=None, sort="loss")):
            session.views.select_rows(spec)
        session.derived.issue_names(), session.derived.detector_names()
        assert session.derived.agreement.shape == session.derived.duplicate_group.shape
        session.keep(np.array([7]))
        assert session.undo() is not None
        assert session.undo() is not None
        assert session.columns.status.tolist() == [*STATUSES[:4], 0, *STATUSES[5:]]
        assert session.redo() is not None
    out = project.parent / "out"
    parameters = ExportParameters(str(out), images="none", model_formats=())
    export.run(parameters, TerminalContext(quiet=True), project_folder=project, run_folder=project)
    assert (out / "samples.csv").read_text().count("excluded") == 1
    report.write_project_report(project, project.parent / "report.html")
    with Session.open(project, reviewer="bob") as session:
        assert session.columns.status.tolist() == STATUSES
    return told
