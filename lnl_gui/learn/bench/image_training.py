"""Training of whole networks on images, with test predictions after every epoch."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np
from torch import nn

from lnl_gui.containers.location import ImageLocation
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.bench.training import Outcome, TrainingTask
from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.data.sources import ImageSource, Source
from lnl_gui.learn.data.views import Views, image_views
from lnl_gui.learn.methods.method import Setting
from lnl_gui.learn.methods.noise_level import adapt
from lnl_gui.learn.methods.registry import build_trainer, default_parameters
from lnl_gui.learn.models.precision import Precision
from lnl_gui.learn.training.judging import predict
from lnl_gui.learn.training.loop import fit
from lnl_gui.learn.training.strategy import Strategy
from lnl_gui.util.progress import Progress, no_progress


@dataclass(frozen=True)
class PixelRows:
    """Pixels (N, S, S, 3) uint8 in memory as a source of normalised images."""

    pixels: np.ndarray
    preprocessing: Preprocessing

    def __len__(self) -> int:
        return len(self.pixels)

    def load(self, rows: np.ndarray, epoch: int) -> np.ndarray:
        """Images (B, 3, S, S) float32 of `rows` (B,) int; `epoch` plays no part."""
        return self.preprocessing.normalise(self.pixels[rows])


@dataclass(frozen=True)
class Pictures:
    """N images: where they lie, and their pixels where they are small enough to be kept.

    Attributes:
        files: N places.
        pixels: (N, S, S, 3) uint8 of the network's size; None reads them from the files.
    """

    files: Sequence[ImageLocation]
    pixels: np.ndarray | None = None

    def plain(self, preprocessing: Preprocessing, workers: int) -> Source:
        """The images as they are."""
        if self.pixels is not None:
            return PixelRows(self.pixels, preprocessing)
        return ImageSource(self.files, preprocessing, workers=workers)


@dataclass(frozen=True)
class NetworkChoice:
    """What is trained, and where.

    Attributes:
        build: makes one network with `backbone` and `head`; called under a seed of its own.
        dimension: of the features between the two.
        setting: whether the network has seen images before.
        encoder: name of its pre-trained part, on which some constants depend; "" without.
        preprocessing: what it takes.
        precision: device and number format.
        workers: decoding threads.
    """

    build: Callable[[], nn.Module]
    dimension: int
    setting: Setting
    preprocessing: Preprocessing
    encoder: str = ""
    precision: Precision = field(default_factory=Precision)
    workers: int = 2


class ImageTraining:
    """Trains whole networks on images, as `training.Training`.

    Args:
        training: N images.
        test: M images.
        network: what is trained.
        number_of_classes: C.
        predict_training: whether the training images are predicted in the end.
        progress: within one training; may raise `Cancelled`.
    """

    def __init__(
        self,
        training: Pictures,
        test: Pictures,
        *,
        network: NetworkChoice,
        number_of_classes: int,
        predict_training: bool = False,
        progress: Progress = no_progress,
    ) -> None:
        self.training, self.test, self.network = training, test, network
        self.number_of_classes = number_of_classes
        self.predict_training, self.progress = predict_training, progress

    @cached_property
    def _test(self) -> Source:
        return self.test.plain(self.network.preprocessing, self.network.workers)

    @cached_property
    def _plain(self) -> Source:
        return self.training.plain(self.network.preprocessing, self.network.workers)

    def __call__(self, task: TrainingTask) -> Outcome:
        """Train one method on one set of labels.

        Args:
            task: as `Training` takes it.

        Raises:
            Cancelled: from `progress`.
        """
        network = self.network
        defaults = default_parameters(task.method, setting=network.setting, encoder=network.encoder)
        parameters, _, _ = adapt(replace(defaults, seed=task.seed), task.constants, task.noise)
        views = self._views(parameters, task.seed)
        trainer = build_trainer(
            network.build,
            LabelledViews(views, task.labels, self.number_of_classes),
            parameters=parameters,
            dimension=network.dimension,
            strategy=Strategy(network.precision),
        )
        predictions: list[np.ndarray] = []
        fit(
            trainer,
            seed=task.seed,
            on_epoch=lambda _: predictions.append(predict(trainer, self._test).argmax(axis=1)),
            progress=self.progress,
        )
        fitted = predict(trainer, self._plain) if self.predict_training else None
        return Outcome(np.stack(predictions), fitted)

    def _views(self, parameters: object, seed: int) -> Views:
        weakly = getattr(parameters, "weak_view", "weak")
        drawn = image_views(
            self.training.files,
            self.network.preprocessing,
            seed=seed,
            # TURN chooses by the images; the papers' are small.
            weak="affine" if weakly == "auto" else weakly,
            workers=self.network.workers,
        )
        # Pixels that are there already need not be decoded once an epoch.
        return replace(drawn, plain=self._plain)
