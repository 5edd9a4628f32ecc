"""Runs: taken up when unfinished, adopted when the window died first."""

import shutil
import sqlite3
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock

from lnl_gui.cli.verbs.info import collect_facts
from lnl_gui.session.figures.stages import ProjectStage
from lnl_gui.session.session import Session
from lnl_gui.store.finish_run import sweep_temporary
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.job_kinds import from_dict, to_dict
from lnl_gui.store.jobs.parameters import (
    AttachParameters,
    DetectParameters,
    EmbedParameters,
    ExportParameters,
    FinetuneParameters,
    FirstLookParameters,
    NoiseTestParameters,
)
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import (
    DATABASE,
    SUFFIX,
    Project,
    create_project,
    lock_or_reason,
    open_project,
    resolve_root,
)
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.messages import Message
from tests.builders import make_project, update_dataset, write_core_scores


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_project(tmp_path / f"pets{SUFFIX}")


def test_an_unfinished_run_of_the_same_parameters_is_taken_up(folder: Path) -> None:
    with Session.open(folder) as session:
        first = session.runs.start(EmbedParameters())
        session.runs.finish(first.id, runs.CANCELLED, None)
        assert session.runs.start(EmbedParameters()).id == first.id
        other = session.runs.start(EmbedParameters(encoders=("resnet-50",)))
        assert other.id != first.id


def test_a_finished_run_is_not_taken_up_again(folder: Path) -> None:
    with Session.open(folder) as session:
        first = session.runs.start(ExportParameters("somewhere"))
        session.runs.finish(first.id, runs.DONE, RunResult({"a": "b"}, {"n": 1}))
        assert session.runs.start(ExportParameters("somewhere")).id != first.id
        found = session.runs.latest("export")
        assert found is not None
        assert (found.artifacts, found.metrics) == ({"a": "b"}, {"n": 1})


def test_a_result_outlives_a_killed_window(folder: Path) -> None:
    with Session.open(folder) as session:
        finished = session.runs.start(ExportParameters("a"))
        runs.write_result(finished.folder, RunResult({}, {"exported": 3}))
        embedded = session.runs.start(EmbedParameters())
        write_json(embedded.folder / "unreadable.json", {"4": "truncated"})
        runs.write_result(embedded.folder, RunResult({}, {}))
        broken = session.runs.start(FinetuneParameters(device="cpu"))
    with Session.open(folder) as session:
        states = {run.id: run.state for run in session.runs.all()}
        assert states == {
            finished.id: runs.DONE,
            embedded.id: runs.DONE,
            broken.id: runs.INTERRUPTED,
        }
        assert not session.columns.readable[4]
        assert ("cat/broken.png", Message("zero bytes")) in session.unreadable()


def test_what_a_finished_run_could_resume_from_goes_at_the_next_opening(folder: Path) -> None:
    with open_project(folder) as project:
        run = runs.start_run(project, EmbedParameters())
        runs.record_end(project, run.id, runs.DONE, RunResult())
        other = runs.start_run(project, DetectParameters())
    for left in (run, other):
        (left.folder / "parts" / "x").mkdir(parents=True)
    with Session.open(folder):
        assert not (run.folder / "parts").exists()
        # That of an unfinished one is what it goes on from.
        assert (other.folder / "parts" / "x").is_dir()


def test_parameters_survive_json() -> None:
    parameters = EmbedParameters(encoders=("a", "b"), device="cuda:1")
    assert from_dict(EmbedParameters, to_dict(parameters)) == parameters
    with pytest.raises(UserError, match="colour"):
        from_dict(EmbedParameters, {"colour": "red"})


def test_dataset_is_found_again_when_both_moved(tmp_path: Path) -> None:
    make_project(tmp_path / "one" / "pets.lnl", root=tmp_path / "one" / "images")
    (tmp_path / "two" / "images").mkdir(parents=True)
    moved = resolve_root(tmp_path / "two" / "pets.lnl", "../images", "/gone")
    assert moved == tmp_path / "two" / "images"


def test_creating_over_something_is_refused(tmp_path: Path) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.txt").write_text("precious")
    with pytest.raises(UserError, match="exists already"):
        create_project(tmp_path / "taken", root=tmp_path, reader="folders")


