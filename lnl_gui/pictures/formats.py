"""Formats that may be decoded: those of Pillow that are safe, and those of optional packages."""

import functools

from PIL import Image

_FORMATS = ("JPEG", "PNG", "MPO", "GIF", "WEBP", "BMP", "DIB", "TIFF", "PPM", "JPEG2000", "AVIF")


@functools.cache
def available_formats() -> tuple[str, ...]:
    """Names of the formats that Pillow is to try, in its own terms."""
    Image.init()
    # Pillow is built without some of them on some platforms, and refuses a name it does not know.
    return tuple(name for name in (*_FORMATS, *_plugins()) if name in Image.OPEN)


def _plugins() -> tuple[str, ...]:
    found = []
    try:
        from pillow_heif import register_heif_opener  # noqa: PLC0415

        # Without thumbnails and other images of the file: the picture alone is wanted.
        register_heif_opener(thumbnails=False)
        found.append("HEIF")
    except ImportError:
        pass
    try:
        import pillow_jxl  # noqa: F401, PLC0415

        found.append("JXL")
    except ImportError:
        pass
    return tuple(found)
