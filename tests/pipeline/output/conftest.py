"""A project with a trained head, made once for those who export or draw it."""

import shutil
from pathlib import Path

import pytest

from lnl_gui.cli.jobs import run_job
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import FinetuneParameters

PROBE = FinetuneParameters(recipe="linear_probe", encoder="bundled-fast", compare_with_given=False)


@pytest.fixture(scope="session")
def probed_original(embedded_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The embedded project with a linear probe; to be read, or copied with what is beside it."""
    place = tmp_path_factory.mktemp("trained") / "copy"
    shutil.copytree(embedded_original, place)
    with Session.open(place / "shapes.lnl") as session:
        run_job(session, PROBE, quiet=True)
    return place / "shapes.lnl"
