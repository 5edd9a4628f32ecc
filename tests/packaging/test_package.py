"""The package: built once from the sources and once from its archive, installed, started."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import check_package
import pytest
from frozen.sources import ROOT, version

from tests.files import untar


def build(source: Path, target: Path, *kinds: str) -> None:
    wanted = [word for kind in kinds for word in ("-t", kind)]
    command = [sys.executable, "-m", "hatchling", "build", "-d", str(target), *wanted]
    subprocess.run(command, cwd=source, check=True, capture_output=True)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the archive, and the wheel made of what is in the archive."""
    folder = tmp_path_factory.mktemp("dist")
    build(ROOT, folder, "sdist")
    untar(next(folder.glob("*.tar.gz")), folder / "unpacked")
    build(folder / "unpacked" / f"lnl_gui-{version()}", folder, "wheel")
    return folder


def test_the_package_is_whole_and_the_same_from_the_sources(built: Path, tmp_path: Path) -> None:
    assert check_package.faults(built) == []
    build(ROOT, tmp_path, "wheel")
    wheel = next(tmp_path.glob("*.whl"))
    assert check_package.differences(next(built.glob("*.whl")), wheel) == []
    with zipfile.ZipFile(wheel) as archive:
        assert all(name in archive.namelist() for name in check_package.NEEDED)


def test_the_installed_command_says_its_version(built: Path, tmp_path: Path) -> None:
    wheel = next(built.glob("*.whl"))
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode:
        pytest.skip("the environment has no pip")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    # What is run once need not be compiled as a whole.
    pip += ["--no-compile"]
    subprocess.run([*pip, "--target", str(tmp_path), str(wheel)], check=True)
    # Nothing else of LNL may be found: neither the checkout nor what is installed.
    code = f"import lnl_gui, sys; sys.exit(not lnl_gui.__file__.startswith({str(tmp_path)!r}))"
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    run = {"env": environment, "cwd": tmp_path, "check": True, "text": True}
    subprocess.run([sys.executable, "-c", code], **run)  # type: ignore[call-overload]
    command = tmp_path / "bin" / ("lnl-gui.exe" if os.name == "nt" else "lnl-gui")
    said = subprocess.run([command, "--version"], capture_output=True, **run)  # type: ignore[call-overload]
    assert version() in said.stdout


def rewritten(wheel: Path, target: Path, *, without: str = "", spoilt: str = "") -> Path:
    """A copy of a wheel in which a file is missing or another one."""
    with zipfile.ZipFile(wheel) as old, zipfile.ZipFile(target, "w") as new:
        for entry in old.infolist():
            if entry.filename != without:
                content = old.read(entry) + (b"\n" if entry.filename == spoilt else b"")
                new.writestr(entry, content)
    return target


@pytest.mark.parametrize("name", ["lnl_gui/py.typed", "lnl_gui/resources/icons/app.svg"])
def test_what_is_missing_or_spoilt_is_named(built: Path, tmp_path: Path, name: str) -> None:
    wheel, wanted = next(built.glob("*.whl")), check_package.expected()
    lacking = rewritten(wheel, tmp_path / "a.whl", without=name)
    assert check_package.wheel_faults(lacking, wanted) == [f"missing: {name}"]
    spoilt = rewritten(wheel, tmp_path / "b.whl", spoilt=name)
    assert check_package.wheel_faults(spoilt, wanted) == [f"another sum in RECORD: {name}"]
    said = check_package.differences(wheel, spoilt)
    assert len(said) == 1 and said[0].endswith(name)


def test_a_file_that_does_not_belong_there_is_named(built: Path) -> None:
    wanted = check_package.expected() - {"lnl_gui/sklearn.py"}
    said = check_package.wheel_faults(next(built.glob("*.whl")), wanted)
    assert said == ["does not belong there: lnl_gui/sklearn.py"]


def test_a_folder_without_a_package_is_told(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"one \*\.whl"):
        check_package.faults(tmp_path)
