"""The bundle of macOS: its plists, and what is signed and sent to the notary."""

import plistlib
from pathlib import Path

from frozen import macos

from lnl_gui.store import project
from lnl_gui.store.history import pack_format

APP, IMAGE = Path("stage/LNL.app"), Path("dist/LNL.dmg")
KEYS = {
    "LNL_SIGN_IDENTITY": "Developer ID Application: Somebody",
    "LNL_NOTARY_APPLE_ID": "somebody@example.org",
    "LNL_NOTARY_TEAM": "TEAM",
    "LNL_NOTARY_PASSWORD": "secret",
}


def test_the_bundle_owns_its_documents() -> None:
    read = plistlib.loads(plistlib.dumps(macos.info_plist("1.2.3")))
    assert read["CFBundleShortVersionString"] == "1.2.3"
    exported = {each["UTTypeIdentifier"]: each for each in read["UTExportedTypeDeclarations"]}
    suffixes = {
        each["UTTypeTagSpecification"]["public.filename-extension"][0]: each["UTTypeConformsTo"]
        for each in exported.values()
    }
    assert suffixes[project.SUFFIX[1:]] == ["com.apple.package"]
    assert suffixes[pack_format.SUFFIX[1:]] == ["public.zip-archive"]
    for document in read["CFBundleDocumentTypes"]:
        assert set(document["LSItemContentTypes"]) <= set(exported)


def test_entitlements_allow_compiled_code_and_nothing_of_the_user() -> None:
    read = plistlib.loads(macos.ENTITLEMENTS.read_bytes())
    assert read["com.apple.security.cs.allow-jit"] is True
    assert all(name.startswith("com.apple.security.cs.") for name in read)


def test_without_keys_only_the_image_is_made() -> None:
    assert [step[0] for step in macos.commands(APP, IMAGE, {})] == ["hdiutil"]


def test_with_an_identity_bundle_and_image_are_signed() -> None:
    steps = macos.commands(APP, IMAGE, {"LNL_SIGN_IDENTITY": KEYS["LNL_SIGN_IDENTITY"]})
    signed = [step[-1] for step in steps if step[0] == "codesign" and "--sign" in step]
    assert signed == [str(APP), str(IMAGE)]
    assert all("runtime" in step for step in steps if "--sign" in step)  # the notary refuses else
    assert not any(step[0] == "xcrun" for step in steps)


def test_with_all_keys_the_notary_is_asked_last_and_its_answer_kept() -> None:
    steps = macos.commands(APP, IMAGE, KEYS)
    assert [step[:3] for step in steps[-2:]] == [
        ["xcrun", "notarytool", "submit"],
        ["xcrun", "stapler", "staple"],
    ]
