"""`lnl-gui detectors [NAME]`: the detectors by name, and what each costs; one's constants."""

import argparse
import json

from lnl_gui.cli import options as shared
from lnl_gui.util.messages import from_json, in_english, message, to_json
from lnl_gui.util.translation import localized, tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument("name", nargs="?", metavar="NAME", help=tr("list this one's constants"))
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print the list; a star marks those that run by default."""
    from lnl_gui.detect.detectors.registry import list_detectors
    from lnl_gui.detect.detectors.text_registry import TEXT_DETECTORS
    from lnl_gui.pipeline.catalogue import detectors

    if options.name:
        return _constants(options)
    costs = {info.name: info.complexity for info in (*list_detectors(), *TEXT_DETECTORS)}
    entries = [entry | {"complexity": to_json(costs[entry["name"]])} for entry in detectors()]
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


def _constants(options: argparse.Namespace) -> int:
    """Print what `detect --set` can change."""
    from lnl_gui.detect.detectors.registry import describe_detector
    from lnl_gui.detect.detectors.text_registry import TEXT_DETECTORS

    info = describe_detector(options.name, TEXT_DETECTORS)
    found = {f"{info.name}.{name}": value for name, value in info.load_constants().items()}
    if options.json:
        print(json.dumps(found))
        return 0
    for name, value in found.items():
        print(f"{name:26} {value}")
    said = message("Change one with `lnl-gui detect --set NAME=VALUE`.")
    print(localized(said if found else message("This detector has no constants to change.")))
    return 0