def test_a_forgotten_run_leaves_nothing(folder: Path) -> None:
    with Session.open(folder) as session:
        kept, gone = (session.runs.start(ExportParameters(name)) for name in ("kept", "gone"))
        for run in (kept, gone):
            session.runs.finish(run.id, runs.DONE, RunResult({"a": "b"}, {}))
        session.runs.forget(gone.id)
        (left,) = session.runs.all()
        assert (left.id, left.artifacts) == (kept.id, {"a": "b"})
        assert not gone.folder.exists() and kept.folder.is_dir()


def test_a_run_whose_folder_was_removed_is_no_latest_run(folder: Path) -> None:
    with Session.open(folder) as session:
        made = []
        for seed in (0, 1):
            run = session.runs.start(DetectParameters(seed=seed))
            write_core_scores(run.folder, len(session))
            runs.record_end(session.project, run.id, runs.DONE, RunResult())
            made.append(runs.load_run(session.project, run.id))
        assert session.runs.latest("detect") == made[1]
        shutil.rmtree(made[1].folder)
        assert session.runs.latest("detect") == made[0]
        assert runs.load_run(session.project, made[1].id).is_superseded
        assert runs.done_kinds(session.project) == {"detect"}
        shutil.rmtree(made[0].folder)
        assert session.runs.latest("detect") is None
        assert runs.done_kinds(session.project) == set()
        assert made[0].log() == ""
    with Session.open(folder) as again:
        assert again.stage() == ProjectStage.IMPORTED and not again.columns.flagged.any()
        facts = collect_facts(again)
    assert (facts["runs"], facts["superseded_runs"]) == ([], 2)


def test_a_run_of_a_kind_that_was_called_otherwise_is_found(folder: Path) -> None:
    with Session.open(folder) as session:
        former = session.runs.start(NoiseTestParameters())
        session.runs.finish(former.id, runs.DONE, RunResult({}, {"n": 1}))
        with session.project.transaction() as connection:
            connection.execute("UPDATE run SET kind = 'noise_lab'")
        assert [run.kind for run in session.runs.all()] == ["noise_test"]
        found = session.runs.latest("noise_test")
        assert found is not None and found.id == former.id
        assert runs.done_kinds(session.project) == {"noise_test"}
        newer = session.runs.start(NoiseTestParameters())
        session.runs.finish(newer.id, runs.DONE, None)
        found = session.runs.latest("noise_test")
        assert found is not None and found.id == newer.id


def test_a_damaged_result_leaves_a_run_to_be_done_again(folder: Path) -> None:
    with Session.open(folder) as session:
        run = session.runs.start(ExportParameters("a"))
        (run.folder / runs.RESULT).write_text('{"artifacts": 3}', encoding="utf-8")
    with Session.open(folder) as session:
        assert runs.load_run(session.project, run.id).state == runs.INTERRUPTED
        assert session.runs.start(ExportParameters("a")).id == run.id


def test_figures_of_a_run_that_was_called_otherwise_have_their_present_names(folder: Path) -> None:
    rows = [
        {"noise": "symmetric 20 %", "detector": "consensus", "recall": 0.9},
        {"noise": "given", "detector": "neighbours", "recall": None},
        {"noise": "symmetric twenty", "detector": "x"},
        "nothing",
    ]
    with Session.open(folder) as session:
        former = session.runs.start(NoiseTestParameters())
        metrics = {"note": "Measured.", "means": rows, "rows": 3}
        session.runs.finish(former.id, runs.DONE, RunResult({}, metrics))
        with session.project.transaction() as connection:
            connection.execute("UPDATE run SET kind = 'noise_lab'")
        found = session.runs.latest("noise_test")
    assert found is not None
    assert found.metrics == {
        "note": "Measured.",
        "means": [
            {
                "noise": "symmetric_exclusive",
                "rate": 0.2,
                "method": "detect:consensus",
                "recall": 0.9,
            },
            {"noise": "given", "rate": 0.0, "method": "detect:neighbours", "recall": None},
        ],
        "rows": [],
    }


