"""Which settings are in force for a command line, and whether all their names are known."""

import argparse
from collections.abc import Iterable, Sequence
from pathlib import Path

from lnl_gui.cli.common_options import absolute
from lnl_gui.cli.parser import leaves, verb_parser, wanted_verb
from lnl_gui.cli.setting_sources import OptionSetting, find_settings
from lnl_gui.cli.settings import Configuration, converted, name_of, settable, unknown_setting
from lnl_gui.cli.verb_table import VERBS
from lnl_gui.util.errors import UserError

UNCONFIGURED = {"open", "help", "completion", "doctor"}
"""Verbs that must work whatever the settings say."""


def configuration(
    parser: argparse.ArgumentParser, arguments: Sequence[str]
) -> Configuration | None:
    """The settings for a command line, put into its parser; None where none are in force.

    Raises:
        UserError: when a setting has an unknown name or a value that does not fit.
    """
    verb = wanted_verb(arguments)
    asks_help = {"-h", "--help", "--version"} & set(arguments)
    if verb is None or verb in UNCONFIGURED or asks_help:
        return None
    settings = find_settings(named_file(arguments))
    if not settings:
        return None
    subparsers = next(a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    own = list(leaves(subparsers.choices[verb]))
    check_names(settings, known={name_of(action) for leaf in own for action in settable(leaf)})
    return Configuration(own, verb, settings)


def named_file(arguments: Sequence[str]) -> Path | None:
    """The file that `--config` names, if any; it must be known before the rest is parsed."""
    peek = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    peek.add_argument("--config", type=absolute)
    try:
        found: Path | None = peek.parse_known_args(list(arguments))[0].config
    except argparse.ArgumentError:
        # Without its value, which the verb's parser says.
        return None
    return found


def check_names(settings: Iterable[OptionSetting], *, known: set[str]) -> None:
    """Refuse a setting for every verb that no verb has.

    Args:
        settings: all there are.
        known: names of the wanted verb; others are looked for in the other verbs.

    Raises:
        UserError: naming the nearest.
    """
    others = [setting for setting in settings if not setting.verb and setting.name not in known]
    if not others:
        return
    # All verbs' modules are imported, which takes a moment.
    everywhere = set().union(*(option_names(verb) for verb in VERBS))
    for setting in others:
        if setting.name not in everywhere:
            raise unknown_setting(setting, everywhere)


def option_names(verb: str) -> set[str]:
    """The options of a verb that settings may give a value."""
    return {name_of(a) for leaf in leaves(verb_parser(verb)) for a in settable(leaf)}


def problems(settings: Iterable[OptionSetting]) -> list[UserError]:
    """What is wrong with settings, of whichever verb they are."""
    found: list[UserError] = []
    parsers = {verb: list(leaves(verb_parser(verb))) for verb in VERBS}
    for setting in settings:
        verbs = [setting.verb] if setting.verb else list(VERBS)
        actions = [a for verb in verbs for leaf in parsers[verb] for a in settable(leaf)]
        fitting = [action for action in actions if name_of(action) == setting.name]
        try:
            if not fitting:
                raise unknown_setting(setting, {name_of(action) for action in actions})
            for action in fitting:
                converted(action, setting)
        except UserError as error:
            found.append(error)
    return found
