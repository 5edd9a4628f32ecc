"""Whether the pixels of a JPEG are damaged, though it has its end mark and can be decoded.

Pillow fills in what is missing and says nothing of it; libjpeg itself does.
"""

import re

import simplejpeg

_END, _START_OF_SCAN = b"\xff\xd9", b"\xff\xda"
_MARK, _COMMENT, _ABOUT = 0xFF, 0xFE, range(0xE0, 0xF0)
_FEW = 64
"""As many bytes like the filling may be the last ones of a picture."""
_LEFT_OVER = re.compile(r"(\d+) extraneous bytes before marker")


def is_damaged(data: bytes, mode: str) -> bool:
    """Whether some of the pixels of a JPEG are made up, since theirs are missing or wrong.

    Decodes it once more, in grey and at the smallest scale: a third to two thirds of the time that
    the picture takes. One that `jpeg_pixels` gives needs none of it.

    Args:
        data: of a JPEG file that could be decoded.
        mode: Pillow's, of its colours.
    """
    # Which colours are wanted plays no role, but CMYK becomes nothing else.
    colours = "CMYK" if mode == "CMYK" else "GRAY"
    pixels = _without_remarks(data)
    said = _said(pixels, colours)
    left_over = _LEFT_OVER.search(said)
    if left_over:
        # Some cameras fill a file up; other bytes belong to pixels that were not made of them.
        end = max(0, pixels.rfind(_END))
        start = max(0, end - int(left_over[1]))
        filling = pixels[start:end]
        if len(set(filling)) <= 1:
            # Pixels that are made of the filling too were never written.
            start = min(start, len(pixels[:end].rstrip(filling[:1])) + _FEW)
            said = _said(pixels[:start] + _END, colours)
    return _tells_damage(said)


def zero_part(data: bytes) -> float:
    """Share of the pixels' bytes at the end of a JPEG that are zeros, never written by anybody.

    Decoders make a smear of them where they fill in what is missing with grey.

    Args:
        data: of a damaged JPEG file whose pixels are stored from top to bottom, in one scan.
    """
    scan = data[data.rfind(_START_OF_SCAN) :].removesuffix(_END)
    return 1.0 - len(scan.rstrip(b"\0")) / len(scan) if scan else 0.0


def _tells_damage(said: str) -> bool:
    """Whether libjpeg speaks of pixels; its other remarks cost none of them."""
    return said.startswith(
        (
            "corrupt jpeg data",
            "premature end of jpeg",
            "unsupported marker type",
            "invalid jpeg file structure",
            "bogus",
        )
    )


def _said(data: bytes, colours: str) -> str:
    """What libjpeg objects to; nothing of a picture that is whole."""
    try:
        simplejpeg.decode_jpeg(data, colours, min_height=1, min_width=1)
    except (ValueError, RuntimeError) as error:
        return str(error).lower()
    return ""


def _without_remarks(data: bytes) -> bytes:
    """A JPEG without what is about its pixels, of which libjpeg would say the first word."""
    kept, at = [data[:2]], 2
    while at + 4 <= len(data) and data[at] == _MARK and data[at : at + 2] != _START_OF_SCAN:
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        if data[at + 1] not in _ABOUT and data[at + 1] != _COMMENT:
            kept.append(data[at:end])
        at = end
    return b"".join([*kept, data[at:]])
