"""Windows: the script of Inno Setup, filled in, and its compiler."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path, PureWindowsPath

from frozen.sources import ROOT

TEMPLATE = ROOT / "packaging" / "windows" / "lnl.iss"
SIGN_VARIABLE = "LNL_SIGNTOOL"
"""A command that signs the file put in place of $f, as Inno Setup's own SignTool has it."""


def script(values: dict[str, str]) -> str:
    """The script with every @NAME@ filled.

    Args:
        values: by name: VERSION, ROOT, ICON, DIST, SOURCE.

    Raises:
        KeyError: when one is missing.
    """
    return re.sub(r"@([A-Z]+)@", lambda found: values[found[1]], TEMPLATE.read_text("utf-8"))


def compiler() -> str:
    """ISCC, from the search path or the place where it is installed.

    Raises:
        SystemExit: when it is not there.
    """
    usual = PureWindowsPath(os.environ.get("PROGRAMFILES(X86)", r"C:\Program Files (x86)"))
    found = shutil.which("ISCC") or shutil.which(str(usual / "Inno Setup 6" / "ISCC.exe"))
    if found is None:
        sys.exit("Inno Setup 6 is not here: https://jrsoftware.org/isdl.php")
    return found


def make_installer(folder: Path, dist: Path, *, version: str, icon: Path) -> Path:
    """The installer of a program's folder, signed where a command for it is given.

    Args:
        folder: the frozen program.
        dist: where the installer goes.
        version: of LNL.
        icon: an .ico file.
    """
    places = {"ROOT": ROOT, "ICON": icon, "DIST": dist, "SOURCE": folder}
    filled = script({"VERSION": version} | {name: str(place) for name, place in places.items()})
    file = dist / "lnl.iss"
    # Inno Setup reads UTF-8 only where the file begins with its mark.
    file.write_text(filled, encoding="utf-8-sig")
    command = [compiler(), "/Qp", str(file)]
    if sign := os.environ.get(SIGN_VARIABLE):
        command += [f"/Slnl={sign}", "/DSIGN"]
    subprocess.run(command, check=True)
    return dist / f"LNL-{version}-windows-x86_64.exe"
