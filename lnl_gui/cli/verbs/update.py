"""`lnl-gui update PROJECT`: read the dataset again and take over what has changed."""

import argparse
import json
from importlib import import_module
from typing import Any

from lnl_gui.cli import options as shared
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.exit_codes import MENDABLE
from lnl_gui.cli.jobs import cancel_on_interrupt, run_job
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.terminal import tell
from lnl_gui.session.acts.class_words import new_images_message
from lnl_gui.session.update_words import class_messages, decided_messages, other_copy_message
from lnl_gui.store.jobs.parameters import UpdateParameters
from lnl_gui.util.messages import Message, message, message_n
from lnl_gui.util.translation import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    parser.add_argument(
        "--preview", action="store_true", help=tr("say what has changed; change nothing")
    )
    parser.add_argument(
        "--take-labels",
        action="store_true",
        help=tr("give samples nobody has decided on the label that the dataset gives them now"),
    )
    parser.add_argument(
        "--accept-missing", action="store_true", help=tr("go on although most images are gone")
    )
    parser.add_argument(
        "--read-as-before",
        action="store_true",
        help=tr("take the labels from what they were taken from, whatever else lies there now"),
    )
    shared.add_reading(parser, source="--source")
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Update, or preview it, and say what has changed; 3 where decisions may not fit any more."""
    if options.preview:
        metrics = _preview(options)
        taken = 0
    else:
        with open_session(options.project) as session:
            metrics = run_job(session, parameters(options), quiet=options.json).metrics
        # Opened anew: there are other samples now.
        taken = _take_labels(options) if options.take_labels else 0
    # What was taken over is decided by it.
    metrics = {**metrics, "labels_undecided": metrics["labels_undecided"] - taken}
    for line in summary(metrics, taken):
        tell(line)
    if options.json:
        print(json.dumps({**metrics, "labels_taken": taken, "preview": options.preview}))
    return MENDABLE if metrics["not_known_decided"] or metrics["never_seen_decided"] else 0


def parameters(options: argparse.Namespace) -> UpdateParameters:
    """The update a command line asks for."""
    dataset = shared.import_parameters(options, options.project)
    return UpdateParameters(
        dataset, accept_missing=options.accept_missing, keep_reading=options.read_as_before
    )


def _preview(options: argparse.Namespace) -> dict[str, Any]:
    # Reading a dataset needs numpy and more, which `--help` does not wait for.
    body = import_module("lnl_gui.pipeline.datasets.updating.update")
    with TerminalContext(quiet=options.json) as context, cancel_on_interrupt(context):
        found: dict[str, Any] = body.preview(parameters(options), context, options.project)
    return found


def _take_labels(options: argparse.Namespace) -> int:
    with open_session(options.project) as session:
        return len(session.take_source_labels().rows)


def summary(metrics: dict[str, Any], taken: int) -> list[Message]:
    """What has changed, for a person."""
    lines = [
        message(
            "{added:,} new, {moved:,} moved, {missing:,} missing, {unlisted:,} no longer listed,"
            " {content:,} with other content, {samples:,} samples in all",
            added=metrics["added"],
            moved=metrics["moved"],
            missing=metrics["missing"],
            unlisted=metrics["unlisted"],
            content=metrics["content_changed"],
            samples=metrics["samples"],
        )
    ]
    if metrics.get("refused"):
        lines.append(
            message_n(
                "{count:,} image lies in a folder that could not be listed: it is left out until an"
                " update finds it.",
                "{count:,} images lie in folders that could not be listed: they are left out until"
                " an update finds them.",
                metrics["refused"],
            )
        )
    if metrics["new_classes"]:
        lines.append(message("new classes: {names}", names=", ".join(metrics["new_classes"])))
    lines += class_messages(metrics)
    for name, now, count in metrics.get("edited_classes", ()):
        lines.append(new_images_message(name, now, count))
    if metrics.get("other_copy"):
        lines.append(other_copy_message(metrics["root"], metrics["other_copy"]))
    if metrics["returned"]:
        count = metrics["returned"]
        lines.append(message_n("{count:,} image is back", "{count:,} images are back", count))
    lines += decided_messages(metrics)
    if metrics["not_recognisable"]:
        lines.append(
            message(
                "note: {count:,} vanished images had never been embedded, so that they cannot be"
                " recognised among the new ones.",
                count=metrics["not_recognisable"],
            )
        )
    if metrics["labels_changed"]:
        lines.append(
            message(
                "{labels:,} labels differ in the dataset from those that were imported; nobody has"
                " decided on {undecided:,} of them, {taken:,} were taken over. `--take-labels`"
                " takes them over; a decision of a person stays.",
                labels=metrics["labels_changed"],
                undecided=metrics["labels_undecided"],
                taken=taken,
            )
        )
        lines += [
            message(
                "  {path}: was {given}, is {source} in the dataset now; here {current} ({status})",
                **{name: value or "-" for name, value in entry.items()},
            )
            for entry in metrics["examples"]["labels"]
        ]
    if metrics["added"] or metrics["content_changed"]:
        lines.append(
            message("The detection is out of date: embed (only what is new) and detect again.")
        )
    return lines
