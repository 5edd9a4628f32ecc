"""Writes the files of a detect run, which `lnl_gui.store.detection.scores` reads."""

from pathlib import Path

import numpy as np
from scipy.linalg import eigh

from lnl_gui.detect.consensus.consensus_result import Consensus
from lnl_gui.detect.detectors.result import DetectorResult
from lnl_gui.pipeline.detection.known_detectors import describe_any
from lnl_gui.store.detection import detection_tables
from lnl_gui.store.detection.detection_tables import ClassMixture, DetectorEntry
from lnl_gui.store.detection.doubtful_labels import PERHAPS_RIGHT
from lnl_gui.store.detection.scores import AGREEING, CONFIDENCE, ORDER, SPREAD
from lnl_gui.store.jobs.arrays import cluster_file, file_stem
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.messages import to_json
from lnl_gui.util.statistics.ordering import worst_first

# Rows from which the two axes are found; more hardly turn them.
_PROJECTION_SAMPLES = 5000
_SHARED_DETAILS = ("neighbours", "neighbour_similarity", "cluster")


def write_consensus(folder: Path, consensus: Consensus, given: np.ndarray) -> None:
    """Write suspicion, its spread, suggestion, flag, loss, posterior and the mixture of each class.

    Args:
        folder: the run's.
        consensus: of N samples.
        given: (N,) int32 class ids, negative for samples without one.
    """
    write_array(folder / "suspicion.npy", consensus.suspicion)
    # Sorted here once, in the worker, so that no window sorts a million scores.
    write_array(folder / f"{ORDER}.npy", worst_first(consensus.suspicion))
    write_array(folder / f"{SPREAD}.npy", consensus.suspicion_spread)
    write_array(folder / f"{AGREEING}.npy", consensus.agreeing)
    if consensus.perhaps_right is not None:
        write_array(folder / f"{PERHAPS_RIGHT}.npy", consensus.perhaps_right)
    write_array(folder / "suggested.npy", consensus.suggested_label)
    write_array(folder / f"{CONFIDENCE}.npy", consensus.confidence)
    write_array(folder / "flagged.npy", consensus.flagged)
    write_array(folder / "loss.npy", consensus.loss)
    write_array(folder / "posterior.npy", consensus.posterior.astype(np.float16))
    write_array(folder / "posterior_classes.npy", consensus.posterior_classes)
    write_array(folder / "transition_matrix.npy", consensus.transition_matrix.astype(np.float32))
    write_array(folder / "class_noise_rate.npy", consensus.class_noise_rate)
    write_array(folder / "class_noise_rate_interval.npy", consensus.class_noise_rate_interval)
    mixture = consensus.mixture
    classes = {
        label: ClassMixture(
            tuple(mixture.mean[label].tolist()),
            tuple(mixture.deviation[label].tolist()),
            tuple(mixture.weight[label].tolist()),
            bool(mixture.pooled[label]),
        )
        for label in np.unique(given[given >= 0]).tolist()
    }
    detection_tables.write_mixture_table(folder, classes)


def write_detectors(folder: Path, results: list[DetectorResult]) -> None:
    """Each detector's score and vote, and what detectors share with the window."""
    for result in results:
        stem = f"detector-{file_stem(result.name)}"
        write_array(folder / f"{stem}-score.npy", result.score)
        write_array(folder / f"{stem}-vote.npy", result.vote)
        if "cluster" in result.details:
            write_array(folder / f"{cluster_file(result.name)}.npy", result.details["cluster"])
    for name in _SHARED_DETAILS:
        # The first detector that has it: TURTLE's clusters before those of a chosen extra.
        found = next((r.details[name] for r in results if name in r.details), None)
        if found is not None:
            write_array(folder / f"{name}.npy", _compact(found))
    entries = [describe_any(result.name) for result in results]
    detection_tables.write_detector_table(
        folder,
        [DetectorEntry(e.name, to_json(e.title), to_json(e.description)) for e in entries],
    )


def _compact(values: np.ndarray) -> np.ndarray:
    return values.astype(np.float16 if values.dtype.kind == "f" else np.int32)


def write_projection(folder: Path, embeddings: list[np.ndarray]) -> None:
    """Write the projection on the first two principal axes, float32 (N, 2), for the map.

    The axes are fitted on a sample of the first embedding, (N, D) float16 with NaN in rows that
    could not be read; those rows stay NaN.
    """
    embedding = embeddings[0]
    step = max(1, len(embedding) // _PROJECTION_SAMPLES)
    # float32, since sums over float16 lose digits and overflow at 65504.
    sample = np.asarray(embedding[::step], np.float32)
    sample = sample[np.isfinite(sample).all(axis=1)]
    projection = np.full((len(embedding), 2), np.nan, np.float32)
    if len(sample) > 2 and sample.shape[1] > 1:
        mean, axes = _principal_axes(sample)
        # A stretch at a time: the embedding as float32 need not fit into memory.
        for start in range(0, len(embedding), _PROJECTION_SAMPLES):
            chunk = np.asarray(embedding[start : start + _PROJECTION_SAMPLES], np.float32)
            projection[start : start + len(chunk)] = (chunk - mean) @ axes
    write_array(folder / "projection.npy", projection)


def _principal_axes(sample: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(D,) mean and (D, 2) first axes of (N, D) rows; each axis's largest entry is positive.

    scikit-learn's are the same, and take two seconds to load.
    """
    mean = sample.mean(axis=0, dtype=np.float64)
    centred = sample - mean
    # Of few rows the axes are found among the rows' products, of which there are fewer.
    is_wide = len(centred) < centred.shape[1]
    products = centred @ centred.T if is_wide else centred.T @ centred
    size = len(products)
    # In rising order of their eigenvalues.
    vectors = eigh(products, subset_by_index=(size - 2, size - 1))[1][:, ::-1]
    axes = centred.T @ vectors if is_wide else vectors
    # Embeddings that are all the same have no axes.
    axes /= np.maximum(np.linalg.norm(axes, axis=0), 1e-12)
    signs = np.where(axes[np.abs(axes).argmax(axis=0), [0, 1]] < 0, -1.0, 1.0)
    return mean.astype(np.float32), (axes * signs).astype(np.float32)
