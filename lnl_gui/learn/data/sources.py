"""Training and held-out sets, sources of network input, and batches."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Protocol, TypeVar

import numpy as np
from PIL import Image

from lnl_gui.containers.location import ImageLocation
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.data.pixel_cache import PixelCache
from lnl_gui.learn.data.soft_labels import SoftLabels
from lnl_gui.pictures.decoding import decode
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.memory import DecodingMemory
from lnl_gui.pictures.reading import read_bytes
from lnl_gui.pictures.rendering import AS_DECLARED, Rendering
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.process.one_ahead import one_ahead

Item = TypeVar("Item")
Loaded = TypeVar("Loaded")

Augment = Callable[[Image.Image, np.random.Generator], Image.Image]
"""A view of an RGB image, drawn with the given generator; the size stays."""


@dataclass(frozen=True)
class TrainingSet:
    """Samples to train on.

    Attributes:
        files: absolute image files, length N.
        labels: (N,) int32 class ids; -1 leaves a sample out.
        class_names: length C.
        embedding: (N, D) cached features of the backbone that will be trained, or None.
        groups: (N,) int; samples of one group (near-duplicates) never part ways. None: no groups.
        rendering: of the dataset, for pictures of more than 8 bits.
        soft: of N samples, what probes and stages learn instead of `labels`; None: the labels.
            Methods that model the noise themselves take `labels`, as does the choice of an epoch.
    """

    files: Sequence[ImageLocation]
    labels: np.ndarray
    class_names: Sequence[str]
    embedding: np.ndarray | None = None
    groups: np.ndarray | None = None
    rendering: Rendering = AS_DECLARED
    soft: SoftLabels | None = None


@dataclass(frozen=True)
class Holdout:
    """Samples to report on, never used to choose anything.

    Attributes:
        files: absolute image files, length H.
        labels: (H,) int32, the best labels known.
        embedding: (H, D) cached features, or None.
        confirmed: (H,) bool, labels a person has confirmed; None: none.
    """

    files: Sequence[ImageLocation]
    labels: np.ndarray
    embedding: np.ndarray | None = None
    confirmed: np.ndarray | None = None


class Source(Protocol):
    """Rows of network input by number."""

    def __len__(self) -> int:
        """How many rows there are."""

    def load(self, rows: np.ndarray, epoch: int) -> np.ndarray:
        """The input (B, ...) of `rows` (B,) int, float32 unless said otherwise.

        `epoch` picks the view where views are random.
        """


@dataclass(frozen=True)
class ArraySource:
    """Rows of an array (N, ...) in memory or on disk."""

    array: np.ndarray

    def __len__(self) -> int:
        return len(self.array)

    def load(self, rows: np.ndarray, epoch: int) -> np.ndarray:
        """The array's rows (B, ...) float32 at `rows` (B,) int; `epoch` plays no part."""
        # Cached features are float16; losses and batch statistics need float32.
        return np.asarray(self.array[rows], dtype=np.float32)


def load_pixels(
    file: ImageLocation, preprocessing: Preprocessing, *, memory: DecodingMemory | None = None
) -> np.ndarray:
    """The (S, S, 3) uint8 pixels of one image file, as the encoder wants them.

    Args:
        file: to read.
        preprocessing: of the encoder.
        memory: shared with the images that other threads decode meanwhile; None shares none.

    Raises:
        UserError: when the file is gone or unreadable.
    """
    with _picture(file, preprocessing, memory or DecodingMemory()) as image:
        return preprocessing.apply(image)


def load_picture(file: ImageLocation, preprocessing: Preprocessing) -> Image.Image:
    """One image file in RGB, at least as large as its preprocessing needs it.

    Raises:
        UserError: when the file is gone or unreadable.
    """
    with _picture(file, preprocessing, DecodingMemory()) as image:
        return image


@contextmanager
def _picture(
    file: ImageLocation, preprocessing: Preprocessing, memory: DecodingMemory
) -> Iterator[Image.Image]:
    try:
        with memory.share() as share:
            data = read_bytes(file, reserve=share.file)
            yield decode(
                data,
                minimum_side=preprocessing.resized_side,
                reserve=share.pixels,
                rendering=preprocessing.rendering,
            )
    # An image read at import may be gone by now; training on what is left would be another run.
    except (OSError, UnreadableImage, MemoryError) as error:
        raise UserError(
            message(
                "The image {file} can no longer be read: {error}.", file=str(file), error=error
            ),
            message("Put the file back, or import the dataset again so that it is skipped."),
            code="image_unreadable",
        ) from error


