"""Shared context of a run's trainings: samples, network, device and caches."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from torch import nn

from lnl_gui.containers.location import ImageLocation
from lnl_gui.encoders.encoder import Backbone
from lnl_gui.learn.data.activations import keep_activations
from lnl_gui.learn.data.augmentation import policy
from lnl_gui.learn.data.pixel_cache import SHARE, PixelCache
from lnl_gui.learn.data.sources import ImageSource, Source
from lnl_gui.learn.finetuning.run_samples import Samples
from lnl_gui.learn.finetuning.stage_titles import COMPUTING_EMBEDDINGS
from lnl_gui.learn.models.frozen import frozen_function, weights_key
from lnl_gui.learn.models.inference import predict_logits
from lnl_gui.learn.models.network import Classifier
from lnl_gui.learn.models.precision import Precision
from lnl_gui.learn.training.ranks import ALONE, Ranks
from lnl_gui.pictures.decoding import decode
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.memory import DecodingMemory
from lnl_gui.pictures.reading import read_bytes
from lnl_gui.util.messages import Message
from lnl_gui.util.process.free_memory import free_memory
from lnl_gui.util.progress import Progress

AUTO, SMALL, PHOTOGRAPHS = "auto", "affine", "photograph"
"""Augmentations: TURN's for CIFAR-100, and for Clothing1M and WebVision."""
SMALL_SIDE = 64
"""Pixels; of CIFAR's 32 and of Tiny ImageNet."""
LOOKED_AT = 9
CHECKED_SAMPLES = 4
"""Spread over the dataset; enough to tell encoders apart."""
LEAST_LIKENESS = 0.98
"""Cosine between a stored embedding and one computed now: float16 and another backend's rounding
cost less than .001, another encoder's is far below."""


@dataclass(frozen=True)
class RunContext:
    """What a run's trainings share.

    Attributes:
        samples: all of the run.
        classes: C.
        classifier: what is trained, on the device.
        backbone: the encoder the classifier is built on.
        precision: device and number format.
        compile: pass through `torch.compile`.
        cache: folder for activations of frozen parts.
        seed: of every random draw.
        workers: decoding threads.
        progress_of: the progress of a stage by its name.
        stored_embedding: (N, D) features of all samples as they were given, or None.
        ranks: the processes that train together.
        decay_file: holds the weight decay of the linear probe, for trainings that are compared.
    """

    samples: Samples
    classes: int
    classifier: Classifier
    backbone: Backbone
    precision: Precision
    compile: bool
    cache: Path
    seed: int
    workers: int
    progress_of: Callable[[Message], Progress]
    stored_embedding: np.ndarray | None = None
    ranks: Ranks = ALONE
    decay_file: Path | None = None

    @cached_property
    def embedding(self) -> np.ndarray:
        """Features (N, D) of all samples: those stored (float16 or float32) if this backbone's.

        Else they are computed, as float32.
        """
        stored = self.stored_embedding
        return stored if stored is not None and self.stored_belongs else self._embed()

    @cached_property
    def stored_belongs(self) -> bool:
        """Whether the stored embedding, if there is one, is this backbone's; some are compared."""
        stored = self.stored_embedding
        if stored is None:
            return True
        if stored.shape[1] != self.backbone.dimension:
            return False
        rows = np.linspace(0, len(stored) - 1, CHECKED_SAMPLES).astype(int)
        images = self.images(rows)
        truth = predict_logits(
            self.classifier.backbone, images, precision=Precision(self.precision.device)
        )
        # The check's own threads; the caller opens others.
        images.close()
        found = torch.from_numpy(np.asarray(stored[rows], np.float32))
        return bool((torch.cosine_similarity(truth, found) > LEAST_LIKENESS).all())

    def images(self, rows: np.ndarray, augmentation: str = "none") -> ImageSource:
        """Images of the samples `rows` (n,) int, (B, 3, S, S) float32, under an augmentation."""
        files = [self.samples.files[row] for row in rows]
        preprocessing = self.backbone.preprocessing
        if augmentation == AUTO:
            augmentation = SMALL if self.small_images else PHOTOGRAPHS
        return ImageSource(
            files,
            preprocessing,
            policy(augmentation),
            self.seed,
            self.workers,
            cache=self.pixel_cache,
        )

    @cached_property
    def pixel_cache(self) -> PixelCache | None:
        """Keeps decoded images beside a GPU; a processor learns far slower than it decodes."""
        if self.precision.device.type == "cpu":
            return None
        return PixelCache(int(SHARE * free_memory()) // self.ranks.count)

    @cached_property
    def small_images(self) -> bool:
        """Whether the images are icons rather than photographs, by some of them."""
        files = self.samples.files
        rows = np.linspace(0, len(files) - 1, LOOKED_AT).astype(int)
        sizes = [_largest_side(files[row]) for row in rows]
        return float(np.median(sizes)) <= SMALL_SIDE

    def activations(self, frozen: nn.Module, rows: np.ndarray, title: Message) -> Source:
        """Activations of a frozen part of the network for some samples, computed once and cached.

        Args:
            frozen: takes normalised images (B, 3, S, S).
            rows: (n,) int samples.
            title: of the progress.

        Returns:
            a source of n rows of activations (B, ...) float32.

        Raises:
            UserError: when an image is gone or the disk is full.
        """
        images = self.images(rows)
        preprocessing = self.backbone.preprocessing
        # By the weights themselves: two runs, before and after cleaning, share what they froze
        # alike.
        key = weights_key(frozen, preprocessing)
        device = self.precision.device
        compute = _Lazily(lambda: frozen_function(frozen, preprocessing, device=device, key=key))
        try:
            return self.ranks.first_then_all(
                lambda: keep_activations(
                    images, compute, self.cache, key=key, progress=self.progress_of(title)
                )
            )
        finally:
            images.close()

    def _embed(self) -> np.ndarray:
        rows = np.arange(len(self.samples.files))
        return self.activations(self.classifier.backbone, rows, COMPUTING_EMBEDDINGS).load(rows, 0)


def _largest_side(file: ImageLocation) -> int:
    try:
        with DecodingMemory().share() as share:
            data = read_bytes(file, reserve=share.file)
            # Reduced by the decoder where it is far larger; it stays larger than what is small.
            return max(decode(data, minimum_side=2 * SMALL_SIDE, reserve=share.pixels).size)
    except (OSError, UnreadableImage, MemoryError):
        # Training names the image; here it is no photograph.
        return 0


class _Lazily:
    """A function built at its first call: a warm cache needs no conversion."""

    def __init__(self, build: Callable[[], Callable[[np.ndarray], np.ndarray]]) -> None:
        self._build = build
        self._built: Callable[[np.ndarray], np.ndarray] | None = None

    def __call__(self, pixels: np.ndarray) -> np.ndarray:
        if self._built is None:
            self._built = self._build()
        return self._built(pixels)
