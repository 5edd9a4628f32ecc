"""Projections of embeddings to the plane, kept by what they depend on: the embedding alone.

`arrays/projections/KEY.npy` is UMAP's, `KEY-tsne.npy` t-SNE's: float32 (N, 2), NaN in rows that
could not be read. A new detection leaves them valid; another embedding has another key. A JSON file
of the same name says which file of an embedding has that key, so that a window need not read it.
"""

import hashlib
from contextlib import suppress
from pathlib import Path

import numpy as np

from lnl_gui.store.database.derived_files import readable_array
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.arrays import embedded_with, load_embedding
from lnl_gui.store.jobs.parameters import COMPUTED_PROJECTIONS, UMAP
from lnl_gui.store.project import Project
from lnl_gui.util.files.atomic import read_json, write_json

_HASHED_ROWS = 50_000
_KEY = 16
"""Digits of a key."""
_NOTE = ".json"
_FOLDER, _FORMER_FOLDER = "projections", "layouts"
"""Below the arrays; the former one in projects of earlier versions."""


def embedding_key(embedding: np.ndarray) -> str:
    """A short name for an embedding (N, D) float16, which changes with any of its values."""
    found = hashlib.sha256(f"{embedding.shape} {embedding.dtype}".encode())
    # Every row: an image that was replaced changes one of them. A million rows of 384 numbers take
    # a second; a stretch at a time, for it need not fit into memory.
    for start in range(0, len(embedding), _HASHED_ROWS):
        found.update(np.ascontiguousarray(embedding[start : start + _HASHED_ROWS]).tobytes())
    return found.hexdigest()[:_KEY]


def projection_file(project: Project, embedding: np.ndarray, method: str = UMAP) -> Path:
    """Where the projection of an embedding (N, D) by a method lies, or will lie."""
    return _file_of(project, embedding_key(embedding), method)


def _file_of(project: Project, key: str, method: str) -> Path:
    name = f"{key}{_suffix(method)}.npy"
    former = project.arrays / _FORMER_FOLDER / name
    return former if former.is_file() else project.arrays / _FOLDER / name


def _suffix(method: str) -> str:
    # Projects made when UMAP was the only one have its files without a suffix.
    return "" if method == UMAP else f"-{method}"


def shown_encoder(project: Project) -> str | None:
    """Whose embedding the map shows: the first of the newest detection's; None before any."""
    found = embedded_with(project)
    detection = runs.latest_run(project, "detect")
    wanted = detection.parameters.get("encoders", ()) if detection is not None else ()
    return next((name for name in (*wanted, *found) if name in found), None)


def load_projection(project: Project, method: str = UMAP) -> np.ndarray | None:
    """The projection (N, 2) of the shown embedding, memory-mapped; None where there is none yet."""
    encoder = shown_encoder(project)
    file = embedded_with(project).get(encoder) if encoder is not None else None
    if file is None:
        return None
    embedding = load_embedding(file)
    target = _noted_projection(project, file, method)
    target = target or projection_file(project, embedding, method)
    return readable_array(target, kinds="f", shape=(len(embedding), 2))


def note_embedding(projection: Path, embedding: Path) -> None:
    """Write down beside a projection which file of an embedding it is of, as that is now.

    Raises:
        OSError: when it cannot be written.
    """
    write_json(projection.with_suffix(_NOTE), _stamp(embedding))


def _noted_projection(project: Project, embedding: Path, method: str) -> Path | None:
    """The projection that is noted to be of this file of an embedding, unchanged since."""
    stamp = _stamp(embedding)
    for note in (project.arrays / _FOLDER).glob(f"{'[0-9a-f]' * _KEY}{_suffix(method)}{_NOTE}"):
        # A note that cannot be read costs reading the embedding.
        with suppress(OSError, ValueError):
            if read_json(note) == stamp:
                return note.with_suffix(".npy")
    return None


def _stamp(embedding: Path) -> list[str | int]:
    state = embedding.stat()
    return [embedding.name, state.st_size, state.st_mtime_ns]


def forget_stale(project: Project) -> None:
    """Remove projections of embeddings that are no longer there."""
    files = [file for file in embedded_with(project).values() if file.is_file()]
    keys = {embedding_key(load_embedding(file)) for file in files}
    wanted = {_file_of(project, key, method) for key in keys for method in COMPUTED_PROJECTIONS}
    for folder in (_FOLDER, _FORMER_FOLDER):
        for found in (project.arrays / folder).glob("*.npy"):
            if found not in wanted:
                # What another window shows cannot be removed everywhere; the next time tries again.
                with suppress(OSError):
                    found.unlink()
                    found.with_suffix(_NOTE).unlink(missing_ok=True)
