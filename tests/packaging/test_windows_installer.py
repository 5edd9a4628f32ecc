"""The script of Inno Setup: complete, consistent in itself, and for one user."""

import re
from pathlib import Path

import pytest
from frozen import windows

from lnl_gui.store import project
from lnl_gui.store.history import pack_format

SECTIONS = (
    *("Setup", "Languages", "CustomMessages", "Tasks", "Files"),
    *("InstallDelete", "Icons", "Registry", "Run", "Code"),
)
FLAGS = {
    *("unchecked", "ignoreversion", "recursesubdirs", "createallsubdirs", "uninsdeletevalue"),
    *("uninsdeletekey", "nowait", "postinstall", "skipifsilent"),
}
BUILT_IN_MESSAGES = {"LaunchProgram"}
VALUES = {
    "VERSION": "1.2.3",
    "ROOT": "C:\\lnl",
    "ICON": "C:\\lnl\\lnl.ico",
    "DIST": "C:\\lnl\\dist",
    "SOURCE": "C:\\lnl\\dist\\lnl-gui",
}


@pytest.fixture(scope="module")
def script() -> str:
    return windows.script(VALUES)


def sections(script: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    lines = found.setdefault("", [])
    for line in script.splitlines():
        if name := re.fullmatch(r"\[(\w+)\]", line):
            lines = found.setdefault(name[1], [])
        elif line.strip() and not line.startswith((";", "#")):
            lines.append(line)
    assert found.pop("") == []
    return found


def unquoted(value: str) -> str:
    return value[1:-1].replace('""', '"') if value.startswith('"') else value


def entries(script: str) -> list[dict[str, str]]:
    """Lines of `Name: value; Name: value`, in which a quote inside a text stands twice."""
    found = []
    for name, lines in sections(script).items():
        if name in ("Setup", "CustomMessages", "Code"):
            continue
        for line in lines:
            parts = re.findall(r'(\w+): ("(?:[^"]|"")*"|[^;"]+)(?:; |$)', line)
            assert "; ".join(f"{key}: {value}" for key, value in parts) == line, line
            found.append({key: unquoted(value) for key, value in parts})
    return found


def test_the_script_is_filled_and_has_known_sections(script: str) -> None:
    assert "@" not in script
    assert tuple(sections(script)) == SECTIONS
    setup = dict(line.split("=", 1) for line in sections(script)["Setup"])
    assert setup["PrivilegesRequired"] == "lowest" and setup["AppVersion"] == "1.2.3"
    assert re.fullmatch(r"\{\{[0-9A-F-]{36}\}", setup["AppId"])
    assert setup["ChangesAssociations"] == "yes"


def test_a_value_that_is_missing_is_an_error() -> None:
    with pytest.raises(KeyError):
        windows.script({"VERSION": "1"})


def test_every_entry_names_what_there_is(script: str) -> None:
    tasks = {entry["Name"] for entry in entries(script) if {"Name", "Description"} <= set(entry)}
    for entry in entries(script):
        assert set(entry.get("Flags", "").split()) <= FLAGS
        assert entry.get("Tasks", "path") in tasks
        assert entry.get("Root", "HKA") in ("HKA", "HKCU")  # nothing that needs an administrator


def test_every_message_is_there_in_both_languages(script: str) -> None:
    messages: dict[str, set[str]] = {"en": set(), "de": set()}
    for line in sections(script)["CustomMessages"]:
        language, name = line.split("=")[0].split(".")
        messages[language].add(name)
    assert messages["en"] == messages["de"]
    used = set(re.findall(r"(?:\{cm:|CustomMessage\(')(\w+)", script))
    assert used - BUILT_IN_MESSAGES == messages["en"]


def test_projects_and_packs_open_and_the_menu_has_the_program(script: str) -> None:
    keys = {entry["Subkey"]: entry for entry in entries(script) if "Subkey" in entry}
    for suffix in (project.SUFFIX, pack_format.SUFFIX):
        kind = keys[f"Software\\Classes\\{suffix}"]["ValueData"]
        command = keys[f"Software\\Classes\\{kind}\\shell\\open\\command"]["ValueData"]
        assert command == '"{app}\\LNL.exe" "%1"'
    names = [entry.get("Name", "") for entry in entries(script)]
    assert any(name.startswith("{group}\\") for name in names)


def test_code_has_as_many_ends_as_beginnings(script: str) -> None:
    words = re.findall(r"\b(begin|end)\b", "\n".join(sections(script)["Code"]))
    assert words.count("begin") == words.count("end") == 3


def test_the_template_is_ascii_but_for_german_texts() -> None:
    text = Path(windows.TEMPLATE).read_text("utf-8")
    foreign = [line for line in text.splitlines() if not line.isascii()]
    assert foreign and all(line.startswith("de.") for line in foreign)
