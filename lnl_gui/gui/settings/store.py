"""The settings in force, written to disk whenever they change."""

from dataclasses import replace

from PySide6.QtCore import QObject, Signal

from lnl_gui.gui.settings.review_settings import ReviewSettings, review_settings
from lnl_gui.gui.settings.settings import Settings, save_settings


class SettingsStore(QObject):
    """Holds the settings of one window."""

    preferences_changed = Signal()
    """A person has edited the preferences."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._value = settings

    @property
    def value(self) -> Settings:
        """The settings as they are now."""
        return self._value

    @property
    def review(self) -> ReviewSettings:
        """Those about how a person reviews."""
        return review_settings(self._value)

    def update(self, settings: Settings) -> None:
        """Put other settings in force and write them."""
        # Written at once: a crash later must not cost what was chosen.
        self._value = settings
        save_settings(settings)

    def remember(self, **preferences: object) -> None:
        """Keep values beside those of the preferences dialog."""
        kept = {**dict(self._value.preferences), **preferences}
        self.update(replace(self._value, preferences=tuple(kept.items())))
