"""The error for a container that cannot be read, and what to do about it."""

from pathlib import Path

from lnl_gui.containers.errors import ContainerError, reason_of
from lnl_gui.util.errors import UserError
from lnl_gui.util.extras import repair_hint
from lnl_gui.util.messages import message


def damaged_file(file: Path, error: Exception) -> UserError:
    """An error that names the file: it is damaged, or the package that reads it is missing."""
    said = message("`{file}` cannot be read: {reason}.", file=file, reason=reason_of(error))
    if isinstance(error, ImportError):
        name = error.name or str(error)
        # LNL itself needs whatever reads containers.
        hint = repair_hint(message("Install it with `pip install {name}`.", name=name))
        return UserError(said, hint, code="missing_package")
    return UserError(said, message("Download or write the file again."), code="damaged_file")


def unreadable_arrays(file: Path, error: OSError) -> UserError:
    """An error that names the file whose arrays cannot be read."""
    reason = error.reason if isinstance(error, ContainerError) else str(error)
    return UserError(
        message("`{file}` cannot be read: {reason}.", file=file, reason=reason),
        code="not_arrays",
    )
