"""`lnl-gui selftest`: whether this installation works, by doing on a small dataset what people do.

`doctor` looks at what is there; this runs it: a frozen program can hold a library and still lack
the file that the library loads when it is used.
"""

import argparse
import json
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from lnl_gui.cli import options as shared
from lnl_gui.cli.exit_codes import DONE, MENDABLE
from lnl_gui.cli.terminal import tell
from lnl_gui.cli.verbs.selftest_checks import CHECKS, Check, Failed
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.places import refuse_unwritable_folder
from lnl_gui.util.messages import Message, message
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import harmless


@dataclass(frozen=True)
class Tried:
    """One thing that was tried."""

    name: str
    """stable, for scripts"""
    passed: bool
    seconds: float
    text: Message
    """what was seen, or what went wrong"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "--folder",
        type=shared.absolute,
        metavar="DIR",
        help=tr("an empty or new folder in which the files are kept; default: a temporary one"),
    )
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Try everything and print a table; 3 where something does not work.

    Raises:
        UserError: when the folder that was named is in use.
    """
    if options.folder is not None:
        tried = try_all(_empty(options.folder))
    else:
        # What a worker still holds open on Windows is no reason to end with a fault.
        with tempfile.TemporaryDirectory(prefix="lnl-", ignore_cleanup_errors=True) as folder:
            tried = try_all(Path(folder))
    failed = [each for each in tried if not each.passed]
    if options.json:
        entries = [asdict(each) | {"text": str(each.text)} for each in tried]
        print(json.dumps({"checks": entries, "failed": len(failed)}))
    else:
        for each in tried:
            print(_line(each))
        print(localized(_verdict(len(failed))))
    return MENDABLE if failed else DONE


def try_all(folder: Path) -> list[Tried]:
    """Everything in its order; later checks use what earlier ones made.

    Args:
        folder: an empty one, for the files.
    """
    tried = []
    for name, check in CHECKS.items():
        tell(message("Trying: {name}", name=name))
        tried.append(_tried(name, check, folder))
    return tried


def _tried(name: str, check: Check, folder: Path) -> Tried:
    start = time.monotonic()
    try:
        passed, text = True, check(folder)
    except Failed as failure:
        passed, text = False, failure.reason
    # Whatever breaks here is what is being looked for, and the rest is still to be tried.
    except Exception as error:
        passed, text = False, Message(f"{type(error).__name__}: {error}")
    return Tried(name, passed, round(time.monotonic() - start, 1), text)


def _line(tried: Tried) -> str:
    mark = tr("works") if tried.passed else tr("FAILS")
    return harmless(f"{mark:12} {tried.name:14} {tried.seconds:6.1f} s  {localized(tried.text)}")


def _verdict(failed: int) -> Message:
    if failed:
        return message("{count} things do not work here (see above).", count=failed)
    return message("Everything that was tried works.")


def _empty(folder: Path) -> Path:
    refuse_unwritable_folder(folder)
    if folder.exists() and any(folder.iterdir()):
        raise UserError(
            message("The folder {folder} is not empty.", folder=folder),
            message("Name a new one: the selftest writes a dataset and a project into it."),
            code="folder_not_empty",
        )
    folder.mkdir(parents=True, exist_ok=True)
    return folder
