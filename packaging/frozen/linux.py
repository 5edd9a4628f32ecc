"""Linux: the Debian package and the AppImage, around one folder laid out as under `/usr`."""

import hashlib
import os
import platform
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

from frozen.alike import settle
from frozen.sources import ROOT, version

from lnl_gui.installation.menu_texts import APPLICATION_ID, SUMMARY, desktop_entry, mime_types

MAINTAINER = "LNL developers <lnl-gui@users.noreply.github.com>"
DEPENDS = (
    "libc6 (>= {glibc})", "libegl1", "libgl1", "libglib2.0-0t64 | libglib2.0-0",
    "libfontconfig1", "libfreetype6", "libx11-6", "libx11-xcb1", "libxcb1", "libdbus-1-3",
    "libxkbcommon0", "libxkbcommon-x11-0", "libxcb-cursor0", "libxcb-icccm4", "libxcb-image0",
    "libxcb-keysyms1", "libxcb-randr0", "libxcb-render-util0", "libxcb-render0", "libxcb-shape0",
    "libxcb-shm0", "libxcb-sync1", "libxcb-xfixes0", "libxcb-xinerama0", "libxcb-xkb1",
    "libwayland-client0", "libwayland-cursor0", "libwayland-egl1",
    "fonts-dejavu-core | fonts-freefont-ttf",
)  # fmt: skip
"""What Qt loads from the system; fonts, because without any a window shows boxes."""
POSTRM = """\
#!/bin/sh
set -e
# What Python and numba have compiled beside the program belongs to no package.
case "$1" in
  remove|purge) rm -rf "${DPKG_ROOT}/usr/lib/lnl-gui" ;;
esac
"""
"""Run after the package's own files are gone; a person's files are `lnl-gui uninstall`'s."""
RUNTIME_VARIABLE, RUNTIME_SUM_VARIABLE = "LNL_APPIMAGE_RUNTIME", "LNL_APPIMAGE_RUNTIME_SHA256"
APP_RUN = """\
#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
exec "$here/usr/lib/lnl-gui/lnl-gui" "$@"
"""


def control(release: str, *, installed_bytes: int, glibc: str) -> str:
    """The Debian package's control file.

    Args:
        release: LNL's version.
        installed_bytes: of all its files.
        glibc: the oldest C library it runs with, that of the machine it is built on.
    """
    depends = ", ".join(DEPENDS).format(glibc=glibc)
    return f"""\
Package: lnl-gui
Version: {release}
Section: science
Priority: optional
Architecture: amd64
Maintainer: {MAINTAINER}
Installed-Size: {-(-installed_bytes // 1024)}
Depends: {depends}
Description: {SUMMARY}
 Finds suspect labels, lets a person review them by keyboard, trains again and
 exports the curated dataset. Everything it needs is inside, the weights of its
 encoders too; nothing is sent anywhere.
"""


def lay_out(folder: Path, target: Path) -> None:
    """Put the program's folder and what a desktop reads under `target`/usr."""
    shutil.rmtree(target, ignore_errors=True)
    # Hard links: the folder is large, and nothing in it is changed from here on.
    shutil.copytree(
        folder, target / "usr" / "lib" / "lnl-gui", copy_function=os.link, symlinks=True
    )
    share = target / "usr" / "share"
    _write(share / "applications" / f"{APPLICATION_ID}.desktop", desktop_entry())
    _write(share / "mime" / "packages" / f"{APPLICATION_ID}.xml", mime_types())
    icon = (ROOT / "resources" / "icons" / "app.svg").read_text("utf-8")
    _write(share / "icons" / "hicolor" / "scalable" / "apps" / f"{APPLICATION_ID}.svg", icon)
    _write(share / "doc" / "lnl-gui" / "copyright", (ROOT / "LICENSE").read_text("utf-8"))
    binary = target / "usr" / "bin" / "lnl-gui"
    binary.parent.mkdir(parents=True)
    binary.symlink_to("../lib/lnl-gui/lnl-gui")


