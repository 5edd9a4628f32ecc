"""Decides which folders name classes and which name splits, from the folders' paths alone."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.files.folder_names import (
    is_archive_of,
    is_bare_part_name,
    is_portion_name,
    is_shard_number,
    is_store_name,
    is_store_of,
    is_unlabelled_name,
)
from lnl_gui.dataset.readers.folders.class_tree import class_tree
from lnl_gui.dataset.readers.folders.flat_parts import flat_parts, named_as_parts
from lnl_gui.dataset.readers.folders.layout_doubts import (
    MUCH_ALIKE,
    by_parent,
    class_doubts,
    new_class_doubts,
    repeated_share,
    subject_doubt,
    union_doubts,
)
from lnl_gui.dataset.readers.folders.project_folders import project_doubts, wrapper_doubts
from lnl_gui.dataset.readers.folders.subjects import innermost
from lnl_gui.dataset.readers.name_endings import Parts, ending_notes
from lnl_gui.store.dataset.split_names import (
    canonical_split,
    is_part_name,
    is_without_split,
    split_in_name,
)
from lnl_gui.util.class_names import clean_label
from lnl_gui.util.messages import NOTHING, Message, message

_NO_CLASS = message("lies in no class folder")
_TOO_HIGH = message("lies above the level of the class folders")
Ways = dict[str, Parts]


@dataclass(frozen=True)
class Placement:
    """What a folder stands for: its class name ("" if none) and split ("" if none).

    Its images are samples, without a label where there is no class, unless a reason says why not.
    """

    label: str
    split: str
    reason: Message = NOTHING


@dataclass
class FolderLayout:
    """The placement of every folder, what to say about it, and what makes it doubtful."""

    placements: dict[str, Placement] = field(default_factory=dict)
    warnings: list[Message] = field(default_factory=list)
    suspicions: list[Message] = field(default_factory=list)


def place_folders(
    folders: Iterable[str],
    *,
    class_level: int | None = None,
    sizes: Mapping[str, int] = MappingProxyType({}),
) -> FolderLayout:
    """Decide for each folder that holds images (path from the root) its class and split.

    Args:
        folders: paths relative to the dataset's folder, "" for itself, parts joined by "/".
        class_level: level of the folders that name the classes, from 1; None finds it.
        sizes: the number of images in each, where it is known.
    """
    ways: Ways = {name: tuple(name.split("/")) if name else () for name in folders}
    layout = FolderLayout()
    _say_cleaned(ways.values(), layout)
    if class_level is not None:
        layout.placements = {name: _at_level(way, class_level - 1) for name, way in ways.items()}
        return layout
    # First: beside `train` and `test` such a folder would be taken for one more split.
    layout.placements = _unlabelled(ways)
    ways = {name: way for name, way in ways.items() if name not in layout.placements}
    ways = _without_stores(ways, layout)
    tree = class_tree(ways, sizes)
    layout.warnings += tree.warnings
    layout.suspicions += tree.suspicions
    beside = {name: Placement("", "", _NO_CLASS) for name in tree.outside}
    ways = {name: way for name, way in ways.items() if name not in beside}
    beside |= _parts_beside(ways)
    layout.placements |= beside
    ways = {name: way for name, way in ways.items() if name not in beside}
    common = _common_wrapper(list(ways.values()))
    below = _without_repeats({name: way[common:] for name, way in ways.items()})
    splits, classes = _split_off(below, layout)
    classes = _without_portions(classes, layout)
    flat = flat_parts({name: way for name, way in classes.items() if not splits[name]})
    layout.warnings += flat.warnings
    layout.suspicions += flat.suspicions
    layout.placements |= {name: Placement("", part) for name, part in flat.parts.items()}
    classes = {name: way for name, way in classes.items() if name not in flat.parts}
    layout.suspicions += [*class_doubts(classes.values()), *named_as_parts(classes.values())]
    wrapper = next(filter(None, ways.values()), ())[:common]
    inside = classes.values()
    layout.suspicions += project_doubts(inside) or wrapper_doubts(wrapper, inside)
    layout.warnings += ending_notes(classes.values())
    for name in classes:
        layout.placements[name] = _placed(below[name], splits[name], classes[name], common)
    return layout


def class_level(placements: Mapping[str, Placement]) -> int:
    """The level, from 1, at which most folders' class is named; 0 where no folder has a class."""
    levels = Counter(_level(folder, place.label) for folder, place in placements.items())
    del levels[0]
    return levels.most_common(1)[0][0] if levels else 0


def class_folder(folder: str, label: str) -> str:
    """The folder at or around one with images that names their class; "" where none does."""
    return "/".join(folder.split("/")[: _level(folder, label)])


def _level(folder: str, label: str) -> int:
    last = label.rpartition("/")[2]
    at = [level for level, part in enumerate(folder.split("/"), 1) if _name(part) == last]
    return at[-1] if label and at else 0


def _unlabelled(ways: Ways) -> dict[str, Placement]:
    """The folders inside one that is named after having no labels."""
    found = {}
    for name, way in ways.items():
        at = next((at for at, part in enumerate(way) if is_unlabelled_name(part)), None)
        if at is not None:
            split = next((part for part in way[:at] if split_in_name(part)), "")
            found[name] = Placement("", split)
    return found


