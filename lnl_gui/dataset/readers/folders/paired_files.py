"""Files of one name with two endings, `7.jpg` and `7.png`: the one may be a mask of the other."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import starmap
from pathlib import Path

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.names import path_in, split_suffix
from lnl_gui.pictures.decoding import DecodedImage, decode_with_header
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.reading import read_bytes
from lnl_gui.util.messages import Message, message

_NEARLY_ALL = 0.9
_FEWEST = 3
"""Pairs of a folder below which one name in two files says nothing."""
_OPENED = 12
"""Pairs of two endings that are looked at."""
_FEW_COLOURS = 32
"""Black and white, or a colour for each kind of thing: a photograph has hundreds."""
_NEAR = 32
"""Levels of grey that count as black, and as many as white: masks are resized and saved as JPEG."""
_MOSTLY_PLAIN = 0.95

Files = Mapping[str, list[str]]
Endings = tuple[str, str]
Pairs = dict[str, list[tuple[str, str]]]
"""The two files of each name, by their folder."""


@dataclass
class Unpaired:
    """The images that are samples, and what to say of those that come in pairs."""

    images: dict[str, list[str]]
    warnings: list[Message] = field(default_factory=list)
    suspicions: list[Message] = field(default_factory=list)


def without_paired_masks(root: Path, images: Files) -> Unpaired:
    """Leave out masks that have the name of their image and another ending, `e7.png` of `e7.jpg`.

    So lie the masks of the magnetic tile defects. A few of the files are opened: masks have few
    colours and the size of their image. Where nearly all files of a folder are such pairs, and
    colours do not tell masks from images, it is doubtful. Pairs of several sizes are two sources
    that both count from 1.

    Args:
        root: the dataset's folder.
        images: names of the image files in each folder, by its path from the root.
    """
    found = Unpaired(dict(images))
    masks: list[str] = []
    for endings, pairs in _pairs(images).items():
        looked_at = list(starmap(_opened, _sample(root, pairs)))
        at = _place_of_masks(looked_at)
        if at is not None:
            for folder, files in pairs.items():
                left = {pair[at] for pair in files}
                found.images[folder] = [n for n in found.images[folder] if n not in left]
                masks += [path_in(folder, name) for name in left]
            continue
        nearly = {f: files for f, files in pairs.items() if _are_nearly_all(files, images[f])}
        if nearly and not _are_unrelated(looked_at):
            found.suspicions.append(_doubt(endings, nearly))
    if masks:
        found.warnings.append(
            message(
                "Masks that have the name of an image and another ending were left out: {count:,}"
                " ({names}).",
                count=len(masks),
                names=shorten(sorted(masks)),
            )
        )
    return found


def _pairs(images: Files) -> dict[Endings, Pairs]:
    """By the two endings, the pairs of the folders that hold more than a few."""
    found: dict[Endings, Pairs] = defaultdict(dict)
    for folder, names in images.items():
        # Of a million names few folders have two endings at all.
        if len({split_suffix(name)[1].casefold() for name in names}) < 2:
            continue
        by_stem: dict[str, list[str]] = defaultdict(list)
        for name in names:
            by_stem[split_suffix(name)[0]].append(name)
        inside: dict[Endings, list[tuple[str, str]]] = defaultdict(list)
        for pair in by_stem.values():
            if len(pair) == 2:
                first, second = sorted(pair, key=_ending)
                inside[_ending(first), _ending(second)].append((first, second))
        for endings, pairs in inside.items():
            if endings[0] != endings[1] and len(pairs) >= _FEWEST:
                found[endings][folder] = sorted(pairs)
    return found


def _are_nearly_all(pairs: list[tuple[str, str]], names: list[str]) -> bool:
    return 2 * len(pairs) >= _NEARLY_ALL * len(names)


def _ending(name: str) -> str:
    return split_suffix(name)[1].casefold()


def _sample(root: Path, pairs: Pairs) -> Iterator[tuple[Path, Path]]:
    every = [
        (root / folder / first, root / folder / second)
        for folder, files in sorted(pairs.items())
        for first, second in files
    ]
    yield from every[:: -(-len(every) // _OPENED)]


@dataclass(frozen=True)
class _Look:
    """What two files of one name are: whether of one size, and which has few colours."""

    is_same_size: bool
    has_few: tuple[bool, bool]


def _opened(first: Path, second: Path) -> _Look | None:
    """None where one of them cannot be read."""
    try:
        one, two = (decode_with_header(read_bytes(file), judged=False) for file in (first, second))
    except UnreadableImage:
        return None
    same = (one.width, one.height) == (two.width, two.height)
    return _Look(same, (_has_few_colours(one), _has_few_colours(two)))


def _has_few_colours(picture: DecodedImage) -> bool:
    """Whether a picture is black and white, be it with greys at the edges, or of few colours."""
    image = picture.image
    if image.getcolors(_FEW_COLOURS) is not None:
        return True
    histogram = image.convert("L").histogram()
    plain = sum(histogram[:_NEAR]) + sum(histogram[-_NEAR:])
    return plain >= _MOSTLY_PLAIN * sum(histogram)


def _place_of_masks(looked_at: list[_Look | None]) -> int | None:
    """Which file of each pair is the mask, 0 or 1; None where that is not certain."""
    looks = [look for look in looked_at if look is not None and look.is_same_size]
    if len(looks) < max(_FEWEST, _NEARLY_ALL * len(looked_at)):
        return None
    for at in (0, 1):
        images = sum(not look.has_few[1 - at] for look in looks)
        if all(look.has_few[at] for look in looks) and images >= _NEARLY_ALL * len(looks):
            return at
    return None


def _are_unrelated(looked_at: list[_Look | None]) -> bool:
    looks = [look for look in looked_at if look is not None]
    return 2 * sum(not look.is_same_size for look in looks) > len(looks) > 0


def _doubt(endings: Endings, pairs: Pairs) -> Message:
    folder, files = min(pairs.items())
    first, second = (path_in(folder, name) for name in files[0])
    return message(
        "Nearly all images of {folders} come twice under one name, once as {first_ending} and once"
        " as {second_ending}, such as `{first}` and `{second}`, and each was read as a sample. If"
        " the ones are masks, or the same pictures again, move them out of the dataset's folder.",
        folders=shorten(folder or "." for folder in sorted(pairs)),
        first_ending=endings[0],
        second_ending=endings[1],
        first=first,
        second=second,
    )
