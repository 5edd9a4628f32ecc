"""`lnl-gui tune PROJECT`: search a recipe's hyper-parameters by validation accuracy."""

import argparse
import json
from typing import Any

from lnl_gui.cli import options as shared
from lnl_gui.cli.downloads import settle_training
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.open_session import add_training_encoder, open_session, training_encoder
from lnl_gui.cli.place import add_cluster, add_host
from lnl_gui.cli.terminal import tell
from lnl_gui.cli.tracking import add_tracking
from lnl_gui.cli.verbs.finetune import settle_size, settle_time
from lnl_gui.store.jobs.parameters import TuneParameters
from lnl_gui.store.training.search_words import search_words, settings_of_trial, trial_words
from lnl_gui.util.messages import Message, in_english, joined, message
from lnl_gui.util.translation import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    parser.add_argument(
        "--recipe", default="quick", help=tr("default quick; see `lnl-gui recipes`")
    )
    parser.add_argument("--trials", type=shared.positive, default=20, metavar="N")
    shared.add_set(
        parser,
        tr(
            "search NAME from LOW..HIGH or among A,B,C, or hold it at one value; may be given more"
            " than once; default is TURN's space: learning rate 1e-5..1e-1, weight decay"
            " 1e-6..1e-2, optimiser sgd or adamw, batches of 32, 64 or 128"
        ),
        option="--space",
        metavar="NAME=VALUES",
    )
    add_training_encoder(parser)
    parser.add_argument("--weights", type=shared.absolute, metavar="FILE")
    parser.add_argument("--seed", type=shared.seed, default=0)
    shared.add_device(parser)
    shared.add_download_consent(parser)
    shared.add_partial(parser)
    shared.add_threads(parser)
    add_host(parser)
    add_cluster(parser)
    add_tracking(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Search, say how sure the result is, and print the command that trains with it."""
    encoder = training_encoder(options)
    parameters = TuneParameters(
        recipe=options.recipe,
        trials=options.trials,
        space=tuple(options.space),
        encoder=encoder,
        weights=str(options.weights) if options.weights else None,
        seed=options.seed,
        device=options.device,
        partial=options.partial,
    )
    settle_training(options, options.recipe, encoder)
    settle_time(options, parameters.trial, times=parameters.trials)
    with open_session(options.project) as session:
        settle_size(options, session, parameters.trial)
        metrics = run_job(
            session, parameters, threads=options.threads, track=options.track or ()
        ).metrics
    for trial in metrics["trials"]:
        tell(_line(trial))
    for sentence in search_words(metrics):
        tell(sentence)
    if metrics["best"] is not None:
        tell(
            message(
                "lnl-gui finetune {project} {options}",
                project=options.project,
                options=_options(metrics, parameters.weights),
            )
        )
    if options.json:
        print(json.dumps(in_english(metrics)))
    return 0


def _line(trial: dict[str, Any]) -> Message:
    rest = joined(
        Message("{name} {value}", (("name", name), ("value", shortened(value))))
        for name, value in settings_of_trial(trial).items()
    )
    return message(
        "trial {number}: {shown} ({rest})",
        number=trial["number"],
        shown=trial_words(trial),
        rest=rest,
    )


def shortened(value: object) -> str:
    """A constant in at most three digits."""
    return f"{value:.3g}" if isinstance(value, float) else str(value)


def _options(metrics: dict[str, Any], weights: str | None) -> str:
    # Without them the command would train another network than the one that was searched.
    own = {"weights": weights} if weights else {}
    named = {"recipe": metrics["recipe"], "encoder": metrics["encoder"], **own}
    words = [f"--{name} {value}" for name, value in named.items()]
    for name, value in metrics["best"].items():
        words.append(f"--set {name}={f'{value:.6g}' if isinstance(value, float) else value}")
    return " ".join(words)
