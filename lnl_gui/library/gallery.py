"""Suspects as a piece of HTML that a notebook shows."""

import base64
import html
import io
from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from lnl_gui.containers.read import image_bytes
from lnl_gui.pictures.decoding import decode
from lnl_gui.pictures.errors import UnreadableImage
from lnl_gui.session.session import Session
from lnl_gui.util.translation import tr

SHOWN = 24
_CARD = (
    '<figure style="margin:4px;width:128px;display:inline-block;vertical-align:top;'
    'font:12px sans-serif">{image}<figcaption style="overflow-wrap:anywhere">'
    "{given} \u2192 <b>{suggested}</b><br>{suspicion}</figcaption></figure>"
)
_SIDE = 128
_IMAGE = '<img src="data:{kind};base64,{data}" style="max-width:128px;max-height:128px">'


@dataclass(frozen=True)
class Gallery:
    """Images that a notebook shows; `html` is self-contained."""

    html: str

    def _repr_html_(self) -> str:
        return self.html


def gallery(session: Session, rows: Sequence[int], *, suspects: bool = True) -> str:
    """The images with given and suggested label and suspicion; self-contained.

    Args:
        session: of the project.
        rows: samples, in the order to show; at most `SHOWN` are.
        suspects: whether these are all suspects that are left.
    """
    cards = "".join(_card(session, row) for row in rows[:SHOWN])
    return f"<div>{_headline(session, len(rows), suspects=suspects)}<div>{cards}</div></div>"


def _headline(session: Session, count: int, *, suspects: bool) -> str:
    text = (
        tr("{samples:,} samples, {count:,} suspects left")
        if suspects
        else tr("{count:,} of {samples:,} samples")
    )
    told = text.format(samples=session.counts().samples, count=count)
    if count > SHOWN:
        told += tr("; {count} are shown").format(count=SHOWN)
    return (
        f'<p style="font:13px sans-serif"><b>{html.escape(session.name)}</b>: '
        f"{html.escape(told)}</p>"
    )


def _card(session: Session, row: int) -> str:
    columns, found = session.columns, session.detection
    suspicion = float(found.suspicion[row])
    return _CARD.format(
        image=_image(session, row),
        given=html.escape(session.class_name(int(columns.given[row]))),
        suggested=html.escape(session.class_name(int(found.suggested[row]))),
        # Before detection, and of images without a label, there is none.
        suspicion="" if isnan(suspicion) else f"{suspicion:.2f}",
    )


def _image(session: Session, row: int) -> str:
    """The thumbnail; one is made where the cache has none, and "" where the image is not there."""
    place = session.images.thumbnail_of(row)
    try:
        data = place.read_bytes() if place is not None else _small(session, row)
    except (OSError, ValueError, UnreadableImage):
        return ""
    # Thumbnails have no file ending.
    kind = "image/png" if data.startswith(b"\x89PNG") else "image/jpeg"
    return _IMAGE.format(kind=kind, data=base64.b64encode(data).decode("ascii"))


def _small(session: Session, row: int) -> bytes:
    image = decode(
        image_bytes(session.images.file_of(row)),
        minimum_side=_SIDE,
        rendering=session.images.rendering,
    )
    image.thumbnail((_SIDE, _SIDE))
    stream = io.BytesIO()
    image.save(stream, "JPEG")
    return stream.getvalue()
