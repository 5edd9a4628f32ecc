"""The sentences of argparse itself, in the reader's language."""

import gettext
import os
from collections.abc import Iterator
from contextlib import contextmanager

from lnl_gui.util.messages import message, message_n
from lnl_gui.util.translation import DOMAIN, current_language, translations_folder

WORDS = (
    message("usage: "),
    message("positional arguments"),
    message("options"),
    message("show this help message and exit"),
    message("show program's version number and exit"),
    message("%(prog)s: error: %(message)s\n"),
    message("argument %(argument_name)s: %(message)s"),
    message("the following arguments are required: %s"),
    message("one of the arguments %s is required"),
    message("unrecognized arguments: %s"),
    message("not allowed with argument %s"),
    message("ignored explicit argument %r"),
    message("expected one argument"),
    message("expected at most one argument"),
    message("expected at least one argument"),
    message_n("expected %s argument", "expected %s arguments", 0),
    message("ambiguous option: %(option)s could match %(matches)s"),
    message("unexpected option string: %s"),
    message("unknown parser %(parser_name)r (choices: %(choices)s)"),
    message("invalid %(type)s value: %(value)r"),
    message("invalid choice: %(value)r (choose from %(choices)s)"),
    message("invalid choice: %(value)r, maybe you meant %(suggestion)r? (choose from %(choices)s)"),
)
"""What argparse of any supported Python looks up, marked here for our catalogue."""


@contextmanager
def translated_argparse() -> Iterator[None]:
    """Within it argparse finds its sentences in our catalogue.

    It looks them up by `gettext.gettext`, which takes its domain from the process and its language
    from the environment; both are as before afterwards.
    """
    domain, language = gettext.textdomain(), os.environ.get("LANGUAGE")
    gettext.bindtextdomain(DOMAIN, str(translations_folder()))
    gettext.textdomain(DOMAIN)
    # Of the variables that gettext looks at this one counts first.
    os.environ["LANGUAGE"] = current_language().code
    try:
        yield
    finally:
        gettext.textdomain(domain)
        if language is None:
            del os.environ["LANGUAGE"]
        else:
            os.environ["LANGUAGE"] = language
