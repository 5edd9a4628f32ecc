"""A table of a paper run on a folder of people's images, resumably."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from torch import nn

from lnl_gui.encoders.embedding import embed_samples
from lnl_gui.encoders.encoder import Backbone
from lnl_gui.encoders.loading.backbone import load_backbone
from lnl_gui.encoders.loading.devices import choose_device
from lnl_gui.encoders.loading.load import load_encoder
from lnl_gui.encoders.loading.sources import describe, download_needed
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.bench.image_training import ImageTraining, NetworkChoice, Pictures
from lnl_gui.learn.bench.papers.paper_table import PaperTable, Shortening, title_of
from lnl_gui.learn.bench.papers.report import TableRun
from lnl_gui.learn.bench.plan import BenchmarkData, BenchmarkPlan
from lnl_gui.learn.bench.published import SMALL_CNN
from lnl_gui.learn.bench.runner import no_cell, run_benchmark
from lnl_gui.learn.bench.table import BenchmarkCell
from lnl_gui.learn.bench.training import Training
from lnl_gui.learn.models.network import Classifier, Head, set_trainable
from lnl_gui.learn.models.preact_resnet import PreActResNet18
from lnl_gui.learn.models.precision import Precision, choose_precision
from lnl_gui.learn.models.small_cnn import SmallCNN
from lnl_gui.pipeline.benchmarks.paper_images import (
    SMALL_SIDE,
    PaperImages,
    described,
    find_images,
    small_pictures,
)
from lnl_gui.pipeline.benchmarks.peoples_labels import peoples_labels
from lnl_gui.util.allocator import freed_memory_kept
from lnl_gui.util.constants import Constant
from lnl_gui.util.cores import available_cores
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress, no_progress

IMAGENET = Preprocessing(SMALL_SIDE, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
"""Normalisation of the small CNN's inputs, as its report has it."""
CIFAR = Preprocessing(SMALL_SIDE, mean=(0.491, 0.482, 0.447), std=(0.202, 0.199, 0.201))
"""DivideMix's for CIFAR-10."""
SMALL_CNN_WIDTH = 8
SPLIT_SEED = 0
"""Of the part that is trained on: every seed and method learns from the same images."""
OFFICIAL_TRAINING = {"cifar10": 50_000, "cifar100": 50_000, "mnist": 60_000}
ProgressOf = Callable[[Message], Progress]
OnCell = Callable[[BenchmarkCell], None]


def no_progress_of(_stage: Message) -> Progress:
    """Report no stage."""
    return no_progress


@dataclass(frozen=True)
class Asked:
    """What a person asked of a table.

    Attributes:
        data: folder of the images.
        folder: below which each table has a folder of its own for its results.
        shortening: in what it is shorter than the paper's.
        seeds: how many; 0 takes the table's.
        device: `auto` or a torch device; `cpu` insists on the processor.
    """

    data: Path
    folder: Path
    shortening: Shortening = field(default_factory=Shortening)
    seeds: int = 0
    device: str = "auto"


def missing(table: PaperTable, *, device: str = "auto", encoder: str = "") -> list[Message]:
    """What a table needs that is not here; empty where it could start.

    Args:
        table: any.
        device: as in `Asked`.
        encoder: another backbone than the table's.
    """
    said: list[Message] = []
    if table.needs_gpu and device == "auto" and choose_device("auto") == "cpu":
        said.append(message("a GPU"))
    for name in _encoders(table, encoder):
        size = download_needed(describe(name))
        if size:
            said.append(
                message("weights of {encoder} ({size:.0f} MB)", encoder=name, size=size / 1e6)
            )
    return said


