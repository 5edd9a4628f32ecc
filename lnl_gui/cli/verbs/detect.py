"""`lnl-gui detect PROJECT`: find suspect labels."""

import argparse
import json
import math
import sys
from typing import Any

from lnl_gui.cli import options as shared
from lnl_gui.cli.exit_codes import CANNOT_JUDGE
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.place import add_host
from lnl_gui.cli.terminal import tell, warn
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import DetectParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import from_json, in_english, message, message_n
from lnl_gui.util.statistics.well_labelled import need_no_look
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import one_line


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    add_detection(parser)
    shared.add_set(
        parser,
        tr(
            "change a constant of a detector, such as turtle.gamma=5; `lnl-gui detectors NAME`"
            " lists them; may be given more than once"
        ),
    )
    parser.add_argument("--encoder", action="append", metavar="NAME", help=tr("embeddings to use"))
    shared.add_device(parser)
    shared.add_threads(parser)
    add_host(parser)
    parser.add_argument(
        "--explain",
        metavar="PATH",
        action="append",
        help=tr("say why a sample is suspected, and stop"),
    )
    shared.add_json(parser)


def add_detection(parser: argparse.ArgumentParser) -> None:
    """Options of detection alone."""
    parser.add_argument(
        "--detector", action="append", metavar="NAME", help=tr("may be given more than once")
    )
    parser.add_argument("--seed", type=shared.seed, default=0)
    parser.add_argument(
        "--emphasis",
        type=_emphasis,
        default=0.0,
        metavar="X",
        help=tr("-1 flags fewer and surer, +1 flags more and misses fewer; default 0"),
    )


def _emphasis(text: str) -> float:
    """A number from -1 to 1.

    Raises:
        argparse.ArgumentTypeError: for any other.
        ValueError: for what is no number, which argparse reports likewise.
    """
    number = float(text)
    # Of what is no number every comparison is false.
    if not -1 <= number <= 1:
        raise argparse.ArgumentTypeError(tr("must be a number from -1 to 1"))
    return number


def parameters(
    options: argparse.Namespace,
    encoders: tuple[str, ...] = (),
    settings: tuple[tuple[str, str], ...] = (),
) -> DetectParameters:
    """The detection a command line asks for."""
    return DetectParameters(
        detectors=tuple(options.detector or ()),
        encoders=encoders,
        seed=options.seed,
        emphasis=options.emphasis,
        settings=settings,
        device=options.device,
    )


def run(options: argparse.Namespace) -> int:
    """Detect and print the summary, or explain single samples of the last detection."""
    # To explain takes no lock, so it works while a window has the project open.
    with open_session(options.project, read_only=bool(options.explain)) as session:
        if options.explain:
            return _explain(session, options)
        metrics = run_job(
            session,
            parameters(options, tuple(options.encoder or ()), tuple(options.set)),
            threads=options.threads,
        ).metrics
    print_summary(metrics)
    if options.json:
        print(json.dumps(in_english(metrics)))
    # With 0 a script would take for clean what was never judged, as images that have changed.
    unjudged = metrics["embedding_fails"] or metrics["nearly_equal"]
    unknown = metrics["changed_images"] or metrics["uncompared_images"]
    return CANNOT_JUDGE if unjudged or unknown else 0


