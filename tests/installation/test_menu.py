"""The applications menu of each desktop; Windows' registry and macOS' Finder are stood in for."""

import configparser
import json
import os
import plistlib
import shlex
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lnl_gui.__main__ import main
from lnl_gui.installation import command, menu
from lnl_gui.installation.freedesktop import FreedesktopMenu
from lnl_gui.installation.mac_menu import MacMenu
from lnl_gui.installation.menu_texts import desktop_entry, quoted
from lnl_gui.installation.windows_menu import CLASSES, WindowsMenu, opening
from lnl_gui.util.errors import UserError

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the menu of Linux")


def exec_words(line: str) -> list[str]:
    """The words of an `Exec` line as the specification has them read."""
    value = line.replace("\\\\", "\0").replace("\\n", "\n").replace("\\t", "\t")
    value = value.replace("\\r", "\r").replace("\0", "\\")
    # Within double quotes a backslash keeps four characters: the rule of a shell, which is shlex's
    # but for the dollar sign and the back-tick.
    lexer = shlex.shlex(value.replace("\\$", "$").replace("\\`", "`"), posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    return [word.replace("%%", "%") for word in lexer]


@settings(deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_any_word_of_a_program_is_read_back(word: str) -> None:
    # In the quotes `\$` is read as the sign; a shell reads `\\$` in two steps, the test in one.
    if "\\$" in word or "\\`" in word:
        return
    assert exec_words(quoted(word)) == [word]


def test_what_needs_no_quotes_has_none() -> None:
    assert quoted("/usr/bin/lnl-gui") == "/usr/bin/lnl-gui"
    # The specification's own example: four backslashes for one, two before a dollar sign.
    assert quoted("a \\ b") == '"a \\\\\\\\ b"'
    assert quoted("$5") == '"\\\\$5"'
    assert quoted("100%") == "100%%"


def test_the_entry_is_one_that_desktops_read(tmp_path: Path) -> None:
    program = tmp_path / "my tools" / "lnl-gui"
    added = FreedesktopMenu(tmp_path).add([str(program)])
    assert [file.suffix for file in added] == [".desktop", ".svg", ".xml"]
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read(added[0], encoding="utf-8")
    entry = parsed["Desktop Entry"]
    assert exec_words(entry["Exec"]) == [str(program), "%f"]
    assert entry["Type"] == "Application" and entry["TryExec"] == str(program)
    assert entry["Icon"] == added[1].stem
    assert added[1] == tmp_path / "icons/hicolor/scalable/apps" / f"{entry['Icon']}.svg"
    assert added[0].parent.name == "applications" and added[2].parent.name == "packages"


def test_removing_leaves_what_others_put_there(tmp_path: Path) -> None:
    other = tmp_path / "applications" / "other.desktop"
    other.parent.mkdir()
    other.write_text("theirs")
    mine = FreedesktopMenu(tmp_path)
    mine.add(["/opt/lnl-gui"])
    mine.add(["/opt/newer/lnl-gui"])
    assert "/opt/newer/lnl-gui" in mine.present()[0].read_text("utf-8")
    assert len(mine.remove()) == 3
    assert mine.present() == [] == mine.remove()
    assert other.read_text() == "theirs"


def test_a_program_no_entry_can_start_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="="):
        FreedesktopMenu(tmp_path).add(["/opt/a=b/lnl-gui"])
    assert not any(tmp_path.iterdir())


@ON_LINUX
def test_the_command_adds_and_removes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["install-desktop", "--json"]) == 0
    files = json.loads(capsys.readouterr().out)["files"]
    assert files and all(Path(file).is_file() for file in files)
    entry = next(file for file in files if file.endswith(".desktop"))
    line = next(line for line in Path(entry).read_text("utf-8").splitlines() if "Exec=" in line)
    program = exec_words(line.partition("=")[2])[:-1]
    done = subprocess.run([*program, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("lnl-gui ")
    assert main(["install-desktop", "--remove"]) == 0
    assert "no longer" in capsys.readouterr().out
    assert not any(Path(file).exists() for file in files)


@ON_LINUX
def test_a_folder_that_cannot_be_written_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "icons").write_text("a file where the folder should be")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with pytest.raises(UserError, match="icons"):
        menu.add_to_menu()


@pytest.mark.parametrize("part", [".cache/pipx/abc", ".cache/uv/archive-v0/x", "c/archive-v0/x"])
def test_a_copy_that_does_not_stay_is_refused(part: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "prefix", f"/home/anna/{part}")
    with pytest.raises(UserError, match="cache"):
        command.menu_command()


def test_an_appimage_is_started_by_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/tmp/.mount_LNL/usr/lib/lnl-gui/lnl-gui")
    monkeypatch.setenv("APPIMAGE", "/home/anna/LNL.AppImage")
    assert command.menu_command() == ["/home/anna/LNL.AppImage"]
    assert command.of_an_installer() is None


@ON_LINUX
def test_what_the_package_put_there_is_left_to_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/usr/lib/lnl-gui/lnl-gui")
    monkeypatch.delenv("APPIMAGE", raising=False)
    assert menu.add_to_menu().files == ()


class FakeRegistry:
    """Keys and values in a dictionary, as the registry has them below a user's root."""

    def __init__(self) -> None:
        self.values: dict[tuple[str, str], str] = {}

    def value(self, key: str, name: str = "") -> str | None:
        return self.values.get((key, name))

    def set_value(self, key: str, value: str, name: str = "") -> None:
        self.values[key, name] = value

    def delete(self, key: str) -> None:
        below = f"{key}\\"
        self.values = {k: v for k, v in self.values.items() if not (k[0] + "\\").startswith(below)}

    def changed(self) -> None:
        self.told = True


def shortcut(file: Path, program: Sequence[str], icon: Path) -> None:
    file.write_text(json.dumps([*program, str(icon)]))


def test_windows_gets_a_shortcut_and_its_kinds_of_files(tmp_path: Path) -> None:
    registry = FakeRegistry()
    mine = WindowsMenu(registry, shortcut, tmp_path / "Programs")
    program = ["C:\\Program Files\\py\\pythonw.exe", "-m", "lnl_gui"]
    link, icon = mine.add(program)
    assert json.loads(link.read_text()) == [*program, str(icon)]
    with Image.open(icon) as picture:
        assert picture.format == "ICO" and (256, 256) in picture.info["sizes"]
    kind = registry.value(f"{CLASSES}\\.lnlpack")
    opened = registry.value(f"{CLASSES}\\{kind}\\shell\\open\\command")
    assert opened == '"C:\\Program Files\\py\\pythonw.exe" -m lnl_gui "%1"' == opening(program)
    # A project is a folder: the Explorer offers it in the menu of folders.
    assert registry.value(f"{CLASSES}\\Directory\\shell\\LNL\\command") == opened
    registry.set_value(f"{CLASSES}\\.png", "Other")
    registry.set_value(f"{CLASSES}\\.lnl", "Another.Program")
    assert mine.remove() == [link, icon]
    assert not link.exists() and not icon.exists()
    assert registry.values == {
        (f"{CLASSES}\\.png", ""): "Other",
        (f"{CLASSES}\\.lnl", ""): "Another.Program",
    }


@pytest.mark.skipif(os.name == "nt", reason="a shell script")
def test_the_bundle_of_macos_starts_the_program(tmp_path: Path) -> None:
    program = tmp_path / "my tools" / "say"
    program.parent.mkdir()
    program.write_text('#!/bin/sh\necho "$@"\n')
    program.chmod(0o755)
    [app] = MacMenu(tmp_path / "Applications").add([str(program), "it's"])
    said = plistlib.loads((app / "Contents" / "Info.plist").read_bytes())
    start = app / "Contents" / "MacOS" / said["CFBundleExecutable"]
    done = subprocess.run([start, "a b"], capture_output=True, text=True, check=True)
    assert done.stdout == "it's a b\n"
    with Image.open(app / "Contents" / "Resources" / said["CFBundleIconFile"]) as picture:
        assert picture.format == "ICNS"
    mine = MacMenu(tmp_path / "Applications")
    assert mine.add([str(program)]) == [app]
    assert mine.remove() == [app] and not app.exists()


def test_another_application_is_not_replaced(tmp_path: Path) -> None:
    contents = tmp_path / "LNL.app" / "Contents"
    contents.mkdir(parents=True)
    (contents / "Info.plist").write_bytes(plistlib.dumps({"CFBundleIdentifier": "org.lnl-gui.LNL"}))
    with pytest.raises(UserError, match="there already"):
        MacMenu(tmp_path).add(["/bin/true"])
    assert MacMenu(tmp_path).remove() == [] and contents.is_dir()


def test_the_picture_of_the_menu_is_the_drawing() -> None:
    """Both are drawn from one file; whoever changes it draws `app.png` anew."""
    from lnl_gui.util.paths import resource

    with Image.open(resource("icons", "app.png")) as picture:
        assert picture.size == (512, 512) and picture.mode == "RGBA"


def test_the_entry_of_the_package_names_the_program_alone() -> None:
    assert "\nExec=lnl-gui %f\n" in desktop_entry() and "\nTryExec=lnl-gui\n" in desktop_entry()
