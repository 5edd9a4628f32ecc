"""What is found of copies does not depend on the thumbnail cache, which may be deleted."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.detect.groups import ALONE
from lnl_gui.pipeline.detection.copies import SampleCopies, sample_copies
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.thumbnails import thumbnail_folder
from lnl_gui.store.jobs.arrays import load_embedding
from lnl_gui.store.jobs.parameters import DetectParameters, EmbedParameters, ImportParameters

IMAGES, COPIED, CROPPED = 24, 8, 8


def _picture(number: int) -> Image.Image:
    """Coarse coloured noise, of which no two are alike."""
    cells = np.random.default_rng(number).integers(0, 256, (7, 7, 3)).astype(np.uint8)
    return Image.fromarray(cells).resize((120, 120), Image.Resampling.BICUBIC)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Embedded; the first images have darker and smaller copies, the next ones are cropped.

    Copies that are cropped are believed by their colours alone, which a thumbnail tells.
    """
    root = tmp_path / "images"
    for number in range(IMAGES):
        folder = root / ("warm" if number % 2 else "cold")
        folder.mkdir(parents=True, exist_ok=True)
        picture = _picture(number)
        picture.save(folder / f"{number:02d}.png")
        if number < COPIED:
            darker = ImageEnhance.Brightness(picture).enhance(0.8).resize((90, 90))
            darker.save(folder / f"{number:02d}-copy.jpg", quality=70)
        elif number < COPIED + CROPPED:
            cropped = picture.crop((8, 8, 112, 112))
            cropped.save(folder / f"{number:02d}-copy.jpg", quality=70)
    project = tmp_path / "images.lnl"
    import_dataset(ImportParameters(str(root), str(project)), quiet=True)
    with Session.open(project) as session:
        run_job(session, EmbedParameters(encoders=("bundled-fast",)), quiet=True)
    return project


def _found(project: Path) -> SampleCopies:
    snapshot = take_snapshot(project)
    (project / "arrays" / "copies.npz").unlink(missing_ok=True)
    embedding = load_embedding(snapshot.embeddings["bundled-fast"])
    return sample_copies(project, snapshot, embedding, TerminalContext(quiet=True))


def test_images_are_read_again_where_no_thumbnail_is_kept(project: Path) -> None:
    warm = _found(project)
    assert (warm.copies.group != ALONE).sum() > 2 * COPIED
    kept = sum(1 for _ in thumbnail_folder().glob("*/*"))
    shutil.rmtree(thumbnail_folder())
    cold = _found(project)
    assert not cold.uncompared
    for name, values in vars(warm.copies).items():
        np.testing.assert_array_equal(getattr(cold.copies, name), values, err_msg=name)
    # They are there for the window again, too.
    assert 2 * COPIED <= sum(1 for _ in thumbnail_folder().glob("*/*")) <= kept


def test_what_can_not_be_looked_at_is_said_and_found_once_it_is_back(project: Path) -> None:
    shutil.rmtree(thumbnail_folder())
    root = project.with_suffix("")
    root.rename(root.with_name("away"))
    with Session.open(project) as session:
        metrics = run_job(session, DetectParameters(detectors=("neighbours",)), quiet=True).metrics
    uncompared = metrics["uncompared_images"]
    assert uncompared >= 2 * COPIED
    said = [warning for warning in metrics["warnings"] if "no thumbnail" in str(warning)]
    assert len(said) == 1
    root.with_name("away").rename(root)
    with Session.open(project) as session:
        metrics = run_job(session, DetectParameters(detectors=("neighbours",)), quiet=True).metrics
    assert not metrics["uncompared_images"]
    assert (_found(project).copies.group != ALONE).sum() > 2 * COPIED


def test_another_picture_under_the_name_is_no_copy_of_its_former_copy(project: Path) -> None:
    shutil.rmtree(thumbnail_folder())
    _picture(99).save(project.with_suffix("") / "cold" / "00.png")
    found = _found(project)
    # It is not taken for what was embedded, nor for unreadable.
    assert not found.uncompared
    assert len(take_snapshot(project)) == IMAGES + COPIED + CROPPED
