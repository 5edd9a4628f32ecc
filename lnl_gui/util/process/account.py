"""Whose account this process runs in."""

import getpass


def account_name() -> str:
    """The name of the account; `reviewer` where it has none, as in some containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "reviewer"
