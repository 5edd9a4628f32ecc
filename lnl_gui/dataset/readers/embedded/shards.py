"""The files that together are a dataset with embedded images, and the split of each."""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lnl_gui.dataset.readers.files.scan import is_ignored
from lnl_gui.dataset.readers.files.split_folders import part_folders
from lnl_gui.dataset.readers.reasons import missing_files
from lnl_gui.store.dataset.split_names import canonical_split, split_in_name, split_word
from lnl_gui.util.class_names import natural_key
from lnl_gui.util.files import file_types
from lnl_gui.util.files.file_there import is_file, is_folder
from lnl_gui.util.messages import Message

SUFFIXES = (*file_types.PARQUET, *file_types.FEATHER)
_DICT, _STATE, _INFO = "dataset_dict.json", "state.json", "dataset_info.json"
_SHARD = re.compile(r"(?P<stem>.+?)[-_.](?P<number>\d{4,6})-of-(?P<count>\d{4,6})", re.IGNORECASE)
_SPLIT_NUMBER = re.compile(r"(?P<split>[A-Za-z_]+?)[-_.]?\d*")
_LARGEST_JSON = 1 << 26


@dataclass(frozen=True)
class Shard:
    """One file, and the split that its name or folder says ("" for none)."""

    file: Path
    split: str


@dataclass(frozen=True)
class Shards:
    """All files of a dataset in their order.

    Attributes:
        files: at least one.
        missing: names of files that there should be.
        features: what `dataset_info.json` says about the columns; {} without one.
        saved: whether this is a folder of `save_to_disk`.
    """

    files: list[Shard]
    missing: list[str] = field(default_factory=list)
    features: dict[str, Any] = field(default_factory=dict)
    saved: bool = False

    def doubts(self) -> list[Message]:
        """That files are missing."""
        return missing_files(self.missing)


def find_shards(source: Path) -> Shards | None:
    """The files of a dataset; None where there are none of the forms that hold images.

    A file stands for itself. A folder is one of `save_to_disk`, or holds Parquet or Arrow files at
    its root, in `data`, or in folders named for splits.
    """
    if source.is_file():
        known = source.suffix.lower() in SUFFIXES
        return Shards([Shard(source, _split_of(source, source.parent))]) if known else None
    saved = _saved_parts(source)
    if saved:
        return _saved_shards(saved)
    files = _table_files(source)
    if not files:
        return None
    return Shards([Shard(f, _split_of(f, source)) for f in files], _missing_numbers(files))


def read_object(file: Path) -> dict[str, Any]:
    """The object in a JSON file; {} where there is no such file or it holds something else."""
    try:
        if file.stat().st_size > _LARGEST_JSON:
            return {}
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _saved_parts(source: Path) -> dict[str, Path]:
    """Folders that `save_to_disk` made, by split."""
    if is_file(source / _STATE):
        # A dataset saved alone says its split there; a DatasetDict has a folder for each.
        split = read_object(source / _STATE).get("_split")
        return {str(split) if split else "": source}
    splits = read_object(source / _DICT).get("splits")
    if not isinstance(splits, list):
        return {}
    # A name is only looked up: one with a separator would lead out of the dataset.
    return {s: source / s for s in splits if isinstance(s, str) and Path(s).name == s}


def _saved_shards(parts: dict[str, Path]) -> Shards:
    files: list[Shard] = []
    missing: list[str] = []
    features: object = {}
    for split, folder in parts.items():
        listed = read_object(folder / _STATE).get("_data_files")
        entries = listed if isinstance(listed, list) else []
        names = [e.get("filename") for e in entries if isinstance(e, dict)]
        wanted = [n for n in names if isinstance(n, str) and Path(n).name == n]
        files += [Shard(folder / n, split) for n in wanted if is_file(folder / n)]
        missing += [f"{folder.name}/{n}" for n in wanted if not is_file(folder / n)]
        if not wanted:
            missing.append(f"{folder.name}/{_STATE}")
        features = features or read_object(folder / _INFO).get("features", {})
    return Shards(files, missing, features if isinstance(features, dict) else {}, saved=True)


def _table_files(source: Path) -> list[Path]:
    # `push_to_hub` puts its shards into `data`.
    for folder in (source, source / "data"):
        found = _files_in([folder])
        if found:
            return found
        parts = part_folders(_folders(folder), holds=lambda part: bool(_files_in([part])))
        found = _files_in(parts)
        if found:
            return found
    return []


def _files_in(folders: Iterable[Path]) -> list[Path]:
    found = []
    for folder in folders:
        try:
            inside = [f for f in folder.iterdir() if f.suffix.lower() in SUFFIXES and is_file(f)]
        except OSError:
            continue
        found += sorted(
            (f for f in inside if not is_ignored(f.name)), key=lambda f: natural_key(f.name)
        )
    return found


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(child for child in folder.iterdir() if is_folder(child))
    except OSError:
        return []


def _split_of(file: Path, source: Path) -> str:
    """The split in `train-00000-of-00002.parquet`, `test.parquet` or `train/0000.parquet`."""
    shard = _SHARD.fullmatch(file.stem)
    if shard is not None:
        # Before `-00000-of-00002` the hub has the split, whatever that is called.
        return shard["stem"]
    plain = _SPLIT_NUMBER.fullmatch(file.stem)
    if plain is not None and _is_split(plain["split"]):
        return plain["split"]
    folder = file.parent.name if file.parent != source else ""
    return folder if split_in_name(folder) else ""


def _is_split(name: str) -> bool:
    """Whether a name is the word for a split, and not one with others: `my_train_table`."""
    return bool(canonical_split(name)) or (bool(name) and split_word(name) == name)


def _missing_numbers(files: Sequence[Path]) -> list[str]:
    """Shards that the others say there are: `train-00001-of-00003`."""
    there: dict[tuple[str, str, str], set[int]] = {}
    for file in files:
        shard = _SHARD.fullmatch(file.stem)
        if shard is not None:
            key = (str(file.parent), shard["stem"], shard["count"])
            there.setdefault(key, set()).add(int(shard["number"]))
    missing = []
    for (_, stem, count), numbers in there.items():
        absent = sorted(set(range(int(count))) - numbers)
        missing += [f"{stem}-{n:05}-of-{count}" for n in absent]
    return missing
