"""`lnl-gui detectors`: the detectors by name, and what each costs."""

import argparse
import json

from lnl_gui.cli import options as shared
from lnl_gui.util.messages import from_json, in_english, message, to_json
from lnl_gui.util.translation import localized


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the list; a star marks those that run by default."""
    from lnl_gui.detect.detectors.registry import describe_detector
    from lnl_gui.pipeline.catalogue import detectors

    entries = [
        entry | {"complexity": to_json(describe_detector(entry["name"]).complexity)}
        for entry in detectors()
    ]
    if options.json:
        print(json.dumps(in_english(entries)))
        return 0
    for entry in entries:
        mark = "*" if entry["default"] else " "
        description = localized(from_json(entry["description"]))
        complexity = localized(from_json(entry["complexity"]))
        print(f"{mark} {entry['name']:22} {description} {complexity}.")
    print(localized(message("* runs by default.")))
    return 0
