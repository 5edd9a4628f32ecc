"""Projects for the window's tests: drawn images, and scores as a detect run leaves them."""

from pathlib import Path

import numpy as np
from PIL import Image

from lnl_gui.session.session import Session
from lnl_gui.store.parameters import DetectParameters, EmbedParameters
from lnl_gui.store.project import create_project
from lnl_gui.store.runs import RunResult
from lnl_gui.store.samples import insert_dataset
from lnl_gui.util.atomic import write_json

CLASS_NAMES = ("cat", "dog", "frog", "horse")


def make_project(
    folder: Path, count: int, *, detected: bool = True, names: tuple[str, ...] = CLASS_NAMES
) -> Path:
    """`count` samples; row i is an image of its own grey level, given class i modulo classes.

    Where detected, suspicion falls with the row, the first half is flagged, and the suggestion
    is the class after the given one.
    """
    root = folder.parent / "images"
    root.mkdir(exist_ok=True)
    paths = [f"image-{row:04d}.png" for row in range(count)]
    for row, path in enumerate(paths):
        Image.new("RGB", (40, 30), (row % 256, 90, 160)).save(root / path)
    given = [row % len(names) for row in range(count)]
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
    return folder


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
