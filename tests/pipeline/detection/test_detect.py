"""The detect job: finds what is wrong, goes on after a stop, learns from verdicts."""

import shutil
from collections import Counter
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.exit_codes import CANNOT_JUDGE
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.verbs import info
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.copies.find import Copies
from lnl_gui.detect.detectors import turtle
from lnl_gui.detect.detectors.registry import list_detectors
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.detect.detectors.turtle_parameters import TurtleParameters
from lnl_gui.detect.judgement import LabelJudgement
from lnl_gui.encoders.loading import text
from lnl_gui.jobs.runner import run_body
from lnl_gui.pipeline import snapshot
from lnl_gui.pipeline.detection import claims, detect, detector_results
from lnl_gui.pipeline.detection.absent_images import among_present_images
from lnl_gui.pipeline.detection.detection_data import fingerprint
from lnl_gui.pipeline.detection.explain import explain_rows
from lnl_gui.pipeline.output import report_facts
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.pipeline.training.curation import curate
from lnl_gui.pipeline.training.training_data import training_data
from lnl_gui.session.detection import class_noise
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.groups import number_groups, save_groups
from lnl_gui.store.detection import scores
from lnl_gui.store.detection.detection_tables import read_detectors, read_issues
from lnl_gui.store.jobs import arrays
from lnl_gui.store.jobs.parameters import (
    DetectParameters,
    EmbedParameters,
    FinetuneParameters,
    UpdateParameters,
)
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.messages import from_json
from tests.pipeline.conftest import WRONG
from tests.pipeline.pretended_clip import CLIP, pretend_clip


def run_detection(project: Path, **options: object) -> Session:
    with ExitStack() as opened:
        session = opened.enter_context(Session.open(project))
        run_job(session, DetectParameters(**options), quiet=True)  # type: ignore[arg-type]
        # Whoever is given it closes it.
        opened.pop_all()
        return session


def test_the_wrong_labels_are_flagged_with_the_right_suggestion(detected: Path) -> None:
    with Session.open(detected) as session:
        columns = session.columns
        flagged = {session.path_of(row) for row in np.flatnonzero(columns.flagged)}
        assert flagged == WRONG
        for row in np.flatnonzero(columns.flagged):
            truth = Path(session.path_of(row)).name.split("-")[0]
            assert session.classes[columns.suggested[row]].name == truth


def test_every_default_detector_leaves_its_own_score_and_vote(detected: Path) -> None:
    with Session.open(detected) as session:
        wanted = {info.name for info in list_detectors() if info.default}
        row = int(np.flatnonzero(session.columns.flagged)[0])
        found = session.evidence(row)
        assert {vote.detector for vote in found.votes} == wanted
        assert len(found.neighbours) > 0
        assert row not in {neighbour.row for neighbour in found.neighbours}
        assert found.mixture is not None
        assert (session.columns.cluster >= 0).all()


def test_the_summary_says_how_detectors_agree_and_which_is_trusted(detected: Path) -> None:
    with Session.open(detected) as session:
        folder, given = session.detection.folder, session.columns.given
        assert folder is not None
        said = session.detection.summary.agreement
        votes = {
            entry.name: scores.load_array(folder, f"detector-{entry.name}-vote")
            for entry in read_detectors(folder)
        }
    assert [entry.name for entry in said.detectors] == list(votes)
    for entry in said.detectors:
        vote = votes[entry.name]
        assert entry.in_sample == entry.name.startswith("loss_mixture")
        if entry.in_sample:
            assert entry.trust is None
            continue
        assert entry.trust == pytest.approx((vote[vote >= 0] == given[vote >= 0]).mean(), abs=1e-4)
        assert (entry.weight is not None) == (entry.name == "turtle")
    first, second, *_ = votes.values()
    both = (first >= 0) & (second >= 0)
    alike = (first[both] == second[both]).mean()
    assert said.same_vote[0][1] == pytest.approx(alike, abs=1e-4)
    best = max(said.detectors, key=lambda entry: entry.trust or 0.0)
    sentences = [str(from_json(sentence)) for sentence in said.sentences]
    assert sentences[0].startswith(str(from_json(best.title)))
    assert "TURTLE clusters" in sentences[1]


