"""Every verb killed at every change of a file: what was acknowledged before is there after."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.main import run_verb
from lnl_gui.pipeline.datasets import import_dataset
from lnl_gui.pipeline.output import export
from lnl_gui.session.session import Session
from lnl_gui.store.check import check_project
from lnl_gui.store.jobs.parameters import ExportParameters, ImportParameters
from lnl_gui.util.files.unfinished import sweep_unfinished
from tests.campaign.damage import STATUSES, copy_of
from tests.campaign.faults import KILLED, kills
from tests.store.database.test_migration import old_project

OLD_STATUSES = [2, 2, 0, 1, 0, 0]
"""Of a project of format 1.0."""


@dataclass(frozen=True)
class Verb:
    """Something that is killed. Each function is given the folder it may work in."""

    name: str
    prepare: Callable[[Path, Path], None]
    """(whole project, folder)"""
    act: Callable[[Path], object]
    verify: Callable[[Path], None]
    """Raises AssertionError where something is lost."""


@dataclass
class Figures:
    """What came of trying."""

    tried: int = 0
    survived: int = 0
    lost: int = 0

    def note(self, act: Callable[[], object], *, what: str = "") -> None:
        """Count one, by whether `act` raises; `what` is told of one that is lost."""
        self.tried += 1
        try:
            act()
        except Exception as error:
            self.lost += 1
            sys.stderr.write(f"lost: {what} {type(error).__name__}: {str(error)[:800]}\n")
        else:
            self.survived += 1

    def add(self, other: "Figures") -> None:
        """Count others' too."""
        self.tried += other.tried
        self.survived += other.survived
        self.lost += other.lost

    def __str__(self) -> str:
        return f"tried {self.tried:5}  survived {self.survived:5}  lost {self.lost:5}"


def _project(place: Path) -> Path:
    return place / "work" / "shapes.lnl"


def _copy(whole: Path, place: Path) -> None:
    copy_of(whole, place / "work")


def _copy_twice(whole: Path, place: Path) -> None:
    copy_of(whole, place / "work")
    other = copy_of(whole, place / "other")
    with Session.open(other, reviewer="bob") as session:
        session.exclude(np.array([8, 9]))
        session.team.write_journal(place / "other.jsonl")


def _damage(whole: Path, place: Path) -> None:
    copy_of(whole, place / "work")
    with Session.open(_project(place)) as session, session.project.transaction() as connection:
        connection.execute("UPDATE current SET status = 77 WHERE sample_id = 2")


def _exported(whole: Path, place: Path) -> None:
    copy_of(whole, place / "work")
    _export(place)


def _export(place: Path) -> None:
    parameters = ExportParameters(str(place / "out"), overwrite=True, model_formats=())
    run_folder = place / "run"
    run_folder.mkdir(exist_ok=True)
    context = TerminalContext(quiet=True)
    export.run(parameters, context, project_folder=_project(place), run_folder=run_folder)


def _import(place: Path) -> None:
    source, folder = place / "work" / "shapes", place / "new.lnl"
    parameters = ImportParameters(str(source), str(folder))
    import_dataset.run(parameters, TerminalContext(quiet=True))


def _decide(act: Callable[[Session], object]) -> Callable[[Path], None]:
    def work(place: Path) -> None:
        with Session.open(_project(place), reviewer="ann") as session:
            act(session)

    return work


def _statuses(folder: Path) -> list[int]:
    with Session.open(folder, reviewer="ann") as session:
        found: list[int] = session.columns.status.tolist()
    wrong = [fault for fault in check_project(folder) if "lnl-gui" not in str(fault.text)]
    assert wrong == [], wrong
    return found


def _kept(*after: list[int]) -> Callable[[Path], None]:
    """Every verdict of before is there, and the one that was being given whole or not at all."""

    def verify(place: Path) -> None:
        found = _statuses(_project(place))
        assert found in (STATUSES, *after), found

    return verify


def _with(**changed: int) -> list[int]:
    found = list(STATUSES)
    for row, status in changed.items():
        found[int(row[1:])] = status
    return found


def _migrated(place: Path) -> None:
    assert _statuses(place / "old.lnl") == OLD_STATUSES


