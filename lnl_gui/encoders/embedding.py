"""The embedding pass: every file is decoded once for all encoders, image facts and thumbnail.

Decoding runs in threads (Pillow gives up the interpreter lock) a little ahead of the encoders, in
the order of the rows, so that the result is the same whatever the number of threads.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice

import numpy as np

from lnl_gui.containers.location import ImageLocation
from lnl_gui.containers.read import read_ahead
from lnl_gui.dataset.facts import (
    FACTS_DTYPE,
    SIGNATURE_SIDE,
    DecodedSample,
    PixelFacts,
    read_sample,
)
from lnl_gui.dataset.resampling import WORTH_COMPILING
from lnl_gui.encoders.encoder import Encoder
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.memory import DecodingMemory, Share
from lnl_gui.pictures.rendering import AS_DECLARED, Rendering
from lnl_gui.util.cores import available_cores
from lnl_gui.util.messages import NOTHING, Message, message
from lnl_gui.util.progress import Progress, no_progress

# Rows a killed pass loses at most; a part is some seconds' work on a CPU.
PART_SIZE = 512
Read = Callable[..., DecodedSample]
"""`read_sample` with what is the same for all files."""
_FLOAT16_LIMIT = float(np.finfo(np.float16).max)


@dataclass(frozen=True)
class Part:
    """Results of the rows `start` to `stop` (exclusive); n = stop - start.

    Attributes:
        embeddings: by the encoder's name, (n, D) float16; rows of unreadable files are NaN.
        facts: (n,) structured array of `lnl_gui.dataset.facts.FACTS_DTYPE`, zero where unreadable.
        signatures: (n, 32, 32) uint8 patches of grey, zero where unreadable.
        unreadable: reason in plain words by row (0 is the first row of the dataset).
    """

    start: int
    stop: int
    embeddings: dict[str, np.ndarray]
    facts: np.ndarray
    signatures: np.ndarray
    unreadable: dict[int, Message]


@dataclass(frozen=True)
class _Sample:
    """One decoded file: facts and the pixels for each preprocessing, or the reason why not."""

    facts: PixelFacts | None
    pixels: dict[Preprocessing, np.ndarray]
    reason: Message = NOTHING
    signature: np.ndarray | None = None


def embed_samples(
    files: Sequence[ImageLocation],
    encoders: Sequence[Encoder],
    *,
    store_thumbnail: Callable[[str, bytes], None],
    start: int = 0,
    part_size: int = PART_SIZE,
    workers: int | None = None,
    thumbnail_side: int = 256,
    rendering: Rendering = AS_DECLARED,
    whole: int | None = None,
    progress: Progress = no_progress,
) -> Iterator[Part]:
    """Embed `files[start:]` with every encoder, in parts, from one decoding.

    Args:
        files: one file a row; read only.
        encoders: of different names.
        store_thumbnail: called with the name (content hash, and rendering where that matters) and
            the encoded thumbnail of each readable file, from several threads at once. What it
            raises ends the pass.
        start: first row, for going on where an interrupted pass stopped.
        part_size: rows a part; parts begin at `start` plus its multiples.
        workers: decoding threads; None takes one a core.
        thumbnail_side: longest side of a thumbnail in pixels.
        rendering: of the dataset, for pictures of more than 8 bits.
        whole: how many files the pass has of which these are a part; None for all of them. The last
            bit of some facts depends on it.
        progress: called after each batch with finished and total rows of this call.

    Yields:
        parts in order. A file that cannot be read is recorded in its part and stops nothing.

    Raises:
        UserError: with code `out_of_memory` when the device's memory holds no small batch.
    """
    end = len(files)
    # All encoders see the same batches, so that an image is decoded once.
    step = max(encoder.batch_size for encoder in encoders)
    preprocessings = list(dict.fromkeys(encoder.preprocessing for encoder in encoders))
    threads = workers or available_cores()
    memory = DecodingMemory()
    # By the whole pass, so that its rows are the same in whatever pieces it is done.
    compiled = (end if whole is None else whole) >= WORTH_COMPILING

    def prepare(file: ImageLocation) -> _Sample:
        with memory.share() as share:
            return _prepare(file, preprocessings, store_thumbnail, reading(share))

    def reading(share: Share) -> Read:
        return partial(
            read_sample,
            thumbnail_side=thumbnail_side,
            share=share,
            rendering=rendering,
            compiled=compiled,
        )

    pool = ThreadPoolExecutor(threads, thread_name_prefix="decode")
    try:
        # Two batches ahead keep the encoder busy; more would fill the memory with pixels.
        samples = _in_order(pool, prepare, read_ahead(files[start:]), ahead=2 * step + threads)
        for first in range(start, end, part_size):
            last = min(first + part_size, end)
            part = _empty_part(first, last, encoders)
            for row in range(first, last, step):
                batch = list(islice(samples, min(step, last - row)))
                _embed_batch(part, row, batch, encoders)
                progress(row + len(batch) - start, end - start)
            yield part
    finally:
        # Also when the caller stops taking parts: no thread may outlive the pass.
        pool.shutdown(wait=True, cancel_futures=True)


def _in_order(
    pool: ThreadPoolExecutor,
    prepare: Callable[[ImageLocation], _Sample],
    files: Iterable[ImageLocation],
    *,
    ahead: int,
) -> Iterator[_Sample]:
    """Decoded files in their order, with at most `ahead` decoded and not yet taken."""
    waiting: deque[Future[_Sample]] = deque()
    for file in files:
        waiting.append(pool.submit(prepare, file))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _prepare(
    file: ImageLocation,
    preprocessings: Sequence[Preprocessing],
    store_thumbnail: Callable[[str, bytes], None],
    read: Read,
) -> _Sample:
    # The decoder may reduce a JPEG, but never below what the largest encoder needs.
    side = max(preprocessing.resized_side for preprocessing in preprocessings)
    try:
        sample = read(file, minimum_side=side)
        pixels = {p: p.apply_to(sample.picture) for p in preprocessings}
    except UnreadableImage as error:
        return _Sample(None, {}, error.reason)
    except MemoryError:
        return _Sample(None, {}, message("too large for the memory that is free"))
    # Pillow refuses shapes that nobody thought of; such a file costs its own row.
    except (ValueError, OSError) as error:
        return _Sample(None, {}, message("cannot be brought to size: {reason}", reason=str(error)))
    store_thumbnail(sample.thumbnail_name, sample.thumbnail)
    return _Sample(sample.facts, pixels, signature=sample.signature)


def _empty_part(start: int, stop: int, encoders: Sequence[Encoder]) -> Part:
    rows = stop - start
    return Part(
        start,
        stop,
        # NaN, not zero: a zero vector would pass for an embedding.
        {e.name: np.full((rows, e.dimension), np.nan, dtype=np.float16) for e in encoders},
        np.zeros(rows, dtype=FACTS_DTYPE),
        np.zeros((rows, SIGNATURE_SIDE, SIGNATURE_SIDE), np.uint8),
        {},
    )


def _embed_batch(
    part: Part, row: int, batch: Sequence[_Sample], encoders: Sequence[Encoder]
) -> None:
    """Fill in the rows from `row` on."""
    readable = []
    for offset, sample in enumerate(batch):
        if sample.facts is None:
            part.unreadable[row + offset] = sample.reason
        else:
            part.facts[row - part.start + offset] = sample.facts.as_row()
            part.signatures[row - part.start + offset] = sample.signature
            readable.append(offset)
    if not readable:
        return
    places = np.array(readable) + (row - part.start)
    for encoder in encoders:
        pixels = np.stack([batch[offset].pixels[encoder.preprocessing] for offset in readable])
        # Beyond float16's range a value would become infinite and spoil every mean.
        embeddings = np.clip(encoder.embed(pixels), -_FLOAT16_LIMIT, _FLOAT16_LIMIT)
        part.embeddings[encoder.name][places] = embeddings
