"""Build the application: one folder, and from it the installers of this system.

    python packaging/build.py [--cpu] [--python PATH] [--formats deb,appimage] [--skip-selftest]
    python packaging/build.py --compare FIRST SECOND

A program for Linux, Windows or macOS is built on that system. Without `--python` an environment is
made under `build/`; with `--cpu` it takes torch without CUDA from PyTorch's own index, or from the
index or folder that LNL_TORCH_SOURCE names. Two builds of one commit and one environment are alike:
times come from SOURCE_DATE_EPOCH, else from the commit. `--compare` names what two folders of
programs, or two installers, do not have alike.
"""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path

from frozen import alike, contents, linux, macos, slimming, windows
from frozen.sources import ROOT, version

BUILD, DIST = ROOT / "build", ROOT / "dist"
ICONS = BUILD / "icons"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
EXTRAS = "build,onnx,formats,tune,remote"
TARGET_BYTES = 600_000_000
"""What the folder is to take at most, for a processor; more is told."""
FORMATS = {"linux": ("deb", "appimage"), "win32": ("inno",), "darwin": ("dmg",)}


def main() -> int:
    """Build, look at the contents, try the program, pack it. Returns the exit code."""
    options = _options()
    if options.compare:
        return compare(*options.compare)
    environment = reproducible(os.environ)
    python = options.python or make_environment(cpu=options.cpu)
    start = time.monotonic()
    folder = freeze(python, environment | {"LNL_CPU": "1" if options.cpu else ""})
    if sys.platform == "linux":
        _say(f"{slimming.slim(folder) / 1e6:.0f} MB of symbols and copies dropped")
    _say(f"frozen in {time.monotonic() - start:.0f} s: {folder}")
    carry_licences(python, folder, environment)
    if not _contents_are_right(folder, cpu=options.cpu):
        return 1
    if not options.skip_selftest and not selftest(folder):
        return 1
    epoch = int(environment["SOURCE_DATE_EPOCH"])
    alike.settle(folder, epoch)
    _say(f"sha256 of the folder's files: {alike.digest_of(alike.listing(folder))}")
    for name in options.formats:
        made = packed(name, folder, python=python, epoch=epoch)
        digest = hashlib.sha256(made.read_bytes()).hexdigest()
        made.with_name(f"{made.name}.sha256").write_text(f"{digest}  {made.name}\n")
        _say(f"{made}: {made.stat().st_size / 1e6:.0f} MB, sha256 {digest}")
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--cpu", action="store_true", help="torch without CUDA")
    parser.add_argument("--python", type=Path, help="an environment that has all that is needed")
    parser.add_argument(
        "--compare", type=Path, nargs=2, metavar="BUILD", help="build nothing, compare two builds"
    )
    parser.add_argument("--skip-selftest", action="store_true", help="do not run the program")
    parser.add_argument(
        "--formats",
        type=lambda text: [name for name in text.split(",") if name],
        default=list(FORMATS.get(sys.platform, ())),
        help="installers to make, of: " + ", ".join(FORMATS.get(sys.platform, ())),
    )
    options = parser.parse_args()
    unknown = set(options.formats) - set(FORMATS.get(sys.platform, ()))
    if unknown:
        parser.error(f"cannot be made on {sys.platform}: {', '.join(sorted(unknown))}")
    return options


def compare(first: Path, second: Path) -> int:
    """Say what two builds do not have alike. Returns the exit code, 1 where something differs."""
    found = alike.differences(first, second)
    print("\n".join(found or [f"alike, sha256 {alike.digest_of(alike.listing(first))}"]))
    return 1 if found else 0


def reproducible(environment: os._Environ[str] | dict[str, str]) -> dict[str, str]:
    """The environment of a build whose bytes depend on the sources alone.

    Args:
        environment: of this process.
    """
    epoch = environment.get("SOURCE_DATE_EPOCH")
    if not epoch:
        asked = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
        epoch = subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    # Hashes of strings order sets, which end up in archives.
    return dict(environment) | {
        "SOURCE_DATE_EPOCH": epoch,
        "PYTHONHASHSEED": "0",
        "QT_QPA_PLATFORM": "offscreen",
    }


def make_environment(*, cpu: bool) -> Path:
    """A new environment under `build/` with LNL and what is built with; its Python."""
    folder = BUILD / ("environment-cpu" if cpu else "environment")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.is_file():
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet"]
    if cpu and sys.platform != "darwin":
        # First, and from an index of its own: on the general one torch brings 4 GB of CUDA.
        subprocess.run([*install, *torch_options(os.environ)], check=True)
    subprocess.run([*install, f"{ROOT}[{EXTRAS}]"], check=True)
    return python


