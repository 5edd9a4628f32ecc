"""Projections of embeddings to the plane, kept by what they depend on: the embedding alone.

`arrays/projections/KEY.npy` is float32 (N, 2), NaN in rows that could not be read. A new detection
leaves it valid; another embedding has another key.
"""

import hashlib
from contextlib import suppress
from pathlib import Path

import numpy as np

from lnl_gui.store import runs
from lnl_gui.store.arrays import embedded_with, load_embedding
from lnl_gui.store.derived_files import readable_array
from lnl_gui.store.project import Project

_KEY_ROWS = 64
_FOLDER, _FORMER_FOLDER = "projections", "layouts"
"""Below the arrays; the former one in projects of earlier versions."""


def embedding_key(embedding: np.ndarray) -> str:
    """A short name for an embedding (N, D), from its shape and rows spread over it."""
    found = hashlib.sha256(f"{embedding.shape} {embedding.dtype}".encode())
    found.update(embedding[:: max(1, len(embedding) // _KEY_ROWS)].tobytes())
    return found.hexdigest()[:16]


def projection_file(project: Project, embedding: np.ndarray) -> Path:
    """Where the projection of an embedding (N, D) lies, or will lie."""
    name = f"{embedding_key(embedding)}.npy"
    former = project.arrays / _FORMER_FOLDER / name
    return former if former.is_file() else project.arrays / _FOLDER / name


def shown_encoder(project: Project) -> str | None:
    """Whose embedding the map shows: the first of the newest detection's; None before any."""
    found = embedded_with(project)
    detection = runs.latest_run(project, "detect")
    wanted = detection.parameters.get("encoders", ()) if detection is not None else ()
    return next((name for name in (*wanted, *found) if name in found), None)


def load_projection(project: Project) -> np.ndarray | None:
    """The projection (N, 2) of the shown embedding, memory-mapped; None where there is none yet."""
    encoder = shown_encoder(project)
    file = embedded_with(project).get(encoder) if encoder is not None else None
    if file is None:
        return None
    embedding = load_embedding(file)
    return readable_array(projection_file(project, embedding), kinds="f", shape=(len(embedding), 2))


def forget_stale(project: Project) -> None:
    """Remove projections of embeddings that are no longer there."""
    files = [file for file in embedded_with(project).values() if file.is_file()]
    wanted = {projection_file(project, load_embedding(file)) for file in files}
    for folder in (_FOLDER, _FORMER_FOLDER):
        for found in (project.arrays / folder).glob("*.npy"):
            if found not in wanted:
                # What another window shows cannot be removed everywhere; the next time tries again.
                with suppress(OSError):
                    found.unlink()
