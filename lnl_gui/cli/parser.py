"""The parser of a command line: the verbs, and the options of the one that is wanted."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from gettext import gettext
from importlib import import_module
from typing import Any, NoReturn

import lnl_gui
from lnl_gui.cli.common_options import add_common
from lnl_gui.cli.verb_table import VERBS, module_of
from lnl_gui.util.translation import localized, tr

_BEFORE_THE_VERB = ("--config", "--log-file")
"""Options of every verb that may stand before it and take a value."""


MAY_BE_EMPTY = "may_be_empty"
"""Attribute of an argument whose empty value means something, such as a note that is taken out."""


class UsageError(Exception):
    """A command line that is none.

    Args:
        text: what is wrong with it, in the reader's language.
        shown: the same with how the command is used, for a person.
        program: the command, as `lnl-gui audit`.
    """

    def __init__(self, text: str, *, shown: str, program: str) -> None:
        super().__init__(text)
        self.text, self.shown, self.program = text, shown, program


class VerbParser(argparse.ArgumentParser):
    """A parser that leaves it to the caller to say what is wrong."""

    def error(self, message: str) -> NoReturn:
        """Refuse the command line.

        Args:
            message: what is wrong with it.

        Raises:
            UsageError: always.
        """
        line = gettext("%(prog)s: error: %(message)s\n") % {"prog": self.prog, "message": message}
        raise UsageError(message, shown=self.format_usage() + line, program=self.prog)

    # A variable of a script that has no value is no choice of everything, and no name of the folder
    # that one happens to be in.
    def _get_values(self, action: argparse.Action, arg_strings: list[str]) -> Any:
        within = action.nargs in (argparse.PARSER, argparse.REMAINDER)
        if "" in arg_strings and not within and not getattr(action, MAY_BE_EMPTY, False):
            raise argparse.ArgumentError(action, tr("must not be empty"))
        return super()._get_values(action, arg_strings)

    # What argparse itself cannot write it lets go of, as if all were well.
    def _print_message(self, message: str, file: Any = None) -> None:
        if message:
            print(message, end="", file=file or sys.stderr)


def wanted_verb(arguments: Sequence[str]) -> str | None:
    """The first word that is neither an option nor the value of one that may stand before."""
    before = ""
    for word in arguments:
        if not word.startswith("-") and before not in _BEFORE_THE_VERB:
            return word
        before = word
    return None


def make_parser(arguments: Sequence[str]) -> VerbParser:
    """The parser of a command line: the verbs, and the options of the one that is wanted."""
    parser = VerbParser(
        prog="lnl-gui",
        description=tr("Clean the labels of image-classification datasets."),
        epilog=tr(
            "Without a verb the window opens: `lnl-gui`, `lnl-gui PROJECT.lnl`. Exit codes:"
            " `lnl-gui help exit-codes`."
        ),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"lnl-gui {lnl_gui.__version__}",
        # Python 3.11 does not look this one up for itself.
        help=tr("show program's version number and exit"),
    )
    add_common(parser)
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    wanted = wanted_verb(arguments)
    # Where a verb comes first nothing lists the others, which take as long as all the rest.
    shown = [wanted] if wanted in VERBS and arguments[0] == wanted else VERBS
    for name in shown:
        text = localized(VERBS[name])
        verb = verbs.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        # Only the wanted verb's module is imported: `--help` comes at once.
        if name == wanted:
            add_verb(verb, name)
    return parser


def add_verb(parser: argparse.ArgumentParser, name: str) -> None:
    """Import a verb's module and declare its options."""
    module = import_module(module_of(name))
    module.add_arguments(parser)
    parser.set_defaults(handler=module.run)
    # At the innermost, since argparse leaves all that follows `bench detect` to that parser.
    for leaf in leaves(parser):
        add_common(leaf)


def leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    """The parsers below one that have none below themselves; itself where it has none."""
    below = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    for action in below:
        for choice in action.choices.values():
            yield from leaves(choice)
    if not below:
        yield parser


def verb_parser(name: str) -> VerbParser:
    """The parser of one verb alone."""
    parser = VerbParser(prog=f"lnl-gui {name}")
    add_verb(parser, name)
    return parser
