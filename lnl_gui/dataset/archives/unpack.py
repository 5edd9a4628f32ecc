"""Unpacks an archive into a folder that is kept, within limits, and finds it again."""

import errno
import glob
import os
import shutil
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.limits import check_free
from lnl_gui.dataset.archives.kinds import archive_kind
from lnl_gui.dataset.archives.members import ArchiveMember, claimed_size, members
from lnl_gui.dataset.listing import is_image_name, shorten
from lnl_gui.dataset.names import safe_name
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.atomic import atomic_folder, read_json, write_json
from lnl_gui.util.files.file_types import ARCHIVES, archive_stem
from lnl_gui.util.files.long_paths import reachable
from lnl_gui.util.files.renaming import rename
from lnl_gui.util.messages import Message, from_json, message, to_json
from lnl_gui.util.paths import cache_folder
from lnl_gui.util.progress import Progress

ENDING = ".unpacked"
MARK = ".lnl-unpacked.json"
"""Inside the folder: what it was unpacked from, so that it is used again, and only for that."""
_FREE_BYTES = 2 << 30
_MOST_RATIO = 100
"""An archive may unpack to so many times its size, and small ones to `_FREE_BYTES`: images hardly
shrink, tables of pixels to a tenth; what promises more is made to fill disks."""
_MOST_FILES = 20_000_000
_CHUNK = 1 << 20
_CHECKED_EVERY = 256 << 20
_DEEPEST = 5
_ABANDONED = 24 * 3600
"""Seconds after which a half-filled folder belongs to nobody."""
_LIBRARIES = ("zipfile", "tarfile", "zlib", "lzma", "_lzma")
"""Whose errors mean that the archive is damaged."""
_OWN_TROUBLE = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ, errno.EEXIST, errno.EISDIR)
"""Errors that lie with one name; all others concern the whole archive."""


@dataclass(frozen=True)
class Unpacked:
    """Where an archive's dataset lies.

    Attributes:
        folder: what was unpacked, or found unpacked.
        source: the folder or file in it that is the dataset.
        notes: what was left out.
    """

    folder: Path
    source: Path
    notes: tuple[Message, ...]


def unpacked(archive: Path, beside: Path, progress: Progress) -> Unpacked:
    """Unpack an archive into a new folder in `beside`, unless it lies there already.

    Args:
        archive: a zip or tar file, also compressed.
        beside: the folder that gets `NAME.unpacked`.
        progress: called with MiB of the archive read and their number; may raise `Cancelled`.

    Raises:
        UserError: when it is damaged, encrypted, too large for the disk, or made to fill it.
    """
    stamp = _stamp(archive)
    for number in range(1, 1000):
        folder = beside / _name(archive, number)
        mark = _read_mark(folder)
        if mark is not None and mark.get("archive") == stamp:
            notes = tuple(from_json(note) for note in mark.get("notes", ()))
            return Unpacked(folder, dataset_in(folder), notes)
        if not folder.exists():
            seen = _seen_before(archive, folder, stamp)
            return seen or _unpack(archive, folder, stamp, progress)
    raise UserError(
        message(
            "There are too many folders `{name}` in `{beside}`.", name=folder.name, beside=beside
        )
    )


def previews_folder() -> Path:
    """Where archives are unpacked to be looked at, before anything is imported."""
    return cache_folder() / "previews"


def clear_previews(*, older_than: float = _ABANDONED) -> None:
    """Remove what was unpacked to be looked at, but for what is younger than so many seconds."""
    _remove_old(previews_folder().glob("*"), older_than)


def _seen_before(archive: Path, folder: Path, stamp: dict[str, Any]) -> Unpacked | None:
    """Take over what was unpacked to be looked at, where it lies on the same disk."""
    for number in range(1, 10):
        seen = previews_folder() / _name(archive, number)
        mark = _read_mark(seen)
        if mark is None or mark.get("archive") != stamp or seen == folder:
            continue
        try:
            folder.parent.mkdir(parents=True, exist_ok=True)
            rename(seen, folder)
        except OSError:
            return None
        notes = tuple(from_json(note) for note in mark.get("notes", ()))
        return Unpacked(folder, dataset_in(folder), notes)
    return None


