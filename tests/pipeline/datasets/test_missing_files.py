"""Files that are missing: an error for every job that needs them, found again in another folder."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.pipeline.datasets.missing_files import files_missing
from lnl_gui.pipeline.datasets.relocate import relocated
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import (
    EmbedParameters,
    ExportParameters,
    FinetuneParameters,
    ImportParameters,
    RelocateParameters,
    TuneParameters,
)
from lnl_gui.util.errors import UserError
from tests.conftest import draw_image

EMBED = EmbedParameters(encoders=("bundled-fast",))


@pytest.fixture
def images(embedded: Path) -> Path:
    return embedded.parent / "shapes"


def refused(project: Path, parameters: Any) -> UserError:
    with Session.open(project) as session, pytest.raises(UserError) as caught:
        run_job(session, parameters, quiet=True)
    return caught.value


def done(project: Path, parameters: Any) -> dict[str, Any]:
    with Session.open(project) as session:
        return run_job(session, parameters, quiet=True).metrics


def table(folder: Path) -> dict[str, dict[str, str]]:
    with (folder / "samples.csv").open(encoding="utf-8", newline="") as stream:
        return {row["path"]: row for row in csv.DictReader(stream)}


@pytest.mark.parametrize(
    "parameters",
    [
        EMBED,
        ExportParameters("OUT"),
        FinetuneParameters("linear_probe", "bundled-fast"),
        TuneParameters("quick", trials=1, encoder="bundled-fast"),
    ],
    ids=["embed", "export", "finetune", "tune"],
)
def test_missing_files_stop_a_job_that_needs_them(
    embedded: Path, images: Path, parameters: Any
) -> None:
    (images / "square" / "square-03.png").unlink()
    found = refused(embedded, parameters)
    assert found.code == "files_missing"
    assert "1 of 60" in str(found) and "square-03.png" in str(found) and "relocate" in str(found)
    assert not Path("OUT").exists()


def test_a_partial_export_says_so_and_marks_what_is_missing(
    embedded: Path, images: Path, tmp_path: Path
) -> None:
    (images / "square" / "square-03.png").unlink()
    out = tmp_path / "out"
    metrics = done(embedded, ExportParameters(str(out), partial=True))
    assert (metrics["partial"], metrics["missing"], metrics["exported"]) == (True, 1, 59)
    assert json.loads((out / "manifest.json").read_text("utf-8"))["partial"] is True
    rows = table(out)
    assert len(rows) == 60
    assert [path for path, row in rows.items() if row["missing"] == "1"] == ["square/square-03.png"]
    assert len(list((out / "images").rglob("*.png"))) == 59


def test_an_export_goes_on_without_what_an_update_has_found_gone(
    embedded: Path, images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done(embedded, RelocateParameters(str(images)))  # the copy's, not those it was copied from
    for number in (3, 4):
        (images / "square" / f"square-{number:02}.png").unlink()
    assert "update" in str(refused(embedded, ExportParameters(str(tmp_path / "no"))).hint)
    assert main(["update", str(embedded)]) == 0
    out = tmp_path / "out"
    capsys.readouterr()
    assert main(["export", str(embedded), str(out), "--accept-unjudged"]) == 0
    assert "2 images are missing in the dataset" in "".join(capsys.readouterr())
    manifest = json.loads((out / "manifest.json").read_text("utf-8"))
    assert [manifest[name] for name in ("partial", "missing", "exported", "gone")] == (
        [False, 0, 58, 2]
    )
    assert "of them gone from the dataset" in (out / "report.html").read_text("utf-8")
    with (out / "unreadable.csv").open(encoding="utf-8", newline="") as stream:
        assert {row["path"] for row in csv.DictReader(stream)} == {
            "square/square-03.png",
            "square/square-04.png",
        }
    assert len(table(out)) == 58
    # What goes after the update is missing as ever.
    (images / "square" / "square-05.png").unlink()
    found = refused(embedded, ExportParameters(str(tmp_path / "other")))
    assert "1 of 58" in str(found)
    metrics = done(embedded, ExportParameters(str(tmp_path / "other"), partial=True))
    assert (metrics["partial"], metrics["missing"], metrics["exported"]) == (True, 1, 57)


def test_what_a_move_did_not_bring_is_missing_until_the_dataset_is_read_again(
    embedded: Path, images: Path, tmp_path: Path
) -> None:
    new = tmp_path / "new"
    shutil.move(images, new)
    (new / "square" / "square-03.png").unlink()
    assert done(embedded, RelocateParameters(str(new)))["missing"] == 1
    assert "1 of 60" in str(refused(embedded, ExportParameters(str(tmp_path / "out"))))
    assert main(["update", str(embedded)]) == 0
    assert done(embedded, ExportParameters(str(tmp_path / "out")))["exported"] == 59


@pytest.mark.parametrize(
    ("error", "said"), [(PermissionError(13, "Permission denied"), True), (None, False)]
)
def test_images_that_may_not_be_read_are_not_called_missing_alone(
    embedded: Path,
    images: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: OSError | None,
    said: bool,
) -> None:
    snapshot = take_snapshot(embedded)
    (images / "square" / "square-03.png").unlink()
    rows = np.array([snapshot.samples.paths.index(f"square/square-0{n}.png") for n in (3, 4)])
    usual = Path.open

    def locked(self: Path, *arguments: Any, **named: Any) -> Any:
        if error is not None and self.name == "square-04.png":
            raise error
        return usual(self, *arguments, **named)

    monkeypatch.setattr(Path, "open", locked)
    found = files_missing(snapshot, rows, 60)
    assert found.code == "files_missing" and "2 of 60" in str(found.message)
    assert ("Permission denied" in str(found.message)) is said
    assert ("relocate" in str(found.hint)) is not said
    assert ("square-04.png" in str(found.message)) is said


def test_a_partial_export_never_replaces_a_whole_one(
    embedded: Path, images: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done(embedded, ExportParameters(str(out)))
    before = {file: file.read_bytes() for file in out.rglob("*") if file.is_file()}
    (images / "square" / "square-03.png").unlink()
    for how in ("copy", "none"):
        found = refused(
            embedded, ExportParameters(str(out), images=how, overwrite=True, partial=True)
        )
        assert found.code == "occupied" and "whole" in str(found)
    assert {file: file.read_bytes() for file in out.rglob("*") if file.is_file()} == before
    other = tmp_path / "other"
    done(embedded, ExportParameters(str(other), partial=True))
    done(embedded, ExportParameters(str(other), partial=True, overwrite=True))
    shutil.copy(images / "square" / "square-04.png", images / "square" / "square-03.png")
    done(embedded, ExportParameters(str(other), overwrite=True))
    assert json.loads((other / "manifest.json").read_text("utf-8"))["partial"] is False


def test_nothing_is_never_exported_as_if_it_were_something(
    embedded: Path, images: Path, tmp_path: Path
) -> None:
    done(embedded, RelocateParameters(str(images)))  # the copy's, not those it was copied from
    shutil.rmtree(images)
    for partial in (False, True):
        found = refused(embedded, ExportParameters(str(tmp_path / "out"), partial=partial))
        assert found.code == "files_missing" and not (tmp_path / "out").exists()
    assert main(["export", str(embedded), str(tmp_path / "out")]) == 3
    assert main(["embed", str(embedded), "--encoder", "bundled-fast"]) == 3
    assert main(["finetune", str(embedded), "--encoder", "bundled-fast"]) == 3


def test_an_excluded_image_need_not_be_there(embedded: Path, images: Path, tmp_path: Path) -> None:
    (images / "square" / "square-03.png").unlink()
    with Session.open(embedded) as session:
        session.exclude(np.array([session.columns.paths.index("square/square-03.png")]))
    metrics = done(embedded, ExportParameters(str(tmp_path / "out")))
    assert (metrics["partial"], metrics["exported"]) == (False, 59)


def test_a_file_that_goes_while_it_is_exported_leaves_no_export(
    embedded: Path, images: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from lnl_gui.pipeline.output import export

    looked_at = export.stats_of

    def then_one_goes(*arguments: Any, **named: Any) -> np.ndarray:
        found = looked_at(*arguments, **named)
        (images / "square" / "square-03.png").unlink()
        return found

    monkeypatch.setattr(export, "stats_of", then_one_goes)
    found = refused(embedded, ExportParameters(str(tmp_path / "out")))
    assert found.code == "files_missing" and not (tmp_path / "out").exists()
    assert list(tmp_path.glob("*out*")) == []


def test_embedding_goes_on_without_what_is_missing_when_told_to(
    embedded: Path, images: Path
) -> None:
    (images / "square" / "square-03.png").unlink()
    metrics = done(embedded, EmbedParameters(encoders=("bundled-fast",), partial=True))
    assert (metrics["samples"], metrics["unreadable"]) == (59, 1)


# Found again


def test_a_folder_that_was_moved_is_found_and_nothing_is_lost(
    embedded: Path, images: Path, tmp_path: Path
) -> None:
    with Session.open(embedded) as session:
        session.keep(np.array([3, 4]))
    new = tmp_path / "far" / "away"
    new.parent.mkdir()
    shutil.move(images, new)
    metrics = done(embedded, RelocateParameters(str(new)))
    assert (metrics["found"], metrics["missing"], metrics["different"]) == (60, 0, 0)
    assert metrics["compared"] == 60
    with Session.open(embedded) as session:
        assert session.dataset_root == new
        assert all(session.images.file_of(row).is_file() for row in range(60))
        assert (session.columns.status[[3, 4]] == 1).all()
        assert session.stage().name == "EMBEDDED"
    assert main(["update", str(embedded)]) == 0  # the dataset is read at its new place
    done(embedded, ExportParameters(str(tmp_path / "out")))


def test_images_are_found_by_name_at_any_depth(embedded: Path, images: Path) -> None:
    new = images.parent / "disk"
    shutil.move(images, new / "deep" / "shapes")
    metrics = done(embedded, RelocateParameters(str(new)))
    assert (metrics["found"], metrics["elsewhere"]) == (60, 60)
    with Session.open(embedded) as session:
        assert all(session.images.file_of(row).is_file() for row in range(60))


def test_a_wrong_folder_is_refused(embedded: Path, images: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    assert refused(embedded, RelocateParameters(str(empty), accept_missing=True)).code == (
        "none_found"
    )
    assert refused(embedded, RelocateParameters(str(tmp_path / "no"))).code == "not_found"
    few = tmp_path / "few"
    shutil.copytree(images / "square", few / "square")
    shutil.move(images, tmp_path / "hidden")
    found = refused(embedded, RelocateParameters(str(few)))
    assert found.code == "most_missing" and "20 of 60" in str(found)
    metrics = done(embedded, RelocateParameters(str(few), accept_missing=True))
    assert (metrics["found"], metrics["missing"]) == (20, 40)
    with Session.open(embedded) as session:
        assert session.columns.missing.sum() == 40


def test_other_pictures_of_the_same_names_are_noticed(
    embedded: Path, images: Path, tmp_path: Path
) -> None:
    new = tmp_path / "others"
    for number, file in enumerate(sorted(images.rglob("*.png"))):
        place = new / file.relative_to(images)
        place.parent.mkdir(parents=True, exist_ok=True)
        draw_image(number % 3, 5000 + number).save(place)
    found = refused(embedded, RelocateParameters(str(new)))
    assert found.code == "most_missing" and "60 of 60" in str(found)
    metrics = done(embedded, RelocateParameters(str(new), accept_missing=True))
    assert metrics["different"] == 60
    with Session.open(embedded) as session:
        # What was embedded is not what is there now.
        assert session.stage().name == "IMPORTED"
    assert done(embedded, EMBED)["reused"] == 0


def test_the_command_says_what_is_found(
    embedded: Path, images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.move(images, tmp_path / "new")
    command = ["relocate", str(embedded), "--image-root"]
    assert main([*command, str(tmp_path / "nowhere")]) == 3
    capsys.readouterr()
    assert main([*command, str(tmp_path / "new"), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["found"] == 60


def test_the_table_of_images_that_moved_is_read_where_it_is(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
    (old / "labels.csv").touch()
    here = ImportParameters(str(old / "labels.csv"), "p")
    assert relocated(here, old, new).image_root == str(new)
    (new / "labels.csv").touch()
    both = relocated(here, old, new)
    assert (both.source, both.image_root) == (str(new / "labels.csv"), None)
    folder = relocated(ImportParameters(str(old), "p"), old, new)
    assert (folder.source, folder.image_root) == (str(new), None)


def test_a_table_beside_images_that_moved(tmp_path: Path) -> None:
    (tmp_path / "images").mkdir()
    rows = ["path,label"]
    for i in range(8):
        draw_image(i % 2, i).save(tmp_path / "images" / f"{i}.png")
        rows.append(f"images/{i}.png,{'ab'[i % 2]}")
    (tmp_path / "labels.csv").write_text("\n".join(rows), encoding="utf-8")
    project = tmp_path / "p.lnl"
    import_dataset(ImportParameters(str(tmp_path / "labels.csv"), str(project)), quiet=True)
    shutil.move(tmp_path / "images", tmp_path / "pictures")
    assert done(project, RelocateParameters(str(tmp_path / "pictures")))["found"] == 8
    assert main(["update", str(project)]) == 0
    with Session.open(project) as session:
        assert len(session) == 8 and session.columns.readable.all()
