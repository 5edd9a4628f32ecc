"""`lnl-gui recipes`: the training recipes by name, and how long each takes."""

import argparse
import json

from lnl_gui.cli import options as shared
from lnl_gui.util.messages import from_json, in_english, message
from lnl_gui.util.translation import localized


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the list."""
    from lnl_gui.pipeline.catalogue import recipes

    entries = recipes()
    if options.json:
        print(json.dumps(in_english(entries)))
        return 0
    for entry in entries:
        estimate = from_json(entry["estimate"])
        if entry["needs_gpu"]:
            estimate = message("{estimate}, wants a GPU", estimate=estimate)
        description = localized(from_json(entry["description"]))
        print(f"{entry['name']:22} {localized(estimate)}. {description}")
    print(
        localized(
            message("Also plain:LOSS. Durations are for 5,000 images on two processor cores.")
        )
    )
    return 0
