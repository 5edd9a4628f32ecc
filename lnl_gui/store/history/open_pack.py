"""A pack as a project of its own: images, labels, evidence and the verdicts so far."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.store.dataset.other_pictures import LEAVE
from lnl_gui.store.dataset.samples import insert_dataset
from lnl_gui.store.history.journal_file import replay_journal
from lnl_gui.store.history.pack_format import (
    IMAGES,
    JOURNAL,
    PACK_OF,
    Pack,
    open_archive,
    read_entry,
)
from lnl_gui.store.history.picture_hashes import save_packed_hashes
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import DetectParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import Project, create_project
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.messages import message

_NEIGHBOURS = 10


def unpack(file: Path, folder: Path) -> Path:
    """Make a project of a pack; returns its folder.

    Args:
        file: the pack.
        folder: of the project, which must not exist.

    Raises:
        UserError: when the file is no pack, is refused, or the project cannot be written; nothing
            is left behind then.
    """
    if folder.exists():
        raise UserError(
            message("{folder} exists already.", folder=folder),
            message("Choose another name, or open it as a project."),
        )
    try:
        archive, pack = open_archive(file)
        with archive:
            try:
                with create_project(folder, root=folder / IMAGES, reader="pack") as project:
                    _fill(project, pack)
                    for sample in pack.samples:
                        if sample.image:
                            target = folder / IMAGES / Path(sample.image).name
                            target.write_bytes(read_entry(file, archive, sample.image))
                    _detection(project, pack)
                    _replay(project, read_entry(file, archive, JOURNAL))
            except BaseException:
                # Half a pack would pass for the whole.
                shutil.rmtree(folder, ignore_errors=True)
                raise
    except OSError as error:
        raise as_user_error(error, message("open the pack {file}", file=file)) from error
    return folder


def _fill(project: Project, pack: Pack) -> None:
    (project.folder / IMAGES).mkdir()
    insert_dataset(
        project,
        class_names=pack.classes,
        split_names=pack.splits,
        samples=(
            (row, sample.path, sample.given, sample.split, _file_of(sample.image))
            for row, sample in enumerate(pack.samples)
        ),
        skipped=[],
    )
    save_packed_hashes(project, [sample.content for sample in pack.samples])
    with project.transaction() as connection:
        connection.executemany(
            "INSERT OR REPLACE INTO meta VALUES (?, ?)",
            [(PACK_OF, pack.project), ("pack_name", pack.name)],
        )
        connection.executemany(
            "UPDATE sample SET error = ? WHERE id = ?",
            [
                (json.dumps("not in the pack"), row)
                for row, sample in enumerate(pack.samples)
                if not sample.image
            ],
        )


def _file_of(image: str) -> str | None:
    return Path(image).name if image else None


def _detection(project: Project, pack: Pack) -> None:
    """The evidence as a finished detection; none where the project had none."""
    samples = pack.samples
    if all(sample.suspicion is None and sample.suggested < 0 for sample in samples):
        return
    run = runs.start_run(project, DetectParameters())
    columns: dict[str, np.ndarray] = {
        "suspicion": _numbers([s.suspicion for s in samples]),
        "suggested": np.array([s.suggested for s in samples], np.int32),
        "flagged": np.array([s.flagged for s in samples], bool),
        "loss": _numbers([s.loss for s in samples]),
        "confidence": _numbers([s.confidence for s in samples]),
        "issue-off_topic-flagged": np.array([s.off_topic for s in samples], bool),
    }
    for place, _ in enumerate(pack.detectors):
        votes = [s.votes[place] if s.votes else (None, -1) for s in samples]
        columns[f"detector-d{place}-score"] = _numbers([score for score, _ in votes])
        columns[f"detector-d{place}-vote"] = np.array([label for _, label in votes], np.int32)
    columns |= _neighbours(pack)
    for name, values in columns.items():
        write_array(run.folder / f"{name}.npy", values)
    detectors = [
        {"name": f"d{place}", "title": title} for place, (_, title) in enumerate(pack.detectors)
    ]
    write_json(run.folder / "detectors.json", detectors)
    summary: dict[str, Any] = {"flagged": int(columns["flagged"].sum())}
    write_json(run.folder / "summary.json", summary | {"threshold": pack.threshold})
    runs.record_end(project, run.id, runs.DONE, RunResult({}, {}))


def _numbers(values: list[float | None]) -> np.ndarray:
    return np.array([np.nan if value is None else value for value in values], np.float32)


def _neighbours(pack: Pack) -> dict[str, np.ndarray]:
    shape = (len(pack.samples), _NEIGHBOURS)
    index, similarity = np.full(shape, -1, np.int32), np.full(shape, np.nan, np.float16)
    for row, sample in enumerate(pack.samples):
        for place, (other, value) in enumerate(sample.neighbours[:_NEIGHBOURS]):
            index[row, place], similarity[row, place] = other, value
    return {"neighbours": index, "neighbour_similarity": similarity}


def _replay(project: Project, journal: bytes) -> None:
    """What was decided already, so that whoever reviews knows of it, and so does the merge."""
    file = project.folder / "runs" / JOURNAL
    file.write_bytes(journal)
    try:
        # What was decided on another picture than the packed one is no verdict on it.
        replay_journal(project, file, others=LEAVE)
    finally:
        file.unlink()
