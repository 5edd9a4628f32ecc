"""`lnl-gui formats`: the dataset formats that can be read and written, by name."""

import argparse
import json

from lnl_gui.cli import options as shared
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized

_READ, _WRITE = message("read"), message("write")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print readers in the order they are tried, then writers."""
    from lnl_gui.dataset.readers import list_readers
    from lnl_gui.dataset.writers import list_writers

    rows = [
        *((_READ, r.name, r.title, r.description) for r in list_readers()),
        *((_WRITE, w.name, w.title, w.description) for w in list_writers()),
    ]
    if options.json:
        keys = ("way", "name", "title", "description")
        print(json.dumps([dict(zip(keys, map(str, row), strict=True)) for row in rows]))
        return 0
    for way, name, title, description in rows:
        print(f"{localized(way):9} {name:16} {localized(title)}: {localized(description)}")
    return 0
