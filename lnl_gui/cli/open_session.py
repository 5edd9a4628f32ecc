"""Opening a project for a verb, and what of it a verb asks for by default."""

import argparse
from pathlib import Path

from lnl_gui.cli.terminal import warn
from lnl_gui.session.detection import encoder_to_train
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import BUNDLED_ENCODER
from lnl_gui.store.project import open_project
from lnl_gui.util.translation import tr


def open_session(
    folder: Path, *, reviewer: str | None = None, read_only: bool = False, blind: bool = False
) -> Session:
    """Open a project; says on standard error what of it is damaged.

    One from elsewhere is announced there before anything in it is written.

    Raises:
        UserError: see `Session.open`.
    """
    session = Session.open(
        folder,
        reviewer=reviewer,
        read_only=read_only,
        blind=blind,
        shows_images=False,
        announce=warn,
    )
    for found in session.damage():
        warn(found.text)
    return session


def add_training_encoder(parser: argparse.ArgumentParser) -> None:
    """Which encoder to train."""
    parser.add_argument(
        "--encoder",
        metavar="NAME",
        help=tr(
            "default: the first one that the project was embedded with, whose features need not be"
            " computed again"
        ),
    )


def training_encoder(options: argparse.Namespace) -> str:
    """The encoder to train: the one asked for, else as the window offers it for this project."""
    if options.encoder or options.weights:
        return options.encoder or BUNDLED_ENCODER
    # Not a session, which would read all samples once more.
    with open_project(options.project, read_only=True) as project:
        return encoder_to_train(project)
