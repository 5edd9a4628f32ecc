"""What to do where a package is not there, and the error of parts that are installed by choice."""

from shlex import quote

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.process.program import is_frozen


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
    package = quote(f"lnl-gui[{extra}]")
    return _hint(package, package)


def package_hint(package: str) -> Message:
    """How to get a package that no extra of this program installs.

    Args:
        package: its name in the index.
    """
    return _hint(package, f"lnl-gui {package}")


def _hint(beside: str, anew: str) -> Message:
    """What to install beside the LNL that runs, or together with one to use instead."""
    if is_frozen():
        # It has a Python of its own, without pip, which finds no packages beside it.
        return message(
            "The application cannot be extended. Use LNL from Python for it:"
            " pip install {packages}.",
            packages=anew,
        )
    return message("Install it: pip install {packages}.", packages=beside)


def repair_hint(otherwise: Message) -> Message:
    """How to mend what LNL cannot do without.

    Args:
        otherwise: what to do outside the application, where there is a pip.
    """
    if is_frozen():
        return message("Part of the application is missing or broken: install it again.")
    return otherwise
