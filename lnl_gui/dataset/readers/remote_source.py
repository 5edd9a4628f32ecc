"""A dataset at a URL, as readers see it: a folder with its names, and its lists of labels.

Every reader of folders and tables works on a folder. So the listing of a URL is laid out as one in
the user's cache: images as empty files, label files as they are. What the reader finds in it is
then said to lie at the URL, and the folder goes. No reader knows of any store.
"""

import os
import re
import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

from lnl_gui.containers.location import REMOTE, ImageLocation, Member
from lnl_gui.dataset.listing import Listing, Record, Skipped, is_image_name, is_text, printable
from lnl_gui.dataset.names import safe_name
from lnl_gui.remote.address import (
    checked_url,
    folder_of,
    is_web,
    joined,
    name_of,
    problem_of,
    remote_url,
    without_secrets,
)
from lnl_gui.remote.errors import RemoteError
from lnl_gui.remote.listing import is_object, pages_below
from lnl_gui.remote.objects import RemoteObject
from lnl_gui.remote.reading import in_threads, read_object, unreachable
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files import file_types
from lnl_gui.util.messages import Field, Message, message
from lnl_gui.util.messages import joined as joined_messages
from lnl_gui.util.paths import cache_folder
from lnl_gui.util.progress import Progress

NAMED = "url"
"""The container of objects at URLs, in name only: nothing of theirs lies on this machine."""
_LABELS = (
    *file_types.TABLES,
    *file_types.JSON,
    *file_types.EXCEL,
    *file_types.SQLITE,
    *(".xml", ".yaml", ".yml", ".names", ".data", ".mapping"),
)
"""Endings of the files that are fetched to be read for labels."""
_LARGEST_LABELS = 1 << 28
_HOLD_IMAGES = (
    *file_types.ARCHIVES,
    *file_types.PARQUET,
    *file_types.FEATHER,
    *(".npz", ".npy", ".h5", ".hdf5", ".mat", ".tfrecord", ".mdb", ".pkl", ".gz", ".bin"),
)
"""Endings of files that may hold the images themselves, which no listing shows."""
_SIGNED = re.compile(r"(\w://[^\s?`]*)\?[^\s`,]*")
"""An address in a sentence, with what follows its question mark."""
_LONGEST_NAME = 255
_ABANDONED = 24 * 3600
"""Seconds after which a layout belongs to a process that was killed."""


@dataclass
class RemoteLayout:
    """A URL laid out as a folder.

    `source` is what a reader is given, `root` the folder that stands for `url`. `listed` is False
    where a web server told no names, so that every path of a table has to be believed.
    """

    source: Path
    root: Path
    url: str
    listed: bool
    images: int = 0
    bytes: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    unread: Counter[str] = field(default_factory=Counter)

    def url_of(self, path: str) -> str | None:
        """The URL of a path inside the folder; None for another path."""
        prefix = f"{self.root}{os.sep}"
        if not path.startswith(prefix):
            return None
        return joined(self.url, path[len(prefix) :].replace(os.sep, "/"))

    def words(self, said: Message) -> Message:
        """A message with the URL for the folder."""
        shown = without_secrets(self.url)

        def told(value: Field) -> Field:
            if isinstance(value, Message):
                return self.words(value)
            return value.replace(str(self.root), shown) if isinstance(value, str) else value

        fields = tuple((name, told(value)) for name, value in said.fields)
        return replace(said, fields=fields)

    def error(self, found: UserError) -> UserError:
        """An error of a reader in words of the URL."""
        return UserError(
            self.words(found.message),
            self.words(found.hint),
            code=found.code,
            retryable=found.retryable,
        )


_current: ContextVar[RemoteLayout | None] = ContextVar("_current", default=None)


def current_layout() -> RemoteLayout | None:
    """The layout that is being read; None for a dataset on this machine."""
    return _current.get()


@contextmanager
def laid_out(url: str, progress: Progress) -> Iterator[RemoteLayout]:
    """A URL as a folder, while it is read.

    Args:
        url: of a folder or a table.
        progress: called with the number of objects seen; may raise `Cancelled`.

    Raises:
        UserError: when it is refused, does not exist or cannot be listed.
    """
    place = cache_folder() / "remote" / "layouts"
    try:
        place.mkdir(parents=True, exist_ok=True)
        _clear_abandoned(place)
        folder = Path(tempfile.mkdtemp(dir=place))
    except OSError as error:
        raise as_user_error(error, message("list `{url}`", url=without_secrets(url))) from error
    try:
        layout = _laid_out(checked_url(url).rstrip("/"), url, folder, progress)
        token = _current.set(layout)
        try:
            yield layout
        finally:
            _current.reset(token)
    except RemoteError as error:
        raise _cannot_list(url, error) from error
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _cannot_list(url: str, error: RemoteError) -> UserError:
    if error.gone:
        return UserError(
            message("`{source}` does not exist.", source=without_secrets(url)),
            message("Check the spelling."),
            code="not_found",
        )
    return unreachable(url, error)


