"""The command line and the report in German: errors, summaries, numbers; JSON stays English."""

import json
from pathlib import Path

import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.verbs.detect import print_summary
from lnl_gui.pipeline.output.report import write_project_report
from lnl_gui.session.session import Session
from lnl_gui.util.messages import message, to_json
from lnl_gui.util.translation import LANGUAGE_VARIABLE, load_language, use_language
from tests.builders import add_detection, make_drawn_project, make_project


@pytest.fixture(autouse=True)
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(LANGUAGE_VARIABLE, "de")


def test_an_error_is_german_with_its_hint(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(tmp_path / "none")]) == 3
    said = capsys.readouterr().err
    assert f"lnl-gui: `{tmp_path / 'none'}` gibt es nicht." in said
    assert "Prüfen Sie die Schreibung." in said


def test_an_unknown_verb_is_german(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["detekt"]) == 2
    assert "Meinten Sie `lnl-gui detect`?" in capsys.readouterr().err


def test_numbers_are_german_where_a_person_reads_them(capsys: pytest.CaptureFixture[str]) -> None:
    use_language(load_language("de"))
    warning = message("{count} samples are too few to judge; nothing was flagged.", count=3)
    metrics = {
        "flagged": 1234,
        "samples": 56789,
        "noise_rate": 0.125,
        "noise_rate_interval": [0.1, 0.15],
        "warnings": [to_json(warning), "A sentence of an earlier version."],
    }
    print_summary(metrics)
    said = capsys.readouterr().err
    assert "1.234 von 56.789 Labels sind verdächtig" in said
    assert "12,5\u00a0% (95-%-Intervall 10,0\u00a0% bis 15,0\u00a0%)" in said
    assert "Hinweis: 3 Bilder sind zu wenige" in said
    assert "A sentence of an earlier version." in said


def test_json_stays_english(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = make_drawn_project(tmp_path)
    assert main(["info", str(project), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["next_step"] == "Review 4 suspects"
    assert main(["info", str(project)]) == 0
    assert "4 Verdächtige prüfen" in capsys.readouterr().out
    assert main(["formats", "--json"]) == 0
    assert "Class folders" in capsys.readouterr().out


def test_the_report_is_german(tmp_path: Path) -> None:
    project = make_project(tmp_path / "tiere.lnl")
    add_detection(project)
    use_language(load_language("de"))
    write_project_report(project, tmp_path / "report.html")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert '<html lang="de">' in text
    assert "Labels von tiere" in text
    assert "Klassen" in text
    for word in ("Written", "Classes", "Reviewer", "Made with", "wrong"):
        assert word not in text
    with Session.open(project, read_only=True) as session:
        rate = session.detection.summary.noise_rate
    if rate is not None:
        assert f"{100 * rate:.1f} %".replace(".", ",") in text
