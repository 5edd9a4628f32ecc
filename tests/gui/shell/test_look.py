"""Colours against the contrast rules, icons, the table of actions, what the window remembers."""

from dataclasses import asdict
from pathlib import Path

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QKeySequence
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs.preferences import KeyChoice, Preferences
from lnl_gui.gui.dialogs.unreadable import UnreadableDialog
from lnl_gui.gui.review.verdict_bar import VerdictBar
from lnl_gui.gui.settings.environment import apply_environment
from lnl_gui.gui.settings.settings import (
    Settings,
    load_settings,
    save_settings,
)
from lnl_gui.gui.shell.actions import ACTIONS
from lnl_gui.gui.shell.controllers import preferences
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.style import icons
from lnl_gui.gui.style.theme import (
    DARK,
    DARK_TOKENS,
    LIGHT,
    LIGHT_TOKENS,
    Theme,
    Tokens,
    style_sheet,
)
from lnl_gui.gui.widgets.basic import ElidedLabel, cut_middle, duration
from lnl_gui.jobs.launch import worker_environment
from lnl_gui.session.samples.selection import Selection
from lnl_gui.store.dataset.samples import FAILED, GONE, LeftOut
from lnl_gui.util.cluster import CLUSTER_VARIABLE, chosen_cluster
from lnl_gui.util.messages import message
from lnl_gui.util.paths import (
    CACHE_VARIABLE,
    cache_folder,
    resource,
    settings_file,
    settings_folder,
)
from lnl_gui.util.process.cores import THREADS_VARIABLE, worker_threads

