"""Puts images into an export as files of their own; the originals are only read or linked to."""

import errno
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.location import Member
from lnl_gui.containers.read import exported_file
from lnl_gui.dataset.listing import Skipped
from lnl_gui.dataset.names import NameClaims, fold, path_in, safe_name
from lnl_gui.dataset.writers.items import ExportItem, WrittenImages, check_mode, original_folder
from lnl_gui.store.dataset.split_names import WITHOUT_SPLIT
from lnl_gui.util.errors import DISK_FULL_CODE, FULL, as_user_error, disk_full
from lnl_gui.util.files.long_paths import reachable
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import Progress, no_progress

# Errors that may lie with one original; all others, such as a full disk, concern the whole export.
_SOURCE_TROUBLE = (errno.ENOENT, errno.EACCES, errno.EPERM, errno.EISDIR, errno.EIO, errno.ELOOP)


def place_images(
    destination: Path,
    items: Sequence[ExportItem],
    folders: Sequence[str],
    *,
    images: str = "copy",
    progress: Progress = no_progress,
) -> WrittenImages:
    """Write each image into its folder, under its own name where that is free and safe.

    Args:
        destination: a folder of the caller's.
        items: N images.
        folders: for each the folder, relative to the destination, in POSIX form and of safe names;
            "" for the destination itself.
        images: one of `IMAGE_MODES`: `copy`, as images in containers always are; `hardlink` (copies
            where the disk has no hard links or is another one); `symlink` (absolute; copies where
            they are refused); or `none`, which only assigns the names.
        progress: called with items done and their number; may raise `Cancelled`.

    Raises:
        UserError: for an unknown mode, or a full disk.
    """
    check_mode(images)
    result = WrittenImages([], {})
    claims, made_folders = _claims_beside(folders), set[str]()
    for number, (item, folder) in enumerate(zip(items, folders, strict=True)):
        member = _read_member(item, images, result)
        name = claims.claim(fold(folder), member.name if member else item.file.name)
        path = path_in(folder, name)
        if images != "none" and folder not in made_folders:
            _make_folder(destination / folder)
            made_folders.add(folder)
        target = destination / path
        if images == "none":
            written = True
        elif isinstance(item.file, Path):
            written = _write(item.file, target, images, result)
        else:
            written = _write_member(member, target, result)
        if not written:
            result.failed.add(number)
        result.paths.append(path if written else "")
        progress(number + 1, len(items))
    _explain(images, result, members=sum(isinstance(item.file, Member) for item in items))
    return result


def place_as_they_lie(
    destination: Path,
    items: Sequence[ExportItem],
    *,
    top: Callable[[ExportItem], str],
    images: str = "copy",
    progress: Progress = no_progress,
) -> WrittenImages:
    """Write each image below `top(item)` in the folders it has in the dataset.

    Args:
        destination: a folder of the caller's.
        items: the images.
        top: gives an item's uppermost folder, a safe name or "". A folder of that name in which the
            original lies already is not made twice.
        images: one of `IMAGE_MODES`.
        progress: called with items done and their number; may raise `Cancelled`.

    Raises:
        UserError: as `place_images`.
    """
    return place_images(
        destination,
        items,
        [_below(top(item), item) for item in items],
        images=images,
        progress=progress,
    )


def split_folder(item: ExportItem) -> str:
    """The folder of an item's split, "" where it has none."""
    return safe_name(item.split) if item.split else ""


def part_folders(items: Iterable[ExportItem], *, whole: str) -> Callable[[ExportItem], str]:
    """Gives the folder of an item's split; what is in none never goes to those of another.

    Args:
        items: of the export.
        whole: the folder of a set in which nothing has a split.
    """
    without = WITHOUT_SPLIT if any(item.split for item in items) else whole
    return lambda item: split_folder(item) or without


def _below(top: str, item: ExportItem) -> str:
    parts = [safe_name(part) for part in original_folder(item.path)]
    if top and parts[:1] == [top]:
        parts = parts[1:]
    return "/".join([top, *parts] if top else parts)


def _claims_beside(folders: Sequence[str]) -> NameClaims:
    """File names with those of folders already taken: `a/x.png` may be a class."""
    claims = NameClaims()
    inner = {
        "/".join(parts[:n])
        for f in set(folders)
        if (parts := f.split("/"))
        for n in range(1, len(parts) + 1)
    }
    for folder in sorted(inner - {""}):
        parent, _, name = folder.rpartition("/")
        claims.claim(fold(parent), name)
    return claims


