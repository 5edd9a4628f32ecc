"""Projects for the window's tests: drawn images, and scores as a detect run leaves them."""

import shutil
import tempfile
import uuid
from contextlib import closing
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from lnl_gui.session.session import Session
from lnl_gui.store.database.connection import connect
from lnl_gui.store.database.containment import DATABASE, LOCK
from lnl_gui.store.database.origin import signature
from lnl_gui.store.dataset.samples import insert_dataset
from lnl_gui.store.jobs.parameters import DetectParameters, EmbedParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import create_project, root_values
from lnl_gui.util.files.atomic import write_json

CLASS_NAMES = ("cat", "dog", "frog", "horse")
_PATTERN = "pattern.lnl"


def make_project(
    folder: Path, count: int, *, detected: bool = True, names: tuple[str, ...] = CLASS_NAMES
) -> Path:
    """`count` samples; row i is an image of its own grey level, given class i modulo classes.

    Where detected, suspicion falls with the row, the first half is flagged, and the suggestion
    is the class after the given one. The project is a copy of one that is made once.
    """
    pattern = Path(_pattern(count, detected, names).name)
    shutil.copytree(pattern / "images", folder.parent / "images", dirs_exist_ok=True)
    shutil.copytree(pattern / _PATTERN, folder, ignore=shutil.ignore_patterns(LOCK))
    identifier = uuid.uuid4().hex
    header = {
        "uuid": identifier,
        # Of this test's home, or it would be a stranger's project.
        **signature(identifier),
        "created": datetime.now(UTC).isoformat(timespec="seconds"),
        **root_values(folder.parent / "images", folder),
    }
    with closing(connect(folder / DATABASE, read_only=False)) as connection, connection:
        connection.execute("DELETE FROM meta WHERE key LIKE 'known_to:%'")
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", header.items())
    return folder


@cache
def _pattern(
    count: int, detected: bool, names: tuple[str, ...]
) -> tempfile.TemporaryDirectory[str]:
    place = tempfile.TemporaryDirectory(prefix="lnl-pattern-", ignore_cleanup_errors=True)
    root = Path(place.name) / "images"
    root.mkdir()
    paths = [f"image-{row:04d}.png" for row in range(count)]
    for row, path in enumerate(paths):
        Image.new("RGB", (40, 30), (row % 256, 90, 160)).save(root / path)
    given = [row % len(names) for row in range(count)]
    folder = Path(place.name) / _PATTERN
    with create_project(folder, root=root, reader="test") as project:
        insert_dataset(
            project,
            class_names=names,
            split_names=[""],
            samples=((row, paths[row], given[row], 0, None) for row in range(count)),
            skipped=(),
        )
    if detected:
        with Session.open(folder) as session:
            record_detection(session)
    return place


def record_detection(session: Session) -> None:
    """Write what an embed and a detect run leave, and record them."""
    count, classes = len(session), len(session.classes)
    embed = session.runs.start(EmbedParameters())
    write_json(embed.folder / "unreadable.json", {})
    session.runs.finish(embed.id, "done", RunResult())
    detect = session.runs.start(DetectParameters())
    suspicion = np.linspace(0.99, 0.01, count).astype(np.float32)
    given = session.columns.given
    flagged = np.arange(count) < count // 2
    arrays = {
        "suspicion": suspicion,
        "suggested": np.where(flagged, (given + 1) % classes, given).astype(np.int32),
        "flagged": flagged,
        "loss": (2 * suspicion).astype(np.float32),
    }
    for name, values in arrays.items():
        np.save(detect.folder / f"{name}.npy", values)
    write_json(detect.folder / "summary.json", {"threshold": 0.5})
    session.runs.finish(detect.id, "done", RunResult())
