"""Settings put in force: what the command line leaves open comes from variables, then the file.

The options of the verbs are the table of what can be set, with their types and choices. A switch
that agrees to something (`--partial`, `--overwrite`) is for the command line alone: a file that
lies somewhere above must not agree for a person.
"""

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lnl_gui.cli.common_options import UNSAID, absolute
from lnl_gui.cli.setting_sources import OptionSetting
from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import known_names
from lnl_gui.util.messages import Message, joined, message

_NEVER = {"help", "version", "config"}
_SWITCHES = {"quiet", "verbose"}
_YES, _NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}
_OPEN: Any = object()
"""The value of an option that the command line leaves open."""


@dataclass(frozen=True)
class Applied:
    """A setting and the value it gave an option."""

    setting: OptionSetting
    value: Any


class Configuration:
    """The settings of one verb's options.

    Args:
        leaves: the verb's parsers; their defaults are changed.
        verb: its name.
        settings: all there are.

    Raises:
        UserError: when a value does not fit its option, or no option of the verb has its name.
    """

    def __init__(
        self,
        leaves: Sequence[argparse.ArgumentParser],
        verb: str,
        settings: Iterable[OptionSetting],
    ) -> None:
        self._groups = [group for leaf in leaves for group in leaf._mutually_exclusive_groups]
        self._values: dict[str, Applied] = {}
        self._defaults: dict[str, Any] = {}
        actions = [action for leaf in leaves for action in settable(leaf)]
        known = {name_of(action) for action in actions}
        # The strongest last: it takes the place of what came before.
        own = sorted((s for s in settings if s.verb in ("", verb)), key=lambda s: s.strength)
        for setting in own:
            if setting.verb and setting.name not in known:
                raise unknown_setting(setting, known)
            for action in actions:
                if name_of(action) == setting.name:
                    self._values[action.dest] = Applied(setting, converted(action, setting))
        for action in actions:
            if action.dest in self._values:
                self._leave_open(action)

    def _leave_open(self, action: argparse.Action) -> None:
        # argparse would refuse the command line, though a file gives what it lacks.
        action.required = False
        if action.dest in UNSAID or isinstance(action, argparse._StoreTrueAction):
            return
        self._defaults[action.dest] = action.default
        # `append` would add to what is set, where the command line is to replace it.
        is_list = isinstance(action, argparse._AppendAction)
        action.default = None if is_list else _OPEN

    def fill(self, options: argparse.Namespace) -> list[Applied]:
        """Give options that the command line left open their values; which these were.

        Raises:
            UserError: when two that exclude each other are set.
        """
        # Before anything is filled in, or that would pass for said on the command line.
        given = {dest for dest in vars(options) if not self._is_open(options, dest)}
        applied = []
        for dest, found in self._values.items():
            if not hasattr(options, dest) or dest in given:
                continue
            rivals = self._rivals(dest)
            if rivals & given:
                setattr(options, dest, self._defaults.get(dest, getattr(options, dest)))
                continue
            clash = sorted(other for other in rivals & self._values.keys())
            if clash and found.value and self._values[clash[0]].value:
                raise _exclusive(found.setting, self._values[clash[0]].setting)
            setattr(options, dest, found.value)
            applied.append(found)
        return applied

    def _is_open(self, options: argparse.Namespace, dest: str) -> bool:
        value = getattr(options, dest)
        # argparse gives a switch False and a list None where neither was said.
        return value is _OPEN or value is None or value is False

    def _rivals(self, dest: str) -> set[str]:
        members = [{a.dest for a in group._group_actions} for group in self._groups]
        return set().union(*(group for group in members if dest in group)) - {dest}


