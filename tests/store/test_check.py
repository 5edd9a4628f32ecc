"""Each fault of a project is named alone, mended where it can be, and gone afterwards."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.check import ProjectFault, check_project
from lnl_gui.store.database.containment import DATABASE
from lnl_gui.store.database.origin import is_known
from lnl_gui.store.dataset.thumbnails import store_thumbnail, thumbnail_path
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import EmbedParameters, FinetuneParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.array_file import write_array
from tests.builders import add_detection, make_project
from tests.conftest import home_of_its_own

COUNT = 30
WHOLE_JPEG = b"\xff\xd8 picture \xff\xd9"
HASHES = [bytes([97 + i]) * 32 for i in range(COUNT - 2)]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with verdicts, an embedding with its facts, a detection and a model."""
    with home_of_its_own(tmp_path_factory):
        folder = make_project(tmp_path_factory.mktemp("whole") / "p.lnl", count=COUNT)
        add_detection(folder)
        with Session.open(folder, reviewer="ann") as session:
            session.keep(np.arange(5))
            session.relabel(np.arange(5, 9), 2)
            project = session.project
            facts = np.zeros(COUNT, [("content_hash", "S32")])
            facts["content_hash"][: len(HASHES)] = HASHES
            write_array(project.arrays / "facts.npy", facts)
            write_array(project.arrays / "embedding-e.npy", np.ones((COUNT, 4), np.float16))
            embedded = RunResult(
                {"embedding:e": "arrays/embedding-e.npy", "facts": "arrays/facts.npy"}
            )
            trained = RunResult({"model": "models/m"})
            for parameters, result in ((EmbedParameters(("e",)), embedded), (TRAINING, trained)):
                run = runs.start_run(project, parameters)
                runs.record_end(project, run.id, runs.DONE, result)
            (folder / "models" / "m").mkdir()
            (folder / "models" / "m" / "model.json").write_text('{"class_names": ["cat"]}')
            (folder / "models" / "m" / "model.safetensors").write_bytes(b"\2\0\0\0\0\0\0\0{}")
    return folder


TRAINING = FinetuneParameters()


@pytest.fixture
def project(original: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "p.lnl"
    shutil.copytree(original, folder)
    return folder


def change(folder: Path, *statements: str) -> None:
    with closing(sqlite3.connect(folder / DATABASE)) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def dump(folder: Path) -> list[str]:
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        return list(connection.iterdump())


def texts(found: list[ProjectFault]) -> list[str]:
    return [str(fault.text) for fault in found]


RUN = (
    "INSERT INTO run(id, kind, spec, state, versions, started)"
    " VALUES ('{name}', 'detect', '{{}}', 'done', '{{}}', 1)"
)
MENDED_ROWS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        "The journal and the present label of 1 sample did not agree.",
        ("UPDATE current SET label = 1, status = 2 WHERE sample_id = 6",),
    ),
    (
        "The journal and the present labels of 3 samples did not agree.",
        ("DELETE FROM current WHERE sample_id < 3",),
    ),
    (
        "What 1 operation says of itself is damaged; its verdicts are not.",
        ("UPDATE op SET params = '[' WHERE id = 1",),
    ),
    (
        "What 2 operations say of themselves is damaged; their verdicts are not.",
        ("UPDATE op SET params = '[1]'",),
    ),
    (
        "1 run or file on record leads out of the project.",
        ("INSERT INTO artifact SELECT id, 'away', '../secret' FROM run WHERE id LIKE 'detect-%'",),
    ),
    (
        "4 runs or files on record lead out of the project.",
        (
            RUN.format(name="../up"),
            RUN.format(name="a b"),
            "INSERT INTO artifact VALUES ('a b', 'inside', 'runs/a')",
            "INSERT INTO artifact SELECT id, 'away', '/etc/x' FROM run WHERE id LIKE 'detect-%'",
            "INSERT INTO artifact SELECT id, 'off', 'C:\\x' FROM run WHERE id LIKE 'detect-%'",
        ),
    ),
)


def test_a_whole_project_is_left_as_it_is(project: Path) -> None:
    before = dump(project)
    assert check_project(project) == [] and check_project(project, repair=True) == []
    assert dump(project) == before


