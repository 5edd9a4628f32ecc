"""Says what makes a reading of folders as classes and splits doubtful."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.files.folder_names import copied_name, is_aside_name
from lnl_gui.dataset.readers.name_endings import Parts, ending_doubts
from lnl_gui.store.dataset.split_names import canonical_split, is_union, is_without_split
from lnl_gui.util.messages import Message, message

MUCH_ALIKE = 0.5
"""Share of names that must repeat under several folders to say that these are no classes."""
_SELECTED = 3


def class_doubts(ways: Collection[Parts]) -> list[Message]:
    """What speaks against the folders being classes.

    Args:
        ways: the parts of each class's folder, without splits, stores and portions.
    """
    return [
        *(_repeats(ways) or _second_copies(ways) or _inner_folders(ways) or _uneven(ways)),
        *(_odd_names(ways) or ending_doubts(ways)),
    ]


def union_doubts(splits: set[str]) -> list[Message]:
    """`trainval` beside `train` and `val` holds their images again."""
    unions = sorted(filter(is_union, splits))
    parts = sorted(name for name in splits - {*unions} if canonical_split(name) != "test")
    if not (unions and parts):
        return []
    return [
        message(
            "{unions} probably holds the images of {parts} again, and all were read: move the"
            " one or the other out of the dataset's folder.",
            unions=shorten(unions),
            parts=shorten(parts),
        )
    ]


def new_class_doubts(classes: Mapping[str, Parts], tops: Mapping[str, str]) -> list[Message]:
    """`static/uploads` beside `train/cat` and `test/cat`: perhaps no part, and no class.

    Args:
        classes: the parts of each class's folder, without splits.
        tops: the folder of each that was read as a split.
    """
    known = {way[0].casefold() for name, way in classes.items() if way and _is_split(tops[name])}
    new = {
        name: way
        for name, way in classes.items()
        if way and known and not _is_split(tops[name]) and way[0].casefold() not in known
    }
    if not new:
        return []
    return [
        message(
            "{others} lie beside split folders, and no split has the classes that were read from"
            " them: {classes}. If they are no parts of the dataset, move them out of its folder.",
            others=shorten(sorted({tops[name] for name in new})),
            classes=shorten(sorted({"/".join(way) for way in new.values()})),
        )
    ]


def _is_split(name: str) -> bool:
    return bool(canonical_split(name)) or is_without_split(name)


def subject_doubt(ways: Mapping[str, Parts], *, left_out: bool) -> Message:
    """That the innermost folders may be patients, videos and the like, or classes after all.

    Args:
        ways: the parts of each class's folder by the folder's path.
        left_out: whether they were read as such, and not as classes.
    """
    deep = {name: way for name, way in ways.items() if len(way) > 1}
    inner = shorten(sorted({way[-1] for way in deep.values()}))
    outer = shorten(sorted({"/".join(way[:-1]) for way in deep.values()}))
    levels = Counter(_levels(name, way)[left_out] for name, way in deep.items())
    level = levels.most_common(1)[0][0]
    if left_out:
        return message(
            "The innermost folders ({inner}) are numbered, and no number comes twice: they were"
            " taken for patients, videos and the like in the classes {outer}. If they are the"
            " classes, say --class-level {level}.",
            inner=inner,
            outer=outer,
            level=level,
        )
    return message(
        "The innermost folders ({inner}) bear numbers or codes of which none comes twice, as"
        " patients, videos and slides do; they were read as classes, such as `{example}`. If the"
        " folders around them are the classes ({outer}), say --class-level {level}.",
        inner=inner,
        outer=outer,
        example="/".join(min(deep.values())),
        level=level,
    )


def _levels(name: str, way: Parts) -> tuple[int, int]:
    """The levels in a folder's path, from 1, of the last but one and the last part of its way."""
    parts = name.split("/")
    inner = max(at for at, part in enumerate(parts) if part == way[-1])
    outer = max((at for at, part in enumerate(parts[:inner]) if part == way[-2]), default=0)
    return outer + 1, inner + 1


def by_parent(ways: Collection[Parts]) -> dict[Parts, set[str]]:
    """The names inside each folder that holds folders."""
    inside: dict[Parts, set[str]] = defaultdict(set)
    for way in ways:
        if len(way) > 1:
            inside[way[:-1]].add(way[-1])
    return inside


def repeated_share(inside: Mapping[Any, set[str]]) -> float:
    """Share of the names in the folders that come in more than one of them."""
    places: dict[str, int] = defaultdict(int)
    for names in inside.values():
        for name in names:
            places[name] += 1
    return sum(n > 1 for n in places.values()) / len(places) if places else 0.0


