"""`lnl-gui formats`: the dataset formats that can be read and written, by name."""

import argparse
import json

from lnl_gui.cli import options as shared


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print readers in the order they are tried, then writers."""
    from lnl_gui.dataset.readers import list_readers
    from lnl_gui.dataset.writers import list_writers

    found = {"read": list_readers(), "write": list_writers()}
    if options.json:
        rows = {
            way: [{"name": f.name, "title": f.title, "description": f.description} for f in formats]
            for way, formats in found.items()
        }
        print(json.dumps(rows))
        return 0
    for way, formats in found.items():
        for entry in formats:
            print(f"{way:6} {entry.name:16} {entry.title}: {entry.description}")
    return 0
