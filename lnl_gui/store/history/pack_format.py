"""A pack: some samples of a project in one file, to be reviewed elsewhere.

A zip archive of `pack.json`, `journal.jsonl` and `images/NNNNNN.SUFFIX`. It holds no path of the
machine it was made on, no dataset and no model. A pack may be anybody's: what it claims is compared
with what it is before anything is written, see `open_archive`.
"""

import re
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

SUFFIX = ".lnlpack"
FORMAT, VERSION = "lnl-pack", 1
MANIFEST, JOURNAL, IMAGES = "pack.json", "journal.jsonl", "images"
THUMBNAILS, FULL = "thumbnails", "full"
KINDS = (THUMBNAILS, FULL)
MOST_SAMPLES = 50_000
PACK_OF = "pack_of"
"""Key of a project's header: the id of the project that it is a pack of."""
_LARGEST_TEXT = 512 * 2**20
_LARGEST_IMAGE = 256 * 2**20
_IMAGE = re.compile(rf"{IMAGES}/[0-9]{{6}}\.[a-z0-9]{{1,5}}")
_ENCRYPTED = 1

_Text = Annotated[str, Meta(max_length=4096)]
_Label = Annotated[int, Meta(ge=-1, le=1_000_000)]
_Number = Annotated[float, Meta(ge=-1e30, le=1e30)] | None


@dataclass(frozen=True)
class PackedSample:
    """One sample with the evidence on it; figures are None where there are none."""

    path: Annotated[str, Meta(min_length=1, max_length=4096)]
    """as the project calls it, by which verdicts come back where `content` is not known"""
    image: str
    """its entry in the archive; "" where the image could not be read"""
    given: _Label
    split: Annotated[int, Meta(ge=0, le=255)]
    suspicion: _Number = None
    suggested: _Label = -1
    flagged: bool = False
    loss: _Number = None
    confidence: _Number = None
    off_topic: bool = False
    votes: Annotated[tuple[tuple[_Number, _Label], ...], Meta(max_length=100)] = ()
    """score and class of each detector, in the order of `Pack.detectors`"""
    neighbours: Annotated[tuple[tuple[int, float], ...], Meta(max_length=100)] = ()
    """place in the pack and similarity of those that are in it"""
    content: Annotated[str, Meta(max_length=32)] = ""
    """hash of the image it is of, by which verdicts come back where files have other names since"""


@dataclass(frozen=True)
class Pack:
    """What `pack.json` holds."""

    format: str
    version: int
    project: Annotated[str, Meta(min_length=1, max_length=100)]
    """the id of the project it is of"""
    name: _Text
    """what that is called"""
    made: Annotated[str, Meta(max_length=60)]
    """when, in ISO form"""
    images: str
    """`THUMBNAILS` or `FULL`"""
    classes: Annotated[tuple[_Text, ...], Meta(max_length=1_000_000)]
    """keys of all classes by id"""
    splits: Annotated[tuple[_Text, ...], Meta(min_length=1, max_length=256)]
    samples: Annotated[tuple[PackedSample, ...], Meta(min_length=1, max_length=MOST_SAMPLES)]
    detectors: Annotated[tuple[tuple[_Text, Any], ...], Meta(max_length=100)] = ()
    """name and title (JSON form) of each"""
    threshold: _Number = None


def open_archive(file: Path) -> tuple[zipfile.ZipFile, Pack]:
    """Open a pack and read what it says of itself.

    Every entry is known and of a plain name, images are stored as they are and together no larger
    than the file, so that nothing can lie outside the folder or unpack to more than was sent.

    Raises:
        UserError: when the file is none, is damaged or is not what a pack may be.
        OSError: when it cannot be read.
    """
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as error:
        raise refused(file, message("it is no pack of LNL")) from error
    try:
        _check_entries(file, archive)
        pack = _manifest(file, archive)
        _check_numbers(file, archive, pack)
    except BaseException:
        archive.close()
        raise
    return archive, pack


def refused(file: Path, why: Message) -> UserError:
    """What is said of a pack that is not opened."""
    return UserError(
        message("{file} was not opened: {why}.", file=file, why=why),
        message("Ask whoever it comes from to send it again. Nothing was written."),
        code="bad_pack",
    )


