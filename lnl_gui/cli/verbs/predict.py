"""`lnl-gui predict MODEL SOURCE...`: classify images with a trained model."""

import argparse
import csv
import json
import sys
from pathlib import Path
from typing import Any

from lnl_gui.cli import options as shared
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.exit_codes import DONE, MENDABLE
from lnl_gui.cli.place import add_cluster
from lnl_gui.cli.terminal import shown, tell, warn
from lnl_gui.dataset.csv_table import inert
from lnl_gui.store.training.prediction_words import NOT_CALIBRATED
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.places import refuse_missing
from lnl_gui.util.messages import in_english, message
from lnl_gui.util.translation import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "model", type=shared.absolute, metavar="MODEL", help=tr("folder of a model, or a project")
    )
    parser.add_argument(
        "source", type=shared.absolute, nargs="+", metavar="SOURCE", help=tr("images or folders")
    )
    shared.add_device(parser)
    add_cluster(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Print path, predicted class and its probability as CSV, or all of it as JSON.

    What could not be read, or looked at, is an error for a script: JSON names what is a file with
    the reason.

    Raises:
        UserError: when there are no images, or the model cannot be read.
    """
    from lnl_gui.pipeline.output.model_classes import former_classes
    from lnl_gui.pipeline.output.predict import classify, image_files, refuse_none
    from lnl_gui.store.project import is_project

    given = image_files(options.source)
    files = given.files
    refuse_none(given, options.source[0])
    for said in given.left_out:
        warn(said)
    with TerminalContext() as context:
        found = classify(model_folder(options.model), files, device=options.device, context=context)
    for row, reason in found.unreadable.items():
        warn(message("unreadable: {path}: {reason}", path=files[row], reason=reason))
    if is_project(options.model):
        for warning in former_classes(found.class_names, options.model):
            warn(warning)
    tell(NOT_CALIBRATED)
    readable = [row for row in range(len(files)) if row not in found.unreadable]
    best = {row: int(found.probabilities[row].argmax()) for row in readable}
    code = MENDABLE if found.unreadable or given.left_out else DONE
    if options.json:
        entries: list[dict[str, Any]] = [
            {
                "path": str(files[row]),
                "label": found.class_names[best[row]],
                "probability": float(found.probabilities[row, best[row]]),
            }
            if row in best
            else {
                "path": str(files[row]),
                "label": None,
                "probability": None,
                "error": found.unreadable[row],
            }
            for row in range(len(files))
        ]
        print(json.dumps(in_english(entries)))
        return code
    # Standard output writes line ends as the platform has them; csv's own would double on Windows.
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["path", "label", "probability"])
    for row in readable:
        probability = found.probabilities[row, best[row]]
        names = (shown(str(files[row])), shown(found.class_names[best[row]]))
        writer.writerow([*map(inert, names), f"{probability:.4f}"])
    return code


def model_folder(place: Path) -> Path:
    """The model itself, or the newest one of a project.

    Raises:
        UserError: when a project has no trained model.
    """
    from lnl_gui.cli.open_session import open_session
    from lnl_gui.store.project import is_project

    if not is_project(place):
        refuse_missing(place)
        return place
    with open_session(place, read_only=True) as session:
        trained = session.runs.latest("finetune")
        if session.is_outdated("finetune"):
            warn(message("The model is out of date: verdicts came after it."))
    if trained is None:
        raise UserError(
            message("{place} has no trained model.", place=place),
            message("Run `lnl-gui finetune {place}` first.", place=place),
        )
    return place / trained.artifacts["model"]
