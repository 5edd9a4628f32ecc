"""`lnl-gui unpack FILE.lnlpack`: a pack as a project, to be reviewed and sent back."""

import argparse
import json
from pathlib import Path

from lnl_gui.cli import options as shared
from lnl_gui.cli.terminal import tell
from lnl_gui.session.acts.team import open_pack
from lnl_gui.session.projects import SUFFIX, free_name
from lnl_gui.util.messages import message
from lnl_gui.util.translation import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_examples(
        parser, (("lnl-gui unpack for-ann.lnlpack", tr("makes for-ann.lnl beside it")),)
    )
    parser.add_argument(
        "file", type=shared.absolute, metavar="FILE", help=tr("the file that came, NAME.lnlpack")
    )
    parser.add_argument(
        "--project",
        type=shared.absolute,
        metavar="DIR",
        help=tr("the project to make; beside the file by default"),
    )
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Make the project and say where it is."""
    file: Path = options.file
    folder = open_pack(file, options.project or free_name(file.with_suffix(SUFFIX)))
    tell(message("{file} -> {folder}", file=file, folder=folder))
    if options.json:
        print(json.dumps({"project": str(folder)}))
    return 0
