"""The fine-tune job: what is trained on, what is held out, what is kept."""

import json
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.cli.jobs import run_job
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.pipeline.training import finetune as body
from lnl_gui.pipeline.training.training_data import OUT, training_data
from lnl_gui.session.session import Session
from lnl_gui.store import runs
from lnl_gui.store.parameters import DetectParameters, FinetuneParameters
from lnl_gui.util.errors import Cancelled, UserError

QUICK = FinetuneParameters(recipe="linear_probe", encoder="bundled-fast", holdout_fraction=0.3)


@pytest.fixture
def detected(embedded: Path) -> Path:
    with Session.open(embedded) as session:
        run_job(session, DetectParameters(detectors=("neighbours",)), quiet=True)
    return embedded


def test_no_sample_is_both_trained_on_and_held_out(detected: Path) -> None:
    data = training_data(take_snapshot(detected), QUICK)
    held = set(data.holdout.files)
    assert held
    assert not held & set(data.curated.files)
    assert data.curated.files == data.given.files


def test_an_open_suspect_is_never_held_out(detected: Path) -> None:
    snapshot = take_snapshot(detected)
    suspects = {snapshot.file_of(row) for row in np.flatnonzero(snapshot.scores.flagged).tolist()}
    holdout = training_data(snapshot, QUICK).holdout
    held = {
        file
        for file, label in zip(holdout.files, holdout.labels.tolist(), strict=True)
        if label != OUT
    }
    assert suspects
    assert not suspects & held


def test_labels_follow_verdicts_suggestions_and_exclusions(detected: Path) -> None:
    with Session.open(detected) as session:
        flagged = np.flatnonzero(session.columns.flagged)
        suggested = {session.file_of(r): int(session.columns.suggested[r]) for r in flagged}
        given = {session.file_of(r): int(session.columns.given[r]) for r in flagged}
        session.exclude(flagged[:1])
        aside = session.file_of(flagged[0])
    trusting = training_data(take_snapshot(detected), QUICK)
    label = dict(zip(trusting.curated.files, trusting.curated.labels.tolist(), strict=True))
    original = dict(zip(trusting.given.files, trusting.given.labels.tolist(), strict=True))
    # A copy of a held-out image is in neither training.
    trained = [file for file in suggested if file in label]
    assert len(trained) >= 2
    for file in trained:
        assert label[file] == (OUT if file == aside else suggested[file])
        assert original[file] == given[file]
    careful = FinetuneParameters(**{**QUICK.__dict__, "use_suggestions": False})
    strict = training_data(take_snapshot(detected), careful)
    label = dict(zip(strict.curated.files, strict.curated.labels.tolist(), strict=True))
    assert all(label[file] == OUT for file in trained)


def test_the_model_is_saved_with_its_pedigree(detected: Path) -> None:
    with Session.open(detected) as session:
        metrics = run_job(session, QUICK, quiet=True).metrics
        run = session.runs.latest("finetune")
        assert run is not None
        folder = detected / run.artifacts["model"]
        assert not (run.folder / "parts").exists()
    card = json.loads((folder / "model.json").read_text())
    assert card["class_names"] == ["circle", "square", "stripes"]
    assert len(card["curated_sha256"]) == 64
    assert (folder / "model.safetensors").is_file()
    assert metrics["after"]["accuracy"] > 0.8
    low, high = metrics["difference_interval"]
    assert low <= metrics["difference"] <= high


def test_stopped_in_the_comparison_keeps_the_curated_model(
    detected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = body.finetune
    calls = []

    def stopping(*arguments: object, **options: object) -> object:
        calls.append(options["details"])
        if len(calls) == 2:
            raise Cancelled
        return real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(body, "finetune", stopping)
    with Session.open(detected) as session:
        metrics = run_job(session, QUICK, quiet=True).metrics
    assert calls[0]["labels"] == "curated"
    assert metrics["before"] is None
    assert metrics["after"]["accuracy"] > 0.8


def test_a_kill_between_the_two_trainings_redoes_neither(
    detected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = body.finetune
    trained = []

    def dying(*arguments: object, **options: object) -> object:
        trained.append(options["details"]["labels"])  # type: ignore[index]
        if trained == ["curated", "given"]:
            raise KeyboardInterrupt
        return real(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(body, "finetune", dying)
    with Session.open(detected) as session:
        with pytest.raises(KeyboardInterrupt):
            run_job(session, QUICK, quiet=True)
        metrics = run_job(session, QUICK, quiet=True).metrics
    assert trained == ["curated", "given", "given"]
    assert metrics["before"] is not None


def test_a_training_that_was_stopped_does_not_go_on_with_older_labels(
    detected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = body.finetune
    trained = []

    def dying(training: object, *arguments: object, **options: object) -> object:
        trained.append(options["details"]["labels"])  # type: ignore[index]
        if trained == ["curated", "given"]:
            raise KeyboardInterrupt
        return real(training, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(body, "finetune", dying)
    with Session.open(detected) as session:
        with pytest.raises(KeyboardInterrupt):
            run_job(session, QUICK, quiet=True)
        stopped = session.runs.all()[-1]
        session.exclude(np.flatnonzero(session.columns.flagged)[:1])
        result = run_job(session, QUICK, quiet=True)
        assert session.runs.latest("finetune").id == stopped.id
    assert trained == ["curated", "given", "curated", "given"]
    assert "Begun anew" in stopped.log()
    kept = runs.read_result(stopped.folder)
    assert kept is not None and kept.inputs == result.inputs


def test_all_excluded_says_what_to_do(detected: Path) -> None:
    with Session.open(detected) as session:
        session.exclude(np.arange(len(session)))
        with pytest.raises(UserError) as raised:
            run_job(session, QUICK, quiet=True)
    assert str(raised.value.hint)
    assert raised.value.code != "bug"


def test_a_run_killed_after_its_model_was_moved_finds_it_there(tmp_path: Path) -> None:
    model, place = tmp_path / "parts" / "model", tmp_path / "models" / "run"
    model.mkdir(parents=True)
    (model / "model.json").write_text("new")
    place.mkdir(parents=True)
    (place / "model.json").write_text("old")
    for _ in range(2):
        body._take_over(model, place)
        assert (place / "model.json").read_text() == "new"
    assert not model.exists()