def torch_options(environment: Mapping[str, str]) -> list[str]:
    """What pip is asked for torch without CUDA: an index, or a folder and nothing beside it.

    Args:
        environment: where LNL_TORCH_SOURCE may name either.
    """
    source = environment.get("LNL_TORCH_SOURCE", CPU_INDEX)
    if "://" in source:
        return ["--index-url", source, "torch", "torchvision"]
    # With the general index beside the folder the newest torch would win, which brings CUDA. What
    # torch needs in turn comes with the next step.
    return ["--no-index", "--no-deps", "--find-links", source, "torch", "torchvision"]


def freeze(python: Path, environment: dict[str, str]) -> Path:
    """Run PyInstaller; the program's folder, or on macOS the bundle."""
    # PyInstaller takes up what an earlier build left, whose code objects are written otherwise.
    for left in (DIST / "lnl-gui", BUILD / "pyinstaller"):
        shutil.rmtree(left, ignore_errors=True)
    drawing = [str(python), str(ROOT / "packaging" / "frozen" / "icons.py"), str(ICONS)]
    subprocess.run(drawing, env=environment, check=True)
    command = [str(python), "-m", "PyInstaller", "--noconfirm", "--distpath", str(DIST)]
    command += ["--workpath", str(BUILD / "pyinstaller"), str(ROOT / "packaging" / "lnl.spec")]
    subprocess.run(command, env=environment | {"LNL_ICONS": str(ICONS)}, check=True)
    return DIST / ("LNL.app" if sys.platform == "darwin" else "lnl-gui")


def carry_licences(python: Path, folder: Path, environment: dict[str, str]) -> None:
    """Put all licences and the list of parts into the program's folder, and stop without one."""
    script, work = ROOT / "packaging" / "licences.py", BUILD / "pyinstaller" / "lnl"
    subprocess.run([python, script, folder, work, DIST], env=environment, check=True)


def program_of(folder: Path) -> Path:
    """The executable for a command line."""
    if sys.platform == "darwin":
        return folder / "Contents" / "MacOS" / "lnl-gui"
    return folder / ("lnl-gui.exe" if os.name == "nt" else "lnl-gui")


def _contents_are_right(folder: Path, *, cpu: bool) -> bool:
    entries = contents.sizes(folder)
    (DIST / "contents.tsv").write_text(contents.table(entries))
    for name, count in entries[:40]:
        print(f"{count / 1e6:8.1f} MB  {name}")
    total = sum(count for _, count in entries)
    print(f"{total / 1e6:8.1f} MB  in all; every package: {DIST / 'contents.tsv'}", flush=True)
    if cpu and total > TARGET_BYTES:
        _say(f"more than the {TARGET_BYTES / 1e6:.0f} MB that are aimed at")
    foreign = contents.cuda_files(folder) if cpu else []
    if foreign:
        _say("CUDA in a build for the processor: " + ", ".join(foreign))
    return not foreign


def selftest(folder: Path) -> bool:
    """Whether the program works, by its own word."""
    environment = {name: value for name, value in os.environ.items() if not _is_of_builds(name)}
    done = subprocess.run([str(program_of(folder)), "selftest"], env=environment, check=False)
    if done.returncode != 0:
        _say(f"the program's selftest failed with {done.returncode}")
    return done.returncode == 0


def _is_of_builds(name: str) -> bool:
    # The program takes each for a setting of its own, and refuses those that it does not know.
    return name.startswith("LNL_") and name not in ("LNL_HOME", "LNL_CACHE")


def packed(name: str, folder: Path, *, python: Path, epoch: int) -> Path:
    """The installer of one format.

    Args:
        name: one of `FORMATS` for this system.
        folder: the frozen program.
        python: of the environment it was built with.
        epoch: the time of every file in it, in seconds.
    """
    if name == "deb":
        return linux.make_deb(folder, DIST, python=python, epoch=epoch)
    if name == "appimage":
        return linux.make_appimage(folder, DIST, python=python, epoch=epoch)
    if name == "inno":
        return windows.make_installer(folder, DIST, version=version(), icon=ICONS / "lnl.ico")
    return macos.make_dmg(folder, DIST, version=version(), machine=platform.machine())


def _say(text: str) -> None:
    print(f"\n== {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
