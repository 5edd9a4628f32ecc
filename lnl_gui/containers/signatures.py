"""The formats of image files by their first bytes."""

SIGNATURES = (
    (b"\xff\xd8\xff", ".jpg"),
    (b"\x89PNG\r\n\x1a\n", ".png"),
    (b"GIF8", ".gif"),
    (b"BM", ".bmp"),
    (b"II*\0", ".tif"),
    (b"MM\0*", ".tif"),
    (b"P5", ".pgm"),
    (b"P6", ".ppm"),
    (b"\0\0\0\x0cjP  ", ".jp2"),
)
"""First bytes and the suffix of the format."""
_LEAST_IMAGE = 32
"""Bytes that every image file has more of: a label `BMW` begins like a bitmap."""


def is_image_file(data: bytes) -> bool:
    """Whether bytes are an image file, by their beginning and their number."""
    return len(data) > _LEAST_IMAGE and bool(suffix_of_bytes(data))


def suffix_of_bytes(data: bytes) -> str:
    """The suffix of an image file's format, "" for one that is not known."""
    for signature, suffix in SIGNATURES:
        if data.startswith(signature):
            return suffix
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ".webp"
    return ".avif" if data[4:12] in (b"ftypavif", b"ftypavis") else ""
