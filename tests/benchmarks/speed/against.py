"""The commands a person waits for, of this checkout and of another one, in turns in one run.

    git worktree add ../before COMMIT
    python -m tests.benchmarks.speed.against ../before [--data FOLDER] [--out FOLDER] [--quick]

The other one runs in this interpreter, on the same files and with a home of its own. A command that
fails in either is told with the last line it said.
"""

import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.benchmarks.measuring import REPOSITORY, children_seconds, parser_of, stopwatch
from tests.benchmarks.speed.images import write_images
from tests.benchmarks.speed.report import machine
from tests.benchmarks.speed.starts import STARTS

BEFORE, AFTER = "before", "after"
"""The names of the other checkout and of this one in the table."""
_FAILED = (math.nan, math.nan)


@dataclass(frozen=True)
class Waited:
    """A command's milliseconds, of the processor and by the clock, of which both checkouts took."""

    what: str
    before: float
    after: float
    before_clock: float
    after_clock: float
    note: str = ""


@dataclass(frozen=True)
class Command:
    """One that both checkouts know."""

    what: str
    arguments: Callable[[Path], Sequence[str]]
    """The interpreter's, of a folder that is the checkout's own."""
    take_back: Callable[[Path], None] | None = None
    """Undoes what the command did, so that it can be done again; without it, it runs once."""


def _lnl(*arguments: str) -> Sequence[str]:
    return ("-m", "lnl_gui", *arguments)


def without(*parts: str) -> Callable[[Path], None]:
    """Takes a command back by removing folders that it made.

    Args:
        parts: relative to the checkout's own folder.
    """

    def remove(folder: Path) -> None:
        for part in parts:
            shutil.rmtree(folder / part, ignore_errors=True)

    return remove


def fresh_copy(source: str, copy: str) -> Callable[[Path], None]:
    """Takes a command back by copying what it began from once more.

    Args:
        source: relative to the checkout's own folder.
        copy: what the command works on.
    """

    def renew(folder: Path) -> None:
        shutil.rmtree(folder / copy, ignore_errors=True)
        shutil.copytree(folder / source, folder / copy)

    return renew


def start_commands() -> Iterator[Command]:
    """The starts of the main benchmark, but for modules that are not in both."""
    for name in ("--help", "list of encoders", "worker ready"):
        command = STARTS[name][0]
        yield Command(f"start: {name}", lambda folder, command=command: command, without())


def embedding_commands(kinds: dict[str, Path], encoders: Sequence[str]) -> Iterator[Command]:
    """`lnl-gui embed` of a project of each kind with each encoder.

    Args:
        kinds: folders of images.
        encoders: by name.
    """
    for kind, images in kinds.items():
        for encoder in encoders:
            name = f"{images.name}-{encoder}.lnl"
            yield Command(
                f"import {kind}, for {encoder}",
                lambda folder, name=name, images=images: _lnl(
                    "import", str(images), "--project", str(folder / name)
                ),
                without(name),
            )
            yield Command(
                f"embed {kind}, {encoder}",
                lambda folder, name=name, encoder=encoder: _lnl(
                    "embed", str(folder / f"copy-{name}"), "--encoder", encoder
                ),
                fresh_copy(name, f"copy-{name}"),
            )


def cleaning_commands(data: Path, *, quick: bool) -> Iterator[Command]:
    """What is done with a dataset of real wrong labels, one step after the other.

    Args:
        data: folder that holds `cifar10n-train`.
        quick: fewer images to train on.
    """
    labels = data / "cifar10n-train" / "labels.csv"
    recipe = ("linear_probe",) if quick else ("quick",)

    def project(folder: Path) -> str:
        return str(folder / "cifar.lnl")

    steps: list[tuple[str, Callable[[Path], Sequence[str]]]] = [
        (
            "import 5 000 CIFAR-10N",
            lambda f: _lnl(
                *("import", str(labels), "--label-column", "worse", "--project", project(f)),
            ),
        ),
        (
            "embed 5 000 CIFAR-10N, bundled-fast",
            lambda f: _lnl("embed", project(f), "--encoder", "bundled-fast"),
        ),
        ("detect 5 000 CIFAR-10N", lambda f: _lnl("detect", project(f))),
        ("map 5 000 CIFAR-10N", lambda f: _lnl("map", project(f))),
        (
            f"finetune {' '.join(recipe)} CIFAR-10N",
            lambda f: _lnl("finetune", project(f), "--recipe", *recipe, "--yes"),
        ),
    ]
    yield from (Command(what, arguments) for what, arguments in steps)


