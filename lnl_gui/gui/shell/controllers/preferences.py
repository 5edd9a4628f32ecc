"""Opens the preferences dialog and applies the result."""

from dataclasses import asdict, replace

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.dialogs.preferences import KeyChoice, Preferences, ask_preferences
from lnl_gui.gui.settings.environment import apply_environment
from lnl_gui.gui.settings.settings import Settings
from lnl_gui.gui.shell.actions import ACTIONS
from lnl_gui.gui.shell.actions.spec import ActionSpec
from lnl_gui.util.paths import cache_folder
from lnl_gui.util.translation import localized


def edit_preferences(context: WindowContext) -> None:
    """Ask for the preferences and put them in force."""
    before = context.settings.value
    chosen = ask_preferences(
        context.parent,
        _preferences(before, context.theme.choice),
        _key_choices(before),
        devices=context.catalogue.devices,
        cache_default=cache_folder(),
    )
    if chosen is not None:
        _put_in_force(context, _settings(before, chosen))


def _put_in_force(context: WindowContext, changed: Settings) -> None:
    if apply_environment(changed, context.settings.value):
        context.workflow.renew_worker()
    context.theme.choose(changed.theme)
    context.theme.scale_font(changed.font_percent())
    context.theme.reduce_motion(changed.reduced_motion())
    # Before the signal: who hears it reads the settings.
    context.settings.update(changed)
    context.settings.preferences_changed.emit()


def _key_choices(settings: Settings) -> list[KeyChoice]:
    keys = settings.keys_by_action()
    return [_choice(spec, keys.get(spec.id, spec.keys)) for spec in ACTIONS]


def _choice(spec: ActionSpec, keys: tuple[str, ...]) -> KeyChoice:
    return KeyChoice(spec.id, localized(spec.text), _first(keys), _first(spec.keys))


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
