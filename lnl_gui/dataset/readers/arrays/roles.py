"""Which of several arrays are images, which their labels, and of which part of the dataset."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.arrays.labels import could_be_labels
from lnl_gui.dataset.readers.arrays.layout import could_be_images
from lnl_gui.dataset.readers.tables.columns_found import UnclearColumns
from lnl_gui.store.dataset.dataset_preview import ColumnsFound
from lnl_gui.store.dataset.split_names import split_in_name
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

_TOKENS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_IMAGE_WORDS = frozenset(
    {"x", "xs", "image", "images", "img", "imgs", "data", "pixels", "input", "inputs", "features"}
)
_LABEL_WORDS = frozenset(
    {"y", "ys", "label", "labels", "lbl", "lbls", "target", "targets", "class", "classes", "gt"}
)
# Without capitals or signs nothing else parts `xtrain` and `testy` into words.
_GLUED = re.compile(r"([xy])(train|val|valid|test)|(train|val|valid|test)([xy])", re.IGNORECASE)
_NAME_WORDS = frozenset({"names", "classes", "categories"})
# `label_names` and `image_ids` lie beside the labels and are none.
_NEVER = frozenset({"name", "names", "id", "ids", "filename", "filenames", "path", "paths"})


@dataclass(frozen=True)
class ArrayEntry:
    """One array of a file: `name` in the file ("" for a `.npy`), `shown` what people call it."""

    file: Path
    name: str
    shown: str
    shape: tuple[int, ...]
    kind: str
    """of the type, as NumPy writes it"""


@dataclass(frozen=True)
class ArrayPair:
    """Images, their labels or None, the part of the dataset."""

    images: ArrayEntry
    labels: ArrayEntry | None
    split: str


@dataclass(frozen=True)
class _Role:
    images: bool
    labels: bool
    split: str
    rest: str
    """what else the name says, such as the size in `images_28`"""


def pair_arrays(
    entries: Sequence[ArrayEntry],
    *,
    label_name: str | None = None,
    image_name: str | None = None,
) -> list[ArrayPair]:
    """Arrays of images with those of their labels, by name and, where names say nothing, by shape.

    Args:
        entries: all arrays.
        label_name, image_name: what a person said the arrays are called.

    Raises:
        UserError: when a name is not there, or several arrays could be the labels.
    """
    images = _chosen(entries, image_name) or _images(entries)
    labels = _chosen(entries, label_name) or _labels(entries)
    pairs = [
        ArrayPair(entry, _labels_of(entry, images, labels, entries), _role(entry).split)
        for entry in images
    ]
    return _with_own_parts([pair for pair in pairs if not _is_flat_copy(pair, pairs)])


def _with_own_parts(pairs: list[ArrayPair]) -> list[ArrayPair]:
    """The pairs, with the split that `my_part_images` and `my_part_labels` name beside others.

    Numbers name sizes and pieces, as in `images_28` and `data_batch_2`.
    """
    own = {pair.images: _own_part(pair) for pair in pairs}
    # Of one alone the name is the dataset's; files of their own have names anyway.
    several = len(pairs) > 1 and len({pair.images.file for pair in pairs}) == 1
    if not several or len({*own.values()}) < len(pairs):
        return pairs
    return [replace(pair, split=own[pair.images]) for pair in pairs]


def _own_part(pair: ArrayPair) -> str:
    """What the names of a pair say of its part: the word of a split, else what both have alike."""
    role = _role(pair.images)
    if pair.split or pair.labels is None or _role(pair.labels).rest != role.rest:
        return pair.split
    return "" if any(map(str.isdigit, role.rest)) else role.rest


def is_class_names(entry: ArrayEntry) -> bool:
    """Whether an array holds the names of the classes."""
    words = set(_tokens(entry.name))
    return entry.kind in "SU" and len(entry.shape) == 1 and bool(words & _NAME_WORDS)


def _is_flat_copy(pair: ArrayPair, pairs: Sequence[ArrayPair]) -> bool:
    """Whether the same images are there in their shape too, as in scikit-learn's `data`."""
    return any(
        len(pair.images.shape) == 2 < len(other.images.shape)
        and other.images.file == pair.images.file
        and other.images.shape[0] == pair.images.shape[0]
        and other.labels == pair.labels
        for other in pairs
    )


