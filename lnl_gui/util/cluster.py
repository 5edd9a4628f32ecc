"""Which Ray cluster heavy jobs use, as the command line or the window's preferences say it."""

import os
import re

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

CLUSTER_VARIABLE = "LNL_CLUSTER"
"""Read where the job runs; it is no parameter of a run, which may go on without a cluster."""
LOCAL, FOUND = "local", "auto"
"""A cluster of this machine alone, made for the job; and the one that this machine is a node of."""
_ADDRESS = re.compile(r"(ray://)?([A-Za-z0-9_.-]+|\[[0-9A-Fa-f:]+\]):\d{1,5}")


def check_cluster(text: str) -> str:
    """The address itself: `local`, `auto`, HOST:PORT or ray://HOST:PORT.

    Raises:
        UserError: when it is none of these.
    """
    if text not in (LOCAL, FOUND) and not _ADDRESS.fullmatch(text):
        raise UserError(
            message("{address} is no address of a Ray cluster.", address=repr(text)[:120]),
            message("Write local, auto, HOST:PORT (6379) or ray://HOST:PORT (10001)."),
            code="bad_cluster",
        )
    return text


def chosen_cluster() -> str:
    """The cluster for jobs that can use one, or "" for this process alone.

    Raises:
        UserError: when it is no address of one.
    """
    text = os.environ.get(CLUSTER_VARIABLE, "")
    return check_cluster(text) if text else ""