def _repeats(ways: Collection[Parts]) -> list[Message]:
    """The same names under several folders: one of the two levels is probably no class."""
    inside = _much_alike(by_parent(ways))
    if len(inside) < 2:
        return []
    outer = sorted({"/".join(parent) for parent in inside})
    inner = sorted({name for names in inside.values() for name in names})
    return [
        message(
            "The same folder names ({inner}) lie under several folders ({outer}); they were read as"
            " a class for each pair, such as `{example}`, but one of the two is probably no class.",
            inner=shorten(inner),
            outer=shorten(outer),
            example="/".join((outer[0], inner[0])),
        )
    ]


def _much_alike(inside: Mapping[Parts, set[str]]) -> dict[Parts, set[str]]:
    """Folders, with what is repeated in them, of which one repeats what the others have.

    Most names in all of them, or most of one folder's own, as a selection repeats a few of a
    hundred classes. Two alone may be by chance: `Quercus/alba` and `Populus/alba`.
    """
    places = Counter(name for names in inside.values() for name in names)
    if repeated_share(inside) >= MUCH_ALIKE:
        return dict(inside)
    repeated = {
        parent: {name for name in names if places[name] > 1} for parent, names in inside.items()
    }
    selections = set().union(
        *(
            names
            for parent, names in repeated.items()
            if len(names) >= _SELECTED and len(names) > MUCH_ALIKE * len(inside[parent])
        )
    )
    return {parent: names & selections for parent, names in repeated.items() if names & selections}


def _second_copies(ways: Collection[Parts]) -> list[Message]:
    """`cat`, `dog` and `backup/cat`, `backup/dog`: folders of the same names beside and inside."""
    known = {tuple(map(str.casefold, way)) for way in ways}
    found: dict[str, list[str]] = {}
    for parent, names in by_parent(ways).items():
        around = tuple(map(str.casefold, parent[:-1]))
        same = sorted(name for name in names if (*around, name.casefold()) in known)
        if len(same) > MUCH_ALIKE * len(names):
            found["/".join(parent)] = same
    if not found:
        return []
    outer, inner = next(iter(found.items()))
    return [
        message(
            "Folders named as the classes beside them ({names}) lie in {folders} too and were read"
            " as classes of their own, such as `{example}`. If they hold copies or more images of"
            " those classes, move them, or say the level of the class folders.",
            names=shorten(sorted({name for names in found.values() for name in names})),
            folders=shorten(sorted(found)),
            example="/".join([outer, inner[0]]),
        )
    ]


def _inner_folders(ways: Collection[Parts]) -> list[Message]:
    """`cat/old` beside images in `cat` itself: more of that class, set aside, or another class."""
    known = set(ways)
    inner = {way for way in known if any(way[:at] in known for at in range(1, len(way)))}
    if not inner:
        return []
    return [
        message(
            "Folders inside of class folders that hold images themselves were read as classes"
            " of their own: {folders}. If they are none, say the level of the class folders.",
            folders=shorten(sorted(map("/".join, inner))),
        )
    ]


def _uneven(ways: Collection[Parts]) -> list[Message]:
    """`larger` beside `tiles/cat` and `tiles/dog`: images of no class beside the class folders.

    As many on the one level as on the other are classes of which some are divided.
    """
    flat: dict[Parts, set[str]] = defaultdict(set)
    deeper: dict[Parts, set[Parts]] = defaultdict(set)
    for way in ways:
        for at in range(len(way) - 1):
            deeper[way[:at]].add(way)
        if way:
            flat[way[:-1]].add(way[-1])
    around = next((p for p in sorted(flat) if len(flat[p]) < len(deeper[p])), None)
    if around is None:
        return []
    leaves = sorted("/".join((*around, name)) for name in flat[around])
    inside = sorted(map("/".join, deeper[around]))
    holders = sorted({"/".join(way[: len(around) + 1]) for way in deeper[around]})
    return [
        message(
            "Folders of images ({folders}) lie beside folders that only hold folders ({holders})"
            " and were read as classes, as were the folders in those, such as `{example}`. If the"
            " former are no classes, move them out of the dataset's folder, or say the level of the"
            " class folders with --class-level.",
            folders=shorten(leaves),
            holders=shorten(holders),
            example=inside[0],
        )
    ]


def _odd_names(ways: Collection[Parts]) -> list[Message]:
    """`cat - Copy` beside `cat`, `backup`, `New folder`: probably no classes."""
    known = {tuple(map(str.casefold, way)) for way in ways}

    def is_copy(way: Parts) -> bool:
        copied = copied_name(way[-1]).casefold()
        return bool(copied) and (*map(str.casefold, way[:-1]), copied) in known

    named = [way for way in ways if way]
    odd = {"/".join(way) for way in named if is_copy(way) or any(map(is_aside_name, way))}
    if not odd:
        return []
    return [
        message(
            "Classes that are named like a copy of another, or like a place where things are"
            " kept: {names}. If they are no classes, move those folders out of the dataset's"
            " folder, or their images into the right class.",
            names=shorten(sorted(odd)),
        )
    ]
