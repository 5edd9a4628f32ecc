"""The map's layout as a job: where it is kept, when it is used again, what it begins with."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.cli.exit_codes import MENDABLE
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.main import run_verb
from lnl_gui.pipeline.detection import projection
from lnl_gui.session.session import Session
from lnl_gui.store.jobs import projections
from lnl_gui.store.jobs.parameters import TSNE, DetectParameters, EmbedParameters, MapParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import write_json


@pytest.fixture(autouse=True)
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Which projections were asked for; in place of each, which takes seconds, a simple picture.

    The window's tests take the real one through the real worker.
    """
    found: list[dict[str, Any]] = []

    def picture(embedding: np.ndarray, **options: Any) -> np.ndarray:
        found.append(options)
        return np.array(embedding[:, :2], np.float32) + len(found)

    monkeypatch.setattr(projection, "project_to_plane", picture)
    return found


def lay_out(project: Path) -> dict[str, Any]:
    with Session.open(project) as session:
        return run_job(session, MapParameters(), quiet=True).metrics


def shown(project: Path) -> np.ndarray | None:
    with open_project(project, read_only=True) as opened:
        found = projections.load_projection(opened)
        return None if found is None else np.array(found)


def test_each_method_has_a_layout_of_its_own(embedded: Path) -> None:
    lay_out(embedded)
    first = shown(embedded)
    with Session.open(embedded) as session:
        assert not run_job(session, MapParameters(method=TSNE), quiet=True).metrics["reused"]
        assert run_job(session, MapParameters(method=TSNE), quiet=True).metrics["reused"]
    with open_project(embedded, read_only=True) as opened:
        second = projections.load_projection(opened, TSNE)
        assert second is not None and not np.array_equal(second, first)
    np.testing.assert_array_equal(shown(embedded), first)
    # Both go with the embedding that they are of.
    values = np.load(embedding_of(embedded))
    values[3] = np.nan
    np.save(embedding_of(embedded), values)
    lay_out(embedded)
    assert len(list((embedded / "arrays" / "projections").glob("*.npy"))) == 1


def test_an_unknown_method_is_refused() -> None:
    with pytest.raises(UserError, match="isomap"):
        MapParameters(method="isomap")


def embedding_of(project: Path) -> Path:
    return project / "arrays" / "embedding-bundled-fast.npy"


def test_a_layout_serves_until_the_embedding_changes(
    embedded: Path, asked: list[dict[str, Any]]
) -> None:
    assert shown(embedded) is None
    first = lay_out(embedded)
    assert first == first | {"encoder": "bundled-fast", "samples": 60, "reused": False}
    found = shown(embedded)
    assert found is not None and found.shape == (60, 2)

    # A detection changes nothing of it.
    with Session.open(embedded) as session:
        run_job(session, DetectParameters(detectors=("neighbours",)), quiet=True)
    np.testing.assert_array_equal(shown(embedded), found)
    assert lay_out(embedded)["reused"]

    # One of an earlier version, in a folder of another name, is found too.
    arrays = embedded / "arrays"
    (arrays / "projections").rename(arrays / "layouts")
    np.testing.assert_array_equal(shown(embedded), found)
    assert lay_out(embedded)["reused"]

    # Another embedding does; where there is a detection of it, that is what it begins with.
    values = np.load(embedding_of(embedded))
    values[3] = np.nan
    np.save(embedding_of(embedded), values)
    assert shown(embedded) is None
    again = lay_out(embedded)
    assert (again["samples"], again["fitted"], again["reused"]) == (59, 59, False)
    second = shown(embedded)
    assert second is not None and np.isnan(second[3]).all()
    assert asked[0]["start"] is None and asked[0]["known"] is None
    assert asked[1]["start"].shape == (60, 2) and asked[1]["known"].index.shape == (60, 20)
    assert len(list((arrays / "projections").glob("*.npy"))) == 1
    assert not list((arrays / "layouts").iterdir())


def test_a_detection_on_an_older_embedding_gives_no_neighbours(
    detected: Path, asked: list[dict[str, Any]]
) -> None:
    with Session.open(detected) as session:
        newest = session.runs.latest("embed")
        assert newest is not None
        again = session.runs.start(EmbedParameters(encoders=("bundled-fast",)))
        write_json(again.folder / "unreadable.json", {})
        session.runs.finish(again.id, "done", RunResult(newest.artifacts, {}))
    lay_out(detected)
    assert asked[0]["known"] is None and asked[0]["start"] is None


def test_a_stopped_job_leaves_nothing(embedded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stopped(_embedding: np.ndarray, **_options: Any) -> np.ndarray:
        raise Cancelled

    monkeypatch.setattr(projection, "project_to_plane", stopped)
    with pytest.raises(Cancelled):
        lay_out(embedded)
    assert shown(embedded) is None


def test_the_verb_writes_a_table(
    embedded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "map.csv"
    assert run_verb(["map", str(embedded), "--out", str(table), "--json", "--threads", "1"]) == 0
    said = capsys.readouterr()
    metrics = json.loads(said.out.splitlines()[-1])
    assert metrics["table"] == str(table) and f"Written: {table}" in said.err
    layout = np.load(metrics["projection"])
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == metrics["samples"] == 60
    assert [float(row["x"]) for row in rows] == pytest.approx(layout[:, 0].tolist(), rel=1e-4)
    assert rows[0]["path"].endswith(".png")
    assert run_verb(["map", str(embedded), "--encoder", "clip"]) == MENDABLE
    assert "embedded with clip" in capsys.readouterr().err


def test_a_layout_serves_no_embedding_of_which_any_row_has_changed(embedded: Path) -> None:
    assert not lay_out(embedded)["reused"]
    assert shown(embedded) is not None
    file = embedding_of(embedded)
    values = np.load(file)
    values[37] = values[38]
    write_array(file, values)
    assert shown(embedded) is None
    assert not lay_out(embedded)["reused"]


def test_the_note_beside_a_layout_saves_reading_the_embedding(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lay_out(embedded)
    whole = shown(embedded)
    notes = list((embedded / "arrays" / "projections").glob("*.json"))
    assert len(notes) == 1
    with monkeypatch.context() as patch:
        patch.setattr(projections, "embedding_key", lambda embedding: pytest.fail("read"))
        np.testing.assert_array_equal(shown(embedded), whole)
    for damaged in ("", "{", '{"a": 1}', "[1]", "[" * 100_000):
        notes[0].write_text(damaged)
        np.testing.assert_array_equal(shown(embedded), whole)


@pytest.mark.parametrize("damage", ["out of range", "text", "no number", "short"])
def test_damaged_neighbours_of_a_detection_are_searched_for_again(
    detected: Path, asked: list[dict[str, Any]], damage: str
) -> None:
    with Session.open(detected, read_only=True) as session:
        folder = session.detection.folder
    assert folder is not None
    index = np.load(folder / "neighbours.npy")
    similarity = np.load(folder / "neighbour_similarity.npy")
    if damage == "out of range":
        index[3] = 1000
    elif damage == "text":
        index = index.astype("U4")
    elif damage == "no number":
        similarity[3] = np.nan
    else:
        index, similarity = index[:5], similarity[:5]
    write_array(folder / "neighbours.npy", index)
    write_array(folder / "neighbour_similarity.npy", similarity)
    lay_out(detected)
    assert asked[0]["known"] is None
