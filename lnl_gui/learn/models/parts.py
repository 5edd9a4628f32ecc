"""Which part of a network a training changes."""

from typing import Literal

Part = Literal["head", "last_block", "last_three_blocks", "full"]
BLOCKS = {"last_block": 1, "last_three_blocks": 3}
"""How many of the backbone's last blocks learn."""
