"""The embedding pass: every file is decoded once for all encoders, image facts and thumbnail.

Decoding runs in threads, or in processes, a little ahead of the encoders, in the order of the rows,
so that the result is the same whatever their number.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from time import perf_counter

import numpy as np

from lnl_gui.containers.location import ImageLocation
from lnl_gui.containers.read import read_ahead
from lnl_gui.dataset.pixels.facts import FACTS_DTYPE, SIGNATURE_SIDE
from lnl_gui.dataset.pixels.resampling import WORTH_COMPILING
from lnl_gui.encoders.decoded_file import DecodedFile, Decoding
from lnl_gui.encoders.decoders import Decoders, StoreThumbnail
from lnl_gui.encoders.encoder import Encoder
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.pictures.rendering import AS_DECLARED, Rendering
from lnl_gui.util.messages import Message
from lnl_gui.util.process.cores import available_cores
from lnl_gui.util.process.one_ahead import one_ahead
from lnl_gui.util.progress import Progress, no_progress

# Rows a killed pass loses at most; a part is some seconds' work on a CPU.
PART_SIZE = 512
WORTH_PROCESSES = 4_000
"""Files from which on starting processes that decode costs less than they save."""
_FEWEST_PROCESSES = 4
_FLOAT16_LIMIT = float(np.finfo(np.float16).max)


@dataclass(frozen=True)
class Part:
    """Results of the rows `start` to `stop` (exclusive); n = stop - start.

    Attributes:
        embeddings: by the encoder's name, (n, D) float16; rows of unreadable files are NaN.
        facts: (n,) array of `lnl_gui.dataset.pixels.facts.FACTS_DTYPE`, zero where unreadable.
        signatures: (n, 32, 32) uint8 patches of grey, zero where unreadable.
        unreadable: reason in plain words by row (0 is the first row of the dataset).
        took: seconds.
        waited: of them, those in which the encoders waited for images.
    """

    start: int
    stop: int
    embeddings: dict[str, np.ndarray]
    facts: np.ndarray
    signatures: np.ndarray
    unreadable: dict[int, Message]
    took: float = 0.0
    waited: float = 0.0


@dataclass(frozen=True)
class _Batch:
    """Decoded files of the rows from `row` on, and what the encoders take of those that could be.

    `pixels` are (n, S, S, 3) uint8 of the files whose places among `files` are in `readable`.
    """

    row: int
    files: list[DecodedFile]
    readable: list[int]
    pixels: dict[Preprocessing, np.ndarray]


def decoded_apart(encoders: Sequence[Encoder], files: int, threads: int) -> bool:
    """Whether processes are to decode for these encoders: they are faster than threads decode.

    Args:
        encoders: of the pass.
        files: of the pass.
        threads: that it may use.
    """
    on_processor = all(encoder.device == "cpu" for encoder in encoders)
    return not on_processor and files >= WORTH_PROCESSES and threads >= _FEWEST_PROCESSES


def embed_samples(
    files: Sequence[ImageLocation],
    encoders: Sequence[Encoder],
    *,
    store_thumbnail: StoreThumbnail,
    start: int = 0,
    part_size: int = PART_SIZE,
    workers: int | None = None,
    apart: bool = False,
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
        apart: each of them has a process that decodes, see `decoded_apart`.
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
    threads = workers or available_cores()
    decoding = Decoding(
        tuple(dict.fromkeys(encoder.preprocessing for encoder in encoders)),
        thumbnail_side,
        rendering,
        # By the whole pass, so that its rows are the same in whatever pieces it is done.
        compiled=(end if whole is None else whole) >= WORTH_COMPILING,
    )
    rows = [
        (row, min(step, min(first + part_size, end) - row))
        for first in range(start, end, part_size)
        for row in range(first, min(first + part_size, end), step)
    ]
    # Also when the caller stops taking parts: no thread may outlive the pass.
    with closing(Decoders(decoding, threads, store_thumbnail=store_thumbnail, apart=apart)) as pool:
        # Two batches ahead keep the encoder busy; more would fill the memory with pixels.
        decoded = pool.in_order(read_ahead(files[start:]), ahead=2 * step + threads)
        batches = (_batch(row, list(islice(decoded, count))) for row, count in rows)
        # A GPU would wait while a batch is put together.
        with closing(one_ahead(batches) if apart else batches) as coming:
            for first in range(start, end, part_size):
                part = _empty_part(first, min(first + part_size, end), encoders)
                begun, waited = perf_counter(), 0.0
                done = part.start
                while done < part.stop:
                    asked = perf_counter()
                    batch = next(coming)
                    waited += perf_counter() - asked
                    _embed_batch(part, batch, encoders)
                    done += len(batch.files)
                    progress(done - start, end - start)
                yield replace(part, took=perf_counter() - begun, waited=waited)


def _batch(row: int, files: list[DecodedFile]) -> _Batch:
    readable = [place for place, file in enumerate(files) if file.facts is not None]
    wanted = files[readable[0]].pixels if readable else {}
    pixels = {p: np.stack([files[place].pixels[p] for place in readable]) for p in wanted}
    return _Batch(row, files, readable, pixels)


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


def _embed_batch(part: Part, batch: _Batch, encoders: Sequence[Encoder]) -> None:
    """Fill in the rows of a batch."""
    for row, file in enumerate(batch.files, batch.row):
        if file.facts is None:
            part.unreadable[row] = file.reason
        else:
            part.facts[row - part.start] = file.facts.as_row()
            part.signatures[row - part.start] = file.signature
    if not batch.readable:
        return
    places = np.array(batch.readable) + (batch.row - part.start)
    for encoder in encoders:
        # Beyond float16's range a value would become infinite and spoil every mean.
        made = encoder.embed(batch.pixels[encoder.preprocessing])
        embeddings = np.clip(made, -_FLOAT16_LIMIT, _FLOAT16_LIMIT)
        part.embeddings[encoder.name][places] = embeddings
