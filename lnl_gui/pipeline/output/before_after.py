"""Images in the plane by their features before and after fine-tuning: Figure 2 of TURN.

Source: Ahn, Kim, Koh and Li, "Fine-tuning pre-trained models for robustness under noisy labels",
2023, arXiv:2310.17668.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from lnl_gui.detect.neighbours.projection import project_to_plane
from lnl_gui.learn.models.model_file import load_model
from lnl_gui.learn.models.predict import model_features
from lnl_gui.pipeline.output.predict import newest_model
from lnl_gui.pipeline.output.scatter_figure import Panel, scatter_figure
from lnl_gui.pipeline.snapshot import Snapshot, load_embeddings, take_snapshot
from lnl_gui.pipeline.training.training_data import duplicate_groups, held_out, sample_draws
from lnl_gui.store.dataset.samples import EXCLUDED
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.parameters import MOST_DRAWN, TSNE, FinetuneParameters
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, stage_progress
from lnl_gui.util.translation import tr

NEIGHBOURS = 10
_SAME = 0.02
"""Of the largest feature: two programs computing one network differ by less."""


@dataclass(frozen=True, eq=False)
class BeforeAfter:
    """n images of a project in the plane, twice.

    Attributes:
        rows: int (n,), of the project, ascending.
        labels: int (n,), current class ids.
        class_names: of the project, by id.
        class_colours: of the project, by id.
        before: float32 (n, 2), by the encoder's features.
        after: float32 (n, 2), by those of the newest model's back-bone.
        agreement_before: share of the ten nearest images that have a held-out image's label, in
            the encoder's feature space, mean over the held-out ones; NaN where there is none.
        agreement_after: the same in the model's.
        held_out: how many held-out images these shares are of.
    """

    rows: np.ndarray
    labels: np.ndarray
    class_names: list[str]
    class_colours: list[str]
    before: np.ndarray
    after: np.ndarray
    agreement_before: float
    agreement_after: float
    held_out: int


def before_after(
    project_folder: Path,
    context: JobContext,
    *,
    method: str = TSNE,
    most: int = MOST_DRAWN,
    device: str = "auto",
) -> BeforeAfter:
    """Lay images out by their features before and after the newest fine-tuning.

    Args:
        project_folder: of a project with a fine-tuned model.
        context: is told of progress, and may cancel.
        method: umap or tsne.
        most: images, drawn at random by their content, the same each time.
        device: `auto` or a torch device.

    Raises:
        UserError: when there is no model, it trained its head alone, or the images are not
            embedded by its encoder.
        Cancelled: from `context`.
    """
    model = load_model(newest_model(project_folder))
    snapshot = take_snapshot(project_folder)
    encoder = str(model.card["encoder"])
    embedding = load_embeddings(snapshot.embeddings, (encoder,))[encoder]
    rows = _drawn(snapshot, most)
    after, unreadable = model_features(
        model,
        [snapshot.file_of(row) for row in rows.tolist()],
        device=device,
        workers=context.threads or 1,
        progress=stage_progress(context, message("Computing the model's features")),
    )
    for place, reason in unreadable.items():
        path = snapshot.samples.paths[int(rows[place])]
        context.log(message("unreadable: {path}: {reason}", path=path, reason=reason))
    before = np.asarray(embedding[rows], np.float32)
    there = np.isfinite(before).all(axis=1) & np.isfinite(after).all(axis=1)
    rows, before, after = rows[there], before[there], after[there]
    if np.abs(after - before).max(initial=0) <= _SAME * np.abs(before).max(initial=0):
        raise UserError(
            message("The newest model has the encoder's own features: training changed its head."),
            message("Fine-tune with a recipe that trains blocks, such as {name}.", name="turn"),
        )
    labels, judged = snapshot.samples.current[rows], _held_out(project_folder, snapshot)[rows]
    before_places, after_places = (
        project_to_plane(
            features,
            method=method,
            threads=context.threads,
            progress_of=lambda _: stage_progress(context, message("Projecting")),
        )
        for features in (before, after)
    )
    return BeforeAfter(
        rows,
        labels,
        list(snapshot.class_names),
        [entry.colour for entry in snapshot.classes],
        before_places,
        after_places,
        neighbours_agree(before, labels, judged),
        neighbours_agree(after, labels, judged),
        int(judged.sum()),
    )


def drawing(found: BeforeAfter) -> str:
    """The two pictures side by side, coloured by class, as the text of an SVG document."""
    return scatter_figure(
        [
            Panel(tr("Before fine-tuning"), found.before),
            Panel(tr("After fine-tuning"), found.after),
        ],
        found.labels,
        class_names=found.class_names,
        class_colours=found.class_colours,
        more=tr("and {count} more classes"),
    )


def neighbours_agree(features: np.ndarray, labels: np.ndarray, judged: np.ndarray) -> float:
    """How many of an image's nearest have its label.

    Args:
        features: float (n, D).
        labels: int (n,).
        judged: bool (n,), the images whose neighbours are counted; all n may be neighbours.

    Returns:
        The share in [0, 1] among the ten nearest by cosine, mean over the judged; NaN for none.
    """
    from sklearn.neighbors import NearestNeighbors  # noqa: PLC0415 - a second

    if not judged.any() or len(labels) <= NEIGHBOURS:
        return float("nan")
    search = NearestNeighbors(n_neighbors=NEIGHBOURS + 1, metric="cosine").fit(features)
    found = search.kneighbors(features[judged], return_distance=False)
    itself = found == np.flatnonzero(judged)[:, None]
    # A copy may stand before the image itself, whose place is then further back or nowhere.
    itself[~itself.any(axis=1), -1] = True
    others = found[~itself].reshape(-1, NEIGHBOURS)
    return float((labels[others] == labels[judged][:, None]).mean())


def _drawn(snapshot: Snapshot, most: int) -> np.ndarray:
    samples = snapshot.samples
    usable = samples.readable & ~snapshot.missing & (samples.current >= 0)
    usable &= samples.status != EXCLUDED
    order = np.argsort(sample_draws(snapshot), kind="stable")
    return np.sort(order[usable[order]][:most])


def _held_out(project_folder: Path, snapshot: Snapshot) -> np.ndarray:
    """Bool (N,): what the newest model was not trained on."""
    with open_project(project_folder, read_only=True) as project:
        trained = runs.latest_run(project, "finetune")
    values = {} if trained is None else trained.parameters
    fraction = float(values.get("holdout_fraction", FinetuneParameters.holdout_fraction))
    return held_out(snapshot, duplicate_groups(snapshot), fraction=fraction).rows
