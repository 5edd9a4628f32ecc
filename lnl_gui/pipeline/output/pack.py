"""The pack job: some samples with images, labels and evidence in one file."""

import io
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from PIL import Image

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.location import Member
from lnl_gui.containers.read import exported_file
from lnl_gui.pictures.decoding import decode
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.reading import read_bytes
from lnl_gui.pipeline.datasets.matching.content import content_hashes
from lnl_gui.pipeline.snapshot import Snapshot, take_snapshot
from lnl_gui.store.dataset.classes import EDIT, load_classes
from lnl_gui.store.dataset.samples import load_written
from lnl_gui.store.dataset.thumbnails import thumbnail_paths
from lnl_gui.store.detection import scores
from lnl_gui.store.detection.detection_tables import read_detectors
from lnl_gui.store.history.journal import REDO, UNDO
from lnl_gui.store.history.journal_file import FORMAT as JOURNAL_FORMAT
from lnl_gui.store.history.journal_file import VERSION as JOURNAL_VERSION
from lnl_gui.store.history.journal_file import journal_lines
from lnl_gui.store.history.pack_format import (
    FORMAT,
    FULL,
    IMAGES,
    JOURNAL,
    KINDS,
    MANIFEST,
    MOST_SAMPLES,
    SUFFIX,
    VERSION,
    Pack,
    PackedSample,
)
from lnl_gui.store.history.picture_hashes import picture_hashes, with_files_read
from lnl_gui.store.jobs.arrays import file_stem
from lnl_gui.store.jobs.parameters import PackParameters
from lnl_gui.store.project import Project, open_project
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.atomic import atomic_file, temporaries_of
from lnl_gui.util.files.replaceable import refuse_other_kind
from lnl_gui.util.files.undated_zip import UndatedZip
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.progress import JobContext, stage_progress

SIDE = 512
"""Longer side in pixels of an image that is made for a pack of thumbnails."""
# 37 KB a photograph; at 95 it takes 68.
_QUALITY = 85


