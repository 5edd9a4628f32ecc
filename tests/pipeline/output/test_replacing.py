"""An export replaces what an export has written, and nothing else."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.pipeline.output.checksums import verify
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.import_parameters import dataset_folder
from lnl_gui.store.jobs.parameters import ExportParameters, ImportParameters
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.inside import Inside

links = pytest.mark.skipif(sys.platform == "win32", reason="needs a privilege on Windows")


def contents(folder: Path) -> dict[str, bytes]:
    files = sorted(file for file in folder.rglob("*") if file.is_file())
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in files}


def imported(source: Path, folder: Path) -> Path:
    import_dataset(ImportParameters(str(source), str(folder)), quiet=True)
    return folder


def export(project: Path, destination: Path, **options: object) -> None:
    with Session.open(project) as session:
        run_job(session, ExportParameters(str(destination), **options), quiet=True)  # type: ignore[arg-type]


@pytest.fixture
def project(class_folders: Path, tmp_path: Path) -> Path:
    return imported(class_folders, tmp_path / "shapes.lnl")


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(
    "name",
    ["samples.csv", "report.html", "manifest.json", "files.sha256", "images/a.png", "images"],
)
def test_tables_never_take_the_place_of_what_no_export_wrote(
    project: Path, tmp_path: Path, name: str, overwrite: bool
) -> None:
    out = tmp_path / "used"
    (out / name).parent.mkdir(parents=True)
    (out / name).write_text('{"mine": 1}')
    before = contents(out)
    with pytest.raises(UserError, match=name) as refused:
        export(project, out, images="none", format="csv", overwrite=overwrite)
    assert refused.value.code == "occupied" and contents(out) == before


@pytest.mark.parametrize(
    ("place", "images", "is_said"),
    [
        ("data/cleaned", "copy", True),
        ("data/red/cleaned", "hardlink", True),
        ("data/tables", "none", False),
        ("data cleaned", "copy", False),
    ],
)
def test_copies_inside_the_dataset_are_said(
    class_folders: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    place: str,
    images: str,
    is_said: bool,
) -> None:
    data = shutil.copytree(class_folders, tmp_path / "data")
    folder = imported(data, tmp_path / "shapes.lnl")
    capsys.readouterr()
    command = ["export", str(folder), str(tmp_path / place), "--images", images]
    assert main([*command, "--accept-unjudged"]) == 0
    assert ("inside the dataset" in capsys.readouterr().err) == is_said
    imported(data, tmp_path / "again.lnl")
    with Session.open(folder) as before, Session.open(tmp_path / "again.lnl") as after:
        assert len(after) == len(before)


def test_copies_beside_a_table_of_the_images_are_none_of_the_dataset(
    class_folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = shutil.copytree(class_folders, tmp_path / "data")
    lines = [
        f"{file.relative_to(data).as_posix()},{file.parent.name}" for file in data.rglob("*.*")
    ]
    (data / "labels.csv").write_text("path,label\n" + "\n".join(lines))
    folder = imported(data / "labels.csv", tmp_path / "shapes.lnl")
    assert main(["export", str(folder), str(data / "cleaned"), "--accept-unjudged"]) == 0
    assert "inside the dataset" not in capsys.readouterr().err
    whole = imported(class_folders, tmp_path / "whole.lnl")
    for project, place in ((folder, None), (whole, class_folders)):
        with open_project(project, read_only=True) as opened:
            assert dataset_folder(opened) == place


def test_a_dataset_keeps_its_images_when_tables_are_written_beside_them(
    class_folders: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    data.mkdir()
    shutil.copytree(class_folders, data / "images")
    folder, before = imported(data, tmp_path / "p.lnl"), contents(data)
    with pytest.raises(UserError, match="images/"):
        export(folder, data, images="none", format="csv")
    assert contents(data) == before
    # No file of this format has the name of a file there.
    export(folder, data, images="none")
    export(folder, data, images="none")
    assert contents(data).items() > before.items() and (data / "samples.csv").is_file()


@links
def test_tables_do_not_go_through_a_link_into_another_folder(
    project: Path, class_folders: Path, tmp_path: Path
) -> None:
    out, before = tmp_path / "used", contents(class_folders)
    out.mkdir()
    (out / "images").symlink_to(class_folders)
    with pytest.raises(UserError, match="`images`"):
        export(project, out, images="none", format="csv")
    assert contents(class_folders) == before


def test_tables_take_the_place_of_earlier_ones(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "used"
    out.mkdir()
    (out / "letter.txt").write_text("dear")
    for made in ("csv", "xlsx", "csv"):
        export(project, out, images="none", format=made)
        # None of the other format is left, which would look like a person's.
        assert [file.name for file in (out / "images").iterdir()] == [f"labels.{made}"]
    found = verify(out)
    assert found.unknown == ("letter.txt",) and not (found.changed or found.missing)
    (out / "samples.csv").write_text("with notes of mine")
    for overwrite in (False, True):
        with pytest.raises(UserError, match=r"samples\.csv"):
            export(project, out, images="none", format="csv", overwrite=overwrite)


def test_tables_do_not_replace_an_export_with_images_or_of_another_project(
    project: Path, class_folders: Path, tmp_path: Path
) -> None:
    export(project, tmp_path / "whole")
    with pytest.raises(UserError, match="already holds an export"):
        export(project, tmp_path / "whole", images="none")
    other = imported(class_folders, tmp_path / "other.lnl")
    (tmp_path / "used").mkdir()
    (tmp_path / "used" / "letter.txt").write_text("dear")
    export(project, tmp_path / "used", images="none")
    with pytest.raises(UserError, match="another project"):
        export(other, tmp_path / "used", images="none")
    export(other, tmp_path / "used", images="none", overwrite=True)


def _through_link(out: Path) -> Path:
    link = out.parent / "link"
    link.symlink_to(out)
    return link


def _image_linked(out: Path) -> Path:
    """A dataset elsewhere, of links to the images of the export."""
    data = out.parent / "linked"
    for image in sorted(out.rglob("*.png")):
        place = data / image.relative_to(out / "images")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(image)
    return data


@pytest.mark.parametrize(
    "source",
    [
        lambda out: out,
        lambda out: out / "images",
        pytest.param(_through_link, marks=links),
        pytest.param(_image_linked, marks=links),
    ],
)
@pytest.mark.parametrize("images", ["copy", "symlink"])
def test_an_export_that_was_imported_again_is_not_replaced_by_its_own_project(
    project: Path, tmp_path: Path, source: Callable[[Path], Path], images: str
) -> None:
    out = tmp_path / "out"
    export(project, out)
    again, before = imported(source(out), tmp_path / "again.lnl"), contents(out)
    with pytest.raises(UserError, match="is made of"):
        export(again, out, images=images, overwrite=True)
    assert contents(out) == before
    export(project, out, overwrite=True)


def test_a_table_that_was_imported_is_not_replaced(project: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(project, out, images="none")
    again, before = imported(out, tmp_path / "again.lnl"), contents(out)
    with pytest.raises(UserError, match="is made of"):
        export(again, out, images="none", overwrite=True)
    assert contents(out) == before


def test_what_somebody_put_into_an_export_or_changed_there_stays(
    project: Path, class_folders: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    export(project, out)
    inner = imported(class_folders, out / "inner.lnl")
    with pytest.raises(UserError, match=r"inner\.lnl"):
        export(project, out, overwrite=True)
    shutil.rmtree(inner)
    image = next(out.rglob("*.png"))
    image.write_bytes(b"retouched")
    with pytest.raises(UserError, match=image.name):
        export(project, out, overwrite=True)
    image.unlink()
    # What has gone is no reason, nor is an original that changed behind a link.
    export(project, out, overwrite=True)


@links
def test_links_and_hard_links_are_replaced_whatever_became_of_the_originals(
    project: Path, class_folders: Path, tmp_path: Path
) -> None:
    for images in ("symlink", "hardlink"):
        export(project, tmp_path / images, images=images)
    original = class_folders / "circle" / "circle-03.png"
    other = (class_folders / "circle" / "circle-04.png").read_bytes()
    with original.open("wb") as stream:
        stream.write(other)
    for images in ("symlink", "hardlink"):
        export(project, tmp_path / images, images="copy", overwrite=True)
    assert original.read_bytes() == other


def test_an_export_that_does_not_say_what_is_its_own_is_not_replaced(
    project: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    export(project, out)
    (out / "files.sha256").unlink()
    with pytest.raises(UserError, match="export's own"):
        export(project, out, overwrite=True)


@links
def test_an_export_goes_where_a_link_leads(project: Path, tmp_path: Path) -> None:
    real, link = tmp_path / "real", tmp_path / "link"
    real.mkdir()
    link.symlink_to(real)
    export(project, link)
    export(project, link, overwrite=True)
    assert link.is_symlink() and (real / "manifest.json").is_file()
    assert len(list(real.rglob("*.png"))) == 36
    assert {file.name for file in tmp_path.iterdir()} >= {"real", "link", "shapes.lnl"}
    assert not list(tmp_path.glob(".*"))


@links
def test_what_lies_in_a_folder_is_told_by_every_way_to_it(tmp_path: Path) -> None:
    for name in ("in/side", "out"):
        (tmp_path / name).mkdir(parents=True)
    image = tmp_path / "in" / "side" / "a.png"
    image.touch()
    for link, target in [
        ("out/b.png", "in/side/a.png"),
        ("c.png", "out/b.png"),
        ("way", "in/side"),
        ("d.png", "d.png"),
        ("in/e.png", "out/e.png"),
    ]:
        (tmp_path / link).symlink_to(tmp_path / target)
    (tmp_path / "out" / "e.png").touch()
    inside = Inside(tmp_path / "in")
    for name in ("in", "in/side", "in/gone", "out/b.png", "c.png", "way/a.png", "in/e.png"):
        assert inside.holds(tmp_path / name), name
    for name in (".", "out", "out/gone", "d.png", "inner", "out/e.png"):
        assert not inside.holds(tmp_path / name), name
