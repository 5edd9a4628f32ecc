"""Images that were saved in another format or size stay the samples that they were."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lnl_gui.__main__ import main
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.pipeline.datasets.updating import update
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED
from lnl_gui.store.jobs.parameters import EmbedParameters, ImportParameters, UpdateParameters
from lnl_gui.util.errors import UserError
from tests.conftest import draw_image

SOME = ("circle-01", "circle-03", "circle-05")


@pytest.fixture
def images(embedded: Path) -> Path:
    """A project's images, of which somebody has excluded two."""
    with Session.open(embedded, reviewer="ann") as session:
        session.exclude(np.array([rows(session)[name] for name in SOME[:2]]))
    return embedded.parent / "shapes"


def rows(session: Session) -> dict[str, int]:
    return {Path(path).stem: row for row, path in enumerate(session.columns.paths)}


def save(file: Path, suffix: str, *, scale: float = 1, folder: str = "", **options: Any) -> None:
    with Image.open(file) as opened:
        image = opened.convert("RGB").resize([round(side * scale) for side in opened.size])
    place = file.parent.parent / (folder or file.parent.name)
    place.mkdir(exist_ok=True)
    file.unlink()
    image.save(place / f"{file.stem}{suffix}", **options)


def found(project: Path) -> dict[str, Any]:
    return update.preview(UpdateParameters(), TerminalContext(quiet=True), project)


def refresh(project: Path, **said: Any) -> dict[str, Any]:
    with Session.open(project) as session:
        return run_job(session, UpdateParameters(**said), quiet=True).metrics


@pytest.mark.parametrize(
    "change",
    [
        lambda file: save(file, ".jpg", quality=50),
        lambda file: save(file, ".JPEG"),
        lambda file: save(file, ".webp", quality=60),
        lambda file: save(file, ".bmp", scale=2),
        lambda file: save(file, ".jpg", scale=0.6),
        lambda file: save(file, ".jpg", folder="circles"),
    ],
)
def test_what_was_decided_goes_with_the_picture(
    embedded: Path, images: Path, change: Callable[[Path], None]
) -> None:
    for name in SOME:
        change(images / "circle" / f"{name}.png")
    metrics = refresh(embedded)
    figures = ("resaved", "moved", "added", "missing", "content_changed", "same_name")
    assert [metrics[name] for name in figures] == [3, 3, 0, 0, 0, 0]
    # Once more before anything is embedded again.
    assert found(embedded)["content_changed_decided"] == 0
    with Session.open(embedded) as session:
        place = rows(session)
        excluded = [place[name] for name in SOME[:2]]
        assert np.flatnonzero(session.columns.status == EXCLUDED).tolist() == excluded
        assert Path(session.columns.paths[excluded[0]]).suffix != ".png"
        assert Path(session.images.file_of(excluded[0])).is_file()
        before = session.columns.content_hash[excluded[0]]
        run_job(session, EmbedParameters(encoders=("bundled-fast",)), quiet=True)
    with Session.open(embedded) as session:
        assert session.columns.content_hash[excluded[0]] != before
    assert found(embedded)["content_changed"] == 0


@pytest.mark.parametrize("case", ["another picture", "renumbered too", "two of the name"])
def test_another_picture_is_another_sample_and_it_is_said(
    embedded: Path, images: Path, case: str, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = images / "circle"
    if case == "renumbered too":
        pictures = [Image.open(folder / f"{name}.png").copy() for name in SOME]
        pictures = [*pictures[1:], pictures[0]]
    else:
        pictures = [draw_image(2, 900 + number) for number in range(3)]
    for name, picture in zip(SOME, pictures, strict=True):
        (folder / f"{name}.png").unlink()
        picture.save(folder / f"{name}.bmp")
        if case == "two of the name":
            picture.save(folder / f"{name}.gif")
    assert main(["update", str(embedded), "--json"]) == 0
    written = capsys.readouterr()
    metrics = json.loads(written.out)
    twice = case == "two of the name"
    assert [metrics[n] for n in ("resaved", "missing", "newly_gone_decided")] == [0, 3, 2]
    assert (metrics["added"], metrics["same_name"]) == ((6, 0) if twice else (3, 3))
    assert "2 images that were decided on are gone from the dataset" in written.err
    assert ("shows something else" in written.err or "show something else" in written.err) != twice
    with Session.open(embedded) as session:
        assert set(np.flatnonzero(session.columns.status).tolist()) <= set(
            np.flatnonzero(session.columns.missing).tolist()
        )


def test_of_pictures_that_nobody_has_looked_at_the_name_is_all_there_is(tmp_path: Path) -> None:
    folder = tmp_path / "data" / "a"
    folder.mkdir(parents=True)
    for number in range(6):
        draw_image(number % 3, number).save(folder / f"{number}.png")
    project = tmp_path / "p.lnl"
    import_dataset(ImportParameters(str(tmp_path / "data"), str(project)), quiet=True)
    with Session.open(project, reviewer="ann") as session:
        session.exclude(np.array([0]))
    save(folder / "0.png", ".jpg")
    metrics = refresh(project)
    assert (metrics["samples"], metrics["missing"]) == (6, 0)
    assert metrics["content_changed_decided"] == 1  # said: somebody has to look


def test_a_refusal_says_how_many_of_the_missing_were_decided_on(
    embedded: Path, images: Path
) -> None:
    for file in images.rglob("*.png"):
        file.unlink()
    draw_image(0, 1).save(images / "circle" / "other.png")
    with pytest.raises(UserError, match="2 of them were decided on"):
        found(embedded)
