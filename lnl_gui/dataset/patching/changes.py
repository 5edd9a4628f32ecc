"""A patch: the label changes of a dataset, one JSON object a line, readable and easy to compare.

The first line says what it is, each following one a change:
`{"path": "cat/1.png", "sha256": "9f8...", "from": "cat", "to": "dog"}`. `to` is null where the
image is to leave the dataset, and empty where it stays without a label; `from` is null where it had
none. Lines are in order of their
paths, so that version control shows what differs between two patches.
"""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lnl_gui.containers.location import ImageLocation
from lnl_gui.containers.read import image_bytes
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.files.endless import refuse_endless
from lnl_gui.util.files.replaceable import begins_with, refuse_other_kind
from lnl_gui.util.json_text import parse_json
from lnl_gui.util.messages import message

FORMAT = 1
_KEY = "lnl_patch"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_LARGEST = 1 << 30


@dataclass(frozen=True)
class LabelChange:
    """The label of one image before and after."""

    path: str
    sha256: str
    """of the image's bytes, "" where they were not there"""
    before: str | None
    """None: no label"""
    after: str | None
    """"": no label; None: the image is to leave the dataset"""


def content_digest(place: ImageLocation) -> str:
    """SHA-256 of an image's bytes in hexadecimal; "" where it cannot be read.

    Args:
        place: where it lies.
    """
    try:
        return hashlib.sha256(image_bytes(place)).hexdigest()
    except OSError:
        return ""


def write_patch(target: Path, changes: Sequence[LabelChange], *, dataset: str) -> None:
    """Write a patch, in order of the paths.

    Args:
        target: the file; replaced if it is a patch.
        changes: of the dataset.
        dataset: what the dataset is called.

    Raises:
        UserError: when something else is there, or it cannot be written.
    """
    # Whoever has edited the line may have put another key first.
    is_patch = begins_with(rb'\{[^\n]*"' + _KEY.encode() + rb'"\s*:')
    refuse_other_kind(target, message("a patch"), is_patch)
    head = {_KEY: FORMAT, "dataset": dataset, "changes": len(changes)}
    try:
        # One kind of line end on every system, or version control would show every line as changed.
        with atomic_file(target, "w", encoding="utf-8", newline="\n") as stream:
            stream.write(f"{json.dumps(head, ensure_ascii=False)}\n")
            for change in sorted(changes, key=lambda found: found.path):
                stream.write(f"{json.dumps(_as_line(change), ensure_ascii=False)}\n")
    except OSError as error:
        raise as_user_error(error, message("write `{target}`", target=target)) from error


def read_patch(source: Path) -> list[LabelChange]:
    """The changes of a patch.

    Raises:
        UserError: when it cannot be read, is no patch, is damaged or of a newer version.
    """
    try:
        refuse_endless(source)
        if source.stat().st_size > _LARGEST:
            raise _no_patch(source)
        # `splitlines` would also break at U+2028, which JSON allows inside a text.
        lines = source.read_text(encoding="utf-8").split("\n")
    except OSError as error:
        raise as_user_error(error, message("read `{source}`", source=source)) from error
    except UnicodeDecodeError as error:
        raise _no_patch(source) from error
    head = _object(lines[0])
    if _KEY not in head:
        raise _no_patch(source)
    if head[_KEY] != FORMAT:
        raise UserError(
            message("`{source}` is of a newer version of LNL.", source=source),
            message("Update LNL."),
            code="newer_patch",
        )
    changes = []
    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        change = _change(_object(line))
        if change is None:
            raise UserError(
                message(
                    "`{source}`, line {number}: no change of a label.", source=source, number=number
                ),
                message("Write the patch again: `lnl-gui patch PROJECT FILE`."),
                code="damaged_patch",
            )
        changes.append(change)
    # A file cut between two lines is made of whole lines all the same.
    if len(changes) != head.get("changes"):
        raise UserError(
            message(
                "`{source}` is incomplete: {found} of {said} changes.",
                source=source,
                found=len(changes),
                said=str(head.get("changes")),
            ),
            message("Copy it again, or set `changes` in its first line right after an edit."),
            code="damaged_patch",
        )
    return changes


def _as_line(change: LabelChange) -> dict[str, Any]:
    fields = asdict(change)
    fields["from"], fields["to"] = fields.pop("before"), fields.pop("after")
    return fields


def _object(line: str) -> dict[str, Any]:
    try:
        found = parse_json(line)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _change(found: dict[str, Any]) -> LabelChange | None:
    path, digest = found.get("path"), found.get("sha256", "")
    before, after = found.get("from"), found.get("to")
    if not isinstance(path, str) or not path or not {"from", "to"} <= found.keys():
        return None
    if not isinstance(digest, str) or not (digest == "" or _DIGEST.fullmatch(digest)):
        return None
    if not all(name is None or isinstance(name, str) for name in (before, after)) or before == "":
        return None
    # What has no label already cannot lose it.
    if before is None and after == "":
        return None
    return LabelChange(path, digest, before, after)


def _no_patch(source: Path) -> UserError:
    return UserError(
        message("`{source}` is no patch of this program.", source=source),
        message("Write one with `lnl-gui patch PROJECT FILE`."),
        code="no_patch",
    )
