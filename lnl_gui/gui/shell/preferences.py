"""Between what the window remembers and what the preferences dialog edits."""

from collections.abc import Sequence
from dataclasses import asdict, replace

from PySide6.QtWidgets import QWidget

from lnl_gui.gui.dialogs.choices import AUTOMATIC, DeviceChoice
from lnl_gui.gui.dialogs.preferences import KeyChoice, Preferences, ask_preferences
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.shell.actions import ACTIONS, ActionSpec
from lnl_gui.util.paths import cache_folder


def ask_new_settings(
    parent: QWidget,
    settings: Settings,
    theme: str,
    *,
    devices: Sequence[DeviceChoice] = (AUTOMATIC,),
) -> Settings | None:
    """Let the user edit the preferences; the new settings, or None."""
    keys = settings.keys_by_action()
    choices = [_choice(spec, keys.get(spec.id, spec.keys)) for spec in ACTIONS]
    chosen = ask_preferences(
        parent,
        _preferences(settings, theme),
        choices,
        devices=devices,
        cache_default=cache_folder(),
    )
    return None if chosen is None else _settings(settings, chosen)


def _choice(spec: ActionSpec, keys: tuple[str, ...]) -> KeyChoice:
    return KeyChoice(spec.id, spec.text, _first(keys), _first(spec.keys))


def _first(keys: tuple[str, ...]) -> str:
    return keys[0] if keys else ""


def _preferences(settings: Settings, theme: str) -> Preferences:
    known = set(asdict(Preferences())) - {"theme", "keys"}
    stored = {name: value for name, value in settings.preferences if name in known}
    return replace(Preferences(theme=theme), **stored)


def _settings(settings: Settings, chosen: Preferences) -> Settings:
    values = asdict(chosen)
    keys = tuple((action, _with_second(action, key)) for action, key in values.pop("keys"))
    theme = values.pop("theme")
    kept = {**dict(settings.preferences), **values}
    return replace(settings, theme=theme, keys=keys, preferences=tuple(kept.items()))


def _with_second(action: str, key: str) -> tuple[str, ...]:
    """The user's key in the first place; second keys of the table stay."""
    spec = next(spec for spec in ACTIONS if spec.id == action)
    return tuple(k for k in (key, *spec.keys[1:]) if k)
