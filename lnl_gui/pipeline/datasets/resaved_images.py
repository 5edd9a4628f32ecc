"""Images that were saved anew in another format or size: other bytes, the same picture and name.

Neither their path nor their content says which samples they are. Their name but for its ending
nominates a pair, the pixels decide, by what the embedding has kept of the picture that is gone.
"""

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.location import ImageLocation
from lnl_gui.dataset.facts import SIGNATURE_SIDE, read_sample
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.memory import DecodingMemory
from lnl_gui.pictures.rendering import Rendering, load_rendering
from lnl_gui.pipeline.datasets.content import in_threads
from lnl_gui.pipeline.datasets.known_samples import KnownSamples
from lnl_gui.pipeline.datasets.sample_matching import numbers_alone
from lnl_gui.store import arrays
from lnl_gui.store.project import open_project
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, Progress, stage_progress

# Of patches of 16 cells a side. Photographs saved as JPEG of quality 20, GIF, WebP, square or at
# half their size reach .96, digits of 8 pixels and noise of 24 .93 at quality 50.
_CORRELATION = 0.9
# Of cropped and tiny pictures, where the name is that of by far the nearest of several.
_LEAST_CORRELATION, _BY_FAR, _SEVERAL = 0.7, 0.1, 6
# How much nearer another vanished picture may be: more, and the files were also renumbered.
_MARGIN = 0.005
# Grey levels of 255, of pictures that are of one grey, or nearly: there is nothing to correlate.
_FLAT, _DIFFERENCE = 2.0, 6.0
# Of the perceptual hash, where an earlier version has kept no patches.
_BITS = 10
_CELLS = SIGNATURE_SIDE // 2
_CHUNK = 256


@dataclass(frozen=True)
class Resaved:
    """By number of a new image the vanished sample whose name it has but for the ending.

    `same` show the same picture, `unknown` are of samples of which no picture is known, and
    `others` show something else, or cannot be read. `in_place` are samples whose files still have
    the name they had, and show the same picture in another format.
    """

    same: Mapping[int, int] = field(default_factory=dict)
    unknown: Mapping[int, int] = field(default_factory=dict)
    others: Mapping[int, int] = field(default_factory=dict)
    in_place: frozenset[int] = frozenset()

    @property
    def samples(self) -> dict[int, int]:
        """Which samples the images are: another picture is another sample."""
        return {**self.unknown, **self.same}


def find_resaved(
    known: KnownSamples,
    gone: Sequence[int],
    new: Mapping[int, tuple[str, ImageLocation]],
    replaced: Mapping[int, tuple[int, ImageLocation]],
    context: JobContext,
) -> Resaved:
    """Recognise samples in images of other content.

    Args:
        known: the project.
        gone: rows of its samples that are nowhere.
        new: by number the path, and the file, of each image that is no sample yet.
        replaced: by number the sample at its place, and the file, of images of other content.
        context: of the job, for its progress.
    """
    paths = known.samples.paths
    names = [(row, paths[row]) for row in gone]
    found = [(at, path) for at, (path, _) in new.items()]
    named, elsewhere = _pairs(names, found)
    unknown = {at: row for at, row in named.items() if not known.hashes[row]}
    asked = {at: row for at, row in {**named, **elsewhere}.items() if known.hashes[row]}
    in_place = {at: row for at, (row, _) in replaced.items()}
    files = {at: new[at][1] for at in asked} | {at: file for at, (_, file) in replaced.items()}
    same = _of_same_picture(known, asked | in_place, files, context) if files else {}
    return Resaved(
        {at: row for at, row in asked.items() if at in same},
        unknown,
        {at: row for at, row in named.items() if at in asked and at not in same},
        # Of one format, the picture was probably worked on.
        frozenset(row for at, row in in_place.items() if same.get(at)),
    )


# Pairs by name


def _pairs(
    gone: Sequence[tuple[int, str]], new: Sequence[tuple[int, str]]
) -> tuple[dict[int, int], dict[int, int]]:
    """Image -> row of one name in one folder, and of one name in folders of other names."""
    named: dict[int, int] = {}
    elsewhere: dict[int, int] = {}
    keys: tuple[Callable[[tuple[str, ...]], Hashable], ...] = (
        lambda parts: parts,
        lambda parts: parts[-2:],
        lambda parts: parts[-1],
    )
    for level, key in enumerate(keys):
        taken = {*named.values(), *elsewhere.values()}
        rows = numbers_alone((key(_parts(path)), row) for row, path in gone if row not in taken)
        images = numbers_alone(
            (key(_parts(path)), at) for at, path in new if at not in named and at not in elsewhere
        )
        pairs = {at: rows[name] for name, at in images.items() if name in rows}
        (elsewhere if level else named).update(pairs)
    return named, elsewhere


def _parts(path: str) -> tuple[str, ...]:
    """The folders of a path and its name without the ending; systems differ in capital letters."""
    *folders, name = path.replace("\\", "/").casefold().split("/")
    stem, dot, _ = name.rpartition(".")
    return (*folders, stem if dot and stem else name)


# Pictures


def _of_same_picture(
    known: KnownSamples,
    asked: Mapping[int, int],
    files: Mapping[int, ImageLocation],
    context: JobContext,
) -> dict[int, bool]:
    """Images that show what the samples did that they are paired with: in another format or not."""
    images = list(asked)
    rows = np.array([asked[at] for at in images])
    with open_project(known.folder, read_only=True) as project:
        facts = arrays.load_facts(project, len(known))
        signatures = arrays.load_signatures(project, len(known))
        rendering = load_rendering(project.arrays)
    if facts is None:
        return {}
    progress = stage_progress(context, message("Looking for images that were saved anew"))
    pictures = _read([files[at] for at in images], rendering, progress)
    readable = np.flatnonzero([picture is not None for picture in pictures])
    read = [picture for picture in pictures if picture is not None]
    if not read:
        return {}
    hashes = np.array([picture.perceptual_hash for picture in read], np.uint64)
    alike = _few_bits(facts["perceptual_hash"][rows[readable]], hashes)
    if signatures is not None:
        patches = np.stack([picture.patch for picture in read])
        then = np.asarray(signatures[rows[readable]])
        has_patch = then.any(axis=(1, 2))
        alike = np.where(has_patch, _alike(then, patches), alike)
    formats = facts["format"][rows[readable]]
    return {
        images[place]: picture.format != str(before)
        for place, picture, before, fits in zip(readable, read, formats, alike, strict=True)
        if fits
    }


@dataclass(frozen=True)
class _Picture:
    perceptual_hash: int
    patch: np.ndarray
    format: str


def _read(
    files: Iterable[ImageLocation], rendering: Rendering, progress: Progress
) -> list[_Picture | None]:
    """What each image shows, None where it cannot be read."""
    memory = DecodingMemory()

    def read(file: ImageLocation) -> _Picture | None:
        try:
            with memory.share() as share:
                found = read_sample(file, minimum_side=1, share=share, rendering=rendering)
        except (OSError, ContainerError, UnreadableImage):
            return None
        return _Picture(found.facts.perceptual_hash, found.signature, found.facts.format)

    return in_threads(read, list(files), progress)


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
