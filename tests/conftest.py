"""Every test has its own caches, settings and logs, and real images to work on."""

import contextlib
import gc
import io
import logging
import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path

# Two spinning threads on a small machine make tiny torch loops a hundred times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# Or each of the hundreds of processes that tests start compiles all of the program's modules again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot
from xdist.scheduler.protocol import Scheduling

from lnl_gui.gui.shell.program.qt_imports import read_no_sources
from lnl_gui.util.process import late_compiler
from lnl_gui.util.translation import ENGLISH, LANGUAGE_VARIABLE, use_language

# As in every process of LNL's own.
late_compiler.install()
# As in the window; most of what computes is imported after Qt here.
read_no_sources()

PATIENCE = 60_000
"""Milliseconds that a test of the window waits for what must come."""


def pytest_configure(config: pytest.Config) -> None:
    if config.pluginmanager.hasplugin("xdist"):
        config.pluginmanager.register(OnceMore())


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Spare the collector what importing makes, a million objects that stay to the end.

    Going through them took a third of the processor time of the collection of tests, and a twelfth
    of that of the tests themselves.
    """
    gc.disable()
    try:
        return (yield)
    finally:
        gc.collect()
        gc.freeze()
        gc.enable()


class OnceMore:
    """One process of a run may end or hang in the middle of a test, which is run once more.

    Seen once in some twenty runs: Qt and Python waited for each other's locks, for ever. The stacks
    of the process are in the output and the summary counts the test; a second one fails the run.
    """

    def __init__(self) -> None:
        self._left = 1

    def pytest_handlecrashitem(
        self, crashitem: str, report: pytest.TestReport, sched: Scheduling
    ) -> None:
        if self._left:
            self._left -= 1
            sched.mark_test_pending(crashitem)
            report.outcome = "crashed, run once more"  # type: ignore[assignment]

    def pytest_report_teststatus(self, report: pytest.TestReport) -> tuple[str, str, str] | None:
        if report.outcome.startswith("crashed"):
            return report.outcome, "C", "CRASHED"
        return None


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Caches, settings and logs of the test alone; only converted encoders are shared."""
    home = make_home(tmp_path_factory)
    monkeypatch.setenv("LNL_HOME", str(home))
    return home


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Every test begins in English, whatever the machine speaks."""
    monkeypatch.setenv(LANGUAGE_VARIABLE, "en")
    yield
    use_language(ENGLISH)


@contextlib.contextmanager
def home_of_its_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pytest.MonkeyPatch]:
    """For what several tests share: it is made before the first of them has its home."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LNL_HOME", str(make_home(tmp_path_factory)))
        yield patch


def make_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A new home whose converted encoders are those of all tests."""
    home = tmp_path_factory.mktemp("home")
    converted = tmp_path_factory.getbasetemp().parent / "converted-encoders"
    converted.mkdir(exist_ok=True)
    (home / "cache").mkdir()
    # Where links are not allowed each test converts for itself, which only takes longer.
    with contextlib.suppress(OSError):
        (home / "cache" / "encoders").symlink_to(converted, target_is_directory=True)
    return home


@pytest.fixture
def logged() -> Iterator[io.StringIO]:
    """What LNL logs during the test, all of it, and what others warn of.

    Pytest's own listens in every test, and looks for it through some six hundred loggers of the
    libraries: a fiftieth of the processor time of all tests.
    """
    text, root, own = io.StringIO(), logging.getLogger(), logging.getLogger("lnl_gui")
    handler, before = logging.StreamHandler(text), own.level
    root.addHandler(handler)
    own.setLevel(logging.DEBUG)
    yield text
    own.setLevel(before)
    root.removeHandler(handler)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    """pytest-qt's, which waits longer: after its own 5 s a busy machine may not have come to it."""
    bot = QtBot(request)
    for name in ("Until", "Signal", "Signals", "Exposed", "Active", "Callback"):
        setattr(bot, f"wait{name}", partial(getattr(bot, f"wait{name}"), timeout=PATIENCE))
    return bot


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The benchmark images beside the checkout; the test is skipped without them."""
    default = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("LNL_SHARED_DATA", default))
    if not folder.is_dir():
        pytest.skip("no benchmark images (set LNL_SHARED_DATA)")
    return folder


def draw_image(kind: int, seed: int, *, side: int = 48) -> Image.Image:
    """A picture of one of three kinds that no label is needed to tell apart."""
    generator = np.random.default_rng(seed)
    pixels = generator.integers(0, 40, (side, side, 3)).astype(np.uint8)
    low, high = generator.integers(6, 14), generator.integers(30, 42)
    if kind == 0:
        pixels[low:high, low:high] = (230, 60, 40)
    elif kind == 1:
        yy, xx = np.mgrid[:side, :side]
        pixels[(yy - side / 2) ** 2 + (xx - side / 2) ** 2 < (high / 2) ** 2] = (40, 90, 230)
    else:
        pixels[::6] = (60, 220, 90)
    return Image.fromarray(pixels)


def draw_class_folders(place: Path) -> Path:
    """Three classes of twelve drawn images each; two images lie in the wrong folder."""
    names = ("square", "circle", "stripes")
    root = place / "shapes"
    for kind, name in enumerate(names):
        for i in range(12):
            wrong = i == 11 and kind < 2
            folder = names[kind + 1] if wrong else name
            (root / folder).mkdir(parents=True, exist_ok=True)
            draw_image(kind, 100 * kind + i).save(root / folder / f"{name}-{i:02d}.png")
    return root


@pytest.fixture
def class_folders(tmp_path: Path) -> Path:
    """Images that a test may change: see `draw_class_folders`."""
    return draw_class_folders(tmp_path)
