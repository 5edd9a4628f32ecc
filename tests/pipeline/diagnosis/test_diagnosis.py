"""What the doctor sees: versions, places, proxies, libraries; nothing of it may stop the rest."""

import ast
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from lnl_gui.__main__ import main
from lnl_gui.cli.verbs import doctor
from lnl_gui.pipeline.diagnosis import diagnose, places, versions, window
from lnl_gui.pipeline.diagnosis.finding import DOUBT, MISSING, OK, Diagnosis
from lnl_gui.util.messages import message

ROOT = Path(__file__).parents[3]


def states(findings: Sequence[Diagnosis]) -> dict[str, str]:
    return {finding.name: finding.state for finding in findings}


def test_a_library_is_held_to_what_is_needed_and_tested(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = ["numpy>=1.26", "timm>=9", "lnl-no-such-thing>=1", "pillow>=11 ; os_name == 'abacus'"]
    monkeypatch.setattr(versions, "requirements", lambda: (versions._here(wanted), {}))
    monkeypatch.setattr(versions, "pins", lambda: {"numpy": "0.1"})
    found = list(versions.check_versions())
    assert states(found) == {
        "lnl-gui": OK,
        "Python": OK,
        "numpy": DOUBT,
        "timm": MISSING,
        "lnl-no-such-thing": MISSING,
    }
    assert "pip install 'lnl-no-such-thing>=1'" in str(found[-1].hint)
    assert "tested with 0.1" in str(found[2].text)


def test_an_extra_that_is_not_there_is_named_with_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    extras = {"tune": [Requirement("lnl-no-such-thing>=1")], "test": [Requirement("no-such-one")]}
    monkeypatch.setattr(versions, "requirements", lambda: ([], extras))
    (found,) = versions.check_extras()
    assert found.state == DOUBT and "pip install 'lnl-gui[tune]'" in str(found.hint)


def test_no_hint_tells_the_application_to_install_beside_itself(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    absent = [Requirement("lnl-no-such-thing>=1")]
    monkeypatch.setattr(versions, "requirements", lambda: (absent, {"tune": absent}))
    *_, library = versions.check_versions()
    (extra,) = versions.check_extras()
    assert library.state == MISSING and "install it again" in str(library.hint)
    assert "Use LNL from Python" in str(extra.hint) and "lnl-gui[tune]" in str(extra.hint)
    assert "install it again" in str(window._hint("qt.qpa.plugin: Could not load"))


def test_what_is_installed_here_is_what_is_asked_for() -> None:
    needed, extras = versions.requirements()
    assert {"numpy", "torch", "argcomplete"} <= {r.name for r in needed}
    assert "optuna" in {r.name for r in extras["tune"]}
    assert versions.pins()["numpy"] == versions.installed("numpy")


def test_a_place_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LNL_CACHE", str(tmp_path / "file"))
    found = [f for f in places.check_places() if f.name == "cache"]
    assert [f.state for f in found] == [MISSING] and "LNL_CACHE" in str(found[0].hint)
    monkeypatch.setenv("LNL_CACHE", str(tmp_path / "new"))
    (tmp_path / "new" / "encoders").mkdir(parents=True)
    (tmp_path / "new" / "encoders" / "x").write_bytes(bytes(3_000_000))
    found = [f for f in places.check_places() if f.name.startswith("cache")]
    assert ["3.0 MB" in str(f.text) for f in found] == [True, True]
    assert list(tmp_path.glob("new/*")) == [tmp_path / "new" / "encoders"]


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("http://proxy:8080", "http://proxy:8080"),
        ("http://me:secret@proxy:8080/", "http://***@proxy:8080/"),
    ],
)
def test_no_password_of_a_proxy_is_shown(
    address: str, shown: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lnl_gui.pipeline.diagnosis.network import check_network

    monkeypatch.setenv("https_proxy", address)
    monkeypatch.setenv("SSL_CERT_FILE", "/no/such/file.pem")
    found = {finding.name: finding for finding in check_network()}
    assert str(found["https proxy"].text) == shown
    assert found["SSL_CERT_FILE"].state == MISSING


XCB = "qt.qpa.xcb: could not connect to display \nqt.qpa.plugin: Could not load the Qt platform\n"
MISSING_EGL = "ImportError: libEGL.so.1: cannot open shared object file: No such file or directory"


@pytest.mark.parametrize(
    ("lines", "errors", "found"),
    [
        (["6.9", "/none", "xcb"], "", {"Qt": OK}),
        (["6.9", "/none"], XCB, {"Qt": MISSING}),
        ([], MISSING_EGL, {"libraries": MISSING, "Qt": MISSING}),
    ],
)
def test_a_window_is_tried_in_a_process(
    lines: list[str], errors: str, found: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "_try", lambda _program, _more: (lines, errors))
    seen = list(window.check_window(["lnl-gui"]))
    assert states(seen) == found
    hints = " ".join(str(finding.hint) for finding in seen)
    assert ("apt-get install libegl1" in hints) == ("EGL" in errors)
    assert ("DISPLAY" in hints) == (errors == XCB)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="ldd and displays of X11")
