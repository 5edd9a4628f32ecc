"""Colours, type scale and style sheet of the window, light and dark."""

from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QProxyStyle,
    QStyle,
    QStyleFactory,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)

from lnl_gui.util.paths import resource

STYLE = "Fusion"
SYSTEM, LIGHT, DARK = "system", "light", "dark"
CHOICES = (SYSTEM, LIGHT, DARK)


@dataclass(frozen=True)
class Tokens:
    """One colour for each role. Text colours reach contrast AA on every surface."""

    background: str
    surface: str
    raised: str
    hover: str
    border: str
    strong_border: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    accent_soft: str
    good: str
    warning: str
    danger: str
    good_soft: str
    warning_soft: str
    danger_soft: str
    photo: str
    scroll: str
    high: str
    middle: str
    low: str


LIGHT_TOKENS = Tokens(
    background="#f4f5f8",
    surface="#ffffff",
    raised="#eceef3",
    hover="#e2e6ee",
    border="#d8dce5",
    strong_border="#7d8798",
    text="#171b24",
    muted="#566072",
    accent="#3453d1",
    accent_hover="#2742b4",
    on_accent="#ffffff",
    accent_soft="#e3e8fc",
    good="#14713f",
    warning="#8a5200",
    danger="#b3261e",
    good_soft="#dcf2e5",
    warning_soft="#fbeed3",
    danger_soft="#fbe3e1",
    photo="#eceef2",
    scroll="#c2c9d6",
    high="#e2503f",
    middle="#f0a33a",
    low="#a3adbd",
)
DARK_TOKENS = Tokens(
    background="#13161c",
    surface="#1b1f27",
    raised="#252a34",
    hover="#303744",
    border="#323947",
    strong_border="#798496",
    text="#e9ecf2",
    muted="#a5afbf",
    accent="#93a9ff",
    accent_hover="#b0c0ff",
    on_accent="#10173a",
    accent_soft="#2a3560",
    good="#6fd8a0",
    warning="#f0c069",
    danger="#ff958c",
    good_soft="#173a29",
    warning_soft="#40321a",
    danger_soft="#46211f",
    photo="#101319",
    scroll="#434c5c",
    high="#f0685a",
    middle="#e0a244",
    low="#6c778a",
)


class NoAnimationStyle(QProxyStyle):
    """Qt's own style without its animations."""

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
    ) -> int:
        if hint is QStyle.StyleHint.SH_Widget_Animation_Duration:
            return 0
        return super().styleHint(hint, option, widget, returnData)


class Theme(QObject):
    """The colours in force; follows the system until the user chooses."""

    changed = Signal()

    def __init__(self, application: QApplication, choice: str = SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        # -1 where the system gives its font's size in pixels.
        self._base_points = max(application.font().pointSizeF(), 10.0)
        self._font_percent = 100
        self.choice = choice if choice in CHOICES else SYSTEM
        self.tokens = LIGHT_TOKENS
        self._motionless: NoAnimationStyle | None = None
        self._sheet = ""
        # One style on every system: the style sheet is measured on it.
        application.setStyle(STYLE)
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)
        self._apply()

    @property
    def dark(self) -> bool:
        return self.tokens is DARK_TOKENS

    def color(self, role: str) -> QColor:
        return QColor(getattr(self.tokens, role))

    def choose(self, choice: str) -> None:
        """Switch to "system", "light" or "dark"."""
        self.choice = choice
        self._apply()

    def scale_font(self, percent: int) -> None:
        """Letters of so many per cent of the system's size."""
        if percent != self._font_percent:
            self._font_percent = percent
            self._apply()

    def reduce_motion(self, still: bool) -> None:
        """Reduced motion: nothing moves by itself."""
        if still != (self._motionless is not None):
            # The application owns its style, Python must not let go of it before.
            self._motionless = NoAnimationStyle(STYLE) if still else None
            self._application.setStyle(self._motionless or QStyleFactory.create(STYLE))
            self._apply()

    @property
    def sheet(self) -> str:
        """The style sheet in force, for windows.

        The application has none: it would be looked up again for all that is inside a part each
        time that a part is put into another (.45 s of processor to open a project; so .27 s).
        """
        return self._sheet

    def _system_changed(self) -> None:
        if self.choice == SYSTEM:
            self._apply()

    def _apply(self) -> None:
        self.tokens = DARK_TOKENS if self._wants_dark() else LIGHT_TOKENS
        font = self._application.font()
        points = self._base_points * self._font_percent / 100
        font.setPointSizeF(points)
        self._application.setFont(font)
        self._application.setPalette(palette(self.tokens))
        self._sheet = style_sheet(self.tokens, points)
        self.changed.emit()

    def _wants_dark(self) -> bool:
        if self.choice != SYSTEM:
            return self.choice == DARK
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def palette(tokens: Tokens) -> QPalette:
    """The Qt palette, for whatever the style sheet does not reach."""
    roles = QPalette.ColorRole
    colours = {
        roles.Window: tokens.background,
        roles.WindowText: tokens.text,
        roles.Base: tokens.surface,
        roles.AlternateBase: tokens.raised,
        roles.Text: tokens.text,
        roles.Button: tokens.raised,
        roles.ButtonText: tokens.text,
        roles.BrightText: tokens.danger,
        roles.ToolTipBase: tokens.surface,
        roles.ToolTipText: tokens.text,
        roles.PlaceholderText: tokens.muted,
        roles.Highlight: tokens.accent,
        roles.HighlightedText: tokens.on_accent,
        roles.Link: tokens.accent,
        roles.LinkVisited: tokens.accent,
        roles.Mid: tokens.border,
        roles.Midlight: tokens.hover,
        roles.Light: tokens.surface,
        roles.Dark: tokens.strong_border,
        roles.Accent: tokens.accent,
    }
    result = QPalette()
    for role, colour in colours.items():
        result.setColor(role, QColor(colour))
    for role in (roles.Text, roles.WindowText, roles.ButtonText):
        faded = QColor(tokens.muted)
        faded.setAlpha(150)
        result.setColor(QPalette.ColorGroup.Disabled, role, faded)
    return result


def style_sheet(tokens: Tokens, base_points: float) -> str:
    """The style sheet with this theme's colours and type scale filled in."""
    # Filled in at dollars: a style sheet is full of braces.
    template = Template(resource("styles", "window.qss").read_text(encoding="utf-8"))
    sizes = {"small": 0.86, "base": 1.0, "large": 1.2, "title": 1.55, "hero": 2.2}
    points = {f"size_{name}": f"{base_points * factor:.1f}pt" for name, factor in sizes.items()}
    kind = "dark" if tokens is DARK_TOKENS else "light"
    # The url() of a style sheet takes slashes alone, on Windows too.
    icons = resource("icons").as_posix()
    return template.substitute(asdict(tokens), icons=icons, scheme=kind, **points)
