"""Formats that may be decoded: those of Pillow that are safe, and those of optional packages."""

import functools
import importlib

from PIL import Image

_FORMATS = ("JPEG", "PNG", "MPO", "GIF", "WEBP", "BMP", "DIB", "TIFF", "PPM", "JPEG2000", "AVIF")


@functools.cache
def available_formats() -> tuple[str, ...]:
    """Names of the formats that Pillow is to try, in its own terms."""
    Image.init()
    # Pillow is built without some of them on some platforms, and refuses a name it does not know.
    return tuple(name for name in (*_FORMATS, *_plugins()) if name in Image.OPEN)


def _plugins() -> tuple[str, ...]:
    found = ["HEIF"] if _reads_heif() else []
    try:
        import pillow_jxl  # noqa: F401, PLC0415

        found.append("JXL")
    except ImportError:
        pass
    return tuple(found)


def _reads_heif() -> bool:
    # The first reads alone; the second, which people may have, can write too and is under the GPL.
    for name in ("pi_heif", "pillow_heif"):
        try:
            package = importlib.import_module(name)
        except ImportError:
            continue
        # Without thumbnails and other images of the file: the picture alone is wanted.
        package.register_heif_opener(thumbnails=False)
        return True
    return False
