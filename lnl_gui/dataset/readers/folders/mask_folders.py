"""Folders of masks, thumbnails and the like: their files are made of images that lie elsewhere."""

import re
from collections import Counter, defaultdict
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.names import path_in, split_suffix
from lnl_gui.dataset.readers.files.companions import companions, stems_of
from lnl_gui.dataset.readers.files.folder_names import is_store_name
from lnl_gui.store.dataset.split_names import canonical_split, split_in_name
from lnl_gui.util.messages import Message, message

_MADE = (
    "masks?|segmentations?|segs?|trimaps?|ground ?truths?|gt|annotations?|annots?|labels?"
    "|thumbs|thumbnails?|superpixels?|overlays?|heatmaps?|previews?"
)
_MORE = (
    "train|training|val|valid|validation|test|testing|images?|imgs?|png|pngs|binary|pixel|semantic"
    "|instance|class|object"
)
_NAME = re.compile(rf"(?:(?:{_MORE}) )*({_MADE})(?: (?:{_MADE}|{_MORE}))*")
_OF_ANOTHER = re.compile(rf"(.+)[ _.-]+(?:{_MADE})|(?:{_MADE})[ _.-]+(.+)", re.IGNORECASE)
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_NEVER_CLASSES = re.compile(
    r"segmentations?|trimaps?|ground ?truths?|annotations?|thumbnails?|heatmaps?|superpixels?"
)
"""Names that no image shows; a mask and a label are things that have been photographed."""
_NEARLY_ALL = 0.9
_MUCH = 0.5

Parts = tuple[str, ...]
Files = Mapping[str, list[str]]


@dataclass
class Unmasked:
    """The images that are samples, and what was left out and why.

    `doubtful` are folders that may be of masks, whose images were not left out, and the part of
    each path that says so.
    """

    images: dict[str, list[str]]
    doubtful: dict[str, str] = field(default_factory=dict)
    warnings: list[Message] = field(default_factory=list)


def without_masks(images: Files) -> Unmasked:
    """Leave out masks, thumbnails and the like of images that are there.

    Beside the image they have its name and a word such as `mask`. A folder that has such a name is
    left out where nearly all of its files are named as images of the same folder elsewhere
    (`masks/cat` beside `cat`), or as those of several class folders, each of which is found once.

    Args:
        images: names of the image files in each folder, by its path from the root.
    """
    found = Unmasked(dict(images))
    _leave_out_folders(found)
    beside: list[str] = []
    for folder, names in found.images.items():
        made = companions(names, folder)
        if made:
            found.images[folder] = [name for name in names if name not in made]
            beside += [path_in(folder, name) for name in sorted(made)]
    if beside:
        found.warnings.append(
            message(
                "Images named after another beside them, such as masks and thumbnails, were left"
                " out: {count:,} ({names}).",
                count=len(beside),
                names=shorten(sorted(beside)),
            )
        )
    return found


def mask_suspicions(doubtful: Mapping[str, str], named: Mapping[str, str]) -> list[Message]:
    """That folders which may be of masks were read as classes or splits.

    Args:
        doubtful: paths of the folders, and the part of each that is named so.
        named: of each folder, the names of classes and splits that its images were given.
    """
    odd = sorted(folder for folder, part in doubtful.items() if part in named.get(folder, ""))
    if not odd:
        return []
    return [
        message(
            "Folders that are named like masks or thumbnails of other images were read as classes"
            " or splits: {folders}. If they show no objects of their own, move them out of the"
            " dataset's folder.",
            folders=shorten(odd),
        )
    ]


@lru_cache(maxsize=1 << 14)
def made_name(name: str) -> str:
    """The word that says that a folder holds what was made of images; "" for any other name."""
    match = _NAME.fullmatch(" ".join(_WORDS.findall(name)).casefold())
    return match[1] if match and not re.search(r"[^\W_a-zA-Z]", name) else ""


def _leave_out_folders(found: Unmasked) -> None:
    ways = {folder: tuple(folder.split("/")) if folder else () for folder in found.images}
    found.doubtful.update(_named_after_another(found.images))
    suspects = _made_folders(ways)
    if not suspects or len(suspects) == len(ways):
        return
    others = _Others(found.images, {f: way for f, way in ways.items() if f not in suspects})
    count, left = 0, []
    for folder in sorted(suspects):
        stems = list(stems_of(found.images[folder]))
        likely = others.share(stems, ways[folder])
        if likely >= _NEARLY_ALL:
            left.append(folder)
            count += len(found.images.pop(folder))
        elif _is_doubtful(ways[folder], likely):
            found.doubtful[folder] = next(filter(made_name, ways[folder]))
    if left:
        found.warnings.append(
            message(
                "Folders of masks, thumbnails and the like, whose files are named as images"
                " elsewhere, were left out: {folders} ({count:,} images).",
                folders=shorten(left),
                count=count,
            )
        )


