"""Settings that work through the environment of this process and its workers."""

import os

from lnl_gui.gui.settings.settings import Settings


def apply_environment(settings: Settings, before: Settings | None = None) -> bool:
    """Set the environment variables that settings ask for; returns whether any changed.

    A new worker inherits it; `before` are the settings that were in force until now.
    """
    wanted = settings.environment()
    old = before.environment() if before is not None else {}
    # Only what we set: a variable of the user's own shell stays.
    for name in old.keys() - wanted.keys():
        os.environ.pop(name, None)
    os.environ.update(wanted)
    return wanted != old
