"""Projects embedded and detected once and copied for each test; detections are quick."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.detect.consensus import repetitions
from lnl_gui.pipeline.detection.copies import sample_copies
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.arrays import load_embedding
from lnl_gui.store.jobs.parameters import (
    DetectParameters,
    EmbedParameters,
    ImportParameters,
    JobParameters,
)
from tests.conftest import draw_image, home_of_its_own
from tests.detect.few_repetitions import one_repetition, short_turtle, shortened_turtle

__all__ = ["one_repetition", "short_turtle"]

WRONG = {"circle/square-19.png", "stripes/circle-19.png", "square/stripes-19.png"}


@pytest.fixture(scope="session")
def embedded_original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three classes of twenty drawn images, one of each in a wrong folder; embedded."""
    place = tmp_path_factory.mktemp("embedded")
    names = ("square", "circle", "stripes")
    for name in names:
        (place / "shapes" / name).mkdir(parents=True)
    for kind, name in enumerate(names):
        for i in range(20):
            folder = names[(kind + 1) % 3] if i == 19 else name
            draw_image(kind, 100 * kind + i).save(place / "shapes" / folder / f"{name}-{i:02d}.png")
    project = place / "shapes.lnl"
    with home_of_its_own(tmp_path_factory):
        import_dataset(ImportParameters(str(place / "shapes"), str(project)), quiet=True)
        with Session.open(project) as session:
            run_job(session, EmbedParameters(encoders=("bundled-fast",)), quiet=True)
        snapshot = take_snapshot(project)
        # As any detection leaves them: most tests here detect on these images, few look at copies.
        embedding = load_embedding(snapshot.embeddings["bundled-fast"])
        sample_copies(project, snapshot, embedding, TerminalContext(quiet=True))
    return place


@pytest.fixture
def embedded(embedded_original: Path, tmp_path: Path) -> Path:
    """A project of one's own, beside its images."""
    shutil.copytree(embedded_original, tmp_path / "copy")
    return tmp_path / "copy" / "shapes.lnl"


def copy_after(
    original: Path,
    tmp_path_factory: pytest.TempPathFactory,
    parameters: JobParameters,
    prepare: Callable[[Path], object] = lambda project: None,
) -> Path:
    """A copy of a project and its images on which a job was run, in a home of its own."""
    place = tmp_path_factory.mktemp("original") / "copy"
    shutil.copytree(original, place)
    prepare(place / "shapes.lnl")
    with home_of_its_own(tmp_path_factory), Session.open(place / "shapes.lnl") as session:
        run_job(session, parameters, quiet=True)
    return place


@pytest.fixture(scope="session")
def detected_original(embedded_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded project after a detection by every default detector."""
    with shortened_turtle(), pytest.MonkeyPatch.context() as patch:
        # Of the whole session: those of a module are not in force yet.
        patch.setattr(repetitions, "MOST", 2)
        return copy_after(embedded_original, tmp_path_factory, DetectParameters())


@pytest.fixture
def detected(detected_original: Path, tmp_path: Path) -> Path:
    """A project of one's own, beside its images."""
    shutil.copytree(detected_original, tmp_path / "detected")
    return tmp_path / "detected" / "shapes.lnl"
