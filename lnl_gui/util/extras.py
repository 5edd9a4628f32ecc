"""Parts of the program that people install by choice, and the error when one is not there."""

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.program import is_frozen


def package_missing(
    purpose: Message, packages: str, extra: str, *, code: str = "package_missing"
) -> UserError:
    """The error of something that needs packages which are not installed.

    Args:
        purpose: what cannot be done, as the subject of a sentence.
        packages: names of what is missing.
        extra: the optional dependency of this program that installs them.
        code: of the error.
    """
    return UserError(
        message(
            "{purpose} needs what is not installed: {packages}.", purpose=purpose, packages=packages
        ),
        install_hint(extra),
        code=code,
    )


def install_hint(extra: str) -> Message:
    """How to get an optional dependency.

    Args:
        extra: its name in `pyproject.toml`.
    """
    if is_frozen():
        # It has a Python of its own, without pip, which finds no packages beside it.
        return message(
            "The application cannot be extended. Use LNL from Python for it:"
            " pip install 'lnl-gui[{extra}]'.",
            extra=extra,
        )
    return message("Install it: pip install 'lnl-gui[{extra}]'.", extra=extra)