def _laid_out(url: str, given: str, folder: Path, progress: Progress) -> RemoteLayout:
    name = name_of(Path(url))
    if is_object(given):
        root = folder / (safe_name(name_of(Path(folder_of(url)))) or "remote")
        layout = RemoteLayout(root / safe_name(name), root, folder_of(url), not is_web(url))
    else:
        root = folder / (safe_name(name) or "remote")
        layout = RemoteLayout(root, root, url, listed=True)
    layout.root.mkdir()
    if layout.listed:
        _lay_out(layout, progress)
        if layout.source == layout.root and not any(layout.root.iterdir()):
            raise RemoteError(message("file not found"), gone=True)
    if not layout.source.exists():
        layout.source.write_bytes(read_object(url))
    return layout


def _lay_out(layout: RemoteLayout, progress: Progress) -> None:
    seen, made, labels = 0, set[Path](), list[tuple[str, Path]]()
    for page in pages_below(layout.url):
        for entry in page:
            _place(layout, entry, made, labels)
        seen += len(page)
        progress(seen, 0)

    def fetch(item: tuple[str, Path]) -> None:
        url, target = item
        target.write_bytes(read_object(url))

    in_threads(fetch, labels, progress)


def _place(
    layout: RemoteLayout, entry: RemoteObject, made: set[Path], labels: list[tuple[str, Path]]
) -> None:
    """Lay out one object: an image as an empty file, a label file to be fetched."""
    path = entry.url[len(layout.url) + 1 :]
    name = path.rpartition("/")[2].lower()
    is_image, is_label = is_image_name(name), name.endswith(_LABELS)
    if not is_image and not is_label and name.endswith(_HOLD_IMAGES):
        layout.unread[PurePosixPath(name).suffix] += 1
        return
    if is_label and entry.size > _LARGEST_LABELS:
        limit = _LARGEST_LABELS >> 20
        layout.skipped.append(
            Skipped(printable(path), message("larger than {limit} MiB", limit=limit))
        )
        return
    problem = _no_file_name(path)
    target = layout.root / path
    if not problem:
        problem = _made(target, made)
    if problem:
        if is_image:
            layout.skipped.append(Skipped(printable(path), problem))
    elif is_image:
        layout.images += 1
        layout.bytes += max(0, entry.size)
    elif is_label:
        labels.append((entry.url, target))


def _made(target: Path, made: set[Path]) -> Message:
    """Make an empty file; why not, where the names of the store do not fit into folders."""
    try:
        if target.parent not in made:
            target.parent.mkdir(parents=True, exist_ok=True)
            made.add(target.parent)
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return message("another object's name differs in letters' case alone")
    except (NotADirectoryError, IsADirectoryError):
        return message("its name is that of a folder too")
    return Message("")


def _no_file_name(path: str) -> Message:
    """Why a key is no path of a file here."""
    parts = path.split("/")
    odd = any(part in ("", ".", "..") or "\0" in part for part in parts) or not is_text(path)
    long = any(len(part.encode("utf-8", "replace")) > _LONGEST_NAME for part in parts)
    # Windows knows fewer names than stores do; what would be changed would not be found again.
    foreign = os.name == "nt" and any(safe_name(part) != part for part in parts)
    return message("its name can be no file's here") if odd or long or foreign else Message("")


def _clear_abandoned(place: Path) -> None:
    oldest = time.time() - _ABANDONED
    for folder in place.iterdir():
        with suppress(OSError):
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)


def said_of_remote(listing: Listing, layout: RemoteLayout, into: Path) -> Listing:
    """What was read in a layout, as it lies at the URL.

    Args:
        listing: of the layout.
        layout: that was read.
        into: the folder that stands for the URL in the project.

    Raises:
        UserError: when images lie inside files of the URL.
    """
    reading, size = listing.reading, _size(layout)
    why = layout.words(reading.why)
    # Where a person looks first, if something is said there at all.
    beside = [size] if layout.listed and not why else []
    return replace(
        listing,
        root=into,
        records=[_remote(record, layout, into) for record in listing.records],
        skipped=[
            *(replace(entry, reason=layout.words(entry.reason)) for entry in listing.skipped),
            *layout.skipped,
        ],
        warnings=[*beside, *_unread(layout), *map(layout.words, listing.warnings)],
        suspicions=list(map(layout.words, listing.suspicions)),
        class_names_file=None,
        reading=replace(
            reading, why=joined_messages([why, size], " ") if why else why, image_root=None
        ),
    )