def compare(
    commands: Sequence[Command], checkouts: dict[str, Path], folder: Path, *, rounds: int
) -> Iterator[Waited]:
    """Run each command in every checkout, by turns.

    Args:
        commands: later ones may need what earlier ones made.
        checkouts: by name, `before` and `after`.
        folder: for homes and projects.
        rounds: of a command that can be taken back.
    """
    for command in commands:
        taken: dict[str, list[tuple[float, float]]] = {name: [] for name in checkouts}
        notes: list[str] = []
        for _ in range(1 if command.take_back is None else rounds):
            for name, checkout in checkouts.items():
                own = folder / name
                own.mkdir(exist_ok=True)
                if command.take_back is not None:
                    command.take_back(own)
                milliseconds, failed = _run(command.arguments(own), checkout, own)
                if failed:
                    notes.append(f"{name}: {failed}")
                else:
                    taken[name].append(milliseconds)
        processor, clock = zip(*(_medians(taken[name]) for name in (BEFORE, AFTER)), strict=True)
        yield Waited(command.what, *processor, *clock, "; ".join(dict.fromkeys(notes)))


def _medians(rounds: Sequence[tuple[float, float]]) -> tuple[float, ...]:
    columns = zip(*(rounds or [_FAILED]), strict=True)
    return tuple(statistics.median(column) for column in columns)


def _run(arguments: Sequence[str], checkout: Path, home: Path) -> tuple[tuple[float, float], str]:
    """Milliseconds of the processor and by the clock; why it failed, if it did."""
    environment = os.environ | {
        "QT_QPA_PLATFORM": "offscreen",
        "PYTHONPATH": str(checkout),
        "LNL_HOME": str(home / "home"),
    }
    with stopwatch(children_seconds) as spent:
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=checkout,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
        )
    said = done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}"
    failed = said.splitlines()[-1] if done.returncode else ""
    return (spent.processor, spent.clock), failed


def markdown(rows: Sequence[Waited]) -> str:
    """The table.

    Args:
        rows: in the order they ran.
    """
    lines = [
        "| command | CPU ms before | after | ratio | clock ms before | after | |",
        "| --- | ---: | ---: | ---: | ---: | ---: | --- |",
    ]
    lines += [
        f"| {row.what} | {row.before:.0f} | {row.after:.0f} | {row.after / row.before:.2f} |"
        f" {row.before_clock:.0f} | {row.after_clock:.0f} | {row.note} |"
        for row in rows
    ]
    return "\n".join([*lines, ""])


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and write the table after each row."""
    parser = parser_of(__doc__)
    parser.add_argument("before", type=Path, help="the other checkout")
    parser.add_argument("--data", type=Path, help="folder that holds cifar10n-train")
    parser.add_argument("--out", type=Path, default=Path("speed"))
    parser.add_argument("--quick", action="store_true", help="fewer images and rounds")
    options = parser.parse_args(arguments)
    checkouts = {BEFORE: options.before.resolve(), AFTER: REPOSITORY}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        commands = [*start_commands()]
        kinds = {}
        for kind, files in write_images(folder, 50 if options.quick else 500).items():
            kinds[kind] = folder / kind.replace(" ", "-")
            for number, file in enumerate(files):
                place = kinds[kind] / f"class{number % 2}"
                place.mkdir(parents=True, exist_ok=True)
                file.rename(place / file.name)
        encoders = ("bundled-fast",) if options.quick else ("bundled", "bundled-fast")
        commands += embedding_commands(kinds, encoders)
        if options.data:
            commands += cleaning_commands(options.data.resolve(), quick=options.quick)
        rows: list[Waited] = []
        options.out.mkdir(parents=True, exist_ok=True)
        for row in compare(commands, checkouts, folder, rounds=1 if options.quick else 3):
            rows.append(row)
            print(markdown([row]).splitlines()[-1], flush=True)
            (options.out / "against.md").write_text(markdown(rows), encoding="utf-8")
            told = {"machine": machine(), "rows": [asdict(each) for each in rows]}
            (options.out / "against.json").write_text(json.dumps(told, indent=1), encoding="utf-8")
    print(markdown(rows))


if __name__ == "__main__":
    main()
