"""What the value of a key in an LMDB says: an encoded image, Caffe's `Datum`, or a pickle of these.

`Datum` is the message of
https://github.com/BVLC/caffe/blob/master/src/caffe/proto/caffe.proto: channels, height, width,
data and label in the fields 1 to 5, and in field 7 whether the data are an encoded image.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from lnl_gui.containers.kinds.array_pickle import read_pickle
from lnl_gui.containers.kinds.tf_example import fields
from lnl_gui.containers.pixels import Pixels
from lnl_gui.containers.signatures import is_image_file, suffix_of_bytes

_PICKLE = b"\x80"
_LABELS = ("label", "labels", "target", "y", "class", "cls")
_CHANNELS = (1, 3, 4)
_LARGEST_TEXT = 4096


@dataclass(frozen=True)
class LmdbValue:
    """The image in a value, and the label; None for what is not there."""

    image: bytes | Pixels | None = None
    label: Any = None


def read_value(data: bytes) -> LmdbValue:
    """What a value holds.

    Raises:
        ContainerError: for a pickle that wants to build anything but plain values and arrays.
    """
    if is_image_file(data):
        return LmdbValue(data)
    # The code that ends every pickle; a number may begin with the same byte as one.
    if data.startswith(_PICKLE) and data.endswith(b"."):
        return _of_pickle(read_pickle(data))
    datum = _datum(data)
    if datum is not None:
        return datum
    if len(data) <= _LARGEST_TEXT:
        text = data.decode("utf-8", "replace").strip()
        return LmdbValue(None, text if text.isprintable() and "\ufffd" not in text else None)
    return LmdbValue()


def _of_pickle(value: Any) -> LmdbValue:
    if isinstance(value, dict):
        named = {
            k.decode("utf-8", "replace") if isinstance(k, bytes) else k: v for k, v in value.items()
        }
        images = [image for v in value.values() if (image := _image(v)) is not None]
        label = next((named[name] for name in _LABELS if name in named), None)
        return LmdbValue(images[0] if images else None, _plain(label))
    parts = value if isinstance(value, list) else [value]
    images = [image for part in parts if (image := _image(part)) is not None]
    others = [_plain(part) for part in parts if _image(part) is None and _plain(part) is not None]
    return LmdbValue(images[0] if images else None, others[0] if len(others) == 1 else None)


def _image(value: Any) -> bytes | Pixels | None:
    if isinstance(value, bytes):
        return value if suffix_of_bytes(value) else None
    if not isinstance(value, np.ndarray) or value.dtype != np.uint8:
        return None
    if value.ndim == 1:
        return value.tobytes() if suffix_of_bytes(value[:16].tobytes()) else None
    shaped = value.ndim == 2 or (value.ndim == 3 and value.shape[2] in _CHANNELS)
    return Pixels(value) if shaped else None


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.item() if value.size == 1 else None
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, (str, int, float)) else None


def _datum(data: bytes) -> LmdbValue | None:
    try:
        said = dict(fields(memoryview(data)))
    except (ValueError, IndexError):
        return None
    sizes, pixels = [said.get(number) for number in (1, 2, 3)], said.get(4)
    if not isinstance(pixels, memoryview):
        return None
    label = said.get(5)
    if suffix_of_bytes(bytes(pixels[:16])):
        return LmdbValue(bytes(pixels), label)
    channels, height, width = (size if isinstance(size, int) else 0 for size in sizes)
    if channels not in _CHANNELS or not pixels or channels * height * width != len(pixels):
        return None
    planes = np.frombuffer(bytes(pixels), np.uint8).reshape(channels, height, width)
    # Caffe keeps colours in the order of OpenCV, blue first.
    rows = planes[::-1] if channels == 3 else planes
    return LmdbValue(Pixels(np.ascontiguousarray(rows.transpose(1, 2, 0))), label)
