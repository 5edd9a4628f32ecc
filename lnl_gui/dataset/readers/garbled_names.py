"""Class names that were decoded wrongly before they got here: `KÃ¤fer` for `Käfer`."""

from collections.abc import Iterable


def garbled(names: Iterable[str]) -> dict[str, str]:
    """The names that are UTF-8 read as Western European, and what they were before."""
    found = {name: _before(name) for name in names if not name.isascii()}
    return {name: before for name, before in found.items() if before}


def _before(name: str) -> str:
    # Five bytes have no letter in cp1252; Latin-1 has one for each.
    for encoding in ("cp1252", "latin-1"):
        try:
            return name.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return ""
