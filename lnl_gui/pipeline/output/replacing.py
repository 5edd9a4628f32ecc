"""What an export may replace: what an export has written, and nobody has touched since.

All else in a folder is a person's own, and so is what the project itself is made of.
"""

import os
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lnl_gui.containers.location import outer_path, url_of
from lnl_gui.dataset.readers.files.own_files import MANIFEST, TABLE, read_manifest
from lnl_gui.dataset.readers.own_export import NAME as OWN_EXPORT
from lnl_gui.pipeline.output.checksums import CHECKSUMS, digest_of, read_checksums
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.remote.address import remote_url
from lnl_gui.store.jobs.import_parameters import load_parameters
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.inside import Inside, is_same
from lnl_gui.util.messages import message, message_n
from lnl_gui.util.progress import Progress, no_progress

ALWAYS = frozenset({TABLE, "journal.csv", "unreadable.csv", "report.html"})
"""Files of every export: a list of checksums that names them all is one of ours."""
_BY_FILE_MANAGERS = frozenset({".ds_store", "thumbs.db", "ehthumbs.db", "desktop.ini"})
"""Files that a system puts into each folder that somebody looks at."""
_SHOWN = 3

Written = Mapping[str, frozenset[str]]
"""By path below an export's folder, in POSIX form: the digests it was written with."""


@dataclass(frozen=True)
class Sources:
    """What a project is made of, which no export of it replaces."""

    identifier: str
    """of the project"""
    project: Path
    dataset: tuple[Path, ...]
    """the dataset's folder, and what was named as the dataset or its class names"""
    images: tuple[Path, ...] = ()
    """images, and the containers of those that lie in one"""
    is_export: bool = False
    """whether the dataset was read as an export of this program"""


def sources_of(project_folder: Path, snapshot: Snapshot) -> Sources:
    """Everything on this machine that a project was read from.

    Args:
        project_folder: of the project.
        snapshot: of it.
    """
    with open_project(project_folder, read_only=True) as project:
        parameters = load_parameters(project)
        identifier, reader = project.meta("uuid"), project.meta("reader")
    named = (parameters.source, parameters.class_names) if parameters else ()
    dataset = [snapshot.dataset_root, *(Path(place) for place in named if place)]
    images = (file for file in snapshot.files() if url_of(file) is None)
    return Sources(
        identifier,
        project_folder,
        tuple(place for place in dataset if remote_url(str(place)) is None),
        # Of the many images in one container it is named once.
        tuple(dict.fromkeys(outer_path(file) for file in images)),
        reader == OWN_EXPORT,
    )


def refuse_sources(destination: Path, sources: Sources) -> None:
    """Refuse to replace a folder in which something lies that the project is made of.

    Args:
        destination: of an export that is to be replaced as a whole.
        sources: of the project.

    Raises:
        UserError: when something of it does.
    """
    inside = Inside(destination)
    for place in (sources.project, *sources.images, *sources.dataset):
        if inside.holds(place):
            raise _made_of(destination, place)


def refuse_touched(
    destination: Path, *, contents: bool = True, progress: Progress = no_progress
) -> None:
    """Refuse to replace an export to which somebody has added files, or in which changed some.

    Args:
        destination: an export of this program.
        contents: whether to read each file; names alone are compared otherwise.
        progress: called with files done and their number; may raise `Cancelled`.

    Raises:
        UserError: when there are such files, or it is not known which are the export's own.
        OSError: when the folder cannot be read.
    """
    written = written_there(destination)
    if not written:
        raise _untold(destination)
    files = list(_entries(destination))
    foreign = []
    for number, path in enumerate(files, 1):
        if not _is_own(destination, path, written, contents=contents):
            foreign.append(path)
        progress(number, len(files))
    if foreign:
        raise _touched(destination, foreign)


def refuse_collisions(
    destination: Path, made: Iterable[str], sources: Sources, *, overwrite: bool
) -> None:
    """Refuse to put files into a folder in use where others have their names.

    Args:
        destination: the folder.
        made: what is to be put there: paths below it, in POSIX form.
        sources: of the project.
        overwrite: whether the tables of another project may be replaced.

    Raises:
        UserError: when a name is taken by what no export wrote, or somebody has changed since.
        OSError: when the folder cannot be read.
    """
    manifest = read_manifest(destination)
    if manifest is not None and not overwrite and manifest.get("project") != sources.identifier:
        raise UserError(
            message("{destination} holds the export of another project.", destination=destination),
            message(
                "Choose another folder, or replace it (--overwrite; in a program overwrite=True)."
            ),
            code="occupied",
        )
    written = written_there(destination)
    files = list(made)
    # A folder is replaced as a whole: what lies in it beside the new files would look like theirs.
    folders = sorted({path.partition("/")[0] for path in files if "/" in path})
    present = [path for path in files if "/" not in path and _is_there(destination / path)]
    for name in folders:
        place = destination / name
        if place.is_dir() and not place.is_symlink():
            present += [f"{name}/{path}" for path in _entries(place)]
        elif _is_there(place):
            present.append(name)
    foreign = [path for path in present if not _is_own(destination, path, written)]
    if foreign:
        raise _touched(destination, foreign)
    read = list(sources.dataset)
    if sources.is_export and any(is_same(place, destination) for place in sources.dataset):
        read.append(destination / TABLE)
    for path in present:
        if any(is_same(destination / path, place) for place in read):
            raise _made_of(destination, destination / path)


