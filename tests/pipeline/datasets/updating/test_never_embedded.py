"""Decisions on images that were never embedded: their files tell whether these may be others."""

import csv
import os
import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.__main__ import main
from lnl_gui.dataset.pixels.facts import FACTS_DTYPE
from lnl_gui.pipeline.datasets.matching.same_pictures import SeenPictures
from lnl_gui.pipeline.datasets.updating.replaced_images import replaced_by_embedding
from lnl_gui.store.jobs.arrays import FILE_STATS

MENDABLE = 3
DECIDED = "cat/1.png"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project beside its dataset, one image of which was decided on."""
    for shade, path in enumerate([DECIDED, "cat/2.png", "dog/1.png", "dog/2.png"]):
        file = tmp_path / "pets" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4 + shade, 4), (30 * shade, 7, 7)).save(file)
    folder = tmp_path / "p.lnl"
    assert main(["import", str(tmp_path / "pets"), "--project", str(folder)]) == 0
    assert main(["review", str(folder), "relabel", "--path", DECIDED, "--class", "dog"]) == 0
    return folder


def export(project: Path) -> tuple[int, str]:
    """The exit code, and the label of the image that was decided on where there is an export."""
    out = project.with_name("out")
    shutil.rmtree(out, ignore_errors=True)
    code = main(["export", str(project), str(out), "--format", "csv", "--accept-unjudged"])
    if not out.is_dir():
        return code, ""
    with (out / "images/labels.csv").open(encoding="utf-8", newline="") as stream:
        labels = {row[0]: row[1] for row in csv.reader(stream)}
    return code, labels[DECIDED]


def replace_picture(project: Path) -> None:
    shutil.copyfile(project.with_name("pets") / "cat/2.png", project.with_name("pets") / DECIDED)


def test_nothing_is_asked_while_the_files_are_as_they_were(project: Path) -> None:
    assert export(project) == (0, "dog")
    assert main(["update", str(project)]) == 0
    assert export(project) == (0, "dog")


def test_a_decision_does_not_pass_to_another_picture(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    replace_picture(project)
    assert export(project) == (MENDABLE, "") and DECIDED in capsys.readouterr().err
    assert main(["update", str(project)]) == MENDABLE
    assert DECIDED in capsys.readouterr().err
    # Until somebody has looked it is as it came; what was said is not said again.
    assert export(project) == (0, "cat")
    assert main(["update", str(project)]) == 0
    assert main(["review", str(project), "confirm"]) == 0
    assert export(project) == (0, "dog")


def test_another_one_still_is_found_after_that(project: Path) -> None:
    replace_picture(project)
    main(["update", str(project)])
    main(["review", str(project), "confirm"])
    shutil.copyfile(project.with_name("pets") / "dog/2.png", project.with_name("pets") / DECIDED)
    assert export(project) == (MENDABLE, "")
    assert main(["update", str(project)]) == MENDABLE
    assert export(project) == (0, "cat")


def test_a_file_of_the_same_size_written_anew_is_asked_about(project: Path) -> None:
    os.utime(project.with_name("pets") / DECIDED, (1, 1))
    # Nobody has decided on this one: nothing depends on what it was.
    os.utime(project.with_name("pets") / "dog/1.png", (1, 1))
    assert main(["update", str(project)]) == MENDABLE
    assert export(project) == (0, "cat")


def test_images_that_came_later_are_known_as_well(project: Path) -> None:
    added = project.with_name("pets") / "cat/3.png"
    Image.new("RGB", (9, 9), (1, 2, 3)).save(added)
    assert main(["update", str(project)]) == 0
    assert main(["review", str(project), "keep", "--path", "cat/3.png"]) == 0
    shutil.copyfile(project.with_name("pets") / "dog/2.png", added)
    assert export(project) == (MENDABLE, "")


def test_where_nothing_was_kept_of_the_files_that_is_said_once(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As in a project that an earlier version has made."""
    (project / FILE_STATS).unlink()
    assert export(project) == (MENDABLE, "dog") and DECIDED in capsys.readouterr().err
    assert main(["update", str(project)]) == MENDABLE
    assert "is not known" in capsys.readouterr().err
    assert main(["update", str(project)]) == 0
    replace_picture(project)
    assert export(project) == (MENDABLE, "")


def test_an_embedding_tells_of_them_as_an_update_does() -> None:
    def seen(*contents: bytes) -> SeenPictures:
        facts = np.zeros(len(contents), FACTS_DTYPE)
        facts["content_hash"] = contents
        return SeenPictures(facts, None)

    held, touched = np.zeros(3, "S32"), np.array([True, True, False])
    # The second cannot be read; nobody decided on the third.
    found = replaced_by_embedding(held, None, seen(b"a", b"", b"c"), touched)
    assert found == ((0, "", "a"),)