def _whole_export(place: Path) -> None:
    _export(place)
    assert len(list((place / "out").rglob("*.png"))) == 11
    sweep_unfinished()
    assert [p.name for p in place.iterdir() if p.name.startswith(".")] == []
    _kept()(place)


def _whole_import(place: Path) -> None:
    sweep_unfinished()
    assert [p.name for p in place.iterdir() if p.name.startswith(".")] == []
    if (place / "new.lnl").exists():
        shutil.rmtree(place / "new.lnl")
    _import(place)
    assert _statuses(place / "new.lnl") == [0] * 12


def _repaired(place: Path) -> None:
    check_project(_project(place), repair=True)
    _kept()(place)


VERBS = (
    Verb(
        "migrate",
        lambda _, place: (old_project(place / "old.lnl"), None)[1],
        lambda place: Session.open(place / "old.lnl").close(),
        _migrated,
    ),
    Verb(
        "verdict", _copy, _decide(lambda s: s.exclude(np.array([7, 8]))), _kept(_with(r7=3, r8=3))
    ),
    Verb("undo", _copy, _decide(Session.undo), _kept(_with(r4=0))),
    Verb(
        "merge",
        _copy_twice,
        lambda place: run_verb(
            ["merge", str(_project(place)), str(place / "other" / "shapes.lnl"), "--json"]
        ),
        _kept(_with(r8=3, r9=3)),
    ),
    Verb(
        "replay",
        _copy_twice,
        _decide(lambda s: s.team.replay(s.folder.parents[1] / "other.jsonl")),
        _kept(_with(r8=3, r9=3)),
    ),
    Verb("audit", _copy, _decide(lambda s: s.statistics.draw_audit(2, seed=0)), _kept()),
    Verb("repair", _damage, lambda place: check_project(_project(place), repair=True), _repaired),
    Verb("export", _copy, _export, _whole_export),
    Verb("export over another", _exported, _export, _whole_export),
    Verb("import", _copy, _import, _whole_import),
    Verb(
        "update",
        _copy,
        lambda place: run_verb(["update", str(_project(place)), "--json"]),
        _kept(),
    ),
)


def kill(verb: Verb, whole: Path, place: Path, *, step: int = 1) -> Figures:
    """Kill a verb at every n-th change."""
    figures = Figures()

    def start() -> None:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        verb.prepare(whole, place)

    start()
    for _ in kills(lambda: verb.act(place), step=step):
        figures.note(lambda: verb.verify(place), what=verb.name)
        start()
    return figures


_SYSTEM_CALLS = ("pwrite64", "write", "fsync", "fdatasync", "rename", "unlink", "ftruncate")
_OPEN = "import sys;from pathlib import Path;from lnl_gui.session.session import Session;"


def kill_by_strace(whole: Path, place: Path, *, step: int = 1) -> Iterator[tuple[str, Figures]]:
    """Migrations and verdicts killed inside SQLite, at its own writes; nothing without strace."""
    if shutil.which("strace") is None:
        return
    scripts = {
        "migrate": (VERBS[0], f"{_OPEN}Session.open(Path(sys.argv[1])).close()", "old.lnl"),
        "verdict": (
            VERBS[1],
            f"{_OPEN}import numpy as np\n"
            "with Session.open(Path(sys.argv[1]), reviewer='ann') as s:"
            " s.exclude(np.array([7, 8]))",
            "work/shapes.lnl",
        ),
    }
    for name, (verb, script, folder) in scripts.items():
        for call in _SYSTEM_CALLS:
            figures, number = Figures(), 1
            while number < 400:
                shutil.rmtree(place, ignore_errors=True)
                place.mkdir(parents=True)
                verb.prepare(whole, place)
                done = subprocess.run(
                    [
                        *("strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}"),
                        *("-e", f"inject={call}:signal=SIGKILL:when={number}"),
                        *(sys.executable, "-c", script, str(place / folder)),
                    ],
                    check=False,
                    capture_output=True,
                )
                if done.returncode not in (-KILLED, 128 + KILLED):
                    break
                figures.note(lambda: verb.verify(place), what=name)  # noqa: B023 - called at once
                number += step
            yield f"{name} at {call}", figures
