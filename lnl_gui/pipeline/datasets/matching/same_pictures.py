"""Whether two files of other bytes show one picture, by what an embedding keeps of each."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.location import ImageLocation
from lnl_gui.dataset.pixels.facts import (
    FACTS_DTYPE,
    SIGNATURE_SIDE,
    PixelFacts,
    current_facts,
    read_sample,
)
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.memory import DecodingMemory
from lnl_gui.pictures.rendering import Rendering
from lnl_gui.pipeline.datasets.matching.content import in_threads
from lnl_gui.store.jobs import arrays
from lnl_gui.store.project import Project
from lnl_gui.util.progress import Progress

# Of patches of 16 cells a side. Photographs saved as JPEG of quality 20, GIF, WebP, square or at
# half their size reach .96, digits of 8 pixels and noise of 24 .93 at quality 50.
_CORRELATION = 0.9
# Of cropped and tiny pictures, where the name is that of by far the nearest of several.
_LEAST_CORRELATION, _BY_FAR, _SEVERAL = 0.7, 0.1, 6
# How much nearer another vanished picture may be: more, and the files were also renumbered.
_MARGIN = 0.005
# Grey levels of 255, of pictures that are of one grey, or nearly: there is nothing to correlate.
_FLAT, _DIFFERENCE = 2.0, 6.0
# Grey levels by which a JPEG's cells differ that is read at two scales, and the least spread of
# cells that tells pictures apart all the same.
_ROUNDING, _TELLING = 2, 8.0
# Of the perceptual hash, where an earlier version has kept no patches.
_BITS = 10
_CELLS = SIGNATURE_SIDE // 2
_CHUNK = 256


@dataclass(frozen=True)
class SeenPictures:
    """What is known of n pictures.

    Attributes:
        facts: (n,) of `FACTS_DTYPE`.
        patches: uint8 (n, S, S), zero where there is none; None where an earlier version kept none.
    """

    facts: np.ndarray
    patches: np.ndarray | None

    def of(self, rows: np.ndarray) -> "SeenPictures":
        """Those of `rows` int64 (m,) alone."""
        patches = None if self.patches is None else np.asarray(self.patches[rows])
        return SeenPictures(self.facts[rows], patches)


def embedded_pictures(project: Project, count: int) -> SeenPictures | None:
    """The pictures of all `count` samples as they were embedded; None before any embedding."""
    facts = arrays.load_facts(project, count)
    if facts is None:
        return None
    return SeenPictures(current_facts(facts), arrays.load_signatures(project, count))


def read_pictures(
    files: Sequence[ImageLocation], rendering: Rendering, progress: Progress
) -> tuple[np.ndarray, SeenPictures]:
    """The pictures of those of n files that can be read, and which these are, int64 (m,)."""
    memory = DecodingMemory()

    def read(file: ImageLocation) -> tuple[PixelFacts, np.ndarray] | None:
        try:
            with memory.share() as share:
                found = read_sample(file, minimum_side=1, share=share, rendering=rendering)
        except (OSError, ContainerError, UnreadableImage):
            return None
        return found.facts, found.signature

    found = in_threads(read, list(files), progress)
    readable = np.flatnonzero([picture is not None for picture in found])
    pictures = [picture for picture in found if picture is not None]
    facts = np.array([facts.as_row() for facts, _ in pictures], FACTS_DTYPE)
    patches = np.zeros((len(pictures), SIGNATURE_SIDE, SIGNATURE_SIDE), np.uint8)
    for patch, (_, signature) in zip(patches, pictures, strict=True):
        patch[:] = signature
    return readable, SeenPictures(facts, patches)


def show_the_same(then: SeenPictures, now: SeenPictures) -> np.ndarray:
    """Which of n pairs show one picture, bool (n,), also cropped, smaller or in another format."""
    alike = _few_bits(then.facts["perceptual_hash"], now.facts["perceptual_hash"])
    if not len(alike) or then.patches is None or now.patches is None:
        return alike
    has_patch = then.patches.any(axis=(1, 2))
    return np.where(has_patch, _alike(then.patches, now.patches), alike)


def saved_anew(then: SeenPictures, now: SeenPictures) -> np.ndarray:
    """Which of n pairs that show one picture were only saved anew, bool (n,).

    In another format, or with the same pixels, as after what a camera wrote into the file was taken
    out. Of one format and altered, the picture was probably worked on.
    """
    formats: np.ndarray = then.facts["format"] != now.facts["format"]
    if not len(formats) or then.patches is None or now.patches is None:
        return formats
    size = (then.facts["width"] == now.facts["width"]) & (
        then.facts["height"] == now.facts["height"]
    )
    spread = then.patches.std(axis=(1, 2))
    most = np.abs(then.patches.astype(np.int16) - now.patches).max(axis=(1, 2))
    unaltered = (most == 0) | ((most <= _ROUNDING) & (spread >= _TELLING))
    return formats | (size & unaltered & then.patches.any(axis=(1, 2)))


def _few_bits(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    octets = np.ascontiguousarray(left ^ right).view(np.uint8).reshape(-1, 8)
    few: np.ndarray = np.unpackbits(octets, axis=1).sum(axis=1, dtype=np.int64) <= _BITS
    return few


def _alike(then: np.ndarray, now: np.ndarray) -> np.ndarray:
    """Whether patches (n, S, S) are pairs of one picture, bool (n,).

    No other one of `then` may be much nearer: where all pictures look alike, files that were
    renumbered too would pass for their neighbours.
    """
    a, b = _reduced(then), _reduced(now)
    units_a, units_b = _units(a), _units(b)
    correlation = (units_a * units_b).sum(axis=1)
    other = np.full(len(b), -1.0, np.float32)
    for start in range(0, len(b), _CHUNK):
        near = units_b[start : start + _CHUNK] @ units_a.T
        near[np.arange(len(near)), start + np.arange(len(near))] = -1.0
        other[start : start + _CHUNK] = near.max(axis=1)
    alike = (correlation >= _CORRELATION) & (other <= correlation + _MARGIN)
    if len(b) >= _SEVERAL:
        alike |= (correlation >= _LEAST_CORRELATION) & (correlation - other >= _BY_FAR)
    flat = np.maximum(a.std(axis=1), b.std(axis=1)) <= _FLAT
    found: np.ndarray = np.where(flat, np.abs(a - b).mean(axis=1) <= _DIFFERENCE, alike)
    return found


def _reduced(patches: np.ndarray) -> np.ndarray:
    """Means of 2 x 2 cells (n, 256): what a format leaves of detail differs."""
    cells = patches.astype(np.float32).reshape(len(patches), _CELLS, 2, _CELLS, 2)
    return cells.mean(axis=(2, 4)).reshape(len(patches), -1)


def _units(values: np.ndarray) -> np.ndarray:
    centred = values - values.mean(axis=1, keepdims=True)
    units: np.ndarray = centred / np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-6)
    return units
