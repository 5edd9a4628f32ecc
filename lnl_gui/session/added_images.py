"""Images added to a dataset: in words what that would do and has done, and what comes of it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.session.changes import Changes
from lnl_gui.session.projects import projects_in, projects_of
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.added_samples import DECIDED, read_added
from lnl_gui.store.jobs.import_parameters import load_parameters
from lnl_gui.store.jobs.runs import Run
from lnl_gui.store.project import is_project
from lnl_gui.store.training.prediction_words import PREDICTIONS
from lnl_gui.util.messages import Message, from_json, joined, message, message_n

_CLASSES, _REFUSALS = 8, 5
"""How many are named; the rest is a number."""


def keep_added(session: Session, run: Run) -> Changes:
    """Make the decisions that added images came with those of this project; one act a reviewer.

    Samples that somebody has decided on here stay as they are.

    Args:
        session: open for writing, with the samples that the run has added.
        run: that is done.

    Raises:
        UserError: when the file is damaged or the project cannot be written.
    """
    by_reviewer: dict[str, list[int]] = {}
    for sample in read_added(session.folder / run.artifacts[DECIDED]):
        if 0 <= sample.row < len(session):
            by_reviewer.setdefault(sample.reviewer, []).append(sample.row)
    done = [
        session.keep_undecided(np.array(rows, np.int64), reviewer)
        for reviewer, rows in by_reviewer.items()
    ]
    rows = np.concatenate([np.zeros(0, np.int64), *(each.rows for each in done)])
    return Changes(labels=bool(len(rows)), rows=rows)


def origin_of_predictions(session: Session) -> Path | None:
    """The project whose model made this one's labels, where its images are its predictions."""
    parameters = load_parameters(session.project)
    if parameters is None or Path(parameters.source).name != PREDICTIONS:
        return None
    # PROJECT/runs/RUN/predictions.csv
    parents = Path(parameters.source).parents
    found = parents[2] if len(parents) > 2 else None
    return found if found is not None and is_project(found) else None


def reviewed_predictions(session: Session, known: Iterable[Path]) -> Path | None:
    """The project in which the newest predictions of this one's model are reviewed, if any.

    Args:
        session: of the project whose model it was.
        known: project folders that may be it, beside those that lie beside this one.
    """
    runs = [run for run in session.runs.all() if "predictions" in run.artifacts]
    beside = [*known, *projects_in(session.folder.parent)]
    for run in reversed(runs):
        found = projects_of(session.folder / run.artifacts["predictions"], beside)
        if found:
            return found[0]
    return None


def addition_words(metrics: Mapping[str, Any]) -> list[Message]:
    """What an addition does, a sentence each: what comes in, what stays out, how it is undone.

    Args:
        metrics: of the job, or of its preview.
    """
    lines = [_copied(metrics)]
    if metrics["copied"]:
        lines += _details(metrics)
    # Of a version that did not count them there may be a run.
    unseen = metrics.get("decided_unseen", 0)
    if unseen:
        lines.append(
            message_n(
                "{count:,} decision does not come along: it was made on many images at once, and"
                " nobody has looked at that one.",
                "{count:,} decisions do not come along: they were made on many images at once, and"
                " nobody has looked at these.",
                unseen,
            )
        )
    return lines + _left_out(metrics)


def _copied(metrics: Mapping[str, Any]) -> Message:
    count = metrics["copied"]
    if not count:
        return message("There is nothing to add.")
    parts = {"count": count, "folder": metrics["folder"], "part": metrics["part"]}
    if metrics["part"]:
        return message_n(
            "{count:,} image is copied into {folder}, part `{part}`.",
            "{count:,} images are copied into {folder}, part `{part}`.",
            **parts,
        )
    return message_n(
        "{count:,} image is copied into {folder}.",
        "{count:,} images are copied into {folder}.",
        **parts,
    )


def _details(metrics: Mapping[str, Any]) -> list[Message]:
    by_class = list(metrics["by_class"].items())
    named = ", ".join(f"{name}: {count:,}" for name, count in by_class[:_CLASSES])
    more = len(by_class) - _CLASSES
    lines = [
        message("By class: {named}.", named=named)
        if more <= 0
        else message("By class: {named} and {more:,} more classes.", named=named, more=more)
    ]
    if metrics["table"]:
        lines.append(message("`{table}` gets a row for each.", table=metrics["table"]))
    if metrics["empty_columns"]:
        names = ", ".join(metrics["empty_columns"])
        lines.append(message("These columns of the new rows stay empty: {names}.", names=names))
    if metrics["classes_new"]:
        names = ", ".join(metrics["classes_new"])
        lines.append(message("New to the dataset: {names}.", names=names))
    if metrics["renamed"]:
        lines.append(
            message_n(
                "{count:,} gets another file name, since its own is taken or not portable.",
                "{count:,} get other file names, since theirs are taken or not portable.",
                metrics["renamed"],
            )
        )
    return lines


_OUT = {
    "excluded": message("excluded: {count:,}"),
    "unsure": message("unsure or asked about: {count:,}"),
    "undecided": message("not decided on: {count:,}"),
    "unlabelled": message("without a label: {count:,}"),
    "known": message("in the dataset already: {count:,}"),
    "known_otherwise": message("in the dataset already under another label: {count:,}"),
    "doubled": message("copies of others among them: {count:,}"),
}


def _left_out(metrics: Mapping[str, Any]) -> list[Message]:
    said = [text.with_fields(count=metrics[name]) for name, text in _OUT.items() if metrics[name]]
    lines = [message("Left out are: {reasons}.", reasons=joined(said, ", "))] if said else []
    if metrics["refused"]:
        lines.append(
            message_n(
                "{count:,} image finds no place:",
                "{count:,} images find no place:",
                metrics["refused"],
            )
        )
        lines += [
            message("{path} {reason}", path=path, reason=from_json(reason))
            for path, reason in metrics["refused_examples"][:_REFUSALS]
        ]
    return lines
