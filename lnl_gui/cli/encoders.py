"""`lnl-gui encoders`: the encoders by name, and what each would download now."""

import argparse
import json

from lnl_gui.cli import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the list."""
    from lnl_gui.encoders.catalogue.download import megabytes
    from lnl_gui.encoders.loading.sources import describe
    from lnl_gui.pipeline.catalogue import encoders

    entries = encoders()
    if options.json:
        sizes = {entry["name"]: describe(entry["name"]).image_size for entry in entries}
        print(json.dumps([entry | {"image_size": sizes[entry["name"]]} for entry in entries]))
        return 0
    for entry in entries:
        size = megabytes(entry["download_bytes"]) if entry["download_bytes"] else "here"
        print(f"{entry['name']:16} {entry['dimension']:5} values {size:>8}  {entry['description']}")
    print("Also any timm:NAME and open_clip:NAME/TAG. A size is what has to be downloaded first.")
    return 0
