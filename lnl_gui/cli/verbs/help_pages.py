"""`lnl-gui help [TOPIC]`: a verb's options, or a page that belongs to no verb."""

import argparse

from lnl_gui.cli.exit_codes import EXIT_CODES, FAULT, INTERRUPTED, USAGE
from lnl_gui.cli.failures import FAULT_CODE, STOPPED_CODE, USAGE_CODE
from lnl_gui.cli.parser import make_parser
from lnl_gui.cli.verb_table import VERBS
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import read_json
from lnl_gui.util.lookup import known_names
from lnl_gui.util.messages import message
from lnl_gui.util.paths import resource
from lnl_gui.util.translation import localized, tr

EXIT_TOPIC, ERROR_TOPIC, SETTINGS_TOPIC = TOPICS = ("exit-codes", "error-codes", "settings")
_SETTINGS = message(
    """\
What the command line leaves open comes from environment variables, then from a file, then from the
defaults. The file is the one that --config or LNL_CONFIG names, else the nearest lnl-gui.toml, or
pyproject.toml with a table [tool.lnl-gui], from the working directory upward:

  # lnl-gui.toml; in pyproject.toml the tables are [tool.lnl-gui] and [tool.lnl-gui.finetune]
  encoder = ["dinov2-b"]     # every verb that has --encoder
  threads = 4
  log-file = "lnl.log"       # relative to this file

  [finetune]                 # this verb alone
  recipe = "linear_probe"
  seed = 3

Variables are LNL_THREADS=4, LNL_ENCODER=dinov2-b,clip-b, LNL_FINETUNE__SEED=3. Every option that
takes a value can be set, of the switches --quiet, --verbose and those that begin with --no-: what
agrees to something (--partial, --overwrite, --yes) is said on the command line. A file that was
found and not named names no path outside its folder. --verbose says which values came from where,
and lnl-gui doctor lists them all."""
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "topic",
        nargs="?",
        metavar="TOPIC",
        help=tr("a verb, or a page: exit-codes, error-codes, settings"),
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
    elif topic == ERROR_TOPIC:
        _print_error_codes()
    elif topic == SETTINGS_TOPIC:
        print(localized(_SETTINGS))
    elif topic is None or topic in VERBS:
        words = [topic] if topic else []
        # argparse prints it and ends the process with 0.
        make_parser(words).parse_args([*words, "--help"])
    else:
        raise UserError(
            message("There is no help page “{topic}”.", topic=topic),
            known_names(topic, [*TOPICS, *VERBS]),
            code=USAGE_CODE,
        )
    return 0


def _print_error_codes() -> None:
    """Every code that `--json` gives, with the sentences that come with it."""
    own = {
        USAGE_CODE: [EXIT_CODES[USAGE].template],
        FAULT_CODE: [EXIT_CODES[FAULT].template],
        STOPPED_CODE: [EXIT_CODES[INTERRUPTED].template],
    }
    collected = read_json(resource("translations", "error_codes.json"))
    for code, texts in sorted({**collected, **own}.items()):
        print(code)
        for text in texts:
            print(f"    {tr(text)}")