@pytest.mark.parametrize(("said", "statements"), MENDED_ROWS)
def test_rows_that_are_wrong_are_named_and_put_right(
    project: Path, said: str, statements: tuple[str, ...]
) -> None:
    before = dump(project)
    change(project, *statements)
    broken = dump(project)
    (fault,) = check_project(project)
    assert (str(fault.text), fault.mended) == (said, False) and dump(project) == broken
    (fault,) = check_project(project, repair=True)
    assert (str(fault.text), fault.mended) == (said, True)
    assert check_project(project) == []
    if "says of itself" in said or "say of themselves" in said:
        # What it said is lost; that its parameters are none is all that can be put there.
        assert len(dump(project)) == len(before)
    else:
        assert sorted(dump(project)) == sorted(before)


def spoil(folder: Path, file: str, content: bytes | None = b"cut") -> None:
    if content is None:
        (folder / file).unlink()
    else:
        (folder / file).write_bytes(content)


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("arrays/facts.npy", b"cut", "arrays/facts.npy is damaged or gone; embed again"),
        ("arrays/facts.npy", None, "arrays/facts.npy is damaged or gone; embed again"),
        ("arrays/file_stats.npy", b"cut", "arrays/file_stats.npy is damaged or gone; embed again"),
        ("arrays/embedding-e.npy", None, "arrays/embedding-e.npy is damaged or gone; embed again"),
        ("models/m/model.json", b"{}", "The model models/m is damaged (model.json); fine-tune"),
        ("models/m/model.safetensors", None, "The model models/m is damaged"),
    ],
)
def test_files_that_are_computed_again_are_named_with_the_remedy(
    project: Path, file: str, content: bytes | None, said: str
) -> None:
    spoil(project, file, content)
    for repair in (False, True, False):
        (fault,) = check_project(project, repair=repair)
        assert str(fault.text).startswith(said) and not fault.mended


def test_of_a_training_that_did_not_end_or_is_forgotten_no_model_is_missed(project: Path) -> None:
    spoil(project, "models/m/model.json", b"{}")
    change(project, "UPDATE run SET state = 'failed' WHERE kind = 'finetune'")
    assert check_project(project) == []
    change(project, "UPDATE run SET state = 'done' WHERE kind = 'finetune'")
    with open_project(project) as opened:
        (run,) = (run for run in runs.load_runs(opened) if run.kind == "finetune")
        shutil.rmtree(run.folder)
    assert check_project(project) == []


def test_damaged_thumbnails_of_this_project_go_and_others_stay(project: Path) -> None:
    damaged = {0: b"\xff\xd8 picture", 5: b"", 9: b"no picture"}
    for number, name in enumerate(HASHES[:12]):
        store_thumbnail(name.decode(), damaged.get(number, WHOLE_JPEG))
    store_thumbnail("of-another-project", b"cut")
    there = {number for number in range(12) if thumbnail_path(HASHES[number].decode()).is_file()}
    assert there == set(range(12))
    assert texts(check_project(project)) == [
        "3 cached thumbnails are damaged; the images themselves are shown instead."
    ]
    told: list[tuple[int, int]] = []
    (fault,) = check_project(project, repair=True, progress=lambda *step: told.append(step))
    assert fault.mended and told == [(0, len(HASHES))]
    left = {number for number in range(12) if thumbnail_path(HASHES[number].decode()).is_file()}
    assert left == set(range(12)) - set(damaged)
    assert thumbnail_path("of-another-project").is_file() and check_project(project) == []


@pytest.mark.parametrize(("count", "said"), [(1, "1 file was left"), (2, "2 files were left")])
def test_files_left_half_written_are_removed(project: Path, count: int, said: str) -> None:
    left = [project / "arrays" / f".a.npy.2841b0b9393{number}" for number in range(count)]
    for file in left:
        file.write_bytes(b"half")
    (fault,) = check_project(project)
    assert str(fault.text).startswith(said) and not fault.mended and all(f.is_file() for f in left)
    (fault,) = check_project(project, repair=True)
    assert fault.mended and not any(file.exists() for file in left)


