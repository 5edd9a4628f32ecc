"""Tables whose rows are images: a column for each pixel, or all pixels as text in one cell.

`label,pixel0,...,pixel783` as on Kaggle, `label,1x1,1x2,...`, headerless tables of numbers, and
FER2013's `emotion,pixels,Usage`. The pixels are parsed once into an array in the cache.
"""

import csv
import gzip
import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

import numpy as np

from lnl_gui.containers.array_cache import kept_file
from lnl_gui.containers.errors import ContainerError
from lnl_gui.containers.kinds.array import ArrayContainer, load_array
from lnl_gui.util.messages import message

FEWEST_PIXELS = 49
_PIXEL_NAME = re.compile(r"(?:pixel|pix|px|p|x|v|col|feature|attr)?[ _.-]?\d+|\d+[x_]\d+", re.I)
_NUMBER = re.compile(r"\s*-?\d+(?:\.\d*)?(?:e[-+]?\d+)?\s*", re.I)
_IMAGE_FILE = re.compile(r"\.(?:png|jpe?g|jfif|gif|bmp|webp|tiff?|p[gpn]m|avif|heic)$", re.I)
_FORM = re.compile(r"label(\d+)(,header)?")
_TEXT_NAMES = ("pixels", "pixel", "image", "data")
_HEAD = 1 << 20
_BLOCK = 16 << 20
_HEADER_BYTES = 128
_SEPARATORS = (",", ";", "\t")
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True)
class PixelTable:
    """What a table's first lines say.

    Attributes:
        columns: names; numbers from 1 where the table has no header.
        pixels: the places of the pixels' columns.
        is_text: whether one column holds all pixels as text.
        has_header: whether the first line names the columns.
        counts_columns: whether the first line only numbers them, as pandas does.
    """

    columns: tuple[str, ...]
    pixels: tuple[int, ...]
    is_text: bool
    has_header: bool
    separator: str
    counts_columns: bool = False


def open_container(path: Path) -> ArrayContainer:
    """Open a table of pixels; a key is `[FORM][LAYOUT]/ROW`, with `label_form`'s form."""
    return ArrayContainer(lambda form: pixel_rows(path, form))


def label_form(table: PixelTable, label: int) -> str:
    """What a table's first lines do not say of its pixels: which column is none, and a header.

    Args:
        table: what they say.
        label: the place of the label's column.
    """
    # A key without a form is that of a named label, or of one in front in a table without header.
    plain = label not in table.pixels if table.has_header else label == 0
    if plain and not table.counts_columns:
        return ""
    return f"label{label + 1}{',header' if table.counts_columns else ''}"


def in_form(table: PixelTable, form: str) -> PixelTable:
    """The table with the pixels that a form says.

    Raises:
        ContainerError: when it is no form of this table.
    """
    found = _FORM.fullmatch(form)
    if not form:
        return table
    if found is None or not 1 <= int(found[1]) <= len(table.columns):
        raise ContainerError(message("`{key}` names no image", key=form[:80]))
    label, every = int(found[1]) - 1, range(len(table.columns))
    pixels = tuple(at for at in (table.pixels if table.has_header else every) if at != label)
    return replace(table, pixels=pixels, has_header=table.has_header or bool(found[2]))


def look_at(path: Path) -> PixelTable | None:
    """What the table is, or None where its rows are no images.

    Raises:
        OSError: when it cannot be read.
    """
    with path.open("rb") as stream:
        packed = stream.read(2) == _GZIP
    with gzip.open(path) if packed else path.open("rb") as stream:
        head = stream.read(_HEAD).decode("utf-8-sig", "replace")
    lines = head.splitlines()[: 1 if len(head) >= _HEAD else 2]
    if not lines or "\0" in head:
        return None
    separator = max(_SEPARATORS, key=lines[0].count)
    rows = list(csv.reader(io.StringIO("\n".join(head.splitlines()[:2])), delimiter=separator))
    if not rows:  # a line that is blank, and none behind it
        return None
    return _understood(rows[0], rows[1] if len(rows) > 1 else [], separator)


def pixel_rows(path: Path, form: str = "") -> np.ndarray:
    """The pixels as (N, P) uint8, or float32 where they are no whole numbers to 255, mapped.

    Args:
        path: of the table.
        form: as `label_form` gives it.

    Raises:
        ContainerError: when it is no table of pixels, or a cell is no number.
        OSError: when it cannot be read.
    """
    table = look_at(path)
    if table is None:
        raise ContainerError(message("no table of pixels"))
    found = in_form(table, form)
    size = path.stat().st_size

    def write(target: IO[bytes]) -> None:
        # Nearly all hold bytes; which cannot be told before the last row is read.
        for kind in (np.uint8, np.float32):
            target.seek(0)
            target.truncate()
            if _write_rows(path, found, np.dtype(kind), target):
                return
        raise ContainerError(message("a cell of the pixels holds no number"))

    return load_array(kept_file(path, f"pixels{form}", write, size), "")


def read_columns(path: Path, table: PixelTable, places: Sequence[int]) -> list[list[str]]:
    """The cells of some columns as text.

    Raises:
        ContainerError: when the table is damaged.
    """
    found: list[list[str]] = [[] for _ in places]
    names = [_arrow_name(table, at) for at in places]
    for batch in _batches(path, table, names, "string"):
        for cells, name in zip(found, names, strict=True):
            cells += ["" if cell is None else cell for cell in batch.column(name).to_pylist()]
    return found


