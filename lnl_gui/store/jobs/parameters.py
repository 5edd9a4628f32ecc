"""The frozen parameters of each kind of job, as a run records them.

They live below the packages that compute so that a dialog, a command and the job's body share them
without the window importing any computation.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

BUNDLED_ENCODER = "bundled"
PCA, UMAP, TSNE = "pca", "umap", "tsne"
COMPUTED_PROJECTIONS = (UMAP, TSNE)
"""Projections to the plane that take a job; principal axes come with every detection."""
MOST_HELD_OUT = 5_000
"""Held-out samples beyond this narrow the interval of a difference below 1 % no further."""
MOST_DRAWN = 2_000
"""Images in a drawing of the plane unless another number is asked for: more cover each other."""
DOUBTFUL_LAYOUT = "doubtful_layout"
"""Code of the error of an import that stops because the reading is doubtful."""
CHANGED_READING = "changed_reading"
"""Code of the error of an update that would take the labels from something else than before."""
CHANGED_LABELS = "changed_labels"
"""Code of the error of one whose labels come from where they did, and are mostly others."""
WRONG_ORDER = "wrong_order"
"""Code of the error of predictions that agree with the labels no more than by chance."""
FILES_MISSING, MOST_MISSING, FILES_CHANGED = "files_missing", "most_missing", "files_changed"
"""Codes of the errors of a job that needs images which are not there, of a look for a dataset that
finds few of them, and of an export of decisions on other pictures than the ones there now."""
FILES_UNREAD = "files_unread"
"""Code of the error of a job that could not read images for what the machine says: a disk that has
failed or gone, no permission, no memory."""
FOLDERS_UNLISTED = "folders_unlisted"
"""Code of the error of an update that does not know what folders hold, for the same reasons."""


@dataclass(frozen=True)
class ImportParameters:
    """Read a dataset into a new project. Paths are absolute."""

    source: str
    project: str
    reader: str | None = None
    label_column: str | None = None
    path_column: str | None = None
    split_column: str | None = None
    group_column: str | None = None
    """Column of the patient, video or product; its images stay together."""
    image_root: str | None = None
    annotator_columns: tuple[str, ...] = ()
    """Columns with the label that each of several people gave; their majority is the given label
    unless a label column is named."""
    class_level: int | None = None
    """Level of the folders that name the classes, from 1; None finds it."""
    encoding: str | None = None
    """Of text files; None finds it."""
    class_names: str | None = None
    """A file with the names of classes that are numbers or codes."""
    rename_classes: bool = True
    """Look for such a file where none is given; False keeps the labels as they are written."""
    image_shape: tuple[int, ...] = ()
    """H x W, H x W x C or C x H x W of an image in rows of numbers; () finds it."""
    accept_layout: bool = False
    """Go on although the reading is doubtful; without it such a dataset is refused."""


@dataclass(frozen=True)
class PreviewParameters:
    """Say what an import would read; nothing is written."""

    dataset: ImportParameters


@dataclass(frozen=True)
class UpdateParameters:
    """Read the dataset of a project again."""

    dataset: ImportParameters | None = None
    """What is said anew of how it is read: every field that is not its default. None reads it as it
    was imported."""
    accept_missing: bool = False
    """Go on although most images are gone; without it such an update is refused."""
    refuse_missing: bool = False
    """Refuse also where few images are gone, unless they may be missing: for who would otherwise go
    on without them and not be asked."""
    keep_reading: bool = False
    """Take the labels from what they were taken from, whatever else the dataset offers now."""
    undo: str = ""
    """The folder by which an addition of images is taken back first; "" takes nothing back."""


@dataclass(frozen=True)
class RelocateParameters:
    """Look for the images of a project in another folder."""

    image_root: str
    accept_missing: bool = False
    """Go on although few images are found there; without it such a folder is refused."""


@dataclass(frozen=True)
class AttachParameters:
    """Take in predicted probabilities and embeddings that were made elsewhere."""

    pred_probs: str | None = None
    """A file of probabilities by class."""
    embedding: str | None = None
    """A file of embeddings."""
    class_order: tuple[str, ...] = ()
    """The class of each column, where the file does not say."""
    paths: str | None = None
    """A list of the paths of the rows; without it and without paths in the file, all samples."""
    name: str = ""
    """What it is called; "" takes the file's name."""
    logits: bool = False
    """The values are scores before the softmax."""
    out_of_sample: bool = False
    """No prediction is of a model that saw the sample, so that it may join the consensus."""
    partial: bool = False
    """Go on although samples have no row."""
    accept_order: bool = False
    """Go on although the predictions agree with the labels no more than by chance."""


