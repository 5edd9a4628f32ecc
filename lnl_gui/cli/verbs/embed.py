"""`lnl-gui embed PROJECT`: one pass over the pixels."""

import argparse
import json
from collections.abc import Sequence

from lnl_gui.cli import options as shared
from lnl_gui.cli.downloads import settle_downloads
from lnl_gui.cli.exit_codes import CANNOT_JUDGE
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.place import add_cluster, add_host
from lnl_gui.cli.terminal import tell, warn
from lnl_gui.session.detection import encoders_to_renew
from lnl_gui.store.dataset.samples import load_undecoded
from lnl_gui.store.detection.issue_titles import truncated_message
from lnl_gui.store.jobs.parameters import EmbedParameters, window_level
from lnl_gui.util.messages import in_english, message


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_project(parser)
    shared.add_encoders(parser)
    shared.add_threads(parser)
    add_host(parser)
    add_cluster(parser)
    shared.add_partial(parser)
    shared.add_window(parser)
    shared.add_json(parser)


def parameters(options: argparse.Namespace) -> EmbedParameters:
    """The embedding a command line asks for."""
    return EmbedParameters(
        encoders=shared.encoder_names(options),
        device=options.device,
        batch_size=options.batch_size,
        weights=str(options.weights) if options.weights else None,
        partial=options.partial,
        window_level=window_level(options.window_level) if options.window_level else None,
    )


def tell_truncated(count: int) -> None:
    """Say how many files were damaged and read as far as they go; nothing for none."""
    if count:
        warn(truncated_message(count))


def tell_alike(encoders: Sequence[str]) -> None:
    """Say which encoders see nearly no difference between images; nothing for none."""
    for name in encoders:
        warn(
            message(
                "cannot judge: nearly all images look the same to the encoder {name}; look at some"
                " of them, and embed again with `--window-level` where their values lie in a"
                " narrow range",
                name=name,
            )
        )


def run(options: argparse.Namespace) -> int:
    """Embed and list what is left out."""
    with open_session(options.project) as session:
        # After an update those that were used: only what is new is embedded then.
        options.encoder = options.encoder or list(encoders_to_renew(session.project))
        settle_downloads(options, shared.encoder_names(options))
        metrics = run_job(session, parameters(options), threads=options.threads).metrics
        # Not what the dataset's reading has left out: that was said when it was read.
        for path, reason in load_undecoded(session.project):
            warn(message("left out: {path}: {reason}", path=path, reason=reason))
    tell(
        message(
            "{samples:,} images embedded, {unreadable:,} unreadable, {seconds:.1f} s",
            samples=metrics["samples"],
            unreadable=metrics["unreadable"],
            seconds=metrics["seconds"],
        )
    )
    tell_truncated(metrics["truncated"])
    tell_alike(metrics["all_alike"])
    if options.json:
        print(json.dumps(in_english(metrics)))
    return CANNOT_JUDGE if metrics["all_alike"] else 0
