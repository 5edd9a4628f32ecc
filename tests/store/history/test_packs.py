"""A pack written by hand becomes the project it describes; one thing that cannot be refuses it."""

import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.store.database.containment import DATABASE
from lnl_gui.store.dataset.samples import KEPT, UNSEEN, load_split_names
from lnl_gui.store.detection.array_rows import detection_row
from lnl_gui.store.detection.detection_tables import DetectorEntry, read_detectors
from lnl_gui.store.detection.scores import load_scores
from lnl_gui.store.history import pack_format
from lnl_gui.store.history.open_pack import unpack
from lnl_gui.store.history.pack_format import PACK_OF, open_archive
from lnl_gui.store.jobs import runs
from lnl_gui.store.project import open_project
from lnl_gui.store.review.standing_samples import load_samples
from lnl_gui.util.errors import UserError

OPERATION = {
    "guid": "one",
    "kind": "keep",
    "params": {},
    "time": 1.7e9,
    "reviewer": "ann",
    "undone": False,
    "changes": [["cat/b.png", "", "cat", "cat", "unseen", "kept"]],
}


def manifest() -> dict[str, Any]:
    """Three samples: one with all evidence, one with none and no image, one without a label."""
    return {
        "format": "lnl-pack",
        "version": 1,
        "project": "3f2a",
        "name": "pets",
        "made": "2026-01-02T03:04:05+00:00",
        "images": "thumbnails",
        "classes": ["cat", "dog"],
        "splits": ["", "train"],
        "detectors": [["neighbours", "Nearest neighbours"], ["own", {"template": "Mine"}]],
        "threshold": 0.5,
        "samples": [
            {
                "path": "cat/a.png",
                "image": "images/000000.jpg",
                "given": 0,
                "split": 1,
                "suspicion": 0.75,
                "suggested": 1,
                "flagged": True,
                "loss": 2.5,
                "confidence": 0.875,
                "votes": [[0.25, 1], [None, -1]],
                "neighbours": [[2, 0.5], [1, 0.25]],
            },
            {"path": "cat/b.png", "image": "", "given": 0, "split": 0},
            {
                "path": "x.png",
                "image": "images/000002.png",
                "given": -1,
                "split": 0,
                "off_topic": True,
            },
        ],
    }


def entries(values: dict[str, Any] | None = None) -> dict[str, bytes]:
    header = {"format": "lnl-journal", "version": 3, "project": "3f2a"}
    lines = [json.dumps(header), json.dumps(OPERATION)]
    return {
        "pack.json": json.dumps(values or manifest()).encode(),
        "journal.jsonl": "\n".join(lines).encode(),
        "images/000000.jpg": b"first picture",
        "images/000002.png": b"third",
    }


def write(file: Path, files: dict[str, bytes], how: int = zipfile.ZIP_STORED) -> Path:
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file


def test_a_pack_becomes_the_project_it_describes(tmp_path: Path) -> None:
    folder = unpack(write(tmp_path / "a.lnlpack", entries()), tmp_path / "deep" / "a.lnl")
    with open_project(folder, read_only=True) as project:
        samples = load_samples(project)
        assert list(samples.paths) == ["cat/a.png", "cat/b.png", "x.png"]
        assert list(samples.files) == ["000000.jpg", "cat/b.png", "000002.png"]
        assert samples.given.tolist() == [0, 0, -1]
        assert samples.status.tolist() == [UNSEEN, KEPT, UNSEEN]
        assert samples.split.tolist() == [1, 0, 0]
        assert samples.readable.tolist() == [True, False, True]
        assert load_split_names(project) == ["", "train"]
        assert (project.meta(PACK_OF), project.meta("pack_name")) == ("3f2a", "pets")
        assert project.dataset_root == folder / "images"
        run = runs.newest_detection(project)
    pictures = {file.name: file.read_bytes() for file in (folder / "images").iterdir()}
    assert pictures == {"000000.jpg": b"first picture", "000002.png": b"third"}
    assert not list(folder.rglob("*.jsonl"))
    assert run is not None
    found = load_scores(run.folder, 3)
    np.testing.assert_array_equal(found.suspicion, [0.75, np.nan, np.nan])
    np.testing.assert_array_equal(found.loss, [2.5, np.nan, np.nan])
    np.testing.assert_array_equal(found.confidence, [0.875, np.nan, np.nan])
    assert found.suggested.tolist() == [1, -1, -1]
    assert found.flagged.tolist() == [True, False, False]
    assert found.off_topic.tolist() == [False, False, True]
    assert found.summary.threshold == 0.5 and found.summary.flagged == 1
    assert read_detectors(run.folder) == (
        DetectorEntry("d0", "Nearest neighbours"),
        DetectorEntry("d1", {"template": "Mine"}),
    )
    expected = {"d0-score": [0.25, np.nan], "d0-vote": [1, -1], "d1-vote": [-1, -1]}
    for name, values in expected.items():
        for row, value in enumerate(values):
            np.testing.assert_array_equal(detection_row(run.folder, f"detector-{name}", row), value)
    assert detection_row(run.folder, "neighbours", 0).tolist()[:3] == [2, 1, -1]
    assert detection_row(run.folder, "neighbours", 1).tolist() == [-1] * 10
    assert detection_row(run.folder, "neighbours", 1).dtype == np.int32
    similarity = detection_row(run.folder, "neighbour_similarity", 0)
    np.testing.assert_array_equal(similarity[:3], [0.5, 0.25, np.nan])


