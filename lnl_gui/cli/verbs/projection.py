"""`lnl-gui map PROJECT`: lay the images out in the plane, as the window's map shows them."""

import argparse
import csv
import json
from pathlib import Path
from typing import Any

from lnl_gui.cli import options as shared
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.terminal import tell
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import (
    COMPUTED_PROJECTIONS,
    MOST_DRAWN,
    TSNE,
    UMAP,
    MapParameters,
)
from lnl_gui.util.errors import as_user_error
from lnl_gui.util.files.atomic import atomic_file
from lnl_gui.util.files.places import refuse_unwritable_folder
from lnl_gui.util.files.replaceable import begins_with, refuse_other_kind
from lnl_gui.util.messages import in_english, message
from lnl_gui.util.translation import tr

_IS_TABLE = begins_with(rb"path,x,y\r?\n")
_IS_DRAWING = begins_with(
    rb'<svg xmlns="[^"]*" width="\d+" height="\d+" viewBox="0 0 \d+ \d+" font-family='
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    parser.add_argument(
        "--encoder",
        default="",
        metavar="NAME",
        help=tr("whose embedding; default as in the window"),
    )
    parser.add_argument(
        "--out", type=shared.absolute, metavar="FILE", help=tr("also write a CSV of path, x and y")
    )
    parser.add_argument(
        "--method",
        choices=COMPUTED_PROJECTIONS,
        help=tr("umap (default), or tsne, slower and the default of --before-after"),
    )
    parser.add_argument(
        "--before-after",
        type=shared.absolute,
        metavar="FILE",
        help=tr(
            "instead draw the images by their features before and after the newest fine-tuning,"
            " coloured by class, as an SVG"
        ),
    )
    parser.add_argument(
        "--most",
        type=shared.positive,
        default=MOST_DRAWN,
        metavar="N",
        help=tr("images in that drawing, drawn at random; default {}").format(MOST_DRAWN),
    )
    shared.add_threads(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Compute the projection, or take the one there is, and say where it lies."""
    if options.out:
        # Before the work, which takes minutes.
        refuse_other_kind(options.out, message("a table of path, x and y"), _IS_TABLE)
        refuse_unwritable_folder(options.out.parent)
    if options.before_after:
        refuse_other_kind(options.before_after, message("a drawing of LNL"), _IS_DRAWING)
        refuse_unwritable_folder(options.before_after.parent)
        return _before_after(options)
    with open_session(options.project) as session:
        result = run_job(
            session, MapParameters(options.encoder, options.method or UMAP), threads=options.threads
        )
        file = session.folder / result.artifacts["projection"]
        if options.out:
            _write_table(options.out, session, file)
    metrics: dict[str, Any] = {**result.metrics, "projection": str(file)}
    done = message("There was a projection") if metrics["reused"] else message("Projected")
    tell(
        message(
            "{done}: {samples:,} samples, {file}", done=done, samples=metrics["samples"], file=file
        )
    )
    if options.out:
        tell(message("Written: {file}", file=options.out))
        metrics["table"] = str(options.out)
    if options.json:
        print(json.dumps(in_english(metrics)))
    return 0


def _before_after(options: argparse.Namespace) -> int:
    """Draw the images before and after fine-tuning, and say how pure their neighbourhoods are."""
    from lnl_gui.pipeline.output.before_after import before_after, drawing

    with TerminalContext(threads=options.threads) as context:
        found = before_after(
            options.project, context, method=options.method or TSNE, most=options.most
        )
    target = options.before_after
    try:
        with atomic_file(target, "w", encoding="utf-8") as stream:
            stream.write(drawing(found))
    except OSError as error:
        raise as_user_error(error, message("write {target}", target=target)) from error
    tell(message("Drawn: {samples:,} images, {file}", samples=len(found.rows), file=target))
    if found.held_out:
        tell(
            message(
                "Of the ten nearest of {count:,} held-out images, {before:.1%} have the same label"
                " before fine-tuning and {after:.1%} after.",
                count=found.held_out,
                before=found.agreement_before,
                after=found.agreement_after,
            )
        )
    if options.json:
        figures = {
            "samples": len(found.rows),
            "held_out": found.held_out,
            "agreement_before": found.agreement_before,
            "agreement_after": found.agreement_after,
            "drawing": str(target),
        }
        print(json.dumps(in_english(figures)))
    return 0


def _write_table(target: Path, session: Session, file: Path) -> None:
    """Samples that could not be read have no place and no row."""
    import numpy as np

    from lnl_gui.dataset.csv_table import inert

    projection = np.load(file)
    try:
        with atomic_file(target, "w", encoding="utf-8", newline="") as stream:
            table = csv.writer(stream)
            table.writerow(("path", "x", "y"))
            for row in np.flatnonzero(np.isfinite(projection[:, 0])).tolist():
                x, y = projection[row].tolist()
                table.writerow((inert(session.path_of(row)), f"{x:.6g}", f"{y:.6g}"))
    except OSError as error:
        raise as_user_error(error, message("write {target}", target=target)) from error