def run_table(
    table: PaperTable,
    asked: Asked,
    *,
    on_cell: OnCell = no_cell,
    progress_of: ProgressOf = no_progress_of,
) -> TableRun:
    """Run what is not finished of a table, and return all of it.

    Args:
        table: which.
        asked: on what, and how much of it.
        on_cell: called with each new cell.
        progress_of: the progress of a stage; may raise `Cancelled`, finished cells are kept.

    Raises:
        UserError: without a GPU where the table wants one (`needs_gpu`), for weights that cannot be
            had, and for images that are not there or not readable (`benchmark_data`).
    """
    shortening = asked.shortening
    if table.needs_gpu and asked.device == "auto" and choose_device("auto") == "cpu":
        raise UserError(
            message("{table} takes days without a GPU, and there is none here.", table=table.name),
            message("Run it on a machine with one, or shorten it and say `--device cpu`."),
            code="needs_gpu",
        )
    # Before the images: weights that are not to be had are an error of a moment.
    backbone = None if table.on_features else _backbone(table, shortening)
    images = find_images(
        asked.data, table.dataset, progress=progress_of(message("Reading the dataset"))
    )
    people = peoples_labels(asked.data, images.name, images.labels) if table.from_people else {}
    rows = _rows(len(images.files), table.train_share, shortening.limit)
    tests = _rows(len(images.test_files), 1.0, shortening.limit)
    folder = asked.folder / f"{table.name}{shortening.folder_suffix}"
    folder.mkdir(parents=True, exist_ok=True)
    work = _Work(table, shortening, images, rows, tests, folder, asked.device, progress_of)
    # The memory of each layer else goes back and forth.
    with freed_memory_kept():
        data = work.data({name: labels[rows] for name, labels in people.items()})
        cells = run_benchmark(
            data,
            _plan(table, shortening, asked.seeds),
            folder=folder,
            training=work.training(backbone),
            on_cell=on_cell,
            progress=progress_of(message("Measuring {table}", table=table.name)),
        )
    return TableRun(table, cells, changes(table, asked, images), described(images), folder)


def changes(table: PaperTable, asked: Asked, images: PaperImages) -> list[Message]:
    """In what a run is not the paper's setting, as far as it is known."""
    shortening, said = asked.shortening, list[Message]()
    whole = OFFICIAL_TRAINING[table.dataset]
    if len(images.files) != whole:
        said.append(
            message(
                "{count:,} training images were read, {dataset} has {whole:,}",
                count=len(images.files),
                dataset=title_of(table.dataset),
                whole=whole,
            )
        )
    if shortening.limit:
        said.append(message("at most {count:,} training images", count=shortening.limit))
    if shortening.epochs:
        said.append(message("epochs: {count}", count=shortening.epochs))
    if shortening.encoder:
        said.append(
            message(
                "{encoder} in place of {paper}", encoder=shortening.encoder, paper=table.backbone
            )
        )
    return said


