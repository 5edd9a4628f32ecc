"""A project whose images lie in a container does what one of files does, with the same numbers."""

import csv
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import run_job
from lnl_gui.containers.location import Member
from lnl_gui.containers.read import close_containers
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.data.activations import _identity
from lnl_gui.learn.data.sources import ImageSource
from lnl_gui.pipeline.output.report_facts import picture_of
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.session.session import Session
from lnl_gui.store.jobs import arrays
from lnl_gui.store.jobs.parameters import EmbedParameters
from lnl_gui.store.project import open_project
from lnl_gui.store.run_inputs import changed_inputs, finished_run
from lnl_gui.util.errors import UserError
from tests.conftest import draw_image

EMBED = EmbedParameters(encoders=("bundled-fast",))
NAMES = ("circle", "square", "stripes")


@pytest.fixture
def images() -> np.ndarray:
    """Twelve drawn images, classes in turn, uint8 (12, 48, 48, 3)."""
    return np.stack([np.asarray(draw_image(n % 3, n)) for n in range(12)])


@pytest.fixture
def container(tmp_path: Path, images: np.ndarray) -> Path:
    place = tmp_path / "set"
    place.mkdir()
    planes = images.transpose(0, 3, 1, 2).reshape(12, -1)
    np.savez(place / "shapes.npz", x_train=planes, y_train=np.arange(12) % 3)
    (place / "classes.txt").write_text("\n".join(NAMES))
    return place / "shapes.npz"


@pytest.fixture
def project(container: Path) -> Path:
    assert main(["import", str(container), "--image-shape", "3x48x48"]) == 0
    return container.with_suffix(".lnl")


def embed(project: Path) -> np.ndarray:
    with Session.open(project) as session:
        run_job(session, EMBED, quiet=True)
    with open_project(project, read_only=True) as opened:
        return np.array(arrays.load_embedding(arrays.embedded_with(opened)["bundled-fast"]))


def test_the_same_numbers_as_of_files(project: Path, images: np.ndarray, tmp_path: Path) -> None:
    for number, image in enumerate(images):
        file = tmp_path / "files" / NAMES[number % 3] / f"{number:05}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(file)
    assert main(["import", str(tmp_path / "files")]) == 0
    of_files = embed(tmp_path / "files.lnl")
    of_members = embed(project)
    with Session.open(tmp_path / "files.lnl", read_only=True) as session:
        order = np.argsort([Path(path).stem for path in session.columns.paths])
    assert np.array_equal(of_members, of_files[order])
    with Session.open(project, read_only=True) as session:
        assert [entry.name for entry in session.classes] == list(NAMES)
        assert session.path_of(3) == "shapes.npz/00003"
        assert session.images.thumbnail_of(3) is not None
        assert session.split_names == ["", "train"]


def test_an_export_holds_the_images(project: Path, images: np.ndarray, tmp_path: Path) -> None:
    embed(project)
    wanted = ["--images", "hardlink", "--accept-unjudged"]
    assert main(["export", str(project), str(tmp_path / "out"), *wanted]) == 0
    with (tmp_path / "out/samples.csv").open(newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["path"] for row in rows] == [f"shapes.npz/{n:05}" for n in range(12)]
    files = sorted((tmp_path / "out/images").rglob("*.png"), key=lambda file: file.name)
    assert np.array_equal(np.stack([np.asarray(Image.open(file)) for file in files]), images)
    assert files[1].parent.name == "square"


def test_an_export_without_images_comes_back(project: Path, tmp_path: Path) -> None:
    with Session.open(project) as session:
        session.relabel(np.array([1]), 0)
        session.exclude(np.array([5]))
    arguments = ["--images", "none", "--accept-unjudged"]
    assert main(["export", str(project), str(tmp_path / "out"), *arguments]) == 0
    again = read_dataset(tmp_path / "out")
    before = take_snapshot(project)
    kept = [row for row in range(12) if row != 5]
    assert [record.file for record in again.records] == [before.file_of(row) for row in kept]
    wanted = [NAMES[row % 3] for row in kept]
    wanted[1] = "circle"
    assert [record.label for record in again.records] == wanted
    assert [entry.path for entry in again.skipped] == ["shapes.npz/00005"]


def test_a_changed_container_is_noticed(project: Path, container: Path) -> None:
    embed(project)
    with open_project(project, read_only=True) as opened:
        assert finished_run(opened, EMBED) is not None
        found = dict(np.load(container))
        np.savez(container, **{**found, "x_train": found["x_train"][::-1]})
        os.utime(container, ns=(1, 1))
        assert finished_run(opened, EMBED) is None
        assert changed_inputs(opened, EMBED) == ["images"]


def test_a_missing_container_is_an_error(project: Path, container: Path) -> None:
    container.unlink()
    with Session.open(project) as session, pytest.raises(UserError, match="missing"):
        run_job(session, EMBED, quiet=True)


def test_pixels_for_training_and_the_report(project: Path, images: np.ndarray) -> None:
    snapshot = take_snapshot(project)
    files = snapshot.files()
    assert all(isinstance(file, Member) for file in files)
    plain = Preprocessing(48, interpolation="nearest")
    source = ImageSource(files, plain)
    try:
        assert np.array_equal(source.pixels(np.arange(12), 0), images)
    finally:
        source.close()
        close_containers()
    assert picture_of(snapshot, 2).startswith("data:image/jpeg;base64,")


def test_kept_activations_are_of_one_state_of_the_container(project: Path, container: Path) -> None:
    snapshot = take_snapshot(project)
    names = [_identity(file) for file in snapshot.files()]
    assert len(set(names)) == 12
    os.utime(container, ns=(1, 1))
    assert not set(names) & {_identity(file) for file in snapshot.files()}
