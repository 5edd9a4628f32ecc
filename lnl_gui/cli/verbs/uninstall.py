"""`lnl-gui uninstall`: delete what LNL keeps outside of projects."""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

from lnl_gui.cli import options as shared
from lnl_gui.cli.downloads import can_ask, confirmed
from lnl_gui.cli.exit_codes import DONE, MENDABLE
from lnl_gui.cli.terminal import shown, tell, warn
from lnl_gui.installation.leftovers import Leftover, delete, how_to_remove, kept, leftovers
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

_KINDS = {
    "settings": message("settings"),
    "cache": message("cache"),
    "logs": message("logs"),
    "menu": message("menu"),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument("--yes", action="store_true", help=tr("delete without asking"))
    parser.add_argument("--list", action="store_true", help=tr("list it and delete nothing"))
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """List what there is with sizes, ask, and delete it; 3 where something stayed.

    Raises:
        UserError: when nobody could be asked, or the answer was no.
    """
    found, projects = leftovers(), kept()
    if not options.json:
        _print(found, projects)
    if options.list:
        return _end(options, found, projects, deleted=False)
    if found and not options.yes:
        _ask()
    failed = delete(found)
    for leftover, reason in failed:
        warn(message("{place} stays: {reason}", place=leftover.place, reason=reason))
    if not options.json:
        tell(how_to_remove())
    code = _end(options, found, projects, deleted=not failed)
    return MENDABLE if failed else code


def _print(found: Sequence[Leftover], projects: Sequence[Path]) -> None:
    for leftover in found:
        size = localized(message("{size:.1f} MB", size=leftover.bytes / 1e6))
        kind = localized(_KINDS[leftover.kind])
        print(f"{kind:14} {size:>10}  {shown(str(leftover.place))}")
    if not found:
        tell(message("Nothing of LNL is left here."))
    for project in projects:
        print(localized(message("stays: {project}", project=project)))


def _ask() -> None:
    if not can_ask():
        raise UserError(
            message("Nothing was deleted: nobody is there to ask."),
            message("`--yes` deletes what `lnl-gui uninstall --list` shows."),
            code="not_confirmed",
        )
    tell(message("Close the window first: it writes its settings when it ends."))
    if not confirmed(message("Delete all of it? Projects and images stay. [y/N] ")):
        raise UserError(
            message("Nothing was deleted."),
            message("`--list` only shows it."),
            code="not_confirmed",
        )


def _end(
    options: argparse.Namespace,
    found: Sequence[Leftover],
    projects: Sequence[Path],
    *,
    deleted: bool,
) -> int:
    if options.json:
        entries = [
            {"kind": each.kind, "place": str(each.place), "bytes": each.bytes} for each in found
        ]
        stays = [str(project) for project in projects]
        print(json.dumps({"deleted": deleted, "found": entries, "stays": stays}))
    return DONE
