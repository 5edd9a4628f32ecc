"""What a cell that is more than a path refers to: an address, a tag, an object as text."""

import base64
import binascii
import re
from urllib.parse import parse_qs, unquote, urlsplit

from lnl_gui.dataset.listing import IMAGE_SUFFIXES

_QUOTED = re.compile(r"(?:\w*Path\(\s*)?(['\"`])([^'\"`]+)\1\s*\)?")
_TAG = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*['\"]?([^'\"\s>]+)[^>]*>", re.IGNORECASE)
_OBJECT = re.compile(
    r"\{.*['\"](?:path|file_?name|image|url|src)['\"]\s*:\s*['\"]([^'\"]+)['\"].*\}"
)
_ENDINGS = "|".join(sorted(suffix[1:] for suffix in IMAGE_SUFFIXES))
_IMAGE_NAME = re.compile(rf"([^\s/\\'\"`<>=?&#:,()]+)\.(?:{_ENDINGS})(?![\w.])", re.IGNORECASE)
_LAST_NUMBER = re.compile(r"(\d+)\D*$")
# Label Studio puts eight random digits before the name of an uploaded file.
_UPLOAD_PREFIX = re.compile(r"^[0-9a-f]{8}-")
_LABEL_STUDIO = re.compile(
    r"(?:https?://[^/\s]+)?(?:/[^?\s]*)?"
    r"(?:/data/(?:local-files/\?|upload/(?:\d+/)?[0-9a-f]{8}-)|/(?:resolve|presign)/\?fileuri=)",
    re.IGNORECASE,
)


def is_label_studio(cell: str) -> bool:
    """Whether a cell is an address that Label Studio made of a file's path, with host or without.

    Nothing is read there: the file is the one that was given to the program.
    """
    return bool(_LABEL_STUDIO.match(cell.strip()))


def behind_label_studio(address: str) -> list[str]:
    """The file behind a Label Studio address: a local-files query, an upload, a store's file."""
    parts = urlsplit(address)
    query = parse_qs(parts.query)
    if parts.path.endswith("/local-files/") and "d" in query:
        return [query["d"][0].replace("\\", "/")]
    if "/upload/" in parts.path:
        name = unquote(parts.path).rsplit("/", 1)[-1]
        return [name, _UPLOAD_PREFIX.sub("", name)]
    if parts.path.endswith(("/resolve/", "/presign/")) and "fileuri" in query:
        stored = _decoded(query["fileuri"][0])
        return [f"/{urlsplit(stored).netloc}{urlsplit(stored).path}"] if stored else []
    return []


def _decoded(text: str) -> str:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except (binascii.Error, ValueError):
        return ""


def unwrapped(cell: str) -> str:
    """The path in a cell that holds it in quotes, as `PosixPath('1.png')`, as a tag or an object.

    The cell itself where there is nothing around it.
    """
    if not cell or cell[-1] not in "'\"`)>}":
        return cell
    quoted = _QUOTED.fullmatch(cell)
    if quoted:
        return quoted[2]
    inside = _TAG.fullmatch(cell) or _OBJECT.fullmatch(cell)
    return inside[1] if inside else cell


def name_in(cell: str, *, numbers: bool = False) -> str:
    """The name without suffix of the image that a text speaks of, "" where it speaks of none.

    Args:
        cell: an address, or any text.
        numbers: whether the last number in it will do, as in `photo 7`.
    """
    plain = unquote(cell.strip())
    behind = behind_label_studio(plain) if is_label_studio(plain) else []
    names = _IMAGE_NAME.findall(behind[-1] if behind else plain)
    if names:
        return str(names[-1])
    number = _LAST_NUMBER.search(plain) if numbers else None
    return number[1] if number else ""