@dataclass(frozen=True)
class ImageSource:
    """Images decoded by worker threads and augmented by a policy.

    The random view of a sample depends on (seed, epoch, row) alone: neither the number of threads
    nor the order of the batches changes it, so an interrupted run continues with the same views.

    Attributes:
        files: N images.
        preprocessing: of the backbone.
        augment: draws a view; None leaves images as they are.
        seed: of the views.
        workers: threads.
        cache: keeps what was decoded with this preprocessing; None decodes every time.
    """

    files: Sequence[ImageLocation]
    preprocessing: Preprocessing
    augment: Augment | None = None
    seed: int = 0
    workers: int = 2
    cache: PixelCache | None = field(default=None, repr=False)
    memory: DecodingMemory = field(default_factory=DecodingMemory, repr=False)
    _pool: list[ThreadPoolExecutor] = field(default_factory=list, repr=False)

    def __len__(self) -> int:
        return len(self.files)

    def load(self, rows: np.ndarray, epoch: int) -> np.ndarray:
        """Normalised images (B, 3, S, S) float32 of `rows` (B,) int, in the views of `epoch`."""

        def normalised(row: int) -> np.ndarray:
            return self.preprocessing.normalise(self.view(row, epoch)[np.newaxis])

        # Normalising in the threads too: for a GPU it would cost as much as the decoding.
        return np.concatenate(list(self._threads().map(normalised, rows.tolist())))

    def pixels(self, rows: np.ndarray, epoch: int) -> np.ndarray:
        """Pixels (B, S, S, 3) uint8 of `rows` (B,) int, in the views of `epoch`."""
        return np.stack(list(self._threads().map(lambda row: self.view(row, epoch), rows.tolist())))

    def _threads(self) -> ThreadPoolExecutor:
        # Begun at the first batch: a source that only counts rows starts no threads.
        if not self._pool:
            self._pool.append(ThreadPoolExecutor(self.workers, thread_name_prefix="decode"))
        return self._pool[0]

    def view(self, row: int, epoch: int) -> np.ndarray:
        """The (S, S, 3) uint8 view of one row in one epoch."""
        pixels = self._pixels(self.files[row])
        if self.augment is None:
            return pixels
        # A generator for each view: a shared one would make views depend on the threads' order.
        generator = np.random.default_rng((self.seed, epoch, row))
        view = self.augment(Image.fromarray(pixels), generator)
        return np.asarray(view, dtype=np.uint8)

    def _pixels(self, file: ImageLocation) -> np.ndarray:
        def decode() -> np.ndarray:
            return load_pixels(file, self.preprocessing, memory=self.memory)

        return decode() if self.cache is None else self.cache.get(file, decode)

    def close(self) -> None:
        """End the worker threads."""
        while self._pool:
            self._pool.pop().shutdown(cancel_futures=True)


@dataclass(frozen=True)
class SubSource:
    """Some rows of another source, by their numbers there."""

    whole: Source
    rows: np.ndarray

    def __len__(self) -> int:
        return len(self.rows)

    def load(self, rows: np.ndarray, epoch: int) -> np.ndarray:
        """Input (B, ...), float32 or as the whole source gives it, of `rows` (B,) int."""
        return self.whole.load(self.rows[rows], epoch)


@dataclass(frozen=True)
class PixelSource:
    """The same images as bytes, for a network that normalises them itself."""

    images: ImageSource

    def __len__(self) -> int:
        return len(self.images)

    def load(self, rows: np.ndarray, epoch: int) -> np.ndarray:
        """Pixels (B, S, S, 3) uint8 of `rows` (B,) int, in the views of `epoch`."""
        return self.images.pixels(rows, epoch)


@dataclass(frozen=True)
class LabelledSource:
    """Network input and labels (N,) int of the same N rows."""

    source: Source
    labels: np.ndarray

    def __len__(self) -> int:
        return len(self.labels)


def in_memory(source: Source) -> bool:
    """Whether loading rows costs next to nothing, so that a thread would not pay."""
    # A part of another source may read kept activations from disk.
    return not isinstance(source, ImageSource | SubSource)


@dataclass(frozen=True)
class Batch:
    """One batch.

    Attributes:
        rows: (B,) int.
        values: their input (B, ...).
        waited: seconds the model waited for it.
    """

    rows: np.ndarray
    values: np.ndarray
    waited: float


def loaded_ahead(
    items: Sequence[Item], load: Callable[[Item], Loaded], *, ahead: bool = True
) -> Iterator[tuple[Item, Loaded, float]]:
    """Each item in order with what `load` makes of it, and how many seconds were waited for that.

    Args:
        items: one a batch.
        load: may read and decode files.
        ahead: load the next item in a thread meanwhile. For rows of an array in memory handing
            over costs more than loading.
    """
    made = ((item, load(item)) for item in items)
    # One item ahead: memory holds two batches, and their order stays.
    with closing(one_ahead(made) if ahead else made) as coming:
        for _ in items:
            started = perf_counter()
            item, loaded = next(coming)
            yield item, loaded, perf_counter() - started


def batches(source: Source, rows_of: Sequence[np.ndarray], draw: int) -> Iterator[Batch]:
    """Load batches of rows, one ahead of the network, in order.

    Args:
        source: N rows.
        rows_of: the rows (B,) int of each batch.
        draw: which view is loaded where views are random.
    """
    for rows, values, waited in loaded_ahead(rows_of, lambda rows: source.load(rows, draw)):
        yield Batch(rows, values, waited)


def epoch_batches(count: int, batch_size: int, *, seed: int, epoch: int) -> list[np.ndarray]:
    """Shuffled batches (B,) int64 of the rows 0..count-1 in one epoch; the last may be shorter.

    The order depends on (seed, epoch) alone. A last batch of one sample is dropped where there
    are others, because batch normalisation cannot learn from it.
    """
    # No state to keep: a resumed epoch has the same batches.
    order = np.random.default_rng((seed, epoch)).permutation(count)
    parts = [order[start : start + batch_size] for start in range(0, count, batch_size)]
    # Batch normalisation cannot learn from one sample.
    return parts[:-1] if len(parts) > 1 and len(parts[-1]) == 1 else parts


def plain_batches(count: int, batch_size: int) -> list[np.ndarray]:
    """Rows 0..count-1 in order, cut into (B,) int64 batches; the last may be shorter."""
    rows = np.arange(count)
    return [rows[start : start + batch_size] for start in range(0, count, batch_size)]
