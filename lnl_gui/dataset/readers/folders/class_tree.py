"""The one folder that holds the class folders, beside folders of pictures that are no classes.

A repository of code has its dataset in `data/train` and `data/val`, and pictures of the program in
`static`, `docs` or `outputs`.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.files.folder_names import (
    is_aside_name,
    is_bare_part_name,
    is_store_name,
)
from lnl_gui.dataset.readers.folders.layout_doubts import MUCH_ALIKE, repeated_share
from lnl_gui.dataset.readers.name_endings import Parts
from lnl_gui.store.dataset.split_names import canonical_split
from lnl_gui.util.messages import Message, message

_FEW = 0.1
"""Share of the images in the dataset that may lie elsewhere and be left out with a note alone."""
_BESIDE = re.compile(
    r"docs?|docu|documents?|documentation|readme.*|assets?|static|media|resources?|public|web"
    r"|uploads?|inputs?|outputs?|results?|plots?|graphs?|charts?|figures?|figs?|screen_?shots?"
    r"|screens|demos?|examples?|samples?|preview|previews|icons?|logos?|gui|ui|templates?"
    r"|models?|weights|notebooks?|reports?|papers?|slides|presentations?|visuali[sz]ations?"
    r"|src|scripts|code|app|utils|backend|frontend|webapp|website|server|client",
    re.IGNORECASE,
)
"""What people call the folders of a program's own pictures, and of what it was tried on."""

_DATASET = re.compile(r"(the_?)?data(_?sets?)?", re.IGNORECASE)


@dataclass
class ClassTree:
    """Folders of images that lie outside of the one with the class folders, and what to say."""

    outside: list[str] = field(default_factory=list)
    warnings: list[Message] = field(default_factory=list)
    suspicions: list[Message] = field(default_factory=list)


def class_tree(ways: Mapping[str, Parts], sizes: Mapping[str, int]) -> ClassTree:
    """The folders outside of the one that holds the dataset, where it is clear which that is.

    It has folders of several splits with the same class folders in them; or all else is named
    after what lies in a repository of code, and holds few images.

    Args:
        ways: the parts of each folder with images, by its path.
        sizes: the number of images in each; 1 where it is not known.
    """
    tree = _with_splits(ways)
    if tree:
        inside, others = _divided(ways, tree)
        outside = [name for name, way in others.items() if not _is_part(way, tree)]
        is_sure = not _shares_names(inside, others, outside) and _are_few(outside, inside, sizes)
        return _left_out(tree, outside, sizes, is_sure=is_sure)
    for tree in sorted(_holders(ways), key=len, reverse=True):
        inside, others = _divided(ways, tree)
        outside = [name for name, way in others.items() if _is_beside(way, tree)]
        if (
            all(name in outside or _is_part(way, tree) for name, way in others.items())
            and not _shares_names(inside, others, outside)
            and _are_few(outside, inside, sizes)
        ):
            return _left_out(tree, outside, sizes, is_sure=True)
    return ClassTree()


def _divided(ways: Mapping[str, Parts], tree: Parts) -> tuple[dict[str, Parts], dict[str, Parts]]:
    """The ways inside of a folder, from there on, and those outside; what lies at the top of all
    is neither."""
    number = len(tree)
    inside = {name: way[number:] for name, way in ways.items() if way[:number] == tree}
    return inside, {name: way for name, way in ways.items() if way and name not in inside}


def _with_splits(ways: Mapping[str, Parts]) -> Parts:
    """The one folder with folders of several splits in it that hold the same classes."""
    inside: dict[Parts, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for way in ways.values():
        for at in range(len(way) - 1):
            if canonical_split(way[at]):
                inside[way[:at]][way[at]].add(way[at + 1])
    found = [
        tree
        for tree, parts in inside.items()
        if len(set(map(canonical_split, parts))) > 1 and repeated_share(parts) >= MUCH_ALIKE
    ]
    return found[0] if len(found) == 1 else ()


def _holders(ways: Mapping[str, Parts]) -> set[Parts]:
    """The folders that hold at least two folders of images, but the outermost."""
    inside: dict[Parts, int] = defaultdict(int)
    for way in ways.values():
        if len(way) > 1:
            inside[way[:-1]] += 1
    return {tree for tree, number in inside.items() if number > 1}


def _parting(way: Parts, tree: Parts) -> tuple[str, str]:
    """The folders at which two ways part; "" where the first lies around the second."""
    return next(((a, b) for a, b in zip(way, tree, strict=False) if a != b), ("", ""))


def _is_beside(way: Parts, tree: Parts) -> bool:
    """Whether a folder is named after what lies beside a dataset, from where the ways part.

    Beside `dataset` or `data` also inside of another: `model_v3/images` are of that model.
    """
    name = _parting(way, tree)[0].strip()
    return _is_called_beside(name) or (
        bool(tree) and _DATASET.fullmatch(tree[-1]) is not None and _is_called_beside(way[-1])
    )


def _is_called_beside(name: str) -> bool:
    return bool(_BESIDE.fullmatch(name)) or is_store_name(name) or is_aside_name(name)


def _is_part(way: Parts, tree: Parts) -> bool:
    """Whether a folder is a part of the dataset that lies beside the rest, such as `test`."""
    return is_bare_part_name(*_parting(way, tree))


def _shares_names(
    inside: Mapping[str, Parts], others: Mapping[str, Parts], outside: Collection[str]
) -> bool:
    """Whether folders outside are named as those inside are, and so may hold more of them."""
    known = {part.casefold() for way in inside.values() for part in way}
    return any(part.casefold() in known for name in outside for part in others[name])


def _are_few(outside: Collection[str], inside: Collection[str], sizes: Mapping[str, int]) -> bool:
    return _number(outside, sizes) <= _FEW * _number(inside, sizes)


def _number(folders: Collection[str], sizes: Mapping[str, int]) -> int:
    return sum(sizes.get(name, 1) for name in folders)


def _left_out(
    tree: Parts, outside: list[str], sizes: Mapping[str, int], *, is_sure: bool
) -> ClassTree:
    if not outside:
        return ClassTree()
    found = ClassTree(outside)
    names, count = shorten(sorted(outside)), _number(outside, sizes)
    if is_sure:
        found.warnings.append(
            message(
                "Folders of images beside the one with the class folders were left out: {names}"
                " (images: {count:,}).",
                names=names,
                count=count,
            )
        )
    else:
        found.suspicions.append(
            message(
                "`{tree}` holds folders of splits with the same classes in each, and was read as"
                " the dataset; folders outside of it were left out: {names} (images: {count:,})."
                " If they belong to it, move them to where their images belong; if not, choose"
                " `{tree}` itself.",
                tree="/".join(tree),
                count=count,
                names=names,
            )
        )
    return found