def test_an_earlier_fine_tune_claims_no_gain_and_has_its_present_parameters(folder: Path) -> None:
    with Session.open(folder) as session:
        run = session.runs.start(FinetuneParameters())
        with session.project.transaction() as connection:
            connection.execute("UPDATE run SET spec = '{\"use_suggestions\": false}'")
        metrics = {"mended": 3, "broken": 1, "difference": 0.1, "before": None}
        session.runs.finish(run.id, runs.DONE, RunResult({}, metrics))
        found = session.runs.latest("finetune")
    assert found is not None
    # Measured on held-out samples that no detector doubted, which favoured cleaning.
    assert found.metrics == {"before": None}
    assert found.parameters == {"unreviewed": "left-out"}


@pytest.mark.parametrize(("former", "present"), [("onnx", ["onnx"]), ("none", [])])
def test_an_earlier_export_has_its_one_format_among_several(
    former: str, present: list[str], folder: Path
) -> None:
    with Session.open(folder) as session:
        run = session.runs.start(ExportParameters("a"))
        with session.project.transaction() as connection:
            spec = f'{{"destination": "a", "model_format": "{former}"}}'
            connection.execute("UPDATE run SET spec = ?", (spec,))
        session.runs.finish(run.id, runs.DONE, RunResult({}, {}))
        found = session.runs.latest("export")
    assert found is not None
    assert found.parameters == {"destination": "a", "model_formats": present}


def test_a_log_is_read_whatever_bytes_are_in_it(folder: Path) -> None:
    with Session.open(folder) as session:
        run = session.runs.start(ExportParameters("a"))
        assert run.log() == ""
        (run.folder / runs.LOG).write_bytes(b"caf\xc3\xa9\n\xff end")
        assert run.log() == "café\n\ufffd end"


@pytest.mark.parametrize("version", [99_000, None])
def test_a_project_that_is_refused_is_left_to_others(folder: Path, version: int | None) -> None:
    if version is None:
        (folder / DATABASE).write_bytes(b"not a database at all" * 100)
    else:
        connection = sqlite3.connect(folder / DATABASE)
        connection.execute(f"PRAGMA user_version = {version}")
        connection.close()
    with pytest.raises(UserError):
        open_project(folder)
    lock = lock_or_reason(folder)
    assert isinstance(lock, FileLock)
    lock.release()


def test_what_a_killed_job_was_writing_goes_however_deep_it_lies(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "p.lnl", count=9)
    left = [
        folder / "runs/finetune-1/parts/curated/model/.model.json.2841b0b93933",
        folder / ".project.db.2841b0b93933",
    ]
    kept = [folder / "notes" / ".mine.2841b0b93933", folder / "models" / ".keep"]
    for file in (*left, *kept):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"half")
    with open_project(folder) as project:
        sweep_temporary(project)
    assert not any(file.exists() for file in left) and all(file.exists() for file in kept)


def test_what_is_older_than_new_images_or_than_a_new_reading_is_told(folder: Path) -> None:
    with open_project(folder) as project:
        first = runs.start_run(project, EmbedParameters())
        assert not runs.is_outdated(project, first) and not runs.is_before_update(project, first)
        # Read again, with nothing new in it.
        update_dataset(project, skipped=())
        assert not runs.is_outdated(project, first) and runs.is_before_update(project, first)
        second = runs.start_run(project, DetectParameters())
        assert not runs.is_before_update(project, second)
        last = update_dataset(project, content_changed=(3,))
        newest = update_dataset(project, skipped=())
        assert not runs.is_before_update(project, newest)
        third = runs.start_run(project, ExportParameters("a"))
        for run in (first, second):
            assert runs.is_outdated(project, run) and runs.is_before_update(project, run)
        for run in (last, third):
            assert not runs.is_outdated(project, run)
        assert runs.is_before_update(project, last) and not runs.is_before_update(project, third)


@pytest.mark.parametrize("damaged", [False, True])
def test_where_no_run_is_on_record_the_time_tells_what_is_older(
    folder: Path, damaged: bool
) -> None:
    with open_project(folder) as project:
        run = runs.start_run(project, EmbedParameters())
        for name, told in (
            ("samples_changed", runs.is_outdated),
            ("updated", runs.is_before_update),
        ):
            for moment, older in ((run.started - 1, False), (run.started + 1, True)):
                with project.transaction() as connection:
                    value = f"{moment!r} s" if damaged else repr(moment)
                    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, value))
                assert told(project, run) is (older and not damaged)


