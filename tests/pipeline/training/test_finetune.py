"""The fine-tune job: what is trained on, what is held out, what is kept."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.verbs import gain as gain_verb
from lnl_gui.detect import judgement
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.library.jobs import CallContext, run_recorded
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.pipeline.training import finetune as body
from lnl_gui.pipeline.training.gain import compare_trainings
from lnl_gui.pipeline.training.training_data import OUT, training_data
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.classes import LabelMap
from lnl_gui.store.detection.untold_frames import frames_in_training_message
from lnl_gui.store.history import looked_at
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import DetectParameters, FinetuneParameters
from lnl_gui.store.training.gain import gain_now
from lnl_gui.store.training.training_comparison import (
    FILE_NAME,
    TrainingComparison,
    load_comparison,
    save_comparison,
)
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.messages import NOTHING, Message
from lnl_gui.util.whole_progress import PARTS
from tests.pipeline.conftest import copy_after

QUICK = FinetuneParameters(recipe="linear_probe", encoder="bundled-fast", holdout_fraction=0.3)


@pytest.fixture(scope="module")
def detected_original(embedded_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    parameters = DetectParameters(detectors=("neighbours",))
    return copy_after(embedded_original, tmp_path_factory, parameters)


@pytest.fixture
def detected(detected_original: Path, tmp_path: Path) -> Path:
    """A project of one's own, beside its images."""
    shutil.copytree(detected_original, tmp_path / "copy")
    return tmp_path / "copy" / "shapes.lnl"


def test_no_sample_is_both_trained_on_and_held_out(detected: Path) -> None:
    data = training_data(take_snapshot(detected), QUICK)
    held = set(data.holdout.files)
    assert held
    assert not held & set(data.curated.files)
    assert data.curated.files == data.given.files


def test_neither_detection_nor_verdicts_choose_what_is_held_out(detected: Path) -> None:
    snapshot = take_snapshot(detected)
    before = training_data(snapshot, QUICK)
    flagged = np.flatnonzero(snapshot.scores.flagged)
    # Suspects are held out like any other sample.
    assert 0 < np.isin(flagged, before.held_rows).sum() < len(flagged)
    with Session.open(detected) as session:
        session.accept(flagged[::2])
        session.keep(flagged[1::2])
    after = training_data(take_snapshot(detected), QUICK)
    np.testing.assert_array_equal(before.held_rows, after.held_rows)
    other = training_data(take_snapshot(detected), replace(QUICK, seed=7, unreviewed="given"))
    np.testing.assert_array_equal(before.held_rows, other.held_rows)