def read_entry(file: Path, archive: zipfile.ZipFile, name: str) -> bytes:
    """The bytes of an entry, no more of them than it claims.

    Raises:
        UserError: when it is damaged.
    """
    claimed = archive.getinfo(name).file_size
    try:
        with archive.open(name) as stream:
            found = stream.read(claimed + 1)
    except (zipfile.BadZipFile, EOFError, ValueError, NotImplementedError, RuntimeError) as error:
        raise refused(file, message("{name} is damaged", name=name)) from error
    if len(found) != claimed:
        raise refused(file, message("{name} is not as large as it claims", name=name))
    return found


def _check_entries(file: Path, archive: zipfile.ZipFile) -> None:
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(entries) > MOST_SAMPLES + 2 or len(set(names)) < len(names):
        raise refused(file, message("it has too many files, or two of one name"))
    if not {MANIFEST, JOURNAL} <= set(names):
        raise refused(file, message("it is no pack of LNL"))
    stored = 0
    for entry in entries:
        text = entry.filename in (MANIFEST, JOURNAL)
        if not text and not _IMAGE.fullmatch(entry.filename):
            raise refused(file, message("it holds {name}", name=repr(entry.filename)[:80]))
        if entry.flag_bits & _ENCRYPTED:
            raise refused(file, message("it is encrypted"))
        if entry.file_size > (_LARGEST_TEXT if text else _LARGEST_IMAGE):
            raise refused(file, message("{name} is too large", name=entry.filename))
        if not text:
            # Packed once more an image gains nothing: who does it means to unpack to more.
            if entry.compress_type != zipfile.ZIP_STORED or entry.file_size != entry.compress_size:
                raise refused(file, message("its images are packed"))
            stored += entry.file_size
    # Entries may lie on top of each other, and together be more than there is.
    if stored > file.stat().st_size:
        raise refused(file, message("its images claim to be larger than the file"))


def _manifest(file: Path, archive: zipfile.ZipFile) -> Pack:
    data = read_entry(file, archive, MANIFEST)
    try:
        head = msgspec.json.decode(data)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise refused(file, message("{name} is damaged", name=MANIFEST)) from error
    if not isinstance(head, dict) or head.get("format") != FORMAT:
        raise refused(file, message("it is no pack of LNL"))
    version = head.get("version")
    if not isinstance(version, int) or version > VERSION:
        raise UserError(
            message("{file} was written by a newer LNL.", file=file),
            message("Update LNL to open it."),
        )
    try:
        return msgspec.convert(head, type=Pack, strict=True)
    except msgspec.ValidationError as error:
        why = str(error).replace("`", "")
        raise refused(file, message("{name}: {why}", name=MANIFEST, why=why)) from error


def _check_numbers(file: Path, archive: zipfile.ZipFile, pack: Pack) -> None:
    """Every number leads to something, and every text is one line or path."""
    classes, splits, count = len(pack.classes), len(pack.splits), len(pack.samples)
    names = {name for name in archive.namelist() if name not in (MANIFEST, JOURNAL)}
    images = [sample.image for sample in pack.samples if sample.image]
    paths = {sample.path for sample in pack.samples}
    sound = (
        pack.images in KINDS
        and len(set(pack.classes)) == classes
        and all(pack.classes)
        and len(set(pack.splits)) == splits
        and len(paths) == count
        and not any("\0" in text for text in (*paths, *pack.classes, *pack.splits))
        and len(images) == len(set(images))
        and set(images) == names
        and all(
            _is_sound(sample, classes, splits, count, len(pack.detectors))
            for sample in pack.samples
        )
    )
    if not sound:
        raise refused(file, message("its numbers and names do not fit together"))


def _is_sound(sample: PackedSample, classes: int, splits: int, count: int, detectors: int) -> bool:
    labels = (sample.given, sample.suggested, *(label for _, label in sample.votes))
    return (
        max(labels) < classes
        and sample.split < splits
        and len(sample.votes) in (0, detectors)
        and all(0 <= place < count for place, _ in sample.neighbours)
        and (sample.suspicion is None or 0 <= sample.suspicion <= 1)
    )
