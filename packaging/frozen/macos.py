"""macOS: what the bundle says of itself, its signature, the disk image and Apple's notary."""

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from frozen.sources import ROOT

ENTITLEMENTS = ROOT / "packaging" / "macos" / "entitlements.plist"
IDENTIFIER = "org.lnl-gui.LNL"
IDENTITY_VARIABLE = "LNL_SIGN_IDENTITY"
NOTARY_VARIABLES = ("LNL_NOTARY_APPLE_ID", "LNL_NOTARY_TEAM", "LNL_NOTARY_PASSWORD")


def info_plist(version: str) -> dict[str, Any]:
    """What the bundle's Info.plist says beside PyInstaller's own entries.

    Args:
        version: of LNL.
    """
    return {
        "CFBundleDisplayName": "LNL",
        "CFBundleShortVersionString": version,
        "CFBundleVersion": version,
        "CFBundleLocalizations": ["en", "de"],
        "LSApplicationCategoryType": "public.app-category.developer-tools",
        "LSMinimumSystemVersion": "13.0",
        "NSHighResolutionCapable": True,
        # Else the window stays light in dark mode.
        "NSRequiresAquaSystemAppearance": False,
        "CFBundleDocumentTypes": [
            _document("LNL project", f"{IDENTIFIER}.project", package=True),
            _document("LNL review pack", f"{IDENTIFIER}.pack", package=False),
        ],
        "UTExportedTypeDeclarations": [
            # A project is a folder that the Finder shows as one document.
            _type("LNL project", f"{IDENTIFIER}.project", "com.apple.package", "lnl"),
            _type("LNL review pack", f"{IDENTIFIER}.pack", "public.zip-archive", "lnlpack"),
        ],
    }


def _document(name: str, identifier: str, *, package: bool) -> dict[str, Any]:
    return {
        "CFBundleTypeName": name,
        "CFBundleTypeRole": "Editor",
        "LSHandlerRank": "Owner",
        "LSItemContentTypes": [identifier],
        "LSTypeIsPackage": package,
    }


def _type(name: str, identifier: str, conforms_to: str, suffix: str) -> dict[str, Any]:
    return {
        "UTTypeIdentifier": identifier,
        "UTTypeDescription": name,
        "UTTypeConformsTo": [conforms_to],
        "UTTypeTagSpecification": {"public.filename-extension": [suffix]},
    }


def commands(app: Path, image: Path, environment: Mapping[str, str]) -> list[list[str]]:
    """What is run to make the disk image; signing and the notary only where keys are given.

    Args:
        app: the bundle.
        image: the .dmg to be made.
        environment: of this process; holds the keys.
    """
    identity = environment.get(IDENTITY_VARIABLE)
    apple_id, team, password = (environment.get(name) for name in NOTARY_VARIABLES)
    sign = ["codesign", "--force", "--timestamp", "--options", "runtime", "--sign", identity or "-"]
    steps = []
    if identity:
        whole = ["--deep", "--entitlements", str(ENTITLEMENTS), str(app)]
        steps += [[*sign, *whole], ["codesign", "--verify", "--deep", "--strict", str(app)]]
    create = ["hdiutil", "create", "-volname", "LNL", "-format", "ULFO", "-ov"]
    steps.append([*create, "-srcfolder", str(app.parent), str(image)])
    if identity:
        steps.append([*sign, str(image)])
    if identity and apple_id and team and password:
        account = ["--apple-id", apple_id, "--team-id", team, "--password", password]
        steps.append(["xcrun", "notarytool", "submit", str(image), *account, "--wait"])
        # So that it opens on a machine without a network too.
        steps.append(["xcrun", "stapler", "staple", str(image)])
    return steps


def seal(app: Path, environment: Mapping[str, str]) -> None:
    """Make a bundle's signature fit again after something was put into it.

    Args:
        app: the bundle.
        environment: of this process; where it holds a key, the disk image is made with that.
    """
    if not environment.get(IDENTITY_VARIABLE):
        # Without a key too: programs on Apple's processors start only with a signature that fits.
        subprocess.run(["codesign", "--force", "--deep", "--sign", "-", str(app)], check=True)


def make_dmg(folder: Path, dist: Path, *, version: str, machine: str) -> Path:
    """The disk image of the bundle, beside a link to the applications' folder.

    Args:
        folder: the bundle, LNL.app.
        dist: where the image goes.
        version: of LNL.
        machine: the architecture it was built on, arm64 or x86_64.
    """
    stage = dist / "dmg"
    stage.mkdir(exist_ok=True)
    app = folder.rename(stage / folder.name)
    link = stage / "Applications"
    if not link.is_symlink():
        link.symlink_to("/Applications")
    image = dist / f"LNL-{version}-macos-{machine}.dmg"
    for command in commands(app, image, os.environ):
        subprocess.run(command, check=True)
    return image
