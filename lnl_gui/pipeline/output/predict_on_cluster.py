"""Prediction on the nodes of a cluster: the model travels, the images are read there."""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import lnl_gui
from lnl_gui.containers.location import ImageLocation
from lnl_gui.encoders.embedding import PART_SIZE
from lnl_gui.pipeline.cluster.parts import PartFiles, Work
from lnl_gui.pipeline.cluster.pool import Pool
from lnl_gui.pipeline.cluster.ray_cluster import connected
from lnl_gui.pipeline.datasets.matching.content import file_stats
from lnl_gui.store.jobs.model_folder import CARD, WEIGHTS
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import JobContext, Progress, no_progress

if TYPE_CHECKING:
    from lnl_gui.learn.models.predict import Predictions


@dataclass(frozen=True)
class PredictOnNode:
    """The prediction as it travels to the nodes; `model` are the model's files by name."""

    model: dict[str, bytes]
    device: str
    whole: int
    """Images of all parts together."""
    version: str = lnl_gui.__version__

    def open(self, threads: int) -> Work:
        """Load the model.

        Raises:
            UserError: when it is damaged, or the device is not there.
        """
        from lnl_gui.learn.models.model_file import load_model  # noqa: PLC0415 - torch
        from lnl_gui.learn.models.predict import predictor  # noqa: PLC0415 - torch

        with tempfile.TemporaryDirectory(prefix="lnl-model-") as folder:
            for name, data in self.model.items():
                Path(folder, name).write_bytes(data)
            opened = load_model(Path(folder))
        predicted = predictor(
            opened, self.whole, device=self.device, workers=threads, threads=threads
        )

        def work(files: Sequence[ImageLocation]) -> tuple[Any, list[int]]:
            found = predicted(files, no_progress)
            return found, sorted(found.unreadable)

        return work


def predict_on_cluster(
    address: str,
    model: Path,
    files: Sequence[ImageLocation],
    *,
    device: str,
    context: JobContext,
    progress: Progress,
) -> "Predictions":
    """What `lnl_gui.learn.models.predict.predict` gives, computed on the nodes of a cluster.

    Args:
        address: of the cluster.
        model: folder of the model.
        files: N image files.
        device: `auto` or a torch device of the nodes.
        context: for the log.
        progress: files done of N.

    Raises:
        UserError: without Ray, when no cluster answers, or for what a node cannot do.
    """
    from lnl_gui.learn.models.predict import Predictions  # noqa: PLC0415 - torch

    job = PredictOnNode(_files_of(model), device, len(files))
    parts = PartFiles(files, file_stats(files)[:, 0].tolist(), PART_SIZE)
    found: dict[int, Predictions] = {}
    with connected(address, device=device, threads=context.threads) as cluster:
        pool = Pool(cluster, job, parts, say=context.log, progress=progress)
        for answer in pool.answers(range(0, len(files), PART_SIZE)):
            found[answer.start] = answer.result
            answer.result.unreadable.update(answer.failed)
    unreadable: dict[int, Message] = {}
    for start in sorted(found):
        unreadable |= {start + at: reason for at, reason in found[start].unreadable.items()}
    return Predictions(
        found[0].class_names,
        np.concatenate([found[start].probabilities for start in sorted(found)]),
        unreadable,
    )


def _files_of(model: Path) -> dict[str, bytes]:
    try:
        return {name: (model / name).read_bytes() for name in (CARD, WEIGHTS)}
    except FileNotFoundError as error:
        raise UserError(
            message(
                "There is no model in {parent}: {file} is missing.",
                parent=model,
                file=Path(str(error.filename)).name,
            ),
            message("Choose a folder that a fine-tune has written."),
            code="model_missing",
        ) from error