def found_unpacked(archive: Path, beside: Path) -> Unpacked | None:
    """What was unpacked from an archive of this name that may be gone by now; None if nothing."""
    folder = beside / _name(archive, 1)
    mark = _read_mark(folder)
    if mark is None:
        return None
    return Unpacked(folder, dataset_in(folder), tuple(from_json(n) for n in mark.get("notes", ())))


def dataset_in(folder: Path) -> Path:
    """The folder or the only file inside that is meant: archives often hold one folder with all."""
    for _ in range(_DEEPEST):
        entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
        if len(entries) != 1:
            return folder
        (inner,) = entries
        if inner.is_dir() and not any(is_image_name(e.name) for e in inner.iterdir()):
            folder = inner
        elif inner.is_file() and not is_image_name(inner.name):
            return inner
        else:
            return folder
    return folder


def _name(archive: Path, number: int) -> str:
    stem = safe_name(archive_stem(archive.name))
    return f"{stem}{f' {number}' if number > 1 else ''}{ENDING}"


def _stamp(archive: Path) -> dict[str, Any]:
    facts = archive.stat()
    return {"name": archive.name, "size": facts.st_size, "time": facts.st_mtime_ns}


def _read_mark(folder: Path) -> dict[str, Any] | None:
    try:
        found = read_json(folder / MARK)
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None


