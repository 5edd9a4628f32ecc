"""A small package installed beside LNL adds one extension of each kind; the real verbs use them."""

import contextlib
import io
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from lnl_gui.__main__ import main
from lnl_gui.gui.charts.charts_panel import ChartsPanel
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.session.session import Session
from lnl_gui.util import plugins as plugins_module
from lnl_gui.util.errors import UserError
from lnl_gui.util.plugins import plugin_versions, plugins
from tests.conftest import draw_class_folders, home_of_its_own
from tests.detect.few_repetitions import one_repetition
from tests.gui.projects import make_project as make_window_project

__all__ = ["one_repetition"]

PACKAGE = Path(__file__).parent / "plugin_package"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that pip has installed the example package in."""
    target = tmp_path_factory.mktemp("site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    local = ["--no-index", "--no-deps", "--no-build-isolation", "--target", str(target)]
    done = subprocess.run([*pip, *local, str(PACKAGE)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return target


def lnl(*commands: Sequence[str | Path]) -> list[str]:
    """Standard output of each of some verbs, run here: a process of theirs imports torch anew."""
    printed = []
    for words in commands:
        with contextlib.redirect_stdout(io.StringIO()) as out:
            assert main([str(word) for word in words]) == 0, words
        printed.append(out.getvalue())
    return printed


def names(rows: Sequence[dict[str, object]]) -> set[object]:
    return {row["name"] for row in rows}


@dataclass(frozen=True)
class Ran:
    """What the real verbs said and wrote where the example package is installed."""

    listed: dict[str, set[object]]
    images: int
    project: Path
    out: Path


LISTS = ("detectors", "formats", "recipes", "encoders")


@pytest.fixture(scope="module")
def ran(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """Lists of extensions, then a dataset from its reading to its export."""
    place = tmp_path_factory.mktemp("plugins")
    folder = draw_class_folders(place)
    source, project, out = folder / "all.pairs", place / "p.lnl", place / "out"
    images = sorted(folder.rglob("*.png"))
    lines = [f"{file.parent.name}: {file.relative_to(folder).as_posix()}" for file in images]
    source.write_text("\n".join(lines), encoding="utf-8")
    words = ["--recipe", "gentle_head", "--encoder", "colours", "--no-comparison"]
    with home_of_its_own(tmp_path_factory) as patched:
        patched.syspath_prepend(installed)
        patched.setattr(plugins_module, "_load", cache(plugins_module._load.__wrapped__))
        printed = lnl(
            *([verb, "--json"] for verb in LISTS),
            ["import", source, "--project", project],
            ["embed", project, "--encoder", "colours"],
            ["detect", project, "--detector", "centroid"],
            ["finetune", project, *words],
            ["export", project, out, "--format", "flat"],
        )
    listed = dict(zip(LISTS, (names(json.loads(text)) for text in printed), strict=False))
    return Ran(listed, len(images), project, out)


def test_lists_show_what_a_package_adds(ran: Ran) -> None:
    assert "centroid" in ran.listed["detectors"]
    assert {"pairs", "flat"} <= ran.listed["formats"]
    assert "gentle_head" in ran.listed["recipes"]
    assert "colours" in ran.listed["encoders"]


def test_a_dataset_goes_all_the_way_through_a_package(ran: Ran) -> None:
    [run] = [p for p in (ran.project / "runs").iterdir() if list(p.rglob("*centroid*"))]
    assert run.is_dir()
    [card] = ran.project.rglob("model.json")
    assert "gentle_head" in card.read_text(encoding="utf-8")
    written = (ran.out / "images" / "labels.pairs").read_text(encoding="utf-8").splitlines()
    assert len(written) == ran.images
    assert json.loads((ran.out / "manifest.json").read_text(encoding="utf-8"))["format"] == "flat"


def forget_packages() -> None:
    """As in a process that has not looked yet."""
    plugins_module._load.cache_clear()
    plugins_module._versions.cache_clear()


@pytest.fixture
def broken_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A package whose entry points cannot be used: one import fails, one is of the wrong type."""
    info = tmp_path / "spoilt-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: spoilt\nVersion: 1.0\n")
    groups = "[lnl_gui.first]\na = no_such_module:X\n[lnl_gui.second]\nb = json:dumps\n"
    (info / "entry_points.txt").write_text(groups)
    monkeypatch.syspath_prepend(tmp_path)
    forget_packages()
    yield
    forget_packages()


@pytest.mark.usefixtures("broken_package")
def test_a_broken_package_is_named() -> None:
    for group, reason in (("lnl_gui.first", "no_such_module"), ("lnl_gui.second", "function")):
        with pytest.raises(UserError, match=reason) as caught:
            plugins(group, Path)
        assert "spoilt" in str(caught.value.hint)
        assert caught.value.code == "broken_plugin"


@pytest.mark.usefixtures("broken_package")
def test_a_package_counts_among_the_versions_whatever_it_adds() -> None:
    assert plugin_versions() == {"spoilt": "1.0"}


def test_a_chart_stands_beside_ours(
    installed: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(installed)
    forget_packages()
    with Session.open(make_window_project(tmp_path / "p.lnl", 8)) as session:
        charts = ChartsPanel(ReviewModel(session))
        qtbot.addWidget(charts)
        charts.show()
        charts.show_chart("Class sizes")
        shown = charts.stack.currentWidget()
        assert isinstance(shown, QLabel)
        assert shown.text().splitlines() == ["cat: 2", "dog: 2", "frog: 2", "horse: 2"]
        assert charts.hint.text() == "How many samples each class has now."
    forget_packages()
