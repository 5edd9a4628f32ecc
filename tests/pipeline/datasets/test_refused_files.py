"""Images that the machine does not give while they are embedded: an error, and never damage."""

import errno
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.pipeline.embedding import embed, parts
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.session.detection import encoders_to_renew
from lnl_gui.session.session import Session
from lnl_gui.store import run_inputs
from lnl_gui.store.dataset.samples import load_unread, record_unreadable
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.arrays import load_embedding
from lnl_gui.store.jobs.parameters import (
    FILES_UNREAD,
    DetectParameters,
    EmbedParameters,
    ExportParameters,
    ImportParameters,
)
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from tests.pipeline.datasets.refusing import unread

EMBED = EmbedParameters(encoders=("bundled-fast",))
PARTIAL = EmbedParameters(encoders=("bundled-fast",), partial=True)
LOST = {"circle-03.png", "circle-04.png"}
ERRORS = {
    "disk": OSError(errno.EIO, "Input/output error"),
    "forbidden": PermissionError(errno.EACCES, "Permission denied"),
    "gone": FileNotFoundError(errno.ENOENT, "No such file or directory"),
    "memory": MemoryError(),
}


def new_project(embedded: Path) -> Path:
    """One of the same images, not embedded."""
    project = embedded.parent / "new.lnl"
    import_dataset(ImportParameters(str(embedded.parent / "shapes"), str(project)), quiet=True)
    return project


def done(project: Path, parameters: Any) -> dict[str, Any]:
    with Session.open(project) as session:
        return run_job(session, parameters, quiet=True).metrics


def refused(project: Path, parameters: Any) -> UserError:
    with Session.open(project) as session, pytest.raises(UserError) as caught:
        run_job(session, parameters, quiet=True)
    return caught.value


def values_of(project: Path) -> np.ndarray:
    return np.array(load_embedding(take_snapshot(project).embeddings["bundled-fast"]))


@pytest.mark.parametrize("heads", [False, True])
@pytest.mark.parametrize("kind", ERRORS)
def test_what_the_machine_does_not_give_stops_an_embedding_and_is_read_later(
    embedded: Path, kind: str, heads: bool
) -> None:
    project = new_project(embedded)
    with unread(LOST, ERRORS[kind], heads=heads):
        error = refused(project, EMBED)
        assert error.code == FILES_UNREAD and error.retryable
        assert "2 of 60 images" in str(error.message) and "circle-03.png" in str(error.message)
    with open_project(project, read_only=True) as opened:
        assert not load_unread(opened) and runs.latest_run(opened, "embed") is None
    assert done(project, EMBED)["unreadable"] == 0
    assert np.array_equal(values_of(project), values_of(embedded))


@pytest.mark.parametrize("kind", ERRORS)
def test_an_embedding_without_them_is_never_taken_up_and_heals(embedded: Path, kind: str) -> None:
    project = new_project(embedded)
    with unread(LOST, ERRORS[kind]):
        metrics = done(project, PARTIAL)
    assert (metrics["unreadable"], metrics["unread"], metrics["samples"]) == (2, 2, 58)
    with Session.open(project, read_only=True) as session:
        assert run_inputs.finished_run(session.project, EMBED) is None
        assert encoders_to_renew(session.project) == ("bundled-fast",)
        step = session.next_step()
        assert step.kind == "unread" and "circle-03.png" in str(step.explanation)
        assert "could not be read" in str(session.steps().doubts[1])
    with unread(set(), OSError()) as read:
        metrics = done(project, EMBED)
    assert {name for name in read if name.endswith(".png")} == LOST
    assert (metrics["unread"], metrics["reused"]) == (0, 58)
    with Session.open(project, read_only=True) as session:
        assert run_inputs.finished_run(session.project, EMBED) is not None
        assert encoders_to_renew(session.project) == ()
        assert session.next_step().kind != "unread" and not session.left_out()
    assert np.array_equal(values_of(project), values_of(embedded))


