"""A dataset's preview on a terminal and as JSON."""

from typing import Any

from lnl_gui.dataset.readers.preview import Preview
from lnl_gui.util.messages import Message, joined, message, message_n
from lnl_gui.util.translation import localized

_SHOWN = 20


def as_text(preview: Preview) -> str:
    """Lines for a person."""
    lines = [
        message("{source}: {title}", source=preview.source, title=preview.title),
        message("  {why}", why=preview.why),
        message_n("{count:,} image", "{count:,} images", preview.samples),
        message(
            "{count:,} classes: {names}", count=len(preview.classes), names=_counts(preview.classes)
        ),
    ]
    if preview.splits != [("", preview.samples)]:
        lines.append(message("splits: {names}", names=_counts(preview.splits)))
    if preview.annotators:
        names = ", ".join(preview.annotators[:_SHOWN])
        lines.append(message("annotators: {names}", names=names))
    lines += preview.skipped
    lines += [message("warning: {text}", text=text) for text in preview.warnings]
    lines += [message("DOUBTFUL: {text}", text=text) for text in preview.suspicions]
    lines += [message("other reading: {text}", text=text) for text in preview.others]
    return "\n".join(localized(line) for line in lines)


def _counts(pairs: list[tuple[str, int]]) -> Message:
    shown = [
        message("{name} {count:,}", name=name or "-", count=count) for name, count in pairs[:_SHOWN]
    ]
    if len(pairs) > _SHOWN:
        shown.append(message("and {count} more", count=len(pairs) - _SHOWN))
    return joined(shown)


def as_json(preview: Preview) -> dict[str, Any]:
    """One object for a script, in English; `doubtful` says whether an import would stop."""
    return {
        "source": str(preview.source),
        "reader": preview.reader,
        "title": str(preview.title),
        "why": str(preview.why),
        "samples": preview.samples,
        "classes": dict(preview.classes),
        "splits": dict(preview.splits),
        "annotators": preview.annotators,
        "skipped": [str(text) for text in preview.skipped],
        "warnings": [str(text) for text in preview.warnings],
        "suspicions": [str(text) for text in preview.suspicions],
        "others": [str(text) for text in preview.others],
        "doubtful": bool(preview.suspicions),
    }
