"""The dataset as this program exports it, cleaned to the truth, in any of its formats."""

from pathlib import Path

import numpy as np

from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import ExportParameters, ImportParameters
from tests.formats.truth import CLASSES, SAMPLES

_WRONG = 3
"""This image came with a wrong label, which a person put right."""


def make_project(folder: Path) -> Path:
    """A project of the images, whose verdicts make the truth of what came.

    One label is wrong and put right; one image more is of no class and set aside.
    """
    source = folder / "in"
    for sample in SAMPLES:
        came = CLASSES[(sample.class_id + (sample.number == _WRONG)) % len(CLASSES)]
        file = source / sample.split / came / sample.name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(sample.png)
    junk = source / "train" / CLASSES[0] / "junk.png"
    junk.write_bytes(SAMPLES[0].png[:-1] + b"\x82")
    project = folder / "p.lnl"
    import_dataset(ImportParameters(str(source), str(project)), quiet=True)
    with Session.open(project, reviewer="ann") as session:
        rows = {Path(path).name: row for row, path in enumerate(session.columns.paths)}
        right = session.class_named(SAMPLES[_WRONG].label).id
        session.relabel(np.array([rows[SAMPLES[_WRONG].name]]), right)
        session.exclude(np.array([rows["junk.png"]]))
    return project


def export(project: Path, folder: Path, format: str) -> Path:
    """The folder of the images, in that format."""
    with Session.open(project) as session:
        run_job(session, ExportParameters(str(folder), format=format), quiet=True)
    return folder / "images"
