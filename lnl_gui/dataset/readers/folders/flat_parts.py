"""Parts of a dataset whose images lie beside the class folders: `test` beside `cat` and `dog`."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.files.folder_names import is_negated, is_only_part_name
from lnl_gui.dataset.readers.name_endings import Parts
from lnl_gui.store.dataset.split_names import canonical_split, split_in_name
from lnl_gui.util.messages import Message, message

_FEWEST_CLASSES = 2
"""Folders of other names that must lie beside a part; of `cat` and `test` both may be classes."""
_MAY_BE_CLASSES = frozenset({"valid", "validate", "validating", "dev"})
"""Words that a class may well be called by, where no other part lies beside it."""

_THINGS = frozenset({"train", "training"})
"""Words for a part that are also things: a vehicle, and what people do."""


@dataclass
class FlatParts:
    """The part that each of some folders is, and what to say of them."""

    parts: dict[str, str] = field(default_factory=dict)
    warnings: list[Message] = field(default_factory=list)
    suspicions: list[Message] = field(default_factory=list)


def flat_parts(ways: Mapping[str, Parts]) -> FlatParts:
    """The folders of images among class folders that are named as parts of a dataset are.

    A lone `train` may be the vehicle; `test` and `val` are no things, nor are two such names.

    Args:
        ways: the parts of each class's folder, without splits, stores and portions.
    """
    leaves: dict[Parts, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    holders: dict[Parts, set[str]] = defaultdict(set)
    for folder, way in ways.items():
        if way:
            leaves[way[:-1]][way[-1]].append(folder)
        for at in range(len(way) - 1):
            holders[way[:at]].add(way[at])
    found = FlatParts()
    for around, inside in leaves.items():
        for name in _parts_among({*inside} - holders[around], {*inside} | holders[around]):
            found.parts |= dict.fromkeys(inside[name], name)
    if found.parts:
        trains = any(canonical_split(name) == "train" for name in found.parts.values())
        said = found.suspicions if trains else found.warnings
        said.append(_message(sorted(found.parts), is_doubtful=trains))
    return found


def _parts_among(flat: set[str], every: set[str]) -> set[str]:
    """Which of the folders of images in one folder are parts, by all names in that one."""
    parts = {name for name in flat if canonical_split(name)}
    if len(every - parts) < _FEWEST_CLASSES:
        return set()
    if len({canonical_split(name) for name in parts}) > 1:
        return parts
    return {
        name
        for name in parts
        if canonical_split(name) != "train"
        and name.strip().casefold() not in _MAY_BE_CLASSES
        and not is_negated(name, every)
    }


def named_as_parts(ways: Collection[Parts]) -> list[Message]:
    """That a few of many classes are named as parts are, which one word alone does not settle.

    Where most are, it is said of the names of classes, whatever was read.
    """
    every = {part for way in ways for part in way}
    bare = {part for part in every if is_only_part_name(part)}
    several = len(set(map(split_in_name, bare)) - {""}) > 1
    odd = {
        part
        for part in bare
        if several or not (part.strip().casefold() in _THINGS or is_negated(part, every))
    }
    found = sorted({"/".join(way) for way in ways if not odd.isdisjoint(way)})
    if not found or 2 * len(found) >= len({*ways}):
        return []
    return [
        message(
            "Folders that are named like parts of a dataset were read as classes: {names}. If they"
            " are none, move them out of the dataset's folder, or call them `unlabelled`.",
            names=shorten(found),
        )
    ]


def _message(folders: list[str], *, is_doubtful: bool) -> Message:
    if is_doubtful:
        # Of training images the labels are known: another folder or a file has them.
        return message(
            "Folders beside the class folders are named like the parts of a dataset, so that their"
            " images were taken without a label: {names}. If a file has their labels, choose it;"
            " if they hold the images of the class folders again, move them out of the dataset's"
            " folder.",
            names=shorten(folders),
        )
    return message(
        "Folders beside the class folders are named like parts of a dataset, so that their images"
        " have no label: {names}. If they are classes, say --class-level.",
        names=shorten(folders),
    )