def make_deb(folder: Path, dist: Path, *, python: Path, epoch: int) -> Path:
    """The Debian package of a program's folder.

    Args:
        folder: the frozen program.
        dist: where the package goes.
        python: of the environment it was built with, for the manual's page.
        epoch: the time of every file, in seconds.
    """
    tree = dist / "deb"
    lay_out(folder, tree)
    _man_page(python, tree / "usr" / "share" / "man" / "man1" / "lnl-gui.1.gz", epoch)
    size = sum(file.lstat().st_size for file in tree.rglob("*") if file.is_file())
    glibc = platform.libc_ver()[1]
    _write(tree / "DEBIAN" / "control", control(version(), installed_bytes=size, glibc=glibc))
    _write(tree / "DEBIAN" / "postrm", POSTRM)
    (tree / "DEBIAN" / "postrm").chmod(0o755)
    made = dist / f"lnl-gui_{version()}_amd64.deb"
    settle(tree, epoch)
    command = ["dpkg-deb", "--root-owner-group", "-Zzstd", "-z9", "--build", str(tree), str(made)]
    subprocess.run(command, env=os.environ | {"SOURCE_DATE_EPOCH": str(epoch)}, check=True)
    return made


def make_app_dir(folder: Path, dist: Path) -> Path:
    """The AppImage's contents, which start by their `AppRun` without being packed too."""
    tree = dist / "LNL.AppDir"
    lay_out(folder, tree)
    _write(tree / "AppRun", APP_RUN)
    (tree / "AppRun").chmod(0o755)
    _write(tree / f"{APPLICATION_ID}.desktop", desktop_entry())
    shutil.copy(ROOT / "resources" / "icons" / "app.svg", tree / f"{APPLICATION_ID}.svg")
    (tree / ".DirIcon").symlink_to(f"{APPLICATION_ID}.svg")
    return tree


def make_appimage(folder: Path, dist: Path, *, python: Path, epoch: int) -> Path:
    """One file that starts: the runtime of AppImage with a squashed folder behind it.

    Args:
        folder: the frozen program.
        dist: where the image goes.
        python: of the environment it was built with, for the manual's page.
        epoch: the time of every file, in seconds.
    """
    tree = make_app_dir(folder, dist)
    _man_page(python, tree / "usr" / "share" / "man" / "man1" / "lnl-gui.1.gz", epoch)
    settle(tree, epoch)
    squashed = dist / "lnl-gui.squashfs"
    squashed.unlink(missing_ok=True)
    command = ["mksquashfs", str(tree), str(squashed), "-root-owned", "-noappend", "-no-xattrs"]
    command += ["-comp", "zstd", "-Xcompression-level", "9", "-quiet", "-no-progress"]
    # Else files lie in the order in which threads finish them.
    times = ["-reproducible", "-mkfs-time", str(epoch), "-all-time", str(epoch)]
    # The option and the variable together are refused.
    environment = {n: v for n, v in os.environ.items() if n != "SOURCE_DATE_EPOCH"}
    subprocess.run([*command, *times], env=environment, check=True)
    made = dist / f"LNL-{version()}-{platform.machine()}.AppImage"
    with made.open("wb") as whole:
        whole.write(runtime())
        with squashed.open("rb") as stream:
            shutil.copyfileobj(stream, whole)
    made.chmod(0o755)
    squashed.unlink()
    return made


def runtime() -> bytes:
    """The start of an AppImage, type 2, from the file or address in LNL_APPIMAGE_RUNTIME.

    Raises:
        SystemExit: when none is named, or its SHA-256 is not the one that was given.
    """
    place, wanted = os.environ.get(RUNTIME_VARIABLE), os.environ.get(RUNTIME_SUM_VARIABLE)
    if not place or not wanted:
        sys.exit(
            f"{RUNTIME_VARIABLE} names the runtime of AppImage (a file, or an https address of"
            " github.com/AppImage/type2-runtime/releases), and"
            f" {RUNTIME_SUM_VARIABLE} its SHA-256."
        )
    if place.startswith("https://"):
        with urllib.request.urlopen(place, timeout=60) as answer:
            content: bytes = answer.read()
    else:
        content = Path(place).read_bytes()
    found = hashlib.sha256(content).hexdigest()
    if found != wanted.lower():
        sys.exit(f"the runtime from {place} has the SHA-256 {found}, not {wanted}")
    if content[:4] != b"\x7fELF" or content[8:11] != b"AI\x02":
        sys.exit(f"{place} is no runtime of AppImage, type 2")
    return content


def _man_page(python: Path, target: Path, epoch: int) -> None:
    script = Path(__file__).with_name("man_page.py")
    target.parent.mkdir(parents=True, exist_ok=True)
    environment = os.environ | {"PYTHONPATH": str(ROOT), "LNL_LANGUAGE": "en"}
    environment["SOURCE_DATE_EPOCH"] = str(epoch)
    subprocess.run([str(python), str(script), str(target)], env=environment, check=True)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
