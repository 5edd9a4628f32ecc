"""The shards that together are a dataset in the form of WebDataset, and the split of each."""

import re
import tarfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from lnl_gui.dataset.readers.embedded.webdataset_fields import (
    LABEL_ENDINGS,
    read_object,
    read_small,
)
from lnl_gui.dataset.readers.embedded.webdataset_tar import Sample, open_shard, read_shard
from lnl_gui.dataset.readers.files.places import files_in, folders_in
from lnl_gui.dataset.readers.reasons import missing_files
from lnl_gui.store.dataset.split_names import split_in_name, split_word
from lnl_gui.util.class_names import natural_key
from lnl_gui.util.files.file_there import is_file
from lnl_gui.util.messages import Message

SUFFIXES = (".tar", ".tar.gz", ".tgz")
_LOOKED_AT = 8
_NUMBER = re.compile(r"(?P<stem>.*?)(?P<number>\d+)")
_YOLO = re.compile(rb"\s*\d+( -?[0-9.eE+-]+){4,}\s*")
_OF_TOOLS = frozenset({"shapes", "imagePath", "objects", "item"})
"""Fields of the JSON files that LabelMe, Supervisely and Darwin write for each image."""
_COUNT_FILE = "nshards.txt"
_MOST_NAMED = 100_000


@dataclass(frozen=True)
class TarShards:
    """The shards in their order, each with its split, and the names of those that are missing."""

    files: list[tuple[Path, str]]
    missing: list[str] = field(default_factory=list)

    def doubts(self) -> list[Message]:
        """That shards are missing."""
        return missing_files(self.missing)


def find_shards(source: Path) -> TarShards | None:
    """The shards of a folder, of its folders named for splits, or one shard; None for others."""
    if source.is_file():
        known = source.name.lower().endswith(SUFFIXES) and is_shard(source)
        return TarShards([(source, _split_of(source))]) if known else None
    if not source.is_dir():
        return None
    folders = [source] if _tars(source) else [f for f in folders_in(source) if _named_split(f)]
    files = [file for folder in folders for file in _tars(folder)]
    # One is enough: `read` refuses those that are none among others.
    if not files or not is_shard(files[0]):
        return None
    missing = [name for folder in folders for name in _missing(folder, _tars(folder))]
    return TarShards([(file, _split_of(file)) for file in files], missing)


def is_shard(file: Path) -> bool:
    """Whether an archive's first members are images with what belongs to each beside it.

    So are the files of tools that write a label file for each image, which are told by what is
    in them.
    """
    try:
        samples = list(read_shard(file, _LOOKED_AT).samples.values())
        with open_shard(file, whole=False) as stream:
            return any(_is_sample(stream, sample) for sample in samples)
    except (OSError, tarfile.TarError, EOFError, zlib.error, ValueError):
        return False


def _is_sample(shard: IO[bytes], sample: Sample) -> bool:
    beside = [ending for ending in LABEL_ENDINGS if ending in sample.members]
    if not sample.images() or not beside:
        return False
    for ending in beside:
        data = read_small(shard, sample.members[ending])
        if ending == "txt" and _YOLO.match(data):
            return False
        value = read_object(data) if ending == "json" else None
        if isinstance(value, dict) and _OF_TOOLS & value.keys():
            return False
    return True


def _tars(folder: Path) -> list[Path]:
    found = [file for file in files_in(folder) if file.name.lower().endswith(SUFFIXES)]
    return sorted(found, key=lambda file: natural_key(file.name))


def _named_split(folder: Path) -> bool:
    return bool(split_in_name(folder.name))


def _split_of(file: Path) -> str:
    """The split in `imagenet-train-000012.tar`, or in the folder's name."""
    return split_word(file.name.split(".")[0], file.parent.name)


def _missing(folder: Path, files: Sequence[Path]) -> list[str]:
    """Shards between the numbers that there are, and those that `nshards.txt` counts."""
    there: dict[tuple[str, str], dict[int, int]] = {}
    for file in files:
        stem, _, ending = file.name.partition(".")
        found = _NUMBER.fullmatch(stem)
        if found is not None:
            numbers = there.setdefault((found["stem"], ending), {})
            numbers[int(found["number"][-9:])] = len(found["number"])
    counted = _counted(folder)
    missing: list[str] = []
    for (stem, ending), numbers in there.items():
        # The file, as the benchmark of CLIP models writes it, counts one series of shards.
        last = max(max(numbers), (counted or 0) - 1 if len(there) == 1 else 0)
        width = max(numbers.values()) if len(set(numbers.values())) == 1 else 0
        # Numbers that begin above 1 are a part that somebody chose.
        first = min(numbers) if min(numbers) > 1 else 0 if 0 in numbers else 1
        if last - first < _MOST_NAMED:
            absent = sorted(set(range(first, last + 1)) - set(numbers))
            missing += [f"{stem}{number:0{width}}.{ending}" for number in absent]
    return missing


def _counted(folder: Path) -> int | None:
    file = folder / _COUNT_FILE
    if not is_file(file) or file.stat().st_size > 64:
        return None
    text = file.read_text(encoding="ascii", errors="replace").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else None