def _chosen(entries: Sequence[ArrayEntry], name: str | None) -> list[ArrayEntry]:
    if name is None:
        return []
    # `y` may stand for `y_train` and `y_test`.
    found = [e for e in entries if name in (e.name, e.shown)] or [
        e for e in entries if name.casefold() in (_role(e).rest, *_words(e))
    ]
    if not found:
        raise UserError(
            message("There is no array `{name}`.", name=name),
            message("Arrays: {names}.", names=shorten(entry.shown for entry in entries)),
            code="no_array",
        )
    return found


def _images(entries: Sequence[ArrayEntry]) -> list[ArrayEntry]:
    possible = [e for e in entries if could_be_images(e.shape, e.kind) and not _role(e).labels]
    named = [entry for entry in possible if _role(entry).images]
    if named:
        return named
    # Flat rows could be features of anything; without a name they are images only if alone.
    deep = [entry for entry in possible if len(entry.shape) > 2]
    return deep or (possible if len(possible) == 1 else [])


def _labels(entries: Sequence[ArrayEntry]) -> list[ArrayEntry]:
    possible = [e for e in entries if could_be_labels(e.shape, e.kind) and not _role(e).images]
    named = [entry for entry in possible if _role(entry).labels]
    return named or [entry for entry in possible if not _NEVER & set(_words(entry))]


def _labels_of(
    images: ArrayEntry,
    all_images: Sequence[ArrayEntry],
    labels: Sequence[ArrayEntry],
    entries: Sequence[ArrayEntry],
) -> ArrayEntry | None:
    role = _role(images)
    fitting = [entry for entry in labels if entry != images and _role(entry).split == role.split]
    # From the surest sign to the weakest; one that would leave nothing is passed over.
    for narrower in (
        [entry for entry in fitting if _role(entry).rest == role.rest],
        [entry for entry in fitting if entry.file == images.file],
        [entry for entry in fitting if entry.shape[0] == images.shape[0]],
    ):
        fitting = narrower or fitting
    if not fitting and len(all_images) == len(labels) == 1:
        fitting = list(labels)
    if len(fitting) > 1:
        raise _unclear(images, fitting)
    if fitting and fitting[0].shape[0] != images.shape[0]:
        raise UserError(
            message(
                "`{images}` has {count} images, and `{labels}` has {other} labels.",
                images=images.shown,
                count=images.shape[0],
                labels=fitting[0].shown,
                other=fitting[0].shape[0],
            ),
            message(
                "They must be of one length. Choose others with --path-column (images) and"
                " --label-column."
            ),
            code="lengths_differ",
        )
    return fitting[0] if fitting else None


def _unclear(images: ArrayEntry, fitting: Sequence[ArrayEntry]) -> UnclearColumns:
    names = tuple(entry.name or entry.shown for entry in fitting)
    error = UserError(
        message(
            "Several arrays could be the labels of `{images}`: {names}.",
            images=images.shown,
            names=shorten(entry.shown for entry in fitting),
        ),
        message("Choose one with --label-column."),
        code="ambiguous_column",
    )
    path = images.name or images.shown
    return UnclearColumns(
        error, ColumnsFound((path, *names), path=path, candidates=tuple((n, 0) for n in names))
    )


def _words(entry: ArrayEntry) -> list[str]:
    """The words of an array's own name, or of its file's where it has none that is telling."""
    own = _tokens(entry.name)
    telling = _IMAGE_WORDS | _LABEL_WORDS | _NEVER
    return own if telling & set(own) else [*_tokens(entry.file.stem), *own]


def _tokens(name: str) -> list[str]:
    text = _GLUED.sub(lambda m: " ".join(part for part in m.groups() if part), name)
    return [token.casefold() for token in _TOKENS.findall(text)]


def _role(entry: ArrayEntry) -> _Role:
    words = _words(entry)
    splits = [word for word in (*words, *_tokens(entry.file.stem)) if split_in_name(word)][:1]
    # `arr_0` and `arr_1` are what numpy.savez calls arrays that nobody named.
    known = _IMAGE_WORDS | _LABEL_WORDS | set(splits) | {"set", "orig", "arr", "0", "1"}
    rest = " ".join(word for word in words if word not in known)
    is_label = bool(_LABEL_WORDS & set(words)) and not _NEVER & set(words)
    return _Role(
        bool(_IMAGE_WORDS & set(words)) and not is_label,
        is_label,
        splits[0] if splits else "",
        rest,
    )
