"""Names that command terminals, spreadsheets and browsers, through every verb that says them."""

import io
import re
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

from lnl_gui.cli.main import run_verb
from tests.builders import add_detection
from tests.conftest import draw_image

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="such names are POSIX")
COMMANDS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
CLASSES = ("plain", "a\x1b]0;t\x07b", "new\nline", "r\u202etl\u0378", "no\ufffecharacter")
NAMES = ("=1+1.png", "nl\nfake.png", "esc\x1b[2J.png", "\u202egpj.png", "<img src=x>.png")
VERBS = (
    ("info", "PROJECT"),
    ("review", "PROJECT", "list"),
    ("review", "PROJECT", "accept", "--top", "3"),
    ("audit", "PROJECT", "draw", "--size", "5"),
    ("classes", "PROJECT", "list"),
    ("check", "PROJECT"),
    ("report", "PROJECT", "report.html"),
    ("patch", "PROJECT", "patch.csv"),
    ("export", "PROJECT", "sheet", "--format", "xlsx"),
)


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_names_stay_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Here and not in a fixture: pytest captures each phase of a test anew.
    said = _Terminal(), _Terminal()
    monkeypatch.setattr("sys.stdout", said[0])
    monkeypatch.setattr("sys.stderr", said[1])
    for kind, class_name in enumerate(CLASSES):
        (tmp_path / "d" / class_name).mkdir(parents=True)
        for number, name in enumerate(NAMES):
            image = draw_image(kind % 3, 10 * kind + number, side=16)
            image.save(str(tmp_path / "d" / class_name / name), format="PNG")
    project = tmp_path / "p.lnl"
    assert run_verb(["import", str(tmp_path / "d"), "--project", str(project)]) == 0
    add_detection(project)
    for verb in VERBS:
        where = {"PROJECT": str(project)} | {
            name: str(tmp_path / name) for name in ("report.html", "patch.csv", "sheet")
        }
        assert run_verb([where.get(word, word) for word in verb]) == 0, verb
    for stream in said:
        # A bar of progress goes back to the line's start, as names must not.
        lines = re.sub(r"\r[^\n\r]*(it/s\])?|\x1b\[A", "", stream.getvalue()).split("\n")
        assert not [line for line in lines if COMMANDS.search(line)]
        assert not [line for line in lines if line.startswith(("fake", "line"))]
    assert not COMMANDS.search((tmp_path / "report.html").read_text(encoding="utf-8"))
    sheet = zipfile.ZipFile(next((tmp_path / "sheet").rglob("*.xlsx")))
    assert all(ElementTree.fromstring(sheet.read(part)) is not None for part in sheet.namelist())
    assert run_verb(["export", str(project), str(tmp_path / "cvat"), "--format", "cvat"]) == 3
    assert "XML cannot hold" in said[1].getvalue() and not (tmp_path / "cvat").exists()


def test_a_script_gets_one_sample_a_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "d" / "a").mkdir(parents=True)
    for number, name in enumerate(("nl\nfake.png", "\u202egpj.png")):
        draw_image(0, number, side=16).save(str(tmp_path / "d" / "a" / name), format="PNG")
    project = str(tmp_path / "p.lnl")
    assert run_verb(["import", str(tmp_path / "d"), "--project", project]) == 0
    capsys.readouterr()
    assert run_verb(["audit", project, "draw", "--size", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert sorted(lines) == ["a/nl\\u000afake.png", "a/\u202egpj.png"]
