"""Where the jobs of a verb run, and in how many processes.

Jobs read it from the environment, as the window's preferences say it to their worker. It is no
parameter of a run, which may begin in one place and go on in another.
"""

import argparse
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from lnl_gui.jobs.remote_host import HOST_VARIABLE, check_host
from lnl_gui.util.cluster import CLUSTER_VARIABLE, check_cluster
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.process.cores import ALL_GPUS, PROCESSES_VARIABLE, THREADS_VARIABLE
from lnl_gui.util.translation import tr


def add_host(parser: argparse.ArgumentParser) -> None:
    """Which machine jobs run on."""
    parser.add_argument(
        "--host",
        type=_checked(check_host),
        metavar="HOST",
        help=tr(
            "run on this machine instead, NAME or USER@NAME of ssh, with the same version of LNL:"
            " what the job reads is copied there, and its results come back"
        ),
    )


def add_cluster(parser: argparse.ArgumentParser) -> None:
    """The Ray cluster that jobs use."""
    parser.add_argument(
        "--cluster",
        type=_checked(check_cluster),
        metavar="ADDRESS",
        help=tr(
            "work on the nodes of a Ray cluster: local, auto, HOST:PORT or ray://HOST:PORT; needs"
            " lnl-gui[cluster]"
        ),
    )


def add_processes(parser: argparse.ArgumentParser) -> None:
    """How many processes train together."""
    parser.add_argument(
        "--processes",
        type=_processes,
        metavar="N",
        help=tr(
            "train with so many processes, or with one for each GPU (gpus); the batches stay as"
            " they are"
        ),
    )


def _checked(check: Callable[[str], str]) -> Callable[[str], str]:
    """A check of a user's words as argparse wants it."""

    def read(text: str) -> str:
        try:
            return check(text)
        except UserError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read


def _processes(text: str) -> str:
    if text != ALL_GPUS and not (text.isdecimal() and int(text) > 0):
        raise argparse.ArgumentTypeError(tr("a number above 0, or gpus"))
    return text


@contextmanager
def placed(options: argparse.Namespace) -> Iterator[None]:
    """Within it jobs run where the command line says.

    Raises:
        UserError: when `torchrun` has started processes here and a host is named.
    """
    host = getattr(options, "host", None)
    if host and "TORCHELASTIC_RUN_ID" in os.environ:
        # The other processes would wait here for a first one that is elsewhere.
        raise UserError(
            message("torchrun starts processes here, and {host} is elsewhere.", host=host),
            message("Use --host with --processes instead."),
            code="bad_host",
        )
    wanted = {
        HOST_VARIABLE: host,
        CLUSTER_VARIABLE: getattr(options, "cluster", None),
        PROCESSES_VARIABLE: getattr(options, "processes", None),
    }
    threads = getattr(options, "threads", None)
    if host and threads:
        # Of a job that runs here they are told without it.
        wanted[THREADS_VARIABLE] = str(threads)
    before = {name: os.environ.get(name) for name in wanted}
    try:
        _set({name: value for name, value in wanted.items() if value is not None})
        yield
    finally:
        _set(before)


def _set(values: dict[str, str] | dict[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value
