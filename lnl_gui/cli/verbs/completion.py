"""`lnl-gui completion SHELL`: the line that lets a shell complete verbs, options and their values.

The shell asks this program at each Tab (argcomplete), so that what is offered is always what the
parser takes. That costs a start without torch; otherwise argcomplete is never imported.
"""

import argparse
import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from lnl_gui.cli.common_options import absolute
from lnl_gui.cli.parser import leaves, make_parser
from lnl_gui.util.files.atomic import read_json, write_json
from lnl_gui.util.paths import cache_folder
from lnl_gui.util.translation import tr

SHELLS = ("bash", "zsh", "fish", "powershell")
ASKED_BY_SHELL = "_ARGCOMPLETE"
"""The variable by which a shell asks for completions instead of the verb's work."""
_DEVICES = ("auto", "cpu", "cuda", "xpu", "mps")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    parser.add_argument(
        "shell",
        choices=SHELLS,
        help=tr('its start file then has: eval "$(lnl-gui completion bash)"'),
    )


def run(options: argparse.Namespace) -> int:
    """Print what the shell has to be told."""
    from argcomplete.shell_integration import shellcode

    print(shellcode(["lnl-gui"], shell=options.shell))
    return 0


def complete() -> None:
    """Answer a shell that asks for completions, and end the process."""
    import argcomplete
    from argcomplete.lexers import split_line

    # The word under the cursor is not among them: it is no verb yet.
    words = split_line(os.environ["COMP_LINE"], int(os.environ["COMP_POINT"]))[3]
    parser = make_parser(words[int(os.environ[ASKED_BY_SHELL]) :])
    for leaf in leaves(parser):
        for action in leaf._actions:
            _give_completer(action)
    argcomplete.autocomplete(parser, always_complete_options=False)


def _give_completer(action: argparse.Action) -> None:
    """Names for options that take one; files are offered by themselves, choices too."""
    names = _NAMES.get(action.dest)
    if action.choices is not None or action.type is absolute:
        return
    if names is not None or action.option_strings:
        # Of a number or a column's name nothing: files of the folder would only be in the way.
        action.completer = partial(_offered, names or tuple)  # type: ignore[attr-defined]


def _offered(names: Callable[[], Iterable[str]], **_of_the_line: Any) -> list[str]:
    """What argcomplete offers; looked up only when wanted, since each list imports its registry."""
    return list(names())


def _encoders() -> list[str]:
    from lnl_gui.encoders.catalogue.table import list_encoders

    return [info.name for info in list_encoders()]


def _detectors() -> list[str]:
    from lnl_gui.detect.detectors.registry import list_detectors
    from lnl_gui.detect.detectors.text_registry import TEXT_DETECTORS

    return [info.name for info in (*list_detectors(), *TEXT_DETECTORS)]


def _readers() -> list[str]:
    from lnl_gui.dataset.readers import list_readers

    return [reader.name for reader in list_readers()]


def _writers() -> list[str]:
    from lnl_gui.dataset.writers import list_writers

    return [writer.name for writer in list_writers()]


def recipe_names() -> list[str]:
    """The recipes, kept in the cache: packages that add some may import torch for seconds."""
    import lnl_gui
    from lnl_gui.util.plugins import plugin_versions

    place = cache_folder() / "recipe_names.json"
    key = {"lnl_gui": lnl_gui.__version__, **plugin_versions()}
    try:
        kept = read_json(place)
        # Other packages bring recipes as well, so their versions count too.
        if kept["of"] == key:
            return [str(name) for name in kept["names"]]
    except (OSError, ValueError, KeyError, TypeError):
        pass
    from lnl_gui.learn.recipes.registry import list_recipes

    names = [recipe.name for recipe in list_recipes()]
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        write_json(place, {"of": key, "names": names})
    # A cache that cannot be written costs the next Tab its seconds, and nothing else.
    except OSError:
        return names
    return names


def _trained_or_none() -> Sequence[str]:
    from lnl_gui.cli.verbs.run import NO_TRAINING

    return [NO_TRAINING, *recipe_names()]


_NAMES: dict[str, Callable[[], Iterable[str]]] = {
    "encoder": _encoders,
    "detector": _detectors,
    "reader": _readers,
    "format": _writers,
    "recipe": recipe_names,
    "finetune": _trained_or_none,
    "device": lambda: _DEVICES,
}
"""Values by the option they are for; an option with choices of its own has those."""