def _make_folder(folder: Path) -> None:
    try:
        reachable(folder).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise as_user_error(
            error, message("make the folder `{folder}`", folder=folder.name)
        ) from error


@dataclass(frozen=True)
class _MemberFile:
    name: str
    data: bytes


def _read_member(item: ExportItem, images: str, result: WrittenImages) -> _MemberFile | None:
    """An image of a container as a file; None for others, and (recorded) where it is unreadable."""
    if not isinstance(item.file, Member) or images == "none":
        return None
    try:
        return _MemberFile(*exported_file(item.file))
    except ContainerError as error:
        result.skipped.append(Skipped(str(item.file), error.reason))
        return None


def _write_member(member: _MemberFile | None, target: Path, result: WrittenImages) -> bool:
    """Write an image of a container; False where it could not be read."""
    if member is None:
        return False
    try:
        reachable(target).write_bytes(member.data)
    except OSError as error:
        raise as_user_error(error, message("write the images")) from error
    result.made["copy"] += 1
    return True


def _write(source: Path, target: Path, images: str, result: WrittenImages) -> bool:
    """Write one image; False when the original cannot be read."""
    try:
        # A symbolic link to nothing is made without an error, and a pipe is copied for ever.
        if not reachable(source).is_file():
            raise FileNotFoundError(errno.ENOENT, "", str(source))
        result.made[_WAYS[images](source, target)] += 1
    except OSError as error:
        named = str(error.filename) in (str(source), str(reachable(source)))
        if error.errno in FULL:
            # It names the original, which has as much room as ever.
            raise disk_full(message("write the images"), target) from error
        if error.errno not in _SOURCE_TROUBLE or not named:
            raise as_user_error(error, message("write the images")) from error
        result.skipped.append(
            Skipped(
                str(source),
                _reason(error),
            )
        )
        # A copy that broke off would pass for an image.
        reachable(target).unlink(missing_ok=True)
        return False
    return True


def _copy(source: Path, target: Path) -> str:
    # Contents alone: permissions of a read-only original would make the copy hard to delete.
    shutil.copyfile(reachable(source), reachable(target))
    return "copy"


def _hardlink(source: Path, target: Path) -> str:
    try:
        # Resolved: a hard link to a symbolic link would break with the original's folder.
        reachable(target).hardlink_to(reachable(source.resolve()))
    except OSError as error:
        if as_user_error(error, message("link")).code == DISK_FULL_CODE:
            raise
        return _copy(source, target)
    return "hardlink"


def _symlink(source: Path, target: Path) -> str:
    try:
        reachable(target).symlink_to(source.absolute())
    except (OSError, NotImplementedError) as error:
        if (
            isinstance(error, OSError)
            and as_user_error(error, message("link")).code == DISK_FULL_CODE
        ):
            raise
        return _copy(source, target)
    return "symlink"


_WAYS: dict[str, Callable[[Path, Path], str]] = {
    "copy": _copy,
    "hardlink": _hardlink,
    "symlink": _symlink,
}


def _explain(images: str, result: WrittenImages, *, members: int) -> None:
    if members and images in ("hardlink", "symlink"):
        result.warnings.append(
            message(
                "Copied, because nothing can link to an image inside a container: {count} images.",
                count=members,
            )
        )
    copied = result.made["copy"] - members
    if images == "hardlink" and copied > 0:
        result.warnings.append(
            message(
                "Copied, because hard links are not possible between the originals' disk"
                " and the destination's: {copied} of {total} images.",
                copied=copied,
                total=copied + result.made["hardlink"],
            )
        )
    if images == "symlink" and copied > 0:
        result.warnings.append(
            message(
                "Copied, because symbolic links are refused here: {copied} of {total} images. On"
                " Windows, Developer Mode allows them; some disks (FAT, exFAT, network shares)"
                " never do.",
                copied=copied,
                total=copied + result.made["symlink"],
            )
        )
    if result.skipped:
        result.warnings.append(
            message(
                "Originals that could not be read and are missing: {count}; for example"
                " `{path}`: {reason}.",
                count=len(result.skipped),
                path=result.skipped[0].path,
                reason=result.skipped[0].reason,
            )
        )


def _reason(error: OSError) -> Message:
    if error.errno == errno.ENOENT:
        return message("file not found")
    return Message(error.strerror) if error.strerror else message("cannot be read")
