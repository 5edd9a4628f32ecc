"""`lnl-gui model PROJECT|MODEL export DIR`: a trained model in a form other programs run."""

import argparse
import json
from collections.abc import Iterable

from lnl_gui.cli import options as shared
from lnl_gui.cli.predict import model_folder
from lnl_gui.cli.terminal import tell
from lnl_gui.containers.location import ImageLocation
from lnl_gui.store.project import is_project
from lnl_gui.util.messages import in_english, message
from lnl_gui.util.translation import tr

FORMATS = ("onnx", "torch-export", "safetensors")


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
    export.add_argument("--format", choices=FORMATS, default="onnx", help=tr("default onnx"))
    shared.add_json(export)


def run(options: argparse.Namespace) -> int:
    """Export; the model counts as exported once its logits equal the live model's."""
    from lnl_gui.pipeline.output.export_model import export_trained

    source = model_folder(options.place)
    images: Iterable[ImageLocation] = ()
    if is_project(options.place):
        from lnl_gui.pipeline.snapshot import take_snapshot

        images = take_snapshot(options.place).readable_files()
    made = export_trained(source, options.folder, format=options.format, files=images)
    tell(
        message(
            "{file} (largest difference of a logit {difference:.1e} of the largest logit,"
            " {images} images checked)",
            file=made.file,
            difference=made.difference,
            images=made.images,
        )
    )
    if options.json:
        result = {
            "file": str(made.file),
            "card": str(made.card),
            "format": options.format,
            "difference": made.difference,
            "images": made.images,
        }
        print(json.dumps(in_english(result)))
    return 0
