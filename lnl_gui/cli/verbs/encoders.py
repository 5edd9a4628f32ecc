"""`lnl-gui encoders`: the encoders by name, and what each would download now."""

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
    from lnl_gui.encoders.catalogue.download import megabytes
    from lnl_gui.encoders.loading.sources import describe
    from lnl_gui.pipeline.catalogue import encoders

    entries = encoders()
    if options.json:
        sizes = {entry["name"]: describe(entry["name"]).image_size for entry in entries}
        shown = [entry | {"image_size": sizes[entry["name"]]} for entry in entries]
        print(json.dumps(in_english(shown)))
        return 0
    for entry in entries:
        here = not entry["download_bytes"]
        size = localized(message("here") if here else megabytes(entry["download_bytes"]))
        values = localized(message("{dimension} values", dimension=entry["dimension"]))
        description = localized(from_json(entry["description"]))
        print(f"{entry['name']:16} {values:>12} {size:>8}  {description}")
    print(
        localized(
            message(
                "Also any timm:NAME and open_clip:NAME/TAG. A size is what has to be downloaded"
                " first."
            )
        )
    )
    return 0
