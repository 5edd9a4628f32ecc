"""The program's logger, with a rotating file in the user's log folder."""

import logging
from logging.handlers import RotatingFileHandler

from lnl_gui.util.paths import log_folder

logger = logging.getLogger("lnl_gui")


def log_to_file(name: str) -> None:
    """Keep a rotating log; a log folder that cannot be written is no reason to stop."""
    try:
        log_folder().mkdir(parents=True, exist_ok=True)
        handler = RotatingFileHandler(
            log_folder() / f"{name}.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8"
        )
    except OSError:
        return
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
