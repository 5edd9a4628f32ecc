"""Where nothing is known of the labels a script gets an error, and nobody a figure."""

import json
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.cli.exit_codes import MENDABLE
from lnl_gui.cli.main import run_verb
from lnl_gui.pipeline.output.report import write_project_report
from lnl_gui.session.session import Session
from lnl_gui.store.jobs import arrays
from lnl_gui.util.files.array_file import write_array
from tests.campaign.projects import COUNT, make_whole_project


@pytest.fixture(params=["equal", "nearly equal", "no numbers"])
def project(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    folder = make_whole_project(tmp_path)
    values = np.full((COUNT, 4), 3.5)
    if request.param == "nearly equal":
        values += np.random.default_rng(0).normal(scale=1e-4, size=values.shape)
    elif request.param == "no numbers":
        values[:] = np.nan
    write_array(folder / arrays.embedding_path("x"), values.astype(np.float16))
    return folder


def test_detection_on_an_embedding_that_tells_nothing(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert run_verb(["detect", str(project), "--detector", "neighbours", "--json"]) == MENDABLE
    said = capsys.readouterr()
    assert "0.0%" not in said.err
    if "error" in json.loads(said.out):  # nothing at all could be read
        assert "readable embedding" in said.err
        return
    assert "cannot judge" in said.err and "trusted" not in said.err
    metrics = json.loads(said.out.splitlines()[-1])
    assert metrics["cannot_judge"] and metrics["noise_rate"] is None
    assert metrics["expected_errors"] is None and metrics["well_labelled"] == 0
    with Session.open(project) as session:
        assert session.statistics.cannot_judge
    assert run_verb(["info", str(project)]) == 0
    said = capsys.readouterr()
    assert "cannot be judged" in said.out + said.err
    report = tmp_path / "report.html"
    write_project_report(project, report)
    assert "The labels cannot be judged" in report.read_text(encoding="utf-8")
    assert "No detection has been run" not in report.read_text(encoding="utf-8")