def _parts_beside(ways: Ways) -> dict[str, Placement]:
    """Folders such as `Test cases` beside the one folder that holds all class folders.

    They are on the level of that folder, and so no classes; their images have no label.
    """
    common = _common_wrapper(list(ways.values()))
    below = _without_repeats({name: way[common:] for name, way in ways.items() if way[common:]})
    holders = {way[0] for way in below.values() if len(way) > 1}
    beside = {name: way[0] for name, way in below.items() if way[0] not in holders}
    if len(holders) != 1 or any(len(way) == 1 and way[0] in holders for way in below.values()):
        return {}
    (holder,) = holders
    same = split_in_name(holder)
    if not all(is_bare_part_name(n, holder) and split_in_name(n) != same for n in beside.values()):
        return {}
    inside = {way for way in below.values() if len(way) > 1}
    return {name: Placement("", part) for name, part in beside.items()} if len(inside) > 1 else {}


def _placed(below: Parts, split: str, way: Parts, common: int) -> Placement:
    """Images beside the class folders, or directly in the folder of a split, have no label.

    Those above a folder that holds all the others may be anything.
    """
    if way:
        return Placement(_class_name(way), split)
    return Placement("", split, NOTHING if below or not common else _NO_CLASS)


def _at_level(way: Parts, level: int) -> Placement:
    if len(way) <= level:
        return Placement("", "", _TOO_HIGH if way else NOTHING)
    others = [part for at, part in enumerate(way) if at != level]
    strict = [part for part in others if canonical_split(part)]
    loose = [part for part in others if is_part_name(part)]
    return Placement(_class_name((way[level],)), next(iter(strict or loose), ""))


def _class_name(way: Parts) -> str:
    return "/".join(map(_name, way))


def _name(part: str) -> str:
    # macOS disks hand out decomposed letters; the same name typed in a table is composed.
    return clean_label(part) or _composed(part)


def _say_cleaned(ways: Iterable[Parts], layout: FolderLayout) -> None:
    """Two folders may look the same; which is which only the disk knows."""
    changed = {part for way in ways for part in way if clean_label(part) != _composed(part)}
    if changed:
        layout.warnings.append(
            message(
                "Blanks and invisible characters around folder names do not count: {names}.",
                names=shorten(sorted(map(ascii, changed))),
            )
        )


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _without_stores(ways: Ways, layout: FolderLayout) -> Ways:
    """Leave out `images`, `cat_images` and the like below the folder that names the class."""
    found: set[str] = set()
    while True:
        last = {way[-2:] for way in ways.values() if len(way) > 1}
        if not last or not all(is_store_name(n) or is_store_of(n, outer) for outer, n in last):
            break
        # `cat/cat`, as archives are unpacked, takes nothing from the name.
        found |= {name for outer, name in last if name.casefold() != outer.casefold()}
        ways = {name: way[:-1] if len(way) > 1 else way for name, way in ways.items()}
    _say_no_classes(found, layout)
    return ways


def _say_no_classes(names: set[str], layout: FolderLayout) -> None:
    if names:
        layout.warnings.append(
            message(
                "Folders that are no classes of their own: {names}.", names=shorten(sorted(names))
            )
        )


def _without_repeats(ways: Ways) -> Ways:
    """`seg_train/seg_train/cat` as archives are unpacked: one level for the two."""
    inside: dict[str, set[str]] = defaultdict(set)
    for way in ways.values():
        if way:
            inside[way[0]].add(way[1] if len(way) > 1 else "")
    alone = {top: name for top, (name, *others) in inside.items() if not others}
    doubled = {top for top, name in alone.items() if _same_part(top, name)}
    numbered = {top for top, name in alone.items() if is_archive_of(top, name)}
    return {
        name: way[1:]
        if way and way[0] in numbered
        else way[:1] + way[2:]
        if way and way[0] in doubled
        else way
        for name, way in ways.items()
    }


def _same_part(top: str, inner: str) -> bool:
    same_split = canonical_split(top) and canonical_split(top) == canonical_split(inner)
    return bool(same_split) or top.casefold() == inner.casefold()


def _common_wrapper(ways: list[Parts]) -> int:
    """How many leading folders all images share that are neither a class nor a split."""
    ways = [way for way in ways if way]
    depth = 0
    while ways and len({way[depth] for way in ways}) == 1:
        rest = [way[depth + 1 :] for way in ways]
        # `train` alone holds the classes: it is the split, though all images share it.
        if not all(rest) or canonical_split(ways[0][depth]):
            break
        if all(len(way) == 1 and canonical_split(way[0]) for way in rest):
            break  # a single class with its splits inside it
        depth += 1
    return depth


