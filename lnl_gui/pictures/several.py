"""Files that hold several pictures, of which the first is shown: pages, frames of an animation."""

from PIL import Image

from lnl_gui.pictures.tiff_kinds import tag_of

FRAMES = "frames"
"""Among what is known of an opened image: how many its format says that there are."""
_SUBFILE, _REDUCED, _MASK = 254, 1, 4
# A further picture of a photograph is a preview of it or says how bright it is.
_PHOTOGRAPHS = ("JPEG", "MPO")
_MOST_TRIED = 50


def holds_several(image: Image.Image) -> bool:
    """Whether a file holds further pictures that are no smaller copies or masks of the first.

    Args:
        image: opened for this alone, since its pages are gone through.
    """
    if image.format in _PHOTOGRAPHS:
        return False
    if image.info.get(FRAMES, 1) > 1:
        return True
    try:
        is_animated = bool(getattr(image, "is_animated", False))
        return is_animated and (image.format != "TIFF" or _has_further_pages(image))
    except Exception:  # a damaged one is none that could be shown
        return False


def _has_further_pages(image: Image.Image) -> bool:
    for page in range(1, _MOST_TRIED):
        try:
            image.seek(page)
        except EOFError:
            return False
        if not tag_of(image, _SUBFILE, 0) & (_REDUCED | _MASK):
            return True
    return False


def seek_visible(image: Image.Image) -> None:
    """Go to the first frame that shows anything; stay where there is none.

    Args:
        image: opened, of a file that holds several.
    """
    if image.format not in ("GIF", "WEBP", "PNG"):
        return
    for frame in range(_MOST_TRIED):
        try:
            image.seek(frame)
            image.load()
        except Exception:  # behind the last one, or a damaged one
            break
        if not _is_empty(image):
            return
    image.seek(0)


def _is_empty(image: Image.Image) -> bool:
    if image.mode not in ("LA", "PA", "RGBA") and "transparency" not in image.info:
        return False
    return image.convert("RGBA").getchannel("A").getbbox() is None
