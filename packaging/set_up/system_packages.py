"""Libraries that Qt takes from the system, on Debian and Ubuntu."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from set_up.network import certificates, proxies
from set_up.running import run, say

# What a Qt window loads from the system, by the shared library that shows it is there.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-xinerama.so.0": "libxcb-xinerama0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
}
FONTS = "fonts-dejavu-core"


def missing_system_packages() -> list[str]:
    """Debian packages to install, empty where nothing is missing or apt is not there."""
    if not sys.platform.startswith("linux") or shutil.which("apt-get") is None:
        return []
    listed = ""
    for ldconfig in ("ldconfig", "/sbin/ldconfig"):
        if shutil.which(ldconfig):
            listed = subprocess.run([ldconfig, "-p"], capture_output=True, text=True).stdout
            break
    missing = [package for library, package in QT_LIBRARIES.items() if library not in listed]
    if not Path("/usr/share/fonts/truetype").is_dir():
        missing.append(FONTS)
    return missing


def missing_half_of_venv() -> list[str]:
    """Debian's package with pip for new environments, where it is not there."""
    if shutil.which("apt-get") is None or importlib.util.find_spec("ensurepip") is not None:
        return []
    return [f"python3.{sys.version_info.minor}-venv"]


def install_system_packages(missing: list[str], *, folder: Path) -> None:
    """Install with apt, as root or through sudo.

    Args:
        missing: Debian packages.
        folder: where apt runs.

    Raises:
        CalledProcessError: when apt fails.
        SystemExit: when it may not be run here.
    """
    say(f"Installing system libraries: {' '.join(missing)}")
    if os.geteuid() != 0 and shutil.which("sudo") is None:
        sys.exit(f"Please install these packages as root first: {' '.join(missing)}")
    # sudo drops variables, so that they are set behind it.
    quiet = {"DEBIAN_FRONTEND": "noninteractive", **proxies(os.environ)}
    before = [] if os.geteuid() == 0 else ["sudo"]
    apt = [*before, "env", *(f"{name}={value}" for name, value in quiet.items()), "apt-get", "-q"]
    trusted = certificates(os.environ).get("SSL_CERT_FILE")
    apt += ["-o", f"Acquire::https::CaInfo={trusted}"] if trusted else []
    run([*apt, "update"], folder=folder)
    run([*apt, "install", "-y", "--no-install-recommends", *missing], folder=folder)
