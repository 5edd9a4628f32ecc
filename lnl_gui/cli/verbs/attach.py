"""`lnl-gui attach PROJECT`: take in predictions and embeddings that were made elsewhere."""

import argparse
import json
from pathlib import Path

from lnl_gui.cli import options as shared
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.terminal import tell, warn
from lnl_gui.store.jobs.parameters import AttachParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import from_json, in_english, message, message_n
from lnl_gui.util.translation import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    parser.add_argument(
        "--pred-probs",
        type=shared.absolute,
        metavar="FILE",
        help=tr("probabilities by class: a CSV with a column `path`, .npy or .npz (N, C)"),
    )
    parser.add_argument(
        "--embedding",
        type=shared.absolute,
        metavar="FILE",
        help=tr("embeddings: .npy or .npz (N, D), or a CSV with a column `path`"),
    )
    parser.add_argument(
        "--class-order",
        metavar="FILE|NAMES",
        help=tr("class of each column: a file with one a line, or names with commas between"),
    )
    parser.add_argument(
        "--paths",
        type=shared.absolute,
        metavar="FILE",
        help=tr("path of each row, one a line; otherwise the rows are all samples in their order"),
    )
    parser.add_argument("--name", default="", help=tr("what it is called; default the file's name"))
    parser.add_argument(
        "--logits", action="store_true", help=tr("the values are scores before the softmax")
    )
    parser.add_argument(
        "--out-of-sample",
        action="store_true",
        help=tr("no prediction is of a model trained on that sample (cross-validation)"),
    )
    parser.add_argument(
        "--partial", action="store_true", help=tr("go on although samples have no row")
    )
    parser.add_argument(
        "--accept-order",
        action="store_true",
        help=tr("go on although the predictions agree with the labels no more than by chance"),
    )
    shared.add_examples(
        parser,
        [
            (
                "lnl-gui attach PROJECT --pred-probs probs.csv --out-of-sample",
                tr("a column `path` and one for each class"),
            ),
            (
                "lnl-gui attach PROJECT --embedding clip.npy --paths files.txt",
                tr("then: lnl-gui detect PROJECT --encoder attached:clip"),
            ),
        ],
    )
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Attach, and say what there is now."""
    parameters = AttachParameters(
        pred_probs=str(options.pred_probs) if options.pred_probs else None,
        embedding=str(options.embedding) if options.embedding else None,
        class_order=class_order(options.class_order),
        paths=str(options.paths) if options.paths else None,
        name=options.name,
        logits=options.logits,
        out_of_sample=options.out_of_sample,
        partial=options.partial,
        accept_order=options.accept_order,
    )
    with open_session(options.project) as session:
        metrics = run_job(session, parameters, quiet=options.json).metrics
    tell(
        message_n(
            "{count:,} row attached as {name}",
            "{count:,} rows attached as {name}",
            metrics["rows"],
            name=metrics["name"],
        )
    )
    if "agreement" in metrics:
        tell(message("they name the given label for {share:.1%}", share=metrics["agreement"]))
    for warning in metrics["warnings"]:
        warn(message("note: {warning}", warning=from_json(warning)))
    if options.json:
        print(json.dumps(in_english(metrics)))
    return 0


def class_order(text: str | None) -> tuple[str, ...]:
    """Names from a file of one a line, or between commas.

    Raises:
        UserError: when the file cannot be read.
    """
    if not text:
        return ()
    file = Path(text).expanduser()
    if not file.is_file():
        return tuple(name.strip() for name in text.split(","))
    try:
        # Editors on Windows put a mark before UTF-8, which would be part of the first name.
        lines = file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError) as error:
        raise UserError(
            message("`{file}` could not be read: {reason}.", file=file, reason=error)
        ) from error
    return tuple(line.strip() for line in lines if line.strip())