def attach(project: Project, *names: str, state: str = runs.DONE) -> None:
    run = runs.start_run(project, AttachParameters(name=str(names)))
    artifacts = {name: f"arrays/{name.replace(':', '-')}.npy" for name in names}
    for path in artifacts.values():
        write_array(project.folder / path, np.ones((30, 4), np.float16))
    runs.record_end(project, run.id, state, RunResult(artifacts))


def test_an_attached_embedding_stands_for_a_computed_one(folder: Path) -> None:
    with open_project(folder) as project:
        attach(project, "probabilities:p")
        attach(project, "embedding:late", state=runs.FAILED)
        assert runs.done_kinds(project) == {"attach"}
        attach(project, "embedding:e", "probabilities:p")
        assert runs.done_kinds(project) == {"attach", "embed"}
        (project.arrays / "embedding-e.npy").write_bytes(b"cut")
        assert runs.done_kinds(project) == {"attach"}
        attach(project, "embedding:e")
        assert runs.done_kinds(project) == {"attach", "embed"}
        update_dataset(project, added=(("cat/new.png", 0, 0, None),))
        # The probabilities are still those that were attached.
        assert runs.done_kinds(project) == {"attach", "update"}


def test_a_computed_embedding_counts_while_any_of_its_files_can_be_read(folder: Path) -> None:
    with open_project(folder) as project:
        run = runs.start_run(project, EmbedParameters(("a", "b")))
        artifacts = {"embedding:a": "arrays/a.npy", "embedding:b": "arrays/b.npy"}
        for path in artifacts.values():
            write_array(project.folder / path, np.ones((30, 4), np.float16))
        runs.record_end(project, run.id, runs.DONE, RunResult(artifacts))
        assert runs.done_kinds(project) == {"embed"}
        (project.arrays / "a.npy").unlink()
        assert runs.done_kinds(project) == {"embed"}
        (project.arrays / "b.npy").write_bytes(b"cut")
        assert runs.done_kinds(project) == set()


def test_the_first_look_serves_until_there_is_a_detection_that_can_be_read(folder: Path) -> None:
    with open_project(folder) as project:
        assert runs.newest_detection(project) is None
        made = []
        for parameters in (FirstLookParameters(), DetectParameters(), FirstLookParameters()):
            run = runs.start_run(project, parameters)
            write_core_scores(run.folder, 30)
            made.append(runs.record_end(project, run.id, runs.DONE, RunResult()))
            newest = runs.newest_detection(project)
            assert newest is not None
            assert newest.id == made[min(1, len(made) - 1)].id
        (made[1].folder / "loss.npy").write_bytes(b"cut")
        newest = runs.newest_detection(project)
        assert newest is not None and newest.id == made[2].id
        # Where its damage is to be told it is found all the same.
        found = runs.latest_run(project, "detect", damaged_too=True)
        assert found is not None and found.id == made[1].id


def test_a_run_that_finds_no_place_on_the_disk_says_what_could_not_be_done(folder: Path) -> None:
    with open_project(folder) as project:
        shutil.rmtree(project.runs)
        project.runs.write_text("no folder")
        with pytest.raises(UserError, match="put the job on record"):
            runs.start_run(project, EmbedParameters())


def test_noises_that_were_called_otherwise_have_their_present_names(folder: Path) -> None:
    rows = [{"noise": "symmetric", "rate": 0.2}, {"noise": "pair"}, {"noise": 3}, "nothing"]
    with open_project(folder) as project:
        run = runs.start_run(project, NoiseTestParameters())
        with project.transaction() as connection:
            connection.execute("""UPDATE run SET spec = '{"noises": ["instance:0.4", "given"]}'""")
        metrics = {"rows": rows, "means": 3, "note": "x"}
        found = runs.record_end(project, run.id, runs.DONE, RunResult({}, metrics))
    assert found.parameters == {"noises": ["instance_xia:0.4", "given"]}
    assert found.metrics == {
        "rows": [{"noise": "symmetric_exclusive", "rate": 0.2}, *rows[1:]],
        "means": [],
        "note": "x",
    }