def _named_after_another(images: Files) -> dict[str, str]:
    """Folders such as `cat_masks` beside `cat` whose files are named as those in `cat`.

    They stay: of `nose` and `nose_mask` with numbered photos both are classes.
    """
    known = {folder.casefold(): folder for folder in images}
    found = {}
    for folder, names in images.items():
        parent, _, name = folder.rpartition("/")
        match = _OF_ANOTHER.fullmatch(name)
        of = known.get(f"{parent}/{match[1] or match[2]}".strip("/").casefold()) if match else None
        stems = {split_suffix(other)[0] for other in images[of]} if of else set()
        if stems and _share(list(stems_of(names)), stems) >= _NEARLY_ALL:
            found[folder] = name
    return found


def _is_doubtful(way: Parts, likely: float) -> bool:
    made = [word for word in map(made_name, way) if word]
    # A class may well be called `mask` or `label`, in the singular as classes are.
    plural = any(word.endswith("s") for word in made)
    return any(map(_NEVER_CLASSES.fullmatch, made)) or (plural and likely > 0)


def _made_folders(ways: Mapping[str, Parts]) -> set[str]:
    """The folders in one named after masks, where no folder beside that one is a class.

    Of `mask` and `without_mask` both are classes: people with masks.
    """
    beside: dict[Parts, set[str]] = defaultdict(set)
    for way in ways.values():
        for at, part in enumerate(way):
            beside[way[:at]].add(part)

    def is_made(around: Parts, part: str) -> bool:
        word = made_name(part).removesuffix("s")
        others = (name for name in beside[around] if word and not made_name(name))
        return bool(word) and not any(word in name.casefold() for name in others)

    return {
        folder
        for folder, way in ways.items()
        if any(is_made(way[:at], part) for at, part in enumerate(way) if made_name(part))
    }


class _Others:
    """The folders that are not named after masks, to look for the images these were made of."""

    def __init__(self, images: Files, ways: Mapping[str, Parts]) -> None:
        self._images = images
        self._ways = ways
        self._by_core: dict[Parts, list[str]] = defaultdict(list)
        for folder, way in ways.items():
            self._by_core[_core(way)].append(folder)

    def share(self, stems: list[tuple[str, str]], way: Parts) -> float:
        """The share of the files that are named as one image elsewhere.

        At most a half where that says little: where the images are all of one class, or several
        classes have images of that name.
        """
        core, split = _core(way), _split(way)
        same = [folder for folder in self._by_core[core] if self._fits(folder, split)]
        known = {split_suffix(name)[0] for folder in same for name in self._images[folder]}
        share = _share(stems, known)
        if share >= _NEARLY_ALL:
            return share
        places: dict[str, set[Parts]] = defaultdict(set)
        for other, folders in self._by_core.items():
            if len(other) > len(core) and other[: len(core)] == core:
                for folder in filter(lambda name: self._fits(name, split), folders):
                    for name in self._images[folder]:
                        places[split_suffix(name)[0]].add(other)
        once = {stem for stem, cores in places.items() if len(cores) == 1}
        classes = Counter(
            next(iter(places[stem if stem in once else plain]))
            for stem, plain in stems
            if stem in once or plain in once
        )
        alone = _share(stems, once)
        if alone >= _NEARLY_ALL and len(classes) > 1:
            return alone
        return min(_MUCH, max(share, _share(stems, places)))

    def _fits(self, folder: str, split: str) -> bool:
        own = _split(self._ways[folder])
        return not split or not own or split == own


def _share(stems: list[tuple[str, str]], known: Container[str]) -> float:
    return sum(stem in known or plain in known for stem, plain in stems) / len(stems)


def _core(way: Parts) -> Parts:
    """The parts of a path that may name a class: a folder of images called `train` may."""
    inner = way[-1:]
    outer = [part for part in way[:-1] if not canonical_split(part)]
    return tuple(
        part.casefold() for part in (*outer, *inner) if not (made_name(part) or is_store_name(part))
    )


def _split(way: Parts) -> str:
    return next(filter(None, map(split_in_name, way)), "")
