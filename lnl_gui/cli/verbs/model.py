"""`lnl-gui model PROJECT|MODEL export DIR`: a trained model in a form other programs run."""

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING

from lnl_gui.cli import options as shared
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.exit_codes import DONE, MENDABLE
from lnl_gui.cli.terminal import tell, warn
from lnl_gui.cli.verbs.predict import model_folder
from lnl_gui.store.jobs.model_folder import CARD
from lnl_gui.store.jobs.parameters import ALL_MODEL_FORMATS, MODEL_FORMATS
from lnl_gui.store.project import is_project
from lnl_gui.util.files.places import refuse_unwritable_folder
from lnl_gui.util.messages import in_english, message, to_json
from lnl_gui.util.progress import stage_progress
from lnl_gui.util.translation import tr

if TYPE_CHECKING:
    from lnl_gui.pipeline.output.model_context import ModelContext


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "place",
        type=shared.absolute,
        metavar="PROJECT|MODEL",
        help=tr("a project, or a model's folder"),
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="export")
    export = actions.add_parser("export", help=tr("write the model and check it on real images"))
    export.add_argument("folder", type=shared.absolute, metavar="DIR")
    export.add_argument(
        "--format",
        action="append",
        choices=(*MODEL_FORMATS, ALL_MODEL_FORMATS),
        default=[],
        help=tr(
            "may be given more than once; default safetensors, which is always among them;"
            " `all`: each that can hold the network"
        ),
    )
    shared.add_json(export)


def run(options: argparse.Namespace) -> int:
    """Export; the model counts as exported once its logits equal the live model's.

    An 8-bit form that does not suit the model is an error for a script.
    """
    from lnl_gui.pipeline.output.export_model import described, export_trained

    source = model_folder(options.place)
    refuse_unwritable_folder(options.folder)
    with TerminalContext() as context:
        done = export_trained(
            source,
            options.folder,
            formats=options.format,
            project=_project_context(options.place, source),
            progress=stage_progress(context, message("Writing the model")),
        )
    for said in described(done):
        tell(said)
    for doubt in done.doubts:
        warn(doubt)
    if options.json:
        result = {
            "folder": str(options.folder),
            "card": str(options.folder / CARD),
            "formats": [each.to_dict() for each in done.formats],
            "notes": [to_json(note) for note in done.notes],
            "doubts": [to_json(doubt) for doubt in done.doubts],
        }
        print(json.dumps(in_english(result)))
    return MENDABLE if done.doubts else DONE


def _project_context(place: Path, source: Path) -> "ModelContext | None":
    """What the project knows of its newest model; None for a model's folder."""
    from lnl_gui.pipeline.output.model_context import model_context
    from lnl_gui.pipeline.snapshot import take_snapshot
    from lnl_gui.store.jobs.runs import latest_run
    from lnl_gui.store.project import open_project

    if not is_project(place):
        return None
    with open_project(place, read_only=True) as project:
        trained = latest_run(project, "finetune")
    return None if trained is None else model_context(take_snapshot(place), trained, source)