@dataclass(frozen=True)
class EmbedParameters:
    """Embed every readable sample with each encoder, in one pass over the pixels."""

    encoders: tuple[str, ...] = (BUNDLED_ENCODER,)
    device: str = "auto"
    batch_size: int = 0
    """0 lets the encoder choose."""
    weights: str | None = None
    """A local weights file for the (only) encoder."""
    allow_download: bool = True
    """False fails with code `download_needed` where weights are not on this machine yet."""
    partial: bool = False
    """Go on although files are missing; without it such a dataset is refused."""
    window_level: tuple[float, float] | None = None
    """Width and level of the window that pictures of more than 8 bits are shown in; None goes on as
    before, at first in the range that holds all of the dataset; a width of 0 goes back to that."""


def window_level(words: Sequence[str]) -> tuple[float, float]:
    """The window that two numbers ask for, as width and level.

    Raises:
        UserError: when they are none.
    """
    try:
        width, level = (float(word) for word in words)
    except ValueError:
        width, level = -1.0, 0.0
    if not (math.isfinite(width) and math.isfinite(level) and width >= 0):
        raise UserError(
            message("A window is two numbers, its width (not negative) and its level."),
            message("For soft tissue in CT: 400 40."),
        )
    return width, level


FIRST_LOOK_FROM = 5_000
"""Samples from which on embedding takes so long that a part of them is looked at first."""


@dataclass(frozen=True)
class FirstLookParameters:
    """Judge a stratified part of the labels on small images, until all are judged."""

    samples: int = 2_000
    seed: int = 0


@dataclass(frozen=True)
class DetectParameters:
    """Score every embedded sample. `emphasis` < 0 asks for precision, > 0 for recall."""

    detectors: tuple[str, ...] = ()
    """Empty means the default set."""
    encoders: tuple[str, ...] = ()
    """Embeddings to use; empty means all there are."""
    seed: int = 0
    emphasis: float = 0.0
    use_verdicts: bool = True
    settings: tuple[tuple[str, str], ...] = ()
    """Constants of detectors, as DETECTOR.NAME and a value as a person wrote it."""
    device: str = "auto"
    """Where the consensus computes, and detectors that can use a GPU."""


POSTERIOR, SUGGESTED, LEFT_OUT, GIVEN_LABEL, CLUSTERS = UNREVIEWED = (
    "posterior",
    "suggested",
    "left-out",
    "given",
    "clusters",
)
"""What is trained on where a suspect was not reviewed: how probable each class is, the suggestion
as if it were right, nothing, or the given label; or of every image the label of its TURTLE cluster,
as in the TURTLE report."""


@dataclass(frozen=True)
class FinetuneParameters:
    """Train on given and on curated labels with one recipe and the same seeds."""

    recipe: str = "quick"
    encoder: str = BUNDLED_ENCODER
    weights: str | None = None
    epochs: int | None = None
    """None takes the recipe's own number."""
    batch_size: int | None = None
    learning_rate: float | None = None
    settings: tuple[tuple[str, str], ...] = ()
    """Further constants of the recipe by name, as a person wrote them."""
    seed: int = 0
    device: str = "auto"
    holdout_fraction: float = 0.2
    compare_with_given: bool = True
    unreviewed: str = POSTERIOR
    """One of `UNREVIEWED`."""
    partial: bool = False
    """Train without the images that are missing; without it such a dataset is refused."""


@dataclass(frozen=True)
class ForecastParameters:
    """Say how long a fine-tune will take; nothing is written."""

    project: str
    training: FinetuneParameters


@dataclass(frozen=True)
class TuneParameters:
    """Hyper-parameter search of a recipe on the curated labels, by validation accuracy."""

    recipe: str = "quick"
    trials: int = 20
    space: tuple[tuple[str, str], ...] = ()
    """Constants and what is tried of them, as `util.search_space.space_of` reads it; the others
    as in TURN's search space."""
    encoder: str = BUNDLED_ENCODER
    weights: str | None = None
    seed: int = 0
    device: str = "auto"
    partial: bool = False
    """Go on without the images that are missing."""

    @property
    def trial(self) -> FinetuneParameters:
        """One trial as a training of its own, by which its time is measured."""
        return FinetuneParameters(
            recipe=self.recipe,
            encoder=self.encoder,
            weights=self.weights,
            device=self.device,
            compare_with_given=False,
        )


@dataclass(frozen=True)
class PredictParameters:
    """Classify images that are not in the project with the model it has trained last."""

    source: str
    """A folder of images, or one image."""
    device: str = "auto"


