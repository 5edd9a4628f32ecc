"""macOS: a small bundle in the user's Applications that starts an installed LNL."""

import plistlib
import shlex
import shutil
from collections.abc import Sequence
from pathlib import Path

import lnl_gui
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import atomic_folder
from lnl_gui.util.messages import message
from lnl_gui.util.paths import resource

IDENTIFIER = "org.lnl-gui.LNL.launcher"
"""Another one than the application's own, which brings its Python with it."""


class MacMenu:
    """~/Applications/LNL.app, which the Finder, Spotlight and the Dock take for a program.

    Args:
        applications: the folder of the user's programs.
    """

    def __init__(self, applications: Path | None = None) -> None:
        self._app = (applications or Path.home() / "Applications") / "LNL.app"

    def present(self) -> list[Path]:
        """The bundle, where it is there and is ours."""
        return [self._app] if self._is_ours() else []

    def add(self, program: Sequence[str]) -> list[Path]:
        """Write it, also over an earlier one; what was written.

        Args:
            program: the words that start LNL.

        Raises:
            UserError: when another LNL.app lies there.
            OSError: when it cannot be written.
        """
        if self._app.exists() and not self._is_ours():
            raise UserError(
                message("{app} is there already and starts by itself.", app=self._app),
                message("Use that one, or move it to the bin first."),
                code="application_exists",
            )
        self.remove()
        with atomic_folder(self._app) as folder:
            _fill(folder / "Contents", program)
        return self.present()

    def remove(self) -> list[Path]:
        """Delete it where it is ours; what was deleted.

        Raises:
            OSError: when it cannot be.
        """
        found = self.present()
        for bundle in found:
            shutil.rmtree(bundle)
        return found

    def _is_ours(self) -> bool:
        try:
            said = plistlib.loads((self._app / "Contents" / "Info.plist").read_bytes())
        except (OSError, ValueError, plistlib.InvalidFileException):
            return False
        return bool(said.get("CFBundleIdentifier") == IDENTIFIER)


def _fill(contents: Path, program: Sequence[str]) -> None:
    start = contents / "MacOS" / "LNL"
    start.parent.mkdir(parents=True)
    start.write_text(f'#!/bin/sh\nexec {shlex.join(program)} "$@"\n', encoding="utf-8")
    start.chmod(0o755)
    drawing = contents / "Resources" / "lnl.icns"
    # Only here: a tenth of the window's start, which imports this module.
    from PIL import Image  # noqa: PLC0415

    drawing.parent.mkdir()
    with Image.open(resource("icons", "app.png")) as picture:
        picture.save(drawing)
    said = {
        "CFBundleDisplayName": "LNL",
        "CFBundleExecutable": "LNL",
        "CFBundleIconFile": "lnl.icns",
        "CFBundleIdentifier": IDENTIFIER,
        "CFBundleName": "LNL",
        "CFBundlePackageType": "APPL",
        "CFBundleShortVersionString": lnl_gui.__version__,
        "CFBundleVersion": lnl_gui.__version__,
        "NSHighResolutionCapable": True,
        # Else the window stays light in dark mode.
        "NSRequiresAquaSystemAppearance": False,
    }
    (contents / "Info.plist").write_bytes(plistlib.dumps(said))
