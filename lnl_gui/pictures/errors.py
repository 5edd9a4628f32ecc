"""Why a file is no picture, in plain words."""

from lnl_gui.util.messages import Message, message
from lnl_gui.util.process.program import is_frozen

# Checked only once Pillow has refused the file, to say what it is instead.
_FOREIGN = (
    (b"version https://git-lfs", message("a Git LFS pointer, not the image itself")),
    (b"<!doctype html", message("a web page, not an image")),
    (b"<html", message("a web page, not an image")),
    (b"<svg", message("an SVG drawing, not a raster image")),
    (b"<?xml", message("an XML document, not a raster image")),
    (b"%pdf", message("a PDF document, not an image")),
    (b"%!ps", message("a PostScript document, not an image")),
    (b"pk\x03\x04", message("an archive, not an image")),
)
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
_LONGEST_REASON = 190
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"mif1", b"heim")
_AVIF_BRANDS = (b"avif", b"avis")
_JPEG_XL = (b"\xff\x0a", b"\0\0\0\x0cJXL \r\n\x87\n")
EXTRA, JXL_EXTRA = "formats", "jxl"
"""Names of the optional parts of the package that read further formats."""
OTHER_TIFF = message(
    "a TIFF whose pixels are of a kind that is not read here: convert it to PNG, or to a TIFF of 8"
    " or 16 bits with its channels together"
)
# What decoders say of it: Pillow, libraries of its formats, pydicom.
_CUT_SHORT = ("truncated", "not enough data", "less than expected")
CUT_SHORT = message("the file is cut short (truncated)")


class UnreadableImage(Exception):
    """The file cannot be shown as an image, for a reason in plain words."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


def foreign_reason(data: bytes) -> Message:
    """What a file is that Pillow does not know."""
    head = data[:64].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for signature, reason in _FOREIGN:
        if head.startswith(signature):
            return reason
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        return needs_package("HEIC", EXTRA)
    if data[4:8] == b"ftyp" and data[8:12] in _AVIF_BRANDS:
        return needs_package("AVIF", EXTRA)
    if data.startswith(_JPEG_XL):
        return needs_package("JPEG XL", JXL_EXTRA)
    if data.startswith(_TIFF):
        return OTHER_TIFF
    if not any(data[:4096]):
        return message("filled with zeros: the file was probably never written completely")
    return message("not an image, or in a format that is not supported")


def needs_package(name: str, extra: str) -> Message:
    """Why an image in a format that an optional package reads is not read.

    Args:
        name: of the format.
        extra: the optional dependency of this program that reads it.
    """
    if is_frozen():
        # No package can be added to it.
        return message(
            "an image in the format {name}, damaged or not readable by the application: convert it"
            " to JPEG or PNG",
            name=name,
        )
    return message(
        "an image in the format {name}, damaged or not readable here: pip install"
        " 'lnl-gui[{extra}]', or convert it to JPEG or PNG",
        name=name,
        extra=extra,
    )


def damage_reason(error: Exception) -> Message:
    """What a decoder's error says of the file."""
    text = str(error).lower()
    if isinstance(error, EOFError) or any(words in text for words in _CUT_SHORT):
        return CUT_SHORT
    reason = str(error).strip() or type(error).__name__
    return message("damaged: {reason}", reason=reason[:_LONGEST_REASON])