def _unpack(archive: Path, folder: Path, stamp: dict[str, Any], progress: Progress) -> Unpacked:
    kind = archive_kind(archive)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(folder)
        limit = max(_FREE_BYTES, _MOST_RATIO * archive.stat().st_size)
        claimed = claimed_size(archive, kind)
        if claimed > limit:
            raise _bomb(archive)
        check_free(folder.parent, claimed)
        with atomic_folder(folder) as temporary:
            work = _Unpacking(archive, limit)
            size = max(1, archive.stat().st_size >> 20)
            for member in members(archive, kind):
                work.take(member, temporary)
                progress(min(member.position >> 20, size), size)
            if not work.images:
                _unpack_inner(work, temporary, lambda: progress(size, size))
            if not work.files:
                raise UserError(
                    message("`{archive}` holds no files.", archive=archive), code="is_archive"
                )
            mark = {"archive": stamp, "notes": [to_json(note) for note in work.notes()]}
            write_json(temporary / MARK, mark)
    except UserError:
        raise
    except ContainerError as error:
        raise UserError(
            message(
                "`{archive}` cannot be unpacked: {reason}.", archive=archive, reason=error.reason
            ),
            message("Free some space, or give a project folder on another disk."),
            code="disk_full",
        ) from error
    except OSError as error:
        # gzip tells of damage by an `OSError` without a number.
        if error.errno is not None:
            raise as_user_error(error, message("unpack `{archive}`", archive=archive)) from error
        raise _damaged(archive, error) from error
    # zipfile raises the last two for a method it does not know and for a password.
    except (EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise _damaged(archive, error) from error
    except Exception as error:
        # Errors of decompressors have no class in common.
        if type(error).__module__.partition(".")[0] in _LIBRARIES:
            raise _damaged(archive, error) from error
        raise
    return Unpacked(folder, dataset_in(folder), tuple(work.notes()))


def _remove_leftovers(folder: Path) -> None:
    """What a process left here that was killed while it unpacked the same archive."""
    _remove_old(folder.parent.glob(f".{glob.escape(folder.name[:80])}.*"), _ABANDONED)


def _remove_old(folders: Iterable[Path], seconds: float) -> None:
    old = time.time() - seconds
    for left in folders:
        with suppress(OSError):
            if left.is_dir() and not left.is_symlink() and left.stat().st_mtime < old:
                shutil.rmtree(left, ignore_errors=True)


def _unpack_inner(work: "_Unpacking", folder: Path, report: Callable[[], None]) -> None:
    """Unpack the archives in an archive without images, as `train.zip` and `test.zip` in one."""
    # Not plain tar files: those are shards, which are read as they are.
    endings = tuple(ending for ending in ARCHIVES if ending != ".tar")
    found = [file for file in folder.rglob("*") if file.name.lower().endswith(endings)]
    for inner in sorted(found):
        kind = archive_kind(inner)
        target = inner.with_name(archive_stem(inner.name))
        if not kind or target.exists():
            continue
        for member in members(inner, kind):
            work.take(member, target)
            report()
        inner.unlink()


@dataclass
class _Unpacking:
    """Writes one member after the other and notes what is left out."""

    archive: Path
    limit: int
    files: int = 0
    images: int = 0
    written: int = 0
    checked: int = -_CHECKED_EVERY
    left_out: dict[Message, list[str]] = field(default_factory=dict)

    def take(self, member: ArchiveMember, folder: Path) -> None:
        """Write a file below a folder, or note why not."""
        if member.problem is not None or member.stream is None:
            self._leave(member, member.problem or message("it cannot be read"))
            return
        self.files += 1
        if self.files > _MOST_FILES:
            raise _bomb(self.archive)
        # Names such as `a:b` and `aux`, which only Windows refuses.
        parts = tuple(map(safe_name, member.parts)) if os.name == "nt" else member.parts
        target = folder.joinpath(*parts)
        self.images += is_image_name(parts[-1])
        try:
            reachable(target.parent).mkdir(parents=True, exist_ok=True)
            # Never over a file that is there: two names may be one where case does not count.
            with reachable(target).open("xb") as stream:
                self._copy(member, stream)
        except FileExistsError:
            self._leave(member, message("another file has its name"))
        except NotADirectoryError:
            self._leave(member, message("a file has the name of its folder"))
        except (OSError, ValueError) as error:
            if isinstance(error, OSError) and error.errno not in _OWN_TROUBLE:
                raise
            if isinstance(error, ValueError) and not isinstance(error, UnicodeError):
                raise
            self._leave(member, message("its name is not possible on this disk"))

    def _copy(self, member: ArchiveMember, stream: Any) -> None:
        assert member.stream is not None
        while chunk := member.stream.read(_CHUNK):
            self.written += len(chunk)
            if self.written > self.limit:
                raise _bomb(self.archive)
            # A tar claims nothing beforehand, so the disk is watched while it is written.
            if self.written - self.checked >= _CHECKED_EVERY:
                check_free(Path(stream.name).parent, len(chunk))
                self.checked = self.written
            stream.write(chunk)

    def _leave(self, member: ArchiveMember, reason: Message) -> None:
        self.left_out.setdefault(reason, []).append(member.name)

    def notes(self) -> list[Message]:
        """What was left out, by reason."""
        return [
            message(
                "Left out of the archive: {count} files ({names}): {reason}.",
                count=len(names),
                names=shorten(name.encode("utf-8", "replace").decode() for name in names),
                reason=reason,
            )
            for reason, names in self.left_out.items()
        ]


def _bomb(archive: Path) -> UserError:
    return UserError(
        message(
            "`{archive}` would unpack to more than {ratio} times its size, as archives do that are"
            " made to fill a disk.",
            archive=archive,
            ratio=_MOST_RATIO,
        ),
        message("If you trust it, unpack it yourself and choose the folder."),
        code="is_archive",
    )


def _damaged(archive: Path, error: Exception) -> UserError:
    reason = str(error).strip() or type(error).__name__
    return UserError(
        message("`{archive}` cannot be unpacked: {reason}.", archive=archive, reason=reason[:190]),
        message("It may be cut short: download it again, or unpack it and choose the folder."),
        code="is_archive",
    )
