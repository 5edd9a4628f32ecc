"""`lnl-gui embed PROJECT`: one pass over the pixels."""

import argparse
import json
import sys

from lnl_gui.cli import options as shared
from lnl_gui.cli.downloads import settle_downloads
from lnl_gui.cli.jobs import run_job
from lnl_gui.session.session import Session
from lnl_gui.store.parameters import EmbedParameters


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    shared.add_encoders(parser)
    shared.add_threads(parser)
    shared.add_json(parser)


def parameters(options: argparse.Namespace) -> EmbedParameters:
    """The embedding a command line asks for."""
    return EmbedParameters(
        encoders=shared.encoder_names(options),
        device=options.device,
        batch_size=options.batch_size,
        weights=str(options.weights) if options.weights else None,
    )


def run(options: argparse.Namespace) -> int:
    """Embed and list what could not be read."""
    settle_downloads(options, shared.encoder_names(options))
    with Session.open(options.project) as session:
        metrics = run_job(session, parameters(options), threads=options.threads).metrics
        for path, reason in session.unreadable():
            print(f"unreadable: {path}: {reason}", file=sys.stderr)
    print(
        f"{metrics['samples']:,} images embedded, {metrics['unreadable']:,} unreadable,"
        f" {metrics['seconds']:.1f} s",
        file=sys.stderr,
    )
    if options.json:
        print(json.dumps(metrics))
    return 0
