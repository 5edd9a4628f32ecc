"""What the members beside an image of a shard say: texts, numbers, fields of JSON."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import IO, Any

from lnl_gui.dataset.readers.embedded.webdataset_tar import Place, Sample
from lnl_gui.dataset.readers.tables.column_names import LABEL_NAMES, SPLIT_NAMES, plain_name

# `cls`, `class` and `index` are endings that WebDataset's own decoder takes for numbers.
_TEXTS = ("cls", "label", "class", "lbl", "target", "cls.txt", "label.txt", "class.txt", "index")
_JSON, _CAPTION = "json", "txt"
LABEL_ENDINGS = (*_TEXTS, _JSON, _CAPTION)
"""Endings of members that may hold a label, the surest first."""
_LARGEST = 1 << 20


def read_small(shard: IO[bytes], place: Place) -> bytes:
    """The bytes of a member that is no image; b"" where there are too many to be a label."""
    if place.size > _LARGEST:
        return b""
    shard.seek(place.offset)
    return shard.read(place.size)


def read_object(data: bytes) -> Any:
    """What JSON holds; None for what is none."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def list_fields(shard: IO[bytes], samples: Sequence[Sample]) -> list[str]:
    """The fields of some samples: `cls`, `txt`, or the fields of their JSON as they are called.

    Those that may hold a label come first, then the others, then captions.
    """
    counts: Counter[str] = Counter()
    for sample in samples:
        counts.update(ending for ending in _TEXTS if ending in sample.members)
        if _JSON in sample.members:
            counts.update(_json_fields(read_object(read_small(shard, sample.members[_JSON]))))
    # img2dataset writes a caption into each `.txt`: a label only where nothing else is one.
    captions = [_CAPTION] if any(_CAPTION in sample.members for sample in samples) else []
    texts = [ending for ending in _TEXTS if ending in counts]
    rank = {name: at for at, name in enumerate(LABEL_NAMES)}
    known = sorted(
        (name for name in counts if plain_name(name) in rank and name not in texts),
        key=lambda name: rank[plain_name(name)],
    )
    others = [name for name in counts if name not in texts and name not in known]
    return [*texts, *known, *captions, *others]


def label_fields(fields: Iterable[str]) -> list[str]:
    """The fields that may hold the label."""
    return [f for f in fields if f in LABEL_ENDINGS or plain_name(f) in LABEL_NAMES]


def split_field(fields: Iterable[str]) -> str:
    """The field that names the split; "" where there is none."""
    return next((field for field in fields if plain_name(field) in SPLIT_NAMES), "")


def cells_of(shard: IO[bytes], sample: Sample, fields: Sequence[str]) -> list[Any]:
    """What a sample has in these fields; None where it has none."""
    value: Any = None
    if _JSON in sample.members and not set(fields) <= sample.members.keys() - {_JSON}:
        value = read_object(read_small(shard, sample.members[_JSON]))
    return [_cell(shard, sample, field, value) for field in fields]


def _cell(shard: IO[bytes], sample: Sample, field: str, value: Any) -> Any:
    if field in LABEL_ENDINGS and field in sample.members and field != _JSON:
        return read_small(shard, sample.members[field]).decode("utf-8", "replace").strip()
    if field == _JSON:
        return value if not isinstance(value, dict) else None
    cell = value.get(field) if isinstance(value, dict) else None
    return None if isinstance(cell, dict) else cell


def _json_fields(value: Any) -> list[str]:
    """The names of an object's plain fields; the file itself where it holds a number or text."""
    if isinstance(value, dict):
        return [name for name, cell in value.items() if not isinstance(cell, dict)]
    return [_JSON] if isinstance(value, (int, str)) else []
