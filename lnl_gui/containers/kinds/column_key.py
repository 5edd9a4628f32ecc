"""Keys of images in the column of a table: `COLUMN/ROW`."""

import re
from urllib.parse import quote, unquote

from lnl_gui.containers.errors import ContainerError
from lnl_gui.util.messages import message

_KEY = re.compile(r"([^/]*)/(\d{1,18})")


def column_key(name: str, row: int, *, digits: int = 5) -> str:
    """The key of a cell; the row is padded to `digits`, which keeps names in order."""
    # Quoted: a column may be called anything, and brackets in a key mean something else.
    return f"{quote(name, safe='')}/{row:0{digits}}"


def parse_column_key(key: str) -> tuple[str, int]:
    """Column and row of a key.

    Raises:
        ContainerError: when it is no such key.
    """
    found = _KEY.fullmatch(key)
    if found is None:
        raise ContainerError(message("`{key}` names no image", key=key[:80]))
    return unquote(found[1]), int(found[2])
