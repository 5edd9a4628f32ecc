"""What a job's result depends on: each change outdates what reads it, and nothing else."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store import run_inputs
from lnl_gui.store.dataset.classes import load_classes
from lnl_gui.store.dataset.source_state import SAMPLES_CHANGED
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import (
    AttachParameters,
    DetectParameters,
    EmbedParameters,
    ExportParameters,
    FinetuneParameters,
    JobParameters,
    PackParameters,
    TuneParameters,
)
from lnl_gui.store.jobs.runs import Run, RunResult
from lnl_gui.store.project import Project, open_project
from lnl_gui.util.files.array_file import write_array
from tests.builders import make_project, write_core_scores

COUNT = 12
LABELS = "labels and verdicts"


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    folder = make_project(tmp_path / "p.lnl", count=COUNT, root=tmp_path / "images")
    with Session.open(folder, reviewer="ann") as opened:
        yield opened


def finish(project: Project, parameters: JobParameters, **metrics: object) -> Run:
    """Record a finished run with the inputs of this moment, and arrays that can be read."""
    inputs = run_inputs.inputs_of(project, parameters)
    run = runs.start_run(project, parameters)
    artifacts = {}
    if isinstance(parameters, EmbedParameters):
        artifacts = {f"embedding:{name}": f"arrays/{name}.npy" for name in parameters.encoders}
        for path in artifacts.values():
            write_array(project.folder / path, np.ones((COUNT, 4), np.float16))
    elif isinstance(parameters, DetectParameters):
        write_core_scores(run.folder, COUNT)
    elif isinstance(parameters, AttachParameters):
        artifacts = {f"probabilities:{parameters.name}": "arrays/attached.npy"}
    result = RunResult(artifacts, metrics, inputs)
    runs.write_result(run.folder, result)
    return runs.record_end(project, run.id, runs.DONE, result)


def is_current(session: Session, parameters: JobParameters) -> bool:
    return session.runs.finished(parameters) is not None


def test_an_undone_verdict_is_no_change(session: Session) -> None:
    made = finish(session.project, DetectParameters())
    found = session.runs.finished(DetectParameters())
    assert found is not None and found.id == made.id
    session.exclude(np.array([0]))
    assert session.runs.finished(DetectParameters()) is None
    assert session.runs.changed_inputs(DetectParameters()) == [LABELS]
    session.undo()
    assert session.runs.finished(DetectParameters()) is not None
    assert session.runs.changed_inputs(DetectParameters(seed=3)) == ["parameters"]
    assert session.runs.changed_inputs(FinetuneParameters()) == []


def test_an_embedding_serves_until_another_of_its_encoder_is_made(session: Session) -> None:
    both, one = EmbedParameters(("a", "b")), EmbedParameters(("a",))
    made = finish(session.project, both)
    found = session.runs.finished(EmbedParameters(("b",), device="cuda", batch_size=7))
    assert found is not None and found.id == made.id
    assert not is_current(session, EmbedParameters(("a", "c")))
    finish(session.project, DetectParameters())
    own = EmbedParameters(("a",), weights="/own.safetensors")
    assert finish(session.project, own).id != made.id
    assert session.runs.finished(one) is None and session.runs.finished(both) is None
    assert session.runs.finished(EmbedParameters(("b",))) is not None
    assert session.runs.changed_inputs(DetectParameters()) == ["embeddings"]
    assert is_current(session, own)
    (session.folder / "arrays" / "a.npy").write_bytes(b"damaged")
    assert not is_current(session, own)


def test_another_version_or_a_run_without_record_is_done_again(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = finish(session.project, DetectParameters())
    with monkeypatch.context() as patched:
        patched.setattr(runs, "versions", lambda: {"numpy": "0.1", "platform": "moon"})
        assert session.runs.changed_inputs(DetectParameters()) == ["versions"]
        here = run_inputs.inputs_of(session.project, DetectParameters())
        patched.setattr(runs, "versions", lambda: {"numpy": "0.1", "platform": "b", "python": "4"})
        # The same on another machine.
        assert run_inputs.inputs_of(session.project, DetectParameters()) == here
    assert session.runs.finished(DetectParameters()) is not None
    runs.write_result(made.folder, RunResult())
    assert session.runs.finished(DetectParameters()) is None


def test_an_added_package_is_another_version(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish(session.project, DetectParameters())
    monkeypatch.setattr(run_inputs, "plugin_versions", lambda: {"my-detectors": "1.0"})
    assert session.runs.changed_inputs(DetectParameters()) == ["versions"]


JOBS: tuple[JobParameters, ...] = (
    EmbedParameters(("a",)),
    DetectParameters(encoders=("a",)),
    DetectParameters(),
    FinetuneParameters(encoder="a"),
    TuneParameters(encoder="a"),
    ExportParameters("out"),
)


def exclude(session: Session) -> None:
    session.exclude(np.array([1]))


def rename(session: Session) -> None:
    session.class_edits.rename(1, "hound")


def remark(session: Session) -> None:
    session.remarks.note(np.array([3]), "Which one?")


def redraw(session: Session) -> None:
    with session.project.transaction() as connection:
        connection.execute("INSERT OR REPLACE INTO meta VALUES (?, '12.5')", (SAMPLES_CHANGED,))


def embed_a(session: Session) -> None:
    finish(session.project, EmbedParameters(("a",), window_level=(400.0, 40.0)))


def embed_other(session: Session) -> None:
    finish(session.project, EmbedParameters(("other",)))


def attach(session: Session) -> None:
    finish(session.project, AttachParameters(name="theirs"))


def detect(session: Session) -> None:
    finish(session.project, DetectParameters(seed=7))


def train(session: Session) -> None:
    finish(session.project, FinetuneParameters(seed=7))


CHANGES: tuple[tuple[Callable[[Session], None], tuple[str, ...]], ...] = (
    # What changes for an embedding, a detection with one encoder and with all, a training, a
    # search, and an export.
    (exclude, ("", LABELS, LABELS, LABELS, LABELS, f"{LABELS}, journal")),
    (rename, ("", LABELS, LABELS, LABELS, LABELS, f"{LABELS}, journal")),
    (remark, ("", "", "", "", "", "journal")),
    (redraw, ("images",) * 6),
    (embed_a, ("", "embeddings", "embeddings", "embeddings", "embeddings", "")),
    (embed_other, ("", "", "embeddings", "", "", "")),
    (attach, ("", "embeddings", "embeddings", "", "", "")),
    (detect, ("", "", "", "detection", "detection", "detection")),
    (train, ("", "", "", "", "", "training")),
)


@pytest.mark.parametrize(("act", "changed"), CHANGES)
def test_each_act_outdates_the_jobs_that_read_what_it_changed(
    session: Session, act: Callable[[Session], None], changed: tuple[str, ...]
) -> None:
    finish(session.project, EmbedParameters(("a",)))
    for job in JOBS[1:]:
        finish(session.project, job)
    before = [run_inputs.inputs_of(session.project, job) for job in JOBS]
    act(session)
    after = [run_inputs.inputs_of(session.project, job) for job in JOBS]
    found = tuple(
        ", ".join(name for name in now if now[name] != then[name])
        for then, now in zip(before, after, strict=True)
    )
    assert found == changed


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (EmbedParameters(("a",)), EmbedParameters(("b",)), True),
        (EmbedParameters(), EmbedParameters(device="cpu", batch_size=3), True),
        (EmbedParameters(), EmbedParameters(allow_download=False, partial=True), True),
        (EmbedParameters(), EmbedParameters(window_level=(400.0, 40.0)), False),
        (DetectParameters(), DetectParameters(detectors=("neighbours",)), False),
        (DetectParameters(), DetectParameters(use_verdicts=False), False),
        (DetectParameters(), DetectParameters(device="cpu"), True),
        (FinetuneParameters(), FinetuneParameters(device="cpu", partial=True), True),
        (FinetuneParameters(), FinetuneParameters(epochs=3), False),
        (TuneParameters(), TuneParameters(device="cpu", partial=True), True),
        (TuneParameters(), TuneParameters(trials=3), False),
        (ExportParameters("a"), ExportParameters("a", overwrite=True), True),
        (ExportParameters("a"), ExportParameters("b"), False),
    ],
)
def test_parameters_that_change_no_result_outdate_none(
    session: Session, one: JobParameters, other: JobParameters, same: bool
) -> None:
    first, second = (run_inputs.inputs_of(session.project, asked) for asked in (one, other))
    assert (first == second) is same
    assert {name for name in first if first[name] != second[name]} <= {"parameters"}


def test_names_of_encoders_in_another_order_are_no_other_embeddings(session: Session) -> None:
    finish(session.project, EmbedParameters(("a", "b")))
    one, other = (
        run_inputs.inputs_of(session.project, DetectParameters(encoders=names))
        for names in (("a", "b"), ("b", "a"))
    )
    assert one["embeddings"] == other["embeddings"] and one["parameters"] != other["parameters"]
    assert {len(digest) for digest in one.values()} == {16}


def test_what_a_pack_was_made_from_is_not_asked(session: Session) -> None:
    pack = PackParameters("out.lnlpack", rows=(1, 2))
    assert run_inputs.inputs_of(session.project, pack) == {}
    finish(session.project, pack)
    assert session.runs.finished(pack) is None and session.runs.changed_inputs(pack) == []


def change_samples(folder: Path, statement: str) -> str:
    """The digest of the images after a statement in the database."""
    with open_project(folder) as project:
        with project.transaction() as connection:
            connection.execute(statement)
        (project.arrays / "columns.npz").unlink(missing_ok=True)
        return run_inputs.inputs_of(project, EmbedParameters())["images"]


def test_every_column_of_the_samples_counts_and_the_container_they_lie_in(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p.lnl", count=COUNT, root=tmp_path / "images")
    container = tmp_path / "images" / "a.tar"
    container.parent.mkdir()
    container.write_bytes(b"one")
    digests = [
        change_samples(folder, statement)
        for statement in (
            "UPDATE sample SET given = 0 WHERE id = 1",
            "UPDATE sample SET path = 'cat/other.png' WHERE id = 1",
            "UPDATE sample SET split = 0 WHERE id = 1",
            "UPDATE sample SET file = 'elsewhere.png' WHERE id = 1",
            "UPDATE sample SET file = 'a.tar//tar:elsewhere.png' WHERE id = 1",
        )
    ]
    nothing = "UPDATE sample SET split = 0 WHERE id = 1"
    assert change_samples(folder, nothing) == digests[-1]
    container.write_bytes(b"another")
    digests.append(change_samples(folder, nothing))
    container.unlink()
    digests.append(change_samples(folder, nothing))
    assert len({*digests}) == len(digests)
    container.write_bytes(b"another")
    os.utime(container, ns=(5, 5))
    digests.append(change_samples(folder, nothing))
    assert len({*digests}) == len(digests)


@pytest.mark.parametrize("artifact", ["model", "facts"])
def test_a_result_whose_files_are_gone_or_damaged_serves_no_more(
    session: Session, artifact: str
) -> None:
    job = ExportParameters("out")
    made = finish(session.project, job)
    path = {"model": "models/one", "facts": "arrays/facts.npy"}[artifact]
    runs.record_end(session.project, made.id, runs.DONE, RunResult({artifact: path}))
    assert not is_current(session, job)
    facts = np.zeros(COUNT, [("content_hash", "S32")])
    write_array(session.folder / path, facts)
    assert is_current(session, job)
    if artifact == "facts":
        (session.folder / path).write_bytes(b"damaged")
        assert not is_current(session, job)


def test_a_training_that_was_stopped_early_is_not_what_was_asked_for(session: Session) -> None:
    job = FinetuneParameters()
    finish(session.project, job, cancelled=True)
    assert not is_current(session, job)
    # What it read is what it would read now, all the same.
    assert session.runs.changed_inputs(job) == []
    made = finish(session.project, job, cancelled=False)
    found = session.runs.finished(job)
    assert found is not None and found.id == made.id


def test_verdicts_are_known_by_what_they_say_and_not_by_how_it_came_to_it(
    session: Session,
) -> None:
    project = session.project
    run = finish(project, FinetuneParameters())
    recorded = run_inputs.recorded_verdicts(run)
    assert recorded == run_inputs.present_verdicts(project)
    assert run_inputs.recorded_verdicts(finish(project, EmbedParameters())) is None
    session.exclude(np.array([1]))
    session.relabel(np.array([2]), 0)
    there = run_inputs.present_verdicts(project)
    session.undo()
    session.undo()
    assert run_inputs.present_verdicts(project) == recorded
    session.relabel(np.array([2]), 0)
    session.exclude(np.array([1]))
    assert run_inputs.present_verdicts(project) == there != recorded
    columns = session.columns
    digest = run_inputs.digest_of_verdicts(columns.current, columns.status, load_classes(project))
    assert digest == there
    assert run_inputs.recorded_verdicts(runs.load_run(project, run.id)) == recorded


def test_digests_in_the_results_of_earlier_versions_keep_their_meaning(session: Session) -> None:
    # Labels, then states, then the names as JSON by their own digest: as they are on record.
    label = np.arange(COUNT, dtype="<i4") % 3
    names = hashlib.sha256(b'["cat", "dog", "bird"]').hexdigest()[:16]
    content = label.tobytes() + bytes(COUNT) + names.encode()
    assert run_inputs.present_verdicts(session.project) == hashlib.sha256(content).hexdigest()[:16]
    session.class_edits.rename(0, "Käse")
    names = hashlib.sha256(b'["K\\u00e4se", "dog", "bird"]').hexdigest()[:16]
    content = label.tobytes() + bytes(COUNT) + names.encode()
    assert run_inputs.present_verdicts(session.project) == hashlib.sha256(content).hexdigest()[:16]


def test_parts_made_from_other_inputs_go_and_those_of_the_same_stay(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    kept = {"spec.json": "{}", "log.txt": "begun"}
    inputs = {"images": "1", "versions": "2"}
    (folder / "parts" / "deep").mkdir(parents=True)
    for name, text in {**kept, "half.npy": "x"}.items():
        (folder / name).write_text(text)
    # Without a record they are of an earlier version, and trusted.
    assert not run_inputs.drop_stale_parts(folder, inputs)
    assert not run_inputs.drop_stale_parts(folder, dict(reversed(inputs.items())))
    assert (folder / "parts" / "deep").is_dir() and (folder / "half.npy").is_file()
    newer = {**inputs, "images": "3"}
    assert run_inputs.drop_stale_parts(folder, newer)
    assert {path.name for path in folder.iterdir()} == {*kept, "inputs.json"}
    assert all((folder / name).read_text() == text for name, text in kept.items())
    # There is nothing left that could be stale, and the new inputs are on record.
    assert not run_inputs.drop_stale_parts(folder, inputs)
    (folder / "half.npy").write_text("x")
    assert not run_inputs.drop_stale_parts(folder, inputs)
    assert run_inputs.drop_stale_parts(folder, newer)
