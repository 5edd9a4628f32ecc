"""A pack goes out with images and evidence, is reviewed elsewhere, and comes back as a journal."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lnl_gui.pipeline.output import pack as packing
from lnl_gui.session.acts.team import open_pack
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNSEEN
from lnl_gui.store.history.pack_format import JOURNAL, MANIFEST
from lnl_gui.store.jobs.parameters import PackParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import temporary_name
from tests.builders import make_drawn_project
from tests.session.test_session import Quiet

CAT, DOG, BIRD = range(3)
PACKED = (0, 3, 4)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = make_drawn_project(tmp_path)
    with Session.open(made, reviewer="ann") as session:
        session.class_edits.rename(BIRD, "owl")
        session.keep(np.array([3, 5]))
        session.remarks.note(np.array([4]), "Which one?")
    return made


def pack(folder: Path, file: Path, **changes: Any) -> dict[str, Any]:
    parameters = PackParameters(str(file), PACKED, **changes)
    found: dict[str, Any] = packing.run(
        parameters, Quiet(), project_folder=folder, run_folder=file.parent
    )
    return found["metrics"]


@pytest.mark.parametrize("images", ["thumbnails", "full"])
def test_what_is_decided_in_a_pack_comes_back(folder: Path, tmp_path: Path, images: str) -> None:
    file = tmp_path / "out.lnlpack"
    assert pack(folder, file, images=images)["samples"] == 3
    with zipfile.ZipFile(file) as archive:
        # Nothing of the machine it was made on.
        assert str(tmp_path).encode() not in archive.read(MANIFEST) + archive.read(JOURNAL)
        first = archive.read(next(n for n in archive.namelist() if n.startswith("images/")))
    original = (tmp_path / "images" / "cat" / "0000.png").read_bytes()
    assert (first == original) == (images == "full")
    other = open_pack(file, tmp_path / "elsewhere" / "out.lnl")
    with Session.open(other, reviewer="bob") as session:
        assert len(session) == 3
        columns = session.columns
        assert columns.status.tolist() == [UNSEEN, KEPT, UNSEEN]
        assert [session.class_name(int(label)) for label in columns.suggested] == [
            "dog",
            "dog",
            "dog",
        ]
        assert columns.flagged.tolist() == [True, True, False]
        assert session.classes[BIRD].name == "owl"
        assert session.remarks.notes_of(2) == {"ann": "Which one?"}
        assert session.evidence(0).votes[0].label == DOG
        assert session.images.absent_files.absent == 0
        with Image.open(str(session.images.file_of(0))) as image:
            assert image.size == (40, 30)
        session.accept(np.array([0]))
        session.relabel(np.array([1]), BIRD)
        session.remarks.note(np.array([2]), "A dog.")
    with Session.open(folder, reviewer="ann") as session:
        assert session.team.is_journal(other)
        report, changes = session.team.take_in(other)
        assert not report.missing and changes.labels
        assert session.columns.current[[0, 3]].tolist() == [DOG, BIRD]
        assert session.columns.status[[0, 3, 5]].tolist() == [RELABELLED, RELABELLED, KEPT]
        assert session.remarks.notes_of(4) == {"ann": "Which one?", "bob": "A dog."}
        again, _ = session.team.take_in(other)
        assert again.imported.operations == 0


def with_hashes(folder: Path, names: str) -> None:
    """Give the samples of a project contents, one letter each."""
    facts = np.zeros(len(names), [("content_hash", "S32")])
    facts["content_hash"] = [name.encode() * 32 for name in names]
    np.save(folder / "arrays" / "facts.npy", facts)


@pytest.mark.parametrize("embedded", [False, True])
def test_verdicts_in_a_pack_follow_files_that_were_renumbered(
    folder: Path, tmp_path: Path, embedded: bool
) -> None:
    with_hashes(folder, "ABCDEFGHIJKL")
    pack(folder, tmp_path / "out.lnlpack")
    other = open_pack(tmp_path / "out.lnlpack", tmp_path / "out.lnl")
    if embedded:
        # Its images are smaller copies, with contents of their own.
        with_hashes(other, "XYZ")
    with Session.open(other, reviewer="bob") as session:
        assert session.columns.status.tolist() == [UNSEEN, KEPT, UNSEEN]
        session.exclude(np.array([0, 2]))
    # Each file has the next one's name; the update since has followed that.
    with_hashes(folder, "BCDEFGHIJKLA")
    with Session.open(folder, reviewer="ann") as session:
        report, _ = session.team.take_in(other)
        assert (report.missing, report.others) == ([], [])
        assert np.flatnonzero(session.columns.status == EXCLUDED).tolist() == [3, 11]


def test_a_pack_of_an_earlier_version_is_found_by_name(folder: Path, tmp_path: Path) -> None:
    pack(folder, tmp_path / "out.lnlpack")
    other = open_pack(tmp_path / "out.lnlpack", tmp_path / "out.lnl")
    (other / "arrays" / "packed_hashes.npy").unlink()
    with_hashes(other, "XYZ")
    with Session.open(other, reviewer="bob") as session:
        session.exclude(np.array([0]))
    with_hashes(folder, "ABCDEFGHIJKL")
    with Session.open(folder, reviewer="ann") as session:
        report, _ = session.team.take_in(other)
        assert (report.by_name, report.others) == (3, [])
        assert session.columns.status[0] == EXCLUDED


def test_a_verdict_given_here_meanwhile_stays_and_makes_a_disagreement(
    folder: Path, tmp_path: Path
) -> None:
    file = tmp_path / "out.lnlpack"
    pack(folder, file)
    other = open_pack(file, tmp_path / "out.lnl")
    with Session.open(other, reviewer="bob") as session:
        session.relabel(np.array([0]), BIRD)
    with Session.open(folder, reviewer="ann") as session:
        session.keep(np.array([0]))
        report, _ = session.team.take_in(other)
        assert len(report.imported.conflicts) == 1
        assert session.columns.current[0] == CAT
        assert session.team.disagreement_count() == 1


def test_missing_images_are_counted_and_all_missing_is_refused(
    folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "images" / "cat" / "0000.png").unlink()
    assert pack(folder, tmp_path / "a.lnlpack")["missing"] == 1
    with Session.open(open_pack(tmp_path / "a.lnlpack", tmp_path / "a.lnl")) as session:
        assert session.columns.readable.tolist() == [False, True, True]
    for place in ("cat/0003.png", "dog/0004.png"):
        (tmp_path / "images" / place).unlink()
    with pytest.raises(UserError, match="nothing was packed"):
        pack(folder, tmp_path / "b.lnlpack")
    assert not (tmp_path / "b.lnlpack").exists()


def test_what_cannot_be_packed_is_refused(folder: Path, tmp_path: Path) -> None:
    for rows, name in (((), "a.lnlpack"), ((99,), "a.lnlpack"), ((0,), "a.zip")):
        parameters = PackParameters(str(tmp_path / name), rows)
        with pytest.raises(UserError):
            packing.run(parameters, Quiet(), project_folder=folder, run_folder=tmp_path)


Entries = dict[str, bytes]


def _manifest(change: Callable[[dict[str, Any]], object]) -> Callable[[Entries], None]:
    def act(entries: Entries) -> None:
        values = json.loads(entries[MANIFEST])
        change(values)
        entries[MANIFEST] = json.dumps(values).encode()

    return act


HOSTILE: dict[str, Callable[[Entries], object]] = {
    "a path out of the folder": lambda e: e.update({"images/../../evil.jpg": b"x"}),
    "an absolute path": lambda e: e.update({"/tmp/evil.jpg": b"x"}),
    "a windows path": lambda e: e.update({"images\\..\\evil.jpg": b"x"}),
    "a file nobody named": lambda e: e.update({"images/999999.jpg": b"x"}),
    "no manifest": lambda e: e.pop(MANIFEST),
    "no journal": lambda e: e.pop(JOURNAL),
    "no json": lambda e: e.update({MANIFEST: b"["}),
    "nested": lambda e: e.update({MANIFEST: b"[" * 100_000}),
    "a list": lambda e: e.update({MANIFEST: b"[]"}),
    "another format": _manifest(lambda v: v.update(format="x")),
    "a newer version": _manifest(lambda v: v.update(version=99)),
    "a class beyond": _manifest(lambda v: v["samples"][0].update(given=99)),
    "a suggestion beyond": _manifest(lambda v: v["samples"][0].update(suggested=3)),
    "a split beyond": _manifest(lambda v: v["samples"][0].update(split=9)),
    "a neighbour beyond": _manifest(lambda v: v["samples"][0].update(neighbours=[[7, 0.5]])),
    "one path twice": _manifest(lambda v: v["samples"][0].update(path=v["samples"][1]["path"])),
    "a zero byte": _manifest(lambda v: v["samples"][0].update(path="a\0b")),
    "an image twice": _manifest(lambda v: v["samples"][0].update(image=v["samples"][1]["image"])),
    "a class twice": _manifest(lambda v: v.update(classes=["cat", "cat", "bird"])),
    "no samples": _manifest(lambda v: v.update(samples=[])),
    "a damaged journal": lambda e: e.update({JOURNAL: e[JOURNAL] + b"{\n"}),
}


@pytest.fixture
def entries(folder: Path, tmp_path: Path) -> Entries:
    pack(folder, tmp_path / "good.lnlpack")
    with zipfile.ZipFile(tmp_path / "good.lnlpack") as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _write(file: Path, entries: Entries, how: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return file


def test_a_pack_that_is_not_what_it_may_be_is_refused_and_leaves_nothing(
    entries: Entries, tmp_path: Path
) -> None:
    for name, spoil in HOSTILE.items():
        spoilt = dict(entries)
        spoil(spoilt)
        file = _write(tmp_path / "bad.lnlpack", spoilt)
        with pytest.raises(UserError):
            open_pack(file, tmp_path / "bad.lnl")
        assert not (tmp_path / "bad.lnl").exists(), name
    assert not (tmp_path / "evil.jpg").exists()


def test_bombs_and_other_files_are_refused(entries: Entries, tmp_path: Path) -> None:
    image = next(name for name in entries if name.startswith("images/"))
    bomb = _write(
        tmp_path / "bomb.lnlpack", {**entries, image: bytes(10_000_000)}, zipfile.ZIP_DEFLATED
    )
    text = tmp_path / "text.lnlpack"
    text.write_text("hello")
    twice = tmp_path / "twice.lnlpack"
    stream = io.BytesIO((tmp_path / "good.lnlpack").read_bytes())
    with zipfile.ZipFile(stream, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr(image, b"x")
    twice.write_bytes(stream.getvalue())
    for file in (bomb, text, twice):
        with pytest.raises(UserError):
            open_pack(file, tmp_path / "made.lnl")
        assert not (tmp_path / "made.lnl").exists()
    with pytest.raises(UserError, match="exists"):
        open_pack(tmp_path / "good.lnlpack", tmp_path)


def test_what_a_killed_pack_has_left_goes_with_the_next_one(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "out.lnlpack"
    half = tmp_path / temporary_name(file.name)
    others = [tmp_path / temporary_name("other.lnlpack"), tmp_path / f".{file.name}.bak"]
    for left in (half, *others):
        left.write_bytes(b"PK")
    pack(folder, file)
    assert file.exists() and not half.exists() and all(other.exists() for other in others)
