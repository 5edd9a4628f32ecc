"""What a table of a paper trains on, and how: its images, features and networks."""

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from torch import nn

from lnl_gui.encoders.embedding import embed_samples
from lnl_gui.encoders.encoder import Backbone
from lnl_gui.encoders.loading.devices import choose_device
from lnl_gui.encoders.loading.load import load_encoder
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.bench.image_training import ImageTraining, NetworkChoice, Pictures
from lnl_gui.learn.bench.papers.paper_table import PaperTable, Shortening
from lnl_gui.learn.bench.plan import BenchmarkData
from lnl_gui.learn.bench.published import SMALL_CNN
from lnl_gui.learn.bench.training import Training
from lnl_gui.learn.models.network import Classifier, Head, set_trainable
from lnl_gui.learn.models.preact_resnet import PreActResNet18
from lnl_gui.learn.models.precision import Precision, choose_precision
from lnl_gui.learn.models.small_cnn import SmallCNN
from lnl_gui.pipeline.benchmarks.paper_images import SMALL_SIDE, PaperImages, small_pictures
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.messages import Message, message
from lnl_gui.util.process.cores import available_cores
from lnl_gui.util.progress import Progress, no_progress

IMAGENET = Preprocessing(SMALL_SIDE, mean=(0.485, 0.456, 0.406), std=(0.229, 0.224, 0.225))
"""Normalisation of the small CNN's inputs, as its report has it."""
CIFAR = Preprocessing(SMALL_SIDE, mean=(0.491, 0.482, 0.447), std=(0.202, 0.199, 0.201))
"""DivideMix's for CIFAR-10."""
SMALL_CNN_WIDTH = 8
ProgressOf = Callable[[Message], Progress]


def no_progress_of(_stage: Message) -> Progress:
    """Report no stage."""
    return no_progress


@dataclass(frozen=True)
class TableWork:
    """A table with its images.

    Attributes:
        table: which.
        shortening: in what it is shorter than the paper's.
        images: all of the dataset.
        rows: (n,) int, the training images it takes.
        tests: (m,) int, the test images it takes.
        folder: where features are kept.
        device: `auto` or a torch device.
        progress_of: the progress of a stage.
    """

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
        """Decoding threads."""
        return available_cores()

    def pictures(self, *, test: bool) -> Pictures:
        """The training or test images that are taken."""
        files = self.images.test_files if test else self.images.files
        chosen = self.tests if test else self.rows
        return Pictures([files[row] for row in chosen.tolist()])

    def data(self, people: Mapping[str, np.ndarray]) -> BenchmarkData:
        """What labels are made of and judged by; features where heads or TURTLE need them.

        Args:
            people: (n,) int labels that people gave, by label set.
        """
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
        # Networks from scratch see 32 pixels, which fit; a backbone wants images at its own size.
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
        write_array(kept, found)
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
                classifiers(backbone, classes, self.table),
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


def classifiers(backbone: Backbone, classes: int, table: PaperTable) -> Callable[[], nn.Module]:
    """What builds a network with `backbone` and `head`, of which the table's part learns."""

    def build() -> nn.Module:
        # Each training begins from the published weights, whatever the one before made of them.
        own = copy.deepcopy(backbone)
        classifier = Classifier(own.model, Head(own.dimension, classes))
        set_trainable(classifier, own, table.part)
        return classifier

    return build