TEXT_ON = {
    "text": ("background", "surface", "raised", "hover", "accent_soft", "photo"),
    "muted": ("background", "surface", "raised", "accent_soft", "photo"),
    "accent": ("background", "surface", "accent_soft"),
    "on_accent": ("accent", "accent_hover"),
    "good": ("surface", "good_soft"),
    "warning": ("surface", "warning_soft"),
    "danger": ("surface", "danger_soft"),
}


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it."""

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue, _ = QColor(colour).getRgbF()
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("tokens", [LIGHT_TOKENS, DARK_TOKENS], ids=["light", "dark"])
def test_text_has_contrast_aa_on_every_ground(tokens: Tokens) -> None:
    values = asdict(tokens)
    weak = {
        (text, ground): round(contrast(values[text], values[ground]), 2)
        for text, grounds in TEXT_ON.items()
        for ground in grounds
        if contrast(values[text], values[ground]) < 4.5
    }
    assert weak == {}


@pytest.mark.parametrize("tokens", [LIGHT_TOKENS, DARK_TOKENS], ids=["light", "dark"])
def test_focus_rings_and_outlines_can_be_seen(tokens: Tokens) -> None:
    for ground in (tokens.background, tokens.surface):
        assert contrast(tokens.accent, ground) >= 3
        assert contrast(tokens.strong_border, ground) >= 3


def test_the_style_sheet_has_no_gap(qtbot: QtBot) -> None:
    for tokens in (LIGHT_TOKENS, DARK_TOKENS):
        sheet = style_sheet(tokens, 10)
        assert "$" not in sheet
        for line in sheet.splitlines():
            if "url(" in line:
                assert Path(line.split('url("')[1].split('"')[0]).is_file()


def test_the_theme_switches_colours_at_once(window: MainWindow, theme: Theme) -> None:
    ground = window.palette().window().color()
    window.commands.switch_theme()
    assert theme.choice == DARK and window.palette().window().color() != ground
    window.commands.switch_theme()
    assert theme.choice == LIGHT and window.palette().window().color() == ground


def test_every_icon_is_there_and_draws(qtbot: QtBot) -> None:
    for spec in ACTIONS:
        if spec.icon:
            assert resource("icons", f"{spec.icon}.svg").is_file()
    image = icons.pixmap("accept", "#ff0000", 24, 2.0).toImage()
    assert image.width() == 48
    inked = {image.pixelColor(x, y).name() for x in range(48) for y in range(48)}
    assert "#ff0000" in inked


def test_no_key_does_two_things() -> None:
    keys = [QKeySequence(key).toString() for spec in ACTIONS for key in spec.keys]
    assert "" not in keys
    assert sorted({key for key in keys if keys.count(key) > 1}) == []


def test_every_action_has_a_handler_and_help(window: MainWindow) -> None:
    assert {spec.id for spec in ACTIONS} == set(window.handlers())
    assert all(spec.help and spec.text for spec in ACTIONS)
    assert all(window.action_table[spec.id].toolTip() for spec in ACTIONS)


def test_every_control_has_a_name(window: MainWindow) -> None:
    nameless = [
        widget
        for kind in (QAbstractButton, QComboBox, QLineEdit)
        for widget in window.findChildren(kind)
        if not widget.isHidden()
        and not widget.accessibleName()
        and not getattr(widget, "text", lambda: "")()
        and not _is_part(widget)
    ]
    assert [f"{type(w).__name__} {w.objectName()} in {w.parent()}" for w in nameless] == []


def _is_part(widget: QWidget) -> bool:
    """Parts that Qt itself makes inside a named control."""
    return widget.objectName().startswith("qt_") or "ScrollLeft" in widget.objectName()


def test_own_keys_replace_those_of_the_table(qtbot: QtBot, window: MainWindow) -> None:
    window.action_table.set_keys({"accept": ("Y",)})
    assert [key.toString() for key in window.action_table["accept"].shortcuts()] == ["Y"]
    assert "(Y)" in window.action_table["accept"].toolTip()


def test_settings_come_back() -> None:
    settings = Settings(
        theme=DARK, side=192, keys=(("accept", ("Y", "Z")),), preferences=(("threads", 2),)
    )
    settings = settings.with_recent(Path("/a")).with_recent(Path("/b")).with_recent(Path("/a"))
    settings = settings.with_layout({"window": "AAA="})
    save_settings(settings)
    assert load_settings() == settings
    assert [Path(path) for path in settings.recent] == [Path("/a"), Path("/b")]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"theme": 3}', '{"keys": []}'])
def test_spoilt_settings_are_the_defaults(text: str) -> None:
    settings_file().parent.mkdir(parents=True, exist_ok=True)
    settings_file().write_text(text, encoding="utf-8")
    assert load_settings() == Settings()


def test_settings_that_cannot_be_written_stop_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    settings_folder().parent.mkdir(parents=True, exist_ok=True)
    settings_folder().write_text("a file where the folder should be", encoding="utf-8")
    save_settings(Settings())


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.2, "0 s"), (59.2, "59 s"), (75, "1 min 15 s"), (1500, "25 min"), (7500, "2 h 5 min")],
)
def test_durations_in_words(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_preferences_reach_this_process_and_its_workers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    monkeypatch.setenv(CACHE_VARIABLE, "")
    monkeypatch.setenv(THREADS_VARIABLE, "")
    monkeypatch.setenv(CLUSTER_VARIABLE, "")
    chosen = (
        ("cache_folder", str(tmp_path)),
        ("threads", 3),
        ("device", "cpu"),
        ("cluster", "local"),
    )
    settings = Settings(preferences=chosen)
    assert apply_environment(settings)
    assert cache_folder() == tmp_path
    assert worker_environment()["OMP_NUM_THREADS"] == "3" and worker_threads() == 3
    assert chosen_cluster() == "local"
    assert not apply_environment(settings, settings)
    assert apply_environment(Settings(), settings)
    assert cache_folder() != tmp_path and worker_environment()["OMP_NUM_THREADS"] == "1"
    assert settings.device() == "cpu" and Settings().device() == "auto"


def test_unreadable_files_are_listed_with_their_reason(qtbot: QtBot, window: MainWindow) -> None:
    assert window.page is not None and window.project.review is not None
    assert not window.page.filters.unreadable.isVisible()
    dialog = UnreadableDialog(
        [LeftOut("a/b.png", message("is empty"), FAILED), LeftOut("c.jpg", message("left"), GONE)]
    )
    qtbot.addWidget(dialog)
    model = dialog.table.model()
    cells = [[model.index(row, column).data() for column in (0, 1)] for row in (0, 1)]
    assert cells == [["a/b.png", "is empty"], ["c.jpg", "left"]]
    said = " ".join(line.text() for line in dialog.findChildren(QLabel))
    assert "2 files left out" in said and "1 missing in the dataset, 1 not readable." in said


def test_toasts_replace_themselves_and_bad_news_stays(qtbot: QtBot, window: MainWindow) -> None:
    done = []
    for _ in range(2):
        window.notifications.show("Saved", tone="good", action=("Undo", lambda: done.append(1)))
    window.notifications.show("The disk is full.", tone="danger", hint="Free some space.")
    assert window.notifications.texts() == ["Saved", "The disk is full."]
    toast = window.notifications.show("Saved", action=("Undo", lambda: done.append(2)))
    button = next(b for b in toast.findChildren(QPushButton) if b.text() == "Undo")
    button.click()
    assert done == [2] and window.notifications.texts() == ["The disk is full."]


def test_the_keys_overlay_shows_the_table_and_goes_on_any_key(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.page is not None
    qtbot.keyClicks(window.page.grid, "?")
    assert window.overlay.isVisible()
    shown = {label.text() for label in window.overlay.findChildren(QLabel)}
    assert {"Accept: Take the suggested label", "W", "1 … 9  0"} <= shown
    qtbot.keyClick(window.overlay, Qt.Key.Key_W)
    assert not window.overlay.isVisible()
    assert (
        window.project.review is not None and not window.project.review.session.columns.status.any()
    )


def test_verdict_buttons_name_their_keys_through_every_change(window: MainWindow) -> None:
    assert window.page is not None
    accept = window.page.verdicts.buttons["accept"]
    assert accept.text() == "Accept  W"
    window.commands.switch_theme()
    assert accept.text() == "Accept  W"
    window.commands.switch_theme()
    window.action_table.set_keys({"accept": ("Y",)})
    assert accept.text() == "Accept  Y"


def test_preferences_keep_keys_theme_and_the_rest(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {}

    def answer(
        parent: object,
        old: Preferences,
        keys: list[KeyChoice],
        *,
        devices: object,
        cache_default: Path,
    ) -> Preferences:
        asked.update(keys={choice.action: choice.keys for choice in keys}, old=old)
        return Preferences(theme=LIGHT, threads=2, keys=(("relabel", "T"),))

    monkeypatch.setattr(preferences, "ask_preferences", answer)
    monkeypatch.setenv(THREADS_VARIABLE, "")
    window.action_table["preferences"].trigger()
    assert asked["keys"]["relabel"] == "R" and asked["old"].theme == LIGHT
    shortcuts = [key.toString() for key in window.action_table["relabel"].shortcuts()]
    assert shortcuts == ["T", "/"]  # the second key of the table stays
    assert load_settings().keys_by_action() == {"relabel": ("T", "/")}
    assert dict(load_settings().preferences)["threads"] == 2


def test_verdict_buttons_lose_their_words_where_there_is_no_room(
    qtbot: QtBot, window: MainWindow
) -> None:
    assert window.project.review is not None
    # Inside another: on its own a window is as wide as its layout asks for.
    around = QWidget()
    qtbot.addWidget(around)
    bar = VerdictBar(window.project.review, window.action_table, around)
    around.resize(900, 60)
    around.show()
    beside, alone = (
        Qt.ToolButtonStyle.ToolButtonTextBesideIcon,
        Qt.ToolButtonStyle.ToolButtonIconOnly,
    )
    for width, style, text in (
        (900, beside, "Keep  Q"),
        (440, beside, "Q"),
        (200, alone, "Q"),
        (900, beside, "Keep  Q"),
    ):
        bar.resize(width, 40)
        assert {each.toolButtonStyle() for each in bar.buttons.values()} == {style}
        assert bar.buttons["keep"].text() == text
    window.action_table.set_keys({"keep": ("Y",)})
    assert bar.buttons["keep"].text() == "Keep  Y"


@pytest.mark.parametrize("per_cent", [100, 150])
def test_words_of_verdict_buttons_are_whole_or_not_there(
    qtbot: QtBot, window: MainWindow, theme: Theme, per_cent: int
) -> None:
    review = window.project.review
    assert review is not None
    # As in a language of longer words.
    for identifier in ("accept", "exclude"):
        action = window.action_table[identifier]
        action.setIconText(f"{2 * action.iconText().split()[0]}  {action.iconText().split()[1]}")
    around = QWidget()
    qtbot.addWidget(around)
    around.setStyleSheet(window.styleSheet())
    theme.scale_font(per_cent)
    try:
        bar = VerdictBar(review, window.action_table, around)
        around.resize(1600, 60)
        around.show()
        seen = set()
        # Nothing to say, a sentence on what is decided, and the figure of what is selected.
        for change in (Selection.clear, Selection.select_all):
            review.change_selection(change)
            for width in range(1200, 500, -7):
                bar.resize(width, 40)
                QApplication.processEvents()
                words = bar.buttons["keep"].text() == "Keep  Q"
                seen.add(words)
                for each in bar.buttons.values():
                    assert not words or each.width() >= each.sizeHint().width(), width
                assert bar.scope.geometry().right() <= width
                if review.selection.count:
                    assert str(review.selection.count) in bar.scope.text()
        assert seen == {True, False}
    finally:
        theme.scale_font(100)


def test_words_go_before_figures_and_names_lose_their_middle(qtbot: QtBot) -> None:
    line = ElidedLabel(middle=True)
    qtbot.addWidget(line)
    line.show()
    line.set_full("about 1 of the given labels right", "~1 of 2 right as is", "1 of 2")
    for width, shown in ((900, "about 1 of the given labels right"), (150, "~1 of 2 right as is")):
        line.resize(width, 20)
        assert line.text() == shown
    # No narrower than the figures, which are never cut.
    line.resize(1, 20)
    assert line.text() == "1 of 2"
    assert line.full() == "about 1 of the given labels right"
    assert cut_middle("a_long_name_that_ends_in_2", 11) == "a_lon…_in_2"
    assert cut_middle("short", 11) == "short"


def test_the_first_size_fits_the_screen(
    window: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Screen:
        def availableGeometry(self) -> QRect:
            return QRect(0, 0, 1280, 720)

    monkeypatch.setattr(window, "screen", Screen)
    window._fit_screen()
    assert (window.width(), window.height()) == (1272, 680)


def test_no_two_actions_share_an_id_or_a_key() -> None:
    identifiers = [spec.id for spec in ACTIONS]
    keys = [key for spec in ACTIONS for key in spec.keys]
    assert len(set(identifiers)) == len(identifiers)
    assert len(set(keys)) == len(keys)