@dataclass(frozen=True)
class ExtendParameters:
    """Add the reviewed images of another project to the dataset of this one."""

    reviewed: str
    """The project folder they were reviewed in; only read."""
    split: str = ""
    """The part of the dataset that they join; "" for the one for training."""
    undecided: bool = False
    """Also add images with a label that nobody has decided on."""
    preview: bool = False
    """Only find out what would be done."""


PLAIN_MODEL, ALL_MODEL_FORMATS = "safetensors", "all"
MODEL_FORMATS = (PLAIN_MODEL, "huggingface", "onnx", "onnx-int8", "openvino", "torch-export")
"""What a trained model is exported as; the first is always written."""


@dataclass(frozen=True)
class ExportParameters:
    """Write the curated dataset to a folder that does not exist yet or is empty."""

    destination: str
    format: str = "class-folders"
    """Name of a writer of `lnl_gui.dataset.writers`."""
    images: str = "copy"
    """copy, hardlink, symlink (copies where links are refused) or none (tables only)."""
    accept_suggestions: bool = False
    """Also apply the suggestion to flagged samples that nobody has looked at."""
    cluster_labels: bool = False
    """Give every sample that nobody has decided on the label of its TURTLE cluster."""
    exclude_unsure: bool = False
    unlabelled: bool = False
    """Also write images without a label, in formats that hold such."""
    excluded: bool = False
    """Also write images that were set aside, in formats that tell so."""
    splits: str = "keep"
    """keep, none, or parts to draw and their shares, as `split_shares.parse_shares` reads them."""
    split_seed: int = 0
    """Of the draw of the parts."""
    overwrite: bool = False
    """Replace an earlier export in the same place."""
    partial: bool = False
    """Export without the images that are missing; without it such a dataset is refused."""
    model_formats: tuple[str, ...] = (PLAIN_MODEL,)
    """Of `MODEL_FORMATS`, or `ALL_MODEL_FORMATS`: how the newest trained model comes along, always
    as plain weights too; empty leaves it out."""


TRUTH_PARTS = ("auto", "confirmed", "all")
"""Which labels count as right: those a person decided on, all, or the former where there are
enough."""


@dataclass(frozen=True)
class NoiseTestParameters:
    """Add known noise to a project's labels and see how much of it each detector finds."""

    noises: tuple[str, ...] = (
        "symmetric_exclusive:0.2",
        "asymmetric:0.2",
        "instance_xia:0.2",
    )
    """As `label_noise.parse_noise` reads them: KIND:RATE, or `given` for the labels as they came,
    which needs a table of the truth."""
    detectors: tuple[str, ...] = ()
    """Empty means the default set; the consensus is always judged."""
    encoders: tuple[str, ...] = ()
    """Embeddings to use; empty means all there are."""
    seeds: int = 1
    part: str = "auto"
    """One of `TRUTH_PARTS`."""
    truth: str | None = None
    """A table of true labels; then `part` plays no role."""
    truth_column: str | None = None
    compare_cleanlab: bool = False
    """Judge cleanlab too, where it is installed."""


@dataclass(frozen=True)
class MapParameters:
    """Lay an embedding out in the plane, for the map of the images."""

    encoder: str = ""
    """Whose embedding; "" for the one that the newest detection's own picture shows."""
    method: str = UMAP

    def __post_init__(self) -> None:
        if self.method not in COMPUTED_PROJECTIONS:
            known = ", ".join(COMPUTED_PROJECTIONS)
            raise UserError(
                message("There is no projection named {name}.", name=self.method),
                hint=message("Known ones: {known}.", known=known),
            )


@dataclass(frozen=True)
class CatalogueParameters:
    """Say which encoders, detectors, recipes and devices there are."""


@dataclass(frozen=True)
class DemoParameters:
    """Make the demo dataset beside `project` and import it."""

    project: str
    wrong_fraction: float = 0.2


@dataclass(frozen=True)
class PackParameters:
    """Samples to send to somebody for review, in one file."""

    destination: str
    rows: tuple[int, ...]
    images: str = "thumbnails"
    """`thumbnails` or `full`"""


JobParameters = (
    CatalogueParameters
    | DemoParameters
    | ImportParameters
    | PreviewParameters
    | UpdateParameters
    | RelocateParameters
    | AttachParameters
    | EmbedParameters
    | FirstLookParameters
    | DetectParameters
    | FinetuneParameters
    | ForecastParameters
    | TuneParameters
    | PredictParameters
    | ExtendParameters
    | ExportParameters
    | PackParameters
    | NoiseTestParameters
    | MapParameters
)
"""What a job can be given; `lnl_gui.store.jobs.job_kinds` says to which kind each belongs."""