def test_of_more_neighbours_than_are_shown_the_first_are_kept(tmp_path: Path) -> None:
    values = manifest()
    values["samples"][0]["neighbours"] = [[2, 1 - place / 16] for place in range(12)]
    folder = unpack(write(tmp_path / "a.lnlpack", entries(values)), tmp_path / "a.lnl")
    with open_project(folder, read_only=True) as project:
        run = runs.newest_detection(project)
    assert run is not None
    found = detection_row(run.folder, "neighbour_similarity", 0)
    assert found.tolist() == [1 - place / 16 for place in range(10)]


@pytest.mark.parametrize(("suspicion", "suggested"), [(0.5, -1), (None, 1), (None, -1)])
def test_without_any_evidence_there_is_no_detection(
    tmp_path: Path, suspicion: float | None, suggested: int
) -> None:
    values = manifest()
    values["samples"] = [
        {"path": "a", "image": "", "given": 0, "split": 0},
        {
            **{"path": "b", "image": "", "given": 0, "split": 0},
            **{"suspicion": suspicion, "suggested": suggested},
        },
    ]
    files = {name: data for name, data in entries(values).items() if "images" not in name}
    folder = unpack(write(tmp_path / "a.lnlpack", files), tmp_path / "a.lnl")
    with open_project(folder, read_only=True) as project:
        there = runs.newest_detection(project) is not None
    assert there is (suspicion is not None or suggested >= 0)


def sample(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda values: values["samples"][0].update(changes)


def whole(**changes: Any) -> Callable[[dict[str, Any]], None]:
    return lambda values: values.update(changes)


@pytest.mark.parametrize(
    "change",
    [
        sample(suggested=-1),
        sample(suspicion=0.0),
        sample(suspicion=1.0),
        sample(suspicion=None),
        sample(split=0),
        sample(votes=[]),
        sample(neighbours=[[0, 0.5]]),
        whole(images="full"),
        whole(threshold=None),
        # A field of a newer program.
        whole(colour="red"),
    ],
)
def test_what_may_be_is_opened(tmp_path: Path, change: Callable[[dict[str, Any]], None]) -> None:
    values = manifest()
    change(values)
    archive, pack = open_archive(write(tmp_path / "a.lnlpack", entries(values)))
    with archive:
        assert len(pack.samples) == 3 and pack.classes == ("cat", "dog")


@pytest.mark.parametrize(
    "change",
    [
        sample(given=2),
        sample(given=-2),
        sample(suggested=2),
        sample(votes=[[0.5, 2], [0.5, 0]]),
        sample(votes=[[0.5, 0]]),
        sample(votes=[[0.5, 0]] * 3),
        sample(split=2),
        sample(split=-1),
        sample(neighbours=[[3, 0.5]]),
        sample(neighbours=[[-1, 0.5]]),
        sample(suspicion=1.01),
        sample(suspicion=-0.01),
        sample(suspicion="high"),
        sample(path=""),
        sample(path="x.png"),
        sample(path="a\0b"),
        sample(image=""),
        sample(image="images/000001.jpg"),
        sample(image="images/000002.png"),
        whole(classes=["cat", "cat"]),
        whole(classes=["cat", ""]),
        whole(classes=["cat", "d\0g"]),
        whole(splits=["train", "train"]),
        whole(splits=["", "\0"]),
        whole(splits=[]),
        whole(samples=[]),
        whole(images="sketches"),
        whole(project=""),
        whole(format="another"),
        whole(version="1"),
        whole(version=2),
    ],
)
def test_one_number_or_name_that_leads_nowhere_refuses_the_pack(
    tmp_path: Path, change: Callable[[dict[str, Any]], None]
) -> None:
    values = manifest()
    change(values)
    file = write(tmp_path / "a.lnlpack", entries(values))
    with pytest.raises(UserError, match=r"was not opened|newer LNL"):
        unpack(file, tmp_path / "a.lnl")
    assert not (tmp_path / "a.lnl").exists()
    # Nor is the file held open.
    file.rename(tmp_path / "b.lnlpack")


FILES: dict[str, Callable[[dict[str, bytes]], object]] = {
    "a file that nobody named": lambda files: files.update({"images/000001.jpg": b"x"}),
    "a folder deeper": lambda files: files.update({"images/a/000001.jpg": b"x"}),
    "a name of letters": lambda files: files.update({"images/picture.jpg": b"x"}),
    "no manifest": lambda files: files.pop("pack.json"),
    "no journal": lambda files: files.pop("journal.jsonl"),
    "no image": lambda files: files.pop("images/000002.png"),
    "no JSON": lambda files: files.update({"pack.json": b"{"}),
    "no UTF-8": lambda files: files.update({"pack.json": b'{"format": "\xff"}'}),
    "nested": lambda files: files.update({"pack.json": b"[" * 100_000}),
    "a list": lambda files: files.update({"pack.json": b"[]"}),
}


@pytest.mark.parametrize("name", FILES)
def test_files_that_do_not_belong_or_are_missing_refuse_the_pack(tmp_path: Path, name: str) -> None:
    files = entries()
    FILES[name](files)
    with pytest.raises(UserError, match="was not opened") as refused:
        unpack(write(tmp_path / "a.lnlpack", files), tmp_path / "a.lnl")
    assert refused.value.code == "bad_pack" and not (tmp_path / "a.lnl").exists()


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_of_one_name_or_too_many_refuse_the_pack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path / "a.lnlpack", entries())
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("images/000002.png", b"third")
    with pytest.raises(UserError, match="two of one name"):
        open_archive(file)
    write(file, entries())
    # The two images, the manifest and the journal.
    monkeypatch.setattr(pack_format, "MOST_SAMPLES", 2)
    open_archive(file)[0].close()
    monkeypatch.setattr(pack_format, "MOST_SAMPLES", 1)
    with pytest.raises(UserError, match="too many"):
        open_archive(file)


