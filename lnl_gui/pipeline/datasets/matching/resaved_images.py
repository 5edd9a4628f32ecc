"""Images that were saved anew in another format or size: other bytes, the same picture and name.

Neither their path nor their content says which samples they are. Their name but for its ending
nominates a pair, the pixels decide, by what the embedding has kept of the picture that is gone.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from lnl_gui.containers.location import ImageLocation
from lnl_gui.pictures.rendering import load_rendering
from lnl_gui.pipeline.datasets.matching.known_samples import KnownSamples
from lnl_gui.pipeline.datasets.matching.same_pictures import (
    embedded_pictures,
    read_pictures,
    saved_anew,
    show_the_same,
)
from lnl_gui.pipeline.datasets.matching.sample_matching import numbers_alone
from lnl_gui.store.project import open_project
from lnl_gui.util.messages import message
from lnl_gui.util.progress import JobContext, stage_progress


@dataclass(frozen=True)
class Resaved:
    """By number of a new image the vanished sample whose name it has but for the ending.

    `same` show the same picture, `unknown` are of samples of which no picture is known, and
    `others` show something else, or cannot be read. `in_place` are samples whose files still have
    the name they had, and show the same picture in another format, or unaltered.
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
        # Of one format and altered, the picture was probably worked on.
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
    """Images that show what the samples did that they are paired with: as `saved_anew` or not."""
    images = list(asked)
    rows = np.array([asked[at] for at in images])
    with open_project(known.folder, read_only=True) as project:
        before = embedded_pictures(project, len(known))
        rendering = load_rendering(project.arrays)
    if before is None:
        return {}
    progress = stage_progress(context, message("Looking for images that were saved anew"))
    readable, now = read_pictures([files[at] for at in images], rendering, progress)
    then = before.of(rows[readable])
    found = zip(readable.tolist(), show_the_same(then, now), saved_anew(then, now), strict=True)
    return {images[place]: bool(anew) for place, fits, anew in found if fits}