def _split_off(below: Ways, layout: FolderLayout) -> tuple[dict[str, str], Ways]:
    """The split of each folder, and its path without it."""
    ways = [way for way in below.values() if way]
    if _has_splits_on_top(ways, layout) or _has_parts_on_top(ways):
        beside = _classes_beside(ways, layout)
        if beside:
            kept = {name: way for name, way in below.items() if not way or way[0] not in beside}
            splits, classes = _split_off(kept, layout)
            rest = {name: way for name, way in below.items() if name not in kept}
            return splits | dict.fromkeys(rest, ""), classes | rest
        inner = {name: way[1:] for name, way in below.items()}
        common = _common_wrapper(list(inner.values()))
        classes = {name: way[common:] for name, way in inner.items()}
        tops = {name: way[0] if way else "" for name, way in below.items()}
        layout.suspicions += new_class_doubts(classes, tops)
        return {n: "" if is_without_split(top) else top for n, top in tops.items()}, classes
    if _has_splits_inside(ways):
        return (
            {name: way[-1] if way else "" for name, way in below.items()},
            {name: way[:-1] for name, way in below.items()},
        )
    return dict.fromkeys(below, ""), below


def _has_splits_inside(ways: list[Parts]) -> bool:
    """Whether the innermost folders are splits: called so, or of looser names in all the others.

    `cat/seg_train` and `cat/seg_test` beside `dog/seg_train` and `dog/seg_test`.
    """
    if not ways or any(len(way) < 2 for way in ways):
        return False
    if all(canonical_split(way[-1]) for way in ways):
        return True
    inside = by_parent(ways)
    parts = {way[-1] for way in ways}
    several = len({split_in_name(part) for part in parts} - {""}) > 1
    return several and all(map(is_part_name, parts)) and repeated_share(inside) >= MUCH_ALIKE


def _classes_beside(ways: list[Parts], layout: FolderLayout) -> set[str]:
    """Folders of images beside those of splits, with the name of a class in these."""
    inside = {part.casefold() for way in ways if canonical_split(way[0]) for part in way[1:]}
    direct = {way[0] for way in ways if len(way) == 1 and not canonical_split(way[0])}
    deep = {way[0] for way in ways if len(way) > 1}
    found = {name for name in direct - deep if name.casefold() in inside}
    if found:
        layout.suspicions.append(
            message(
                "{names} lie beside the folders of splits and are classes inside of these: they"
                " were read as those classes, in no split. If they hold the images of the splits"
                " again, move them out of the dataset's folder.",
                names=shorten(sorted(found)),
            )
        )
    return found


def _has_splits_on_top(ways: list[Parts], layout: FolderLayout) -> bool:
    tops = {way[0] for way in ways}
    deep = {way[0] for way in ways if len(way) > 1}
    splits = {top for top in tops if canonical_split(top)}
    if not splits & deep:
        if splits and splits == tops:
            layout.suspicions.append(
                message(
                    "{splits} hold images directly, so they were read as classes,"
                    " although they are named like parts of a split.",
                    splits=shorten(sorted(splits)),
                )
            )
        return False
    layout.suspicions += union_doubts(splits)
    others = sorted(top for top in tops - splits if not is_without_split(top))
    if not others:
        return True
    # `test` alone among other names may be a class; two words of splits are no accident.
    if len({canonical_split(top) for top in splits & deep}) < 2:
        return False
    layout.warnings.append(
        message(
            "{others} lie beside split folders and were read as splits too.", others=shorten(others)
        )
    )
    return True


def _has_parts_on_top(ways: list[Parts]) -> bool:
    """Whether the top folders have a split's word in their names and hold the same classes."""
    inside: dict[str, set[str]] = defaultdict(set)
    for way in ways:
        if len(way) > 1:
            inside[way[0]].add(way[-1])
    if len(inside) < 2 or not all(map(is_part_name, inside)):
        return False
    return repeated_share(inside) >= MUCH_ALIKE


def _without_portions(ways: Ways, layout: FolderLayout) -> Ways:
    """Leave out batches, dates and shards, inside the classes or around them."""
    found: set[str] = set()
    while True:
        last = {way[-1] for way in ways.values() if len(way) > 1}
        if not last:
            break
        if not _are_portions(ways, last):
            kind = innermost(by_parent(ways.values()))
            if kind.is_doubtful:
                layout.suspicions.append(subject_doubt(ways, left_out=kind.are_left_out))
            if not kind.are_left_out:
                break
        found |= last
        ways = {name: way[:-1] if len(way) > 1 else way for name, way in ways.items()}
    tops = {way[0] for way in ways.values() if way}
    nested = len(tops) > 1 and all(len(way) != 1 for way in ways.values())
    if nested and all(map(is_portion_name, tops)):
        found |= tops
        ways = {name: way[1:] for name, way in ways.items()}
    _say_no_classes(found, layout)
    return ways


def _are_portions(ways: Ways, last: set[str]) -> bool:
    """Whether all innermost folders are called like portions, those by bare numbers alike in all.

    Numbers that differ from folder to folder may well be classes.
    """
    shards = any(map(is_shard_number, last))
    return all(map(_is_portion, last)) and (
        not shards or repeated_share(by_parent(ways.values())) >= MUCH_ALIKE
    )


def _is_portion(name: str) -> bool:
    return is_portion_name(name) or is_shard_number(name) or is_store_name(name)
