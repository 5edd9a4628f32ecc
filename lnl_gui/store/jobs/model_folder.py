"""Whether a saved model is whole, told without the libraries that load it."""

import json
from pathlib import Path

from lnl_gui.util.files.atomic import read_json

CARD, WEIGHTS = "model.json", "model.safetensors"
_LARGEST_HEADER = 100_000_000


def model_damage(folder: Path) -> str | None:
    """What is wrong with a model's folder; None for a whole one.

    Of the weights the header is read: that they are all there, not that each number is right.
    """
    try:
        card = read_json(folder / CARD)
        if not isinstance(card, dict) or not card.get("class_names"):
            return CARD
        with (folder / WEIGHTS).open("rb") as stream:
            length = int.from_bytes(stream.read(8), "little")
            if length > _LARGEST_HEADER:
                return WEIGHTS
            tensors = json.loads(stream.read(length))
        ends = [entry["data_offsets"][1] for name, entry in tensors.items() if name[0] != "_"]
        whole = 8 + length + max(ends, default=0) == (folder / WEIGHTS).stat().st_size
    except (OSError, ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError):
        return f"{CARD}, {WEIGHTS}"
    return None if whole else WEIGHTS
