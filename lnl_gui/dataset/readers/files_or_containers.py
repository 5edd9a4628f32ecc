"""Image files and containers of images in one folder: which of them is the dataset.

Beside image files often lie features of theirs, predictions, or the same images as TFRecords;
beside arrays a few pictures of what they hold.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from lnl_gui.containers.kinds.layout import parse_key
from lnl_gui.containers.location import Member
from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers.arrays import hdf5, matlab_arrays, numpy_files, pixel_tables
from lnl_gui.dataset.readers.files.image_count import CountedPictures, pictures_below
from lnl_gui.dataset.readers.files.places import homes
from lnl_gui.dataset.readers.folders import class_folders as folders
from lnl_gui.dataset.readers.image_names import named_images
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.reasons import file_names
from lnl_gui.dataset.readers.registry import (
    Reader,
    find_reader,
    list_readers,
    not_recognised,
)
from lnl_gui.dataset.readers.table_files.class_folders_beside import is_no_class
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.file_there import size_of
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress

_MANY = 1000
_LARGE = 1 << 30
"""Bytes of containers that are not looked into where many image files lie beside them: to list a
copy of all images would take longer than all else."""
_FEW, _FEW_SHARE = 10, 10
_SOME, _SOME_SHARE = 50, 100
"""Pictures that are an example beside so many times as many images in a container."""
_AS_MANY = 2
_OF_FEATURES = (hdf5.NAME, matlab_arrays.NAME, numpy_files.NAME)
_TO_CHOOSE = ("ambiguous_table", "ambiguous_column", "no_label_column")


@dataclass(frozen=True)
class _Inside:
    """What a format finds in containers; no listing where they are damaged, or too large to ask."""

    reader: Reader
    files: list[Path]
    listing: Listing | None = None
    error: UserError | None = None

    @cached_property
    def labels(self) -> list[str]:
        """The labels of their images."""
        records = self.listing.records if self.listing is not None else []
        return [record.label for record in records if record.label]

    @property
    def holds_rows(self) -> bool:
        """Whether they hold rows of numbers in arrays, which are features as often as images."""
        if self.listing is None or self.reader.name not in _OF_FEATURES:
            return False
        first = next((record.file for record in self.listing.records), None)
        return isinstance(first, Member) and bool(parse_key(first.key)[1].shape)

    def is_copy_of(self, listing: Listing) -> bool:
        """Whether classes of the same sizes suggest that the image files are in there again."""
        if self.listing is None:
            return False
        by_file: dict[Path | None, list[str]] = {}
        for record in self.listing.records:
            place = record.file.container if isinstance(record.file, Member) else None
            by_file.setdefault(place, []).append(record.label)
        wanted = _sizes([record.label for record in listing.records])
        return _sizes(self.labels) == wanted or all(
            _sizes(labels) == wanted for labels in by_file.values()
        )


def read_detected(
    source: Path, options: ReaderOptions, progress: Progress
) -> tuple[Reader, Listing]:
    """Read a dataset in the format that recognises it, and which that is.

    Image files with labels go before containers, unless they are a few examples; what was not read
    is said.

    Raises:
        UserError: when no format recognises it, or the one that does cannot read it.
    """
    inside: list[Reader] = []
    for reader in list_readers():
        if reader.containers is not None and source.is_dir():
            if _recognises(reader, source, options):
                inside.append(reader)
        # Beside containers the others are looked at only where image files lie.
        elif not inside and reader.detects(source, options):
            try:
                return _read_by(reader, source, options, progress)
            except UserError as error:
                if reader.name != folders.NAME:
                    raise
                raise _pointing_below(error, source, options) from error
    if not inside:
        raise not_recognised(source)
    pictures = pictures_below(source)
    if not pictures.count:
        return inside[0], inside[0].read(source, options, progress)
    return _chosen(source, options, progress, inside, pictures)


def folders_with_containers(source: Path, options: ReaderOptions) -> list[Path]:
    """The folders below that hold the images of a dataset inside their files."""
    readers = [reader for reader in list_readers() if reader.containers is not None]
    found: list[Path] = []
    for folder in homes(source)[1:] if source.is_dir() else []:
        known = any(folder.is_relative_to(other) for other in found)
        if not known and any(_detects(reader, folder, options) for reader in readers):
            found.append(folder)
    return found


def _detects(reader: Reader, folder: Path, options: ReaderOptions) -> bool:
    try:
        return reader.detects(folder, options)
    except UserError:
        return False


def _pointing_below(error: UserError, source: Path, options: ReaderOptions) -> UserError:
    """The error, with the folders below that hold containers, where no image file was found."""
    found = folders_with_containers(source, options) if error.code == "no_images" else []
    if not found:
        return error
    return UserError(
        message(
            "`{source}` holds no image files. Files with images inside them lie in {folders}.",
            source=source,
            folders=file_names(found, source),
        ),
        message("Choose that folder itself."),
        code="no_images",
    )


def is_large(files: Iterable[Path]) -> bool:
    """Whether it takes long to list what is in containers."""
    return sum(map(size_of, files)) > _LARGE


def _recognises(reader: Reader, source: Path, options: ReaderOptions) -> bool:
    try:
        return reader.detects(source, options)
    except UserError:
        # What was said, such as a column, may be meant for the table of the image files.
        if not pictures_below(source).count:
            raise
        return False


def _chosen(
    source: Path,
    options: ReaderOptions,
    progress: Progress,
    readers: Sequence[Reader],
    pictures: CountedPictures,
) -> tuple[Reader, Listing]:
    inside = [_looked_into(reader, source, options, progress, pictures) for reader in readers]
    for found in inside:
        if found.listing is not None and _is_example(pictures, found):
            return found.reader, _with_note(found.listing, _pictures_note(found, pictures, source))
    try:
        reader, listing = _read_files(source, options, progress)
    except UserError as error:
        return _without_files(source, options, progress, inside, pictures, error)
    if not _holds_labels(listing):
        labelled = [found for found in inside if found.labels]
        if labelled:
            return _without_files(source, options, progress, labelled, pictures, None)
    notes, doubts = list[Message](), list[Message]()
    for found in inside:
        if _is_read(found, listing):
            continue
        if _is_rival(found, listing):
            doubts.append(_rival_doubt(found, reader, listing, source))
        else:
            notes.append(_container_note(found, source))
    return reader, replace(
        listing,
        warnings=[*listing.warnings, *notes],
        suspicions=[*listing.suspicions, *doubts],
    )


def _looked_into(
    reader: Reader,
    source: Path,
    options: ReaderOptions,
    progress: Progress,
    pictures: CountedPictures,
) -> _Inside:
    files = reader.containers(source) if reader.containers is not None else []
    if pictures.count >= _MANY and is_large(files):
        return _Inside(reader, files)
    try:
        return _Inside(reader, files, reader.read(source, options, progress))
    except UserError as error:
        return _Inside(reader, files, error=error)


def _is_example(pictures: CountedPictures, found: _Inside) -> bool:
    """Whether there are so few image files that they only show what the container holds."""
    count, number = pictures.count, len(found.labels)
    if found.holds_rows:
        # Of a few images there may be as many features after each was turned and cut.
        return count < _FEW and _SOME_SHARE * count <= number
    return (count < _FEW and _FEW_SHARE * count <= number) or (
        count < _SOME and _SOME_SHARE * count <= number
    )


def _read_files(source: Path, options: ReaderOptions, progress: Progress) -> tuple[Reader, Listing]:
    """The image files in the format that recognises them.

    Raises:
        UserError: when none does, or it cannot read them.
    """
    for reader in list_readers():
        if reader.containers is None and reader.detects(source, options):
            return _read_by(reader, source, options, progress)
    raise not_recognised(source)


def _read_by(
    reader: Reader, source: Path, options: ReaderOptions, progress: Progress
) -> tuple[Reader, Listing]:
    """What a format reads; for folders that are no classes what the names of the images say.

    Raises:
        UserError: when it cannot be read.
    """
    # With a list of classes images without any label are what is wanted.
    if reader.name != folders.NAME or options.class_names:
        return reader, reader.read(source, options, progress)
    found: Listing | UserError
    try:
        found = reader.read(source, options, progress)
    except UserError as error:
        found = error
    found = named_images.read_instead(source, found, progress)
    if isinstance(found, UserError):
        raise found
    return (reader if found.reader == reader.name else find_reader(found.reader)), found


def _holds_labels(listing: Listing) -> bool:
    """Whether image files have labels: one folder alone, or `images` and `data`, are no classes."""
    if listing.reader != folders.NAME:
        return any(record.label for record in listing.records)
    return sum(not is_no_class(name) for name in listing.class_names) > 1


def _without_files(
    source: Path,
    options: ReaderOptions,
    progress: Progress,
    inside: Sequence[_Inside],
    pictures: CountedPictures,
    error: UserError | None,
) -> tuple[Reader, Listing]:
    """The first container with labels, where the image files have none.

    Raises:
        UserError: when there is none either, or a choice has to be made for the image files.
    """
    found = next((found for found in inside if found.labels), inside[0])
    number = len(found.labels)
    is_many = _AS_MANY * pictures.count >= number
    if error is not None and error.code in _TO_CHOOSE and is_many:
        raise error
    # Those too large to ask are asked now; of damaged ones the error is told.
    listing = found.listing or found.reader.read(source, options, progress)
    if not is_many:
        return found.reader, _with_note(listing, _pictures_note(found, pictures, source))
    doubt = message(
        "What is in {files} was read. Image files beside it were not, such as `{example}`: no"
        " labels were found for them. If what is in {files} is meant, say --reader {reader}.",
        files=file_names(found.files, source),
        example=pictures.example,
        reader=found.reader.name,
    )
    return found.reader, replace(listing, suspicions=[*listing.suspicions, doubt])


def _is_read(found: _Inside, listing: Listing) -> bool:
    """Whether what looks like a table of pixels is one of features that names the image files."""
    if found.reader.name != pixel_tables.NAME or listing.reader == folders.NAME:
        return False
    return not any(map(pixel_tables.holds_pixels_alone, found.files))


def _is_rival(found: _Inside, listing: Listing) -> bool:
    """Whether a container may be what is meant as well as the image files with their labels."""
    labelled = sum(bool(record.label) for record in listing.records)
    number = len(found.labels)
    if found.holds_rows:
        # Features are of these images; many times as many rows are others.
        return number >= _FEW_SHARE * labelled
    return _AS_MANY * number >= labelled and not found.is_copy_of(listing)


def _rival_doubt(found: _Inside, reader: Reader, listing: Listing, source: Path) -> Message:
    return message(
        "The image files were read ({count:,} with a label), and not what is in {files}"
        " ({others:,} images with labels of their own). If the image files are meant, say --reader"
        " {reader}; if not, say --reader {other}.",
        count=sum(bool(record.label) for record in listing.records),
        files=file_names(found.files, source),
        others=len(found.labels),
        reader=reader.name,
        other=found.reader.name,
    )


def _container_note(found: _Inside, source: Path) -> Message:
    return message(
        "The image files were read, and not what is in {files}. If that is meant, say --reader"
        " {reader}.",
        files=file_names(found.files, source),
        reader=found.reader.name,
    )


def _pictures_note(found: _Inside, pictures: CountedPictures, source: Path) -> Message:
    return message(
        "Image files beside {files} were not read, such as `{example}`.",
        files=file_names(found.files, source),
        example=pictures.example,
    )


def _with_note(listing: Listing, note: Message) -> Listing:
    return replace(listing, warnings=[*listing.warnings, note])


def _sizes(labels: Sequence[str]) -> list[int]:
    return sorted(Counter(label for label in labels if label).values())
