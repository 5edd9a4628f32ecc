"""Settings of the verbs' options, from a TOML file and from environment variables.

A file is named by `--config` or `LNL_CONFIG`, else the nearest `lnl-gui.toml`, or `pyproject.toml`
with a table `tool.lnl-gui`, from the working directory upward. Values at its top are for every verb
that has the option, those in a table named like a verb for that verb: `seed = 1`, `[finetune]`.
Variables are `LNL_SEED` and `LNL_FINETUNE__SEED`.
"""

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lnl_gui.cli.verb_table import VERBS
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.endless import refuse_endless
from lnl_gui.util.lookup import known_names
from lnl_gui.util.messages import Message, message

PREFIX, CONFIG_VARIABLE = "LNL_", "LNL_CONFIG"
OWN_VARIABLES = frozenset(
    {CONFIG_VARIABLE, "LNL_HOME", "LNL_CACHE", "LNL_LANGUAGE", "LNL_HF_TOKEN_HOST", "LNL_THREADS"}
    | {"LNL_PROCESSES", "LNL_HOST", "LNL_SSH", "LNL_HOST_PROGRAM", "LNL_CLUSTER"}
    | {"LNL_REMOTE_CACHE_GIB", "LNL_SHARED_DATA", "LNL_TORCH_SOURCE"}
)
"""Variables that are no option of a verb, or not that alone."""
FILE, TOOL_FILE = "lnl-gui.toml", "pyproject.toml"
TABLE, _DOTTED = "lnl-gui", "tool.lnl-gui"
_LARGEST = 1_000_000


@dataclass(frozen=True)
class OptionSetting:
    """One value for an option, from elsewhere than the command line."""

    verb: str
    """"" for every verb that has the option"""
    name: str
    """the option without its dashes, as `label-column`"""
    value: Any
    """as TOML has it; of a variable always a text"""
    origin: Message
    """the file and the table, or the variable"""
    file: Path | None = None
    """None for a variable"""
    was_found: bool = False
    """Whether the file was found, and not named."""

    @property
    def strength(self) -> tuple[bool, bool]:
        """Of two for one option the larger one counts."""
        return self.file is None, bool(self.verb)


def find_settings(named: Path | None) -> list[OptionSetting]:
    """All settings, of the file and of variables.

    Args:
        named: the file of `--config`, if any.

    Raises:
        UserError: when the file cannot be read, or names no verb.
    """
    file, was_found = settings_file(named)
    of_file = list(_from_file(file, was_found=was_found)) if file else []
    return [*of_file, *_from_variables(os.environ)]


def settings_file(named: Path | None) -> tuple[Path | None, bool]:
    """The file in force, if any, and whether it was found and not named."""
    chosen = named or (Path(value) if (value := os.environ.get(CONFIG_VARIABLE)) else None)
    if chosen:
        return chosen.expanduser().absolute(), False
    place = Path.cwd()
    for folder in (place, *place.parents):
        # Our own file counts where a folder has both.
        for name in (FILE, TOOL_FILE):
            file = folder / name
            if file.is_file() and (name == FILE or _has_table(file)):
                return file, True
    return None, False


def _has_table(file: Path) -> bool:
    """Whether a `pyproject.toml`, which mostly is about something else, has a table for us."""
    try:
        # Not parsed for nothing: nearly all have none, and a broken one is not ours to judge.
        return _DOTTED in _text(file)
    except (OSError, ValueError):
        return False


def _text(file: Path) -> str:
    refuse_endless(file)
    with file.open("rb") as stream:
        found = stream.read(_LARGEST + 1)
    if len(found) > _LARGEST:
        raise ValueError(f"larger than {_LARGEST} bytes")
    return found.decode("utf-8")


def _from_file(file: Path, *, was_found: bool) -> Iterator[OptionSetting]:
    # Only where there is a file: every command looks for one.
    import tomllib

    try:
        table = tomllib.loads(_text(file))
    except (OSError, ValueError) as error:
        raise UserError(
            message("The settings {file} cannot be read: {error}.", file=file, error=error),
            message("Mend the file, or use none: `--config {none}`.", none=os.devnull),
            code="bad_setting",
        ) from error
    if file.name == TOOL_FILE:
        table = table.get("tool", {}).get(TABLE, {})
    for name, value in table.items():
        if not isinstance(value, dict):
            yield _of_file("", name, value, file, was_found=was_found)
            continue
        _check_verb(name, file)
        for inner, entry in value.items():
            yield _of_file(name, inner, entry, file, was_found=was_found)


def _check_verb(verb: str, origin: Path | str) -> None:
    if verb not in VERBS:
        raise UserError(
            message("{origin}: there is no verb “{verb}”.", origin=origin, verb=verb),
            known_names(verb, VERBS),
            code="unknown_setting",
        )


def _of_file(verb: str, name: str, value: Any, file: Path, *, was_found: bool) -> OptionSetting:
    origin = message("{file}", file=file)
    if verb:
        origin = message("{file} [{verb}]", file=file, verb=verb)
    return OptionSetting(verb, name.replace("_", "-"), value, origin, file, was_found)


def _from_variables(variables: Mapping[str, str]) -> Iterator[OptionSetting]:
    for variable in sorted(variables):
        # Jobs of the window read it themselves, and it is the option `--threads` too.
        is_threads = variable == "LNL_THREADS"
        if not variable.startswith(PREFIX) or (variable in OWN_VARIABLES and not is_threads):
            continue
        # Two underscores, since options have single ones in their names.
        verb, _, name = variable[len(PREFIX) :].lower().rpartition("__")
        verb = verb.replace("_", "-")
        if verb:
            _check_verb(verb, variable)
        yield OptionSetting(verb, name.replace("_", "-"), variables[variable], Message(variable))