def settable(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    """The options of a parser that settings may give a value."""
    for action in parser._actions:
        if not action.option_strings or action.dest in _NEVER:
            continue
        if not isinstance(action, argparse._StoreTrueAction) or _may_be_switched(action):
            yield action


def _may_be_switched(action: argparse.Action) -> bool:
    name = name_of(action)
    return name in _SWITCHES or name.startswith("no-")


def name_of(action: argparse.Action) -> str:
    """An option's name without its dashes."""
    return next(word[2:] for word in action.option_strings if word.startswith("--"))


def unknown_setting(setting: OptionSetting, known: Iterable[str]) -> Exception:
    """The error of a setting whose name no option has."""
    return UserError(
        message(
            "{origin}: there is no setting “{name}”.", origin=setting.origin, name=setting.name
        ),
        known_names(setting.name, sorted(known)),
        code="unknown_setting",
    )


def converted(action: argparse.Action, setting: OptionSetting) -> Any:
    """A setting's value as the option's own parser would give it.

    Raises:
        UserError: when it is of another type, or none of the choices.
    """
    if isinstance(action, argparse._StoreTrueAction):
        return _switch(setting)
    if isinstance(action, argparse._AppendAction) or action.nargs is not None:
        entries = _entries(setting)
        if isinstance(action.nargs, int) and len(entries) != action.nargs:
            raise _wrong(setting, message("expected {count} values", count=action.nargs))
        return [_single(action, setting, entry) for entry in entries]
    return _single(action, setting, setting.value)


def _switch(setting: OptionSetting) -> bool:
    value = setting.value
    if isinstance(value, str) and setting.file is None and value.lower() in _YES | _NO:
        return value.lower() in _YES
    if not isinstance(value, bool):
        raise _wrong(setting, message("expected true or false"))
    return value


def _entries(setting: OptionSetting) -> list[Any]:
    value = setting.value
    if setting.file is None:
        return [part.strip() for part in value.split(",") if part.strip()]
    return value if isinstance(value, list) else [value]


def _single(action: argparse.Action, setting: OptionSetting, value: Any) -> Any:
    _check_kind(action, setting, value)
    if action.type is absolute:
        return _path(setting, str(value))
    try:
        found = action.type(str(value)) if callable(action.type) else str(value)
    except argparse.ArgumentTypeError as error:
        raise _wrong(setting, Message(str(error))) from error
    except (TypeError, ValueError) as error:
        raise _wrong(setting, message("“{value}” does not fit", value=str(value))) from error
    if action.choices is not None and found not in action.choices:
        names = ", ".join(map(str, action.choices))
        raise _wrong(
            setting,
            message("“{value}” is none of {names}", value=str(value), names=names),
        )
    return found


def _check_kind(action: argparse.Action, setting: OptionSetting, value: Any) -> None:
    """TOML knows texts from numbers: a number for a text, or a text for a number, was not meant."""
    if setting.file is None:
        return
    wants_number = _returns(action.type) in (int, float)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if wants_number and not is_number:
        raise _wrong(setting, message("expected a number"))
    # Two numbers of a window of values are texts to argparse.
    if not wants_number and not isinstance(value, str) and not (is_number and action.nargs):
        raise _wrong(setting, message("expected a text"))


def _returns(kind: Any) -> Any:
    """What an option's type makes of a text: the class itself, or what a function returns."""
    return kind if isinstance(kind, type) else getattr(kind, "__annotations__", {}).get("return")


def _path(setting: OptionSetting, value: str) -> Path:
    if setting.file is None:
        return absolute(value)
    folder = setting.file.parent
    place = absolute(str(folder / Path(value).expanduser()))
    inside = place.resolve().is_relative_to(folder.resolve())
    if setting.was_found and not inside:
        # Such a file may come with somebody else's data, and must not say where is written.
        raise UserError(
            message(
                "{origin}: {name} leads out of the folder of this file, which was found and not"
                " named.",
                origin=setting.origin,
                name=setting.name,
            ),
            message("Name the file, if you trust it: `--config {file}`.", file=setting.file),
            code="bad_setting",
        )
    return place


def _wrong(setting: OptionSetting, reason: Message) -> Exception:
    return UserError(
        message(
            "{origin}: {name}: {reason}.", origin=setting.origin, name=setting.name, reason=reason
        ),
        message("It takes what --{name} takes on the command line.", name=setting.name),
        code="bad_setting",
    )


def _exclusive(one: OptionSetting, other: OptionSetting) -> Exception:
    return UserError(
        message(
            "{first} and {second} exclude each other ({origins}).",
            first=one.name,
            second=other.name,
            origins=joined([one.origin, other.origin]),
        ),
        message("Set one of the two."),
        code="bad_setting",
    )
