"""Images whose own names say their class, a word beside a number: `cat.0.jpg`, `0_cat.jpg`."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

from lnl_gui.dataset.listing import Listing, Reading, Record, Skipped, shorten
from lnl_gui.dataset.readers.doubts.unread_files import label_files
from lnl_gui.dataset.readers.files.places import folders_in, has_images
from lnl_gui.dataset.readers.files.scan import scan_images
from lnl_gui.dataset.readers.finish import finish_listing
from lnl_gui.dataset.readers.folders.class_folders import scan_warnings
from lnl_gui.dataset.readers.folders.mask_folders import without_masks
from lnl_gui.dataset.readers.image_names.name_words import (
    NameWords,
    WordsBehind,
    find_words,
    is_plain_place,
    may_be_sets,
)
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.store.dataset.split_names import split_in_name
from lnl_gui.util.class_names import clean_label
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, joined, message
from lnl_gui.util.progress import Progress, no_progress

NAME = "file-names"
_OTHERS = message("lies in no folder of images whose names say the classes")
_MUCH = 0.5
_FEW, _HARDLY_ANY = 0.2, 0.02
"""Shares of the images that may lie in folders that could be classes, as a program's own do: for
asking what the names say, and for taking it."""


def detects(source: Path, options: ReaderOptions) -> bool:
    """A folder of images with few words beside the numbers, and several images for each."""
    return source.is_dir() and not options.concerns_table and bool(_found(source, no_progress))


def read(source: Path, options: ReaderOptions, progress: Progress) -> Listing:
    """Read images whose class is what stands before the last number of their name, or behind it.

    Images of other names have no label where they lie beside the others or in the folder of a
    split; other folders are left out.

    Raises:
        UserError: when too few names have the same word.
    """
    scan = scan_images(source, progress=progress)
    pictures = without_masks(scan.images)
    words = find_words(pictures.images)
    if not words:
        raise UserError(
            message(
                "The names of the images in `{source}` do not have a few words that come again"
                " before or behind their numbers.",
                source=source,
            ),
            message("Names such as `cat.0.jpg`, `dog (2).jpg` and `0001_cat.jpg` do."),
            code="no_classes",
        )
    records: list[Record] = []
    skipped = list(scan.skipped)
    for folder, names in sorted(pictures.images.items()):
        prefix = f"{folder}/" if folder else ""
        if not _is_of_dataset(folder, names, words):
            skipped += [Skipped(prefix + name, _OTHERS) for name in sorted(names)]
            continue
        part = next(filter(split_in_name, folder.split("/")), "")
        for name in names:
            word = words.word_of(name)
            label = clean_label(word) if word in words.counts else ""
            split = part or (word if split_in_name(word) else "")
            records.append(Record(prefix + name, scan.root / folder / name, label, split))
    records.sort(key=lambda record: record.path)
    example = next(record.path for record in records if record.label)
    return finish_listing(
        source,
        NAME,
        records,
        skipped,
        [*scan_warnings(scan), *pictures.warnings],
        reading=Reading(
            _where(
                words,
                label=next(record.label for record in records if record.label),
                name=example.rpartition("/")[2],
            )
        ),
    )


def _where(words: NameWords, *, label: str, name: str) -> Message:
    """In what part of the names the classes stand."""
    if isinstance(words, WordsBehind):
        return message(
            "The names of the images end with their classes, behind the last number, such as"
            " `{label}` in `{name}`.",
            label=label,
            name=name,
        )
    return message(
        "The names of the images begin with their classes, up to the last number, such as"
        " `{label}` in `{name}`.",
        label=label,
        name=name,
    )


def _is_of_dataset(folder: str, names: list[str], words: NameWords) -> bool:
    if folder in words.folders or (folder and is_plain_place(folder)):
        return True
    found = map(words.word_of, names)
    known = sum(word in words.counts or bool(split_in_name(word)) for word in found)
    return known > _MUCH * len(names)


def read_instead(
    source: Path, listing: Listing | UserError, progress: Progress
) -> Listing | UserError:
    """What class folders gave, or what the names of the images give where nothing else can.

    Where the names may say the classes and this is not certain, it is said so.

    Args:
        source: the dataset.
        listing: what was read as class folders, or why nothing was.
        progress: as for reading.
    """
    of_classes = _share_of_classes(listing)
    is_open = of_classes <= _FEW
    sets = not isinstance(listing, UserError) and may_be_sets(listing.class_names)
    words = _found(source, progress) if is_open or sets else NameWords()
    if not words or not (is_open or words.of_sets):
        return listing
    nothing_else = of_classes <= _HARDLY_ANY and not label_files(source)
    if words.is_clear and nothing_else and not _is_of_several(source):
        named = read(source, ReaderOptions(), progress)
        return replace(named, warnings=[_taken(words, named), *named.warnings])
    if isinstance(listing, UserError):
        hint = joined([_may_be_meant(words), listing.hint], " ")
        return UserError(listing.message, hint, code=listing.code)
    return replace(listing, suspicions=[*listing.suspicions, _may_be_meant(words)])


def _share_of_classes(listing: Listing | UserError) -> float:
    """The share of the images that lie in folders which may name classes."""
    if isinstance(listing, UserError):
        return 0.0 if listing.code == "no_classes" else 1.0
    counts = Counter(record.label for record in listing.records)
    of_classes = (n for label, n in counts.items() if label and not is_plain_place(label))
    return sum(of_classes) / counts.total()


def _found(source: Path, progress: Progress) -> NameWords:
    return find_words(without_masks(scan_images(source, progress=progress).images).images)


def _is_of_several(source: Path) -> bool:
    """Whether a folder of images lies beside others, and so may be that of one class."""
    return has_images(source) and sum(map(has_images, folders_in(source.parent))) > 1


def _taken(words: NameWords, listing: Listing) -> Message:
    if isinstance(words, WordsBehind):
        return message(
            "No folder and no file says the classes, so they were taken from the images' names,"
            " behind the last number: {names}. If these are none, write a table with the columns"
            " `path` and `label`, or put each class into a folder of its own.",
            names=shorten(listing.class_names),
        )
    return message(
        "No folder and no file says the classes, so they were taken from the images' names, up to"
        " the last number: {names}. If these are none, write a table with the columns `path` and"
        " `label`, or put each class into a folder of its own.",
        names=shorten(listing.class_names),
    )


def _may_be_meant(words: NameWords) -> Message:
    if isinstance(words, WordsBehind):
        return message(
            "The names of the images end with few words ({names}): if those are the classes, say"
            " --reader file-names.",
            names=shorten(sorted(words.counts)),
        )
    return message(
        "The names of the images begin with few words ({names}): if those are the classes, say"
        " --reader file-names.",
        names=shorten(sorted(words.counts)),
    )
