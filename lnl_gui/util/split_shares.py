"""The parts a dataset is to be split into and the share of each, as a person writes them."""

import math
from dataclasses import dataclass

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

KEEP, NONE = "keep", "none"
"""The splits of the dataset as they are, or no splits at all."""
EXAMPLE = "train=.8,val=.1,test=.1"
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class SplitShare:
    """One part and its share of all samples, in (0, 1]."""

    name: str
    share: float


def parse_shares(text: str) -> tuple[SplitShare, ...]:
    """The parts that a text such as `train=.8,val=.1,test=.1` asks for, in its order.

    Shares may also be per cent, with or without the sign: `train=80,test=20`.

    Args:
        text: as it was typed; `KEEP` and `NONE` ask for none.

    Raises:
        UserError: when it is no list of names and shares, or the shares are not the whole.
    """
    if text in (KEEP, NONE):
        return ()
    named = [_named(part) for part in text.split(",")]
    names = [name.casefold() for name, _ in named]
    if len(set(names)) < len(names):
        raise _refused(text, message("a part is named twice"))
    total = math.fsum(share for _, share in named)
    whole = next((whole for whole in (1.0, 100.0) if abs(total / whole - 1) < _TOLERANCE), None)
    if whole is None:
        raise _refused(text, message("the shares add up to {total:.3g} and not to 1", total=total))
    return tuple(SplitShare(name, share / whole) for name, share in named)


def _named(part: str) -> tuple[str, float]:
    name, sign, said = (piece.strip() for piece in part.partition("="))
    try:
        share = float(said.removesuffix("%"))
    except ValueError:
        share = math.nan
    if not (name and sign and 0 < share < math.inf):
        raise _refused(part.strip(), message("that is no name with a share above 0"))
    # It becomes the name of a folder in most formats.
    if name in (".", "..") or any(char in '<>:"/\\|?*' or ord(char) < 32 for char in name):
        raise _refused(part.strip(), message("no folder can have that name"))
    return name, share


def _refused(text: str, why: Message) -> UserError:
    return UserError(
        message("No parts to split into: `{text}`: {why}.", text=text, why=why),
        message(
            "Write for example {example}; or {keep} or {none}.",
            example=EXAMPLE,
            keep=KEEP,
            none=NONE,
        ),
        code="split_shares",
    )
