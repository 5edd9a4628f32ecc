"""New images are classified into a table, the least certain first."""

import csv
import errno
import json
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.jobs.context import MessageContext
from lnl_gui.learn.models import predict as models
from lnl_gui.learn.models.predict import Predictions
from lnl_gui.pipeline.output import predict
from lnl_gui.store.jobs.parameters import PredictParameters
from lnl_gui.store.training.prediction_words import PREDICTIONS
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import from_json, message
from tests.builders import add_training, make_project
from tests.pipeline.datasets.refusing import unlisted


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "new"
    (folder / "deeper").mkdir(parents=True)
    for name in ("b.png", "a.jpg", "deeper/=c.png", "notes.txt"):
        (folder / name).write_bytes(b"x")
    return folder


def test_images_are_found_below_folders_and_named_files_are_taken_as_they_are(
    images: Path,
) -> None:
    found = predict.image_files([images, images / "notes.txt"])
    names = [file.relative_to(images).as_posix() for file in found.files]
    assert not found.left_out and names == ["a.jpg", "b.png", "deeper/=c.png", "notes.txt"]


def test_a_folder_that_is_not_listed_is_named_and_an_error_for_a_script(
    images: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    answer = Predictions(["cat", "dog"], np.array([[0.9, 0.1], [0.2, 0.8]], np.float32), {})
    monkeypatch.setattr(models, "predict", lambda *_a, **_named: answer)
    with unlisted({images / "deeper"}, OSError(errno.EIO, "Input/output error")):
        assert main(["predict", str(tmp_path), str(images)]) == 3
        told = capsys.readouterr()
        assert "1 folder could not be listed, `deeper`: Input/output error" in told.err
        assert len(told.out.splitlines()) == 3
    with unlisted({images}, PermissionError(errno.EACCES, "Permission denied")):
        assert main(["predict", str(tmp_path), str(images)]) == 3
    assert "Permission denied" in capsys.readouterr().err


def test_the_least_certain_come_first_and_the_unreadable_not_at_all() -> None:
    shares = np.array([[0.9, 0.1], [np.nan, np.nan], [0.4, 0.6], [0.5, 0.5]], np.float32)
    assert predict.least_certain_first(shares).tolist() == [3, 2, 0]


def test_the_job_writes_its_table(
    images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares = np.array([[0.9, 0.1], [np.nan, np.nan], [0.45, 0.55]], np.float32)
    answer = Predictions(["=cat", "dog"], shares, {1: message("the file is empty")})
    monkeypatch.setattr(models, "predict", lambda *_arguments, **_named: answer)
    monkeypatch.setattr(predict, "newest_model", lambda _folder: tmp_path)
    project = make_project(tmp_path / "p.lnl")
    add_training(project, None)
    found = predict.run(
        PredictParameters(source=str(images)),
        MessageContext(lambda _message: None),
        project_folder=project,
        run_folder=project / "runs" / "one",
    )
    counts = {"classified": 2, "uncertain": 1, "unreadable": 1}
    (warning,) = found["metrics"].pop("warnings")
    assert "1 class otherwise than the project does now" in str(from_json(warning))
    assert "`=cat`" in str(from_json(warning))
    assert found["metrics"] == {"source": str(images)} | counts
    assert found["artifacts"] == {"predictions": f"runs/one/{PREDICTIONS}"}
    with (project / "runs" / "one" / PREDICTIONS).open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [Path(row["path"]).name for row in rows] == ["=c.png", "a.jpg"]
    # No formula for a spreadsheet.
    assert [row["label"] for row in rows] == ["dog", "'=cat"]
    assert [row["probability"] for row in rows] == ["0.5500", "0.9000"]


def test_what_cannot_be_done_says_so(images: Path, tmp_path: Path) -> None:
    project = make_project(tmp_path / "p.lnl")
    with pytest.raises(UserError, match="no trained model"):
        predict.newest_model(project)
    with pytest.raises(UserError, match="does not exist"):
        predict.run(
            PredictParameters(source=str(tmp_path / "nowhere")),
            MessageContext(lambda _message: None),
            project_folder=project,
            run_folder=project / "runs" / "one",
        )


def test_what_cannot_be_read_is_in_the_document_and_an_error_for_a_script(
    images: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    shares = np.array([[0.9, 0.1], [np.nan, np.nan], [0.45, 0.55]], np.float32)
    unreadable = {1: message("the file is empty")}
    for answer, code in ((unreadable, 3), ({}, 0)):
        found = Predictions(["cat", "dog"], shares if answer else shares[[0, 2, 2]], answer)
        monkeypatch.setattr(models, "predict", lambda *_a, found=found, **_named: found)
        capsys.readouterr()
        assert main(["predict", str(tmp_path), str(images), "--json"]) == code
        entries = json.loads(capsys.readouterr().out)
        assert [Path(entry["path"]).name for entry in entries] == ["a.jpg", "b.png", "=c.png"]
        assert [entry.get("error") for entry in entries] == [
            None,
            "the file is empty" if answer else None,
            None,
        ]
        assert (entries[1]["label"] is None) == bool(answer)


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        (["merge dog --into cat", "delete bird"], "2 classes otherwise: `dog` -> `cat`, `bird`"),
        # The names are all there, and none is of the class that the model means by it.
        (
            ["rename cat x", "rename dog cat", "rename x dog"],
            "2 classes otherwise: `cat` -> `dog`, `dog` -> `cat`",
        ),
        (["merge cat --into dog", "rename dog cat"], "1 class otherwise: `dog` -> `cat`"),
        (["rename cat kitten", "rename kitten cat"], ""),
    ],
)
def test_classes_that_a_project_names_otherwise_now_are_told_with_what_they_are(
    edits: list[str],
    told: str,
    images: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    project = make_project(tmp_path / "p.lnl")
    found = Predictions(["cat", "dog", "bird"], np.full((3, 3), 1 / 3, np.float32), {})
    monkeypatch.setattr(models, "predict", lambda *_a, **_named: found)
    # The classes were others before the training too.
    assert main(["classes", str(project), "rename", "cat", "dig"]) == 0
    assert main(["classes", str(project), "rename", "dig", "cat"]) == 0
    add_training(project, None)

    def said() -> str:
        capsys.readouterr()
        assert main(["predict", str(project), str(images)]) == 0
        return " ".join(capsys.readouterr().err.split())

    before = said()
    assert "otherwise than" not in before
    assert "not calibrated" in before
    for edit in edits:
        assert main(["classes", str(project), *edit.split()]) == 0
    count, _, names = told.partition(" otherwise: ")
    assert (f"{count} otherwise than the project does now" in said()) == bool(told)
    assert f"{names}. Train again." in said() or not told