def written_there(folder: Path) -> Written:
    """What an export has written into a folder; empty where none has, or does not say.

    Args:
        folder: which may hold anything else too.
    """
    found = listed_there(folder)
    # Others keep lists of this form too, and a kill may have left one without its manifest.
    ours = read_manifest(folder) is not None or found.keys() >= ALWAYS
    return found if ours else {}


def listed_there(folder: Path) -> Written:
    """What a folder's list of checksums names, whoever wrote it; empty where there is none.

    Args:
        folder: which may hold anything else too.
    """
    try:
        listed = read_checksums(folder)
    except (UserError, OSError):
        return {}
    found: dict[str, frozenset[str]] = {}
    for path, digest in listed:
        key = _normal(path)
        found[key] = found.get(key, frozenset()) | {digest}
    return found


def refuse_edited(folder: Path, paths: Iterable[str], written: Written) -> None:
    """Refuse to replace files that are not as they were written.

    Args:
        folder: an exported model's.
        paths: the files, in POSIX form.
        written: what was written there.

    Raises:
        UserError: when there are such files, or it is not known how they were written.
    """
    if not written:
        raise _untold(folder)
    foreign = [path for path in paths if path != CHECKSUMS and not _is_own(folder, path, written)]
    if foreign:
        raise _touched(folder, foreign)


def remove_left(destination: Path, before: Written, made: Set[str]) -> None:
    """Delete what the export of before had written and this one has not.

    Args:
        destination: the folder of both.
        before: what the earlier one wrote.
        made: what this one did: paths below the folder, in POSIX form.
    """
    for path in sorted(before.keys() - made):
        parts, place = PurePosixPath(path), destination / path
        above = [destination / part for part in parts.parents if part.name]
        if parts.is_absolute() or ".." in parts.parts or any(part.is_symlink() for part in above):
            continue
        with suppress(OSError):
            if place.is_file() and not place.is_symlink() and digest_of(place) in before[path]:
                place.unlink()
                for part in above:
                    part.rmdir()


def _entries(folder: Path) -> Iterator[str]:
    """Whatever is no folder below one, in POSIX form; a link is not followed."""

    def stop(error: OSError) -> None:
        # What cannot be looked into may hold anything.
        raise error

    for place, folders, files in os.walk(folder, onerror=stop):
        links = [name for name in folders if (Path(place) / name).is_symlink()]
        for name in sorted([*files, *links]):
            if name.casefold() not in _BY_FILE_MANAGERS:
                yield (Path(place) / name).relative_to(folder).as_posix()


def _is_own(destination: Path, path: str, written: Written, *, contents: bool = True) -> bool:
    """Whether an entry is as an export has written it."""
    place = destination / path
    if path == MANIFEST:
        return read_manifest(destination) is not None
    if path == CHECKSUMS:
        return bool(written)
    digests = written.get(_normal(path))
    if digests is None:
        return False
    # A link, or another name of an original, loses nothing where it goes; what it leads to may
    # have changed meanwhile.
    if not contents or place.is_symlink():
        return True
    if not place.is_file():
        return False
    if place.stat().st_nlink > 1:
        return True
    try:
        return digest_of(place) in digests
    except OSError:
        return False


def _is_there(place: Path) -> bool:
    return place.is_symlink() or place.exists()


def _normal(path: str) -> str:
    """Some disks of macOS write letters with accents as two."""
    return unicodedata.normalize("NFC", path)


def _made_of(destination: Path, place: Path) -> UserError:
    return UserError(
        message(
            "{destination} holds what this project is made of, such as `{file}`: an export does not"
            " replace it.",
            destination=destination,
            file=place,
        ),
        message("Choose a new or an empty folder."),
        code="occupied",
    )


def _untold(destination: Path) -> UserError:
    return UserError(
        message(
            "{destination} does not say which of its files are the export's own, as exports of"
            " earlier versions do not.",
            destination=destination,
        ),
        message("Choose another folder, or delete what is there yourself."),
        code="occupied",
    )


def _touched(destination: Path, foreign: list[str]) -> UserError:
    shown = ", ".join(f"`{path}`" for path in foreign[:_SHOWN])
    return UserError(
        message_n(
            "{destination} holds {count:,} file that no export wrote or that was changed since, and"
            " that would be lost: {files}.",
            "{destination} holds {count:,} files that no export wrote or that were changed since,"
            " and that would be lost: {files}.",
            len(foreign),
            destination=destination,
            files=shown + (", …" if len(foreign) > _SHOWN else ""),
        ),
        message("Choose a new or an empty folder, or move what is yours to another place."),
        code="occupied",
    )