@dataclass(frozen=True)
class _Work:
    """A table with its images: `rows` (n,) and `tests` (m,) int are those it takes of them."""

    table: PaperTable
    shortening: Shortening
    images: PaperImages
    rows: np.ndarray
    tests: np.ndarray
    folder: Path
    device: str
    progress_of: ProgressOf

    @property
    def workers(self) -> int:
        return available_cores()

    def pictures(self, *, test: bool) -> Pictures:
        """The training or test images that are taken."""
        files = self.images.test_files if test else self.images.files
        chosen = self.tests if test else self.rows
        return Pictures([files[row] for row in chosen.tolist()])

    def data(self, people: Mapping[str, np.ndarray]) -> BenchmarkData:
        """What labels are made of and judged by; features where heads or TURTLE need them."""
        table, images = self.table, self.images
        features = table.relabelled_by
        if table.on_features:
            features = [self.shortening.encoder or table.backbone]
        embedded = [self.embedding(name, test=False) for name in features]
        pixels = self._pixels.pixels
        assert pixels is not None
        return BenchmarkData(
            table.dataset,
            embedded,
            images.labels[self.rows],
            len(images.class_names),
            test_embedding=(self.embedding(features[0], test=True) if table.on_features else None),
            test_labels=images.test_labels[self.tests],
            label_sets=people,
            class_names=images.class_names,
            network=table.network,
            features=pixels.reshape(len(pixels), -1),
        )

    def training(self, backbone: Backbone | None) -> Training | None:
        """How networks of this table are trained; None for heads on features."""
        if self.table.on_features:
            return None
        network = self._network(backbone)
        in_memory = backbone is None
        return ImageTraining(
            self._pixels if in_memory else self.pictures(test=False),
            self._read(test=True) if in_memory else self.pictures(test=True),
            network=network,
            number_of_classes=len(self.images.class_names),
            predict_training=self.table.train_accuracy,
            progress=self.progress_of(message("Training")),
        )

    def embedding(self, encoder: str, *, test: bool) -> np.ndarray:
        """(n, D) float16 features of an encoder, computed once and kept in the folder."""
        part = "test" if test else "training"
        kept = self.folder / f"{encoder.replace('/', '_').replace(':', '_')}-{part}.npy"
        files = self.pictures(test=test).files
        if kept.is_file():
            found = np.load(kept, allow_pickle=False)
            if len(found) == len(files):
                return found
        opened = load_encoder(encoder, device=self.device)
        parts = embed_samples(
            files,
            [opened],
            store_thumbnail=lambda _key, _data: None,
            progress=self.progress_of(message("Embedding by {encoder}", encoder=encoder)),
        )
        found = np.concatenate([piece.embeddings[opened.name] for piece in parts])
        np.save(kept, found)
        return found

    @cached_property
    def _pixels(self) -> Pictures:
        return self._read(test=False)

    def _read(self, *, test: bool) -> Pictures:
        return small_pictures(
            self.pictures(test=test).files,
            workers=self.workers,
            progress=self.progress_of(message("Reading the images")),
        )

    def _network(self, backbone: Backbone | None) -> NetworkChoice:
        classes = len(self.images.class_names)
        device = choose_device(self.device)
        if backbone is not None:
            precision = choose_precision(device, network=backbone.model)
            return NetworkChoice(
                _classifiers(backbone, classes, self.table),
                backbone.dimension,
                "backbone",
                backbone.preprocessing,
                backbone.name,
                precision,
                self.workers,
            )
        small = self.table.network == SMALL_CNN
        build: Callable[[], SmallCNN | PreActResNet18] = (
            (lambda: SmallCNN(classes, width=SMALL_CNN_WIDTH))
            if small
            else (lambda: PreActResNet18(classes))
        )
        return NetworkChoice(
            build,
            build().dimension,
            "scratch",
            IMAGENET if small else CIFAR,
            # A small network from scratch is compared in float32, as its report trained it.
            precision=Precision() if small else choose_precision(device),
            workers=self.workers,
        )


def _encoders(table: PaperTable, encoder: str) -> list[str]:
    own = [encoder or table.backbone] if table.backbone else []
    return [*own, *table.relabelled_by]


def _backbone(table: PaperTable, shortening: Shortening) -> Backbone | None:
    if not table.backbone:
        return None
    return load_backbone(shortening.encoder or table.backbone)


def _classifiers(backbone: Backbone, classes: int, table: PaperTable) -> Callable[[], nn.Module]:
    def build() -> nn.Module:
        # Each training begins from the published weights, whatever the one before made of them.
        own = copy.deepcopy(backbone)
        classifier = Classifier(own.model, Head(own.dimension, classes))
        set_trainable(classifier, own, table.part)
        return classifier

    return build


def _rows(count: int, share: float, limit: int) -> np.ndarray:
    """Numbers (n,) int64 of a random share of `count` images, rising; at most `limit` unless 0."""
    order = np.random.default_rng(SPLIT_SEED).permutation(count)[: round(share * count)]
    return np.sort(order[:limit] if limit else order)


def _plan(table: PaperTable, shortening: Shortening, seeds: int) -> BenchmarkPlan:
    return BenchmarkPlan(
        shortening.noises or table.noises,
        shortening.methods or table.methods,
        tuple(range(seeds or table.seeds)),
        constants=_constants(table, shortening.epochs),
    )


def _constants(table: PaperTable, epochs: int) -> dict[str, Mapping[str, Constant]]:
    constants = {method: dict(table.constants.get(method, {})) for method in table.methods}
    if epochs:
        for values in constants.values():
            values["epochs"] = epochs
            if "warm_up_epochs" in values:
                values["warm_up_epochs"] = min(int(values["warm_up_epochs"]), max(1, epochs // 2))
    return {method: values for method, values in constants.items() if values}
