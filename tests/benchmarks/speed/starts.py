"""How soon window, command line and worker are there, beside a bare interpreter and torch."""

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator, Sequence

from tests.benchmarks.measuring import REPOSITORY, children_seconds, stopwatch
from tests.benchmarks.speed.measures import Measure

_WINDOW = (
    "from lnl_gui.gui.shell.program.qt_imports import import_qt\n"
    "from lnl_gui.util.process.collection import no_collections\n"
    "with no_collections():\n"
    "    import_qt()\n"
    "    from PySide6.QtWidgets import QApplication\n"
    "    application = QApplication([])\n"
    "    from lnl_gui.gui.shell.main_window import MainWindow\n"
)
_WORKER = (
    "import subprocess, sys\n"
    "worker = subprocess.Popen([sys.executable, '-m', 'lnl_gui', 'worker'],"
    " stdin=subprocess.PIPE, stdout=subprocess.PIPE)\n"
    "worker.stdout.readline()\n"
    "worker.stdin.close()\n"
    "worker.wait()\n"
)
STARTS: dict[str, tuple[Sequence[str], str, str]] = {
    "--help": (("-m", "lnl_gui", "--help"), "pass", "interpreter"),
    "list of encoders": (("-m", "lnl_gui", "encoders"), "pass", "interpreter"),
    "window's modules": (("-c", _WINDOW), "import PySide6.QtWidgets", "importing Qt"),
    "worker ready": (("-c", _WORKER), "pass", "interpreter"),
    "embedding's modules": (
        ("-c", "import lnl_gui.pipeline.embedding.embed"),
        "import numpy, PIL.Image",
        "importing numpy and Pillow",
    ),
    "training's modules": (
        ("-c", "import lnl_gui.pipeline.training.finetune"),
        "import torch",
        "importing torch",
    ),
    "detection's modules": (
        ("-c", "import lnl_gui.pipeline.detection.detect"),
        "import torch, sklearn",
        "importing torch and scikit-learn",
    ),
}


def starts(rounds: int = 3) -> Iterator[Measure]:
    """Processor time of processes and their children, from their start to their end.

    Args:
        rounds: of each, taking turns with its floor.
    """
    for name, (command, least, floor_name) in STARTS.items():
        taken = [(*_process(command), *_process(("-c", least))) for _ in range(rounds)]
        mine, clock, floor, _ = (statistics.median(column) for column in zip(*taken, strict=True))
        yield Measure("start", name, mine, floor, floor_name, clock)


def _process(arguments: Sequence[str]) -> tuple[float, float]:
    """Processor and clock milliseconds of one process."""
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    with stopwatch(children_seconds) as spent:
        subprocess.run(
            [sys.executable, *arguments],
            check=True,
            cwd=REPOSITORY,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    return spent.processor, spent.clock