def test_what_the_loader_misses_is_named_by_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "platforms").mkdir()
    (tmp_path / "platforms" / "libqxcb.so").write_text("")
    (tmp_path / "ldd").write_text("#!/bin/sh\necho '\tlibxcb-cursor.so.0 => not found'\n")
    (tmp_path / "ldd").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    lines = ["6.9", str(tmp_path), "offscreen"]
    monkeypatch.setattr(window, "_try", lambda _program, _more: (lines, ""))
    found = list(window.check_window(["lnl-gui"]))
    # Where there is no display a missing library hinders nobody.
    assert states(found) == {"libraries": DOUBT, "Qt": OK, "display": DOUBT}
    assert str(found[0].hint) == "sudo apt-get install libxcb-cursor0"
    monkeypatch.setenv("DISPLAY", ":0")
    assert states(list(window.check_window(["lnl-gui"]))) == {"libraries": MISSING, "Qt": OK}


def test_the_packages_are_those_of_the_set_up() -> None:
    file = ROOT / "packaging" / "set_up" / "system_packages.py"
    assigned = [n for n in ast.parse(file.read_text("utf-8")).body if isinstance(n, ast.Assign)]
    (libraries,) = [n for n in assigned if ast.unparse(n.targets[0]) == "QT_LIBRARIES"]
    assert ast.literal_eval(libraries.value) == window.QT_LIBRARIES


def test_a_section_that_breaks_hides_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail() -> None:
        raise RuntimeError("no disk")

    for name in ("versions", "devices", "network", "extras", "weights"):
        monkeypatch.setattr(diagnose, f"check_{name}", lambda: [])
    monkeypatch.setattr(diagnose, "check_window", lambda _program: [])
    monkeypatch.setattr(diagnose, "check_places", fail)
    (found,) = diagnose.diagnose(["lnl-gui"])
    assert found.state == MISSING and "RuntimeError: no disk" in str(found.text)


def test_the_whole_of_it_by_command(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is replaced: torch is imported, a process opens Qt."""
    code = main(["doctor", "--json"])
    found = json.loads(capsys.readouterr().out)
    missing = [entry for entry in found["findings"] if entry["state"] == MISSING]
    assert code == (3 if missing else 0) and found["missing"] == len(missing)
    entries = {(e["section"], e["name"]): e for e in found["findings"]}
    assert entries["window", "Qt"]["text"].endswith("on offscreen")
    assert entries["weights", "bundled"]["state"] == OK
    assert {section for section, _ in entries} == set(doctor._TITLES)


def test_what_is_missing_is_marked_and_is_an_error_for_a_script(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [Diagnosis("devices", "torch", message("gone"), MISSING, message("pip install torch"))]
    monkeypatch.setattr(doctor, "diagnose", lambda _program: found)
    monkeypatch.setenv("LNL_SEED", "x")
    assert main(["doctor"]) == 3
    said = capsys.readouterr().out
    assert " x torch" in said and "-> pip install torch" in said
    assert "LNL_SEED: seed: must be a whole number from 0" in said