def run(
    parameters: PackParameters, context: JobContext, *, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    """Write the pack to `parameters.destination`.

    Raises:
        UserError: when nothing is chosen, too much, or the file cannot be written.
    """
    destination = Path(parameters.destination)
    _check(parameters, destination)
    snapshot = take_snapshot(project_folder)
    rows = np.array(parameters.rows, np.int64)
    if len(rows) and not 0 <= rows.min() <= rows.max() < len(snapshot):
        raise UserError(message("The samples to pack are not in the project."))
    progress = stage_progress(context, message("Packing the images"))
    missing = 0
    try:
        _sweep(destination)
        with (
            open_project(project_folder, read_only=True) as project,
            atomic_file(destination) as stream,
            # Stored, for images are compressed. Undated, for zip knows no year before 1980 and
            # clocks err.
            UndatedZip(stream, "w", zipfile.ZIP_STORED) as archive,
        ):
            names = []
            for place, row in enumerate(rows.tolist()):
                found = _image(snapshot, row, parameters.images)
                name = f"{IMAGES}/{place:06d}{found[0]}" if found else ""
                if found:
                    archive.writestr(name, found[1])
                names.append(name)
                progress(place + 1, len(rows))
            missing = names.count("")
            if missing == len(names):
                raise UserError(
                    message("None of the images could be read: nothing was packed."),
                    message("Say where they are: `lnl-gui relocate PROJECT --image-root DIR`."),
                )
            hashes = _hashes(project, snapshot, rows, context)
            pack = _pack(project, snapshot, rows, names, parameters.images, hashes)
            # Lists of names and labels get much smaller, unlike images.
            archive.writestr(MANIFEST, msgspec.json.encode(pack), zipfile.ZIP_DEFLATED)
            content_of = {sample.path: sample.content for sample in pack.samples}
            journal = b"".join(_journal(project, content_of))
            archive.writestr(JOURNAL, journal, zipfile.ZIP_DEFLATED)
    except OSError as error:
        raise as_user_error(
            error, message("write the pack {destination}", destination=destination)
        ) from error
    if missing:
        context.log(
            message_n(
                "{count:,} image could not be read and is not in the pack.",
                "{count:,} images could not be read and are not in the pack.",
                missing,
            )
        )
    size = destination.stat().st_size
    metrics = {"samples": len(rows), "missing": missing, "bytes": size}
    return {"artifacts": {}, "metrics": metrics | {"destination": str(destination)}}


def _is_pack(file: Path) -> bool:
    try:
        with zipfile.ZipFile(file) as archive:
            return {MANIFEST, JOURNAL} <= set(archive.namelist())
    except zipfile.BadZipFile:
        return False


def _sweep(destination: Path) -> None:
    """Remove the halves of this pack that a process which was killed has left."""
    if not destination.parent.is_dir():
        return
    # Nobody else writes one: the project is locked by whoever packs.
    for file in list(temporaries_of([destination.name], destination.parent)):
        with suppress(OSError):
            file.unlink()


def _check(parameters: PackParameters, destination: Path) -> None:
    refuse_other_kind(destination, message("a pack"), _is_pack)
    if parameters.images not in KINDS:
        raise UserError(
            message("Unknown way to write images: {images}.", images=parameters.images),
            message("Use {image_modes}.", image_modes=", ".join(KINDS)),
        )
    if not parameters.rows:
        raise UserError(
            message("There is nothing to pack."), message("Loosen a filter, or choose `--all`.")
        )
    if len(parameters.rows) > MOST_SAMPLES:
        raise UserError(
            message(
                "A pack holds at most {most:,} samples, and {count:,} are chosen.",
                most=MOST_SAMPLES,
                count=len(parameters.rows),
            ),
            message("Choose fewer, such as `--top 1000` or `--part 1/3`."),
        )
    if destination.suffix != SUFFIX:
        raise UserError(
            message(
                "{destination} does not end in {suffix}.", destination=destination, suffix=SUFFIX
            )
        )


def _image(snapshot: Snapshot, row: int, kind: str) -> tuple[str, bytes] | None:
    """Suffix and bytes of one image; None where it cannot be read."""
    try:
        return _whole(snapshot, row) if kind == FULL else _small(snapshot, row)
    except (UnreadableImage, ContainerError, OSError):
        return None


def _whole(snapshot: Snapshot, row: int) -> tuple[str, bytes]:
    file = snapshot.file_of(row)
    if isinstance(file, Member):
        name, data = exported_file(file)
    else:
        name, data = file.name, read_bytes(file)
    suffix = Path(name).suffix.lower()
    plain = suffix[1:].isascii() and suffix[1:].isalnum() and len(suffix) <= 6
    return (suffix if plain else ".img"), data


def _small(snapshot: Snapshot, row: int) -> tuple[str, bytes]:
    facts = snapshot.facts
    key = "" if facts is None else bytes(facts["content_hash"][row]).decode("ascii", "replace")
    kept = thumbnail_paths(key, snapshot.rendering.key) if key else ()
    # Thumbnails are smaller than wanted here: they serve where the image is gone.
    for file in (snapshot.file_of(row), *kept):
        try:
            image = decode(read_bytes(file), minimum_side=SIDE, rendering=snapshot.rendering)
        except (UnreadableImage, OSError):
            continue
        image.thumbnail((SIDE, SIDE), Image.Resampling.LANCZOS)
        stream = io.BytesIO()
        # Without what a camera writes into a file, such as where it was taken.
        image.convert("RGB").save(stream, "JPEG", quality=_QUALITY)
        return ".jpg", stream.getvalue()
    raise OSError


def _hashes(
    project: Project, snapshot: Snapshot, rows: np.ndarray, context: JobContext
) -> np.ndarray:
    """Content hashes S32 (N,), also of images in the pack that were never embedded."""

    def read(unknown: Sequence[int]) -> list[bytes]:
        progress = stage_progress(context, message("Reading the images"))
        return content_hashes([snapshot.file_of(row) for row in unknown], progress=progress)

    known = picture_hashes(project, len(snapshot))
    return with_files_read(project, known, rows.tolist(), read)


def _pack(
    project: Project,
    snapshot: Snapshot,
    rows: np.ndarray,
    names: list[str],
    images: str,
    hashes: np.ndarray,
) -> Pack:
    written = load_written(project)
    detectors = read_detectors(snapshot.scores.folder)
    return Pack(
        FORMAT,
        VERSION,
        project.meta("uuid"),
        project.folder.stem,
        datetime.now(UTC).isoformat(timespec="seconds"),
        images,
        tuple(entry.key for entry in load_classes(project)),
        tuple(snapshot.split_names),
        tuple(_samples(snapshot, written.given, rows, names, hashes)),
        tuple((entry.name, entry.title) for entry in detectors),
        snapshot.scores.summary.threshold,
    )


def _samples(
    snapshot: Snapshot, given: np.ndarray, rows: np.ndarray, names: list[str], hashes: np.ndarray
) -> Iterator[PackedSample]:
    found = snapshot.scores
    parts = []
    for entry in read_detectors(found.folder):
        stem = f"detector-{file_stem(entry.name)}"
        parts.append([scores.sample_array(found, f"{stem}-{kind}") for kind in ("score", "vote")])
    near, how = scores.nearest(found) or (None, None)
    place_of = {row: place for place, row in enumerate(rows.tolist())}
    for row, name in zip(rows.tolist(), names, strict=True):
        neighbours: list[tuple[int, float]] = []
        if near is not None and how is not None:
            pairs = zip(near[row].tolist(), how[row].tolist(), strict=True)
            neighbours = [(place_of[other], float(s)) for other, s in pairs if other in place_of]
        votes = tuple(
            (_number(score[row]), int(snapshot.class_map.of(vote[row : row + 1])[0]))
            if score is not None and vote is not None
            else (None, -1)
            for score, vote in parts
        )
        yield PackedSample(
            snapshot.samples.paths[row],
            name,
            int(given[row]),
            int(snapshot.samples.split[row]),
            _number(found.suspicion[row]),
            int(found.suggested[row]),
            bool(found.flagged[row]),
            _number(found.loss[row]),
            _number(found.confidence[row]),
            bool(found.off_topic[row]),
            votes,
            tuple(neighbours),
            bytes(hashes[row]).decode("ascii", "replace"),
        )


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _journal(project: Project, content_of: Mapping[str, str]) -> Iterator[bytes]:
    """The journal of the samples in the pack: their verdicts, and what was done to classes.

    Args:
        project: open, for reading at least.
        content_of: by path of a sample in the pack the hash of its image.
    """
    header = {"format": JOURNAL_FORMAT, "version": JOURNAL_VERSION, "project": project.meta("uuid")}
    yield msgspec.json.encode(header) + b"\n"
    for line in journal_lines(project):
        entry = msgspec.json.decode(line)
        entry["changes"] = [
            [path, judged or content_of[path], *change]
            for path, judged, *change in entry["changes"]
            if path in content_of
        ]
        # Without the undo what it took back would be in force over there.
        if entry["changes"] or entry["kind"] in (EDIT, UNDO, REDO):
            yield msgspec.json.encode(entry) + b"\n"
