"""`lnl-gui encoders`: the encoders by name, and what each would download."""

import argparse
import json
from dataclasses import asdict

from lnl_gui.cli import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the list."""
    from lnl_gui.encoders.registry import list_encoders

    encoders = list_encoders()
    if options.json:
        print(json.dumps([asdict(entry) for entry in encoders]))
        return 0
    for entry in encoders:
        size = f"{entry.download_bytes / 1e6:,.0f} MB" if entry.download_bytes else "included"
        print(
            f"{entry.name:16} {entry.dimension:5} values {entry.image_size:4} px {size:>10}  ",
            end="",
        )
        print(entry.description)
    print("Also any timm:NAME and open_clip:NAME/TAG.")
    return 0
