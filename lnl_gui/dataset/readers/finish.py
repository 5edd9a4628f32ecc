"""Makes a listing of what a reader found, and says what looks wrong about its classes."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from lnl_gui.dataset.listing import Listing, Reading, Record, Skipped, shorten
from lnl_gui.dataset.readers.date_classes import date_doubts
from lnl_gui.dataset.readers.files.folder_names import is_numbered_portion, is_store_name
from lnl_gui.dataset.readers.garbled_names import garbled
from lnl_gui.dataset.readers.id_classes import id_doubts
from lnl_gui.dataset.readers.missing_words import may_say_unsorted
from lnl_gui.dataset.readers.several_labels import (
    number_of_several,
    several_doubts,
    several_notes,
)
from lnl_gui.dataset.readers.unsure_classes import unsure_doubts
from lnl_gui.store.dataset.split_names import canonical_split, split_in_name
from lnl_gui.util.class_names import (
    is_number,
    looks_like,
    sort_class_names,
    without_marks_around,
)
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.similar_names import (
    differ_in_a_letter,
    differ_in_a_number_before,
    differ_in_a_number_behind,
    differ_in_signs,
)
from lnl_gui.util.visible import visible

_MANY_CLASSES = 0.6
"""Classes for each image above which the labels are probably names or ids. Two images a class, as
in re-identification, is the least that a real dataset has: 0.5."""
_FEW_IMAGES = 12
"""Fewer images than this are an example; of these nothing can be said."""


def finish_listing(
    root: Path,
    reader: str,
    records: list[Record],
    skipped: list[Skipped],
    warnings: Sequence[Message],
    annotators: Sequence[str] = (),
    *,
    suspicions: Sequence[Message] = (),
    votes: bool = False,
    reading: Reading | None = None,
    group_column: str = "",
) -> Listing:
    """A listing with its class names in natural order."""
    said = {label for record in records for label in (record.label, *record.annotations)}
    return Listing(
        root,
        reader,
        records,
        skipped,
        list(warnings),
        sort_class_names(said - {""}),
        list(annotators),
        list(suspicions),
        votes=votes,
        reading=reading or Reading(),
        group_column=group_column,
    )


def with_empty_classes(listing: Listing, names: Iterable[str]) -> Listing:
    """The listing with classes that it has beside those of its images."""
    return replace(listing, class_names=sort_class_names({*listing.class_names, *names}))


def with_class_notes(listing: Listing) -> Listing:
    """The listing with warnings and suspicions about its classes, once these have their names.

    Raises:
        UserError: when no record has a label.
    """
    names, counts = listing.class_names, Counter(record.label for record in listing.records)
    unlabelled = counts.pop("", 0)
    if not names and unlabelled:
        raise _no_labels(listing.root, unlabelled, number_of_several(listing))
    notes = [
        *several_notes(listing),
        *_unlabelled_warnings(unlabelled),
        *_listed_alone(listing.listed_alone),
        *(_perhaps_unlabelled(names) if listing.reading.class_level else []),
        *class_warnings(names, counts),
    ]
    return replace(
        listing,
        warnings=[*listing.warnings, *notes],
        suspicions=[
            *listing.suspicions,
            *several_doubts(listing),
            *_class_suspicions(names, counts),
        ],
    )


def _no_labels(root: Path, count: int, several: int) -> UserError:
    """That no image has a label, perhaps since `several` others have more than one."""
    if several:
        return UserError(
            message(
                "None of the {count:,} images of `{root}` has a label, and {several:,} others"
                " have several labels and were left out, since each image has one here.",
                count=count,
                root=root,
                several=several,
            ),
            message(
                "Give each image the one label that is meant; in a table, one column alone can be"
                " read with --label-column."
            ),
            code="no_labels",
        )
    return UserError(
        message("None of the {count:,} images of `{root}` has a label.", count=count, root=root),
        message(
            "Labels are suggested and checked by comparing labelled images. Label some of each"
            " class, in a column `label` of a table or by putting them into a folder named after"
            " the class; the others may stay without. To give all labels here, list the classes in"
            " a file and name it with --class-names."
        ),
        code="no_labels",
    )


def _unlabelled_warnings(count: int) -> list[Message]:
    if not count:
        return []
    return [
        message_n(
            "{count:,} image has no label: it gets a suggestion and never counts as an error.",
            "{count:,} images have no label: they get suggestions and never count as errors.",
            count,
        )
    ]


def _listed_alone(names: list[str]) -> list[Message]:
    if not names:
        return []
    return [
        message(
            "Classes that the dataset lists and no image has: {names}. If some images show one,"
            " they carry another label, and look like mistakes or like none of the classes.",
            names=shorten(names),
        )
    ]


def _perhaps_unlabelled(names: Sequence[str]) -> list[Message]:
    """Folders that were read as classes; words of cells were spoken of where they were read."""
    found = [name for name in names if may_say_unsorted(name.rpartition("/")[2])]
    if not found or len(found) == len(names):
        return []
    return [
        message(
            "Folders that may say there is no label, and are read as classes: {names}. If they say"
            " so, call them `unlabelled`.",
            names=shorten(found),
        )
    ]


def class_warnings(names: list[str], counts: Counter[str]) -> list[Message]:
    """What looks odd about the classes: one alone, single images, names that look the same."""
    found = []
    if len(names) == 1:
        found.append(
            message(
                "There is only one class, `{name}`: wrong labels cannot be found among one"
                " class, only duplicates and odd images.",
                name=names[0][:60],
            )
        )
    single = [name for name in names if counts[name] == 1]
    if single and len(names) > 1:
        found.append(
            message(
                "Classes with a single image: {count} ({names}).",
                count=len(single),
                names=shorten(single),
            )
        )
    wrong = garbled(names)
    if wrong:
        found.append(
            message(
                "Class names that were decoded wrongly before they were written here: {names} was"
                " {before}. Correct them in the file.",
                names=shorten(wrong),
                before=shorten(wrong.values()),
            )
        )
    numbers = _twins(filter(is_number, names), lambda name: str(float(name)))
    if numbers:
        found.append(
            message("Class names that are the same number: {names}.", names=shorten(numbers))
        )
    seen = _twins(names, looks_like)
    if seen:
        found.append(
            message("Class names that look the same to the eye: {names}.", names=shorten(seen))
        )
    # Those that look the same were named above.
    twins = _twins(_distinct(names, looks_like), lambda name: looks_like(name).casefold())
    if twins:
        found.append(
            message(
                "Class names that differ only in upper and lower case: {names}.",
                names=shorten(twins),
            )
        )
    # `-1` and `1` are two numbers.
    words = [name for name in names if not is_number(name)]
    marked = _twins(_distinct(words, looks_like), without_marks_around)
    if marked:
        found.append(
            message(
                "Class names that differ only in quotes and other marks around them: {names}.",
                names=shorten(marked),
            )
        )
    nearly = _nearly_same(words)
    if nearly:
        found.append(
            message(
                "Class names that may be one word in two ways: {names}. If they mean one thing,"
                " merge them first (`lnl-gui classes PROJECT hints`): the images of each look"
                " mislabelled beside those of the other.",
                names=shorten(nearly),
            )
        )
    return found


def _nearly_same(names: list[str]) -> list[str]:
    """Names that differ in signs inside them, a plural, a letter or a number, side by side."""
    # Those that differ in capitals or in marks around them were named above.
    distinct = _distinct(names, lambda name: without_marks_around(name).casefold())
    numbered = [*differ_in_a_number_before(distinct), *differ_in_a_number_behind(distinct)]
    alike = [*differ_in_signs(distinct), *differ_in_a_letter(distinct), *numbered]
    return [" / ".join(map(visible, group)) for group in alike]


def _distinct(names: Iterable[str], key: Callable[[str], str]) -> list[str]:
    found: dict[str, str] = {}
    for name in names:
        found.setdefault(key(name), name)
    return list(found.values())


def _twins(names: Iterable[str], key: Callable[[str], str]) -> list[str]:
    """Names of equal key, side by side, with what is invisible in them written out."""
    alike: dict[str, list[str]] = {}
    for name in names:
        alike.setdefault(key(name), []).append(name)
    groups = [group for group in alike.values() if len(group) > 1]
    return [" / ".join(visible(name) for name in group) for group in groups]


def _class_suspicions(names: list[str], counts: Counter[str]) -> list[Message]:
    found = []
    number = counts.total()
    if number >= _FEW_IMAGES and len(counts) > _MANY_CLASSES * number:
        found.append(
            message(
                "There are nearly as many classes ({classes}) as images ({images}), such as"
                " {names}: these are probably not the labels.",
                classes=len(counts),
                images=number,
                names=shorten(names),
            )
        )
    stores = [name for name in names if any(map(is_store_name, name.split("/")))]
    parts = [name for name in names if any(map(split_in_name, name.split("/")))]
    # One class `train` may well be the vehicle; a good part of all are parts of a dataset. Words
    # of other languages are so beside another part: `тренировка` and `отдых` are pastimes.
    words = {word for name in parts for word in name.split("/")}
    is_sure = any(map(canonical_split, words)) or len({*map(split_in_name, words)} - {""}) > 1
    if 2 * len(parts) < len(names) or len(names) < 2 or not is_sure:
        parts = []
    odd = sorted({*stores, *parts})
    if odd:
        found.append(
            message(
                "Classes that are named like folders of any dataset: {names}. Their images'"
                " labels probably lie elsewhere, in a file or in other folders.",
                names=shorten(odd),
            )
        )
    elif len(names) > 1 and all(is_numbered_portion(name.split("/")[-1]) for name in names):
        found.append(
            message(
                "All classes are named like portions of one dataset: {names}. If these folders only"
                " divide the images, their labels lie elsewhere, in a file or in other folders.",
                names=shorten(names),
            )
        )
    return [*found, *unsure_doubts(names), *date_doubts(names), *id_doubts(names)]
