"""`lnl-gui report PROJECT FILE`: one page on what was found and done, HTML or PDF."""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

from lnl_gui.cli import options as shared
from lnl_gui.cli.failures import USAGE_CODE
from lnl_gui.cli.terminal import say_aside, warn
from lnl_gui.cli.unseen_suggestions import tell_unseen
from lnl_gui.store.detection.unjudged import not_counted, not_judged
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.messages import message
from lnl_gui.util.process.processes import no_console
from lnl_gui.util.process.program import program_command
from lnl_gui.util.translation import tr

_PAGES = (".html", ".htm", ".xhtml", "")
"""How the name of an HTML page ends; one without an ending promises nothing else."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    parser.add_argument(
        "file", type=shared.absolute, metavar="FILE", help=tr("such as report.html or report.pdf")
    )
    parser.add_argument(
        "--pdf", action="store_true", help=tr("write a PDF, whatever the file is called")
    )
    parser.add_argument(
        "--accept-suggestions",
        action="store_true",
        help=tr("count the suggestion as the label of suspects nobody has looked at"),
    )
    parser.add_argument(
        "--exclude-unsure", action="store_true", help=tr("leave out samples marked unsure")
    )
    shared.add_unjudged(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Write the page.

    Raises:
        UserError: for a name of another kind of file, and what writing the page refuses.
    """
    from lnl_gui.cli.open_session import open_session
    from lnl_gui.pipeline.output.report import refuse_other_report, write_project_report

    refuse_other_report(options.file)
    as_pdf = options.pdf or options.file.suffix.casefold() == ".pdf"
    if not as_pdf and options.file.suffix.casefold() not in _PAGES:
        raise UserError(
            message("{file} is called neither an HTML page nor a PDF.", file=options.file),
            message("Call it NAME.html or NAME.pdf; --pdf writes a PDF whatever it is called."),
            code=USAGE_CODE,
        )
    # Says what of the project is damaged, and so missing from the page.
    with open_session(options.project, read_only=True) as session:
        if options.accept_suggestions:
            tell_unseen(session, options)
        unjudged = int(session.statistics.unjudged.sum())
        # What a person has decided needs no detection.
        left = bool(session.statistics.unjudged_left.any())
        said = (not_counted if session.statistics.detected else not_judged)(unjudged)
    how = {
        "accept_suggestions": options.accept_suggestions,
        "exclude_unsure": options.exclude_unsure,
    }
    if as_pdf:
        with tempfile.TemporaryDirectory() as folder:
            page = Path(folder) / "report.html"
            write_project_report(options.project, page, paper=True, **how)
            print_page(page, options.file, Path(folder))
    else:
        write_project_report(options.project, options.file, **how)
    say_aside(str(options.file))
    if unjudged:
        warn(message("note: {warning}", warning=said))
    if options.json:
        print(json.dumps({"file": str(options.file), "unjudged": unjudged}))
    return shared.code_of_unjudged(left, options)


def print_page(page: Path, target: Path, folder: Path) -> None:
    """Write a page of HTML as a PDF, in a process of its own: no verb imports Qt.

    Args:
        page: the file.
        target: the file to write.
        folder: for what is made meanwhile.

    Raises:
        UserError: when it cannot be made, or not be written.
    """
    # Made beside the page: what is wrong with the place of the target is no matter of the form.
    made = folder / "report.pdf"
    done = subprocess.run(
        [*program_command(), "paper", str(page), str(made)],
        # Qt needs no display to print, and ends without one unless it is told so.
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
        creationflags=no_console(),
    )
    if done.returncode or not made.is_file():
        # What Qt warns of stands above; the last line is why it ended.
        reason = (done.stderr.strip().splitlines() or [""])[-1]
        raise UserError(
            message("The PDF {file} could not be written: {reason}", file=target, reason=reason),
            message("Write an HTML page instead, and print that from a browser."),
        )
    try:
        with atomic_file(target) as stream:
            stream.write(made.read_bytes())
    except OSError as error:
        raise as_user_error(error, message("write the report {file}", file=target)) from error
