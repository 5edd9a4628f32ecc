"""The manual's page, written from the parser: `man_page.py lnl-gui.1.gz`."""

import argparse
import gzip
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import lnl_gui
from lnl_gui.cli.exit_codes import EXIT_CODES
from lnl_gui.cli.parser import make_parser
from lnl_gui.cli.verb_table import VERBS


def page(epoch: int) -> str:
    """The page in roff's macros.

    Args:
        epoch: the time it is dated by, in seconds.
    """
    day = time.strftime("%Y-%m-%d", time.gmtime(epoch))
    lines = [
        f'.TH LNL-GUI 1 "{day}" "LNL {lnl_gui.__version__}" "User Commands"',
        ".SH NAME",
        "lnl\\-gui \\- clean the labels of image\\-classification datasets",
        ".SH SYNOPSIS",
        ".B lnl\\-gui",
        "[PROJECT|DATASET]",
        ".br",
        ".B lnl\\-gui",
        "VERB [OPTIONS]",
        ".SH DESCRIPTION",
        "Without a verb the window opens. Everything the window does a verb does too.",
        ".SH VERBS",
    ]
    for verb in VERBS:
        lines += _verb(verb)
    lines.append(".SH EXIT STATUS")
    for code, meaning in EXIT_CODES.items():
        lines += [".TP", f".B {code}", roff(str(meaning))]
    return "\n".join([*lines, ""])


def roff(text: str) -> str:
    """Text that roff prints as it is: no line of it is a command."""
    escaped = " ".join(text.split()).replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + escaped if escaped[:1] in (".", "'") else escaped


def _verb(verb: str) -> Iterator[str]:
    yield ".SS " + roff(verb)
    yield roff(str(VERBS[verb])) + "."
    parser = _parser_of(verb)
    for action in parser._actions:  # argparse has no public way to ask for them
        if isinstance(action, argparse._HelpAction) or action.help == argparse.SUPPRESS:
            continue
        yield from _option(parser, action)


def _option(parser: argparse.ArgumentParser, action: argparse.Action) -> Iterator[str]:
    value = parser._get_formatter()._format_args(action, action.dest.upper())
    named = ", ".join(action.option_strings)
    yield ".TP"
    yield ".B " + roff(f"{named} {value}" if action.nargs != 0 and named else named or value)
    yield roff((action.help or "") % _defaults(parser, action)) or "\\&"


def _defaults(parser: argparse.ArgumentParser, action: argparse.Action) -> dict[str, object]:
    return {"prog": parser.prog, **vars(action)}


def _parser_of(verb: str) -> argparse.ArgumentParser:
    parser = make_parser([verb])
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            return action.choices[verb]
    raise LookupError(verb)


def main() -> None:
    """Write the page, compressed alike each time."""
    epoch = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(gzip.compress(page(epoch).encode(), mtime=0))


if __name__ == "__main__":
    main()
