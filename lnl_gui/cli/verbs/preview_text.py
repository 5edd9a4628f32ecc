"""A dataset's preview on a terminal and as JSON."""

import shlex
from collections.abc import Iterator
from typing import Any

from lnl_gui.store.dataset.dataset_preview import (
    ColumnsFound,
    DatasetPreview,
    OtherReading,
    SkippedPreview,
)
from lnl_gui.util.messages import Message, joined, message, message_n
from lnl_gui.util.translation import localized

_SHOWN = 20
_OPTIONS = {
    "reader": "--reader",
    "class_level": "--class-level",
    "label_column": "--label-column",
    "group_column": "--group-column",
}


def as_text(preview: DatasetPreview) -> str:
    """Lines for a person."""
    lines = _reading(preview) if preview.is_readable else _failure(preview)
    return "\n".join(localized(line) for line in [*lines, *_others(preview)])


def _failure(preview: DatasetPreview) -> list[Message]:
    """What there is to choose from; the error itself is told as any other."""
    return [] if preview.columns is None else list(_columns(preview.columns))


def _reading(preview: DatasetPreview) -> list[Message]:
    lines = [
        message("{source}: {title}", source=preview.source, title=preview.title),
        message("  {why}", why=preview.why),
        message_n("{count:,} image", "{count:,} images", preview.images),
        *_unlabelled(preview.unlabelled),
        message(
            "{count:,} classes: {names}",
            count=preview.class_count,
            names=_counts([(entry.name, entry.images) for entry in preview.classes]),
        ),
    ]
    # That is how a dataset without splits is counted: there is none to tell of.
    if preview.splits != (("", preview.images),):
        lines.append(message("splits: {names}", names=_counts(preview.splits)))
    if preview.annotators:
        names = ", ".join(preview.annotators[:_SHOWN])
        lines.append(message("annotators: {names}", names=names))
    lines += _details(preview)
    lines += [_skipped(entry) for entry in preview.skipped]
    lines += [message("note: {text}", text=text) for text in preview.notes]
    lines += [message("warning: {text}", text=text) for text in preview.cautions]
    lines += [message("DOUBTFUL: {text}", text=text) for text in preview.doubts]
    return lines


def _unlabelled(count: int) -> list[Message]:
    if not count:
        return []
    return [message("{count:,} of them without a label", count=count)]


def _details(preview: DatasetPreview) -> Iterator[Message]:
    if preview.columns is not None:
        yield from _columns(preview.columns)
    if preview.encoding:
        yield message("encoding: {name}", name=preview.encoding)
    if preview.class_level:
        yield message(
            "class level: {level} of {levels}", level=preview.class_level, levels=preview.levels
        )
    if preview.class_names_file:
        yield message("names of the classes: {file}", file=preview.class_names_file)
    if preview.image_root:
        yield message("paths start at: {folder}", folder=preview.image_root)


def _columns(columns: ColumnsFound) -> Iterator[Message]:
    marks = {
        columns.path: message("path"),
        columns.label: message("label"),
        columns.split: message("split"),
        columns.annotator: message("person"),
        columns.group: message("group"),
    }
    marks |= dict.fromkeys(columns.annotators, message("annotator"))
    marks |= dict.fromkeys(columns.one_hot, message("class"))
    shown = [
        # A column's name is the dataset's and is not translated.
        message("{name} ({role})", name=name, role=marks[name]) if name in marks else Message(name)
        for name in columns.names[:_SHOWN]
    ]
    if len(columns.names) > _SHOWN:
        shown.append(message("and {count} more", count=len(columns.names) - _SHOWN))
    yield message("columns: {names}", names=joined(shown))


def _skipped(entry: SkippedPreview) -> Message:
    return message(
        "skipped: {count:,}: {reason} ({paths})",
        count=entry.count,
        reason=entry.reason,
        paths=", ".join(entry.examples[:3]),
    )


def _others(preview: DatasetPreview) -> list[Message]:
    return [
        message(
            "other reading: {option}: {title}, {gives}",
            option=option_of(reading),
            title=reading.title,
            gives=_gives(reading),
        )
        for reading in preview.others
    ]


def _gives(reading: OtherReading) -> Message:
    parts = []
    if reading.classes:
        parts.append(message_n("{count:,} class", "{count:,} classes", reading.classes))
    if reading.images:
        parts.append(message_n("{count:,} image", "{count:,} images", reading.images))
    if reading.names:
        parts.append(message("such as {names}", names=reading.names))
    if reading.doubtful:
        parts.append(message("doubtful"))
    return joined(parts) if parts else message("not read yet")


def option_of(reading: OtherReading) -> str:
    """What to type to get a reading."""
    if "source" in reading.changes:
        return shlex.quote(str(reading.changes["source"]))
    words = [
        # What is shown can be copied into a shell, whatever a column is called.
        f"{option} {shlex.quote(str(reading.changes[name]))}"
        for name, option in _OPTIONS.items()
        if reading.changes.get(name) is not None
    ]
    if reading.changes.get("rename_classes") is False:
        words.append("--no-class-names")
    return " ".join(words)


def _counts(pairs: list[tuple[str, int]] | tuple[tuple[str, int], ...]) -> Message:
    shown = [
        message("{name} {count:,}", name=name or "-", count=count) for name, count in pairs[:_SHOWN]
    ]
    if len(pairs) > _SHOWN:
        shown.append(message("and {count} more", count=len(pairs) - _SHOWN))
    return joined(shown)


def as_json(preview: DatasetPreview) -> dict[str, Any]:
    """One object for a script, in English; `doubtful` says whether an import would stop."""
    return {
        "source": preview.source,
        "reader": preview.reader,
        "title": str(preview.title),
        "why": str(preview.why),
        "samples": preview.images,
        "unlabelled": preview.unlabelled,
        "class_count": preview.class_count,
        "classes": {entry.name: entry.images for entry in preview.classes},
        "splits": dict(preview.splits),
        "annotators": list(preview.annotators),
        "columns": _columns_json(preview.columns),
        "encoding": preview.encoding,
        "class_level": preview.class_level or None,
        "image_root": preview.image_root,
        "class_names_file": preview.class_names_file,
        "skipped": [
            {
                "reason": str(entry.reason),
                "count": entry.count,
                "examples": list(entry.examples[:_SHOWN]),
            }
            for entry in preview.skipped
        ],
        "warnings": [str(text) for text in (*preview.cautions, *preview.notes)],
        "suspicions": [str(text) for text in preview.doubts],
        "others": [_other_json(reading) for reading in preview.others],
        "doubtful": preview.is_doubtful,
        "error": preview.error_code,
        "message": str(preview.error),
        "hint": str(preview.hint),
    }


def _columns_json(columns: ColumnsFound | None) -> dict[str, Any] | None:
    if columns is None:
        return None
    return {
        "names": list(columns.names),
        "path": columns.path,
        "label": columns.label,
        "split": columns.split,
        "annotator": columns.annotator,
        "group": columns.group,
        "annotators": list(columns.annotators),
        "one_hot": list(columns.one_hot),
        "candidates": dict(columns.candidates),
        "group_candidates": dict(columns.group_candidates),
    }


def _other_json(reading: OtherReading) -> dict[str, Any]:
    return {
        "title": str(reading.title),
        "option": option_of(reading),
        "samples": reading.images or None,
        "classes": reading.classes or None,
        "names": str(reading.names),
        "doubtful": reading.doubtful,
    }
