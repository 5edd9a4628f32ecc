"""How one row of an array is an image: order of axes, shape of a flat row, the value of white."""

import re
from dataclasses import dataclass

import numpy as np

from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.limits import check_size
from lnl_gui.containers.pixels import Pixels
from lnl_gui.util.messages import message

_KEY = re.compile(r"(?P<name>[^\[\]]*?)(\[(?P<layout>[^\]]*)\])?/(?P<row>\d+)")


@dataclass(frozen=True)
class Layout:
    """How a row of an array is read.

    Args:
        order: the axes of a row from the first to the last: `hw`, `hwc`, `chw`, or transposed
            ones such as `wh`; "" takes `hw` or `hwc` by their number.
        shape: sizes in that order, for rows that are flat; () for those that are not.
        white, black: the values that are shown as white and black.
    """

    order: str = ""
    shape: tuple[int, ...] = ()
    white: float = 255.0
    black: float = 0.0

    def image(self, row: np.ndarray) -> Pixels:
        """One row as (H, W) or (H, W, C)."""
        values = row.reshape(self.shape) if self.shape else row
        if self.order:
            wanted = "hwc" if "c" in self.order else "hw"
            values = values.transpose([self.order.index(axis) for axis in wanted])
        return Pixels(values, self.white, self.black)


PLAIN = Layout()


def member_key(name: str, row: int, *, layout: Layout = PLAIN, digits: int = 5) -> str:
    """The key of one row of a named array.

    Args:
        name: of the array in its file; "" where there is only one.
        row: its number from 0.
        layout: how the row is an image.
        digits: least width of the number, which keeps names in order.
    """
    said = []
    if layout.order:
        said.append(f"order={layout.order}")
    if layout.shape:
        said.append(f"shape={'x'.join(map(str, layout.shape))}")
    said += [
        f"{name}={value:g}"
        for name, value in (("white", layout.white), ("black", layout.black))
        if value != getattr(PLAIN, name)
    ]
    layout_text = f"[{','.join(said)}]" if said else ""
    return f"{name}{layout_text}/{row:0{digits}}"


def parse_key(key: str) -> tuple[str, Layout, int]:
    """Name, layout and row of a key.

    Raises:
        ContainerError: when it is no such key.
    """
    found = _KEY.fullmatch(key)
    try:
        if found is None:
            raise ValueError
        said = dict(part.split("=", 1) for part in (found["layout"] or "").split(",") if part)
        layout = Layout(
            said.get("order", ""),
            tuple(int(size) for size in said["shape"].split("x")) if "shape" in said else (),
            float(said.get("white", PLAIN.white)),
            float(said.get("black", PLAIN.black)),
        )
    except ValueError:
        raise ContainerError(message("`{key}` names no image", key=key[:80])) from None
    return found["name"], layout, int(found["row"])


def read_row(array: np.ndarray, layout: Layout, row: int) -> Pixels:
    """A copy of one row of an array (N, ...) as an image, so that nothing holds on to the file.

    Raises:
        ContainerError: when the array has fewer rows, or rows too large to be images.
    """
    if row >= len(array):
        raise ContainerError(
            message("image {row} of {count} is missing", row=row, count=len(array))
        )
    check_size(array[row].nbytes)
    return layout.image(np.array(array[row]))