@pytest.mark.parametrize(
    ("statements", "said"),
    [
        (
            ("INSERT INTO artifact VALUES ('gone', 'model', 'models/b')",),
            "1 row of the database refers to one that is not there.",
        ),
        (
            tuple(f"INSERT INTO artifact VALUES ('gone', '{n}', 'models/b')" for n in range(3)),
            "3 rows of the database refer to some that are not there.",
        ),
        (
            ("INSERT INTO op_change VALUES (1, 20, 0, 1, 0, 9)",),
            "table op_change: the journal names a sample, class or status that is not there (1)",
        ),
    ],
)
def test_a_database_that_breaks_its_rules_is_made_anew_and_kept_as_it_was(
    project: Path, statements: tuple[str, ...], said: str
) -> None:
    before = dump(project)
    change(project, *statements)
    # What else there is cannot be relied on, and is not looked at.
    spoil(project, "arrays/facts.npy")
    broken = dump(project)
    (fault,) = check_project(project)
    assert said in str(fault.text) and not fault.mended
    assert dump(project) == broken and not list(project.glob("damaged-*"))
    first, kept, *rest = check_project(project, repair=True)
    assert first.text == fault.text and first.mended
    assert kept.mended and str(project / "damaged-1") in str(kept.text)
    assert any("facts.npy" in text for text in texts(rest))
    with closing(sqlite3.connect(project / "damaged-1" / DATABASE)) as connection:
        assert list(connection.iterdump()) == broken
    assert sorted(dump(project)) == sorted(before)
    change(project, *statements)
    check_project(project, repair=True)
    assert (project / "damaged-2" / DATABASE).is_file()
    assert not list(project.glob(".*")) and len(check_project(project)) == 1


def test_what_waits_in_the_log_of_a_damaged_database_is_kept_and_read(project: Path) -> None:
    with closing(sqlite3.connect(project / DATABASE)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        with writer:
            writer.execute("INSERT INTO artifact VALUES ('gone', 'model', 'models/b')")
            writer.execute("INSERT INTO meta VALUES ('note', 'newest')")
        killed = project.with_name("killed.lnl")
        shutil.copytree(project, killed)
    check_project(killed, repair=True)
    assert (killed / "damaged-1" / f"{DATABASE}-wal").is_file()
    with open_project(killed) as opened:
        assert opened.meta("note") == "newest"


def test_a_project_that_has_lost_its_id_is_one_of_its_own(project: Path) -> None:
    change(project, "DELETE FROM meta", "INSERT INTO artifact VALUES ('gone', 'model', 'a')")
    check_project(project, repair=True)
    with open_project(project) as opened:
        header = opened.header()
    assert len(header["uuid"]) == 32 and is_known(header)


@pytest.mark.parametrize("count", [1, 3])
def test_verdicts_that_were_lost_come_back_from_the_newest_backup(
    project: Path, count: int
) -> None:
    with Session.open(project, reviewer="ann") as session:
        status = session.columns.status.tolist()
    # As many verdicts are lost as the backup has more: those of the newest operations.
    with closing(sqlite3.connect(project / DATABASE)) as connection, connection:
        lost = [n for (n,) in connection.execute("SELECT id FROM op ORDER BY id DESC")][:count]
        for number in lost:
            connection.execute("DELETE FROM op_change WHERE op_id = ?", (number,))
            connection.execute("DELETE FROM op WHERE id = ?", (number,))
        connection.execute("DELETE FROM current")
        connection.execute("INSERT INTO artifact VALUES ('gone', 'model', 'a')")
    assert (project / "backups").is_dir()
    found = check_project(project, repair=True)
    said = f"{len(lost)} operation{'s' if len(lost) > 1 else ''} came back from verdicts-"
    assert [text.startswith(said) for text in texts(found)].count(True) == 1
    assert all(fault.mended for fault in found)
    with Session.open(project, reviewer="ann") as session:
        assert session.columns.status.tolist() == status


def test_a_backup_that_cannot_be_read_is_said(project: Path) -> None:
    change(project, "INSERT INTO artifact VALUES ('gone', 'model', 'a')")
    (file,) = (project / "backups").iterdir()
    file.write_text("no journal")
    last = check_project(project, repair=True)[-1]
    assert file.name in str(last.text) and not last.mended


def test_what_is_no_project_is_not_looked_through(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="not an LNL project") as refused:
        check_project(tmp_path)
    assert refused.value.code == "not_a_project"


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_what_leads_out_of_a_project_is_not_looked_through(project: Path, tmp_path: Path) -> None:
    (project / "arrays" / "away").symlink_to(tmp_path)
    with pytest.raises(UserError, match="leads out of the project"):
        check_project(project)


@pytest.mark.parametrize("broken", [False, True])
def test_nothing_is_mended_in_a_project_that_is_open_elsewhere(project: Path, broken: bool) -> None:
    if broken:
        change(project, "INSERT INTO artifact VALUES ('gone', 'model', 'a')")
    with open_project(project):
        assert len(check_project(project)) == broken
        with pytest.raises(UserError, match="open in another window") as refused:
            check_project(project, repair=True)
    assert refused.value.code == "read_only"
    check_project(project, repair=True)