def print_summary(metrics: dict[str, Any]) -> None:
    """Print the summary of a detection for a reader."""
    if metrics.get("nearly_equal"):
        warn(
            message(
                "{flagged:,} of {samples:,} labels are suspect; how many are wrong is not known",
                flagged=metrics["flagged"],
                samples=metrics["samples"],
            )
        )
    elif is_unjudged(metrics):
        warn(
            message(
                "cannot judge: nothing is known of the {samples:,} labels, how many are wrong or"
                " which",
                samples=metrics["samples"],
            )
        )
    else:
        _print_rate(metrics)
    if metrics.get("well_labelled_bound") is not None:
        tell(need_no_look(metrics["well_labelled"], metrics["well_labelled_bound"]))
    if metrics.get("issues", {}).get("off_topic"):
        tell(
            message_n(
                "{count:,} image lies unusually far from all classes; perhaps it is of none of"
                " them: `lnl-gui review PROJECT list --issue off_topic` lists it",
                "{count:,} images lie unusually far from all classes; perhaps they are of none of"
                " them: `lnl-gui review PROJECT list --issue off_topic` lists them",
                metrics["issues"]["off_topic"],
            )
        )
    for entry in metrics.get("annotators", ()):
        tell(
            message(
                "annotator {name}: {quality:.1%} of {labels:,} labels right",
                name=entry["name"],
                quality=entry["quality"],
                labels=entry["labels"],
            )
        )
    if not is_unjudged(metrics):
        # What detectors think of one another says nothing where they know nothing of the labels.
        for sentence in metrics.get("agreement", {}).get("sentences", ()):
            tell(from_json(sentence))
    for warning in metrics["warnings"]:
        warn(message("note: {warning}", warning=from_json(warning)))
    if metrics.get("changed_images"):
        warn(
            message(
                "To look at what is there now: `lnl-gui update PROJECT`, then `lnl-gui embed"
                " PROJECT` and `lnl-gui detect PROJECT`."
            )
        )


def is_unjudged(metrics: dict[str, Any]) -> bool:
    """Whether a detection knows nothing of the labels."""
    # One of an earlier version says so by its interval alone.
    unknown = metrics["samples"] > 0 and list(metrics["noise_rate_interval"]) == [0.0, 1.0]
    return bool(metrics.get("cannot_judge", unknown))


def _print_rate(metrics: dict[str, Any]) -> None:
    low, high = metrics["noise_rate_interval"]
    tell(
        message(
            "{flagged:,} of {samples:,} labels are suspect; estimated noise rate"
            " {noise_rate:.1%} (95 % interval {low:.1%} to {high:.1%})",
            flagged=metrics["flagged"],
            samples=metrics["samples"],
            noise_rate=metrics["noise_rate"],
            low=low,
            high=high,
        )
    )


def _explain(session: Session, options: argparse.Namespace) -> int:
    from lnl_gui.pipeline.detection.explain import explain_rows

    rows = [_row_of(session, wanted) for wanted in options.explain]
    explanations = explain_rows(session.folder, rows)
    for row, explanation in zip(rows, explanations, strict=True):
        print(one_line(session.path_of(row)), file=sys.stderr)
        for line in explanation.lines():
            print(f"  {localized(line)}", file=sys.stderr)
    if options.json:
        pairs = zip(rows, explanations, strict=True)
        print(
            json.dumps(
                [_evidence(session, row, list(map(str, said.lines()))) for row, said in pairs]
            )
        )
    return 0


def _number(value: float) -> float | None:
    """For JSON, which has no NaN."""
    return value if math.isfinite(value) else None


def _row_of(session: Session, wanted: str) -> int:
    """The sample of a path, or of a number from 0."""
    try:
        # A path first: a file without a suffix may be called `12`.
        return session.columns.paths.index(wanted)
    except ValueError:
        if wanted.isdigit() and int(wanted) < len(session):
            return int(wanted)
    raise UserError(
        message("No sample has the path or number {wanted}.", wanted=wanted),
        message("Paths are written as in samples.csv, relative to the dataset."),
    )


def _evidence(session: Session, row: int, sentences: list[str]) -> dict[str, Any]:
    found = session.evidence(row)
    name = [entry.name for entry in session.classes]
    return {
        "path": session.path_of(row),
        "given_label": session.class_name(session.columns.given[row]) or None,
        "suggested_label": name[found.suggested] if found.suggested >= 0 else None,
        "suspicion": _number(found.suspicion),
        "confidence": _number(found.confidence),
        "flagged": found.flagged,
        "off_topic": bool(session.columns.off_topic[row]),
        "loss": _number(found.loss),
        "sentences": sentences,
        "votes": {
            vote.detector: {
                "score": vote.score,
                "label": name[vote.label] if vote.label >= 0 else None,
            }
            for vote in found.votes
        },
        "neighbours": [
            {
                "path": session.path_of(neighbour.row),
                "label": name[neighbour.label] if neighbour.label >= 0 else None,
                "similarity": neighbour.similarity,
            }
            for neighbour in found.neighbours
        ],
    }
