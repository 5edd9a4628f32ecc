"""Which files look the same by every rendering, told by their first bytes."""

from lnl_gui.containers.location import ImageLocation, Member
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.pictures.reading import read_bytes

_JPEG, _PNG = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"
# PNG's numbers of grey, colours and palette; the others have an opacity of their own.
_OPAQUE_COLOURS = (0, 2, 3)
_DEEPEST = 8
_HEAD = 1 << 16


def is_plain(file: ImageLocation) -> bool:
    """Whether an image has 8 bits and nothing transparent, so that no rendering plays a role.

    Args:
        file: one that may be missing; JPEG and PNG alone are looked into, others are taken for
            what they may be.
    """
    try:
        if isinstance(file, Member):
            head = read_bytes(file)[:_HEAD]
        else:
            with file.open("rb") as stream:
                head = stream.read(_HEAD)
    except (OSError, ValueError, UnreadableImage):
        return False
    return head.startswith(_JPEG) or (head.startswith(_PNG) and _is_plain_png(head))


def _is_plain_png(head: bytes) -> bool:
    if len(head) < 26 or head[24] > _DEEPEST or head[25] not in _OPAQUE_COLOURS:
        return False
    at = len(_PNG)
    # What is transparent is said before the pixels.
    while at + 8 <= len(head):
        kind = head[at + 4 : at + 8]
        if kind == b"IDAT":
            return True
        if kind == b"tRNS":
            return False
        # Length, kind and checksum take four bytes each.
        at += 12 + int.from_bytes(head[at : at + 4], "big")
    return False