def test_packed_images_and_damaged_bytes_refuse_the_pack(tmp_path: Path) -> None:
    packed = write(tmp_path / "a.lnlpack", entries(), zipfile.ZIP_DEFLATED)
    with pytest.raises(UserError, match="images are packed"):
        unpack(packed, tmp_path / "a.lnl")
    file = write(tmp_path / "b.lnlpack", entries())
    file.write_bytes(file.read_bytes().replace(b"first picture", b"worst picture"))
    with pytest.raises(UserError, match=r"images/000000\.jpg is damaged"):
        unpack(file, tmp_path / "b.lnl")
    assert not (tmp_path / "b.lnl").exists()
    for content in (b"", b"no archive", packed.read_bytes()[:-30]):
        file.write_bytes(content)
        with pytest.raises(UserError, match="no pack of LNL"):
            unpack(file, tmp_path / "b.lnl")


def change_directory(file: Path, name: str, offset: int, value: bytes) -> None:
    """Change what the archive's directory says of an entry: 8 flags, 20 packed and 24 own size."""
    data = bytearray(file.read_bytes())
    # The entry's name stands 46 bytes behind the beginning of its record.
    start = data.rindex(name.encode()) - 46
    assert data[start : start + 4] == b"PK\1\2"
    data[start + offset : start + offset + len(value)] = value
    file.write_bytes(bytes(data))


def test_an_image_that_claims_to_be_what_it_is_not_refuses_the_pack(tmp_path: Path) -> None:
    file = write(tmp_path / "a.lnlpack", entries())
    change_directory(file, "images/000000.jpg", 8, b"\1\0")
    with pytest.raises(UserError, match="encrypted"):
        open_archive(file)
    for size, said in ((2**28 + 1, "is too large"), (2**28, "larger than the file")):
        write(file, entries())
        for offset in (20, 24):
            change_directory(file, "images/000000.jpg", offset, size.to_bytes(4, "little"))
        with pytest.raises(UserError, match=said):
            open_archive(file)
    write(file, entries())
    change_directory(file, "pack.json", 24, (2**29 + 1).to_bytes(4, "little"))
    with pytest.raises(UserError, match=r"pack\.json is too large"):
        open_archive(file)
    write(file, entries())
    change_directory(file, "pack.json", 24, (2**29).to_bytes(4, "little"))
    with pytest.raises(UserError, match=r"pack\.json is (damaged|not as large)"):
        open_archive(file)


def test_a_damaged_journal_or_a_place_that_is_taken_refuses_the_pack(tmp_path: Path) -> None:
    files = entries()
    files["journal.jsonl"] += b"\n{}"
    with pytest.raises(UserError, match=r"line 3"):
        unpack(write(tmp_path / "a.lnlpack", files), tmp_path / "a.lnl")
    assert not (tmp_path / "a.lnl").exists()
    (tmp_path / "a.lnl").mkdir()
    with pytest.raises(UserError, match="exists already"):
        unpack(write(tmp_path / "a.lnlpack", entries()), tmp_path / "a.lnl")
    assert not list((tmp_path / "a.lnl").iterdir())
    with pytest.raises(UserError, match="open the pack"):
        unpack(tmp_path / "none.lnlpack", tmp_path / "b.lnl")


def test_the_journal_of_a_pack_is_the_projects(tmp_path: Path) -> None:
    folder = unpack(write(tmp_path / "a.lnlpack", entries()), tmp_path / "a.lnl")
    with closing(sqlite3.connect(folder / DATABASE)) as connection:
        rows = connection.execute("SELECT guid, kind, time, reviewer, undone FROM op").fetchall()
        changes = connection.execute("SELECT * FROM op_change").fetchall()
    assert rows == [("one", "keep", 1.7e9, "ann", 0)]
    assert changes == [(1, 1, 0, 0, 0, 1)]
