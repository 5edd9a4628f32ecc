"""Memory-mapped arrays of a project: embeddings by encoder, and facts of the pixels.

`arrays/embedding-ENCODER.npy` is float16 (N, D), NaN in rows that could not be read;
`arrays/facts.npy` is a structured array (N,), see `lnl_gui.encoders.embedding`;
`arrays/signatures.npy` holds patches of grey, uint8 (N, 32, 32), zero where unknown;
`arrays/file_stats.npy` is int64 (N, 2), size in bytes and time of change in nanoseconds of each
file when it was embedded, -1 where that is not known. A project that has grown since has rows
beyond the end of these arrays, which are read as empty.
"""

import re
from pathlib import Path

import numpy as np

from lnl_gui.store.database.derived_files import is_embedding, readable_array
from lnl_gui.store.dataset.column_cache import sample_count
from lnl_gui.store.dataset.samples import load_unread
from lnl_gui.store.jobs import runs
from lnl_gui.store.project import Project

EMBEDDING = "embedding:"
FACTS = "facts"
SIGNATURES = "signatures"
SIGNATURE_FILE = "signatures.npy"
PROBABILITIES = "probabilities:"
ATTACHED = "attached:"
"""How names of embeddings and of predictions begin that were made elsewhere."""
FILE_STATS = "arrays/file_stats.npy"
MAKERS = ("embed", "attach")
"""Kinds of run that leave an embedding."""
UNREAD = "unread"
"""The figure of an embedding that says how many images the machine did not give."""


def file_stem(name: str) -> str:
    """A file name for an encoder's or detector's name, on every platform."""
    # Names hold colons and slashes, which Windows forbids or takes for folders.
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name)


def embedding_path(encoder: str) -> str:
    """Where the embedding of one encoder lies, relative to the project folder."""
    return f"arrays/embedding-{file_stem(encoder)}.npy"


def embedded_with(project: Project) -> dict[str, Path]:
    """Encoder name -> file of its finished embedding of all samples, the newest last.

    One that is damaged or gone is left out, as one that was never made.
    """
    count = sample_count(project)
    found = {
        name: project.folder / run.artifacts[f"{EMBEDDING}{name}"]
        for name, run in embedding_runs(project).items()
        if not runs.is_outdated(project, run)
    }
    return {name: file for name, file in found.items() if is_embedding(file, count)}


def embedding_runs(project: Project) -> dict[str, runs.Run]:
    """Encoder name -> the run that made its embedding, also where the dataset has grown since."""
    found: dict[str, runs.Run] = {}
    for run in runs.load_runs(project):
        if run.kind in MAKERS and run.state == runs.DONE:
            for kind in run.artifacts:
                if kind.startswith(EMBEDDING):
                    name = kind.removeprefix(EMBEDDING)
                    # Taken out first: the newest comes last, also under a name that was there.
                    found.pop(name, None)
                    found[name] = run
    return found


def attached_runs(project: Project) -> dict[str, runs.Run]:
    """Name -> the run that attached predicted probabilities, the newest of each name."""
    return {
        kind.removeprefix(PROBABILITIES): run
        for run in runs.load_runs(project)
        if run.kind == "attach" and run.state == runs.DONE
        for kind in run.artifacts
        if kind.startswith(PROBABILITIES)
    }


def outdated_encoders(project: Project) -> tuple[str, ...]:
    """Encoders whose embedding lacks images that the dataset has got since, and can be renewed."""
    return tuple(
        name
        for name, run in embedding_runs(project).items()
        if run.kind == "embed"
        and runs.is_outdated(project, run)
        # Whose weights these were only a person can say.
        and not run.parameters.get("weights")
    )


def damaged_encoders(project: Project) -> tuple[str, ...]:
    """Encoders whose embedding, or the facts that go with all of them, cannot be read."""
    whole = embedded_with(project)
    lost = load_facts(project, sample_count(project)) is None
    return tuple(
        name
        for name, run in embedding_runs(project).items()
        if run.kind == "embed"
        and not run.parameters.get("weights")
        and (lost or name not in whole)
        and not runs.is_outdated(project, run)
    )


def is_whole(project: Project, run: runs.Run) -> bool:
    """Whether an embedding holds all images that could be read at all.

    Those whose reading the machine refused are read when it is asked for again.
    """
    return not run.metrics.get(UNREAD) and not load_unread(project)


def unread_encoders(project: Project) -> tuple[str, ...]:
    """Encoders whose embedding lacks images that the machine did not give, and can be renewed."""
    return tuple(
        name
        for name, run in embedding_runs(project).items()
        if run.kind == "embed" and not run.parameters.get("weights") and not is_whole(project, run)
    )


def load_embedding(path: Path) -> np.ndarray:
    """One embedding, float16 (N, D), memory-mapped."""
    return np.load(path, mmap_mode="r")


def load_facts(project: Project, count: int) -> np.ndarray | None:
    """Facts of the pixels, structured (count,), zero where unknown.

    None before embedding, and where they are damaged.
    """
    facts = readable_array(project.arrays / "facts.npy", kinds="V", shape=(None,))
    if facts is None or len(facts) > count or not _has_hashes(facts.dtype):
        return None
    if len(facts) == count:
        return facts
    return np.concatenate([facts, np.zeros(count - len(facts), facts.dtype)])


def _has_hashes(kind: np.dtype) -> bool:
    return "content_hash" in (kind.names or ()) and kind["content_hash"] == np.dtype("S32")


def load_signatures(project: Project, count: int) -> np.ndarray | None:
    """Patches of grey, uint8 (count, 32, 32), zero where unknown; None where there are none.

    Those of earlier versions, of 16 cells a side, count as none.
    """
    known = readable_array(project.arrays / SIGNATURE_FILE, kinds="u", shape=(None, 32, 32))
    if known is None or len(known) >= count:
        return known if known is None else known[:count]
    return np.concatenate([known, np.zeros((count - len(known), *known.shape[1:]), np.uint8)])


_LARGEST = 2**62
"""Nanoseconds, of the year 2116, and bytes: more than any file has."""


def load_file_stats(project: Project, count: int) -> np.ndarray:
    """Size and time of change of each file as it was embedded, int64 (count, 2), -1 unknown."""
    stats = np.full((count, 2), -1, np.int64)
    known = readable_array(project.folder / FILE_STATS, kinds="i", shape=(None, 2))
    if known is not None:
        stats[: len(known)] = known[:count]
    # What no file has is damage, and tells of none that it was written since.
    stats[(stats[:, 0] < -1) | (stats > _LARGEST).any(axis=1)] = -1
    return stats


def content_hashes(project: Project, count: int) -> np.ndarray:
    """Content hash of each sample, bytes S32 (count,); empty where unknown."""
    facts = load_facts(project, count)
    if facts is None or len(facts) != count:
        return np.zeros(count, "S32")
    # A field of a structured array is a strided view that keeps the whole mapped file alive.
    return np.ascontiguousarray(facts["content_hash"])


def cluster_file(name: str) -> str:
    """Name without suffix of the file with a detector's clusters, int (N,), -1 for none."""
    return f"detector-{file_stem(name)}-cluster"