def test_a_cancelled_detection_goes_on_with_what_is_missing(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: Counter[str] = Counter()
    real = detector_results.run_detector

    def counted(name: str, *arguments: object, **options: object) -> object:
        calls[name] += 1
        if name == "turtle" and calls[name] == 1:
            raise Cancelled
        return real(name, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(detector_results, "run_detector", counted)
    with Session.open(embedded) as session:
        with pytest.raises(Cancelled):
            run_job(session, DetectParameters(), quiet=True)
        cancelled = session.runs.all()[-1]
        assert cancelled.state == "cancelled"
        run_job(session, DetectParameters(), quiet=True)
        assert session.runs.all()[-1].id == cancelled.id
    assert calls["turtle"] == 2
    assert all(count == 1 for name, count in calls.items() if name != "turtle")


def test_verdicts_are_believed_and_detectors_not_run_again(
    detected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session.open(detected) as session:
        rows = np.flatnonzero(session.columns.flagged)
        session.keep(rows[:1])
        session.accept(rows[1:2])
        monkeypatch.setattr(detector_results, "run_detector", None)
        run_job(session, DetectParameters(), quiet=True)
        assert session.columns.suspicion[rows[0]] < 0.01
        assert session.columns.suspicion[rows[1]] > 0.99
        assert not session.columns.flagged[rows[:2]].any()
        assert session.columns.flagged[rows[2]]


def test_the_worker_hands_a_warm_start_on(embedded: Path) -> None:
    context = TerminalContext(quiet=True)
    with Session.open(embedded) as session:
        for _ in range(2):
            run = session.runs.start(DetectParameters(detectors=("neighbours",)))
            run_body("detect", run.parameters, context, project=embedded, run_id=run.id)
            assert context.memory[detect.MEMORY][1] is not None


def test_no_warm_start_goes_from_fewer_classes_to_more(embedded: Path) -> None:
    context = TerminalContext(quiet=True)
    with Session.open(embedded) as session:
        for added in ((), ("hexagon",)):
            for name in added:
                session.class_edits.add(name)
                session.relabel(np.arange(2), len(session.classes) - 1)
            run = session.runs.start(DetectParameters(detectors=("neighbours",)))
            result = run_body("detect", run.parameters, context, project=embedded, run_id=run.id)
            session.runs.finish(run.id, "done", result)
        assert (session.columns.suspicion[:2] == 1).all()
        matrix = scores.load_array(run.folder, "transition_matrix")
        assert matrix is not None and len(matrix) == len(session.classes)


def test_copies_of_an_image_are_one_group(embedded: Path) -> None:
    images = embedded.parent / "shapes"
    shutil.copy(images / "circle" / "circle-01.png", images / "square" / "copy.png")
    again = embedded.parent / "again.lnl"
    from lnl_gui.cli.jobs import import_dataset
    from lnl_gui.store.jobs.parameters import ImportParameters

    import_dataset(ImportParameters(str(images), str(again)), quiet=True)
    with Session.open(again) as session:
        run_job(session, EmbedParameters(encoders=("bundled-fast",)), quiet=True)
        run_job(session, DetectParameters(detectors=("neighbours",)), quiet=True)
        folder = session.detection.folder
        assert folder is not None
        group = scores.load_array(folder, "duplicate_group")
        assert group is not None
        paths = [session.path_of(row) for row in np.flatnonzero(group >= 0)]
        pair = ("circle/circle-01.png", "square/copy.png")
        assert set(pair) <= set(paths)
        counts = {entry.name: entry.count for entry in read_issues(folder)}
        assert counts["exact_duplicate"] == 2
        assert {"outlier", "off_topic"} <= set(counts)
        conflicting = scores.load_array(folder, "issue-conflicting_duplicate-flagged")
        assert conflicting is not None
        assert conflicting[[session.columns.paths.index(path) for path in pair]].all()


def test_an_unknown_detector_suggests_the_nearest(embedded: Path) -> None:
    with pytest.raises(UserError, match="neighbors") as raised:
        run_detection(embedded, detectors=("neighbors",))
    assert "neighbours" in str(raised.value.hint)


def test_class_names_vote_as_text_and_join_the_consensus(
    embedded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = tmp_path / "clip.safetensors"
    pretend_clip(embedded, weights=str(local))
    found = snapshot.take_snapshot(embedded)
    embedding = np.asarray(arrays.load_embedding(found.embeddings[CLIP]), np.float32)
    embedding /= np.linalg.norm(embedding, axis=1, keepdims=True)
    truth = np.array([Path(p).name.split("-")[0] for p in found.samples.paths])
    asked: list[tuple[str, list[str], Path | None]] = []

    def words(
        name: str, class_names: list[str], *, weights: Path | None, **_: object
    ) -> np.ndarray:
        asked.append((name, class_names, weights))
        centred = [embedding[truth == c].mean(0) - embedding.mean(0) for c in class_names]
        return np.array(centred, np.float32)

    monkeypatch.setattr(text, "prompt_embeddings", words)
    votes: dict[str, np.ndarray] = {}
    real = detect.judge_labels

    def watched(wanted: DetectionInput, **options: object) -> object:
        votes.update({vote.name: vote.vote for vote in wanted.extra_votes})
        return real(wanted, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(detect, "judge_labels", watched)
    with run_detection(embedded, encoders=(CLIP,)) as session:
        assert set(votes) == {"turtle", "zero_shot"}
        wanted = [found.class_names.index(name) for name in truth]
        assert (votes["zero_shot"] == wanted).mean() > 0.9
        row = int(np.flatnonzero(session.columns.flagged)[0])
        assert "zero_shot" in {vote.detector for vote in session.evidence(row).votes}
        assert "Class names as text" in "\n".join(
            map(str, explain_rows(embedded, [row])[0].lines())
        )
        run_job(session, DetectParameters(encoders=(CLIP,)), quiet=True)
    assert asked == [(CLIP, found.class_names, local)]


def test_text_detectors_run_when_named_and_stay_out_of_the_consensus(
    embedded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_clip(embedded, weights=str(tmp_path / "clip.safetensors"))
    found = snapshot.take_snapshot(embedded)
    embedding = np.asarray(arrays.load_embedding(found.embeddings[CLIP]), np.float32)
    truth = np.array([Path(p).name.split("-")[0] for p in found.samples.paths])
    centres = [embedding[truth == name].mean(0) for name in found.class_names]
    words = np.array(centres, np.float32)[:, None]
    monkeypatch.setattr(text, "prompt_embeddings", lambda *_args, **_options: words)
    votes: list[str] = []
    real = detect.judge_labels

    def watched(wanted: DetectionInput, **options: object) -> object:
        votes.extend(vote.name for vote in wanted.extra_votes)
        return real(wanted, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(detect, "judge_labels", watched)
    named = ("clip_cleaner", "lemon")
    with run_detection(embedded, encoders=(CLIP,), detectors=named) as session:
        row = int(np.flatnonzero(session.columns.flagged)[0])
        assert {vote.detector for vote in session.evidence(row).votes} == set(named)
    assert votes == []


def test_a_text_detector_that_nothing_can_serve_is_an_error(embedded: Path) -> None:
    with pytest.raises(UserError) as caught, run_detection(embedded, detectors=("lemon",)):
        pass
    assert caught.value.code == "no_text_encoder"


def test_without_the_text_s_weights_the_vote_is_left_out_and_said_so(
    embedded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pretend_clip(embedded, weights=None)
    with run_detection(embedded, encoders=(CLIP,)) as session:
        row = int(np.flatnonzero(session.columns.flagged)[0])
        assert "zero_shot" not in {vote.detector for vote in session.evidence(row).votes}
    assert f"Left out the class names of {CLIP} as text" in capsys.readouterr().err


@pytest.mark.parametrize("row", [0, 7, 500, 999])
def test_the_key_of_kept_results_follows_every_row_of_an_embedding(row: int) -> None:
    embedding = np.random.default_rng(0).normal(size=(1000, 4)).astype(np.float16)
    changed = embedding.copy()
    changed[row, 3] += 1
    labels = np.zeros(1000, np.int32)

    def key(values: np.ndarray) -> str:
        return fingerprint(labels, [values], DetectParameters(), {}, number_of_classes=2)

    assert key(embedding) == key(embedding.copy()) != key(changed)


def test_constants_of_a_detector_are_changed_by_name_and_kept_apart(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[TurtleParameters] = []
    real = turtle.turtle

    def watched(*given: object, **options: object) -> turtle.TurtleResult:
        asked.append(options["parameters"])  # type: ignore[arg-type]
        return real(*given, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(turtle, "turtle", watched)
    settings = (("turtle.iterations", "5"), ("turtle.warm_start", "false"))
    for chosen in (settings, settings, (("turtle.iterations", "6"),)):
        with run_detection(embedded, detectors=("turtle", "neighbours"), settings=chosen) as found:
            assert {vote.detector for vote in found.evidence(0).votes} == {"turtle", "neighbours"}
    assert [(a.iterations, a.warm_start) for a in asked] == [(5, False), (6, True)]


@pytest.mark.parametrize(
    ("setting", "code"),
    [
        (("turtle.gama", "1"), "unknown_constant"),
        (("turtel.gamma", "1"), "unknown_detector"),
        (("turtle.gamma", "much"), "bad_constant"),
        (("turtle.score", "lasso"), "bad_constant"),
        (("turtle.gammas", "1,two"), "bad_constant"),
        (("turtle_paper.gamma", "1"), "unused_constant"),
        (("neighbours.k", "1"), "unknown_constant"),
    ],
)
def test_constants_that_do_not_fit_are_refused_before_anything_is_computed(
    embedded: Path, setting: tuple[str, str], code: str
) -> None:
    with pytest.raises(UserError) as raised:
        run_detection(embedded, settings=(setting,))
    assert raised.value.code == code


@pytest.mark.parametrize(
    ("there", "asked", "used"),
    [
        ("cuda", "auto", "cuda"),
        ("cuda", "cuda:1", "cuda:1"),
        ("cuda", "cpu", "cpu"),
        # Which nobody has tried.
        ("mps", "auto", "cpu"),
        ("cpu", "auto", "cpu"),
    ],
)
def test_detectors_and_consensus_compute_on_a_gpu_where_there_is_one(
    embedded: Path, monkeypatch: pytest.MonkeyPatch, there: str, asked: str, used: str
) -> None:
    on: list[str] = []
    real = detector_results.run_detector

    def watched(*given: object, device: str, **options: object) -> DetectorResult:
        on.append(device)
        return real(*given, **options)  # type: ignore[arg-type]

    judge = detect.judge_labels

    def judged(wanted: DetectionInput, **options: Any) -> LabelJudgement:
        on.append(wanted.device)
        return judge(replace(wanted, device="cpu"), **options)

    found = {"cuda": there == "cuda", "mps": there == "mps", "cpu": True}
    monkeypatch.setattr("lnl_gui.encoders.loading.devices._devices", lambda: found)
    monkeypatch.setattr(detector_results, "run_detector", watched)
    monkeypatch.setattr(detect, "judge_labels", judged)
    run_detection(embedded, detectors=("neighbours",), device=asked).close()
    assert on == [used, used]


def test_a_device_that_is_not_there_is_told(embedded: Path) -> None:
    with pytest.raises(UserError) as raised:
        run_detection(embedded, device="cuda:9")
    assert raised.value.code == "unknown_device"


@pytest.mark.parametrize("grouped", [False, True])
def test_images_that_vouch_for_each_other_are_told_where_nobody_groups_them(
    embedded: Path, monkeypatch: pytest.MonkeyPatch, grouped: bool
) -> None:
    monkeypatch.setattr(claims, "untold_frames", lambda *_: 0.8)
    if grouped:
        with open_project(embedded) as project:
            values = [str(row % 18) for row in range(len(take_snapshot(embedded)))]
            save_groups(project.arrays, number_groups("video", values))
    code = main(["detect", str(embedded), "--detector", "neighbours"])
    with Session.open(embedded) as session:
        found = session.detection.summary
        rates = class_noise(session.detection)
    notes = training_data(take_snapshot(embedded), FinetuneParameters()).notes
    assert any("80 % of the images" in str(note) for note in notes) == (not grouped)
    assert bool(found.nearly_equal) == (not grouped) and rates is not None
    if grouped:
        assert code == 0 and not found.cannot_judge
        return
    assert code == CANNOT_JUDGE and "80 % of the images" in str(from_json(found.warnings[0]))
    # Suspects are worth a look; no rate and no set of good labels is claimed.
    assert found.flagged and found.cannot_judge and found.noise_rate is None
    assert not found.well_labelled
    assert np.nanmin(rates.interval[:, 1]) == 1.0 and np.nanmax(rates.interval[:, 0]) == 0.0


def test_images_that_are_gone_are_not_judged_until_they_return(embedded: Path) -> None:
    kept, images = embedded.parent / "kept", embedded.parent / "shapes"
    lost = ["circle/square-19.png", "circle/circle-00.png", "stripes/stripes-03.png"]
    shutil.copytree(images, kept)
    for path in lost:
        (images / path).unlink()
    with Session.open(embedded) as session:
        run_job(session, UpdateParameters(), quiet=True)
        run_job(session, DetectParameters(detectors=("neighbours",)), quiet=True)
        columns, summary = session.columns, session.detection.summary
        gone = np.isin(columns.paths, lost)
        assert np.array_equal(np.isnan(columns.suspicion), gone)
        assert {session.path_of(row) for row in np.flatnonzero(columns.flagged)} == WRONG - {*lost}
        assert (columns.suggested[gone] == -1).all() and not columns.off_topic[gone].any()
        assert session.detection.folder is not None
        score = scores.load_array(session.detection.folder, "detector-neighbours-score")
        assert np.array_equal(np.isnan(score), gone)
        facts = info.collect_facts(session)
        assert (facts["flagged"], facts["flagged_gone"]) == (2, 0)
        assert (summary.samples, summary.flagged) == (57, 2)
        taken = take_snapshot(embedded)
        found = report_facts.collect_facts(session.project, taken, curate(taken))
        assert (found.judged_gone, found.detection.flagged) == (0, 2)
        shutil.copytree(kept, images, dirs_exist_ok=True)
        run_job(session, UpdateParameters(), quiet=True)
        run_job(session, DetectParameters(detectors=("neighbours",)), quiet=True)
        columns = session.columns
        assert np.isfinite(columns.suspicion).all()
        assert {session.path_of(row) for row in np.flatnonzero(columns.flagged)} == WRONG


def test_a_copy_whose_other_is_gone_is_an_image_of_its_own() -> None:
    group = np.array([0, 0, 1, 1, 1, 2, 2, -1], np.int32)
    closest = np.where(group >= 0, 0.9, 0.0).astype(np.float32)
    content = np.array([b"a", b"a", b"b", b"b", b"c", b"d", b"d", b"e"])
    exact = np.isin(content, [b"a", b"b", b"d"])
    parts = np.array([-1, -1, -1, 0, -1, 1, 1, 0], np.int32)
    copies = Copies(group, exact, closest, np.arange(8) == 7, parts, parts == 0)
    there = np.isin(np.arange(8), [0, 3, 4, 5, 6])
    found = among_present_images(copies, there, content)
    assert found.group.tolist() == [-1, -1, -1, 0, 0, 1, 1, -1]
    assert np.flatnonzero(found.exact).tolist() == [5, 6]
    assert (found.closest > 0).tolist() == (found.group >= 0).tolist()
    assert not found.released.any()
    # A part whose other one is gone stands alone too.
    assert found.parts.tolist() == [-1, -1, -1, -1, -1, 0, 0, -1]
    assert not found.pieces.any()
    assert among_present_images(copies, np.ones(8, bool), content) is copies