def test_parts_of_one_picture_are_not_trained_on_and_held_out(
    detected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = take_snapshot(detected)
    assert snapshot.scores.folder is not None
    # Of each class every two in a row, as tiles of one picture.
    order = np.argsort(snapshot.samples.given, kind="stable")
    parts = np.empty(len(order), np.int32)
    parts[order] = np.arange(len(order)) // 2
    write_array(snapshot.scores.folder / "picture_parts.npy", parts)
    asked: list[DetectionInput] = []

    def suspects(wanted: DetectionInput, **_: object) -> None:
        asked.append(wanted)
        raise UserError(NOTHING)

    monkeypatch.setattr(judgement, "judge_labels", suspects)
    snapshot = take_snapshot(detected)
    data = training_data(snapshot, QUICK)
    row_of = {file: row for row, file in enumerate(snapshot.files())}
    trained = np.array([row_of[file] for file in data.curated.files])
    assert len(data.held_rows) and len(trained)
    assert not set(parts[data.held_rows]) & set(parts[trained])
    # Nor do they vouch for each other, or part ways for the validation.
    groups = asked[0].groups
    assert groups is not None and asked[0].copies is not None
    for found in (groups, data.curated.groups):
        assert found is not None
        assert all(len(np.unique(found[parts[trained] == part])) <= 1 for part in parts)


def _held_rows(project: Path) -> np.ndarray:
    """What every training of the project leaves out, found without the posterior of the rest."""
    return training_data(take_snapshot(project), replace(QUICK, unreviewed="given")).held_rows


def _labels_of(project: Path, policy: str) -> dict[str, int]:
    curated = training_data(take_snapshot(project), replace(QUICK, unreviewed=policy)).curated
    return {str(f): int(n) for f, n in zip(curated.files, curated.labels, strict=True)}


def test_what_people_changed_is_told_from_what_was_accepted_unseen(detected: Path) -> None:
    given = replace(QUICK, unreviewed="given")
    before = training_data(take_snapshot(detected), given)
    with Session.open(detected) as session:
        rows = [session.images.file_of(row) for row in range(len(session.columns.given))]
        trained = np.flatnonzero(np.isin(rows, before.curated.files))
        flagged = session.columns.flagged[trained]
        suspects, others = trained[flagged], trained[~flagged]
        session.accept(suspects)
        # On what is not trained on, or as it came, a verdict changes nothing.
        session.exclude(before.held_rows[:1])
        session.keep(others[:1])
        accepted = training_data(take_snapshot(detected), given)
        session.exclude(others[1:2])
        session.unsure(others[2:3])
        session.relabel(others[3:4], (int(session.columns.given[others[3]]) + 1) % 3)
    assert accepted.changed == len(suspects) > 1 and accepted.changed_by_verdicts == 0
    assert training_data(take_snapshot(detected), given).changed_by_verdicts == 3


def test_labels_follow_verdicts_suggestions_and_exclusions(detected: Path) -> None:
    with Session.open(detected) as session:
        flagged = np.flatnonzero(session.columns.flagged)
        held = _held_rows(detected)
        trained = flagged[~np.isin(flagged, held)]
        suggested = {
            str(session.images.file_of(r)): int(session.columns.suggested[r]) for r in trained
        }
        given = {str(session.images.file_of(r)): int(session.columns.given[r]) for r in trained}
        session.exclude(trained[:1])
        aside = str(session.images.file_of(trained[0]))
    files = [file for file in suggested if file in _labels_of(detected, "given")]
    # A copy of a held-out image is in neither training.
    assert len(files) >= 2
    for policy, wanted in (
        ("posterior", suggested),
        ("suggested", suggested),
        ("left-out", dict.fromkeys(files, OUT)),
        ("given", given),
    ):
        label = _labels_of(detected, policy)
        assert all(label[file] == (OUT if file == aside else wanted[file]) for file in files)
    with pytest.raises(UserError, match="called magic"):
        _labels_of(detected, "magic")


def test_what_nobody_reviewed_is_trained_on_by_its_probabilities(detected: Path) -> None:
    with Session.open(detected) as session:
        flagged = np.flatnonzero(session.columns.flagged)
        held = _held_rows(detected)
        decided, unseen = flagged[~np.isin(flagged, held)][:2]
        session.accept(np.array([decided]))
    snapshot = take_snapshot(detected)
    curated = training_data(snapshot, QUICK).curated
    assert curated.soft is not None and len(curated.soft) == len(curated.files)
    dense = curated.soft.dense(np.arange(len(curated.files)), 3)
    np.testing.assert_allclose(dense.sum(axis=1), 1, atol=1e-3)
    place = {str(file): n for n, file in enumerate(curated.files)}
    sure, unsure = (place[str(snapshot.file_of(int(row)))] for row in (decided, unseen))
    assert dense[sure].max() == 1 and dense[sure].argmax() == snapshot.samples.current[decided]
    # It doubts the label, as the detection does.
    assert dense[unsure, snapshot.samples.given[unseen]] < 0.5
    assert training_data(snapshot, replace(QUICK, unreviewed="suggested")).curated.soft is None


def test_no_verdict_on_a_held_out_sample_reaches_the_training(detected: Path) -> None:
    before = training_data(take_snapshot(detected), QUICK)
    with Session.open(detected) as session:
        for row in before.held_rows:
            session.relabel(np.array([row]), (int(session.columns.given[row]) + 1) % 3)
        run_job(session, DetectParameters(detectors=("neighbours",)), quiet=True)
    after = training_data(take_snapshot(detected), QUICK)
    assert (after.holdout.labels != before.holdout.labels).all()
    assert before.curated.soft is not None and after.curated.soft is not None
    rows = np.arange(len(before.curated.files))
    np.testing.assert_array_equal(
        before.curated.soft.dense(rows, 3), after.curated.soft.dense(rows, 3)
    )


@pytest.fixture(scope="module")
def trained_original(detected_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_after(detected_original, tmp_path_factory, QUICK)


@pytest.fixture
def trained(trained_original: Path, tmp_path: Path) -> Path:
    """A project of one's own with a training."""
    shutil.copytree(trained_original, tmp_path / "trained")
    return tmp_path / "trained" / "shapes.lnl"


def _disagreeing(project: Path) -> tuple[Path, TrainingComparison]:
    """A training whose models are made to disagree on six held-out samples."""
    with Session.open(project) as session:
        held = _held_rows(project)
        run = session.runs.latest("finetune")
        assert run is not None
        folder = project / run.artifacts["model"]
        rows = held[:6]
        given = session.columns.given[rows]
    made = TrainingComparison(
        rows=rows,
        before=((given + 1) % 3).astype(np.int32),
        after=given.astype(np.int32),
        right_before=np.full(6, 0.1),
        right_after=np.full(6, 0.7),
        decided=np.zeros(6, bool),
        samples=len(held),
        model_error=0.01,
    )
    save_comparison(folder, made)
    return folder, made


def test_parts_of_one_picture_are_one_witness_of_the_gain(detected: Path) -> None:
    snapshot = take_snapshot(detected)
    assert snapshot.scores.folder is not None
    held = _held_rows(detected)
    # The held-out images are tiles of two pictures.
    parts = np.full(len(snapshot), -1, np.int32)
    parts[held] = np.arange(len(held)) % 2
    write_array(snapshot.scores.folder / "picture_parts.npy", parts)
    snapshot = take_snapshot(detected)
    before = snapshot.samples.given[held].astype(np.int32)
    found = compare_trainings(before, (before + 1) % 3, snapshot=snapshot, rows=held)
    assert found.held is not None and found.unit is not None
    assert found.held.tolist() == held.tolist()
    for tile in (0, 1):
        assert len(np.unique(found.unit[parts[held] == tile])) == 1
    # One, where a copy links them.
    assert len(np.unique(found.unit)) <= 2
    assert found.classes is not None and found.classes.tolist() == [0, 1, 2]
    assert found.right is not None and found.right.shape == (len(held), 3)
    row = np.arange(len(found))
    np.testing.assert_allclose(found.right[row, found.before], found.right_before, atol=1e-6)
    samples = snapshot.samples
    nobody = np.zeros(len(found), bool)
    gain = gain_now(found, samples.current, samples.status, nobody)
    assert gain.units in (1, 2) and gain.claims_nothing


@pytest.mark.parametrize("one_by_one", [True, False])
def test_what_people_repaired_may_be_wrong_in_held_out_labels_too(
    detected: Path, monkeypatch: pytest.MonkeyPatch, one_by_one: bool
) -> None:
    monkeypatch.setattr(looked_at, "AT_A_GLANCE", 5)
    held = _held_rows(detected)
    with Session.open(detected) as session:
        given = session.columns.given
        apart = np.isin(np.arange(len(given)), held)
        # Held-out samples tell nothing of what is wrong among those that are trained on.
        session.keep(np.flatnonzero(apart & (given == 1))[:1])
        repaired = np.flatnonzero(~apart & (given == 0))[:12]
        if one_by_one:
            for row in repaired:
                session.relabel(np.array([row]), 1)
        else:
            session.relabel(repaired, 1)
    snapshot = take_snapshot(detected)
    before = snapshot.samples.given[held].astype(np.int32)
    after = np.where(before == 0, 1, before).astype(np.int32)
    after[before == 1] = 2
    found = compare_trainings(before, after, snapshot=snapshot, rows=held)
    further = found.further_gain
    assert further is not None and len(further) == len(found)
    assert (further[(found.before != 0) | (found.after != 1)] == 0).all()
    # Verdicts on many at once say nothing of what an image shows.
    assert (float(further.sum()) > 1) is one_by_one


def test_an_estimated_gain_becomes_a_verified_one_by_verdicts_alone(trained: Path) -> None:
    _, made = _disagreeing(trained)
    with Session.open(trained) as session:
        gain = session.statistics.gain()
        assert gain is not None and gain.verified is None and gain.open == 6
        assert gain.estimated.value == pytest.approx(6 * 0.6 / made.samples)
        spec = ViewSpec(flagged=None, deciding=True)
        assert spec.blind and session.views.select_rows(spec).tolist() == made.rows.tolist()
        # Accepted all at once, nobody has looked at them.
        session.accept(made.rows)
        gain = session.statistics.gain()
        assert gain is not None and gain.open == 6
        for row in made.rows[:4]:
            session.keep(np.array([row]))
        session.relabel(made.rows[4:5], int(made.before[4]))
        session.unsure(made.rows[5:])
        gain = session.statistics.gain()
        assert gain is not None and gain.verified is not None and gain.exact
        assert (gain.corrected, gain.degraded, gain.undecidable) == (4, 1, 1)
        assert gain.verified.value == pytest.approx(3 / (made.samples - 1))
        assert gain.p_value == pytest.approx(0.375)
        assert session.statistics.open_samples().size == 0


@pytest.mark.parametrize("warned", [False, True])
def test_a_gain_on_frames_of_videos_is_doubted_in_words_and_for_a_script(
    trained: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    warned: bool,
) -> None:
    warning = frames_in_training_message(0.8)
    monkeypatch.setattr(gain_verb, "said_of_training", lambda _: warning if warned else None)
    _disagreeing(trained)
    assert main(["gain", str(trained), "report", "--json"]) == 0
    said = capsys.readouterr()
    assert (str(warning) in said.err) == warned
    assert json.loads(said.out)["warnings"] == [str(warning)] * warned


def test_the_gain_is_told_and_listed_and_in_the_report(
    detected: Path, trained: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["gain", str(detected), "report"]) != 0
    assert "No training has been compared" in capsys.readouterr().err
    _disagreeing(trained)
    assert main(["gain", str(trained), "report", "--json"]) == 0
    said = capsys.readouterr()
    assert "Estimated:" in said.err and "6 held-out images decide" in said.err
    assert json.loads(said.out)["difference_kind"] == "estimated"
    assert main(["gain", str(trained), "list"]) == 0
    paths = capsys.readouterr().out.split()
    table = tmp_path / "verdicts.csv"
    table.write_text("path,verdict\n" + "".join(f"{path},keep\n" for path in paths))
    assert len(paths) == 6
    assert main(["review", str(trained), "apply", "--table", str(table)]) == 0
    capsys.readouterr()
    assert main(["gain", str(trained), "report", "--json"]) == 0
    said = capsys.readouterr()
    assert "Verified:" in said.err and "6 for cleaning, 0 against" in said.err
    found = json.loads(said.out)
    assert (found["difference_kind"], found["open"], found["exact"]) == ("verified", 0, True)
    assert main(["report", str(trained), str(tmp_path / "page.html")]) == 0
    assert "Verified:" in (tmp_path / "page.html").read_text(encoding="utf-8")


def test_damaged_comparisons_are_none(trained: Path) -> None:
    folder, made = _disagreeing(trained)
    assert load_comparison(folder, 60, LabelMap(None)) is not None
    assert load_comparison(folder, int(made.rows.max()), LabelMap(None)) is None
    (folder / FILE_NAME).write_bytes(b"not an archive")
    assert load_comparison(folder, 60, LabelMap(None)) is None


def test_the_model_is_saved_with_its_pedigree(trained: Path) -> None:
    with Session.open(trained) as session:
        run = session.runs.latest("finetune")
        assert run is not None
        metrics = run.metrics
        folder = trained / run.artifacts["model"]
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


def test_labels_that_differ_from_the_given_ones_are_counted(embedded: Path) -> None:
    parameters = FinetuneParameters()
    data = training_data(take_snapshot(embedded), parameters)
    assert data.changed == 0
    trained = np.setdiff1d(np.arange(len(take_snapshot(embedded))), data.held_rows)
    with Session.open(embedded, reviewer="ann") as session:
        session.keep(trained[:1])
        session.exclude(trained[1:2])
        label = (int(session.columns.given[trained[2]]) + 1) % 3
        session.relabel(trained[2:3], label)
        session.relabel(data.held_rows[:1], label)
    assert training_data(take_snapshot(embedded), parameters).changed == 2


class _Told(CallContext):
    """Keeps what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.reports: list[tuple[str, int]] = []

    def progress(self, stage: Message, done: int, total: int, *, whole: bool = False) -> None:
        assert whole and total == PARTS
        self.reports.append((str(stage), done))


_SMALL = (("epochs", "2"), ("warm_up_epochs", "1"))


@pytest.mark.parametrize(
    ("recipe", "settings", "learnt"),
    [
        ("linear_probe", (), "linear probe"),
        ("quick", (), "last block"),
        ("divide_mix_head", _SMALL, "divide mix"),
    ],
)
def test_a_training_is_one_progress_that_never_goes_back(
    detected: Path, recipe: str, settings: tuple[tuple[str, str], ...], learnt: str
) -> None:
    wanted = replace(QUICK, recipe=recipe, settings=settings, unreviewed="posterior")
    told = _Told()
    with Session.open(detected) as session:
        run_recorded(session, wanted, told)
    places = [place for _, place in told.reports]
    assert places == sorted(places) and places[-1] == PARTS
    # Every step that takes its time was expected: it moves the progress.
    ends = dict(told.reports)
    names = list(dict.fromkeys(name for name, _ in told.reports))
    assert names[0] == "Looking for changed images"
    learning = [f"{series} labels: {learnt}" for series in ("curated", "given")]
    before = {name: ends[names[names.index(name) - 1]] for name in names[1:]}
    for name in learning:
        assert ends[name] > before[name], name
