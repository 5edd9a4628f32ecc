"""`lnl-gui finetune PROJECT`: train on given and on curated labels and compare."""

import argparse
import json
from pathlib import Path
from typing import Any

from lnl_gui.cli import options as shared
from lnl_gui.cli.downloads import can_ask, confirmed, settle_training
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.open_session import add_training_encoder, open_session, training_encoder
from lnl_gui.cli.place import add_host, add_processes
from lnl_gui.cli.terminal import tell, warn
from lnl_gui.cli.tracking import add_tracking
from lnl_gui.cli.unseen_suggestions import tell_unseen
from lnl_gui.jobs.remote_host import chosen_host
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import (
    POSTERIOR,
    SUGGESTED,
    UNREVIEWED,
    FinetuneParameters,
)
from lnl_gui.store.training.gain import Gain, gain_from_dict
from lnl_gui.store.training.gain_words import basis, headline, invitation, is_estimated, remarks
from lnl_gui.store.training.training_size import too_few
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, from_json, in_english, message
from lnl_gui.util.translation import tr
from lnl_gui.util.waiting import ASKED_SECONDS, take_words


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    parser.add_argument("--recipe", default="quick", help=tr("default quick; minutes on a CPU"))
    add_training_encoder(parser)
    parser.add_argument("--weights", type=shared.absolute, metavar="FILE")
    shared.add_download_consent(parser)
    shared.add_threads(parser)
    add_host(parser)
    parser.add_argument("--epochs", type=int, metavar="N", help=tr("default: as in the recipe"))
    parser.add_argument("--batch-size", type=int, metavar="N")
    parser.add_argument("--learning-rate", type=float, metavar="X")
    shared.add_set(
        parser,
        tr(
            "change any constant of the recipe, as `lnl-gui recipes NAME` lists them; may be given"
            " more than once"
        ),
    )
    parser.add_argument("--seed", type=shared.seed, default=0)
    shared.add_device(parser)
    add_processes(parser)
    parser.add_argument("--holdout", type=float, default=0.2, metavar="FRACTION")
    parser.add_argument(
        "--unreviewed",
        choices=UNREVIEWED,
        default=POSTERIOR,
        help=tr(
            "how to train on images nobody has looked at: on all by how probable each class is"
            " (default); on suspects on the suggestion as if it were right, or not at all; or on"
            " all on the given label; with clusters every image takes the label of its TURTLE"
            " cluster"
        ),
    )
    shared.add_accept_unjudged(parser)
    parser.add_argument(
        "--no-comparison", action="store_true", help=tr("train on the curated labels only")
    )
    shared.add_partial(parser)
    add_tracking(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Train and print what the cleaning gained."""
    encoder = training_encoder(options)
    parameters = FinetuneParameters(
        recipe=options.recipe,
        encoder=encoder,
        weights=str(options.weights) if options.weights else None,
        epochs=options.epochs,
        batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        settings=tuple(options.set),
        seed=options.seed,
        device=options.device,
        holdout_fraction=options.holdout,
        compare_with_given=not options.no_comparison,
        unreviewed=options.unreviewed,
        partial=options.partial,
    )
    settle_training(options, options.recipe, encoder)
    settle_time(options, parameters)
    with open_session(options.project) as session:
        settle_size(options, session, parameters)
        if options.unreviewed == SUGGESTED:
            tell_unseen(session, options)
        metrics = run_job(
            session, parameters, threads=options.threads, track=options.track or ()
        ).metrics
    print_result(metrics)
    if options.json:
        print(json.dumps(in_english(metrics)))
    return 0


def settle_size(
    options: argparse.Namespace, session: Session, parameters: FinetuneParameters
) -> None:
    """Say where a recipe has too few images to learn from, and ask whether to begin all the same.

    Raises:
        UserError: with code `not_begun` when the answer is no.
    """
    from lnl_gui.learn.recipes.registry import find_recipe

    images = session.statistics.training_size().learnt(
        parameters.holdout_fraction, parameters.unreviewed
    )
    few = too_few(find_recipe(parameters.recipe).least_samples, images)
    if few is not None:
        warn(few)
        _ask_to_begin(
            options, message("The recipe linear_probe takes seconds; `--yes` does not ask.")
        )


def settle_time(
    options: argparse.Namespace, parameters: FinetuneParameters, *, times: int = 1
) -> None:
    """Say how long so many trainings on images take, and ask where it is hours.

    Raises:
        UserError: with code `not_begun` when the answer is no.
    """
    from lnl_gui.pipeline.training.forecast import training_seconds

    # Measured here, which says nothing of another machine.
    if chosen_host():
        return
    seconds = training_seconds(options.project, parameters, threads=options.threads)
    if seconds is None:
        return
    seconds *= times
    tell(take_words(seconds))
    if seconds >= ASKED_SECONDS:
        _ask_to_begin(options, message("The recipe quick takes minutes; `--yes` does not ask."))


def _ask_to_begin(options: argparse.Namespace, otherwise: Message) -> None:
    if options.yes or not can_ask() or confirmed(message("Begin now? [y/N] ")):
        return
    raise UserError(message("Nothing was begun."), otherwise, code="not_begun")


def print_result(metrics: dict[str, Any]) -> None:
    """Print the gain in accuracy and its kind, the notes and the model's folder."""
    after, before = metrics["after"], metrics["before"]
    if "difference" in metrics:
        gain = gain_from_dict(metrics)
        print_gain(gain)
        if invitation(gain) is not None:
            tell(
                message(
                    "to verify it: lnl-gui gain {project} list",
                    project=Path(metrics["model_folder"]).parents[1],
                )
            )
    if before and after:
        tell(_by_their_labels(before["accuracy"], after["accuracy"], is_estimated(metrics)))
    elif after:
        tell(
            message(
                "accuracy by the held-out labels, given ones unless a person looked at the image:"
                " {accuracy:.1%}",
                accuracy=after["accuracy"],
            )
        )
    for warning in metrics.get("warnings", ()):
        warn(message("note: {warning}", warning=from_json(warning)))
    tell(message("model: {model_folder}", model_folder=metrics["model_folder"]))


def _by_their_labels(given: float, curated: float, estimated: bool) -> Message:
    """Both accuracies, with the labels they are measured by."""
    if estimated:
        return message(
            "right by the held-out labels, given ones unless a person looked at the image, which"
            " are not corrected, so that this is not the gain: {given:.1%} trained on given labels,"
            " {curated:.1%} on curated ones",
            given=given,
            curated=curated,
        )
    return message(
        "right by the held-out labels, given ones unless a person looked at the image:"
        " {given:.1%} trained on given labels, {curated:.1%} on curated ones",
        given=given,
        curated=curated,
    )


def print_gain(gain: Gain) -> None:
    """Print what cleaning gained, what that rests on and what would decide it."""
    for said in (headline(gain), basis(gain), *remarks(gain)):
        tell(said)
    invited = invitation(gain)
    if invited is not None:
        tell(invited)