def test_what_earlier_versions_recorded_as_unreadable_is_read_again(embedded: Path) -> None:
    with open_project(embedded) as opened:
        record_unreadable(opened, {3: message("no permission to read the file")})
        assert run_inputs.finished_run(opened, EMBED) is None
    metrics = done(embedded, EMBED)
    assert (metrics["reused"], metrics["unread"]) == (60, 0)
    with open_project(embedded, read_only=True) as opened:
        assert not load_unread(opened) and run_inputs.finished_run(opened, EMBED) is not None


def test_a_damaged_image_is_left_out_as_before(embedded: Path) -> None:
    project = new_project(embedded)
    (embedded.parent / "shapes" / "circle" / "circle-03.png").write_bytes(b"no image at all")
    metrics = done(project, EMBED)
    assert (metrics["unreadable"], metrics["unread"]) == (1, 0)
    with Session.open(project, read_only=True) as session:
        assert run_inputs.finished_run(session.project, EMBED) is not None
        assert session.next_step().kind == "detect" and len(session.left_out()) == 1


def test_only_the_parts_with_refused_images_are_made_again(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (embed, parts):
        monkeypatch.setattr(module, "PART_SIZE", 8)
    project = new_project(embedded)
    with unread(LOST | {"stripes-18.png"}, ERRORS["disk"]):
        refused(project, EMBED)
    with unread(LOST, ERRORS["disk"]) as read:
        # Also where it is to go on without what is still not given.
        assert done(project, PARTIAL)["unread"] == 2
    # The first part, and the last, which holds four.
    names = {name for name in read if name.endswith(".png")}
    assert len(names) == 8 + 4 and names > LOST | {"stripes-18.png"}
    assert done(project, EMBED)["unread"] == 0
    assert np.array_equal(values_of(project), values_of(embedded))


@pytest.mark.parametrize(
    ("missing", "count", "expected"),
    [
        ([0], 5, [(0, 5)]),
        ([0, 8, 16], 20, [(0, 20)]),
        ([8, 24, 32], 60, [(8, 16), (24, 40)]),
        ([0, 56], 60, [(0, 8), (56, 60)]),
        ([0, 16], 24, [(0, 8), (16, 24)]),
    ],
)
def test_parts_that_follow_each_other_are_made_in_one_pass(
    monkeypatch: pytest.MonkeyPatch, missing: list[int], count: int, expected: Any
) -> None:
    monkeypatch.setattr(embed, "PART_SIZE", 8)
    assert list(embed._gaps(missing, count)) == expected


def test_detection_and_export_name_what_was_not_given(
    embedded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = new_project(embedded)
    with unread(LOST, ERRORS["disk"]):
        done(project, PARTIAL)
    warnings = json.dumps(done(project, DetectParameters(detectors=("neighbours",)))["warnings"])
    assert "could not be read when they were embedded" in warnings
    exported = done(project, ExportParameters(str(tmp_path / "out"), images="none"))
    assert "could not be read when they were embedded" in json.dumps(exported["warnings"])
    assert main(["info", str(project)]) == 0
    assert "circle-03.png" in capsys.readouterr().out


def test_a_script_is_told_and_the_next_run_reads_them(
    embedded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["run", str(embedded.parent / "shapes"), "--project", str(tmp_path / "p.lnl")]
    asked += [
        "--encoder",
        "bundled-fast",
        "--detector",
        "neighbours",
        "--finetune",
        "none",
        "--json",
    ]
    with unread(LOST, ERRORS["disk"]):
        assert main(asked) == 3
        said = capsys.readouterr().err
        assert "Input/output error" in said and "--partial" in said
        assert main([*asked, "--partial"]) == 0
        assert json.loads(capsys.readouterr().out)["unreadable"] == 2
        assert main(asked) == 3
    capsys.readouterr()
    assert main(asked) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["unreadable"] == 0 and found["reused"] == ["import"]
    assert main(asked) == 0
    assert json.loads(capsys.readouterr().out)["reused"] == ["import", "embed", "detect"]
