"""Folders that hold copies of the images in other folders of the dataset."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.names import path_in
from lnl_gui.util.messages import Message, message

_NEARLY_ALL = 0.9
_COMPARED = 16
"""Pairs of files whose bytes are compared; of all others of a folder the size is."""
_BLOCK = 1 << 20

Files = Mapping[str, list[str]]
Pair = tuple[str, str]


@dataclass
class Originals:
    """The images without copies of whole folders, and what to say about those."""

    images: dict[str, list[str]]
    warnings: list[Message] = field(default_factory=list)
    suspicions: list[Message] = field(default_factory=list)


def without_copies(root: Path, images: Files) -> Originals:
    """Leave out a folder that holds the same files as the folders it lies beside.

    So are handed out Kaggle's brain MRI (`yes`, `no`, `brain_tumor_dataset/{yes,no}`) and chest
    X-rays; people keep backups so. Also one folder of all images beside the class folders, and
    `cat - kopi` beside `cat`: in whatever language, a copy has the name and the files.

    Args:
        root: the dataset's folder.
        images: names of the image files in each folder, by its path from the root.
    """
    found = Originals(dict(images))
    left: list[str] = []
    for outer, pairs in sorted([*_doubled(images).items(), *_named_after(images)]):
        known = any(f"{outer}/".startswith(f"{folder}/") for folder in left)
        if known or not _same(root, pairs):
            continue
        left.append(outer)
        for folder in [f for f in found.images if f == outer or f.startswith(f"{outer}/")]:
            del found.images[folder]
    for folder, beside in list(_largest(found.images)):
        pairs = _pairs(found.images, folder, beside)
        if not pairs or not _same(root, pairs):
            continue
        if len(pairs) == len(found.images[folder]):
            left.append(folder)
            del found.images[folder]
        else:
            found.suspicions.append(_many_copies(folder, len(pairs)))
    if left:
        inside = [f for f in images if f not in found.images]
        found.warnings.append(
            message(
                "Folders that hold copies of the images in other folders were left out: {folders}"
                " ({count:,} images).",
                folders=shorten(sorted(left)),
                count=sum(len(images[folder]) for folder in inside),
            )
        )
    return found


def _many_copies(folder: str, count: int) -> Message:
    return message(
        "`{folder}` was read as a class, but it holds copies of the images of the other classes"
        " ({count:,}). If it is where they were sorted from, move it out of the dataset's folder,"
        " or call it `unlabelled`.",
        folder=folder,
        count=count,
    )


def _doubled(images: Files) -> dict[str, list[Pair]]:
    """Folders of which all that is inside lies, by its names, also directly around them."""
    below: Counter[str] = Counter()
    pairs: dict[str, list[Pair]] = defaultdict(list)
    matched: Counter[str] = Counter()
    for folder, names in images.items():
        parts = folder.split("/") if folder else []
        for at in range(len(parts)):
            outer = "/".join(parts[: at + 1])
            below[outer] += 1
            twin = "/".join((*parts[:at], *parts[at + 1 :]))
            if twin in images and set(names).issubset(images[twin]):
                matched[outer] += 1
                pairs[outer] += zip(_paths(folder, names), _paths(twin, names), strict=True)
    return {outer: pairs[outer] for outer, count in matched.items() if count == below[outer]}


def _named_after(images: Files) -> Iterator[tuple[str, list[Pair]]]:
    """Folders with all that one beside them has inside, by names, and whose names have its name."""
    trees: dict[str, dict[str, list[str]]] = defaultdict(dict)
    for folder, names in images.items():
        parts = folder.split("/") if folder else []
        for at in range(1, len(parts) + 1):
            trees["/".join(parts[:at])]["/".join(parts[at:])] = names
    named: dict[tuple[str, str], list[str]] = defaultdict(list)
    for outer in trees:
        around, _, name = outer.rpartition("/")
        named[around, name.casefold()].append(outer)
    for (around, name), copies in named.items():
        originals = [one for part in _names_in(name) for one in named.get((around, part), ())]
        for outer in copies:
            same = next((one for one in originals if _same_names(trees[outer], trees[one])), None)
            if same is not None:
                yield (
                    outer,
                    [
                        (_joined(outer, inner, file), _joined(same, inner, file))
                        for inner, files in trees[outer].items()
                        for file in files
                    ],
                )


def _names_in(name: str) -> Iterator[str]:
    """What a folder may be a copy of, by its name: one with more before or behind it.

    `cat2`, `cat - kopi` and `Copy of cat` have the name `cat`; `catfish` and `bobcat` are other
    words, and `grade 10` is another number than `grade 1`.
    """
    for at in range(1, len(name)):
        if not _go_on(name[at - 1], name[at]):
            yield name[:at]
            yield name[at:]


def _go_on(one: str, other: str) -> bool:
    """Whether two characters that touch are of one word or number; Chinese shows no words."""
    both = (one, other)
    return all(map(str.isdecimal, both)) or all(c.lower() != c.upper() for c in both)


def _same_names(one: Files, other: Files) -> bool:
    return one.keys() == other.keys() and all(set(one[at]) == set(other[at]) for at in one)


def _joined(*parts: str) -> str:
    return "/".join(filter(None, parts))


def _largest(images: Files) -> Iterator[tuple[str, list[str]]]:
    """Folders with about as many images as all those beside them, and these."""
    beside: dict[str, list[str]] = defaultdict(list)
    for folder in filter(None, images):
        beside[folder.rpartition("/")[0]].append(folder)
    for folders in beside.values():
        largest = max(folders, key=lambda folder: len(images[folder]))
        others = [folder for folder in folders if folder != largest]
        number = sum(len(images[folder]) for folder in others)
        if len(others) > 1 and len(images[largest]) >= _NEARLY_ALL * number:
            yield largest, others


def _pairs(images: Files, folder: str, beside: Sequence[str]) -> list[Pair]:
    """A folder's files and those of the same name beside it, where those are nearly all."""
    mine = set(images[folder])
    found = {name: other for other in beside for name in images[other] if name in mine}
    if len(found) < _NEARLY_ALL * sum(len(images[other]) for other in beside):
        return []
    return [(f"{folder}/{name}", f"{other}/{name}") for name, other in sorted(found.items())]


def _paths(folder: str, names: Sequence[str]) -> Iterator[str]:
    return (path_in(folder, name) for name in names)


def _same(root: Path, pairs: Sequence[Pair]) -> bool:
    """Whether the files of each pair are equal: in size, and some of them byte by byte."""
    try:
        for one, other in pairs:
            size = (root / one).stat().st_size
            # A remote dataset is laid out as empty files, of which nothing is known.
            if not size or size != (root / other).stat().st_size:
                return False
        step = max(1, len(pairs) // _COMPARED)
        return all(_equal(root / one, root / other) for one, other in pairs[::step])
    except OSError:
        return False


def _equal(one: Path, other: Path) -> bool:
    with one.open("rb") as first, other.open("rb") as second:
        while block := first.read(_BLOCK):
            if block != second.read(_BLOCK):
                return False
        return True
