"""An export that is killed at any change of a file is finished, or taken back, by the next one."""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lnl_gui.pipeline.output.checksums import CHECKSUMS, verify, write_checksums
from lnl_gui.pipeline.output.destination import MANIFEST, recover_export, whole_folder
from lnl_gui.pipeline.output.replacing import ALWAYS, Sources
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import ExportParameters
from lnl_gui.util.files.unfinished import sweep_unfinished
from tests.builders import make_project
from tests.campaign.faults import kills

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs fork")
Fill = Callable[[str], None]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "exports"


def fill(destination: Path, text: str, *, images: str = "copy") -> None:
    parameters = ExportParameters(str(destination), overwrite=True, images=images)
    recover_export(destination)
    sources = Sources("one", destination.parent / "p.lnl", ())
    with whole_folder(destination, parameters, partial=False, sources=lambda: sources) as folder:
        (folder / "images").mkdir()
        for name in ("a", "b", "c", text):
            (folder / "images" / name).write_text(text)
        for name in ALWAYS:
            (folder / name).write_text(text)
        write_checksums(folder)
        manifest = {"project": "one", "images": images, "curated_sha256": "", "dataset_root": ""}
        (folder / MANIFEST).write_text(json.dumps(manifest))


def texts(folder: Path) -> set[str]:
    files = [file for file in folder.rglob("*") if file.is_file()]
    return {file.read_text() for file in files if file.name not in (MANIFEST, CHECKSUMS)}


def test_overwriting_survives_a_kill_at_every_change(place: Path) -> None:
    out, tried = place / "out", 0

    def start() -> None:
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
        fill(out, "old")

    start()
    for _ in kills(lambda: fill(out, "new")):
        tried += 1
        # What has the name is whole, old or new; where nothing has it the next call finds it.
        if out.exists():
            assert texts(out) in ({"old"}, {"new"})
        recover_export(out)
        assert texts(out) in ({"old"}, {"new"}) and (out / MANIFEST).is_file()
        fill(out, "newer")
        assert texts(out) == {"newer"}
        sweep_unfinished()
        assert [entry.name for entry in place.iterdir()] == ["out"]
        start()
    assert tried > 15
    assert texts(out) == {"new"}


def test_a_first_export_leaves_nothing_behind_that_is_not_swept(place: Path) -> None:
    place.mkdir()
    for _ in kills(lambda: fill(place / "out", "new")):
        sweep_unfinished()
        assert [entry.name for entry in place.iterdir()] in ([], ["out"])
        shutil.rmtree(place / "out", ignore_errors=True)


@pytest.mark.parametrize("first", [True, False])
def test_tables_go_into_a_folder_in_use_after_a_kill_at_every_change(
    place: Path, first: bool
) -> None:
    out, tried = place / "out", 0

    def start() -> None:
        shutil.rmtree(place, ignore_errors=True)
        out.mkdir(parents=True)
        (out / "letter.txt").write_text("dear")
        if not first:
            fill(out, "old", images="none")

    start()
    for _ in kills(lambda: fill(out, "new", images="none")):
        tried += 1
        fill(out, "newer", images="none")
        sweep_unfinished()
        assert texts(out) == {"newer", "dear"}
        assert verify(out).unknown == ("letter.txt",) and not verify(out).changed
        assert len(list(out.iterdir())) == len(ALWAYS) + 4
        start()
    assert tried > 8


def test_what_an_earlier_version_left_between_its_renames_is_found(place: Path) -> None:
    out = place / "out"
    fill(out, "old")
    out.rename(place / ".out.old")
    fill(place / ".out.new", "new")
    recover_export(out)
    assert texts(out) == {"new"}
    assert [entry.name for entry in place.iterdir()] == ["out"]


def test_folders_of_anybody_else_stay_and_block_nothing(place: Path) -> None:
    out = place / "out"
    fill(out, "old")
    for name in (".out.old", ".out.new", ".out.older", ".out.old2"):
        (place / name).mkdir()
        (place / name / "letter.txt").write_text("dear")
    fill(out, "new")
    assert texts(out) == {"new"}
    assert len(list(place.rglob("letter.txt"))) == 4
    assert len(list(place.iterdir())) == 5


def test_what_a_project_names_is_never_swept(tmp_path: Path) -> None:
    folder = make_project(tmp_path / "pets.lnl", count=4)
    theirs = tmp_path / ".out.abcdefgh"
    theirs.mkdir()
    (folder / "arrays" / ".facts.npy.0123456789ab").write_bytes(b"half")
    (folder / "arrays" / ".17.embedding-x.npy").write_bytes(b"half")
    (folder / "arrays" / ".kept").write_bytes(b"whole")
    Session.open(folder).close()
    assert theirs.is_dir()
    assert [f.name for f in (folder / "arrays").glob(".*")] == [".kept"]
