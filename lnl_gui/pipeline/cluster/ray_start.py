"""Ray's module, and the connection to a cluster or the start of one on this machine."""

import io
import logging
import os
from contextlib import suppress
from typing import Any

from lnl_gui.util.cluster import LOCAL
from lnl_gui.util.errors import UserError
from lnl_gui.util.extras import package_missing
from lnl_gui.util.log import logger
from lnl_gui.util.messages import message
from lnl_gui.util.process.cores import available_cores

_STARTS = 3
"""Ray gives its own processes 30 s to start, which is short where other programs have the cores."""
_QUIET = {
    # Ray sends its makers figures about its use, and watches for `uv run`, unless told not to.
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
}


def import_ray() -> Any:
    """Ray's module.

    Raises:
        UserError: when it is not installed.
    """
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    try:
        import ray  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise package_missing(message("Work on a cluster"), "ray", "cluster") from error
    logging.getLogger("ray").setLevel(logging.ERROR)
    return ray


class ToLogFile(io.TextIOBase):
    """Standard output while Ray may print to it, which belongs to whoever reads our results.

    The death of a node brings a hundred lines of its state; the job's own log says it in one.
    """

    def write(self, text: str) -> int:
        """Note a text."""
        if text.strip():
            logger.info("ray: %s", text.rstrip())
        return len(text)


def connect(ray: Any, address: str, threads: int | None) -> None:
    """Join a cluster, or start one of this machine alone.

    Args:
        ray: its module.
        address: as `lnl_gui.util.cluster.check_cluster` knows it.
        threads: of a cluster of this machine alone; None takes all cores.

    Raises:
        UserError: when no cluster answers, or none can be started.
    """
    if address == LOCAL:
        _start(ray, threads)
        return
    try:
        _initialise(ray, address=address)
    # Ray raises many kinds, according to how far it came, a bare `Exception` among them.
    except Exception as error:
        raise UserError(
            message(
                "The Ray cluster {address} does not answer: {reason}",
                address=address,
                reason=_reason(error),
            ),
            message(
                "Look with `ray status`. HOST:PORT needs `ray start` on this machine too,"
                " ray://HOST:PORT does not; Python and Ray must be of the same versions, and where"
                " the cluster asks for a token, RAY_AUTH_MODE=token is to be set here."
            ),
            code="cluster_unreachable",
            retryable=True,
        ) from error


def _start(ray: Any, threads: int | None) -> None:
    for attempt in range(1, _STARTS + 1):
        try:
            _initialise(
                ray,
                address=LOCAL,
                num_cpus=threads or available_cores(),
                include_dashboard=False,
            )
            return
        except Exception as error:
            logger.warning("Ray did not start: %s", error)
            with suppress(Exception):
                ray.shutdown()
            if attempt == _STARTS:
                raise UserError(
                    message("Ray does not start on this machine: {reason}", reason=_reason(error)),
                    message("Go on without a cluster, or when other programs leave it some time."),
                    code="cluster_unreachable",
                    retryable=True,
                ) from error


def _initialise(ray: Any, **options: Any) -> None:
    ray.init(namespace="lnl-gui", log_to_driver=False, configure_logging=False, **options)


def _reason(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    # The end of a traceback says why.
    return " ".join(dict.fromkeys([*lines[:1], *lines[-1:]])) or type(error).__name__
