"""`lnl-gui help [TOPIC]`: a verb's options, or a page that belongs to no verb."""

import argparse

from lnl_gui.cli.exit_codes import EXIT_CODES
from lnl_gui.cli.parser import make_parser
from lnl_gui.cli.verbs import VERBS
from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import known_names
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

EXIT_TOPIC = "exit-codes"
TOPICS = (EXIT_TOPIC,)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "topic",
        nargs="?",
        metavar="TOPIC",
        help=tr("a verb, or a page: exit-codes"),
    )


def run(options: argparse.Namespace) -> int:
    """Print the page.

    Raises:
        UserError: when there is none of that name.
    """
    topic = options.topic
    if topic == EXIT_TOPIC:
        for code, meaning in EXIT_CODES.items():
            print(f"{code:4}  {localized(meaning)}")
    elif topic is None or topic in VERBS:
        words = [topic] if topic else []
        make_parser(words).parse_args([*words, "--help"])
    else:
        raise UserError(
            message("There is no help page “{topic}”.", topic=topic),
            known_names(topic, [*TOPICS, *VERBS]),
            code="unknown_topic",
        )
    return 0
