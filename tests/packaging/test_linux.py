"""The Debian package, the AppImage and what the desktop reads of both."""

import configparser
import hashlib
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from frozen import linux, man_page

from lnl_gui.cli.verb_table import VERBS
from lnl_gui.store import project
from lnl_gui.store.history import pack_format

XMLNS = "{http://www.freedesktop.org/standards/shared-mime-info}"


@pytest.fixture
def program(tmp_path: Path) -> Path:
    """A folder laid out as PyInstaller's, which only says its arguments."""
    folder = tmp_path / "program"
    (folder / "_internal").mkdir(parents=True)
    (folder / "lnl-gui").write_text('#!/bin/sh\necho "$@"\n')
    (folder / "lnl-gui").chmod(0o755)
    (folder / "_internal" / "data").write_text("data")
    return folder


def test_the_desktop_entry_opens_what_the_types_name(tmp_path: Path) -> None:
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.optionxform = str  # type: ignore[assignment,method-assign]
    parsed.read_string(linux.desktop_entry())
    entry = parsed["Desktop Entry"]
    types = ElementTree.fromstring(linux.mime_types()).findall(f"{XMLNS}mime-type")
    assert entry["Exec"] == "lnl-gui %f" and entry["Comment[de]"] != entry["Comment"]
    assert {each.get("type") for each in types} <= set(entry["MimeType"].split(";"))
    globs = {each.find(f"{XMLNS}glob").get("pattern") for each in types}  # type: ignore[union-attr]
    assert globs == {f"*{project.SUFFIX}", f"*{pack_format.SUFFIX}"}
    if tool := shutil.which("desktop-file-validate"):
        file = tmp_path / f"{linux.APPLICATION_ID}.desktop"
        file.write_text(linux.desktop_entry())
        done = subprocess.run([tool, file], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_the_package_names_what_qt_loads_from_the_system() -> None:
    from lnl_gui.pipeline.diagnosis import window

    text = linux.control("1.2.3", installed_bytes=2049, glibc="2.36")
    fields = dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith(" "))
    assert fields["Version"] == "1.2.3" and fields["Installed-Size"] == "3"
    assert "libc6 (>= 2.36)" in fields["Depends"]
    needed = set(window.QT_LIBRARIES.values())
    named = {part.strip() for each in fields["Depends"].split(",") for part in each.split("|")}
    assert needed <= named


@pytest.mark.skipif(shutil.which("dpkg-deb") is None, reason="dpkg-deb is Debian's")
def test_two_packages_of_one_folder_are_alike(
    tmp_path: Path, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linux, "_man_page", lambda _python, file, _: linux._write(file, "page"))
    made = []
    for name, rights in (("first", 0o755), ("second", 0o700)):
        (tmp_path / name).mkdir()
        # What a person's umask, and the day, leave.
        (program / "lnl-gui").chmod(rights)
        (program / "_internal" / "data").touch()
        python = Path(sys.executable)
        deb = linux.make_deb(program, tmp_path / name, python=python, epoch=1_700_000_000)
        made.append(deb.read_bytes())
    assert made[0] == made[1]
    listed = subprocess.run(["dpkg-deb", "-c", deb], capture_output=True, text=True, check=True)
    for place in (
        "./usr/bin/lnl-gui -> ../lib/lnl-gui/lnl-gui",
        f"./usr/share/applications/{linux.APPLICATION_ID}.desktop",
        f"./usr/share/mime/packages/{linux.APPLICATION_ID}.xml",
        f"./usr/share/icons/hicolor/scalable/apps/{linux.APPLICATION_ID}.svg",
        "./usr/share/man/man1/lnl-gui.1.gz",
    ):
        assert place in listed.stdout
    assert "root/root" in listed.stdout and "2023-11-14" in listed.stdout


def test_the_manual_is_dated_by_the_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    seen: list[str] = []
    monkeypatch.setattr(
        linux.subprocess, "run", lambda _, env, check: seen.append(env["SOURCE_DATE_EPOCH"])
    )
    linux._man_page(Path(sys.executable), tmp_path / "page.gz", 1_700_000_000)
    assert seen == ["1700000000"]


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
@pytest.mark.parametrize("word", ["remove", "purge", "upgrade"])
def test_nothing_stays_behind_the_package(tmp_path: Path, word: str) -> None:
    compiled = tmp_path / "usr" / "lib" / "lnl-gui" / "__pycache__" / "x.pyc"
    compiled.parent.mkdir(parents=True)
    compiled.write_text("by numba")
    other = tmp_path / "usr" / "lib" / "other"
    other.write_text("theirs")
    script = tmp_path / "postrm"
    script.write_text(linux.POSTRM)
    command = ["sh", str(script), word]
    subprocess.run(command, env={"DPKG_ROOT": str(tmp_path), "PATH": "/usr/bin:/bin"}, check=True)
    assert compiled.exists() == (word == "upgrade") and other.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
def test_the_folder_of_an_appimage_starts_from_anywhere(tmp_path: Path, program: Path) -> None:
    tree = linux.make_app_dir(program, tmp_path / "some where")
    linked = tmp_path / "linked"
    linked.symlink_to(tree / "AppRun")
    said = subprocess.run([linked, "a b", "--c"], capture_output=True, text=True, check=True)
    assert said.stdout == "a b --c\n"
    assert (tree / ".DirIcon").resolve().is_file()


def test_a_runtime_is_taken_only_with_its_sum(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = b"\x7fELF\x02\x01\x01\x00AI\x02rest"
    file = tmp_path / "runtime"
    file.write_bytes(content)
    monkeypatch.setenv(linux.RUNTIME_VARIABLE, str(file))
    monkeypatch.delenv(linux.RUNTIME_SUM_VARIABLE, raising=False)
    with pytest.raises(SystemExit, match="SHA256"):
        linux.runtime()
    monkeypatch.setenv(linux.RUNTIME_SUM_VARIABLE, "0" * 64)
    with pytest.raises(SystemExit, match="has the SHA-256"):
        linux.runtime()
    monkeypatch.setenv(linux.RUNTIME_SUM_VARIABLE, hashlib.sha256(content).hexdigest())
    assert linux.runtime() == content
    file.write_bytes(b"#!/bin/sh\n")
    monkeypatch.setenv(linux.RUNTIME_SUM_VARIABLE, hashlib.sha256(b"#!/bin/sh\n").hexdigest())
    with pytest.raises(SystemExit, match="no runtime"):
        linux.runtime()


def test_the_manual_has_every_verb_and_reads_well() -> None:
    text = man_page.page(1_700_000_000)
    assert '"2023-11-14"' in text
    for verb in VERBS:
        assert f".SS {man_page.roff(verb)}\n" in text
    assert "\\-\\-headless" in text
    if groff := shutil.which("groff"):
        command = [groff, "-man", "-ww", "-z", "-K", "utf8"]
        done = subprocess.run(command, input=text, capture_output=True, text=True, check=True)
        assert done.stderr == ""


def test_text_of_the_manual_is_never_a_command() -> None:
    assert man_page.roff(".SH x") == "\\&.SH x"
    assert man_page.roff("a-b\\c\n d") == "a\\-b\\ec d"
