"""Folder and file names that every platform accepts and that never collide."""

import hashlib
import re
import unicodedata

MAXIMUM_BYTES = 120
"""Longest name given out, in UTF-8 bytes: below every file system's limit, and short in a path."""

_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]+')
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul"]
    + [f"{device}{number}" for device in ("com", "lpt") for number in "0123456789¹²³"]
)
_DIGEST = 8
_NUMBER = re.compile(r" \(\d+\)\Z")
"""What `NameClaims` gives a name that is taken."""


def safe_name(name: str) -> str:
    """`name` as a file name on Linux, macOS and Windows; unchanged where it already is one.

    Forbidden characters become `_`, trailing dots and spaces go, Windows' device names get a
    `_`, and what is too long is cut and ends in a digest of the whole.
    """
    plain = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode("utf-8"))
    plain = _FORBIDDEN.sub("_", plain).strip(" ").rstrip(". ")
    if not plain or plain.startswith("."):
        plain = "_" + plain
    # Windows reserves device names with any suffix: `con.png` is a device too.
    stem = plain.split(".", 1)[0].rstrip(" ")
    if stem.casefold() in _RESERVED:
        plain = "_" + plain
    return _shortened(plain, name)


def path_in(folder: str, name: str) -> str:
    """The path of a file from the root, in a folder by its own; "" is the root itself."""
    return f"{folder}/{name}" if folder else name


def split_suffix(name: str) -> tuple[str, str]:
    """A file name as stem and suffix (with its dot, or "")."""
    dot = name.rfind(".")
    return (name[:dot], name[dot:]) if dot > 0 else (name, "")


class NameClaims:
    """Unique file names within each of several folders, suffixes kept.

    Names count as the same where neither case nor Unicode form counts, as on Windows and macOS.
    """

    def __init__(self) -> None:
        self._taken: dict[str, set[str]] = {}
        self._following: dict[str, dict[str, int]] = {}

    def claim(self, folder: str, name: str) -> str:
        """A safe file name like `name` that `folder` has not given out before.

        The first to claim a name has it; a later one ends in ` (2)`, ` (3)`, ...
        """
        taken = self._taken.setdefault(folder, set())
        # Where each name's numbers go on, else thousands of equal names cost quadratic time.
        following = self._following.setdefault(folder, {})
        candidate = plain = safe_name(name)
        stem, suffix = split_suffix(plain)
        number = following.get(fold(plain), 2)
        while fold(candidate) in taken:
            candidate = f"{stem} ({number}){suffix}"
            number += 1
        following[fold(plain)] = number
        taken.add(fold(candidate))
        return candidate


def unnumbered(name: str) -> str:
    """A name folded as when it is claimed, without the number that made it a free one."""
    stem, suffix = split_suffix(safe_name(name))
    return fold(_NUMBER.sub("", stem) + suffix)


def fold(name: str) -> str:
    """What a name is where neither case nor Unicode form counts."""
    # Once more afterwards: `casefold` may leave a form that is not composed.
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def _shortened(plain: str, original: str) -> str:
    if len(plain.encode("utf-8")) <= MAXIMUM_BYTES:
        return plain
    digest = hashlib.blake2b(original.encode("utf-8", "replace"), digest_size=_DIGEST // 2)
    stem, suffix = split_suffix(plain)
    # A longer one is no suffix but a dot in a sentence.
    suffix = suffix if len(suffix.encode("utf-8")) <= 8 else ""
    ending = f"~{digest.hexdigest()}{suffix}"
    room = MAXIMUM_BYTES - len(ending.encode("utf-8"))
    # Cut by bytes; `ignore` drops the character that the cut went through.
    head = (stem if suffix else plain).encode("utf-8")[:room].decode("utf-8", "ignore")
    return head.rstrip(" .") + ending
