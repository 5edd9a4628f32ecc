"""`lnl-gui export PROJECT DIR`: write the curated dataset, tables and the journal."""

import argparse
import json
from pathlib import Path

from lnl_gui.cli import options as shared
from lnl_gui.cli.exit_codes import MENDABLE
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.terminal import tell, warn
from lnl_gui.cli.unseen_suggestions import tell_unseen
from lnl_gui.remote.address import source_text
from lnl_gui.session.figures.export_summary import export_summary
from lnl_gui.store.jobs.parameters import ALL_MODEL_FORMATS, MODEL_FORMATS, ExportParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import in_english, message
from lnl_gui.util.split_shares import EXAMPLE, KEEP, NONE, parse_shares
from lnl_gui.util.translation import localized, tr

NO_MODEL = "none"
IMAGES = ("copy", "hardlink", "symlink", "none")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    parser.add_argument("destination", type=shared.absolute, metavar="DIR")
    add_format(parser)
    parser.add_argument("--images", choices=IMAGES, default="copy", help=tr("default copy"))
    add_choices(parser)
    shared.add_partial(parser)
    shared.add_unjudged(parser)
    shared.add_json(parser)


def add_format(parser: argparse.ArgumentParser) -> None:
    """In which layout images and labels are written."""
    parser.add_argument(
        "--format",
        default=ExportParameters.format,
        metavar="NAME",
        help=tr("layout of images and labels; default class-folders; `lnl-gui formats` lists all"),
    )


def add_choices(parser: argparse.ArgumentParser) -> None:
    """What goes into the curated set."""
    parser.add_argument(
        "--accept-suggestions",
        action="store_true",
        help=tr("also apply the suggestion to suspects nobody has looked at"),
    )
    parser.add_argument(
        "--cluster-labels",
        action="store_true",
        help=tr(
            "give every sample nobody has decided on the label of its TURTLE cluster, as the TURTLE"
            " report does"
        ),
    )
    parser.add_argument(
        "--exclude-unsure", action="store_true", help=tr("leave out samples marked unsure")
    )
    parser.add_argument(
        "--unlabelled",
        action="store_true",
        help=tr("also write images without a label, in formats that hold such"),
    )
    parser.add_argument(
        "--excluded",
        action="store_true",
        help=tr("also write images that were set aside, in formats that tell so"),
    )
    parser.add_argument(
        "--split",
        type=_splits,
        default=KEEP,
        metavar="PARTS",
        help=localized(
            message(
                "{keep} those of the dataset (default), {none}, or draw new ones, such as"
                " {example}: every class in proportion, copies and groups undivided",
                keep=KEEP,
                none=NONE,
                example=EXAMPLE,
            )
        ),
    )
    parser.add_argument(
        "--split-seed",
        type=shared.seed,
        default=0,
        metavar="N",
        help=tr("of the draw of new splits"),
    )
    parser.add_argument(
        "--model-format",
        action="append",
        choices=(*MODEL_FORMATS, ALL_MODEL_FORMATS, NO_MODEL),
        help=tr(
            "how the newest trained model comes along, checked; may be given more than once;"
            " default safetensors, which is always among them"
        ),
    )
    parser.add_argument(
        "--overwrite", action="store_true", help=tr("replace an earlier export in the same place")
    )


def _splits(text: str) -> str:
    """The text as it is, once it can be read.

    Raises:
        argparse.ArgumentTypeError: when it cannot.
    """
    try:
        parse_shares(text)
    except UserError as error:
        # argparse fills its own percent signs.
        raise argparse.ArgumentTypeError(localized(error.message)) from error
    return text


def _model_formats(chosen: list[str] | None) -> tuple[str, ...]:
    """The formats asked for.

    Raises:
        UserError: for formats and none of them at once.
    """
    if chosen is None:
        return ExportParameters.model_formats
    if NO_MODEL not in chosen:
        return tuple(dict.fromkeys(chosen))
    if set(chosen) != {NO_MODEL}:
        raise UserError(
            message("--model-format none and another format exclude each other."),
            message("Leave one of them out."),
            code="contradiction",
        )
    return ()


def export_parameters(options: argparse.Namespace, destination: Path) -> ExportParameters:
    """What to export by the options of this verb, or of `run`.

    Args:
        options: as `add_format` and `add_choices` declare them.
        destination: the folder.
    """
    return ExportParameters(
        destination=source_text(destination),
        format=options.format,
        images=options.images,
        accept_suggestions=options.accept_suggestions,
        cluster_labels=options.cluster_labels,
        exclude_unsure=options.exclude_unsure,
        unlabelled=options.unlabelled,
        excluded=options.excluded,
        splits=options.split,
        split_seed=options.split_seed,
        overwrite=options.overwrite,
        model_formats=_model_formats(options.model_format),
        partial=options.partial,
    )


def run(options: argparse.Namespace) -> int:
    """Export, and say where, and what is in it."""
    parameters = export_parameters(options, options.destination)
    with open_session(options.project) as session:
        if options.accept_suggestions:
            tell_unseen(session, options)
        metrics = run_job(session, parameters).metrics
    tell(
        message(
            "{exported:,} images -> {destination}",
            exported=metrics["exported"],
            destination=source_text(options.destination),
        )
    )
    if metrics["partial"]:
        warn(
            message(
                "PARTIAL: {missing:,} images are missing; they are marked in samples.csv.",
                missing=metrics["missing"],
            )
        )
    for line in export_summary(metrics):
        tell(line)
    if metrics["unlabelled"]:
        tell(message("without a label: {count:,}", count=metrics["unlabelled"]))
    if options.json:
        print(json.dumps(in_english(metrics)))
    if metrics.get("never_seen_decided"):
        return MENDABLE
    return shared.code_of_unjudged(bool(metrics["unjudged"]), options)
