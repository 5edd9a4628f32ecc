"""`lnl-gui pack PROJECT OUT.lnlpack`: some samples in one file, for somebody to review."""

import argparse
import json

import numpy as np

from lnl_gui.cli import options as shared
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.sample_choice import choose_rows, classes_of, part, tags_of
from lnl_gui.cli.terminal import tell
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import ASKED, UNSEEN
from lnl_gui.store.history.pack_format import KINDS, THUMBNAILS
from lnl_gui.store.jobs.parameters import PackParameters
from lnl_gui.util.messages import message
from lnl_gui.util.translation import tr


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    examples = (
        ("lnl-gui pack PROJECT for-ann.lnlpack --part 1/2", tr("half of the suspects left")),
        ("lnl-gui pack PROJECT questions.lnlpack --asked --images full", ""),
        ("lnl-gui unpack for-ann.lnlpack", tr("on the other machine; then review it")),
        ("lnl-gui review for-ann.lnl journal --journal ann.jsonl", tr("what comes back")),
        ("lnl-gui merge PROJECT ann.jsonl", ""),
    )
    shared.add_examples(parser, examples)
    shared.add_project(parser)
    parser.add_argument(
        "file", type=shared.absolute, metavar="OUT", help=tr("the file to write, NAME.lnlpack")
    )
    parser.add_argument(
        "--images",
        choices=KINDS,
        default=THUMBNAILS,
        help=tr("small pictures without a camera's notes (default), or the files as they are"),
    )
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--suspects", action="store_true", help=tr("suspects nobody has decided on (default)")
    )
    which.add_argument("--all", action="store_true", help=tr("every sample"))
    which.add_argument("--tag", metavar="NAME", help=tr("samples with this tag, suspects or not"))
    which.add_argument(
        "--asked", action="store_true", help=tr("samples that a colleague is asked about")
    )
    which.add_argument("--path", action="append", help=tr("only these samples, by path"))
    parser.add_argument("--given", metavar="CLASS", help=tr("only this given label"))
    parser.add_argument(
        "--top", type=shared.positive, metavar="N", help=tr("only the N most suspect")
    )
    parser.add_argument(
        "--part",
        type=part,
        metavar="K/N",
        help=tr("the K-th of N shares, for N reviewers; copies of an image stay together"),
    )
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Write the pack."""
    with open_session(options.project) as session:
        rows = _rows(session, options)
        parameters = PackParameters(str(options.file), tuple(rows.tolist()), options.images)
        metrics = run_job(session, parameters, quiet=options.json).metrics
    tell(
        message(
            "{count:,} samples -> {file} ({size:.1f} MB)",
            count=metrics["samples"],
            file=options.file,
            size=metrics["bytes"] / 1e6,
        )
    )
    if options.json:
        print(json.dumps(metrics))
    return 3 if metrics["missing"] else 0


def _rows(session: Session, options: argparse.Namespace) -> np.ndarray:
    # A tag, a question or a path is of any sample; suspects are only what is meant where nothing is
    # said.
    beyond = options.all or options.tag or options.asked or options.path
    spec = ViewSpec(
        flagged=None if beyond else True,
        status=(ASKED,) if options.asked else () if beyond else (UNSEEN,),
        tag=tags_of(session, options.tag),
        given=classes_of(session, options.given),
        part=options.part,
    )
    return choose_rows(session, spec, options.path)[: options.top]
