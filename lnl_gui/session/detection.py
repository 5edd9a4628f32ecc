"""Results of embedding and detection beside the scores: projections, titles, noise."""

from dataclasses import dataclass

import numpy as np

from lnl_gui.store.detection.detection_tables import ClassMixture, read_detectors, read_mixtures
from lnl_gui.store.detection.scores import Scores, load_array, sample_array
from lnl_gui.store.history.journal_queries import replaced_since
from lnl_gui.store.jobs import arrays, projections
from lnl_gui.store.jobs.parameters import BUNDLED_ENCODER
from lnl_gui.store.project import Project
from lnl_gui.util.messages import Message, from_json


@dataclass(frozen=True, eq=False)
class NoiseByClass:
    """Share of wrong labels by class."""

    rate: np.ndarray
    """(K,) in [0, 1]"""
    interval: np.ndarray
    """(K, 2): its 95 % interval"""


def detector_titles(detection: Scores) -> dict[str, Message]:
    """Titles of the detectors by name, in the order they were run."""
    return {entry.name: from_json(entry.title) for entry in read_detectors(detection.folder)}


def loss_mixtures(detection: Scores) -> dict[int, ClassMixture]:
    """The mixtures fitted to the losses, by id of the class; empty where none was fitted."""
    return read_mixtures(detection.folder)


def principal_axes(detection: Scores) -> np.ndarray | None:
    """Each sample on the two principal axes of its embedding, float32 (N, 2), or None."""
    return sample_array(detection, "projection")


def class_noise(detection: Scores) -> NoiseByClass | None:
    """Noise by class as that detection estimated it, or None."""
    rate = load_array(detection.folder, "class_noise_rate")
    interval = load_array(detection.folder, "class_noise_rate_interval")
    return NoiseByClass(rate, interval) if rate is not None and interval is not None else None


def computed_projection(project: Project, method: str) -> np.ndarray | None:
    """The projection of the embedding on show by UMAP or t-SNE, or None before there is one.

    Args:
        project: the open project.
        method: umap or tsne.

    Returns:
        float32 (N, 2), memory-mapped, NaN for what could not be read, and for pictures that came
        after the embedding.
    """
    found = projections.load_projection(project, method)
    encoder = projections.shown_encoder(project)
    embedding = arrays.embedding_runs(project).get(encoder or "")
    if found is None or embedding is None:
        return found
    other = replaced_since(project, embedding.started, len(found))
    return np.where(other[:, None], np.float32(np.nan), found) if other.any() else found


def encoders_to_renew(project: Project) -> tuple[str, ...]:
    """Encoders whose embedding lacks images, new or not read the last time, or is damaged."""
    return (
        arrays.outdated_encoders(project)
        or arrays.damaged_encoders(project)
        or arrays.unread_encoders(project)
    )


def embedded_encoders(project: Project) -> tuple[str, ...]:
    """Names of the encoders whose embeddings exist, the newest last."""
    return tuple(arrays.embedded_with(project))


def encoder_to_train(project: Project) -> str:
    """The encoder that training takes unless told otherwise, whose features need not be computed.

    The first one that the project was embedded with; the bundled one where there is none, or where
    it came from a weights file or from elsewhere.
    """
    made_by = arrays.embedding_runs(project)
    there = (
        name
        for name in arrays.embedded_with(project)
        if not name.startswith(arrays.ATTACHED) and not made_by[name].parameters.get("weights")
    )
    return next(there, BUNDLED_ENCODER)
