"""`lnl-gui recipes`: the training recipes by name, and how long each takes."""

import argparse
import json

from lnl_gui.cli import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the list."""
    from lnl_gui.pipeline.catalogue import recipes

    entries = recipes()
    if options.json:
        print(json.dumps(entries))
        return 0
    for entry in entries:
        needs = ", wants a GPU" if entry["needs_gpu"] else ""
        print(f"{entry['name']:22} {entry['estimate']}{needs}. {entry['description']}")
    print("Also plain:LOSS. Durations are for 5,000 images on two processor cores.")
    return 0
