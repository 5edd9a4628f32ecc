"""Uninstalling leaves nothing but projects."""

import json
import re
from pathlib import Path

import pytest

import lnl_gui
from lnl_gui.__main__ import main
from lnl_gui.installation import freedesktop
from lnl_gui.installation import leftovers as module
from lnl_gui.installation.freedesktop import FreedesktopMenu
from lnl_gui.installation.leftovers import delete, leftovers
from lnl_gui.util.paths import log_folder
from tests.builders import make_project


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home with a little of everything, and a cache elsewhere that others use too."""
    home = tmp_path / "home"
    monkeypatch.setenv("LNL_HOME", str(home))
    monkeypatch.setenv("LNL_CACHE", str(tmp_path / "fast disk"))
    # The desktop's own tools leave caches of theirs.
    monkeypatch.setattr(freedesktop.shutil, "which", lambda _tool: None)
    monkeypatch.setattr(module, "this_menu", lambda: FreedesktopMenu(tmp_path / "share"))
    for name in (
        "home/settings/window.json",
        "home/logs/window.log",
        "home/logs/crashes/20260101-000000-000000-window.txt",
        "home/cache/thumbnails/a.webp",
        "fast disk/encoders/weights/model.safetensors",
        "fast disk/mine.txt",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x" * 1000)
    FreedesktopMenu(tmp_path / "share").add(["/opt/lnl-gui"])
    return tmp_path


def files(folder: Path) -> set[str]:
    return {str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file()}


def test_all_goes_but_what_is_not_ours(home: Path) -> None:
    assert main(["uninstall", "--yes"]) == 0
    assert files(home) == {"fast disk/mine.txt"}
    assert not (home / "home").exists()
    assert main(["uninstall", "--yes"]) == 0


def test_every_folder_of_the_cache_is_known() -> None:
    """One that is forgotten would stay, up to 20 GiB, where the cache was put elsewhere."""
    used = set()
    for source in Path(lnl_gui.__file__).parent.rglob("*.py"):
        used |= set(re.findall(r'cache_folder\(\) / "([^"]+)"', source.read_text("utf-8")))
    assert {"thumbnails", "remote"} <= used == set(module._IN_CACHE)


def test_projects_stay_wherever_they_lie(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    demo = make_project(home / "home" / "data" / "demo" / "digits.lnl", count=3)
    # Somebody may have put one into a folder that is ours.
    hidden = make_project(home / "home" / "settings" / "old" / "pets.lnl", count=3)
    assert main(["uninstall", "--yes", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert set(said["stays"]) == {str(demo), str(hidden)}
    assert (demo / "project.db").is_file() and (hidden / "project.db").is_file()
    assert not (home / "home" / "logs").exists()


def test_the_list_says_sizes_and_deletes_nothing(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = files(home)
    assert main(["uninstall", "--list", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["found"]
    sizes = {(each["kind"], Path(each["place"]).name): each["bytes"] for each in found}
    assert sizes["settings", "settings"] == 1000
    assert sizes["cache", "encoders"] == 1000 and ("cache", "fast disk") not in sizes
    assert {kind for kind, _ in sizes} == {"settings", "cache", "logs", "menu"}
    assert before <= files(home)


def test_nobody_to_ask_deletes_nothing(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = files(home)
    assert main(["uninstall"]) == 3
    assert "--yes" in capsys.readouterr().err
    assert before <= files(home)


def test_a_cache_chosen_in_the_window_is_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LNL_CACHE")
    settings = {"preferences": {"cache_folder": str(home / "fast disk")}}
    (home / "home" / "settings" / "window.json").write_text(json.dumps(settings))
    assert home / "fast disk" / "encoders" in {each.place for each in leftovers()}


def test_a_link_goes_and_what_it_leads_to_stays(home: Path) -> None:
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").write_text("kept")
    target = home / "fast disk" / "thumbnails"
    try:
        target.symlink_to(elsewhere, target_is_directory=True)
    except OSError:
        pytest.skip("links are not allowed here")
    assert delete(leftovers()) == []
    assert not target.is_symlink() and (elsewhere / "kept").is_file()


def test_logs_that_are_open_go_too(home: Path) -> None:
    from lnl_gui.util.log import log_to_file, logger

    log_to_file("window")
    logger.info("open")
    assert delete(leftovers()) == []
    logger.info("after")
    assert not log_folder().exists()