def _understood(first: list[str], second: list[str], separator: str) -> PixelTable | None:
    names = [cell.strip() for cell in first]
    lowered = [name.lower() for name in names]
    text = next((lowered.index(name) for name in _TEXT_NAMES if name in lowered), -1)
    words = second[text].split() if 0 <= text < len(second) else []
    if len(words) >= FEWEST_PIXELS and all(map(_NUMBER.fullmatch, words)):
        return PixelTable(tuple(names), (text,), True, True, separator)
    if len(names) < FEWEST_PIXELS or (second and len(second) != len(names)):
        return None
    if all(_NUMBER.fullmatch(name) for name in names):
        # Without a header the class comes first, as in every table of MNIST and its like; whether
        # it comes last the reader finds out, who sees all rows.
        numbered = [str(at) for at in range(1, len(names) + 1)]
        counts = names in (numbered, [str(at) for at in range(len(names))])
        columns = tuple(names if counts else numbered)
        return PixelTable(columns, tuple(range(1, len(names))), False, False, separator, counts)
    pixels = tuple(at for at, name in enumerate(names) if _PIXEL_NAME.fullmatch(name))
    others = len(names) - len(pixels)
    if len(pixels) < FEWEST_PIXELS or others > max(4, len(pixels) // 10):
        return None
    if second and not all(_NUMBER.fullmatch(second[at]) for at in pixels[:FEWEST_PIXELS]):
        return None
    # With files of images beside them, a hundred numbers are marks or probabilities of classes.
    if any(_IMAGE_FILE.search(cell) for at, cell in enumerate(second) if at not in set(pixels)):
        return None
    return PixelTable(tuple(names), pixels, False, True, separator)


def _arrow_name(table: PixelTable, at: int) -> str:
    """Numbered names: those of the table may occur twice."""
    return f"f{at}"


def _batches(path: Path, table: PixelTable, names: list[str], kind: str) -> Iterator[Any]:
    # Only these tables need it.
    import pyarrow as pa  # type: ignore[import-untyped]  # noqa: PLC0415
    from pyarrow import csv as arrow  # noqa: PLC0415

    types = {"string": pa.string(), "uint8": pa.uint8(), "float32": pa.float32()}
    with pa.OSFile(str(path)) as file:
        packed = file.read(2) == _GZIP
    stream = pa.input_stream(str(path), compression="gzip" if packed else None)
    try:
        reader = arrow.open_csv(
            stream,
            arrow.ReadOptions(
                block_size=_BLOCK,
                column_names=[_arrow_name(table, at) for at in range(len(table.columns))],
                skip_rows=int(table.has_header),
            ),
            arrow.ParseOptions(delimiter=table.separator),
            arrow.ConvertOptions(
                include_columns=names,
                column_types=dict.fromkeys(names, types[kind]),
                strings_can_be_null=False,
            ),
        )
        yield from reader
    except pa.ArrowInvalid as error:
        raise ContainerError(message("damaged: {reason}", reason=str(error)[:190])) from error
    finally:
        stream.close()


def _write_rows(path: Path, table: PixelTable, dtype: np.dtype, target: IO[bytes]) -> bool:
    """Write the pixels as a `.npy`; False where they do not fit the type."""
    # Room for the header, which begins with the number of rows.
    target.write(bytes(_HEADER_BYTES))
    count = width = 0
    names = [_arrow_name(table, at) for at in table.pixels]
    kind = "string" if table.is_text else dtype.name
    try:
        for batch in _batches(path, table, names, kind):
            rows = _text_rows(batch, dtype) if table.is_text else _column_rows(batch)
            if rows.dtype.kind == "f" and not np.isfinite(rows).all():
                raise ContainerError(message("a cell of the pixels holds no number"))
            if width and rows.shape[1] != width:
                raise ContainerError(message("rows of several lengths"))
            count, width = count + len(rows), rows.shape[1]
            target.write(rows.tobytes())
    except (ContainerError, ValueError, OverflowError):
        if dtype == np.uint8:
            return False
        raise
    target.seek(0)
    target.write(_npy_header(dtype, (count, width)))
    return True


def _column_rows(batch: Any) -> np.ndarray:
    return np.column_stack([column.to_numpy(zero_copy_only=False) for column in batch.columns])


def _text_rows(batch: Any, dtype: np.dtype) -> np.ndarray:
    rows = [np.array(text.split(), np.float32) for text in batch.column(0).to_pylist()]
    values = np.stack(rows)
    with np.errstate(invalid="ignore"):
        made = values.astype(dtype)
    if np.any(made != values):
        raise ValueError("they are no whole numbers to 255")
    return made


def _npy_header(dtype: np.dtype, shape: tuple[int, int]) -> bytes:
    """Of a fixed length: it is written once the number of rows is known."""
    said = {"descr": np.lib.format.dtype_to_descr(dtype), "fortran_order": False, "shape": shape}
    text = repr(said).encode("ascii").ljust(_HEADER_BYTES - 11) + b"\n"
    return b"\x93NUMPY\x01\x00" + len(text).to_bytes(2, "little") + text
