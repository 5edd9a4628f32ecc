"""Memory-mapped arrays of a project: embeddings by encoder, and facts of the pixels.

`arrays/embedding-ENCODER.npy` is float16 (N, D), NaN in rows that could not be read;
`arrays/facts.npy` is a structured array (N,), see `lnl_gui.encoders.embedding`.
"""

import re
from pathlib import Path

import numpy as np

from lnl_gui.store import runs
from lnl_gui.store.project import Project

EMBEDDING = "embedding:"
FACTS = "facts"


def file_stem(name: str) -> str:
    """A file name for an encoder's or detector's name, on every platform."""
    # Names hold colons and slashes, which Windows forbids or takes for folders.
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)


def embedding_path(encoder: str) -> str:
    """Where the embedding of one encoder lies, relative to the project folder."""
    return f"arrays/embedding-{file_stem(encoder)}.npy"


def embedded_with(project: Project) -> dict[str, Path]:
    """Encoder name -> file of its finished embedding, the newest last."""
    found: dict[str, Path] = {}
    for run in runs.load_runs(project):
        if run.kind == "embed" and run.state == runs.DONE:
            for kind, path in run.artifacts.items():
                if kind.startswith(EMBEDDING):
                    found[kind.removeprefix(EMBEDDING)] = project.folder / path
    return found


def load_embedding(path: Path) -> np.ndarray:
    """One embedding, float16 (N, D), memory-mapped."""
    return np.load(path, mmap_mode="r")


def load_facts(project: Project) -> np.ndarray | None:
    """Facts of the pixels, or None before embedding."""
    path = project.arrays / "facts.npy"
    return np.load(path, mmap_mode="r") if path.is_file() else None


def content_hashes(project: Project, count: int) -> np.ndarray:
    """Content hash of each sample as bytes (S32); empty where unknown."""
    facts = load_facts(project)
    if facts is None or len(facts) != count:
        return np.zeros(count, "S32")
    # A field of a structured array is a strided view that keeps the whole mapped file alive.
    return np.ascontiguousarray(facts["content_hash"])
