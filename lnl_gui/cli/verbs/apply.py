"""`lnl-gui apply PATCH DATASET`: give a dataset the labels of a patch, in its own layout."""

import argparse
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from lnl_gui.cli import options as shared
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.exit_codes import MENDABLE
from lnl_gui.cli.terminal import tell, warn
from lnl_gui.cli.verdict_table import is_verdict_table
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.progress import stage_progress
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import visible

if TYPE_CHECKING:
    from lnl_gui.dataset.listing import Listing
    from lnl_gui.dataset.patching.apply import Plan


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "patch",
        type=shared.absolute,
        nargs="?",
        metavar="PATCH",
        help=tr("what `lnl-gui patch PROJECT FILE` has written"),
    )
    parser.add_argument(
        "source",
        type=shared.absolute,
        nargs="?",
        metavar="DATASET",
        help=tr("the folder of the dataset, or the file that its labels stand in"),
    )
    where = parser.add_mutually_exclusive_group()
    where.add_argument(
        "--out",
        type=shared.absolute,
        metavar="PLACE",
        help=tr("write a changed copy; of a table, the table alone"),
    )
    where.add_argument(
        "--in-place",
        action="store_true",
        help=tr("change the dataset itself; DATASET.undo beside it takes it back"),
    )
    where.add_argument(
        "--undo", type=shared.absolute, metavar="DIR", help=tr("take back what --in-place did")
    )
    parser.add_argument(
        "--partial",
        action="store_true",
        help=tr("apply what fits although other changes do not"),
    )
    shared.add_reading(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Say what the patch means for the dataset, and do it where asked; 3 where it does not fit.

    Raises:
        UserError: when there is no patch or dataset, or the dataset cannot be changed.
    """
    from lnl_gui.dataset.patching.apply import as_json, plan_patch
    from lnl_gui.dataset.patching.changes import read_patch
    from lnl_gui.dataset.patching.undo import take_back

    if options.undo:
        back = take_back(options.undo)
        tell(
            message_n(
                "Taken back; {count:,} image was moved or removed.",
                "Taken back; {count:,} images were moved or removed.",
                back,
            )
        )
        return 0
    if options.patch is None or options.source is None:
        raise UserError(
            message("A patch and a dataset are needed."),
            message("`lnl-gui apply PATCH DATASET`, or `lnl-gui apply --undo DIR`."),
        )
    if is_verdict_table(options.patch):
        raise _verdicts(options.patch)
    with TerminalContext(quiet=options.json) as context:
        plan = plan_patch(
            read_patch(options.patch),
            options.source,
            lambda source: _read(options, source),
            progress=stage_progress(context, message("Comparing images")),
        )
    if options.json:
        print(as_json(plan))
    for conflict in plan.conflicts:
        warn(
            message(
                "does not fit: {path} {reason}",
                path=visible(conflict.path),
                reason=localized(conflict.reason),
            )
        )
    tell(
        message(
            "{relabelled:,} images get another label, {removed:,} leave the dataset,"
            " {done:,} are as wanted already, {conflicts:,} do not fit.",
            relabelled=plan.relabelled,
            removed=plan.removed,
            done=plan.done,
            conflicts=len(plan.conflicts),
        )
    )
    if plan.unlabelled:
        tell(_unlabelled(plan))
    if plan.folder is not None:
        tell(
            message(
                "All labels of {folder} stand in {file}: that file is the one to be changed.",
                folder=plan.folder,
                file=plan.source,
            )
        )
        if plan.removed:
            tell(_rows_alone(plan))
    # All or nothing, unless said otherwise: half a patch is a dataset that nobody asked for.
    if plan.conflicts and not options.partial:
        warn(message("Nothing was changed; --partial applies what fits."))
        return MENDABLE
    _carry_out(options, plan)
    return 0


def _verdicts(table: Path) -> UserError:
    return UserError(
        message("`{table}` is a table of verdicts, not a patch.", table=table),
        message(
            "Give the verdicts to the dataset's project and apply its changes: `lnl-gui review"
            " PROJECT apply --table {table}`, then `lnl-gui patch PROJECT FILE`, then `lnl-gui"
            " apply FILE DATASET`.",
            table=table,
        ),
        code="no_patch",
    )


def _unlabelled(plan: "Plan") -> Message:
    if plan.moves:
        return message_n(
            "{count:,} image loses its label: it moves to a folder `unlabelled`.",
            "{count:,} images lose their label: they move to a folder `unlabelled`.",
            plan.unlabelled,
        )
    return message_n(
        "{count:,} image loses its label.", "{count:,} images lose their label.", plan.unlabelled
    )


def _rows_alone(plan: "Plan") -> Message:
    """The images of a table lie where they lay, and a folder's reading finds them again."""
    return message_n(
        "{count:,} image leaves that file and stays in the folder, which is read with it as one"
        " without a label; move it away if it is to leave the folder too.",
        "{count:,} images leave that file and stay in the folder, which is read with them as"
        " images without a label; move them away if they are to leave the folder too.",
        plan.removed,
    )


def _carry_out(options: argparse.Namespace, plan: "Plan") -> None:
    from lnl_gui.dataset.patching.apply import apply_in_place, apply_to_copy

    def read(source: Path) -> "Listing":
        return _read(options, source)

    if not plan.wanted and (options.out or options.in_place):
        tell(message("There is nothing to change."))
    elif options.out:
        apply_to_copy(plan, options.out, read)
        tell(message("written: {out}", out=options.out))
    elif options.in_place:
        undo = apply_in_place(plan, read)
        tell(
            message(
                "changed; take it back with: lnl-gui apply --undo {undo}",
                undo=undo,
            )
        )
    else:
        # Without either it only says what would happen, so that nobody changes a dataset by trying.
        warn(message("Nothing was changed: say --out PLACE or --in-place."))


def _read(options: argparse.Namespace, source: Path) -> "Listing":
    from lnl_gui.pipeline.datasets.reading.dataset_reading import read_listing

    # No project is made: the parameters only say how to read.
    parameters = shared.import_parameters(options, Path())
    return read_listing(replace(parameters, source=str(source), project=""))
