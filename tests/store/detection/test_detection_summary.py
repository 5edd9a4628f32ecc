"""Figures of a detection and reasons of an embedding: kept exactly, and clear errors if damaged."""

import io
import json
from pathlib import Path

import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.detection.detection_summary import (
    AgreementFigures,
    AnnotatorFigures,
    DetectionSummary,
    DetectorFigures,
    read_summary,
    write_summary,
)
from lnl_gui.store.detection.scores import load_scores
from lnl_gui.store.finish_run import read_unreadable, write_unreadable
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import EmbedParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.messages import Message, message, to_json
from lnl_gui.util.statistics.intervals import MODEL_ERROR
from tests.builders import add_detection, make_project


def test_a_summary_comes_back_as_it_was(tmp_path: Path) -> None:
    summary = DetectionSummary(
        samples=7,
        threshold=0.5,
        noise_rate=0.2,
        noise_rate_interval=(0.1, 0.3),
        weights={"turtle": 1.0},
        warnings=(to_json(message("{count} samples", count=3)), "plain"),
        annotators=(AnnotatorFigures("ann", 0.9, 5),),
        agreement=AgreementFigures((DetectorFigures("turtle", "TURTLE", 0.8),), ((None, 0.5),)),
    )
    values = write_summary(tmp_path, summary)
    assert values == json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))
    assert read_summary(tmp_path) == summary


def test_what_another_version_wrote_is_read(tmp_path: Path) -> None:
    write_json(tmp_path / "summary.json", {"threshold": 0.5, "of_the_future": [1]})
    assert read_summary(tmp_path) == DetectionSummary(threshold=0.5)
    assert read_summary(tmp_path).relative_error == MODEL_ERROR


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"threshold": 0.5', "is damaged"),
        ('{"threshold": "high"}', "field threshold"),
        ('{"noise_rate_interval": [0.1]}', "field noise_rate_interval"),
        ('{"agreement": {"detectors": [{}]}}', "field agreement.detectors[0]"),
        ("[]", "summary.json: "),
    ],
)
def test_a_damaged_summary_is_named(tmp_path: Path, text: str, said: str) -> None:
    project = make_project(tmp_path / "p.lnl")
    add_detection(project)
    [file] = project.glob("runs/*/summary.json")
    file.write_text(text, encoding="utf-8")
    with pytest.raises(UserError) as caught:
        read_summary(file.parent)
    assert str(file) in str(caught.value.message) and said in str(caught.value.message)
    # The scores are there without it.
    found = load_scores(file.parent, 30)
    assert found.flagged.sum() == 10 and found.summary == DetectionSummary()


def test_reasons_come_back_by_row(tmp_path: Path) -> None:
    reasons = {11: message("is {what}", what="empty"), 2: Message("cut short")}
    write_unreadable(tmp_path, reasons)
    assert read_unreadable(tmp_path) == reasons


@pytest.mark.parametrize("text", ['{"4": ', '{"4": 5}', '{"four": "x"}', "[]"])
def test_an_embedding_with_damaged_reasons_is_done_again(
    tmp_path: Path, text: str, logged: io.StringIO
) -> None:
    folder = make_project(tmp_path / "p.lnl")
    with Session.open(folder) as session:
        run = session.runs.start(EmbedParameters())
        (run.folder / "unreadable.json").write_text(text, encoding="utf-8")
        with pytest.raises(UserError, match=r"unreadable\.json"):
            read_unreadable(run.folder)
        runs.write_result(run.folder, RunResult({}, {}))
    with Session.open(folder) as session:
        assert {found.id: found.state for found in session.runs.all()} == {run.id: runs.INTERRUPTED}
    assert "unreadable.json" in logged.getvalue()