def without_keys(listing: Listing) -> Listing:
    """A listing whose cells say nothing that opens what they lead to: projects keep them.

    Signed addresses are usual in tables of annotation tools, whose images have been downloaded.
    """
    return replace(
        listing,
        records=[
            replace(record, path=kept) if (kept := _kept(record.path)) != record.path else record
            for record in listing.records
        ],
        skipped=[replace(entry, path=_kept(entry.path)) for entry in listing.skipped],
        warnings=list(map(_harmless, listing.warnings)),
        suspicions=list(map(_harmless, listing.suspicions)),
    )


def _kept(cell: str) -> str:
    # Most cells are no URL, and there may be a million.
    url = remote_url(cell) if "://" in cell else None
    return cell if url is None or not problem_of(url) else without_secrets(url)


def _harmless(said: Message) -> Message:
    def told(value: Field) -> Field:
        if isinstance(value, Message):
            return _harmless(value)
        return _SIGNED.sub(r"\1", value) if isinstance(value, str) else value

    return replace(said, fields=tuple((name, told(value)) for name, value in said.fields))


def with_addresses(listing: Listing) -> Listing:
    """A listing of this machine, its images that a table names by URL as such."""
    if not any(isinstance(r.place, str) and remote_url(r.place) for r in listing.records):
        return listing
    root = listing.root.absolute()
    records = [
        replace(record, place=_at(record.place, root))
        if isinstance(record.place, str) and remote_url(record.place)
        else record
        for record in listing.records
    ]
    count = sum(isinstance(record.place, Member) for record in records)
    note = message("Images that are read from their web addresses: {count:,}.", count=count)
    return replace(listing, records=records, warnings=[note, *listing.warnings])


def _size(layout: RemoteLayout) -> Message:
    return message(
        "{images:,} images of {size:,.1f} MB lie at `{url}`; they are fetched when they are"
        " looked at.",
        images=layout.images,
        size=layout.bytes / 1e6,
        url=without_secrets(layout.url),
    )


def _unread(layout: RemoteLayout) -> list[Message]:
    if not layout.unread:
        return []
    return [
        message(
            "Files that may hold images inside and are not read at a URL: {count} ({kinds})."
            " Download them to read them.",
            count=layout.unread.total(),
            kinds=", ".join(kind for kind, _ in layout.unread.most_common(5)),
        )
    ]


def _remote(record: Record, layout: RemoteLayout, into: Path) -> Record:
    if isinstance(record.place, Member):
        raise UserError(
            message(
                "The images of `{url}` lie inside files, which are not read at a URL.",
                url=without_secrets(layout.url),
            ),
            message("Download the dataset and open it from there."),
            code="remote_container",
        )
    path = str(record.place)
    return replace(record, place=_at(layout.url_of(path) or path, into))


def _at(url: ImageLocation | str, root: Path) -> Member:
    return Member(root / NAMED, REMOTE, str(url))


def take_addresses(
    files: list[str | Message], cells: Sequence[str], bases: Sequence[Path], *, first: bool
) -> None:
    """Give rows that name no file here their URL, in place.

    Args:
        files: for each row its file, or why there is none.
        cells: the path of each row.
        bases: for each the folder that it starts from.
        first: before files are searched by the end of their path. At a URL a cell that is one
            means it; of a table on this machine the images may have been downloaded, and only if
            none has been are they read from their addresses.
    """
    layout = current_layout()
    if (layout is None) == first or (layout is None and any(isinstance(f, str) for f in files)):
        return
    for at, file in enumerate(files):
        if isinstance(file, str):
            continue
        url = remote_url(cells[at])
        if url is not None:
            problem = problem_of(url)
            unread = message("a web address that is not read: {reason}", reason=problem)
            files[at] = unread if problem else url
        elif layout is not None and not layout.listed and _is_plain(cells[at]):
            files[at] = layout.url_of(os.path.normpath(bases[at] / cells[at])) or file


def _is_plain(cell: str) -> bool:
    """Whether a cell is a relative path that ends like an image's."""
    return is_image_name(cell) and ".." not in cell and not cell.startswith(("/", "\\"))
