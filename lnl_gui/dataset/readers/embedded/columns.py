"""Which columns of a table hold image files and labels, by its schema and what is in it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lnl_gui.containers.signatures import is_image_file
from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.tables.column_names import (
    LABEL_NAMES,
    SPECIAL_LABEL_NAMES,
    SPLIT_NAMES,
    plain_name,
)
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

_BYTES, _PATH = "bytes", "path"
_FINE = ("fine_label", "fine_labels")
_METADATA = b"huggingface"


@dataclass(frozen=True)
class EmbeddedColumns:
    """What is where in the tables of a dataset.

    Attributes:
        image: the column of image files.
        has_paths: whether its cells may name a file instead.
        label: the column of the labels, "" where there is none.
        split: the column of the splits, "" where there is none.
        class_names: what the numbers in `label` stand for; () where they stand for themselves.
        group: the column of the patient, video or product, "" where none was named.
        others: further columns that could hold the label.
        names: all columns.
    """

    image: str
    has_paths: bool
    label: str
    split: str
    class_names: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    names: tuple[str, ...] = field(default=())
    group: str = ""


def image_column(schema: Any, first_rows: Any) -> str:
    """The column with image files: a struct with bytes, or bytes that begin like an image.

    Args:
        schema: `pyarrow.Schema`.
        first_rows: asks for the first values of a column of bytes; only then the file is read.

    Returns:
        Its name; "" where there is none.
    """
    structs = [f.name for f in schema if _is_image_struct(f.type)]
    features = hub_features(schema)
    # `datasets` stores sound as a struct of bytes and path too; only its features tell.
    named = [name for name in structs if features.get(name, {}).get("_type") == "Image"]
    if named or structs:
        return (named or structs)[0]
    for column in schema:
        if _is_bytes(column.type) and any(map(is_image_file, first_rows(column.name))):
            return str(column.name)
    return ""


def _is_image_struct(kind: Any) -> bool:
    fields = {kind.field(at).name: kind.field(at).type for at in range(kind.num_fields)}
    return _BYTES in fields and _is_bytes(fields[_BYTES])


def _is_bytes(kind: Any) -> bool:
    # By name, so that no pyarrow is imported to look at a schema.
    return str(kind) in ("binary", "large_binary", "binary_view")


def choose_embedded(
    schema: Any,
    image: str,
    features: Mapping[str, Any],
    *,
    label: str | None,
    split: str | None,
    group: str | None,
    source: Path,
) -> EmbeddedColumns:
    """Columns as a person named them, or by the names and types that are usual.

    Raises:
        UserError: when a named column is not there.
    """
    names = tuple(map(str, schema.names))
    likely = _label_columns(schema, image, features)
    chosen = named_column(names, label, "--label-column", source) if label else (likely or [""])[0]
    together = named_column(names, group, "--group-column", source) if group else ""
    parts = [n for n in names if plain_name(n) in SPLIT_NAMES and n not in (chosen, together)]
    found = named_column(names, split, "--split-column", source) if split else (parts or [""])[0]
    kind = schema.field(image).type
    has_paths = any(kind.field(at).name == _PATH for at in range(kind.num_fields))
    others = tuple(name for name in likely if name != chosen)
    class_names = tuple(map(str, features.get(chosen, {}).get("names") or ()))
    return EmbeddedColumns(image, has_paths, chosen, found, class_names, others, names, together)


def _label_columns(schema: Any, image: str, features: Mapping[str, Any]) -> list[str]:
    """Columns that could hold the label, the likeliest first."""
    plain = [f.name for f in schema if f.name != image and _is_plain(f.type)]
    classes = [name for name in plain if features.get(name, {}).get("_type") == "ClassLabel"]
    known = [*LABEL_NAMES[:3], *_FINE, *LABEL_NAMES[3:], *SPECIAL_LABEL_NAMES]
    rank = {name: at for at, name in enumerate(reversed(known))}
    # Among several, the finest classes: CIFAR-100 comes with its superclasses too.
    classes.sort(key=lambda n: (-rank.get(plain_name(n), -1), -len(features[n]["names"])))
    usual = sorted(
        (name for name in plain if plain_name(name) in rank and name not in classes),
        key=lambda name: -rank[plain_name(name)],
    )
    return [*classes, *usual]


def _is_plain(kind: Any) -> bool:
    return kind.num_fields == 0 or str(kind).startswith(("list", "large_list", "dictionary"))


def named_column(names: Sequence[str], wanted: str, option: str, source: Path) -> str:
    """The column that a person named, or numbered from 1.

    Raises:
        UserError: when it is not there.
    """
    if wanted in names:
        return wanted
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(names):
        return names[int(wanted) - 1]
    raise UserError(
        message(
            "`{source}` has no column `{name}`. Its columns are {listed}.",
            source=source,
            name=wanted,
            listed=shorten(names, shown=20),
        ),
        message("Give one of them with {option}, or its number from 1.", option=option),
        code="unknown_column",
    )


def hub_features(schema: Any) -> dict[str, Any]:
    """What Hugging Face's `datasets` wrote about each column; {} where it did not."""
    text = (schema.metadata or {}).get(_METADATA, b"{}")
    try:
        found = json.loads(text)["info"]["features"]
    except (ValueError, KeyError, TypeError):
        return {}
    return plain_features(found)


def plain_features(found: object) -> dict[str, Any]:
    """Features by column, those of a list's elements where it holds such.

    Args:
        found: what `datasets` has written; {} is returned for anything else.
    """
    if not isinstance(found, dict):
        return {}
    known = {str(name): _of_elements(feature) for name, feature in found.items()}
    return {name: feature for name, feature in known.items() if isinstance(feature, dict)}


def _of_elements(feature: Any) -> Any:
    """The feature of a list's elements: `List`, `Sequence`, or a list of one, as of old."""
    if isinstance(feature, list) and len(feature) == 1:
        return feature[0]
    inner = feature.get("feature") if isinstance(feature, dict) else None
    return inner if isinstance(inner, dict) else feature
