"""Time and peak memory of `lnl-gui import` and its preview on many files and on long tables.

`python -m tests.benchmarks.bench_import --files 100000 --rows 1000000`. Every case is the real
command in a process of its own. The files are no real images, for an import opens none; those of
the tables are hard links to a few, so that a million distinct paths exist. The third case is the
same table as another machine wrote it, whose paths have to be found by their ends.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.benchmarks.measuring import REPOSITORY, MarkdownTable, parser_of

CLASSES = 100
FOLDERS = 1000
LINKS = 10_000
"""Names of one file: file systems allow some ten thousand."""
_LOOK_EVERY = 0.02  # seconds
FOREIGN = "D:\\projects\\photos\\"


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds by the clock and of the processor, and bytes at its peak."""

    clock: float
    processor: float
    peak: int


def make_class_folders(root: Path, count: int) -> None:
    """`count` files of a few bytes, spread over the classes."""
    for label in range(CLASSES):
        (root / f"class {label:03d}").mkdir(parents=True)
    for number in range(count):
        place = root / f"class {number % CLASSES:03d}" / f"{number:06d}.jpg"
        place.write_bytes(b"%d" % number)


def make_table(root: Path, count: int) -> None:
    """`labels.csv` of `count` images in a thousand folders, with a label and a split each."""
    for folder in range(FOLDERS):
        (root / "images" / f"{folder:03d}").mkdir(parents=True)
    source = root / "images" / "000" / "none"
    with (root / "labels.csv").open("w", encoding="utf-8") as table:
        table.write("path,label,split\n")
        for number in range(count):
            path = f"images/{number % FOLDERS:03d}/{number:07d}.jpg"
            if number % LINKS:
                os.link(source, root / path)
            else:
                source = root / path
                source.write_bytes(b"%d" % number)
            split = "test" if number % 5 == 0 else "train"
            table.write(f"{path},class {number * 7 % CLASSES:03d},{split}\n")


def as_on_another_machine(root: Path) -> Path:
    """The table beside it with the paths that it had on a Windows disk."""
    target = root / "labels_windows.csv"
    with (
        (root / "labels.csv").open(encoding="utf-8") as source,
        target.open("w", encoding="utf-8") as stream,
    ):
        stream.write(next(source))
        for line in source:
            path, _, rest = line.partition(",")
            stream.write(FOREIGN + path.replace("/", "\\") + f",{rest}")
    return target


def cost_of(*arguments: str) -> Cost:
    """Run `lnl-gui` with these arguments.

    Raises:
        subprocess.CalledProcessError: when it fails.
    """
    command = [sys.executable, "-m", "lnl_gui", *arguments]
    started = time.perf_counter()
    with subprocess.Popen(
        command, cwd=REPOSITORY, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as process:
        peak, processor = [0], [0.0]
        watch = threading.Thread(target=_watch, args=(process.pid, peak, processor))
        watch.start()
        _, said = process.communicate()
        watch.join()
    if process.returncode:
        print(said, file=sys.stderr)
        raise subprocess.CalledProcessError(process.returncode, command)
    return Cost(time.perf_counter() - started, processor[0], peak[0])


def _watch(pid: int, peak: list[int], processor: list[float]) -> None:
    """Note memory and processor time until the process ends; what it used last is all it used."""
    try:
        process = psutil.Process(pid)
        while process.status() != psutil.STATUS_ZOMBIE:
            peak[0] = max(peak[0], process.memory_info().rss)
            times = process.cpu_times()
            processor[0] = times.user + times.system
            time.sleep(_LOOK_EVERY)
    except psutil.Error:
        pass  # it has ended


def measure(table: MarkdownTable, name: str, source: Path, project: Path) -> None:
    """A row for the import of a dataset, and one for its preview."""
    show(table, f"{name}: import", cost_of("import", str(source), "--project", str(project)))
    shutil.rmtree(project)
    show(table, f"{name}: preview", cost_of("import", str(source), "--preview", "--json"))


def show(table: MarkdownTable, name: str, cost: Cost) -> None:
    """One row."""
    peak = f"{cost.peak / 1e6:.0f}"
    table.row(name, f"{cost.clock:.1f}", f"{cost.processor:.1f}", peak)


def main() -> None:
    """Print one row a case."""
    parser = parser_of(__doc__)
    parser.add_argument("--files", type=int, default=100_000, help="in class folders; 0 for none")
    parser.add_argument("--rows", type=int, default=1_000_000, help="of the table; 0 for none")
    parser.add_argument("--folder", type=Path, help="where the files are made for a while")
    options = parser.parse_args()
    place = Path(tempfile.mkdtemp(prefix="bench-import.", dir=options.folder))
    try:
        table = MarkdownTable("case", "clock, s", "processor, s", "peak, MB")
        if options.files:
            make_class_folders(place / "folders", options.files)
            name = f"{options.files:,} files in class folders"
            measure(table, name, place / "folders", place / "folders.lnl")
        if options.rows:
            make_table(place / "table", options.rows)
            name = f"table of {options.rows:,} rows"
            measure(table, name, place / "table" / "labels.csv", place / "table.lnl")
            foreign = as_on_another_machine(place / "table")
            measure(table, f"{name} of another machine", foreign, place / "foreign.lnl")
    finally:
        shutil.rmtree(place)


if __name__ == "__main__":
    main()
